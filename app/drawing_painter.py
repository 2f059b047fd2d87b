"""Paints a drawing of the report in the window, just as it prints."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from core.report.drawing import Drawing, PlacedPicture, Words
from core.report.rendering import FONTS

_EM = 100
_families: list[str] = []


def paint_drawing(painter: QPainter, drawing: Drawing, scale: float) -> None:
    """Paint a drawing with its upper left corner at the origin.

    Parameters
    ----------
    scale
        Pixels a millimetre.
    """
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(scale, scale)
    painter.fillRect(QRectF(0, 0, drawing.width, drawing.height), QColor("white"))
    for picture in drawing.pictures:
        painter.drawImage(QRectF(picture.x, picture.y, picture.width, picture.height), _image(picture))
    for line in drawing.lines:
        painter.setPen(QPen(QColor(*line.colour), line.thickness))
        painter.drawLine(QLineF(line.x1, line.y1, line.x2, line.y2))
    for contour in drawing.contours:
        if contour.thickness > 0:
            painter.setPen(QPen(QColor(*contour.colour), contour.thickness))
        elif contour.fill is not None:
            # A hair of its own colour closes the seams between neighbouring bands.
            painter.setPen(QPen(QColor(*contour.fill), 0.05))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if contour.fill is None else QColor(*contour.fill))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in contour.points]))
    for words in drawing.words:
        _write(painter, words)
    painter.restore()


def _write(painter: QPainter, words: Words) -> None:
    font = QFont(_family())
    font.setPixelSize(_EM)
    font.setBold(words.bold)
    wide = QFontMetricsF(font).horizontalAdvance(words.text)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    painter.save()
    painter.translate(words.x, words.y)
    painter.scale(words.size / _EM, words.size / _EM)
    painter.setFont(font)
    at = QPointF(-share * wide, 0.0)
    if words.halo:
        reach = words.halo / words.size * _EM * 0.7
        painter.setPen(QColor("white"))
        for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
            painter.drawText(at + QPointF(dx * reach, dy * reach), words.text)
    painter.setPen(QColor(*words.colour))
    painter.drawText(at, words.text)
    painter.restore()


def _family() -> str:
    """The typeface of the report, so that words take the room that was left for them."""
    if not _families:
        found = ""
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
            known = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(FONTS / name)))
            found = found or (known[0] if known else "")
        _families.append(found or QFont().family())
    return _families[0]


def _image(picture: PlacedPicture) -> QImage:
    height, width = picture.image.shape
    alpha = np.full_like(picture.image, 255) if picture.alpha is None else picture.alpha
    pixels = np.ascontiguousarray(np.dstack([picture.image] * 3 + [alpha]))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
