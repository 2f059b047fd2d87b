"""What the left hand of a mouse does on the board: one gesture from pressing to letting go."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QToolTip

from app.board.carrying import Carrying
from app.board.drawing import REACH
from app.board.handle import angle_of, is_at_handle
from app.session import CaseSession
from core.domain.ids import ChromosomeId

if TYPE_CHECKING:
    from app.board.view import BoardView

_FLAG_AWAY = 16.0
_SELECTED = QColor("#1677d2")
_SEVERAL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_SNAP = 5.0
_EDGE, _SCROLL, _SCROLL_MS = 26, 14, 30


class Gesture(Enum):
    """What is being done."""

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


class Hand(QObject):
    """Turns presses and moves of the view into selections, drags, turns and drawings."""

    def __init__(self, session: CaseSession, view: BoardView) -> None:
        super().__init__(view)
        self._session, self._view = session, view
        self.gesture = Gesture.NONE
        self.carrying: Carrying | None = None
        self._pressed = QPointF()
        self._last = QPointF()
        self._under_press: ChromosomeId | None = None
        self._band: QRectF | None = None
        self._turned_from = 0.0
        self._scrolling = QTimer(self)
        self._scrolling.setInterval(_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll)

    # -- from pressing to letting go -------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._pressed = self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.gesture = Gesture.PAN
        elif event.button() == Qt.MouseButton.LeftButton:
            self.gesture = self._begin(event)

    def _begin(self, event: QMouseEvent) -> Gesture:
        view, position = self._view, event.position()
        point = view.in_scene(position)
        if view.pen.kind is not None:
            view.pen.begin(point)
            return Gesture.DRAW
        if view.handle.isVisible() and is_at_handle(position, view.handle_foot):
            view.tweak.flush()
            self._turned_from = self._angle(position)
            view.escape.hold("gesture", self.give_up)
            return Gesture.ROTATE
        if view.pen.grasp(point, REACH / view.zoom):
            view.escape.hold("gesture", self.give_up)
            return Gesture.ANNOTATION
        view.pen.select(None)
        under = self._under_press = view.under(position)
        if under is None:
            label = view.board.label_at(point)
            return Gesture.LABEL if label is not None and label.place.members else Gesture.BAND
        if not event.modifiers() & _SEVERAL and under not in self._session.selection:
            self._session.select({under})
        return Gesture.PRESSED

    def move(self, event: QMouseEvent) -> bool:
        """Go on with the gesture; false when there is none."""
        position, view = event.position(), self._view
        if self.gesture is Gesture.NONE:
            self._last = position
            return False
        far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2
        if far and self.gesture is Gesture.PRESSED:
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.gesture = Gesture.NUDGE
                view.tweak.flush()
                view.escape.hold("gesture", self.give_up)
            else:
                self._lift()
        elif far and self.gesture is Gesture.LABEL:
            self.gesture = Gesture.BAND
        if self.gesture is Gesture.CARRY:
            self._carry_to(position)
        elif self.gesture is Gesture.BAND and far:
            self._draw_band(QRectF(self._pressed, position).normalized())
        elif self.gesture is Gesture.PAN:
            view.scroll_by(self._last - position)
        elif self.gesture is Gesture.ROTATE:
            self._rotate_to(position, snap=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif self.gesture is Gesture.NUDGE and view.board.layout is not None:
            way = view.in_scene(position) - view.in_scene(self._last)
            view.tweak.nudge(self._session.selection, way / view.board.layout.scale, resting=False)
        elif self.gesture is Gesture.DRAW:
            view.pen.go_on(view.in_scene(position))
        elif self.gesture is Gesture.ANNOTATION:
            view.pen.drag(view.in_scene(position))
        self._last = position
        return True

    def release(self, event: QMouseEvent) -> None:
        """End the gesture and do what it meant."""
        gesture, carrying, band = self.gesture, self.carrying, self._band
        several = bool(event.modifiers() & _SEVERAL)
        if gesture in (Gesture.ROTATE, Gesture.NUDGE):
            self._view.tweak.flush()
        self.let_go()
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish(gesture, carrying, band, several, self._view.in_scene(event.position()))

    def _finish(
        self, gesture: Gesture, carrying: Carrying | None, band: QRectF | None, several: bool, at: QPointF
    ) -> None:
        session, view = self._session, self._view
        before = session.selection
        if gesture is Gesture.CARRY and carrying is not None:
            if carrying.refusal:
                session.message.emit(f"Not moved: {carrying.refusal}.")
            elif carrying.target is not None:
                view.drop(carrying.carried, carrying.target)
        elif gesture is Gesture.PRESSED and self._under_press is not None:
            session.select(before ^ {self._under_press} if several else {self._under_press})
        elif gesture is Gesture.LABEL:
            label = view.board.label_at(at)
            members = frozenset(label.place.members) if label is not None else frozenset()
            taken = before - members if members <= before else before | members
            session.select(taken if several else members)
        elif gesture is Gesture.BAND:
            area = view.mapToScene(band.toRect()).boundingRect() if band else QRectF()
            found = view.board.chromosomes_in(area) if band else frozenset()
            session.select(before | found if several else found)
        elif gesture is Gesture.DRAW:
            view.pen.finish(at)
        elif gesture is Gesture.ANNOTATION:
            view.pen.drop(at)

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._scrolling.stop()
        self._view.escape.release("gesture")
        self._draw_band(None)
        self.gesture = Gesture.NONE
        if self.carrying is not None:
            self.carrying.end()
            self.carrying = None
            self._view.show_cursor()

    def give_up(self) -> None:
        """Put everything back in the middle of a gesture."""
        self._view.tweak.give_up()
        self._view.pen.put_back()
        self.let_go()
        self._view.show_cursor()
        self._session.message.emit("Put back; nothing was changed.")

    # -- turning ---------------------------------------------------------------------------------------

    def _angle(self, position: QPointF) -> float:
        return angle_of(self._view.in_scene(position), self._view.handle_middle)

    def _rotate_to(self, position: QPointF, *, snap: bool) -> None:
        view = self._view
        wanted = self._angle(position) - self._turned_from
        if snap:
            wanted = round(wanted / _SNAP) * _SNAP
        view.tweak.rotate(self._session.selection, wanted - view.tweak.degrees, resting=False)
        view.handle.hide()
        place = view.viewport().mapToGlobal(position.toPoint()) + QPoint(12, -20)
        QToolTip.showText(place, f"{view.tweak.degrees:+.0f}°", view)

    # -- carrying --------------------------------------------------------------------------------------

    def _lift(self) -> None:
        session, view = self._session, self._view
        cell, under, layout = session.cell, self._under_press, view.board.layout
        if cell is None or under is None or layout is None:
            return
        view.tweak.flush()
        if under not in session.selection:
            session.select(session.selection | {under})
        others = [i for i in layout.order if i in session.selection and i != under]
        session.hover_over(None)
        start = view.mapToScene(self._pressed.toPoint())
        self.carrying = Carrying(view.board, cell, (under, *others), start)
        self.gesture = Gesture.CARRY
        view.show_cursor()
        view.escape.hold("gesture", self.give_up)

    def _carry_to(self, position: QPointF) -> None:
        carrying, view = self.carrying, self._view
        if carrying is None:
            return
        carrying.move(view.mapToScene(position.toPoint()), _FLAG_AWAY / view.zoom)
        view.show_cursor()
        self._last = position
        if self._edge_way() != QPointF() and view.zoom > 1.0:
            self._scrolling.start()
        else:
            self._scrolling.stop()

    def _edge_way(self) -> QPointF:
        """Which way the board has to go while something is held at its edge."""
        here, area = self._last, self._view.viewport().rect()
        x = -_SCROLL if here.x() < _EDGE else _SCROLL if here.x() > area.width() - _EDGE else 0
        y = -_SCROLL if here.y() < _EDGE else _SCROLL if here.y() > area.height() - _EDGE else 0
        return QPointF(x, y)

    def _scroll(self) -> None:
        self._view.scroll_by(self._edge_way())
        self._carry_to(self._last)

    # -- the rectangle that selects --------------------------------------------------------------------

    def _draw_band(self, band: QRectF | None) -> None:
        if band is None and self._band is None:
            return
        old, self._band = self._band, band
        for area in (old, band):
            if area is not None:
                self._view.viewport().update(area.toAlignedRect().adjusted(-2, -2, 2, 2))

    def paint(self, painter: QPainter) -> None:
        """Paint the rectangle that selects, in pixels of the viewport."""
        if self._band is None:
            return
        painter.resetTransform()
        fill = QColor(_SELECTED)
        fill.setAlpha(28)
        painter.setPen(QPen(_SELECTED, 1, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        painter.drawRect(self._band)
