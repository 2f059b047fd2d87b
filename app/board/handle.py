"""The handle above a selected chromosome by which it is turned."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.board.chromosome_item import SELECTED

ABOVE = 10.0
_RADIUS = 4.0
_REACH = 7.0


class RotateHandle(QGraphicsItem):
    """A small circle on a stem, of the same size at every magnification. The view moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(6)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()

    def boundingRect(self) -> QRectF:
        """Circle and stem."""
        return QRectF(-_RADIUS - 2, -ABOVE - _RADIUS - 2, 2 * _RADIUS + 4, ABOVE + _RADIUS + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(SELECTED, 1.4))
        painter.drawLine(QPointF(0, 0), QPointF(0, -ABOVE + _RADIUS))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(0, -ABOVE), _RADIUS, _RADIUS)


def is_at_handle(point: QPointF, foot: QPointF) -> bool:
    """Whether a point of the viewport lies on the handle whose stem begins at `foot`."""
    return math.hypot(point.x() - foot.x(), point.y() - (foot.y() - ABOVE)) <= _REACH


def angle_of(point: QPointF, middle: QPointF) -> float:
    """Direction from a middle to a point, in degrees clockwise from straight up."""
    return math.degrees(math.atan2(point.x() - middle.x(), middle.y() - point.y()))
