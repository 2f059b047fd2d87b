"""Mean chromosomes: one for each class over all cells, and the chosen one large with its spread."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen

from app import theme
from app.compare.comparison import Comparison
from app.compare.painting import WHITE, image_of
from app.compare.sheet import Place, Sheet
from app.plots.idiogram import paint_idiogram
from core.analysis.consensus import ClassStudy, Consensus, band_at
from core.domain.bands import CLASSES, Level
from core.domain.karyogram import ISCN_ROWS

_MARGIN: Final = 12
_LABEL: Final = 16
_SPREAD: Final = 34
"""Width of the spread band beside a mean chromosome, in pixels of the screen."""


class Means(Sheet):
    """The karyogram of mean chromosomes; for one class the mean beside its idiogram, profile and spread.

    Signals
    -------
    class_wanted
        A class whose mean was clicked or entered.
    band_hovered
        Band under the mouse; empty for none.
    """

    class_wanted = Signal(str)
    band_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._comparison: Comparison | None = None
        self._class = ""
        self._level: Level = 550
        self._room = 500
        self._zoom = 1.0
        self._high = 300.0
        self._images: dict[int, tuple[Consensus, QImage]] = {}
        self._axes: list[tuple[QRectF, Consensus]] = []
        self.wanted.connect(lambda name, _: self.class_wanted.emit(name))
        self.setAccessibleName("Mean chromosomes")

    def show_comparison(self, comparison: Comparison, name: str, level: Level) -> None:
        """Show the mean chromosome of a class, or of every class for a name that is none."""
        self._comparison, self._class, self._level = comparison, name, level
        self._lay_out()

    def fit_into(self, height: int) -> None:
        """Use this height before anything has to be scrolled."""
        self._room = height
        self._lay_out()

    def zoom(self, factor: float) -> None:
        """Make all larger or smaller."""
        self._zoom = float(np.clip(self._zoom * factor, 0.5, 4.0))
        self._lay_out()

    def resizeEvent(self, event: object) -> None:
        """Lay out for another width."""
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        """All of it."""
        return QSize(560, round(self._high))

    def _study(self, name: str) -> ClassStudy | None:
        return self._comparison.study(name) if self._comparison else None

    def _image(self, mean: Consensus) -> QImage:
        known = self._images.get(id(mean))
        if known is None or known[0] is not mean:
            known = (mean, image_of(mean.image))
            if len(self._images) > 200:
                self._images.clear()
            self._images[id(mean)] = known
        return known[1]

    # -- laying out ------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.places = []
        if self._class in CLASSES:
            self._high = float(self._room) * max(1.0, self._zoom)
        else:
            self._lay_karyogram()
        self.setMinimumHeight(round(self._high))
        self.update()

    def _lay_karyogram(self) -> None:
        """Rows of ISCN; every class as wide as its mean, its spread and its idiogram."""
        rows = [[name for group in row for name in group if self._study(name)] for row in ISCN_ROWS.rows]
        rows = [row for row in rows if row]
        studies = {name: study for row in rows for name in row if (study := self._study(name)) is not None}
        if not studies:
            self._high = 80.0
            return
        tall = [
            (max(studies[n].consensus.waist for n in row),
             max(studies[n].consensus.rows - studies[n].consensus.waist for n in row))
            for row in rows
        ]  # fmt: skip
        room = self._room - 2 * _MARGIN - len(rows) * (_LABEL + 14)
        scale = max(0.5, room / sum(above + below for above, below in tall)) * self._zoom
        wide = max(
            sum(studies[n].consensus.image.shape[1] for n in row) * scale + len(row) * (_SPREAD + 40)
            for row in rows
        )
        if wide > self.width() - 2 * _MARGIN and self._zoom <= 1:
            scale *= max(0.4, (self.width() - 2 * _MARGIN) / wide)
        y = float(_MARGIN)
        for row, (above, below) in zip(rows, tall, strict=True):
            slots = [studies[n].consensus.image.shape[1] * scale + _SPREAD + 16 for n in row]
            between = (self.width() - 2 * _MARGIN - sum(slots)) / max(len(row), 1)
            x = _MARGIN + between / 2
            waist = y + above * scale
            for name, slot in zip(row, slots, strict=True):
                mean = studies[name].consensus
                box = QRectF(x, waist - mean.waist * scale, slot, mean.rows * scale)
                said = (
                    f"<b>Chromosome {name}</b><br>mean of {mean.members}, {mean.p + mean.q:.2f} % of the set"
                )
                self.places.append(Place(box=box, key=(name, name), said=said))
                x += slot + between
            y += (above + below) * scale + _LABEL + 14
        self._high = y + _MARGIN

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint one mean, or all of them."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        self._axes = []
        if self._class in CLASSES:
            study = self._study(self._class)
            if study is not None:
                self._paint_one(painter, study)
        else:
            self._paint_karyogram(painter)
        painter.end()

    def _paint_karyogram(self, painter: QPainter) -> None:
        if not self.places:
            return
        ground = QRectF(_MARGIN / 2, 4, self.width() - _MARGIN, self._high - 8)
        painter.fillRect(ground, WHITE)
        current = self.current
        for place in self.places:
            study = self._study(place.key[0])
            if study is None:
                continue
            mean, box = study.consensus, place.box
            scale = box.height() / mean.rows
            wide = mean.image.shape[1] * scale
            painter.drawImage(QRectF(box.left(), box.top(), wide, box.height()), self._image(mean))
            self._paint_spread(painter, mean, QRectF(box.left() + wide + 6, box.top(), _SPREAD, box.height()))
            painter.setFont(_font(self, 12, bold=True))
            painter.setPen(QColor("#1c2127"))
            painter.drawText(
                QRectF(box.left() - 10, box.bottom() + 3, box.width() + 20, _LABEL),
                Qt.AlignmentFlag.AlignCenter, place.key[0],
            )  # fmt: skip
            if current is place:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.LIGHT.accent), 2))
                painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), 4, 4)
        self._paint_notice(painter, ground)

    def _paint_one(self, painter: QPainter, study: ClassStudy) -> None:
        """Idiogram, mean, profile with spread; the mean of the other kind of homologs beside it."""
        means = [study.consensus, *([study.other] if study.other is not None else [])]
        above = max(mean.waist for mean in means)
        below = max(mean.rows - mean.waist for mean in means)
        ground = QRectF(_MARGIN / 2, 4, self.width() - _MARGIN, self._high - 8)
        painter.fillRect(ground, WHITE)
        room = ground.height() - 64
        scale = min(room / (above + below), 7.0)
        waist = ground.top() + 34 + (room - (above + below) * scale) / 2 + above * scale
        column = ground.width() / len(means)
        titles = ("like the idiogram", "the other homologs") if len(means) > 1 else ("all homologs", "")
        for at, mean in enumerate(means):
            left = ground.left() + at * column
            wide = mean.image.shape[1] * scale
            plot = min(240.0, max(120.0, column - wide - 220))
            x = left + max(16.0, (column - wide - plot - 150) / 2)
            top, long = waist - mean.waist * scale, mean.rows * scale
            # Also beside the other kind the idiogram has the length of the usual one: a gain or loss shows.
            usual = study.consensus
            body = QRectF(x, waist - usual.waist * scale, 20, usual.rows * scale)
            paint_idiogram(painter, body, usual.chromosome_class, self._level, usual.waist / usual.rows)
            self._axes.append((QRectF(x - 6, body.top(), 40 + wide + plot, body.height()), usual))
            painter.drawImage(QRectF(x + 38, top, wide, long), self._image(mean))
            profile = QRectF(x + 52 + wide, top, plot, long)
            self._paint_spread(painter, mean, profile, other=study.consensus if at else None)
            painter.setFont(_font(self, 12, bold=True))
            painter.setPen(QColor("#1c2127"))
            painter.drawText(
                QRectF(left, ground.top() + 8, column, 18), Qt.AlignmentFlag.AlignCenter,
                f"Mean of {mean.members}  ·  {titles[at]}",
            )  # fmt: skip
            painter.setFont(_font(self, 11))
            painter.setPen(QColor("#5d6877"))
            spread = (
                f"p {mean.p:.2f} ± {mean.p_spread:.2f}   q {mean.q:.2f} ± {mean.q_spread:.2f} % of the set"
            )
            painter.drawText(
                QRectF(left, ground.bottom() - 24, column, 16), Qt.AlignmentFlag.AlignCenter,
                f"{spread}   CI {100 * mean.p / (mean.p + mean.q):.0f} %",
            )  # fmt: skip
        painter.setPen(QPen(QColor(120, 128, 138, 130), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(ground.left() + 6, waist), QPointF(ground.right() - 6, waist))
        self._paint_notice(painter, ground)

    def _paint_spread(
        self, painter: QPainter, mean: Consensus, area: QRectF, other: Consensus | None = None
    ) -> None:
        """Upright profile: the mean as a line, one standard deviation to each side as a band."""
        shown = [mean] if other is None else [mean, other]
        low = min(float((one.mean - one.spread).min()) for one in shown)
        high = max(float((one.mean + one.spread).max()) for one in shown)
        step = area.height() / mean.rows

        def place(one: Consensus, row: int, value: float) -> QPointF:
            x = area.left() + (value - low) / max(high - low, 1e-6) * area.width()
            return QPointF(x, area.top() + (row + 0.5 - one.waist + mean.waist) * step)

        band = QPainterPath(place(mean, 0, mean.mean[0] + mean.spread[0]))
        for row in range(1, mean.rows):
            band.lineTo(place(mean, row, mean.mean[row] + mean.spread[row]))
        for row in reversed(range(mean.rows)):
            band.lineTo(place(mean, row, mean.mean[row] - mean.spread[row]))
        painter.fillPath(band, QColor(47, 127, 209, 90))
        pens = (QPen(QColor("#1b5fa5"), 1.4), QPen(QColor("#7a828c"), 1.1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for one, pen in zip(shown, pens, strict=False):
            line = QPainterPath(place(one, 0, one.mean[0]))
            for row in range(1, one.rows):
                line.lineTo(place(one, row, one.mean[row]))
            painter.setPen(pen)
            painter.drawPath(line)

    def _paint_notice(self, painter: QPainter, ground: QRectF) -> None:
        font = _font(self, 10)
        font.setItalic(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.LIGHT.doubt))
        painter.drawText(
            ground.adjusted(0, 2, -6, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop,
            "straightened, mean of cells",
        )  # fmt: skip

    # -- mouse -----------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the band under the mouse."""
        super().mouseMoveEvent(event)
        name = ""
        for area, mean in self._axes:
            if area.contains(event.position()):
                row = (event.position().y() - area.top()) / area.height() * mean.rows
                name = band_at(mean, min(max(row, 0.0), mean.rows - 0.5), self._level)
        self.band_hovered.emit(name)

    def leaveEvent(self, event: QEvent) -> None:
        """No band is under the mouse any more."""
        self.band_hovered.emit("")


def _font(widget: Sheet, pixels: int, *, bold: bool = False) -> QFont:
    font = QFont(widget.font())
    font.setPixelSize(theme.px(pixels))
    font.setBold(bold)
    return font
