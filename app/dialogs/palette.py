"""The palette: a few letters find an action, a class, a cell, a case or a page; Enter runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.palette_entries import Entry

_ENTRY = Qt.ItemDataRole.UserRole
_SHOWN = 60
_RECENT_WORTH = 1.35
_WIDTH = 640
_STEPS = {
    Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8,
}  # fmt: skip


class PaletteDialog(QDialog):
    """Finds and runs.

    Parameters
    ----------
    entries
        What can be found.
    recent
        Keys of entries run before, the last first.
    look_for_cases
        Asks the store for cases; hands over entries when they have arrived.
    ran
        Told the key of the entry that was run, before it runs.
    """

    def __init__(
        self,
        parent: QWidget,
        entries: Sequence[Entry],
        recent: Sequence[str],
        look_for_cases: Callable[[str, Callable[[list[Entry]], None]], None],
        ran: Callable[[str], None],
    ) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("Find and run")
        self.setObjectName("palette")
        self.setModal(True)
        self._entries = list(entries)
        self._cases: list[Entry] = []
        self._recent = {key: place for place, key in enumerate(recent)}
        self._look_for_cases = look_for_cases
        self._ran = ran
        self.field = QLineEdit()
        self.field.setPlaceholderText("Action, class, cell, case or page")
        self.field.setAccessibleName("Find and run")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("What was found")
        self.list.setItemDelegate(_RowStyle(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda item: self._run(item.data(_ENTRY)))
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setProperty("role", "quiet")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 10, 10, 8)
        rows.setSpacing(6)
        rows.addWidget(self.field)
        rows.addWidget(self.list, 1)
        rows.addWidget(self._note)
        width = min(theme.px(_WIDTH), parent.width() - 40)
        height = min(theme.px(430), parent.height() - 80)
        self.resize(width, height)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - width) // 2, corner.y() + 44)
        self._search("")

    @property
    def found(self) -> list[Entry]:
        """What is listed, the best first."""
        return [self.list.item(at).data(_ENTRY) for at in range(self.list.count())]

    @property
    def note(self) -> str:
        """The line at the foot."""
        return self._note.text()

    def _search(self, text: str) -> None:
        self._show(text)
        asked = text.strip()
        if asked:
            self._look_for_cases(asked, lambda cases: self._take_cases(asked, cases))

    def _take_cases(self, asked: str, cases: list[Entry]) -> None:
        if self.isVisible() and asked == self.field.text().strip():
            self._cases = cases
            self._show(self.field.text())

    def _show(self, text: str) -> None:
        at = self.list.currentRow()
        wanted = text.strip()
        if wanted:
            scored = [(self._score(entry, wanted), entry) for entry in (*self._entries, *self._cases)]
            found = [entry for score, entry in sorted(scored, key=lambda one: -one[0]) if score > 0]
        else:
            last = len(self._recent)
            found = sorted(self._entries, key=lambda entry: self._recent.get(entry.key, last))
        self.list.clear()
        for entry in found[:_SHOWN]:
            item = QListWidgetItem(entry.text)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(entry))
            item.setToolTip(entry.tip)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if wanted or at < 0 else min(at, self.list.count() - 1))
        self._write_note()

    def _score(self, entry: Entry, wanted: str) -> float:
        score = entry.fits(wanted)
        if entry.kind == "Case" and not score:
            score = 0.1  # the store found it by something that is not shown, such as the specimen
        if entry.key in self._recent:
            score *= _RECENT_WORTH
        return score * (0.7 if entry.reason else 1.0)

    def _write_note(self) -> None:
        item = self.list.currentItem()
        if item is None:
            self._note.setText("Nothing fits; use fewer letters.")
            return
        entry: Entry = item.data(_ENTRY)
        self._note.setText(f"Not now: {entry.reason}." if entry.reason else entry.tip)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk through the list and run without leaving the field."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self.list.count():
            at = self.list.currentRow() + step
            count = self.list.count()
            self.list.setCurrentRow(at % count if abs(step) == 1 else min(max(at, 0), count - 1))
            self._write_note()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self.list.currentItem()
            if item is not None:
                self._run(item.data(_ENTRY))
            return True
        return False

    def _run(self, entry: Entry) -> None:
        if entry.reason:
            self._note.setText(f"Not now: {entry.reason}.")
            return
        self._ran(entry.key)
        self.accept()
        entry.run()


def _spoken(entry: Entry) -> str:
    parts = (entry.text, entry.kind, entry.keys, f"not now, {entry.reason}" if entry.reason else "")
    return ", ".join(part for part in parts if part)


class _RowStyle(QStyledItemDelegate):
    """Text at the left, the kind behind it, the keys or the reason at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """All rows have one height."""
        return QSize(100, theme.px(27))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Draw one row."""
        entry: Entry = index.data(_ENTRY)
        colours = theme.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(option.rect, QColor(colours.accent))
        area = option.rect.adjusted(10, 0, -10, 0)
        quiet = QColor(colours.on_accent if chosen else colours.quiet)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        metrics = option.fontMetrics
        painter.setFont(option.font)
        side = entry.reason or entry.keys
        painter.setPen(quiet)
        painter.drawText(area, middle | right, side)
        room = area.width() - metrics.horizontalAdvance(side) - 24
        painter.setPen(quiet if entry.reason else QColor(colours.on_accent if chosen else colours.text))
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, middle, text)
        after = metrics.horizontalAdvance(text) + 14
        painter.setPen(quiet)
        kind = metrics.elidedText(entry.kind, Qt.TextElideMode.ElideRight, max(0, room - after))
        painter.drawText(area.adjusted(after, 0, 0, 0), middle, kind)
        painter.restore()
