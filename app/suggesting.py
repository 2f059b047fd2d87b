"""Looks for what may be wrong with the count of the open cell, and repairs it at one key."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.analyses import Analyses
from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.analysis.expected import Expectation, expectation_of, reweighed
from core.analysis.mending import RESHAPING, operation_of, pieces_of
from core.analysis.suggestion import Fault, Repair, Suggestion
from core.domain.chromosome import ExclusionReason
from core.domain.metaphase import Metaphase
from core.editing.operations import CellOperation, MarkObject, Refused
from core.imaging.intensity import stain_of
from core.progress import Progress

_SETTLED_MS = 120
_READING_S = 0.8
_UNSURE = (0.15, 0.97)


class Suggesting(QObject):
    """Suggestions for the open cell.

    They are looked for in the compute lane, and only while somebody wants them (`want`).

    Parameters
    ----------
    session
        Case on the desk.
    analyses
        Names pieces after a repair.
    """

    changed = Signal()
    """`expectation` is another one, or is being looked for."""

    def __init__(self, session: CaseSession, analyses: Analyses, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._analyses = analyses
        self._wanted = False
        self._task: Task | None = None
        self._seen: tuple[Metaphase, bool] | None = None
        self._dismissed: set[tuple[str, str, tuple[str, ...], object]] = set()
        # Repaired, and not looked at again yet: out of the list at once, so that the next key means the next.
        # With the cell as it was before the repair; None while the repair is being worked out. A look at
        # that older cell, which may arrive late, must not offer the repair a second time.
        self._applied: dict[tuple[str, str, tuple[str, ...], object], Metaphase | None] = {}
        self.expectation: Expectation | None = None
        """What is expected and what was found; None while nothing is known."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._look)
        session.cell_opened.connect(self._cell_opened)
        session.cell_changed.connect(lambda *_: self._timer.start())
        session.picture_changed.connect(lambda *_: self._timer.start())

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Suggestions that nobody dismissed."""
        if self.expectation is None:
            return ()
        hidden = self._dismissed | self._applied.keys()
        return tuple(one for one in self.expectation.suggestions if self._key(one) not in hidden)

    @property
    def busy(self) -> bool:
        """Whether somebody looks just now."""
        return self._task is not None and not self._task.finished

    def want(self, wanted: bool) -> None:
        """Look for suggestions from now on, or no longer."""
        self._wanted = wanted
        if wanted:
            self._timer.start()

    def apply(self, suggestion: Suggestion) -> None:
        """Repair what a suggestion says, as one step."""
        cell = self._session.cell
        if cell is None:
            return
        present = {chromosome.id for chromosome in cell.chromosomes}
        if not present.issuperset(suggestion.ids):
            self._session.message.emit("This chromosome has changed meanwhile, look at the list again.")
            self._timer.start()
            return
        if suggestion.repair not in RESHAPING:
            try:
                self._session.do(operation_of(suggestion))
                self._hide(suggestion, cell)
            except Refused as refusal:
                self._session.message.emit(sentence_of(refusal))
                self._session.select(suggestion.ids)
            return
        picture = self._session.picture
        key = self._key(suggestion)

        def work(progress: Progress) -> CellOperation:
            pieces = self._analyses.named(cell, pieces_of(suggestion), set(suggestion.ids), picture)
            return operation_of(suggestion, pieces)

        def done(operation: CellOperation) -> None:
            now = self._session.cell
            if key in self._applied and now is not None and now.id == cell.id:
                self._applied[key] = now
            self._session.do_in(cell.id, operation)

        def failed(error: Exception) -> None:
            self._applied.pop(key, None)
            self.changed.emit()
            self._session.message.emit(sentence_of(error))

        self._session.lanes.gestures.submit(
            repair_words(suggestion),
            work,
            done=done,
            failed=failed,
            gone=lambda: self._applied.pop(key, None),
            urgency=Urgency.NOW,
        )
        self._hide(suggestion, None)

    def _hide(self, suggestion: Suggestion, before: Metaphase | None) -> None:
        self._applied[self._key(suggestion)] = before
        self.changed.emit()

    def dismiss(self, suggestion: Suggestion) -> None:
        """Drop a suggestion; stain is marked as debris, which is a step of its own."""
        cell = self._session.cell
        if cell is not None and suggestion.fault is Fault.MISSED and suggestion.box in cell.unexplained:
            self._session.do(MarkObject(box=suggestion.box, reason=ExclusionReason.DEBRIS))
            return
        self._dismissed.add(self._key(suggestion))
        self.changed.emit()

    def _read_again(self, cell: Metaphase, picture: NDArray[np.generic], found: Expectation) -> Expectation:
        """Let the models read what the likeliest repairs would give; called in the lane, and not for long."""
        end = time.monotonic() + _READING_S
        weighed = list(found.suggestions)
        for at, one in enumerate(found.suggestions):
            unsure = _UNSURE[0] < one.likely < _UNSURE[1]
            if time.monotonic() > end or one.fault not in (Fault.SPLIT, Fault.MERGED) or not unsure:
                continue
            pieces = self._analyses.named(cell, pieces_of(one), set(one.ids), picture)
            if all(piece.alternatives for piece in pieces):
                before = [cell.chromosome(i).confidence for i in one.ids]
                weighed[at] = reweighed(one, before, [piece.confidence for piece in pieces])
        ranked = sorted(weighed, key=lambda one: -one.likely)
        return replace(found, suggestions=tuple(ranked))

    def _key(self, one: Suggestion) -> tuple[str, str, tuple[str, ...], object]:
        cell = self._session.cell
        return (cell.id if cell else "", one.fault.value, tuple(sorted(one.ids)), one.box)

    def _cell_opened(self, cell_id: str) -> None:
        self.expectation = None
        self._seen = None
        self.changed.emit()
        self._timer.start()

    def _reconcile(self, seen: Metaphase) -> bool:
        """Forget repairs that a look at a state has answered; tell whether any was."""
        now = self._session.cell
        left = {
            key: before
            for key, before in self._applied.items()
            if before is None or (before == seen and now != seen)
        }
        changed = len(left) < len(self._applied)
        self._applied = left
        return changed

    def _look(self) -> None:
        cell, picture = self._session.cell, self._session.picture
        if not self._wanted or cell is None:
            return
        if self._seen == (cell, picture is not None):
            # What was repaired was taken back before anybody looked: the repairs are to be offered again.
            if not self.busy and self._reconcile(cell):
                self.changed.emit()
            return
        if self._task is not None:
            self._task.gone = None
            self._task.cancel()
        self._seen = (cell, picture is not None)
        others = tuple(one for one in self._session.cells if one.id != cell.id)

        def work(progress: Progress) -> Expectation:
            stain = None if picture is None else stain_of(picture, dark_on_light=cell.dark_on_light)
            progress.step(1, 2, "looking at the count")
            found = expectation_of(cell, stain, others)
            if picture is None or not self._analyses.ready:
                return found
            return self._read_again(cell, picture, found)

        def done(found: Expectation) -> None:
            now = self._session.cell
            if now is not None and now.id == cell.id:
                self.expectation = found
                self._reconcile(cell)
                self.changed.emit()

        self._task = self._session.lanes.compute.submit(
            "Look at the count",
            work,
            done=done,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )
        self.changed.emit()


def repair_words(suggestion: Suggestion) -> str:
    """What the key does, in a word or two."""
    return {
        Repair.JOIN: "Join",
        Repair.REMOVE: "Remove",
        Repair.CUT: "Cut",
        Repair.UNCROSS: "Separate",
        Repair.OUTLINE: "Outline",
        Repair.EXCLUDE: "Other cell",
        Repair.RENAME: f"Name {suggestion.chromosome_class}",
        Repair.LOOK: "Show",
    }[suggestion.repair]
