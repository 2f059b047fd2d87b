"""The board in the window: what it shows, its wheel and its keys; `hand` has the gestures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QToolTip, QWidget

from app import theme
from app.board.carrying import Carrying
from app.board.drawing import REACH, AnnotationPen
from app.board.dropping import Target, operation_for, refusal_of
from app.board.escape import Escape
from app.board.hand import Gesture, Hand
from app.board.handle import ABOVE, RotateHandle
from app.board.layout import OUT_SLOT
from app.board.loupe import Loupe
from app.board.moving import target_of_key
from app.board.scene import BoardScene
from app.board.tweak import Tweak
from app.board.walking import Step, neighbour
from app.karyogram_choices import KaryogramChoices
from app.session import CaseSession
from core.domain.annotation import AnnotationKind
from core.domain.ids import ChromosomeId
from core.editing.operations import Turn

_ZOOM_STEP = 1.0015
_LARGEST = 12.0
_STEPS = {
    Qt.Key.Key_Left: Step.LEFT, Qt.Key.Key_Right: Step.RIGHT, Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
}  # fmt: skip
_WAYS = {Step.LEFT: (-1, 0), Step.RIGHT: (1, 0), Step.UP: (0, -1), Step.DOWN: (0, 1)}
_CONTROL, _SHIFT, _ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
_NUDGE, _FAR_NUDGE = 1.0, 6.0
_WHEEL_TURN = 2.0 / 120.0
_NOTHING = "Nothing is selected, click a chromosome or press Tab."


class BoardView(QGraphicsView):
    """Shows the scene and turns mouse and keys into selection and operations.

    Signals
    -------
    reason_wanted
        Selected chromosomes were dropped where nothing counts; somebody has to ask why.
    menu_wanted
        Global position of a right click; what is under it is selected by then.
    """

    reason_wanted = Signal()
    menu_wanted = Signal(object)

    def __init__(
        self,
        session: CaseSession,
        choices: KaryogramChoices | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.board = BoardScene()
        super().__init__(self.board, parent)
        self._session = session
        theme.news.changed.connect(self._draw_anew)
        self.choices = choices or KaryogramChoices(session, parent=self)
        self._zoom = 1.0
        self._walker: ChromosomeId | None = None
        self.handle = RotateHandle()
        self.handle_middle = QPointF()
        self.board.addItem(self.handle)
        self.escape = Escape(self)
        self.tweak = Tweak(session, self.board, self)
        self.pen = AnnotationPen(session, self.board, self)
        self.hand = Hand(session, self)
        self.pen.changed.connect(self._pen_changed)
        self.loupe = Loupe(self, self.board.pictures)
        self.loupe.closed.connect(self.close_loupe)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 200)
        self.setAcceptDrops(False)
        self.setAccessibleName("Karyogram")
        session.cell_opened.connect(self._show)
        session.picture_changed.connect(self._show)
        session.cell_changed.connect(self._show)
        session.selection_changed.connect(self._light)
        session.hover_changed.connect(self._light)
        self.choices.changed.connect(self._show_style)
        self._show_style()
        self._show()

    # -- showing ---------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Magnification; 1 shows the whole board."""
        return self._zoom

    @property
    def carrying(self) -> Carrying | None:
        """Chromosomes in the hand; None for none."""
        return self.hand.carrying

    @property
    def handle_foot(self) -> QPointF:
        """Where the stem of the handle begins on the viewport."""
        return QPointF(self.mapFromScene(self.handle.pos()))

    @property
    def handle_point(self) -> QPoint | None:
        """Where the handle that turns lies on the viewport; None while there is none."""
        if not self.handle.isVisible():
            return None
        return (self.handle_foot - QPointF(0, ABOVE)).toPoint()

    def fit(self) -> None:
        """Show the whole board."""
        self._zoom = 1.0
        self.resetTransform()
        self._fit_scene()

    def screen_point(self, chromosome_id: ChromosomeId) -> QPoint:
        """Where the middle of a chromosome lies on the viewport."""
        return self.mapFromScene(self.board.middles[chromosome_id])

    def in_scene(self, position: QPointF) -> QPointF:
        """Point of the scene at a position of the viewport, between pixels too."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(position)

    def under(self, position: QPointF) -> ChromosomeId | None:
        """Chromosome at a position of the viewport."""
        return self.board.chromosome_at(self.mapToScene(position.toPoint()))

    def scroll_by(self, way: QPointF) -> None:
        """Move a magnified board."""
        for bar, by in ((self.horizontalScrollBar(), way.x()), (self.verticalScrollBar(), way.y())):
            bar.setValue(bar.value() + round(by))

    def show_cursor(self) -> None:
        """Give the mouse the look of what it does, and show the handle where it is of use."""
        shape = Qt.CursorShape.ArrowCursor
        if self.hand.carrying is not None:
            forbidden = bool(self.hand.carrying.refusal)
            shape = Qt.CursorShape.ForbiddenCursor if forbidden else Qt.CursorShape.ClosedHandCursor
        elif self.pen.kind is not None:
            shape = Qt.CursorShape.CrossCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
        self._show_handle()

    def _show_style(self) -> None:
        self.board.show_style(self.choices.style)
        self._light()

    def _show(self, *_: object) -> None:
        self.hand.let_go()
        self.board.show_cell(self._session.cell, self._session.picture)
        self.pen.refresh()
        self._light()

    def _light(self, *_: object) -> None:
        session = self._session
        self.board.light(session.selection, session.hover)
        self._show_handle()
        if self.loupe.isVisible():
            self.loupe.show_selection(session.cell, session.selected, self.choices.style)
        if self._zoom > 1.0 and len(session.selection) == 1 and self.hand.gesture is Gesture.NONE:
            (only,) = session.selection
            item = self.board.item_of(only)
            if item is not None:
                self.ensureVisible(item.body_area, 30, 30)

    def _show_handle(self) -> None:
        selection = self._session.selection
        item = self.board.item_of(next(iter(selection))) if len(selection) == 1 else None
        free = self.pen.kind is None and self.hand.carrying is None and not self.tweak.pending
        shown = item is not None and item.chromosome.excluded is None and free
        if item is not None and shown:
            area = item.body_area
            self.handle.setPos(area.center().x(), area.top() - 2)
            self.handle_middle = area.center()
        self.handle.setVisible(shown)

    def _fit_scene(self) -> None:
        size = self.viewport().size()
        self.board.fit_into(float(size.width()), float(size.height()))
        self._show_handle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the board for the new size; a magnified one keeps its arrangement."""
        super().resizeEvent(event)
        self.loupe.setGeometry(self.rect())
        if self._zoom == 1.0:
            self._fit_scene()

    def _draw_anew(self) -> None:
        """Take other colours; items keep what they have drawn until they are told."""
        for item in self.board.items():
            item.update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the rectangle that selects, and what is being drawn."""
        painter.save()
        self.pen.paint(painter)
        self.hand.paint(painter)
        painter.restore()

    # -- loupe and tools -------------------------------------------------------------------------------

    def toggle_loupe(self) -> None:
        """Open the loupe on the selection, or close it."""
        if self.loupe.isVisible():
            self.close_loupe()
            return
        self.loupe.show_selection(self._session.cell, self._session.selected, self.choices.style)
        self.loupe.open()
        self.escape.hold("loupe", self.close_loupe)

    def close_loupe(self) -> None:
        """Show the board again."""
        self.escape.release("loupe")
        self.loupe.hide()

    def take_pen(self, kind: AnnotationKind | None) -> None:
        """Draw with the next gesture; None for the plain arrow again."""
        self.close_loupe()
        self.pen.take(kind)

    def _pen_changed(self) -> None:
        if self.pen.kind is not None or self.pen.selected is not None:
            self.escape.hold("pen", self._put_pen_away)
        else:
            self.escape.release("pen")
        self.show_cursor()

    def _put_pen_away(self) -> None:
        self.pen.put_back()
        self.hand.let_go()
        self.pen.select(None)
        self.pen.take(None)

    # -- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.hand.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or light up what is under the mouse."""
        if not self.hand.move(event):
            self._session.hover_over(self.under(event.position()))
            self._tell_band(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture; the right button opens the menu."""
        self.hand.release(event)
        if event.button() == Qt.MouseButton.RightButton:
            under = self.under(event.position())
            if under is not None and under not in self._session.selection:
                self._session.select({under})
            self.menu_wanted.emit(event.globalPosition().toPoint())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the annotation or turn the chromosome under the mouse; else show the whole board."""
        if event.button() != Qt.MouseButton.LeftButton or self.pen.kind is not None:
            return
        self.hand.let_go()
        point = self.in_scene(event.position())
        if self.pen.edit(point, REACH / self._zoom):
            return
        under = self.under(event.position())
        if under is not None:
            self._session.select({under})
            self._session.do(Turn(ids=(under,)))
        elif self.board.label_at(point) is None:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._session.hover_over(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Magnify at the mouse, never below the whole board; with Shift turn the selection."""
        turns = event.angleDelta().y() or event.angleDelta().x()
        event.accept()
        if event.modifiers() & _SHIFT:
            under = self.under(event.position())
            chosen = self._session.selection or (frozenset({under}) if under is not None else frozenset())
            self.rotate(chosen, turns * _WHEEL_TURN)
            return
        wanted = min(max(self._zoom * _ZOOM_STEP**turns, 1.0), _LARGEST)
        if wanted == 1.0:
            self.fit()
            return
        place = event.position().toPoint()
        held = self.mapToScene(place)
        self.scale(wanted / self._zoom, wanted / self._zoom)
        self._zoom = wanted
        self.scroll_by(QPointF(self.mapFromScene(held) - place))

    def _tell_band(self, event: QMouseEvent) -> None:
        band = self.board.band_at(self.in_scene(event.position()))
        if band:
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(8, -24), band, self)
        elif QToolTip.text() and len(QToolTip.text()) < 14 and QToolTip.text()[0] in "123456789XY":
            QToolTip.hideText()

    # -- what is done to the selection -----------------------------------------------------------------

    def rotate(self, ids: frozenset[ChromosomeId], degrees: float) -> None:
        """Turn chromosomes a little; done when the hand rests."""
        if ids:
            self.tweak.rotate(ids, degrees)
            self._show_handle()
        else:
            self._session.message.emit(_NOTHING)

    def drop(self, carried: tuple[ChromosomeId, ...], target: Target) -> None:
        """Put chromosomes where they were carried to."""
        cell = self._session.cell
        if cell is None:
            return
        if target.slot == OUT_SLOT:
            if any(cell.chromosome(i).excluded is None for i in carried):
                self.reason_wanted.emit()
            return
        operation = operation_for(cell, carried, target)
        if operation is not None:
            self._session.do(operation)

    def carry(self, step: Step, *, whole_slot: bool = False) -> None:
        """Carry the selection one step of an arrow."""
        cell, layout, session = self._session.cell, self.board.layout, self._session
        if cell is None or layout is None:
            return
        found = target_of_key(
            cell, layout, self.board.middles, session.selection, step, whole_slot=whole_slot
        )
        if found is None:
            session.message.emit("Here the board ends." if session.selection else _NOTHING)
            return
        refusal = refusal_of(cell, *found)
        if refusal:
            session.message.emit(f"Not moved: {refusal}.")
        else:
            self.drop(*found)

    def _walk(self, step: Step, *, several: bool) -> None:
        layout = self.board.layout
        if layout is None:
            return
        chosen = [i for i in layout.order if i in self._session.selection]
        start = self._walker if self._walker in chosen else (chosen[-1] if chosen else None)
        found = neighbour(layout, self.board.middles, start, step)
        if found is not None:
            self._walker = found
            self._session.select(self._session.selection | {found} if several else {found})

    # -- keys ------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Do what is shown before any other key acts on it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            turning = event.text() in ("<", ">") or event.key() in (Qt.Key.Key_Control, Qt.Key.Key_Shift)
            if not turning and event.key() not in _STEPS:
                self.tweak.flush()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Do what is shown before somebody else acts on it."""
        self.tweak.flush()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, carry and nudge with the arrows, erase with Del; other keys belong to the page."""
        if event.key() == Qt.Key.Key_Delete and self.pen.erase():
            event.accept()
            return
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self.board.layout is None:
            event.ignore()
            return
        held = event.modifiers()
        if held & _ALT:
            self.tweak.flush()
            self.carry(step, whole_slot=bool(held & _SHIFT))
        elif held & _CONTROL:
            far = _FAR_NUDGE if held & _SHIFT else _NUDGE
            x, y = _WAYS[step]
            if self._session.selection:
                self.tweak.nudge(self._session.selection, QPointF(x * far, y * far))
                self._show_handle()
        else:
            self.tweak.flush()
            self._walk(step, several=bool(held & _SHIFT))
        event.accept()
