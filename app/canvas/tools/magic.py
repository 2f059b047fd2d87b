"""Outlining what lies under the pointer with one click."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import ADDING, draw_ring, draw_stroke, on_screen
from app.gestures.edit import placed_of
from core.analysis.pointing import Ground, ground_of, outline_at
from core.domain.outline import Point
from core.imaging.intensity import stain_of
from core.imaging.outline import outline_of

_FAINT = 0.15
"""Less stain than this is never the begin of a chromosome."""


class MagicTool(CanvasTool):
    """Shows what a click would outline, as far as the stain alone tells it."""

    _preview: tuple[Point, ...] = ()
    _clicked: tuple[Point, ...] = ()
    _ground: Ground | None = None
    _picture: object = None
    _cell: object = None

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
        ground = self._prepared()
        if ground is None:
            return ()
        row, column = int(point[1]), int(point[0])
        height, width = ground.known.shape
        if not (0 <= row < height and 0 <= column < width):
            return ()
        if ground.known[row, column] or ground.stain[row, column] < _FAINT:
            return ()
        try:
            mask, origin = outline_at(ground, point)
        except ValueError:
            return ()
        ring, _ = outline_of(mask, origin, tolerance=0.8)
        return tuple((float(x), float(y)) for x, y in ring)

    def _prepared(self) -> Ground | None:
        """Picture and chromosomes, prepared once for each state of the cell."""
        cell, picture = self.session.cell, self.session.picture
        if cell is None or picture is None:
            return None
        if self._ground is None or self._cell is not cell or self._picture is not picture:
            stain = self._ground.stain if self._ground is not None and self._picture is picture else None
            if stain is None:
                stain = stain_of(picture, dark_on_light=cell.dark_on_light)
            self._ground = ground_of(stain, [placed_of(c) for c in cell.chromosomes])
            self._cell, self._picture = cell, picture
        return self._ground

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
