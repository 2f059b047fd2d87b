"""How gestures look: lines, areas and handles that are seen on light and on dark ground."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from core.domain.outline import Point

CUTTING: Final = QColor("#c8102e")
FIRST: Final = QColor("#1677d2")
SECOND: Final = QColor("#b5530a")
ADDING: Final = QColor("#1b6e3c")
_HALO: Final = QColor(255, 255, 255, 225)
HANDLE: Final = 9.0
"""Size of a handle on the screen."""


def on_screen(points: Iterable[Point], to_screen: QTransform) -> list[QPointF]:
    """Map points of the picture to the screen."""
    return [to_screen.map(QPointF(x, y)) for x, y in points]


def draw_stroke(
    painter: QPainter, points: Sequence[QPointF], colour: QColor, *, closed: bool = False, width: float = 1.8
) -> None:
    """Draw a line with a light rim; a closed one is filled faintly."""
    if len(points) < 2:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPolygonF([*points, points[0]] if closed else list(points))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, thickness in ((_HALO, width + 2.2), (colour, width)):
        painter.setPen(
            QPen(ink, thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawPolyline(shape)
    if closed:
        fill = QColor(colour)
        fill.setAlpha(40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(shape)


def draw_wide(painter: QPainter, points: Sequence[QPointF], colour: QColor, width: float) -> None:
    """Draw what a brush covers."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor(colour)
    ink.setAlpha(95)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    if len(points) == 1:
        painter.drawPoint(points[0])
    else:
        painter.drawPolyline(QPolygonF(list(points)))


def draw_ring(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    """Draw the rim of a brush."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((_HALO, 3.0), (colour, 1.4)):
        painter.setPen(QPen(ink, width))
        painter.drawEllipse(centre, radius, radius)


def draw_handle(
    painter: QPainter, at: QPointF, colour: QColor, *, held: bool = False, round_: bool = False
) -> None:
    """Draw a handle that can be dragged."""
    size = HANDLE + (3.0 if held else 0.0)
    area = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.8))
    painter.setBrush(colour if held else QColor(255, 255, 255))
    if round_:
        painter.drawEllipse(area)
    else:
        painter.drawRect(area)


def draw_diamond(painter: QPainter, at: QPointF, colour: QColor, *, held: bool = False) -> None:
    """Draw the handle of a centromere."""
    size = HANDLE * (1.0 if held else 0.8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(255, 255, 255), 1.6))
    painter.setBrush(colour)
    painter.drawPolygon(
        QPolygonF(
            [at + QPointF(0, -size), at + QPointF(size, 0), at + QPointF(0, size), at - QPointF(size, 0)]
        )
    )


def nearest(handles: Sequence[QPointF], place: QPointF, reach: float = HANDLE) -> int | None:
    """Index of the handle at a place of the screen; None for none."""
    found = [(handle - place).manhattanLength() for handle in handles]
    if not found or min(found) > 1.5 * reach:
        return None
    return found.index(min(found))
