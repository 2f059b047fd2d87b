"""Boxes of stain without an outline: what the program left out, and what it cannot explain."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform

from core.domain.metaphase import Metaphase
from core.domain.outline import Box

_EXCLUDED: Final = QColor(110, 116, 124, 150)
_AMBER: Final = QColor("#b97700")
_CHIP: Final = 15.0
"""Size of the button of an amber box, pixels of the screen."""
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
    for box in cell.unexplained:
        chip = _chip(box, to_screen)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_AMBER)
        painter.drawRoundedRect(chip, 4, 4)
        middle, arm = chip.center(), 0.28 * _CHIP
        painter.setPen(QPen(QColor("#ffffff"), 2.0))
        painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
        painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


def chip_at(cell: Metaphase | None, place: QPointF, to_screen: QTransform) -> Box | None:
    """Box whose button lies at a place of the screen; None for none."""
    if cell is None:
        return None
    return next((box for box in cell.unexplained if _chip(box, to_screen).contains(place)), None)


def words_of(cell: Metaphase, box: Box) -> str:
    """What is known of boxed stain, and how to make a chromosome of it."""
    if box in cell.unexplained:
        return "Not explained: no outline holds this stain.<br>Click + to outline it, right click for more."
    found = next((one for one in cell.excluded if one.box == box), None)
    if found is None:
        return ""
    return f"Left out: {found.reason.value.replace('_', ' ')}.<br>Right click to make it a chromosome."


def chip_centre(box: Box, to_screen: QTransform) -> QPointF:
    """Middle of the button of a box, on the screen."""
    return _chip(box, to_screen).center()


def _chip(box: Box, to_screen: QTransform) -> QRectF:
    area = _around(box, to_screen)
    return QRectF(area.right() - 0.3 * _CHIP, area.top() - 0.7 * _CHIP, _CHIP, _CHIP)


def _around(box: Box, to_screen: QTransform) -> QRectF:
    return to_screen.mapRect(_rectangle(box)).adjusted(-3, -3, 3, 3)


def _rectangle(box: Box) -> QRectF:
    return QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))


def _font() -> QFont:
    font = QFont()
    font.setPointSizeF(7.5)
    return font
