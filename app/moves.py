"""Ways through a history: which steps are gone together, and what they led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from core.domain.ids import CellId
from core.editing.case_operations import InCells
from core.editing.history import History
from core.editing.operations import Together
from core.store.records import CaseRecord, CellRecord

_AT_ONCE: Final = 40
"""Steps that are written in one transaction: a long way shows its progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Cells and the case after a move; `error` says why it stopped on the way."""

    cells: Mapping[CellId, CellRecord] = field(default_factory=dict)
    case: CaseRecord | None = None
    error: Exception | None = None

    def with_cells(self, *records: CellRecord) -> Moved:
        """Return this with the newest states of these cells."""
        return replace(self, cells={**self.cells, **{record.cell.id: record for record in records}})

    def with_case(self, record: CaseRecord) -> Moved:
        """Return this with the newest state of the case."""
        return replace(self, case=record)

    def stopped(self, error: Exception) -> Moved:
        """Return this with the reason why it went no further; the reason itself where nothing was moved."""
        if not self.cells and self.case is None:
            raise error
        return replace(self, error=error)


def runs(history: History[Any], by: int) -> Iterator[tuple[str | None, int]]:
    """Divide a way through a history into parts that are written at once.

    Parameters
    ----------
    by
        Steps to go, back when below 0.

    Yields
    ------
    step, run
        The step of several cells that is moved, or None, and how many steps this part goes.
    """
    way = -1 if by < 0 else 1
    ahead = (history.done if by < 0 else history.undone)[::-1][: abs(by)]
    run = 0
    for one in ahead:
        shared = isinstance(one.operation, InCells | Together)
        if run and (shared or run == _AT_ONCE):
            yield None, way * run
            run = 0
        if isinstance(one.operation, InCells | Together):
            yield one.operation.step, way
        else:
            run += 1
    # More than there are: the store refuses what is left.
    run += abs(by) - len(ahead)
    if run:
        yield None, way * run


def rows_of(history: History[Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows of the log of the steps that stand, and of those taken back."""
    return tuple(step.row for step in history.done), tuple(step.row for step in history.undone)
