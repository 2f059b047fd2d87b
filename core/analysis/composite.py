"""Numbers of each class over several cells: which cell, and which class, is out of the ordinary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.bands import AUTOSOMES, CLASSES
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassNumbers:
    """How often a class is present in each of several cells.

    Attributes
    ----------
    usual
        Number in most cells; of equally frequent ones the normal one.
    normal
        Number in a normal cell; of X and Y the one that goes with the sex chromosomes of most cells.
    different
        Cells with another number than the usual one, in their order.
    counts
        Cell to number.
    """

    chromosome_class: str
    usual: int
    normal: int
    different: tuple[CellId, ...]
    counts: dict[CellId, int]

    @property
    def said(self) -> str:
        """What is out of the ordinary, in few words: "3 in 5 of 5"; empty for nothing."""
        total = len(self.counts)
        unusual = Counter(number for number in self.counts.values() if number != self.normal)
        parts = [f"{number} in {seen} of {total}" for number, seen in unusual.most_common()]
        return ", ".join(parts)


def numbers_of(cells: Sequence[Metaphase]) -> dict[str, ClassNumbers]:
    """Count every class in every cell.

    Parameters
    ----------
    cells
        Cells of one case; polyploid ones among them would make every class unusual.

    Returns
    -------
    dict
        Class ("1".."22", "X", "Y") to its numbers.
    """
    counts = {cell.id: cell.class_counts for cell in cells}
    with_y = sum(1 for found in counts.values() if found.get("Y", 0) > 0)
    male = 2 * with_y > len(cells)
    result = {}
    for name in CLASSES:
        normal = 2 if name in AUTOSOMES else int(male) if name == "Y" else 1 if male else 2
        own = {cell: found.get(name, 0) for cell, found in counts.items()}
        tally = Counter(own.values())
        usual = max(tally, key=lambda number: (tally[number], number == normal), default=normal)
        result[name] = ClassNumbers(
            chromosome_class=name,
            usual=usual,
            normal=normal,
            different=tuple(cell for cell, number in own.items() if number != usual),
            counts=own,
        )
    return result
