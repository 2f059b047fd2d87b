"""Outlining what lies under the pointer with one click."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import ADDING, draw_ring, draw_stroke, on_screen
from app.gestures.edit import holds, placed_of
from core.analysis.pointing import outline_at
from core.domain.outline import Point
from core.imaging.intensity import stain_of
from core.imaging.outline import outline_of


class MagicTool(CanvasTool):
    """Shows what a click would outline, as far as the stain alone tells it."""

    _preview: tuple[Point, ...] = ()
    _clicked: tuple[Point, ...] = ()
    _key: object = None
    _stain: np.ndarray | None = None

    @property
    @override
    def hint(self) -> str:
        return "Outline by click: click stain that has no outline"

    @override
    def press(self, pointer: Pointer) -> None:
        self._clicked = (*self._clicked, pointer.at)
        self._preview = ()
        self.outlining.outline_at(pointer.at)
        self.redraw()

    @override
    def hover(self, pointer: Pointer) -> None:
        if self._preview and _inside(self._preview, pointer.at):
            return
        before, self._preview = self._preview, self._ring_at(pointer.at)
        if before != self._preview:
            self.redraw()

    def _ring_at(self, point: Point) -> tuple[Point, ...]:
        cell, picture = self.session.cell, self.session.picture
        if cell is None or picture is None or any(holds(c, point) for c in cell.chromosomes):
            return ()
        if self._stain is None or self._key is not picture:
            self._key, self._stain = picture, stain_of(picture, dark_on_light=cell.dark_on_light)
        row, column = int(point[1]), int(point[0])
        if not (0 <= row < cell.height and 0 <= column < cell.width) or self._stain[row, column] < 0.15:
            return ()
        try:
            mask, origin = outline_at(self._stain, [placed_of(c) for c in cell.chromosomes], point)
        except ValueError:
            return ()
        ring, _ = outline_of(mask, origin, tolerance=0.8)
        return tuple((float(x), float(y)) for x, y in ring)

    @override
    def settled(self) -> None:
        self._clicked = ()

    @override
    def refresh(self) -> None:
        self._preview = ()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        draw_stroke(painter, on_screen(self._preview, to_screen), ADDING, closed=True)
        for centre in on_screen(self._clicked, to_screen):
            draw_ring(painter, centre, 9.0, ADDING)


def _inside(ring: tuple[Point, ...], point: Point) -> bool:
    shape = QPolygonF([QPointF(x, y) for x, y in ring])
    return shape.containsPoint(QPointF(*point), Qt.FillRule.OddEvenFill)
