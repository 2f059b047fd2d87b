"""What the inspector says of the whole cell while nothing is selected."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.board.words import percent, unusual_counts
from core.analysis.band_level import level_in_words
from core.domain.bands import CLASSES, UNKNOWN
from core.domain.metaphase import Metaphase

_PARTS = (
    ("spread", "spread"), ("overlap", "few overlaps"), ("band_clarity", "band clarity"), ("focus", "focus"),
    ("completeness", "completeness"), ("debris", "little debris"),
)  # fmt: skip
_LOW = 0.5
_ROW = 18


class Parts(QWidget):
    """Parts of the quality as bars; a weak one says so in words too."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[str, float]] = []
        theme.news.changed.connect(self._resize)
        self._resize()

    def sizeHint(self) -> QSize:
        """One row for each part."""
        return QSize(theme.px(230), theme.px(_ROW) * len(_PARTS))

    def _resize(self) -> None:
        self.setMinimumWidth(theme.px(190))
        self.setFixedHeight(theme.px(_ROW) * len(_PARTS))

    def show_parts(self, parts: list[tuple[str, float]]) -> None:
        """Show names and values 0..1."""
        self._parts = parts
        self.setAccessibleName(", ".join(f"{name} {100 * value:.0f}" for name, value in parts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, bar and number of each."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = Qt.AlignmentFlag.AlignVCenter
        line, names, numbers = theme.px(_ROW), theme.px(92), theme.px(54)
        for row, (name, value) in enumerate(self._parts):
            y = row * line
            weak = value < _LOW
            painter.setPen(QColor(colours.doubt if weak else colours.text))
            painter.drawText(QRectF(0, y, names, line), middle, name)
            wide = self.width() - names - numbers - 10
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.line))
            painter.drawRoundedRect(QRectF(names + 6, y + line / 2 - 2, wide, 5), 2.5, 2.5)
            painter.setBrush(QColor(colours.doubt if weak else colours.accent))
            painter.drawRoundedRect(
                QRectF(names + 6, y + line / 2 - 2, max(3.0, wide * min(value, 1.0)), 5), 2.5, 2.5
            )
            painter.setPen(QColor(colours.doubt if weak else colours.quiet))
            text = f"{100 * value:.0f}{' weak' if weak else ''}"
            painter.drawText(QRectF(self.width() - numbers, y, numbers, line), middle, text)
        painter.end()


class ClassCounts(QWidget):
    """Numbers of chromosomes of each class in two rows; unusual ones stand out."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self._unusual: frozenset[str] = frozenset()
        self.setFixedHeight(86)
        self.setMinimumWidth(12 * 24)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_cell(self, cell: Metaphase) -> None:
        """Show the numbers of a cell."""
        self._counts = {name: cell.class_counts.get(name, 0) for name in CLASSES}
        self._unusual = frozenset(unusual_counts(cell))
        said = ", ".join(f"{name}: {number}" for name, number in self._counts.items())
        self.setAccessibleName(f"Numbers of each class: {said}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint class above number."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = min(self.width() / 12, 42.0)
        centre = Qt.AlignmentFlag.AlignCenter
        small = painter.font()
        small.setPixelSize(11)
        large = painter.font()
        large.setPixelSize(13)
        large.setBold(True)
        for at, name in enumerate(CLASSES):
            x, y = (at % 12) * wide, (at // 12) * 42.0
            unusual = name in self._unusual
            if unusual:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor("#f0b429"))
                painter.drawRoundedRect(QRectF(x + 2, y + 1, wide - 4, 37), 4, 4)
            painter.setFont(small)
            painter.setPen(QColor("#4a3500" if unusual else colours.quiet))
            painter.drawText(QRectF(x, y + 2, wide, 16), centre, name)
            painter.setFont(large)
            absent = self._counts.get(name, 0) == 0 and not unusual
            painter.setPen(QColor("#2b1f00" if unusual else colours.quiet if absent else colours.text))
            painter.drawText(QRectF(x, y + 18, wide, 18), centre, str(self._counts.get(name, 0)))
        painter.end()


class CellSummary(QWidget):
    """Quality with its parts, count, numbers of each class."""

    def __init__(self) -> None:
        super().__init__()
        self.quality = QLabel()
        self.quality.setTextFormat(Qt.TextFormat.PlainText)
        self.parts = Parts()
        self.count = QLabel()
        self.count.setTextFormat(Qt.TextFormat.RichText)
        self.counts = ClassCounts()
        self.hint = QLabel("Select chromosomes to compare them; Tab goes to the most doubtful one.")
        self.hint.setProperty("role", "quiet")
        self.hint.setWordWrap(True)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.quality)
        left.addWidget(self.parts)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.count)
        right.addWidget(self.counts)
        right.addStretch(1)
        right.addWidget(self.hint)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(26)
        columns.addLayout(left, 2)
        columns.addLayout(right, 3)

    def show_cell(self, cell: Metaphase) -> None:
        """Show one cell."""
        quality = cell.quality
        level = ""
        if quality and quality.band_level:
            low, high = quality.band_level_low, quality.band_level_high
            words = level_in_words(quality.band_level, low or quality.band_level, high or quality.band_level)
            level = f" · bands: {words}"
        self.quality.setText(f"Quality {100 * quality.score:.0f} of 100{level}" if quality else "")
        self.parts.setVisible(quality is not None)
        if quality is not None:
            self.parts.show_parts([(words, getattr(quality, name)) for name, words in _PARTS])
        right = ""
        touched = any(c.confirmed or c.decided for c in cell.chromosomes)
        # The program's estimate speaks of what it read, not of what people made of it.
        if cell.right_probability is not None and not touched:
            right = f" · whole cell right: {percent(cell.right_probability)}"
        unnamed = cell.class_counts.get(UNKNOWN, 0)
        without = f" · {unnamed} without a class" if unnamed else ""
        confirmed = sum(1 for c in cell.counting if c.confirmed)
        done = f" · {confirmed} confirmed" if confirmed else ""
        self.count.setText(f"<b>{cell.count} chromosomes</b>{without}{done}{right}")
        self.counts.show_cell(cell)
