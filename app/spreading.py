"""A correction that spreads: notices what a person corrected and looks for it in the other cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.analyses import Analyses
from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.analysis.mending import RESHAPING, operation_of, pieces_of
from core.analysis.spreading import SimilarPlace, similar_places, without_taken
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.editing.operations import CellOperation
from core.editing.operations.together import Together
from core.progress import Progress

_MARGIN = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offer:
    """A place with its picture: grey values [y, x] whose upper left corner lies at `origin` (x, y)."""

    place: SimilarPlace
    grey: NDArray[np.generic]
    origin: tuple[int, int]


class Spreading(QObject):
    """What could be corrected in the other cells after the last correction.

    Parameters
    ----------
    session
        Case on the desk.
    analyses
        Names pieces after a repair.
    """

    changed = Signal()
    """`places` are other ones."""

    def __init__(self, session: CaseSession, analyses: Analyses, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._analyses = analyses
        self._task: Task | None = None
        self._seen: dict[str, int] = {}
        self.places: tuple[SimilarPlace, ...] = ()
        """Places of other cells that look alike; empty while nobody corrected anything."""
        session.cell_opened.connect(self._cell_opened)
        session.cell_changed.connect(self._cell_changed)
        session.case_changed.connect(self._case_changed)

    def drop(self) -> None:
        """Forget the places."""
        if self.places:
            self.places = ()
            self.changed.emit()

    def pictures(self, done: Callable[[list[Offer]], None]) -> None:
        """Read the pictures of the places; `done` is called in the GUI thread."""
        places = self.places

        def work(progress: Progress) -> list[Offer]:
            offers = []
            for number, place in enumerate(places):
                progress.step(number, len(places), "looking at similar places")
                offers.append(_offer(place, self._session.pictures.read_now(place.cell)))
            return offers

        self._session.lanes.pictures.submit(
            "Similar places",
            work,
            done=done,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def accept(self, places: Sequence[SimilarPlace], done: Callable[[], None]) -> None:
        """Do the correction in these places as one step of the case; cells that changed are passed over.

        Several places of one cell are done one after the other, each step as large as it can be.
        """
        waves: list[dict[CellId, SimilarPlace]] = []
        for place in places:
            free = next((wave for wave in waves if place.cell.id not in wave), None)
            if free is None:
                free = {}
                waves.append(free)
            free[place.cell.id] = place

        def work(progress: Progress) -> list[dict[CellId, CellOperation]]:
            steps = []
            for wave in waves:
                steps.append({cell: self._operation(place) for cell, place in wave.items()})
            return steps

        def ready(steps: list[dict[CellId, CellOperation]]) -> None:
            for step in steps:
                self._session.do_in_cells(step, _words(step))
            done()

        self._session.lanes.gestures.submit(
            "Correct similar places",
            work,
            done=ready,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def _operation(self, place: SimilarPlace) -> CellOperation:
        one = place.suggestion
        if one.repair not in RESHAPING:
            return operation_of(one)
        picture = self._session.pictures.read_now(place.cell)
        return operation_of(one, self._analyses.named(place.cell, pieces_of(one), set(one.ids), picture))

    # -- what a person did -----------------------------------------------------------------------------

    def _case_changed(self) -> None:
        case = self._session.case
        if case is None:
            self._seen.clear()
            self.drop()

    def _cell_opened(self, cell_id: str) -> None:
        history = self._session.history
        if history is not None:
            self._seen[cell_id] = max((step.row for step in history.done), default=0)

    def _cell_changed(self, cell_id: str, change: object) -> None:
        history = self._session.history
        if history is None or not history.done:
            return
        last = history.done[-1]
        fresh = last.row > self._seen.get(cell_id, 0)
        self._seen[cell_id] = max(self._seen.get(cell_id, 0), last.row)
        if not fresh or isinstance(last.operation, Together):
            return
        before = history.done[-2].after if len(history.done) > 1 else history.origin
        self._look(before, last.operation)

    def _look(self, before: Metaphase, operation: CellOperation) -> None:
        others = tuple(cell for cell in self._session.cells if cell.id != before.id and cell.chromosomes)
        if not others:
            return
        if self._task is not None:
            self._task.gone = None
            self._task.cancel()

        def work(progress: Progress) -> tuple[SimilarPlace, ...]:
            return without_taken(similar_places(before, operation, others))

        def done(found: tuple[SimilarPlace, ...]) -> None:
            if found:
                self.places = found
                self.changed.emit()

        self._task = self._session.lanes.compute.submit(
            "Look for similar places",
            work,
            done=done,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.SOON,
        )

    def still_there(self, places: Sequence[SimilarPlace]) -> tuple[SimilarPlace, ...]:
        """Places whose chromosomes nobody changed meanwhile."""
        now = {cell.id: cell for cell in self._session.cells}
        kept = []
        for place in places:
            cell = now.get(place.cell.id)
            ids = set(place.suggestion.ids)
            if cell is not None and {c for c in cell.chromosomes if c.id in ids} == {
                c for c in place.cell.chromosomes if c.id in ids
            }:
                kept.append(place)
        return tuple(kept)

    def finish(self, places: Sequence[SimilarPlace]) -> None:
        """Take places out of the list."""
        self.places = tuple(place for place in self.places if place not in places)
        self.changed.emit()


def _words(step: dict[CellId, CellOperation]) -> str:
    first = next(iter(step.values()))
    cells = "1 cell" if len(step) == 1 else f"{len(step)} cells"
    return f"{first.label} in {cells}"


def _offer(place: SimilarPlace, grey: NDArray[np.generic]) -> Offer:
    one = place.suggestion
    boxes = [place.cell.chromosome(i).outline.box for i in one.ids] or [o.box for o in one.outlines]
    left = max(0, int(min(box[0] for box in boxes)) - _MARGIN)
    top = max(0, int(min(box[1] for box in boxes)) - _MARGIN)
    right = int(max(box[2] for box in boxes)) + _MARGIN
    bottom = int(max(box[3] for box in boxes)) + _MARGIN
    return Offer(place=place, grey=grey[top:bottom, left:right].copy(), origin=(left, top))
