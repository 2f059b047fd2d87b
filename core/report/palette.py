"""Colours that mean something: one for each group of chromosomes, told apart by colour-blind people too."""

from __future__ import annotations

from typing import Final

from core.domain.bands import GROUPS

GROUP_COLOURS: Final[dict[str, tuple[int, int, int]]] = {
    "A": (0, 114, 178),
    "B": (230, 159, 0),
    "C": (0, 158, 115),
    "D": (204, 121, 167),
    "E": (213, 94, 0),
    "F": (86, 180, 233),
    "G": (148, 103, 189),
}
"""Okabe and Ito's palette for colour-blind readers (Color Universal Design, 2008), yellow replaced."""

UNKNOWN_COLOUR: Final = (200, 30, 30)
EXCLUDED_COLOUR: Final = (140, 140, 140)

_CLASS_COLOURS: Final = {name: GROUP_COLOURS[group] for group, names in GROUPS.items() for name in names}


def colour_of(chromosome_class: str) -> tuple[int, int, int]:
    """Return the colour (r, g, b) of a class by its group; red for "unknown"."""
    return _CLASS_COLOURS.get(chromosome_class, UNKNOWN_COLOUR)
