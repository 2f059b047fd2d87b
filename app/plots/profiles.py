"""Band profiles of homologs over each other, on the scale of the idiogram, with their difference."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPicture

from app import theme
from app.plots.idiogram import paint_lying
from core.analysis.common_axis import CommonAxis
from core.domain.bands import Level, centromere_fraction, nearest_band

_BAR_TOP, _BAR_BOTTOM = -0.05, -0.2
_HEAT_TOP, _HEAT_BOTTOM = -0.23, -0.32
_MIDDLE, _HALF = -0.56, 0.2
_FULL: Final = 0.4
"""Difference of stain that fills the half height of the curve below."""
STYLES = (
    ("#4c9fe8", Qt.PenStyle.SolidLine), ("#e0a03c", Qt.PenStyle.DashLine),
    ("#63b785", Qt.PenStyle.DotLine), ("#c78be0", Qt.PenStyle.DashDotLine),
)  # fmt: skip
"""Colour and stroke of each homolog: neither stands alone."""
_MORE, _LESS = QColor("#d1495b"), QColor("#2f7fd1")


class _Bar(pg.GraphicsObject):
    """Lying idiogram, and below it the difference as a heat strip, in the units of the plot."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPicture()

    def show_bands(
        self, chromosome: str | None, level: Level, heat: NDArray[np.float64] | None, frame: QColor
    ) -> None:
        self._picture = QPicture()
        painter = QPainter(self._picture)
        if chromosome is not None:
            paint_lying(painter, QRectF(0, _BAR_BOTTOM, 100, _BAR_TOP - _BAR_BOTTOM), chromosome, level)
        if heat is not None:
            self._paint_heat(painter, heat, frame)
        painter.end()
        self.update()

    def _paint_heat(self, painter: QPainter, heat: NDArray[np.float64], frame: QColor) -> None:
        step = 100 / len(heat)
        painter.setPen(Qt.PenStyle.NoPen)
        high = _HEAT_TOP - _HEAT_BOTTOM
        for at, value in enumerate(heat):
            strength = (abs(float(value)) - 0.8) / 3.2
            if strength > 0:
                colour = QColor(_MORE if value > 0 else _LESS)
                colour.setAlphaF(min(1.0, 0.2 + 0.8 * strength))
                painter.fillRect(QRectF(at * step, _HEAT_BOTTOM, step * 1.05, high), colour)
        pen = pg.mkPen(frame, width=1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0, _HEAT_BOTTOM, 100, high))

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.drawPicture(0, 0, self._picture)

    def boundingRect(self) -> QRectF:
        return QRectF(0, _HEAT_BOTTOM, 100, _BAR_TOP - _HEAT_BOTTOM)


class ProfilePlot(pg.PlotWidget):
    """Stain along the chromosome; arms are laid on the arms of the idiogram, so that bands meet.

    Below the idiogram the difference of the first from the others: as a heat strip (red where the first is
    darker, blue where it is lighter) and as a curve.

    Signals
    -------
    band_hovered
        Name of the band under the mouse; empty for none.
    """

    band_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__(background=None)
        self._chromosome: str | None = None
        self._level: Level = 550
        self._waist_at = 0.5
        self._bar = _Bar()
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._waist = pg.InfiniteLine(angle=90, movable=False)
        self._zero = pg.PlotCurveItem()
        self._difference = pg.PlotCurveItem(antialias=True, fillLevel=_MIDDLE)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(160, 90)
        self.setAccessibleName("Band profiles")
        item = self.getPlotItem()
        item.hideAxis("left")
        item.setContentsMargins(2, 2, 2, 0)
        axis = item.getAxis("bottom")
        axis.setHeight(16)
        axis.setStyle(tickLength=-3, tickTextOffset=1, tickFont=self.font(), hideOverlappingLabels=False)
        self.setXRange(-4, 104, padding=0)
        item.disableAutoRange()
        for added in (self._bar, self._zero, self._difference, self._waist, self._cursor):
            self.addItem(added)
        self._cursor.hide()
        self._shown = 0
        self._heat: NDArray[np.float64] | None = None
        self._curves = [pg.PlotCurveItem(antialias=True) for _ in STYLES]
        for curve in self._curves:
            self.addItem(curve)
        self.scene().sigMouseMoved.connect(self._moved)

    @property
    def shown(self) -> int:
        """Number of profiles shown."""
        return self._shown

    @property
    def heat(self) -> NDArray[np.float64] | None:
        """Difference that the heat strip shows, in units of chance; None for a single chromosome."""
        return self._heat

    def show_axis(self, axis: CommonAxis, chromosome: str | None, level: Level, *, aligned: bool) -> None:
        """Show profiles over the idiogram of a class; None for no idiogram."""
        colours = theme.current()
        self.setBackground(QColor(colours.panel))
        self._chromosome, self._level, self._waist_at = chromosome, level, axis.waist
        values = axis.profiles(aligned=aligned)
        self._shown = min(len(values), len(self._curves))
        places = 100 * (np.arange(values.shape[1]) + 0.5) / values.shape[1]
        for at, (drawn, (colour, stroke)) in enumerate(zip(self._curves, STYLES, strict=True)):
            drawn.setVisible(at < self._shown)
            if at < self._shown:
                drawn.setPen(pg.mkPen(QColor(colour), width=1.8, style=stroke))
                drawn.setData(places, values[at])
        several = self._shown > 1
        self._heat = axis.heat(aligned=aligned) if several else None
        self._show_difference(places, axis.difference(aligned=aligned) if several else None)
        self.setYRange(_MIDDLE - _HALF - 0.02 if several else _BAR_BOTTOM, 1.04, padding=0)
        self._bar.show_bands(chromosome, level, self._heat, QColor(colours.line))
        centred = chromosome is not None or axis.waist != 0.5
        self._waist.setVisible(centred)
        self._waist.setPen(pg.mkPen(QColor(colours.quiet), width=1, style=Qt.PenStyle.DotLine))
        self._waist.setPos(100 * axis.waist)
        self._cursor.setPen(pg.mkPen(QColor(colours.text), width=1))
        bottom = self.getPlotItem().getAxis("bottom")
        bottom.setPen(QColor(colours.line))
        bottom.setTextPen(QColor(colours.quiet))
        bottom.setTicks([[(0, "p"), (100, "q"), *([(100 * axis.waist, "cen")] if centred else [])]])

    def _show_difference(self, places: NDArray[np.float64], difference: NDArray[np.float64] | None) -> None:
        colours = theme.current()
        for item in (self._zero, self._difference):
            item.setVisible(difference is not None)
        if difference is None:
            return
        self._zero.setPen(pg.mkPen(QColor(colours.line), width=1))
        self._zero.setData([0, 100], [_MIDDLE, _MIDDLE])
        tint = QColor(colours.text)
        self._difference.setPen(pg.mkPen(tint, width=1.2))
        tint.setAlpha(40)
        self._difference.setBrush(tint)
        self._difference.setData(places, _MIDDLE + _HALF * np.clip(difference / _FULL, -1.0, 1.0))

    def leaveEvent(self, event: object) -> None:
        """No band is under the mouse any more."""
        self._cursor.hide()
        self.band_hovered.emit("")

    def _moved(self, place: QPointF) -> None:
        if self._chromosome is None:
            return
        at = self.getPlotItem().vb.mapSceneToView(place).x()
        inside = 0 <= at <= 100
        self._cursor.setVisible(inside)
        self._cursor.setPos(at)
        own = centromere_fraction(self._chromosome, self._level)
        on_idiogram = float(np.interp(at / 100, [0.0, self._waist_at, 1.0], [0.0, own, 1.0]))
        band = nearest_band(self._chromosome, on_idiogram, self._level).name if inside else ""
        self.band_hovered.emit(f"{self._chromosome}{band}" if band else "")
