"""The axis of a chromosome and its centromere, by handles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QTransform
from typing_extensions import override

from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.contour import chromosome_at
from app.canvas.tools.look import CUTTING, FIRST, draw_diamond, draw_handle, draw_stroke, nearest, on_screen
from app.gestures import axis_nodes, axis_through
from core.domain.chromosome import Chromosome
from core.domain.outline import Point

_CENTROMERE = -1


class AxisTool(CanvasTool):
    """Five handles from the p end (round) to the q end, and a diamond at the centromere."""

    _of: Chromosome | None = None
    _nodes: NDArray[np.float64] | None = None
    _centromere: Point | None = None
    _held: int | None = None
    _moved = False

    @property
    @override
    def hint(self) -> str:
        if self._of is None:
            return "Axis: click one chromosome"
        return "Axis: drag a handle, or the diamond at the centromere (round handle: p end)"

    @override
    def refresh(self) -> None:
        if self._held is not None:
            return
        chosen = self._of = self.chosen()
        self._nodes = axis_nodes(chosen) if chosen is not None and len(chosen.axis) >= 2 else None
        self._centromere = None if chosen is None else chosen.centromere

    @override
    def press(self, pointer: Pointer) -> None:
        self._moved = False
        self._held = self._at(pointer)
        if self._held is None:
            found = chromosome_at(self, pointer.at)
            self.session.select({found} if found else ())

    @override
    def drag(self, pointer: Pointer) -> None:
        if self._held is None or self._nodes is None:
            return
        self._moved = True
        if self._held == _CENTROMERE:
            line = axis_through(self._nodes)
            x, y = line[int(np.hypot(*(line - np.asarray(pointer.at)).T).argmin())]
            self._centromere = (float(x), float(y))
        else:
            nodes = self._nodes.copy()
            nodes[self._held] = pointer.at
            self._nodes = nodes
        self.redraw()

    @override
    def release(self, pointer: Pointer) -> None:
        held, self._held = self._held, None
        if held is None or not self._moved or self._of is None or self._nodes is None:
            return
        if held == _CENTROMERE and self._centromere is not None:
            self.outlining.move_centromere(self._of.id, self._centromere)
        elif held != _CENTROMERE:
            self.outlining.move_axis(self._of.id, tuple((float(x), float(y)) for x, y in self._nodes))
        self.redraw()

    @override
    def give_up(self) -> bool:
        had = self._held is not None
        self._held = None
        self.refresh()
        return had

    @override
    def settled(self) -> None:
        self.refresh()

    @override
    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        if self._nodes is None:
            return
        line = ((float(x), float(y)) for x, y in axis_through(self._nodes))
        draw_stroke(painter, on_screen(line, to_screen), FIRST, width=1.6)
        for place, (x, y) in enumerate(self._nodes):
            at = to_screen.map(QPointF(x, y))
            draw_handle(painter, at, FIRST, held=place == self._held, round_=place == 0)
        if self._centromere is not None:
            at = to_screen.map(QPointF(*self._centromere))
            draw_diamond(painter, at, CUTTING, held=self._held == _CENTROMERE)

    def _at(self, pointer: Pointer) -> int | None:
        if self._nodes is None:
            return None
        points = [QPointF(x, y) for x, y in self._nodes]
        if self._centromere is not None:
            points.append(QPointF(*self._centromere))
        found = nearest([point * pointer.zoom for point in points], QPointF(*pointer.at) * pointer.zoom)
        return _CENTROMERE if found == len(self._nodes) else found
