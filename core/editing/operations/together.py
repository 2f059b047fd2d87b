"""What one cell has of a step that was done in several cells at once."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.changes import Change
from core.editing.operations.base import CellOperation, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(CellOperation):
    """One operation of a step of the case (`core.editing.case_operations.InCells`).

    It is undone and redone in all its cells at once, never in one of them alone.

    Parameters
    ----------
    step
        Identity of the step of the case.
    words
        What the step does, for the menu.
    operation
        What it does in this cell.
    """

    step: str
    words: str
    operation: CellOperation

    @property
    @override
    def label(self) -> str:
        return self.words

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        try:
            return self.operation.apply(cell)
        except Refused as refusal:
            raise Refused(f"{cell.label}: {refusal}") from refusal

    @property
    @override
    def touched(self) -> frozenset[ChromosomeId]:
        return self.operation.touched

    @property
    @override
    def change(self) -> Change:
        return self.operation.change


def alone(operation: object) -> object:
    """Return what an operation does in its cell, without the step of several cells around it."""
    return operation.operation if isinstance(operation, Together) else operation
