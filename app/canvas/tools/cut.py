"""Cutting along a straight line or a free curve."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import CUTTING, draw_stroke, on_screen
from core.domain.outline import Point

_STEP = 2.5
_LEAST = 4.0


class CutTool(CanvasTool):
    """A straight line from where the button goes down to where it comes up."""

    _line: tuple[Point, ...] = ()
    _shown: tuple[tuple[Point, ...], ...] = ()
    _from: Pointer | None = None

    @property
    @override
    def hint(self) -> str:
        return "Cut: drag a straight line right across"

    @override
    def press(self, pointer: Pointer) -> None:
        self._from, self._line = pointer, (pointer.at,)

    @override
    def drag(self, pointer: Pointer) -> None:
        if self._from is not None:
            self._line = self._with(pointer)
            self.redraw()

    @override
    def release(self, pointer: Pointer) -> None:
        start = self._from
        if start is None:
            return
        line, self._from, self._line = self._with(pointer), None, ()
        if (pointer.screen - start.screen).manhattanLength() >= _LEAST or len(line) > 3:
            self._shown = (*self._shown, line)
            self.outlining.cut(line)
        self.redraw()

    def _with(self, pointer: Pointer) -> tuple[Point, ...]:
        return (self._line[0], pointer.at)

    @override
    def give_up(self) -> bool:
        had = self._from is not None
        self._from, self._line = None, ()
        return had

    @override
    def settled(self) -> None:
        self._shown = ()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        for line in (*self._shown, self._line):
            draw_stroke(painter, on_screen(line, to_screen), CUTTING)


class FreeCutTool(CutTool):
    """A curve that follows the hand."""

    @property
    @override
    def hint(self) -> str:
        return "Cut: draw a curve right across"

    @override
    def _with(self, pointer: Pointer) -> tuple[Point, ...]:
        last = self._line[-1]
        far = abs(last[0] - pointer.at[0]) + abs(last[1] - pointer.at[1])
        return (*self._line, pointer.at) if far * pointer.zoom >= _STEP else self._line
