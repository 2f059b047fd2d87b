"""Writes edits in the database lane, each based on the one before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.tasks import Lane, Urgency
from core.analysis.reconcile import superseded_by_people
from core.domain.ids import CaseId, CellId, PersonName
from core.domain.proposal import Proposal
from core.editing.case_operations import CaseOperation
from core.editing.operations import CellOperation
from core.store.cases import CaseStore
from core.store.failures import Conflict
from core.store.records import CaseRecord, CellRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How the last edit was kept; `pending` edits are still being written."""

    pending: int
    at: datetime | None


class Edits(QObject):
    """Queue of edits.

    Edits can be typed faster than they are written. Which revision an edit is based on is therefore
    looked up when its turn comes, in the lane; `_revisions` belongs to the lane alone.
    """

    cell_arrived = Signal(object)
    case_arrived = Signal(object)
    refused = Signal(object)
    changed = Signal()

    def __init__(self, store: CaseStore, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._lane = lane
        self._revisions: dict[str, int] = {}
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

    def undo(self, cell_id: CellId, *, person: PersonName) -> None:
        """Take the last step of a cell back."""
        self._write_cell(
            cell_id,
            lambda revision: self._store.undo(cell_id, person=person, expected_revision=revision),
        )

    def redo(self, cell_id: CellId, *, person: PersonName) -> None:
        """Do the last step taken back again."""
        self._write_cell(
            cell_id,
            lambda revision: self._store.redo(cell_id, person=person, expected_revision=revision),
        )

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
        """Do something to a case."""
        self._write_case(
            case_id,
            lambda revision: self._store.do_case(
                case_id, operation, person=person, expected_revision=revision
            ),
        )

    def undo_case(self, case_id: CaseId, *, person: PersonName) -> None:
        """Take the last step of the case itself back."""
        self._write_case(
            case_id,
            lambda revision: self._store.undo_case(case_id, person=person, expected_revision=revision),
        )

    def redo_case(self, case_id: CaseId, *, person: PersonName) -> None:
        """Do the last step taken back from the case itself again."""
        self._write_case(
            case_id,
            lambda revision: self._store.redo_case(case_id, person=person, expected_revision=revision),
        )

    def _write_case(self, case_id: CaseId, call: Callable[[int], CaseRecord]) -> None:
        def work(progress: object) -> CaseRecord:
            return call(self._store.load_case(case_id).revision)

        self._submit(work, self.case_arrived.emit, self.refused.emit)

    def _write_cell(self, cell_id: CellId, call: Callable[[int], CellRecord]) -> None:
        def work(progress: object) -> CellRecord:
            revision = self._revisions.get(cell_id)
            if revision is None:
                revision = self.load_in_lane(cell_id).revision
            loaded = call(revision)
            self._revisions[cell_id] = loaded.revision
            return loaded

        def failed(error: Exception) -> None:
            self.refused.emit(error)
            if isinstance(error, Conflict):
                self._lane.submit(
                    "Read cell again",
                    lambda progress: self.load_in_lane(cell_id),
                    done=self.cell_arrived.emit,
                    failed=self.refused.emit,
                    urgency=Urgency.NOW,
                )

        self._submit(work, self.cell_arrived.emit, failed)

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
