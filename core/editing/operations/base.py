"""What every step in the history of a cell has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects, Change


class Refused(ValueError):
    """An operation that makes no sense on this state; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOperation(ABC):
    """A step in the history of one cell."""

    aspects: ClassVar[Aspects] = Aspects.EVERYTHING

    @property
    @abstractmethod
    def label(self) -> str:
        """Words for the undo menu, such as "Turn 2 chromosomes"."""

    @abstractmethod
    def apply(self, cell: Metaphase) -> Metaphase:
        """Return the state after this step; `Refused` when it makes no sense."""

    @property
    def touched(self) -> frozenset[ChromosomeId]:
        """Chromosomes concerned; empty means the whole cell."""
        return frozenset(getattr(self, "ids", ()))

    @property
    def change(self) -> Change:
        """What views may have to redraw."""
        return Change(aspects=self.aspects, chromosomes=self.touched)


def edited(
    cell: Metaphase, ids: tuple[ChromosomeId, ...], edit: Callable[[Chromosome], Chromosome]
) -> tuple[Chromosome, ...]:
    """Edit the chosen chromosomes of a cell; `Refused` when one of them is not there."""
    known = {chromosome.id for chromosome in cell.chromosomes}
    if not ids:
        raise Refused("nothing is selected, select a chromosome first")
    if not known.issuperset(ids):
        raise Refused("the chromosome is no longer in this cell, select another one")
    wanted = set(ids)
    return tuple(edit(c) if c.id in wanted else c for c in cell.chromosomes)


def plural(count: int) -> str:
    """Write "chromosome" or "3 chromosomes" for labels."""
    return "chromosome" if count == 1 else f"{count} chromosomes"
