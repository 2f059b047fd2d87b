"""Drawing around stain: freely, or corner by corner."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import ADDING, HANDLE, draw_handle, draw_stroke, on_screen
from core.domain.outline import Point

_STEP = 2.5


class LassoTool(CanvasTool):
    """A ring that follows the hand and closes by itself."""

    _ring: tuple[Point, ...] = ()
    _shown: tuple[tuple[Point, ...], ...] = ()

    @property
    @override
    def hint(self) -> str:
        return "Lasso: draw around stain (Ctrl: it is no chromosome)"

    @override
    def press(self, pointer: Pointer) -> None:
        self._ring = (pointer.at,)

    @override
    def drag(self, pointer: Pointer) -> None:
        if not self._ring:
            return
        last = self._ring[-1]
        if (abs(last[0] - pointer.at[0]) + abs(last[1] - pointer.at[1])) * pointer.zoom >= _STEP:
            self._ring = (*self._ring, pointer.at)
            self.redraw()

    @override
    def release(self, pointer: Pointer) -> None:
        ring, self._ring = self._ring, ()
        if len(ring) > 3:
            self._hand_over(ring, pointer)
        self.redraw()

    def _hand_over(self, ring: tuple[Point, ...], pointer: Pointer) -> None:
        if pointer.ctrl:
            self.outlining.ask_about_ring(ring, pointer.place)
        else:
            self._shown = (*self._shown, ring)
            self.outlining.ring(ring)

    @override
    def give_up(self) -> bool:
        had = bool(self._ring)
        self._ring = ()
        return had

    @override
    def settled(self) -> None:
        self._shown = ()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        for ring in (*self._shown, self._ring):
            draw_stroke(painter, on_screen(ring, to_screen), ADDING, closed=True)


class PolygonTool(LassoTool):
    """Corner by corner; a double click, Return or a click on the first corner closes it."""

    _at: Point | None = None
    _zoom = 1.0

    @property
    @override
    def hint(self) -> str:
        if len(self._ring) >= 3:
            return "Polygon: double click or Return closes it (Backspace: one corner back)"
        return "Polygon: click corners around stain"

    @override
    def press(self, pointer: Pointer) -> None:
        if len(self._ring) >= 3 and self._is_at(self._ring[0], pointer):
            self._close(pointer)
        elif not self._ring or not self._is_at(self._ring[-1], pointer):
            self._ring = (*self._ring, pointer.at)
        self.redraw()

    @override
    def drag(self, pointer: Pointer) -> None:
        self.hover(pointer)

    @override
    def release(self, pointer: Pointer) -> None:
        pass

    @override
    def hover(self, pointer: Pointer) -> None:
        self._at = pointer.at
        if self._ring:
            self.redraw()

    @override
    def double(self, pointer: Pointer) -> None:
        self._close(pointer)

    @override
    def finish(self) -> bool:
        if not self._ring:
            return False
        ring, self._ring = self._ring, ()
        self._shown = (*self._shown, ring)
        self.outlining.ring(ring)
        self.redraw()
        return True

    @override
    def take_back(self) -> bool:
        had = bool(self._ring)
        self._ring = self._ring[:-1]
        return had

    def _close(self, pointer: Pointer) -> None:
        ring, self._ring = self._ring, ()
        if len(ring) >= 3:
            self._hand_over(ring, pointer)
        self.redraw()

    def _is_at(self, corner: Point, pointer: Pointer) -> bool:
        away = QPointF(corner[0] - pointer.at[0], corner[1] - pointer.at[1]) * pointer.zoom
        return away.manhattanLength() <= HANDLE

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        for ring in self._shown:
            draw_stroke(painter, on_screen(ring, to_screen), ADDING, closed=True)
        line = (*self._ring, *((self._at,) if self._ring and self._at is not None else ()))
        draw_stroke(painter, on_screen(line, to_screen), ADDING, closed=len(line) > 2)
        for corner in on_screen(self._ring, to_screen):
            draw_handle(painter, corner, ADDING)
