"""Homologs laid straight beside the idiogram, for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.plots.idiogram import paint_idiogram
from app.plots.profiles import STYLES
from core.analysis.homologs import StraightChromosome
from core.domain.bands import Level, centromere_fraction, nearest_band

_LABEL = 17
_FOOT = 15
_GAP = 9.0
_LARGEST = 2.5
_IDIOGRAM = 15.0
_HEAT = 4.0
_WARM = 0.25
"""Heat below which nothing is painted: every chromosome differs a little."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightHomolog:
    """One of those shown; `label` as in the plot, `chosen` for the selected one.

    `heat` (0..1 from the p end to the q end) is painted beside it: where its structure is suspected.
    """

    label: str
    straight: StraightChromosome
    chosen: bool
    heat: tuple[float, ...] = ()


class StraightPair(QWidget):
    """White ground, p arms up, aligned on the centromeres; marked as straightened.

    Signals
    -------
    band_hovered
        Name of the band under the mouse; empty for none.
    """

    band_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._axis: tuple[float, float] | None = None
        self._hover: float | None = None
        self.setMouseTracking(True)
        self._homologs: tuple[StraightHomolog, ...] = ()
        self._images: list[QImage] = []
        self._chromosome: str | None = None
        self._level: Level = 550
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(112, 100)
        self.setAccessibleName("Straightened homologs")
        self.setToolTip(
            "Straightened along the axis, for comparison only: the karyogram shows captured pixels"
        )

    def sizeHint(self) -> QSize:
        """Room for the homologs and the idiogram."""
        return QSize(112 + 34 * max(0, len(self._homologs) - 1), 150)

    def show_homologs(
        self, homologs: Sequence[StraightHomolog], chromosome: str | None, level: Level
    ) -> None:
        """Show homologs beside the idiogram of a class; None for no idiogram."""
        self._homologs, self._chromosome, self._level = tuple(homologs), chromosome, level
        self._images = [_image_of(one.straight) for one in homologs]
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint idiogram, homologs, labels and the mark."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        self._axis = None
        if not self._homologs:
            painter.end()
            return
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        rows = [_rows(one.straight) for one in self._homologs]
        above = max(p for p, _ in rows)
        below = max(q for _, q in rows)
        room_high = self.height() - _LABEL - _FOOT - 8
        pixels_wide = sum(image.width() for image in self._images)
        beside = _IDIOGRAM + _GAP if self._chromosome else 0.0
        room_wide = self.width() - 12 - beside - _GAP * (len(self._images) - 1)
        scale = min(room_high / (above + below), max(room_wide, 20.0) / pixels_wide, _LARGEST)
        used = pixels_wide * scale + beside + _GAP * (len(self._images) - 1)
        x = (self.width() - used) / 2
        spare = max(0.0, (room_high - (above + below) * scale) / 2)
        waist = _LABEL + 4 + spare + above * scale
        if self._chromosome:
            own = centromere_fraction(self._chromosome, self._level)
            long = sum(p + q for p, q in rows) / len(rows) * scale
            paint_idiogram(
                painter, QRectF(x, waist - own * long, _IDIOGRAM, long), self._chromosome, self._level
            )
            self._axis = (waist - own * long, long)
            x += _IDIOGRAM + _GAP
        for at, (one, image, (p, q)) in enumerate(zip(self._homologs, self._images, rows, strict=True)):
            wide = image.width() * scale
            painter.drawImage(QRectF(x, waist - p * scale, wide, (p + q) * scale), image)
            _paint_heat(painter, one.heat, QRectF(x + wide + 1, waist - p * scale, _HEAT, (p + q) * scale))
            self._paint_label(painter, QRectF(x - _GAP / 2, 2, wide + _GAP, _LABEL), one, at)
            x += wide + _GAP
        painter.setPen(QPen(QColor(120, 128, 138, 150), 1, Qt.PenStyle.DotLine))
        painter.drawLine(4, round(waist), self.width() - 4, round(waist))
        if self._hover is not None and self._axis is not None:
            painter.setPen(QPen(QColor(theme.LIGHT.accent), 1))
            painter.drawLine(4, round(self._hover), self.width() - 4, round(self._hover))
        self._paint_foot(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the band under the mouse; the homologs lie on the axis of the idiogram."""
        name = ""
        if self._axis is not None and self._chromosome is not None:
            top, long = self._axis
            place = (event.position().y() - top) / long
            if 0 <= place < 1:
                name = f"{self._chromosome}{nearest_band(self._chromosome, place, self._level).name}"
        self._hover = event.position().y() if name else None
        self.band_hovered.emit(name)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No band is under the mouse any more."""
        self._hover = None
        self.band_hovered.emit("")
        self.update()

    def _paint_label(self, painter: QPainter, area: QRectF, one: StraightHomolog, at: int) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        colour = QColor(STYLES[at][0]).darker(125) if at < len(STYLES) else QColor("#1c2127")
        if one.chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            middle = area.center()
            painter.drawRoundedRect(QRectF(middle.x() - 9, area.top(), 18, 15), 3, 3)
            painter.setPen(QColor("#ffffff"))
        else:
            painter.setPen(colour)
        painter.drawText(area.adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignCenter, one.label)

    def _paint_foot(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(10)
        font.setItalic(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.LIGHT.doubt))
        foot = QRectF(0, self.height() - _FOOT - 1, self.width(), _FOOT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, "straightened")


def _rows(straight: StraightChromosome) -> tuple[float, float]:
    """Rows above and below the line on which the homologs are aligned."""
    rows = float(len(straight.profile))
    above = rows / 2 if straight.centromere is None else straight.centromere
    return above, rows - above


def _paint_heat(painter: QPainter, heat: Sequence[float], place: QRectF) -> None:
    """Paint a stripe along a homolog, the redder the more it differs there."""
    hot = QColor(theme.LIGHT.contradiction)
    step = place.height() / max(len(heat), 1)
    for at, value in enumerate(heat):
        if value > _WARM:
            hot.setAlphaF(min(1.0, (value - _WARM) / (1.0 - _WARM)))
            painter.fillRect(QRectF(place.x(), place.y() + at * step, place.width(), step), hot)


def _image_of(straight: StraightChromosome) -> QImage:
    pixels = np.ascontiguousarray(straight.image)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
