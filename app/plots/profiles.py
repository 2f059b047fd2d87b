"""Band profiles of homologs over each other, on the scale of the idiogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPicture

from app import theme
from app.plots.idiogram import paint_lying
from core.domain.bands import Level, centromere_fraction, nearest_band

_BAR_TOP, _BAR_BOTTOM = -0.05, -0.2
STYLES = (
    ("#4c9fe8", Qt.PenStyle.SolidLine), ("#e0a03c", Qt.PenStyle.DashLine),
    ("#63b785", Qt.PenStyle.DotLine), ("#c78be0", Qt.PenStyle.DashDotLine),
)  # fmt: skip
"""Colour and stroke of each homolog: neither stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Profile of one chromosome, p arm first; `centromere` as a fraction of its length, None if unknown."""

    label: str
    profile: NDArray[np.float32]
    centromere: float | None


class _Bar(pg.GraphicsObject):
    """Lying idiogram in the units of the plot."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QPicture()

    def show_bands(self, chromosome: str | None, level: Level) -> None:
        self._picture = QPicture()
        if chromosome is not None:
            painter = QPainter(self._picture)
            paint_lying(painter, QRectF(0, _BAR_BOTTOM, 100, _BAR_TOP - _BAR_BOTTOM), chromosome, level)
            painter.end()
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.drawPicture(0, 0, self._picture)

    def boundingRect(self) -> QRectF:
        return QRectF(0, _BAR_BOTTOM, 100, _BAR_TOP - _BAR_BOTTOM)


class ProfilePlot(pg.PlotWidget):
    """Stain along the chromosome; arms are laid on the arms of the idiogram, so that bands meet.

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
        self._bar = _Bar()
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._waist = pg.InfiniteLine(angle=90, movable=False)
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
        self.setYRange(_BAR_BOTTOM, 1.04, padding=0)
        self.addItem(self._bar)
        self.addItem(self._waist)
        self.addItem(self._cursor)
        self._cursor.hide()
        self._shown = 0
        self._curves = [pg.PlotCurveItem(antialias=True) for _ in STYLES]
        for curve in self._curves:
            self.addItem(curve)
        self.scene().sigMouseMoved.connect(self._moved)

    @property
    def shown(self) -> int:
        """Number of profiles shown."""
        return self._shown

    def show_curves(self, curves: Sequence[Curve], chromosome: str | None, level: Level) -> None:
        """Show profiles over the idiogram of a class; None for no idiogram."""
        colours = theme.current()
        self.setBackground(QColor(colours.panel))
        self._chromosome, self._level = chromosome, level
        self._shown = min(len(curves), len(self._curves))
        own = centromere_fraction(chromosome, level) if chromosome else None
        for at, (drawn, (colour, stroke)) in enumerate(zip(self._curves, STYLES, strict=True)):
            drawn.setVisible(at < self._shown)
            if at < self._shown:
                curve = curves[at]
                drawn.setPen(pg.mkPen(QColor(colour), width=1.8, style=stroke))
                drawn.setData(100 * _on_idiogram(len(curve.profile), curve.centromere, own), curve.profile)
        self._bar.show_bands(chromosome, level)
        self._waist.setVisible(own is not None)
        self._waist.setPen(pg.mkPen(QColor(colours.quiet), width=1, style=Qt.PenStyle.DotLine))
        self._waist.setPos(100 * (own or 0.0))
        self._cursor.setPen(pg.mkPen(QColor(colours.text), width=1))
        axis = self.getPlotItem().getAxis("bottom")
        axis.setPen(QColor(colours.line))
        axis.setTextPen(QColor(colours.quiet))
        axis.setTicks([[(0, "p"), (100, "q"), *([(100 * own, "cen")] if own is not None else [])]])

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
        band = nearest_band(self._chromosome, at / 100, self._level).name if inside else ""
        self.band_hovered.emit(f"{self._chromosome}{band}" if band else "")


def _on_idiogram(rows: int, centromere: float | None, own: float | None) -> NDArray[np.float64]:
    """Fractions of the idiogram's length for each row of a profile."""
    along = (np.arange(rows) + 0.5) / rows
    if centromere is None or own is None or not 0.01 < centromere < 0.99:
        return along
    return np.interp(along, [0.0, centromere, 1.0], [0.0, own, 1.0])
