"""The evidence strip: one pair from every cell on one axis, the most deviating first."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app import theme
from app.compare.painting import WHITE, image_of, lying_image, paint_heat, paint_mark
from app.plots.idiogram import paint_lying_to_waist
from core.analysis.consensus import ClassStudy, Consensus, Deviation, band_at, differing_rows, said_of
from core.analysis.strands import ROW
from core.domain.bands import Level

_LABEL: Final = 54
_SAID: Final = 168
_GAP: Final = 18
_HEAD: Final = 20
_IDIOGRAM: Final = 13
_PROFILE: Final = 46
_HEAT: Final = 5
_LEAST_ROW: Final = 24
_MOST_ROW: Final = 92
_MARGIN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Row:
    deviation: Deviation
    image: QImage
    column: int
    place: int


class EvidenceStrip(QWidget):
    """Two columns, one for each homolog; the mean chromosome and the idiogram on top of each.

    Signals
    -------
    wanted
        Cell and chromosome to open, by a click or Enter.
    selected
        The chromosome that the arrows stand on, as a `Deviation`.
    band_hovered
        Band under the mouse; empty for none.
    """

    wanted = Signal(str, str)
    selected = Signal(object)
    band_hovered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._study: ClassStudy | None = None
        self._level: Level = 550
        self._rows: tuple[_Row, ...] = ()
        self._titles = ("", "")
        self._means: tuple[tuple[Consensus, QImage], ...] = ()
        self._at = 0
        self._zoom = 1.0
        self._room = 400
        self._boxes: list[tuple[QRectF, int]] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Evidence strip")

    # -- what is shown ---------------------------------------------------------------------------------

    @property
    def study(self) -> ClassStudy | None:
        """What is shown."""
        return self._study

    @property
    def current(self) -> Deviation | None:
        """Chromosome that the arrows stand on."""
        return self._rows[self._at].deviation if self._rows else None

    @property
    def shown(self) -> tuple[tuple[Deviation, ...], tuple[Deviation, ...]]:
        """Chromosomes of the left and of the right column from above."""
        left, right = (
            tuple(row.deviation for row in self._rows if row.column == column) for column in (0, 1)
        )
        return left, right

    def show_study(self, study: ClassStudy | None, level: Level) -> None:
        """Show a class; the selection stays on its chromosome where it is still there."""
        before = self.current.strand.id if self.current else None
        self._study, self._level = study, level
        if study is None:
            self._rows, self._means = (), ()
        else:
            self._titles, columns = _columns_of(study)
            self._rows = tuple(
                _Row(deviation=one, image=lying_image(one.strand.straight.image), column=column, place=place)
                for column, members in enumerate(columns)
                for place, one in enumerate(members)
            )
            right = study.other or study.consensus
            self._means = tuple((mean, lying_image(mean.image)) for mean in (study.consensus, right))
        ids = [row.deviation.strand.id for row in self._rows]
        self._at = ids.index(before) if before in ids else self._most_deviating()
        self._say()
        self.updateGeometry()
        self.resize(self.width(), self.minimumSizeHint().height())
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.update()

    def _most_deviating(self) -> int:
        scores = [row.deviation.score for row in self._rows]
        return int(np.argmax(scores)) if scores else 0

    def fit_into(self, height: int) -> None:
        """Give rows the height that lets all of them be seen at once, within reason."""
        if height != self._room:
            self._room = height
            self.setMinimumHeight(self.minimumSizeHint().height())
            self.update()

    def zoom(self, factor: float) -> None:
        """Make rows higher or lower."""
        self._zoom = float(np.clip(self._zoom * factor, 0.5, 4.0))
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.update()

    # -- keys ------------------------------------------------------------------------------------------

    def step(self, across: int, down: int) -> QRectF | None:
        """Move the selection; returns where it is now."""
        if not self._rows:
            return None
        row = self._rows[self._at]
        column = min(max(row.column + across, 0), 1)
        members = [at for at, one in enumerate(self._rows) if one.column == column]
        if not members:
            return None
        place = min(max(row.place + down, 0), len(members) - 1)
        self._at = members[place]
        self._say()
        self.update()
        return self._box_of(self._rows[self._at])

    def open_current(self) -> None:
        """Open the chromosome that the arrows stand on in its cell."""
        one = self.current
        if one is not None:
            self.wanted.emit(one.strand.cell, one.strand.id)

    def _say(self) -> None:
        self.selected.emit(self.current)

    # -- geometry --------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """All rows."""
        longest = max((len(column) for column in self.shown), default=0)
        return QSize(640, round(self._top + longest * self._row_height + _MARGIN))

    def sizeHint(self) -> QSize:
        """All rows."""
        return self.minimumSizeHint()

    @property
    def _row_height(self) -> float:
        longest = max((len(column) for column in self.shown), default=1) or 1
        fit = (self._room - self._top_at(0.0) - _MARGIN) / (longest + 1)
        return float(round(np.clip(fit, _LEAST_ROW, _MOST_ROW) * self._zoom))

    def _top_at(self, row: float) -> float:
        return _HEAD + _IDIOGRAM + 6 + row + _PROFILE + 12

    @property
    def _top(self) -> float:
        return self._top_at(self._row_height)

    @property
    def _column_width(self) -> float:
        return (self.width() - 2 * _MARGIN - _GAP) / 2

    @property
    def _scale(self) -> float:
        """Pixels of the screen for one row of the common scale."""
        before, behind = self._reach
        room = self._column_width - _LABEL - _SAID - 12
        widest = max(
            (row.image.height() / (ROW * row.deviation.strand.pixels) for row in self._rows), default=20
        )
        return max(0.4, min(room / (before + behind), (self._row_height - _HEAT - 4) / widest))

    @property
    def _reach(self) -> tuple[float, float]:
        """Rows before and behind the centromere that all of them need."""
        means = [mean for mean, _ in self._means]
        p = [mean.p for mean in means] + [row.deviation.strand.p for row in self._rows]
        q = [mean.q for mean in means] + [row.deviation.strand.q for row in self._rows]
        return max(p, default=1.0) / ROW + 2, max(q, default=1.0) / ROW + 2

    def _left(self, column: int) -> float:
        return _MARGIN + column * (self._column_width + _GAP)

    def _waist(self, column: int) -> float:
        """Where the centromeres of a column lie; short chromosomes stand in the middle of their room."""
        before, behind = self._reach
        room = self._column_width - _LABEL - _SAID - 12
        spare = max(0.0, room - (before + behind) * self._scale) / 2
        return self._left(column) + _LABEL + spare + before * self._scale

    def _box_of(self, row: _Row) -> QRectF:
        return QRectF(
            self._left(row.column), self._top + row.place * self._row_height, self._column_width,
            self._row_height,
        )  # fmt: skip

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both columns."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        if self._study is None:
            painter.end()
            return
        for column in (0, 1):
            if any(row.column == column for row in self._rows):
                self._paint_head(painter, column)
        self._boxes = []
        for at, row in enumerate(self._rows):
            box = self._box_of(row)
            self._boxes.append((box, at))
            if box.intersects(QRectF(event.rect())):
                self._paint_row(painter, row, box, chosen=at == self._at)
        painter.end()

    def _paper(self, column: int) -> tuple[float, float]:
        """Left and right edge of the white ground of a column."""
        before, behind = self._reach
        waist, scale = self._waist(column), self._scale
        return waist - before * scale - 6, waist + behind * scale + 6

    def _paint_head(self, painter: QPainter, column: int) -> None:
        assert self._study is not None
        colours = theme.current()
        mean, image = self._means[column]
        left, waist, scale = self._left(column), self._waist(column), self._scale
        painter.setPen(QColor(colours.text))
        painter.setFont(_font(self, bold=True))
        number = sum(1 for row in self._rows if row.column == column)
        painter.drawText(
            QRectF(left, 0, self._column_width, _HEAD), Qt.AlignmentFlag.AlignVCenter,
            f"{self._titles[column]}  ·  {number}",
        )  # fmt: skip
        paper_left, paper_right = self._paper(column)
        high = self._row_height
        ground = QRectF(paper_left, _HEAD, paper_right - paper_left, self._top - _HEAD - 6)
        painter.fillRect(ground, WHITE)
        # Also over the other kind the idiogram has the length of the usual one: a gain or a loss shows.
        usual = self._study.consensus
        body = QRectF(waist - usual.waist * scale, _HEAD + 4, usual.rows * scale, _IDIOGRAM)
        paint_lying_to_waist(painter, body, usual.chromosome_class, self._level, usual.waist / usual.rows)
        top = _HEAD + _IDIOGRAM + 8
        tall = image.height() * scale
        painter.drawImage(
            QRectF(waist - mean.waist * scale, top + (high - _HEAT - tall) / 2, mean.rows * scale, tall),
            image,
        )
        self._paint_profile(
            painter, column, QRectF(ground.left(), top + high - _HEAT, ground.width(), _PROFILE)
        )
        painter.setFont(_font(self, small=True))
        painter.setPen(QColor(colours.quiet))
        painter.drawText(
            QRectF(left, top, max(20.0, paper_left - left - 6), high - _HEAT),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, "mean",
        )  # fmt: skip
        words = QRectF(paper_right + 8, top, left + self._column_width - paper_right - 8, high + _PROFILE)
        lines = [f"mean of {mean.members}", f"{mean.p + mean.q:.2f} % of the set",
                 f"CI {100 * mean.p / (mean.p + mean.q):.0f} %"]  # fmt: skip
        if column == 1 and self._study.other is not None:
            lines.append(f"apart: {self._study.separation:.1f}")
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, "\n".join(lines))

    def _paint_profile(self, painter: QPainter, column: int, area: QRectF) -> None:
        """Mean profile with its spread; over the other group that of the usual one as a broken line."""
        assert self._study is not None
        mean = self._means[column][0]
        waist, scale = self._waist(column), self._scale
        shown = [mean] if column == 0 or self._study.other is None else [mean, self._study.consensus]
        low = min(float((one.mean - one.spread).min()) for one in shown)
        high = max(float((one.mean + one.spread).max()) for one in shown)

        def place(one: Consensus, row: int, value: float) -> QPointF:
            y = area.bottom() - 3 - (value - low) / max(high - low, 1e-6) * (area.height() - 6)
            return QPointF(waist + (row + 0.5 - one.waist) * scale, y)

        band = QPainterPath()
        rows = range(mean.rows)
        band.moveTo(place(mean, 0, mean.mean[0] + mean.spread[0]))
        for row in rows:
            band.lineTo(place(mean, row, mean.mean[row] + mean.spread[row]))
        for row in reversed(rows):
            band.lineTo(place(mean, row, mean.mean[row] - mean.spread[row]))
        painter.fillPath(band, QColor(47, 127, 209, 105))
        for one, pen in zip(
            shown, (QPen(QColor("#1b5fa5"), 1.4), QPen(QColor("#7a828c"), 1.1, Qt.PenStyle.DashLine)),
            strict=False,
        ):  # fmt: skip
            line = QPainterPath(place(one, 0, one.mean[0]))
            for row in range(1, one.rows):
                line.lineTo(place(one, row, one.mean[row]))
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(line)
        differs = differing_rows(self._study) if column == 1 else None
        if differs is not None:
            reference = self._study.consensus
            first, last = (waist + (row - reference.waist) * scale for row in (differs[0], differs[1] + 1))
            painter.fillRect(QRectF(first, area.bottom() - 2, last - first, 3), QColor(theme.LIGHT.doubt))

    def _paint_row(self, painter: QPainter, row: _Row, box: QRectF, *, chosen: bool) -> None:
        assert self._study is not None
        colours = theme.current()
        one, scale, waist = row.deviation, self._scale, self._waist(row.column)
        left, right = self._paper(row.column)
        painter.fillRect(QRectF(left, box.top(), right - left, box.height()), WHITE)
        step = ROW * one.strand.pixels
        long, wide = row.image.width() / step * scale, row.image.height() / step * scale
        high = box.height() - _HEAT - 2
        painter.drawImage(
            QRectF(waist - one.strand.waist / step * scale, box.top() + (high - wide) / 2 + 1, long, wide),
            row.image,
        )
        mean = self._study.consensus
        paint_heat(painter, one, mean, waist, scale, box.bottom() - _HEAT - 1, _HEAT - 1)
        painter.setPen(QPen(QColor(120, 128, 138, 120), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(waist, box.top()), QPointF(waist, box.bottom()))
        painter.setFont(_font(self, bold=one.outlying))
        painter.setPen(QColor(colours.doubt if one.outlying else colours.quiet))
        label = QRectF(box.left(), box.top(), max(24.0, left - box.left() - 16), box.height())
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, one.strand.label)
        if one.outlying:
            paint_mark(painter, QPointF(left - 8, box.center().y()), 4.5)
        self._paint_said(painter, one, QRectF(right + 8, box.top(), box.right() - right - 8, box.height()))
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(
                QRectF(left, box.top(), right - left, box.height()).adjusted(1, 1, -1, -1), 3, 3
            )

    def _paint_said(self, painter: QPainter, one: Deviation, area: QRectF) -> None:
        assert self._study is not None
        colours = theme.current()
        bar = QRectF(area.left(), area.top() + 5, 40, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(bar, 2.5, 2.5)
        painter.setBrush(QColor(colours.doubt if one.outlying else colours.quiet))
        painter.drawRoundedRect(
            QRectF(bar.left(), bar.top(), max(3.0, bar.width() * min(1.0, one.score / 9.0)), 5), 2.5, 2.5
        )
        painter.setFont(_font(self, small=True, bold=one.outlying))
        painter.setPen(QColor(colours.text if one.outlying else colours.quiet))
        painter.drawText(
            QRectF(bar.right() + 6, area.top() - 1, 40, 17), Qt.AlignmentFlag.AlignVCenter, f"{one.score:.1f}"
        )
        said = said_of(one, self._study.consensus)
        if said:
            painter.setFont(_font(self, small=True))
            below = QRectF(area.left(), area.top() + 14, area.width(), area.height() - 14)
            if area.height() < 34:
                below = QRectF(bar.right() + 34, area.top(), area.width() - 74, area.height())
                said = painter.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, int(below.width()))
            upright = Qt.AlignmentFlag.AlignTop if area.height() >= 34 else Qt.AlignmentFlag.AlignVCenter
            painter.drawText(below, upright | Qt.TextFlag.TextWordWrap, said)

    # -- mouse -----------------------------------------------------------------------------------------

    def _row_at(self, place: QPointF) -> int | None:
        return next((at for box, at in self._boxes if box.contains(place)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select; the release opens."""
        at = self._row_at(event.position())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = at
            self._say()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the chromosome in its cell."""
        at = self._row_at(event.position())
        if at is not None and at == self._at and event.button() == Qt.MouseButton.LeftButton:
            self.open_current()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the band under the mouse."""
        self.setCursor(
            Qt.CursorShape.PointingHandCursor
            if self._row_at(event.position()) is not None
            else Qt.CursorShape.ArrowCursor
        )
        self.band_hovered.emit(self._band_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """No band is under the mouse any more."""
        self.band_hovered.emit("")

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip what is under the mouse."""
        if isinstance(event, QHelpEvent):
            at = self._row_at(QPointF(event.pos()))
            if at is not None and self._study is not None:
                one = self._rows[at].deviation
                said = said_of(one, self._study.consensus) or "like the mean"
                QToolTip.showText(
                    event.globalPos(),
                    f"<b>Cell {escape(one.strand.label)}</b><br>{said}<br>deviation {one.score:.1f}: p arm "
                    f"{one.p_score:+.1f}, q arm {one.q_score:+.1f}, bands {one.bands_score:.1f}<br>"
                    "Click or Enter opens it in its cell",
                    self,
                )
            else:
                QToolTip.showText(event.globalPos(), self._band_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _band_at(self, place: QPointF) -> str:
        if self._study is None or not self._means:
            return ""
        column = int(place.x() > self._left(1) - _GAP / 2)
        mean = self._study.consensus
        row = (place.x() - self._waist(column)) / self._scale + mean.waist
        return band_at(mean, row, self._level) if 0 <= row < mean.rows else ""


def _columns_of(
    study: ClassStudy,
) -> tuple[tuple[str, str], tuple[tuple[Deviation, ...], tuple[Deviation, ...]]]:
    """Titles and chromosomes of the columns: two kinds where they differ, left and right homologs else."""
    if study.other is not None:
        return ("Homologs like the idiogram", "The other homologs"), (study.group(0), study.group(1))
    left = tuple(one for one in study.deviations if (one.strand.chromosome.homolog or 1) % 2 == 1)
    right = tuple(one for one in study.deviations if (one.strand.chromosome.homolog or 1) % 2 == 0)
    return ("Left homologs", "Right homologs"), (left, right)


def _font(widget: QWidget, *, small: bool = False, bold: bool = False) -> QFont:
    font = QFont(widget.font())
    font.setPixelSize(theme.px(11 if small else 12))
    font.setBold(bold)
    return font


__all__ = ["EvidenceStrip", "image_of"]
