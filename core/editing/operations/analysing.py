"""The analysis of an intact metaphase, pair by pair, as a person does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.bands import CLASSES
from core.domain.metaphase import Metaphase, PairTick
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class TickPair(CellOperation):
    """A person compared the homologs of a class on the metaphase."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    tick: PairTick

    @property
    @override
    def label(self) -> str:
        return f"Tick {self.tick.chromosome_class}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.tick.chromosome_class not in CLASSES:
            raise Refused(f"there is no pair {self.tick.chromosome_class}, tick 1-22, X or Y")
        if not self.tick.person.strip():
            raise Refused("a tick needs a person, enter your name in the settings")
        others = tuple(t for t in cell.ticks if t.chromosome_class != self.tick.chromosome_class)
        return replace(cell, ticks=(*others, self.tick))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearTick(CellOperation):
    """Take the tick of a pair back."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    chromosome_class: str

    @property
    @override
    def label(self) -> str:
        return f"Clear tick {self.chromosome_class}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if cell.tick(self.chromosome_class) is None:
            raise Refused(f"the pair {self.chromosome_class} is not ticked")
        return replace(
            cell, ticks=tuple(t for t in cell.ticks if t.chromosome_class != self.chromosome_class)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNotes(CellOperation):
    """A person writes down what was seen in this cell."""

    aspects: ClassVar[Aspects] = Aspects.DETAILS
    notes: str

    @property
    @override
    def label(self) -> str:
        return "Write notes"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(cell, notes=self.notes.strip())
