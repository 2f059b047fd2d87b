"""Boxes of stain without an outline: what the program left out, and what it cannot explain."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform

from core.domain.metaphase import Metaphase
from core.domain.outline import Box

_EXCLUDED: Final = QColor(110, 116, 124, 150)
_AMBER: Final = QColor("#b97700")
_CHIP: Final = "outline this"
_ROOM_FOR_WORDS: Final = 0.9
"""From this zoom on places without a chromosome say in words what they are."""


def draw_boxes(painter: QPainter, cell: Metaphase, to_screen: QTransform) -> None:
    """Draw objects left out, and stained material that nothing explains."""
    painter.setFont(_font())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for found in cell.excluded:
        area = to_screen.mapRect(_rectangle(found.box))
        painter.setPen(QPen(_EXCLUDED, 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area, 4, 4)
        if area.width() > 34:
            painter.drawText(area.bottomLeft() + QPointF(2, 10), found.reason.value.replace("_", " "))
    for box in cell.unexplained:
        area = _around(box, to_screen)
        painter.setPen(QPen(_AMBER, 1.4, Qt.PenStyle.DotLine))
        painter.drawRoundedRect(area, 4, 4)
        if to_screen.m11() > _ROOM_FOR_WORDS:
            painter.drawText(area.bottomLeft() + QPointF(2, 11), "not explained")


def draw_chips(painter: QPainter, cell: Metaphase, to_screen: QTransform) -> None:
    """Draw the button at each amber box that outlines what is in it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(_font())
    for box in cell.unexplained:
        chip = _chip(box, to_screen)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_AMBER)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, _CHIP)


def chip_at(cell: Metaphase | None, place: QPointF, to_screen: QTransform) -> Box | None:
    """Box whose button lies at a place of the screen; None for none."""
    if cell is None:
        return None
    return next((box for box in cell.unexplained if _chip(box, to_screen).contains(place)), None)


def chip_centre(box: Box, to_screen: QTransform) -> QPointF:
    """Middle of the button of a box, on the screen."""
    return _chip(box, to_screen).center()


def _chip(box: Box, to_screen: QTransform) -> QRectF:
    area = _around(box, to_screen)
    width, height = _chip_size()
    return QRectF(area.left(), area.top() - height - 2, width, height)


def _around(box: Box, to_screen: QTransform) -> QRectF:
    return to_screen.mapRect(_rectangle(box)).adjusted(-3, -3, 3, 3)


def _rectangle(box: Box) -> QRectF:
    return QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))


def _font() -> QFont:
    font = QFont()
    font.setPointSizeF(7.5)
    return font


@lru_cache(maxsize=1)
def _chip_size() -> tuple[float, float]:
    metrics = QFontMetricsF(_font())
    return metrics.horizontalAdvance(_CHIP) + 10, metrics.height() + 4
