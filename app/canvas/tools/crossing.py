"""Telling crossing chromosomes apart: a stroke along each, or the four corners of the crossing."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import FIRST, SECOND, draw_handle, draw_stroke, on_screen
from core.domain.outline import Point

_STEP = 2.5
_LEAST = 3
Line = tuple[Point, ...]


class StrokesTool(CanvasTool):
    """The first stroke stays until the second is drawn."""

    _first: Line = ()
    _line: Line = ()
    _drawing = False
    _shown: tuple[tuple[Line, Line], ...] = ()

    @property
    @override
    def hint(self) -> str:
        if self._first:
            return "Crossing: now a stroke along the second chromosome (Esc: begin again)"
        return "Crossing: draw a stroke along the first chromosome, from end to end"

    @override
    def press(self, pointer: Pointer) -> None:
        self._drawing, self._line = True, (pointer.at,)

    @override
    def drag(self, pointer: Pointer) -> None:
        if not self._drawing:
            return
        last = self._line[-1]
        if (abs(last[0] - pointer.at[0]) + abs(last[1] - pointer.at[1])) * pointer.zoom >= _STEP:
            self._line = (*self._line, pointer.at)
            self.redraw()

    @override
    def release(self, pointer: Pointer) -> None:
        if not self._drawing:
            return
        line, self._line, self._drawing = (*self._line, pointer.at), (), False
        if len(line) >= _LEAST:
            if self._first:
                first, self._first = self._first, ()
                self._shown = (*self._shown, (first, line))
                self.outlining.separate(first, line)
            else:
                self._first = line
        self.redraw()

    @override
    def give_up(self) -> bool:
        had = self._drawing or bool(self._first)
        self._first = self._line = ()
        self._drawing = False
        return had

    @override
    def take_back(self) -> bool:
        return self.give_up()

    @override
    def settled(self) -> None:
        self._shown = ()

    @override
    def refresh(self) -> None:
        if self.session.cell is None:
            self.give_up()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        for first, second in self._shown:
            draw_stroke(painter, on_screen(first, to_screen), FIRST, width=2.6)
            draw_stroke(painter, on_screen(second, to_screen), SECOND, width=2.6)
        draw_stroke(painter, on_screen(self._first, to_screen), FIRST, width=2.6)
        draw_stroke(painter, on_screen(self._line, to_screen), SECOND if self._first else FIRST, width=2.6)


class CornersTool(CanvasTool):
    """Four clicks, one on each corner of the crossing."""

    _corners: Line = ()
    _at: Point | None = None
    _shown: tuple[Line, ...] = ()

    @property
    @override
    def hint(self) -> str:
        return f"Crossing: click the four corners of the crossing ({len(self._corners)} of 4)"

    @override
    def press(self, pointer: Pointer) -> None:
        self._corners = (*self._corners, pointer.at)
        if len(self._corners) == 4:
            corners, self._corners = self._corners, ()
            self._shown = (*self._shown, corners)
            self.outlining.separate_at(corners)
        self.redraw()

    @override
    def hover(self, pointer: Pointer) -> None:
        self._at = pointer.at
        if self._corners:
            self.redraw()

    @override
    def give_up(self) -> bool:
        had = bool(self._corners)
        self._corners = ()
        return had

    @override
    def take_back(self) -> bool:
        had = bool(self._corners)
        self._corners = self._corners[:-1]
        return had

    @override
    def settled(self) -> None:
        self._shown = ()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        for ring in self._shown:
            draw_stroke(painter, on_screen(ring, to_screen), SECOND, closed=True)
        if self._corners:
            line = (*self._corners, *((self._at,) if self._at is not None else ()))
            draw_stroke(painter, on_screen(line, to_screen), SECOND, closed=len(line) > 2)
        for corner in on_screen(self._corners, to_screen):
            draw_handle(painter, corner, SECOND)
