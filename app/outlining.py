"""Carries gestures out: geometry and models in a lane of their own, one step of the history for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.analyses import Analyses
from app.commands import NOT_A_CHROMOSOME
from app.errors import sentence_of
from app.gestures import (
    Edit,
    Line,
    Scene,
    axis_moved,
    brushed,
    cut_along,
    grown_by,
    joined,
    marked,
    onto_axis,
    outlined_at,
    outlined_in,
    ringed,
    rubbed_out,
    separated_by_corners,
    separated_by_strokes,
    with_ring,
)
from app.session import CaseSession
from app.tasks import Urgency
from core.domain.chromosome import ExclusionReason
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Box, Point
from core.editing.operations import CellOperation, MarkObject, MoveCentromere, Remove
from core.progress import Progress

Gesture = Callable[[Scene], Edit | CellOperation]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    cell: CellId
    step: CellOperation


class Outlining(QObject):
    """Turns what tools draw into steps of the history.

    Gestures may follow each other faster than they are carried out: each waits until the one before is
    written, because it works on what that one left.
    """

    settled = Signal()
    """Nothing is in hand any more: what a tool still shows of its gesture can go."""

    def __init__(self, session: CaseSession, analyses: Analyses, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._analyses = analyses
        self._window = window
        self._waiting: deque[tuple[CellId, Gesture]] = deque()
        self._in_hand = False
        self._writing = False
        for name, call in (
            ("join", self.join),
            ("grow", lambda: self.grow(1)),
            ("shrink", lambda: self.grow(-1)),
            ("delete_outline", self.delete),
            ("outline_box", self.outline_next),
        ):
            actions[name].triggered.connect(lambda checked=False, call=call: call())
        session.busy_changed.connect(self._written)
        session.picture_changed.connect(analyses.prepare)
        analyses.prepare()

    @property
    def busy(self) -> bool:
        """Whether a gesture is in hand, waits, or is being written."""
        return self._in_hand or self._writing or bool(self._waiting)

    # -- gestures --------------------------------------------------------------------------------------

    def cut(self, line: Line) -> None:
        """Cut along a line."""
        self._do(lambda scene: cut_along(scene, line))

    def separate(self, first: Line, second: Line) -> None:
        """Tell crossing chromosomes apart by a stroke along each."""
        self._do(lambda scene: separated_by_strokes(scene, first, second))

    def separate_at(self, corners: Line) -> None:
        """Tell crossing chromosomes apart by the corners of their crossing."""
        self._do(lambda scene: separated_by_corners(scene, corners))

    def join(self) -> None:
        """Join the selected pieces."""
        self._do(lambda scene: joined(scene.cell, scene.selection))

    def paint(self, stroke: Line, radius: float, *, over_others: bool = False) -> None:
        """Paint at a chromosome."""
        self._do(lambda scene: brushed(scene, stroke, radius, over_others=over_others))

    def erase(self, stroke: Line, radius: float) -> None:
        """Erase from a chromosome."""
        self._do(lambda scene: rubbed_out(scene, stroke, radius))

    def grow(self, by: int) -> None:
        """Move the outlines of the selection by pixels."""
        self._do(lambda scene: grown_by(scene, by))

    def ring(self, ring: Line) -> None:
        """Make a chromosome, or a piece, of what lies in a ring."""
        self._do(lambda scene: ringed(scene, ring))

    def reshape(self, chromosome: ChromosomeId, ring: Line) -> None:
        """Give a chromosome another contour."""
        self._do(lambda scene: with_ring(scene, chromosome, ring))

    def outline_at(self, point: Point) -> None:
        """Outline what lies under the pointer."""
        self._do(lambda scene: outlined_at(scene, point))

    def outline_box(self, box: Box) -> None:
        """Outline stain that the program has boxed."""
        self._do(lambda scene: outlined_in(scene, box))

    def outline_next(self, box: Box | None = None) -> None:
        """Outline the largest stain that nothing explains."""
        cell = self._session.cell
        if cell is None or not cell.unexplained:
            self._say("Nothing in this cell is left unexplained.")
            return
        self.outline_box(box or max(cell.unexplained, key=lambda one: (one[2] - one[0]) * (one[3] - one[1])))

    def move_axis(self, chromosome: ChromosomeId, nodes: Line) -> None:
        """Lay the axis of a chromosome through handles."""
        self._do(lambda scene: axis_moved(scene, chromosome, nodes))

    def move_centromere(self, chromosome: ChromosomeId, point: Point) -> None:
        """Put the centromere at the nearest place on the axis."""

        def step(scene: Scene) -> CellOperation:
            known = next((c for c in scene.cell.chromosomes if c.id == chromosome), None)
            return MoveCentromere(
                ids=(chromosome,), point=point if known is None else onto_axis(known, point)
            )

        self._do(step)

    def delete(self) -> None:
        """Take the selected outlines away."""
        ids = tuple(chromosome.id for chromosome in self._session.selected)
        self._do(lambda scene: Remove(ids=ids))

    def mark_ring(self, ring: Line, reason: ExclusionReason) -> None:
        """Say of the stain in a ring what it is."""
        self._do(lambda scene: marked(scene, ring, reason))

    def mark_box(self, box: Box, reason: ExclusionReason) -> None:
        """Say of boxed stain what it is."""
        self._do(lambda scene: MarkObject(box=box, reason=reason))

    # -- menus -----------------------------------------------------------------------------------------

    def ask_about_ring(self, ring: Line, where: QPoint) -> None:
        """Ask what a ringed object is."""
        self._ask(where, partial(self.mark_ring, ring), None)

    def ask_about_box(self, box: Box, where: QPoint) -> None:
        """Ask what boxed stain is; a chromosome is one of the answers."""
        self._ask(where, partial(self.mark_box, box), partial(self.outline_box, box))

    def _ask(
        self,
        where: QPoint,
        mark: Callable[[ExclusionReason], None],
        outline: Callable[[], None] | None,
    ) -> None:
        menu = QMenu(self._window)
        menu.setAccessibleName("What it is")
        if outline is not None:
            menu.addAction("&Outline as a chromosome").triggered.connect(lambda checked=False: outline())
            menu.addSeparator()
        for reason, words in NOT_A_CHROMOSOME.items():
            menu.addAction(words).triggered.connect(lambda checked=False, reason=reason: mark(reason))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(where)

    # -- carrying out ----------------------------------------------------------------------------------

    def _do(self, gesture: Gesture) -> None:
        cell = self._session.cell
        if cell is None:
            self._say("No cell is open, open one first.")
        elif cell.id in self._analyses.working:
            self._say("This cell is being analysed; wait until it is done, or stop it with Ctrl+. first.")
        else:
            self._waiting.append((cell.id, gesture))
        self._next()

    def _next(self) -> None:
        if self._in_hand or self._writing:
            return
        if not self._waiting:
            self.settled.emit()
            return
        cell_id, gesture = self._waiting.popleft()
        cell, picture = self._session.cell, self._session.picture
        if cell is None or cell.id != cell_id:
            self._next()
            return
        selection = self._session.selection
        self._in_hand = True

        def work(progress: Progress) -> _Done:
            scene = self._analyses.scene(cell, selection, picture)
            meant = gesture(scene)
            if isinstance(meant, Edit):
                named = self._analyses.named(cell, meant.pieces, meant.instead_of, picture)
                return _Done(cell=cell.id, step=meant.step(named))
            return _Done(cell=cell.id, step=meant)

        self._session.lanes.gestures.submit(
            "Gesture", work, done=self._carry_out, failed=self._failed, gone=self._ended, urgency=Urgency.NOW
        )

    def _carry_out(self, done: _Done) -> None:
        self._in_hand = False
        self._writing = True
        self._session.do_in(done.cell, done.step)

    def _failed(self, error: Exception) -> None:
        self._say(sentence_of(error))
        self._ended()

    def _ended(self) -> None:
        self._in_hand = False
        self._next()

    def _written(self) -> None:
        if self._writing and self._session.saved.pending == 0:
            self._writing = False
            self._next()

    def _say(self, text: str) -> None:
        self._session.message.emit(text)


def boxed_at(cell: Metaphase | None, point: Point) -> Box | None:
    """Smallest box of unexplained or excluded stain at a point of the picture; None for none."""
    if cell is None:
        return None
    boxes = (*cell.unexplained, *(found.box for found in cell.excluded))
    around = [b for b in boxes if b[0] <= point[0] <= b[2] and b[1] <= point[1] <= b[3]]
    return min(around, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]), default=None)
