"""Bands of the idiogram as a bar, upright or lying."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from core.domain.bands import LEVELS, Level, bands_of, centromere_fraction

_GREYS: Final = {
    "gneg": "#ffffff", "gpos25": "#cfd3d8", "gpos50": "#9aa0a8", "gpos75": "#5d646d", "gpos100": "#1e2329",
    "acen": "#c9545c", "gvar": "#8fa3bd", "stalk": "#b9c4d2",
}  # fmt: skip
_EDGE: Final = QColor("#6a727c")


def level_near(band_level: float | None, wanted: int = 550) -> Level:
    """Level of the idiogram that matches a cell; the protocol's where the cell's is not known."""
    aim = band_level if band_level is not None else float(wanted)
    return min(LEVELS, key=lambda level: abs(level - aim))  # type: ignore[return-value]


def paint_idiogram(
    painter: QPainter, area: QRectF, chromosome: str, level: Level, centromere: float | None = None
) -> None:
    """Paint an upright idiogram, p arm up.

    Parameters
    ----------
    area
        Whole length and width.
    centromere
        Where the centromere is to lie, as a fraction of the length; the arms are stretched to it.
    """
    own = centromere_fraction(chromosome, level)
    at = own if centromere is None else centromere
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QPainterPath()
    waist = area.top() + at * area.height()
    radius = min(area.width() / 2, 5.0)
    body.addRoundedRect(QRectF(area.left(), area.top(), area.width(), waist - area.top()), radius, radius)
    body.addRoundedRect(QRectF(area.left(), waist, area.width(), area.bottom() - waist), radius, radius)
    painter.setClipPath(body)
    painter.setPen(Qt.PenStyle.NoPen)
    for band in bands_of(chromosome, level):
        top = area.top() + stretched(band.start, own, at) * area.height()
        bottom = area.top() + stretched(band.end, own, at) * area.height()
        painter.setBrush(QColor(_GREYS[band.stain]))
        painter.drawRect(QRectF(area.left(), top, area.width(), bottom - top + 0.3))
    painter.setClipping(False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_EDGE, 1))
    painter.drawPath(body)
    painter.restore()


def paint_lying(painter: QPainter, area: QRectF, chromosome: str, level: Level) -> None:
    """Paint a lying idiogram, p arm at the left, in the units of `area`."""
    painter.setPen(Qt.PenStyle.NoPen)
    for band in bands_of(chromosome, level):
        painter.setBrush(QColor(_GREYS[band.stain]))
        left = area.left() + band.start * area.width()
        painter.drawRect(QRectF(left, area.top(), (band.end - band.start) * area.width(), area.height()))
    pen = QPen(_EDGE, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)
    waist = area.left() + centromere_fraction(chromosome, level) * area.width()
    painter.drawLine(QPointF(waist, area.top()), QPointF(waist, area.bottom()))


def stretched(fraction: float, own: float, at: float) -> float:
    """Move a fraction of the length so that `own`, the centromere, comes to lie at `at`; arm by arm."""
    if fraction <= own:
        return fraction * at / own if own > 0 else fraction
    return at + (fraction - own) * (1 - at) / (1 - own) if own < 1 else fraction


def paint_lying_to_waist(
    painter: QPainter, area: QRectF, chromosome: str, level: Level, waist: float
) -> None:
    """Paint a lying idiogram whose arms are stretched so that the centromere lies at `waist` (0..1)."""
    own = centromere_fraction(chromosome, level)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    at = area.left() + waist * area.width()
    radius = min(area.height() / 2, 5.0)
    body = QPainterPath()
    body.addRoundedRect(QRectF(area.left(), area.top(), at - area.left(), area.height()), radius, radius)
    body.addRoundedRect(QRectF(at, area.top(), area.right() - at, area.height()), radius, radius)
    painter.setClipPath(body)
    painter.setPen(Qt.PenStyle.NoPen)
    for band in bands_of(chromosome, level):
        painter.setBrush(QColor(_GREYS[band.stain]))
        first, last = (
            area.left() + stretched(end, own, waist) * area.width() for end in (band.start, band.end)
        )
        painter.drawRect(QRectF(first, area.top(), last - first + 0.3, area.height()))
    painter.setClipping(False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_EDGE, 1))
    painter.drawPath(body)
    painter.restore()
