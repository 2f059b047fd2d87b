"""Chromosome classes and the bands of the idiogram."""

from __future__ import annotations

from typing import Final

AUTOSOMES: Final = tuple(str(number) for number in range(1, 23))
CLASSES: Final = (*AUTOSOMES, "X", "Y")
UNKNOWN: Final = "unknown"

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "A": ("1", "2", "3"),
    "B": ("4", "5"),
    "C": ("6", "7", "8", "9", "10", "11", "12", "X"),
    "D": ("13", "14", "15"),
    "E": ("16", "17", "18"),
    "F": ("19", "20"),
    "G": ("21", "22", "Y"),
}
"""Denver groups (ISCN 2024, section 2.2.1)."""
