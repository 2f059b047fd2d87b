"""Idiograms on which breakpoints are picked by a click or by keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.plots.idiogram import paint_idiogram
from core.domain.bands import Level, bands_of, centromere_fraction, relative_length, span_of
from core.iscn.drafts import Draft, allowed_bands

_TOP, _BOTTOM = 20.0, 10.0
_WIDE: Final = 22.0
_LEFT: Final = 14.0


class BandPicker(QWidget):
    """The chromosomes of a draft side by side; what cannot be picked is pale.

    With the focus, Up and Down walk through the bands, Left and Right through the chromosomes, and Enter or
    Space picks.
    """

    picked = Signal(str, str)
    """Chromosome and band."""

    def __init__(self) -> None:
        super().__init__()
        self._draft = Draft(kind="t")
        self.level: Level = 550
        self._at: tuple[str, str] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(236)
        self.setAccessibleName("Idiograms: pick bands")

    def sizeHint(self) -> QSize:
        """Three idiograms."""
        return QSize(220, 236)

    def show_draft(self, draft: Draft, level: Level) -> None:
        """Show the chromosomes of a draft at a level of bands."""
        self._draft, self.level = draft, level
        if self._at and self._at[0] not in draft.chromosomes:
            self._at = None
        self.update()

    def area_of(self, name: str) -> QRectF:
        """Where the idiogram of a chromosome stands."""
        at = self._draft.chromosomes.index(name)
        column = (self.width() - 2 * _LEFT) / max(len(self._draft.chromosomes), 1)
        longest = max(relative_length(one, scale="iscn") for one in self._draft.chromosomes)
        height = (self.height() - _TOP - _BOTTOM) * max(relative_length(name, scale="iscn") / longest, 0.45)
        return QRectF(_LEFT + at * column, _TOP, _WIDE, height)

    def place_of(self, name: str, band: str) -> QPointF:
        """Middle of a band on the screen, for those who click by program."""
        low, high = self._span(name, band)
        area = self.area_of(name)
        return QPointF(area.center().x(), area.top() + (low + high) / 2 * area.height())

    def _span(self, name: str, band: str) -> tuple[float, float]:
        return span_of(name, band, self.level)

    def band_at(self, point: QPointF) -> tuple[str, str] | None:
        """Chromosome and band under a point; the centromere where only that can be picked."""
        for name in self._draft.chromosomes:
            area = self.area_of(name).adjusted(-6, -3, 44, 3)
            if not area.contains(point):
                continue
            inner = self.area_of(name)
            share = min(max((point.y() - inner.top()) / inner.height(), 0.0), 0.9999)
            if self._only_centromere(name):
                return name, "p10" if share < centromere_fraction(name, self.level) else "q10"
            for band in bands_of(name, self.level):
                if band.start <= share < band.end:
                    return name, band.name
        return None

    def _only_centromere(self, name: str) -> bool:
        allowed = allowed_bands(self._draft, name)
        at = self._draft.chromosomes.index(name)
        return (bool(allowed) and allowed <= {"p10", "q10"}) or bool(
            set(self._draft.bands[at]) & {"p10", "q10"}
        )

    # -- mouse and keys ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the band under the mouse."""
        found = self.band_at(event.position())
        if found and event.button() == Qt.MouseButton.LeftButton:
            self._at = found
            self.picked.emit(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the band under the mouse."""
        found = self.band_at(event.position())
        if found != self._at:
            self._at = found
            self.update()
        if found:
            QToolTip.showText(event.globalPosition().toPoint(), "".join(found), self)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        if not self.hasFocus():
            self._at = None
            self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk and pick."""
        names = self._draft.chromosomes
        key = event.key()
        if not names or key not in (
            Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return,
            Qt.Key.Key_Enter, Qt.Key.Key_Space,
        ):  # fmt: skip
            super().keyPressEvent(event)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._at:
                self.picked.emit(*self._at)
            return
        name, band = self._at or (names[0], "")
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            name, band = names[(names.index(name) + step) % len(names)], ""
        only = self._only_centromere(name)
        bands = ["p10", "q10"] if only else [one.name for one in bands_of(name, self.level)]
        at = bands.index(band) if band in bands else -1 if key == Qt.Key.Key_Down else 0
        if key == Qt.Key.Key_Down:
            at = min(at + 1, len(bands) - 1)
        elif key == Qt.Key.Key_Up:
            at = max(at - 1, 0)
        self._at = (name, bands[max(at, 0)])
        self.update()

    # -- drawing -----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Idiograms, what can be picked, what was picked."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._draft.chromosomes:
            painter.setPen(QColor(colours.quiet))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Pick a chromosome above.")
        for at, name in enumerate(self._draft.chromosomes):
            area = self.area_of(name)
            paint_idiogram(painter, area, name, self.level)
            painter.setPen(QColor(colours.text))
            painter.drawText(
                QRectF(area.left() - 14, 0, _WIDE + 28, _TOP - 3), Qt.AlignmentFlag.AlignCenter, name
            )
            self._paint_barred(painter, name, area)
            for band in self._draft.bands[at]:
                self._paint_mark(painter, area, name, band, QColor(colours.accent), bold=True)
        if self._at and self._at[0] in self._draft.chromosomes:
            self._paint_mark(painter, self.area_of(self._at[0]), *self._at, QColor(colours.text), bold=False)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_barred(self, painter: QPainter, name: str, area: QRectF) -> None:
        """Veil the arms where nothing can be picked."""
        allowed = allowed_bands(self._draft, name, self.level)
        if not allowed or self._only_centromere(name):
            return
        veil = QColor(theme.current().panel)
        veil.setAlpha(170)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        for band in bands_of(name, self.level):
            if band.name in allowed:
                continue
            top, bottom = (area.top() + share * area.height() for share in (band.start, band.end))
            painter.drawRect(QRectF(area.left() - 1, top, area.width() + 2, bottom - top))

    def _paint_mark(
        self, painter: QPainter, area: QRectF, name: str, band: str, colour: QColor, *, bold: bool
    ) -> None:
        low, high = self._span(name, band)
        y = area.top() + (low + high) / 2 * area.height()
        painter.setPen(QPen(colour, 2 if bold else 1))
        painter.drawLine(QPointF(area.left() - 6, y), QPointF(area.right() + 6, y))
        if bold or self._at:
            painter.drawText(QRectF(area.right() + 8, y - 9, 60, 18), Qt.AlignmentFlag.AlignVCenter, band)
