"""Painting at a chromosome and erasing from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QPainter, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import ADDING, CUTTING, draw_ring, draw_wide, on_screen
from core.domain.outline import Point

_SIZES: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.5, 8.0, 10.0, 13.0, 17.0, 22.0, 30.0)
_STEP: Final = 1.0


@dataclass
class BrushSize:
    """Radius that brush and eraser have in common, pixels of the picture."""

    radius: float = 4.0

    def change(self, by: int) -> None:
        """Take the next larger or smaller size."""
        at = min(range(len(_SIZES)), key=lambda k: abs(_SIZES[k] - self.radius))
        self.radius = _SIZES[min(max(at + by, 0), len(_SIZES) - 1)]


class BrushTool(CanvasTool):
    """Paints where the button is held; the edge of the brush is always in sight."""

    size = BrushSize()
    colour = ADDING
    _stroke: tuple[Point, ...] = ()
    _at: Point | None = None
    _shown: tuple[tuple[tuple[Point, ...], float], ...] = ()

    @property
    @override
    def hint(self) -> str:
        return f"Brush {2 * self.size.radius:g} px: paint at the edge (Shift: over others too)"

    @override
    def press(self, pointer: Pointer) -> None:
        self._stroke = (pointer.at,)
        self._at = pointer.at
        self.redraw()

    @override
    def drag(self, pointer: Pointer) -> None:
        self._at = pointer.at
        if self._stroke:
            last = self._stroke[-1]
            if abs(last[0] - pointer.at[0]) + abs(last[1] - pointer.at[1]) >= _STEP:
                self._stroke = (*self._stroke, pointer.at)
        self.redraw()

    @override
    def release(self, pointer: Pointer) -> None:
        if self._stroke:
            stroke, self._stroke = self._stroke, ()
            self._shown = (*self._shown, (stroke, self.size.radius))
            self._apply(stroke, pointer)
        self.redraw()

    def _apply(self, stroke: tuple[Point, ...], pointer: Pointer) -> None:
        self.outlining.paint(stroke, self.size.radius, over_others=pointer.shift)

    @override
    def hover(self, pointer: Pointer) -> None:
        self._at = pointer.at
        self.redraw()

    @override
    def wheel(self, steps: float) -> bool:
        self.size.change(1 if steps > 0 else -1)
        self.redraw()
        return True

    @override
    def give_up(self) -> bool:
        had = bool(self._stroke)
        self._stroke = ()
        return had

    @override
    def settled(self) -> None:
        self._shown = ()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        zoom = to_screen.m11()
        for stroke, radius in (*self._shown, (self._stroke, self.size.radius)):
            if stroke:
                draw_wide(painter, on_screen(stroke, to_screen), self.colour, 2 * radius * zoom)
        if self._at is not None:
            (centre,) = on_screen((self._at,), to_screen)
            draw_ring(painter, centre, self.size.radius * zoom, self.colour)


class EraseTool(BrushTool):
    """Erases where the button is held."""

    colour = CUTTING

    @property
    @override
    def hint(self) -> str:
        return f"Eraser {2 * self.size.radius:g} px: erase from the edge"

    @override
    def _apply(self, stroke: tuple[Point, ...], pointer: Pointer) -> None:
        self.outlining.erase(stroke, self.size.radius)
