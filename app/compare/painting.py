"""What the views of the Compare page paint alike: pictures, heat, marks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from app import theme
from core.analysis.consensus import Consensus, Deviation
from core.analysis.strands import ROW

_MORE = QColor("#d1495b")
_LESS = QColor("#2f7fd1")
_NOISE = 1.6
_FULL = 5.0
WHITE = QColor("#ffffff")


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """Grey pixels, shape (h, w), as an image of its own."""
    whole = np.ascontiguousarray(pixels)
    height, width = whole.shape
    return QImage(whole.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def lying_image(pixels: NDArray[np.uint8]) -> QImage:
    """Grey pixels with row 0 (the p end) at the left."""
    return image_of(np.rot90(pixels))


def heat_colour(excess: float) -> QColor | None:
    """Colour of a difference in standard deviations: red for more stain, blue for less, None for noise."""
    strength = (abs(excess) - _NOISE) / (_FULL - _NOISE)
    if strength <= 0:
        return None
    colour = QColor(_MORE if excess > 0 else _LESS)
    colour.setAlphaF(min(1.0, 0.25 + 0.75 * strength))
    return colour


def paint_heat(
    painter: QPainter,
    deviation: Deviation,
    consensus: Consensus,
    waist: float,
    scale: float,
    top: float,
    height: float,
) -> None:
    """Paint the difference along a lying chromosome.

    Parameters
    ----------
    waist
        Where the centromere of the consensus lies.
    scale
        Pixels of the screen for one row of the common scale.
    """  # fmt: skip
    painter.setPen(Qt.PenStyle.NoPen)
    for row, excess in enumerate(deviation.excess):
        x = waist + (row - consensus.waist) * scale
        if np.isnan(excess):
            continue
        colour = heat_colour(float(excess))
        if colour is not None:
            painter.fillRect(QRectF(x, top, scale + 0.6, height), colour)
    painter.setPen(QPen(QColor("#8a929c"), 1))
    for first, last in runs_of(deviation.crossed):
        left, right = (waist + (row - consensus.waist) * scale for row in (first, last + 1))
        for x in np.arange(left, right - 1, 4.0):
            painter.drawLine(QPointF(x, top + height - 1), QPointF(min(x + 3, right), top))
    _paint_missing(painter, deviation, consensus, waist, scale, top, height)


def _paint_missing(
    painter: QPainter, deviation: Deviation, consensus: Consensus, waist: float, scale: float, top: float,
    height: float,
) -> None:  # fmt: skip
    """Hatch what is missing at the ends, and outline what is there beyond them."""
    gone = np.isnan(deviation.excess)
    painter.setBrush(QColor(_LESS.red(), _LESS.green(), _LESS.blue(), 70))
    painter.setPen(QPen(_LESS, 1))
    for first, last in runs_of(gone):
        x = waist + (first - consensus.waist) * scale
        painter.drawRect(QRectF(x, top, (last - first + 1) * scale, height - 1))
    painter.setBrush(QColor(_MORE.red(), _MORE.green(), _MORE.blue(), 70))
    painter.setPen(QPen(_MORE, 1))
    p, q = (length / ROW * scale for length in deviation.beyond)
    if p > 2 * scale:
        painter.drawRect(QRectF(waist - consensus.waist * scale - p, top, p, height - 1))
    if q > 2 * scale:
        painter.drawRect(QRectF(waist + (consensus.rows - consensus.waist) * scale, top, q, height - 1))


def runs_of(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def paint_mark(painter: QPainter, at: QPointF, size: float = 5.0) -> None:
    """Paint the mark of an outlier: a triangle, because colour never stands alone."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.current().doubt))
    painter.drawPolygon(
        QPolygonF([at + QPointF(-size, size), at + QPointF(size, size), at + QPointF(0, -size)])
    )
    painter.restore()
