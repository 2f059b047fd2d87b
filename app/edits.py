"""Writes edits in the database lane, each based on the one before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.moves import Moved, rows_of, runs
from app.tasks import Lane, Urgency
from core.analysis.reconcile import superseded_by_people
from core.domain.ids import CaseId, CellId, PersonName
from core.domain.proposal import Proposal
from core.editing.case_operations import CaseOperation
from core.editing.operations import CellOperation, Refused
from core.errors import CentromereError
from core.progress import Progress
from core.store.cases import CaseStore
from core.store.failures import Conflict, Missing
from core.store.records import CaseRecord, CellRecord
from core.store.together import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How the last edit was kept; `pending` edits are still being written."""

    pending: int
    at: datetime | None


class Edits(QObject):
    """Queue of edits.

    Edits can be typed faster than they are written. Which revision an edit is based on is therefore
    looked up when its turn comes, in the lane; `_revisions` and `_cases` belong to the lane alone.
    """

    cell_arrived = Signal(object)
    case_arrived = Signal(object)
    refused = Signal(object)
    changed = Signal()
    case_outdated = Signal()
    """Another seat took something out of the case; read it anew."""

    def __init__(self, store: CaseStore, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._lane = lane
        self._revisions: dict[CellId, int] = {}
        self._cases: dict[CaseId, CaseRecord] = {}
        self._pending = 0
        self._at: datetime | None = None

    @property
    def pending(self) -> int:
        """Edits that are still being written."""
        return self._pending

    @property
    def saved(self) -> Saved:
        """How the last edit was kept."""
        return Saved(pending=self._pending, at=self._at)

    def load_in_lane(self, cell_id: CellId) -> CellRecord:
        """Read a cell; call it in the database lane."""
        loaded = self._store.load_cell(cell_id)
        self._revisions[cell_id] = loaded.revision
        return loaded

    def do(self, cell_id: CellId, operation: CellOperation, *, person: PersonName) -> None:
        """Do something to a cell."""
        self._write_cell(
            cell_id,
            lambda revision: self._store.do(cell_id, operation, person=person, expected_revision=revision),
        )

    def do_in_cells(
        self,
        case_id: CaseId,
        operations: Mapping[CellId, CellOperation],
        words: str,
        *,
        person: PersonName,
    ) -> None:
        """Do an operation in each of several cells as one step of the case."""

        def work(progress: object) -> Moved:
            known = {cell: self._known_revision(cell) for cell in operations}
            return self._together(self._store.do_in_cells(case_id, operations, words, person, known))

        self._submit(work, self._moved, lambda error: self._not_written(error, case_id, tuple(operations)))

    def go(self, cell_id: CellId, by: int, *, person: PersonName) -> None:
        """Go to another moment of a cell: so many steps back (below 0) or forward again.

        A step that was done in several cells is moved in all of them.
        """

        def work(progress: Progress) -> Moved:
            expected = self._known_revision(cell_id)
            record, moved = self._store.load_cell(cell_id), Moved()
            way = -1 if by < 0 else 1
            for at, (step, run) in enumerate(runs(record.history, by)):
                progress.step(at, abs(by), "Going through the steps of the cell")
                try:
                    if step is None:
                        here = self._store.go(cell_id, run, person, expected)
                        moved = moved.with_cells(here)
                    else:
                        known = {cell: r for cell, r in self._revisions.items() if cell != cell_id}
                        known[cell_id] = expected
                        written = self._store.move_in_cells(record.case, step, way, person, known)
                        moved = self._together(written, moved)
                except CentromereError as error:
                    return moved.stopped(error)
                except Refused as refusal:
                    return moved.stopped(refusal)
                expected = moved.cells[cell_id].revision
                self._revisions[cell_id] = expected
            return moved

        self._submit(work, self._moved, lambda error: self._not_written(error, None, (cell_id,)))

    def place(self, proposal: Proposal, *, person: PersonName) -> None:
        """Place what the models proposed; what a person decided meanwhile stands."""

        def work(progress: object) -> CellRecord:
            known = self.load_in_lane(proposal.cell)
            superseded = superseded_by_people(known.cell.chromosomes, proposal.chromosomes)
            placed = self._store.place(
                proposal, person=person, expected_revision=known.revision, superseded=superseded
            )
            self._revisions[proposal.cell] = placed.revision
            return placed

        self._submit(work, self.cell_arrived.emit, self.refused.emit)

    def do_to_case(self, case_id: CaseId, operation: CaseOperation, *, person: PersonName) -> None:
        """Do something to a case; what another seat changed meanwhile stands beside it, or refuses it."""

        def work(progress: object) -> CaseRecord:
            seen, now = self._cases.get(case_id), self._store.load_case(case_id)
            wanted = operation if seen is None else operation.onto(seen.case, now.case)
            return self._case_known(self._store.do_case(case_id, wanted, person, now.revision))

        self._submit(work, self.case_arrived.emit, lambda error: self._not_written(error, case_id))

    def go_case(self, case_id: CaseId, by: int, *, person: PersonName) -> None:
        """Go to another moment of the case itself; see `go`."""

        def work(progress: Progress) -> Moved:
            seen, now = self._cases.get(case_id), self._store.load_case(case_id)
            if seen is not None and rows_of(seen.history) != rows_of(now.history):
                raise Conflict(
                    "another seat changed this case meanwhile",
                    "look at the reloaded state and repeat the step if it is still wanted",
                )
            moved, way = Moved(), -1 if by < 0 else 1
            for at, (step, run) in enumerate(runs(now.history, by)):
                progress.step(at, abs(by), "Going through the steps of the case")
                try:
                    if step is None:
                        moved = moved.with_case(self._store.go_case(case_id, run, person, now.revision))
                    else:
                        written = self._store.move_in_cells(case_id, step, way, person, self._revisions)
                        moved = self._together(written, moved)
                except CentromereError as error:
                    return moved.stopped(error)
                except Refused as refusal:
                    return moved.stopped(refusal)
                assert moved.case is not None
                now = self._case_known(moved.case)
            return moved

        self._submit(work, self._moved, lambda error: self._not_written(error, case_id))

    def load_case_in_lane(self, case_id: CaseId) -> CaseRecord:
        """Read a case; call it in the database lane."""
        return self._case_known(self._store.load_case(case_id))

    def _case_known(self, record: CaseRecord) -> CaseRecord:
        self._cases[record.case.id] = record
        return record

    def _known_revision(self, cell_id: CellId) -> int:
        revision = self._revisions.get(cell_id)
        return self.load_in_lane(cell_id).revision if revision is None else revision

    def _together(self, written: Written, moved: Moved | None = None) -> Moved:
        for record in written.cells:
            self._revisions[record.cell.id] = record.revision
        return (moved or Moved()).with_cells(*written.cells).with_case(self._case_known(written.case))

    def _moved(self, moved: Moved) -> None:
        for record in moved.cells.values():
            self.cell_arrived.emit(record)
        if moved.case is not None:
            self.case_arrived.emit(moved.case)
        if moved.error is not None:
            self._not_written(moved.error, moved.case.case.id if moved.case else None, tuple(moved.cells))

    def _write_cell(self, cell_id: CellId, call: Callable[[int], CellRecord]) -> None:
        def work(progress: object) -> CellRecord:
            loaded = call(self._known_revision(cell_id))
            self._revisions[cell_id] = loaded.revision
            return loaded

        self._submit(work, self.cell_arrived.emit, lambda error: self._not_written(error, None, (cell_id,)))

    def _not_written(self, error: Exception, case_id: CaseId | None, cells: tuple[CellId, ...] = ()) -> None:
        """Say why, and show what stands where another seat was faster."""
        self.refused.emit(error)
        if isinstance(error, Missing):
            self.case_outdated.emit()
        elif isinstance(error, Conflict | Refused) and case_id is not None:
            self._read_again(lambda progress: self.load_case_in_lane(case_id), self.case_arrived.emit)
        if isinstance(error, Conflict):
            for cell in cells:
                self._read_again(lambda progress, cell=cell: self.load_in_lane(cell), self.cell_arrived.emit)

    def _read_again(self, work: Callable[[object], object], done: Callable[[object], None]) -> None:
        self._lane.submit("Read again", work, done=done, failed=self.refused.emit, urgency=Urgency.NOW)

    def _submit(
        self,
        work: Callable[[object], object],
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
    ) -> None:
        def written(result: object) -> None:
            self._pending -= 1
            self._at = datetime.now(UTC)
            done(result)
            self.changed.emit()

        def not_written(error: Exception) -> None:
            self._pending -= 1
            failed(error)
            self.changed.emit()

        self._pending += 1
        self._lane.submit("Save", work, done=written, failed=not_written, urgency=Urgency.NOW)
        self.changed.emit()
