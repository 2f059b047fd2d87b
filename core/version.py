"""Version of the program."""

from typing import Final

VERSION: Final = "0.1.0"
RESEARCH_USE: Final = "For research use only. Not a medical device."
