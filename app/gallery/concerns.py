"""What a cell is warned about: another image of the same metaphase, chromosomes of a second cell."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.analysis.duplicates import Duplicate, duplicates_of
from core.analysis.suggestion import Suggestion
from core.analysis.suspects.shapes import shapes_of
from core.analysis.suspects.strangers import strangers_of
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.progress import Progress

_SETTLED_MS = 400
_LIKELY = 0.3
Found = tuple[tuple[Duplicate, ...], dict[CellId, tuple[Suggestion, ...]]]


class Concerns(QObject):
    """Looks through the cells of the case in the compute lane, behind everything else."""

    changed = Signal()

    def __init__(self, session: CaseSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task | None = None
        self._seen: tuple[Metaphase, ...] = ()
        # Belongs to the lane: outlines of cells that did not change are not measured again.
        self._known: dict[CellId, tuple[Metaphase, tuple[Suggestion, ...]]] = {}
        self._duplicates: dict[CellId, tuple[Duplicate, ...]] = {}
        self._strangers: dict[CellId, tuple[Suggestion, ...]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._look)

    def want(self) -> None:
        """Look through the cells soon."""
        self._timer.start()

    def duplicates(self, cell: CellId) -> tuple[tuple[CellId, float], ...]:
        """Other cells that show the same metaphase, each with the share of chromosomes that agree."""
        return tuple(
            (one.second if one.first == cell else one.first, one.share)
            for one in self._duplicates.get(cell, ())
        )

    def strangers(self, cell: CellId) -> tuple[Suggestion, ...]:
        """Groups of chromosomes that may belong to a second cell."""
        return self._strangers.get(cell, ())

    def _look(self) -> None:
        cells = self._session.cells
        if not cells or _same(cells, self._seen):
            return
        if self._task is not None:
            self._task.gone = None
            self._task.cancel()
        self._seen = cells

        def work(progress: Progress) -> Found:
            strangers = {}
            for number, cell in enumerate(cells):
                progress.step(number, len(cells), "looking for second cells")
                strangers[cell.id] = self._strangers_in(cell)
            return duplicates_of(cells), strangers

        def done(found: Found) -> None:
            duplicates, self._strangers = found
            self._duplicates = {}
            for one in duplicates:
                for cell in (one.first, one.second):
                    self._duplicates[cell] = (*self._duplicates.get(cell, ()), one)
            self.changed.emit()

        self._task = self._session.lanes.compute.submit(
            "Compare cells",
            work,
            done=done,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.BATCH,
        )

    def _strangers_in(self, cell: Metaphase) -> tuple[Suggestion, ...]:
        known = self._known.get(cell.id)
        if known is None or known[0].chromosomes is not cell.chromosomes:
            found = tuple(one for one in strangers_of(shapes_of(cell)) if one.likely >= _LIKELY)
            known = self._known[cell.id] = (cell, found)
        return known[1]


def _same(first: Sequence[Metaphase], second: Sequence[Metaphase]) -> bool:
    return len(first) == len(second) and all(
        a.id == b.id and a.chromosomes is b.chromosomes for a, b in zip(first, second, strict=True)
    )
