"""The strip of 24 ticks: which pairs were compared on the intact metaphase."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.tables.cells import initials_of
from core.domain.bands import CLASSES
from core.domain.metaphase import Metaphase

_ROW: Final = 34
_ONE_LINE: Final = 860
"""From this width on all 24 stand in one line, else in two of twelve."""


class TickBoxes(QWidget):
    """One box for each class: its name, how many there are where it is not two, and the tick."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._cell: Metaphase | None = None
        self._current = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Ticks of the pairs")

    def show_cell(self, cell: Metaphase | None, current: str) -> None:
        """Show the ticks of a cell and the pair that is compared now."""
        self._cell, self._current = cell, current
        ticked = len(cell.ticks) if cell else 0
        self.setAccessibleDescription(f"{ticked} of {len(CLASSES)} ticked, now {current or 'none'}")
        self.update()

    @property
    def columns(self) -> int:
        """Boxes in a line."""
        return len(CLASSES) if self.width() >= _ONE_LINE else len(CLASSES) // 2

    def sizeHint(self) -> QSize:
        """Two lines in a narrow pane, one in a wide one."""
        return QSize(300, _ROW * (len(CLASSES) // self.columns))

    def minimumSizeHint(self) -> QSize:
        """As high as the lines."""
        return QSize(200, self.sizeHint().height())

    def resizeEvent(self, event: QEvent) -> None:
        """Lines come and go with the width."""
        super().resizeEvent(event)
        self.updateGeometry()

    def box_of(self, name: str) -> QRectF:
        """Where the box of a class lies."""
        number, columns = CLASSES.index(name), self.columns
        width = self.width() / columns
        return QRectF((number % columns) * width, (number // columns) * _ROW, width, _ROW)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the pair of the box."""
        for name in CLASSES:
            if self.box_of(name).contains(event.position()):
                self.chosen.emit(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._cell is not None:
            counts = self._cell.class_counts
            for name in CLASSES:
                self._draw_box(painter, name, counts.get(name, 0), self._cell)
        painter.end()

    def _draw_box(self, painter: QPainter, name: str, count: int, cell: Metaphase) -> None:
        colours = theme.current()
        area = self.box_of(name).adjusted(1.5, 1.5, -1.5, -1.5)
        tick = cell.tick(name)
        stale = tick is not None and cell.is_stale(tick)
        usual = count == 2 if name not in ("X", "Y") else count > 0
        ground = colours.raised if tick is None else colours.doubt if stale else colours.good
        ink = colours.text if tick is None else colours.on_good
        painter.setBrush(QColor(ground))
        current = name == self._current
        painter.setPen(QPen(QColor(colours.accent if current else colours.line), 2.4 if current else 1.0))
        painter.drawRoundedRect(area, 3, 3)
        if not count and tick is None:
            ink = colours.quiet
        font = QFont(self.font())
        font.setBold(True)
        font.setPointSizeF(max(7.0, font.pointSizeF() - 1))
        painter.setFont(font)
        painter.setPen(QColor(ink if usual or tick is not None or not count else colours.doubt))
        words = name if usual or not count else f"{name}×{count}"
        upper = QRectF(area.left(), area.top() + 1, area.width(), area.height() / 2)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, words)
        font.setBold(False)
        font.setPointSizeF(max(6.0, font.pointSizeF() - 1))
        painter.setFont(font)
        painter.setPen(QColor(ink))
        below = QRectF(area.left(), area.center().y() - 1, area.width(), area.height() / 2)
        mark = "" if tick is None else f"{'!' if stale else '✓'} {initials_of(tick.person)}"
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, mark)


class TickStrip(QWidget):
    """Boxes, what is done, notes, and the way to the printed sheet."""

    notes_written = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pane")
        self.boxes = TickBoxes()
        self.progress = QLabel()
        self.progress.setTextFormat(Qt.TextFormat.PlainText)
        self.progress.setProperty("role", "quiet")
        self.progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.notes = QLineEdit()
        self.notes.setPlaceholderText("Notes of this cell")
        self.notes.setAccessibleName("Notes of this cell")
        self.notes.editingFinished.connect(lambda: self.notes_written.emit(self.notes.text()))
        self.analysed = _button()
        self.sheet = _button()
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.progress, 2)
        below.addWidget(self.notes, 3)
        below.addWidget(self.analysed)
        below.addWidget(self.sheet)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 2, 6, 4)
        rows.setSpacing(3)
        rows.addWidget(self.boxes)
        rows.addLayout(below)

    def show_cell(self, cell: Metaphase | None, current: str) -> None:
        """Show the state of a cell."""
        self.boxes.show_cell(cell, current)
        if cell is None:
            self.progress.clear()
            return
        left = missing_ticks(cell)
        self.progress.setText("all pairs are ticked" if not left else f"{len(left)} to go, Space ticks")
        self.progress.setProperty("role", "good" if not left else "quiet")
        self.progress.style().polish(self.progress)
        if not self.notes.hasFocus():
            self.notes.setText(cell.notes)


def missing_ticks(cell: Metaphase) -> tuple[str, ...]:
    """Classes that still have to be compared: every autosome, and the sex chromosomes that are there."""
    counts = cell.class_counts
    return tuple(
        name
        for name in CLASSES
        if (name not in ("X", "Y") or counts.get(name, 0))
        and ((tick := cell.tick(name)) is None or cell.is_stale(tick))
    )


def _button() -> QToolButton:
    button = QToolButton()
    button.setProperty("boxed", True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
