"""Similar places of a case, each before and after the correction, accepted one by one or all at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.spreading import Offer, Spreading
from core.analysis.spreading import SimilarPlace
from core.analysis.suggestion import Repair
from core.domain.chromosome import Chromosome
from core.domain.outline import Outline

_SIDE: Final = 128
_BEFORE, _AFTER = QColor("#c8102e"), QColor("#0a9d58")


class PlacePicture(QWidget):
    """One place with outlines and names drawn over it."""

    def __init__(self, offer: Offer, outlines: list[tuple[Outline, str]], colour: QColor, words: str) -> None:
        super().__init__()
        self._offer = offer
        self._outlines = outlines
        self._colour = colour
        self.setFixedSize(QSize(_SIDE, _SIDE))
        self.setAccessibleName(words)
        low, high = (float(v) for v in np.percentile(offer.grey, [0.5, 99.5]))
        stretched = (offer.grey.astype(np.float32) - low) / max(high - low, 1.0) * 255.0
        grey = np.ascontiguousarray(np.clip(stretched, 0, 255).astype(np.uint8))
        height, width = grey.shape
        self._image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8).copy()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, outlines, names."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("white"))
        scale = min(_SIDE / self._image.width(), _SIDE / self._image.height())
        size = QSize(round(self._image.width() * scale), round(self._image.height() * scale))
        left, top = (_SIDE - size.width()) / 2, (_SIDE - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
        x0, y0 = self._offer.origin
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        for outline, name in self._outlines:
            shape = QPolygonF(
                [QPointF(left + (x - x0) * scale, top + (y - y0) * scale) for x, y in outline.points]
            )
            painter.setPen(QPen(self._colour, 1.6))
            painter.drawPolygon(shape)
            place = shape.boundingRect().topRight() + QPointF(2, 8)
            place.setX(min(place.x(), _SIDE - painter.fontMetrics().horizontalAdvance(name) - 3))
            painter.drawText(place + QPointF(0, 4), name)
        painter.end()


class PlaceRow(QFrame):
    """One place: cell, before, after, why."""

    chosen = Signal()
    accepted = Signal()

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.place = offer.place
        self.setObjectName("place")
        one, cell = offer.place.suggestion, offer.place.cell
        standing = [cell.chromosome(i) for i in one.ids]
        before = [(c.outline, _name(c)) for c in standing]
        pictures = QHBoxLayout()
        pictures.setSpacing(8)
        pictures.addWidget(PlacePicture(offer, before, _BEFORE, "before"))
        arrow = QLabel("→")
        arrow.setProperty("role", "title")
        pictures.addWidget(arrow)
        pictures.addWidget(PlacePicture(offer, _after(offer.place, standing), _AFTER, "after"))
        title = QLabel(f"Cell {cell.label}: {one.title}")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("strong", True)
        title.setWordWrap(True)
        reason = QLabel(one.reason)
        reason.setTextFormat(Qt.TextFormat.PlainText)
        reason.setWordWrap(True)
        reason.setProperty("role", "quiet")
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(reason)
        words.addStretch(1)
        button = QToolButton()
        button.setText("Accept")
        button.setProperty("boxed", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self.accepted)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.setSpacing(12)
        row.addLayout(pictures)
        row.addLayout(words, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{title.text()} {one.reason}")
        self.show_chosen(False)

    def show_chosen(self, chosen: bool) -> None:
        """Show that the keys are about this one."""
        colours = theme.current()
        edge = colours.accent if chosen else colours.raised
        self.setStyleSheet(
            f"#place {{ background: {colours.raised}; border: 1px solid {edge}; border-radius: 4px; }}"
            " QLabel[strong='true'] { font-weight: 600; }"
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        self.chosen.emit()


class SimilarPlacesDialog(QDialog):
    """The list; Enter accepts the chosen place, Ctrl+Enter all that are left."""

    def __init__(self, parent: QWidget | None, spreading: Spreading, offers: list[Offer]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Similar places")
        self.resize(760, 560)
        self._spreading = spreading
        self._at = 0
        self.rows: list[PlaceRow] = []
        heading = QLabel("Similar places in this case")
        heading.setProperty("role", "title")
        keys = QLabel("Enter accepts · Ctrl+Enter accepts all, as one step · Del drops · Esc leaves the rest")
        keys.setProperty("role", "quiet")
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.addLayout(self._list)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self.all_button = QPushButton()
        self.all_button.setProperty("primary", True)
        self.all_button.setAutoDefault(False)
        self.all_button.clicked.connect(self.accept_all)
        leave = QPushButton("Leave the rest")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.all_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(18, 14, 18, 14)
        rows.addWidget(heading)
        rows.addWidget(keys)
        rows.addWidget(self._scroll, 1)
        rows.addLayout(buttons)
        for offer in offers:
            row = PlaceRow(offer)
            row.chosen.connect(lambda row=row: self.choose(self.rows.index(row)))
            row.accepted.connect(lambda row=row: self._accept([row]))
            self._list.addWidget(row)
            self.rows.append(row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._refresh()
        self.setFocus()

    def choose(self, at: int) -> None:
        """Choose a place."""
        self._at = at
        self._refresh()

    def accept_all(self) -> None:
        """Accept every place that is left, as one step of the case."""
        self._accept(list(self.rows))

    def _accept(self, rows: list[PlaceRow]) -> None:
        places = self._spreading.still_there([row.place for row in rows])
        self._spreading.accept(places, lambda: None)
        self._take_out(rows)

    def _take_out(self, rows: list[PlaceRow]) -> None:
        self._spreading.finish([row.place for row in rows])
        for row in rows:
            self.rows.remove(row)
            self._list.removeWidget(row)
            row.deleteLater()
        if self.rows:
            self._refresh()
        else:
            self.close()

    def _refresh(self) -> None:
        self._at = min(max(self._at, 0), len(self.rows) - 1)
        for number, row in enumerate(self.rows):
            row.show_chosen(number == self._at)
        self.all_button.setText(f"Accept all {len(self.rows)}" if len(self.rows) > 1 else "Accept")
        if self.rows:
            self._scroll.ensureWidgetVisible(self.rows[self._at])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, accept, drop."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.choose((self._at + (1 if key == Qt.Key.Key_Down else -1)) % max(1, len(self.rows)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.accept_all()
            else:
                self._accept([self.rows[self._at]])
        elif key == Qt.Key.Key_Delete:
            self._take_out([self.rows[self._at]])
        else:
            super().keyPressEvent(event)


def _name(chromosome: Chromosome) -> str:
    return "?" if chromosome.chromosome_class == "unknown" else chromosome.chromosome_class


def _after(place: SimilarPlace, standing: list[Chromosome]) -> list[tuple[Outline, str]]:
    one = place.suggestion
    if one.outlines:
        return [(outline, "") for outline in one.outlines]
    if one.repair is Repair.RENAME:
        return [(c.outline, one.chromosome_class or "") for c in standing]
    return []
