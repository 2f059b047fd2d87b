"""Reads cases and cells in the database lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.edits import Edits
from app.tasks import Lane, Urgency
from core.domain.ids import CaseId, CellId
from core.store.records import CaseRecord, CellRecord

_CELLS_A_TIME = 4


class Reading:
    """Asks for records; each is handed over in the GUI thread.

    Parameters
    ----------
    edits
        Told of the revisions that were read, so that the next edit is based on them.
    failed
        Told of an error.
    """

    def __init__(self, edits: Edits, lane: Lane, failed: Callable[[Exception], None]) -> None:
        self._edits = edits
        self._lane = lane
        self._failed = failed

    def case(self, case_id: CaseId, done: Callable[[CaseRecord], None]) -> None:
        """Read a case."""
        self._lane.submit(
            "Open case",
            lambda progress: self._edits.load_case_in_lane(case_id),
            done=done,
            failed=self._failed,
            urgency=Urgency.NOW,
        )

    def cell(self, cell_id: CellId, done: Callable[[CellRecord], None]) -> None:
        """Read the cell that is wanted now."""
        self._lane.submit(
            "Open cell",
            lambda progress: self._edits.load_in_lane(cell_id),
            done=done,
            failed=self._failed,
            urgency=Urgency.NOW,
        )

    def cells(self, cell_ids: Sequence[CellId], done: Callable[[list[CellRecord]], None]) -> None:
        """Read cells behind everything else, some at a time; `done` is called for each part."""
        for start in range(0, len(cell_ids), _CELLS_A_TIME):
            part = cell_ids[start : start + _CELLS_A_TIME]
            self._lane.submit(
                "Read cells",
                lambda progress, part=part: [self._edits.load_in_lane(cell) for cell in part],
                done=done,
                failed=self._failed,
                urgency=Urgency.BATCH,
            )
