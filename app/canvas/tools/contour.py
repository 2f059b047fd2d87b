"""Pulling the points of an outline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.look import FIRST, draw_handle, draw_stroke, nearest, on_screen
from app.gestures.edit import holds, placed_of
from core.domain.chromosome import Chromosome
from core.domain.outline import Point
from core.imaging.painting import contour_nodes, pulled


class ContourTool(CanvasTool):
    """Handles on the outline of the selected chromosome; a click elsewhere selects another one."""

    _of: Chromosome | None = None
    _ring: NDArray[np.float64] | None = None
    _nodes: NDArray[np.intp] | None = None
    _held: int | None = None
    _drawn: NDArray[np.float64] | None = None

    @property
    @override
    def hint(self) -> str:
        if self._of is None:
            return "Contour points: click one chromosome"
        return "Contour points: drag a point"

    @override
    def refresh(self) -> None:
        chosen = self.chosen()
        if (
            chosen is None
            or self._of is None
            or chosen.outline != self._of.outline
            or chosen.id != self._of.id
        ):
            self._drawn, self._held = None, None
        self._of = chosen
        self._ring = None if chosen is None else np.asarray(chosen.outline.points, dtype=np.float64)
        self._nodes = None if self._ring is None else contour_nodes(self._ring)

    @override
    def press(self, pointer: Pointer) -> None:
        self._held = nearest(self._handles(pointer.zoom), self._scaled(pointer), 10.0)
        if self._held is None:
            found = self._under(pointer)
            self.session.select({found} if found else ())

    @override
    def drag(self, pointer: Pointer) -> None:
        if self._held is not None and self._ring is not None and self._nodes is not None:
            self._drawn = pulled(self._ring, self._nodes, self._held, pointer.at)
            self.redraw()

    @override
    def release(self, pointer: Pointer) -> None:
        if self._held is None or self._of is None or self._drawn is None:
            self._held = None
            return
        self._held = None
        ring = tuple((float(x), float(y)) for x, y in self._drawn)
        self.outlining.reshape(self._of.id, ring)
        self.redraw()

    @override
    def give_up(self) -> bool:
        had = self._held is not None
        self._held, self._drawn = None, None
        return had

    @override
    def settled(self) -> None:
        if self._held is None:
            self._drawn = None

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        if self._ring is None or self._nodes is None:
            return
        ring = self._ring if self._drawn is None else self._drawn
        if self._drawn is not None:
            draw_stroke(painter, on_screen(((x, y) for x, y in ring), to_screen), FIRST, closed=True)
        for place, (x, y) in enumerate(ring[self._nodes]):
            draw_handle(painter, to_screen.map(QPointF(x, y)), FIRST, held=place == self._held)

    def _handles(self, zoom: float) -> list[QPointF]:
        if self._ring is None or self._nodes is None:
            return []
        return [QPointF(x, y) * zoom for x, y in self._ring[self._nodes]]

    def _scaled(self, pointer: Pointer) -> QPointF:
        return QPointF(*pointer.at) * pointer.zoom

    def _under(self, pointer: Pointer) -> str | None:
        return chromosome_at(self, pointer.at)


def chromosome_at(tool: CanvasTool, point: Point) -> str | None:
    """Smallest chromosome at a point of the picture."""
    cell = tool.session.cell
    under = [c for c in cell.chromosomes if holds(c, point)] if cell else []
    return min(under, key=lambda c: int(placed_of(c)[0].sum())).id if under else None
