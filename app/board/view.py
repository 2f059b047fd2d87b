"""The board in the window: mouse, wheel and arrow keys."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsView, QToolTip, QWidget

from app.board.carrying import Carrying
from app.board.drawing import REACH, AnnotationPen
from app.board.dropping import Target, operation_for, refusal_of
from app.board.escape import Escape
from app.board.handle import RotateHandle, angle_of, is_at_handle
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
_FLAG_AWAY = 16.0
_SELECTED = QColor("#1677d2")
_STEPS = {
    Qt.Key.Key_Left: Step.LEFT, Qt.Key.Key_Right: Step.RIGHT, Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
}  # fmt: skip
_WAYS = {Step.LEFT: (-1, 0), Step.RIGHT: (1, 0), Step.UP: (0, -1), Step.DOWN: (0, 1)}
_CONTROL, _SHIFT, _ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
_SEVERAL = _CONTROL | _SHIFT
_NUDGE, _FAR_NUDGE = 1.0, 6.0
_TURN_STEP = 1.0
_WHEEL_TURN = 2.0 / 120.0
_SNAP = 5.0
_EDGE, _SCROLL, _SCROLL_MS = 26, 14, 30


class _Gesture(Enum):
    NONE = 0
    PRESSED = 1
    CARRY = 2
    BAND = 3
    PAN = 4
    ROTATE = 5
    NUDGE = 6
    DRAW = 7
    ANNOTATION = 8
    LABEL = 9


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
        self.choices = choices or KaryogramChoices(session, parent=self)
        self._gesture = _Gesture.NONE
        self._pressed = QPointF()
        self._last = QPointF()
        self._under_press: ChromosomeId | None = None
        self._carrying: Carrying | None = None
        self._band: QRectF | None = None
        self._zoom = 1.0
        self._walker: ChromosomeId | None = None
        self._turned_from = 0.0
        self._handle = RotateHandle()
        self.board.addItem(self._handle)
        self._escape = Escape(self)
        self.tweak = Tweak(session, self.board, self)
        self.pen = AnnotationPen(session, self.board, self)
        self.pen.changed.connect(self._pen_changed)
        self.loupe = Loupe(self, self.board.pictures)
        self.loupe.closed.connect(self.close_loupe)
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)
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
        return self._carrying

    @property
    def handle_point(self) -> QPoint | None:
        """Where the handle that turns lies on the viewport; None while there is none."""
        if not self._handle.isVisible():
            return None
        foot = self.mapFromScene(self._handle.pos())
        return QPoint(foot.x(), foot.y() - 10)

    def fit(self) -> None:
        """Show the whole board."""
        self._zoom = 1.0
        self.resetTransform()
        self._fit_scene()

    def screen_point(self, chromosome_id: ChromosomeId) -> QPoint:
        """Where the middle of a chromosome lies on the viewport."""
        return self.mapFromScene(self.board.middles[chromosome_id])

    def look_again(self) -> None:
        """Cut out anew what another view of the picture changed."""
        self.board.show_cell(self._session.cell, self._session.picture)
        self._light()

    def _show_style(self) -> None:
        self.board.show_style(self.choices.style)
        self._light()

    def _show(self, *_: object) -> None:
        self._let_go()
        self.board.show_cell(self._session.cell, self._session.picture)
        self.pen.refresh()
        self._light()

    def _light(self, *_: object) -> None:
        session = self._session
        self.board.light(session.selection, session.hover)
        self._show_handle()
        if self.loupe.isVisible():
            self.loupe.show_selection(session.cell, session.selected, self.choices.style)
        if self._zoom > 1.0 and len(session.selection) == 1 and not self._gesture.value:
            (only,) = session.selection
            item = self.board.item_of(only)
            if item is not None:
                self.ensureVisible(item.body_area, 30, 30)

    def _show_handle(self) -> None:
        selection = self._session.selection
        item = self.board.item_of(next(iter(selection))) if len(selection) == 1 else None
        free = self.pen.kind is None and self._carrying is None
        shown = item is not None and item.chromosome.excluded is None and free
        if item is not None and shown:
            area = item.body_area
            self._handle.setPos(area.center().x(), area.top() - 2)
        self._handle.setVisible(shown)

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

    # -- loupe and tools -------------------------------------------------------------------------------

    def toggle_loupe(self) -> None:
        """Open the loupe on the selection, or close it."""
        if self.loupe.isVisible():
            self.close_loupe()
            return
        self.loupe.show_selection(self._session.cell, self._session.selected, self.choices.style)
        self.loupe.open()
        self._escape.hold("loupe", self.close_loupe)

    def close_loupe(self) -> None:
        """Show the board again."""
        self._escape.release("loupe")
        self.loupe.hide()

    def take_pen(self, kind: AnnotationKind | None) -> None:
        """Draw with the next gesture; None for the plain arrow again."""
        self.close_loupe()
        self.pen.take(kind)

    def _pen_changed(self) -> None:
        if self.pen.kind is not None or self.pen.selected is not None:
            self._escape.hold("pen", self._put_pen_away)
        else:
            self._escape.release("pen")
        if self.pen.kind is not None:
            self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.viewport().unsetCursor()
        self._show_handle()

    def _put_pen_away(self) -> None:
        self.pen.put_back()
        self._gesture = _Gesture.NONE
        self.pen.select(None)
        self.pen.take(None)

    # -- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._pressed = self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._gesture = _Gesture.PAN
        elif event.button() == Qt.MouseButton.LeftButton:
            self._gesture = self._begin(event)
        event.accept()

    def _begin(self, event: QMouseEvent) -> _Gesture:
        scene_point = self._in_scene(event.position())
        if self.pen.kind is not None:
            self.pen.begin(scene_point)
            return _Gesture.DRAW
        foot = QPointF(self.mapFromScene(self._handle.pos()))
        if self._handle.isVisible() and is_at_handle(event.position(), foot):
            self.tweak.flush()
            self._turned_from = self._angle(event.position())
            self._escape.hold("gesture", self._give_up)
            return _Gesture.ROTATE
        if self.pen.grasp(scene_point, REACH / self._zoom):
            self._escape.hold("gesture", self._give_up)
            return _Gesture.ANNOTATION
        self.pen.select(None)
        under = self._under(event.position())
        self._under_press = under
        if under is None:
            label = self.board.label_at(scene_point)
            return _Gesture.LABEL if label is not None and label.place.members else _Gesture.BAND
        if not event.modifiers() & _SEVERAL and under not in self._session.selection:
            self._session.select({under})
        return _Gesture.PRESSED

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or light up what is under the mouse."""
        position = event.position()
        far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2
        if self._gesture is _Gesture.PRESSED and far:
            if event.modifiers() & _ALT:
                self._gesture = _Gesture.NUDGE
                self.tweak.flush()
                self._escape.hold("gesture", self._give_up)
            else:
                self._lift()
        elif self._gesture is _Gesture.LABEL and far:
            self._gesture = _Gesture.BAND
        if self._gesture is _Gesture.CARRY and self._carrying is not None:
            self._carry_to(position)
        elif self._gesture is _Gesture.BAND and far:
            self._draw_band(QRectF(self._pressed, position).normalized())
        elif self._gesture is _Gesture.PAN:
            self._scroll_by(self._last - position)
        elif self._gesture is _Gesture.ROTATE:
            self._rotate_to(position, snap=bool(event.modifiers() & _SHIFT))
        elif self._gesture is _Gesture.NUDGE and self.board.layout is not None:
            way = self._in_scene(position) - self._in_scene(self._last)
            self.tweak.nudge(self._session.selection, way / self.board.layout.scale, resting=False)
        elif self._gesture is _Gesture.DRAW:
            self.pen.go_on(self._in_scene(position))
        elif self._gesture is _Gesture.ANNOTATION:
            self.pen.drag(self._in_scene(position))
        elif self._gesture is _Gesture.NONE:
            self._session.hover_over(self._under(position))
            self._tell_band(event)
        self._last = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        gesture, carrying, band = self._gesture, self._carrying, self._band
        several = bool(event.modifiers() & _SEVERAL)
        if gesture in (_Gesture.ROTATE, _Gesture.NUDGE):
            self.tweak.flush()
        self._let_go()
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish(gesture, carrying, band, several, self._in_scene(event.position()))
        elif event.button() == Qt.MouseButton.RightButton:
            under = self._under(event.position())
            if under is not None and under not in self._session.selection:
                self._session.select({under})
            self.menu_wanted.emit(event.globalPosition().toPoint())
        event.accept()

    def _finish(
        self, gesture: _Gesture, carrying: Carrying | None, band: QRectF | None, several: bool, at: QPointF
    ) -> None:
        before = self._session.selection
        if gesture is _Gesture.CARRY and carrying is not None:
            self._drop(carrying)
        elif gesture is _Gesture.PRESSED and self._under_press is not None:
            self._session.select(before ^ {self._under_press} if several else {self._under_press})
        elif gesture is _Gesture.LABEL:
            label = self.board.label_at(at)
            members = frozenset(label.place.members) if label is not None else frozenset()
            taken = before - members if members <= before else before | members
            self._session.select(taken if several else members)
        elif gesture is _Gesture.BAND:
            area = self.mapToScene(band.toRect()).boundingRect() if band else QRectF()
            found = self.board.chromosomes_in(area) if band else frozenset()
            self._session.select(before | found if several else found)
        elif gesture is _Gesture.DRAW:
            self.pen.finish(at)
        elif gesture is _Gesture.ANNOTATION:
            self.pen.drop(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the annotation or turn the chromosome under the mouse; else show the whole board."""
        if event.button() != Qt.MouseButton.LeftButton or self.pen.kind is not None:
            return
        self._let_go()
        if self.pen.edit(self._in_scene(event.position()), REACH / self._zoom):
            return
        under = self._under(event.position())
        if under is not None:
            self._session.select({under})
            self._session.do(Turn(ids=(under,)))
        elif self.board.label_at(self._in_scene(event.position())) is None:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._session.hover_over(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Magnify at the mouse, never below the whole board; with Shift turn the selection."""
        turns = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & _SHIFT:
            under = self._under(event.position())
            chosen = self._session.selection or (frozenset({under}) if under is not None else frozenset())
            self.rotate(chosen, turns * _WHEEL_TURN)
            event.accept()
            return
        wanted = min(max(self._zoom * _ZOOM_STEP**turns, 1.0), _LARGEST)
        if wanted == 1.0:
            self.fit()
        else:
            place = event.position().toPoint()
            held = self.mapToScene(place)
            self.scale(wanted / self._zoom, wanted / self._zoom)
            self._zoom = wanted
            slipped = self.mapFromScene(held) - place
            self._scroll_by(QPointF(slipped))
        event.accept()

    def _tell_band(self, event: QMouseEvent) -> None:
        band = self.board.band_at(self._in_scene(event.position()))
        if band:
            QToolTip.showText(event.globalPosition().toPoint() + QPoint(8, -24), band, self)
        elif QToolTip.text() and QToolTip.text()[:1] in "123456789XY" and len(QToolTip.text()) < 14:
            QToolTip.hideText()

    # -- turning and nudging ---------------------------------------------------------------------------

    def rotate(self, ids: frozenset[ChromosomeId], degrees: float) -> None:
        """Turn chromosomes a little; done when the hand rests."""
        if ids:
            self.tweak.rotate(ids, degrees)
            self._handle.hide()
        else:
            self._session.message.emit("Nothing is selected, click a chromosome or press Tab.")

    def _angle(self, position: QPointF) -> float:
        (only,) = self._session.selection
        return angle_of(self._in_scene(position), self.board.middles[only])

    def _rotate_to(self, position: QPointF, *, snap: bool) -> None:
        wanted = self._angle(position) - self._turned_from
        if snap:
            wanted = round(wanted / _SNAP) * _SNAP
        self.tweak.rotate(self._session.selection, wanted - self.tweak.degrees, resting=False)
        self._handle.hide()
        text = f"{self.tweak.degrees:+.0f}°"
        QToolTip.showText(self.viewport().mapToGlobal(position.toPoint()) + QPoint(12, -20), text, self)

    def _give_up(self) -> None:
        """Put everything back in the middle of a gesture."""
        self.tweak.give_up()
        self.pen.put_back()
        self._let_go()
        self._show_handle()
        self._session.message.emit("Put back; nothing was changed.")

    # -- carrying --------------------------------------------------------------------------------------

    def _lift(self) -> None:
        cell, under, layout = self._session.cell, self._under_press, self.board.layout
        if cell is None or under is None or layout is None:
            return
        self.tweak.flush()
        if under not in self._session.selection:
            self._session.select(self._session.selection | {under})
        others = [i for i in layout.order if i in self._session.selection and i != under]
        self._session.hover_over(None)
        start = self.mapToScene(self._pressed.toPoint())
        self._carrying = Carrying(self.board, cell, (under, *others), start)
        self._gesture = _Gesture.CARRY
        self._show_handle()
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._escape.hold("gesture", self._give_up)

    def _carry_to(self, position: QPointF) -> None:
        if self._carrying is None:
            return
        self._carrying.move(self.mapToScene(position.toPoint()), _FLAG_AWAY / self._zoom)
        forbidden = bool(self._carrying.refusal)
        shape = Qt.CursorShape.ForbiddenCursor if forbidden else Qt.CursorShape.ClosedHandCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
        self._last = position
        if self._edge_way() != QPointF() and self._zoom > 1.0:
            self._scrolling.start()
        else:
            self._scrolling.stop()

    def _edge_way(self) -> QPointF:
        """Which way the board has to go while something is held at its edge."""
        here, area = self._last, self.viewport().rect()
        x = -_SCROLL if here.x() < _EDGE else _SCROLL if here.x() > area.width() - _EDGE else 0
        y = -_SCROLL if here.y() < _EDGE else _SCROLL if here.y() > area.height() - _EDGE else 0
        return QPointF(x, y)

    def _scroll(self) -> None:
        self._scroll_by(self._edge_way())
        self._carry_to(self._last)

    def _scroll_by(self, way: QPointF) -> None:
        for bar, by in ((self.horizontalScrollBar(), way.x()), (self.verticalScrollBar(), way.y())):
            bar.setValue(bar.value() + round(by))

    def _let_go(self) -> None:
        self._scrolling.stop()
        self._escape.release("gesture")
        if self._carrying is not None:
            self._carrying.end()
            self._carrying = None
            self._pen_changed()
        self._draw_band(None)
        self._gesture = _Gesture.NONE

    def _drop(self, carrying: Carrying) -> None:
        if carrying.refusal:
            self._session.message.emit(f"Not moved: {carrying.refusal}.")
        elif carrying.target is not None:
            self._do_drop(carrying.carried, carrying.target)

    def _do_drop(self, carried: tuple[ChromosomeId, ...], target: Target) -> None:
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
        cell, layout = self._session.cell, self.board.layout
        if cell is None or layout is None:
            return
        found = target_of_key(
            cell, layout, self.board.middles, self._session.selection, step, whole_slot=whole_slot
        )
        if found is None:
            words = "Here the board ends." if self._session.selection else "Nothing is selected."
            self._session.message.emit(words)
            return
        refusal = refusal_of(cell, *found)
        if refusal:
            self._session.message.emit(f"Not moved: {refusal}.")
        else:
            self._do_drop(*found)

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
        layout = self.board.layout
        if step is None or layout is None:
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
                self._handle.hide()
        else:
            self.tweak.flush()
            self._walk(step, several=bool(held & _SHIFT))
        event.accept()

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

    # -- drawing ---------------------------------------------------------------------------------------

    def _draw_band(self, band: QRectF | None) -> None:
        if band is None and self._band is None:
            return
        old, self._band = self._band, band
        for area in (old, band):
            if area is not None:
                self.viewport().update(area.toAlignedRect().adjusted(-2, -2, 2, 2))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the rectangle that selects, and what is being drawn."""
        painter.save()
        self.pen.paint(painter)
        if self._band is not None:
            painter.resetTransform()
            fill = QColor(_SELECTED)
            fill.setAlpha(28)
            painter.setPen(QPen(_SELECTED, 1, Qt.PenStyle.DashLine))
            painter.setBrush(fill)
            painter.drawRect(self._band)
        painter.restore()

    def _in_scene(self, position: QPointF) -> QPointF:
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(position)

    def _under(self, position: QPointF) -> ChromosomeId | None:
        return self.board.chromosome_at(self.mapToScene(position.toPoint()))
