"""Rows of a template as lines of classes that are dragged about."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from core.domain.template import LONGEST_LABEL, MOST_ROWS, Groups, KaryogramTemplate

GAP = "│"
_CLASS = Qt.ItemDataRole.UserRole
_LABEL = Qt.ItemDataRole.UserRole + 1
_HEIGHT = 38


class TemplateRows(QWidget):
    """All rows, with buttons to add, remove and order them.

    Signals
    -------
    changed
        Something was moved or labelled.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[TemplateLine] = []
        self._room = QVBoxLayout()
        self._room.setSpacing(4)
        inside = QWidget()
        all_rows = QVBoxLayout(inside)
        all_rows.setContentsMargins(0, 0, 0, 0)
        all_rows.addLayout(self._room)
        self.add_button = QPushButton("Add a row")
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(lambda checked=False: self._add(()))
        below = QHBoxLayout()
        below.addWidget(self.add_button)
        below.addStretch(1)
        all_rows.addLayout(below)
        all_rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setMinimumHeight(205)

    def show_template(self, template: KaryogramTemplate) -> None:
        """Put the rows of a template in."""
        for line in list(self.lines):
            self._remove(line)
        labels = dict(template.labels)
        for number, row in enumerate(template.rows):
            words = template.group_labels[number] if number < len(template.group_labels) else ()
            self._add(row, labels, words)

    @property
    def groups(self) -> tuple[Groups, ...]:
        """Rows of groups of classes."""
        return tuple(line.groups for line in self.lines)

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Classes that have another label."""
        return tuple(pair for line in self.lines for pair in line.labels)

    @property
    def group_labels(self) -> tuple[tuple[str, ...], ...]:
        """Labels of the groups of each row; empty when no group has any."""
        found = tuple(line.group_labels for line in self.lines)
        return found if any(text for row in found for text in row) else ()

    def _add(self, row: Groups, labels: dict[str, str] | None = None, words: tuple[str, ...] = ()) -> None:
        if len(self.lines) >= MOST_ROWS:
            return
        line = TemplateLine(row, labels or {}, words)
        line.changed.connect(self.changed)
        line.up.connect(lambda: self._move(line, -1))
        line.down.connect(lambda: self._move(line, 1))
        line.removed.connect(lambda: self._remove(line, told=True))
        self.lines.append(line)
        self._room.addWidget(line)
        self.changed.emit()

    def _move(self, line: TemplateLine, by: int) -> None:
        at = self.lines.index(line)
        to = at + by
        if 0 <= to < len(self.lines):
            self.lines.insert(to, self.lines.pop(at))
            self._room.removeWidget(line)
            self._room.insertWidget(to, line)
            self.changed.emit()

    def _remove(self, line: TemplateLine, *, told: bool = False) -> None:
        """Take a row away; its classes go to the row above, or below."""
        at = self.lines.index(line)
        if told and len(self.lines) > 1:
            self.lines[at - 1 if at else 1].take_all(line)
        elif told:
            return
        self.lines.remove(line)
        self._room.removeWidget(line)
        line.hide()
        line.deleteLater()
        if told:
            self.changed.emit()


class TemplateLine(QWidget):
    """One row: its classes, the labels of its groups and its buttons."""

    changed = Signal()
    up = Signal()
    down = Signal()
    removed = Signal()

    def __init__(self, row: Groups, labels: dict[str, str], words: tuple[str, ...]) -> None:
        super().__init__()
        self.list = ClassList()
        for number, group in enumerate(row):
            if number:
                self.list.addItem(_chip(GAP, ""))
            for name in group:
                self.list.addItem(_chip(name, labels.get(name, "")))
        for signal in (
            self.list.model().rowsInserted, self.list.model().rowsRemoved, self.list.model().rowsMoved,
            self.list.model().dataChanged,
        ):  # fmt: skip
            signal.connect(lambda *_: self.changed.emit())
        self.words = QLineEdit(", ".join(words))
        self.words.setPlaceholderText("letters, e.g. A, B")
        self.words.setToolTip("Labels below the groups of this row, with commas between them")
        self.words.setMaximumWidth(120)
        self.words.setAccessibleName("Labels of the groups")
        self.words.textEdited.connect(lambda _: self.changed.emit())
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(3)
        columns.addWidget(self.list, 1)
        columns.addWidget(self.words)
        for text, tip, call in (
            (GAP, "Add a separator of groups", lambda: self.list.addItem(_chip(GAP, ""))),
            ("↑", "Row up", self.up.emit), ("↓", "Row down", self.down.emit),
            ("×", "Remove the row; its classes go to the row beside it", self.removed.emit),
        ):  # fmt: skip
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(lambda checked=False, call=call: call())
            columns.addWidget(button)

    @property
    def groups(self) -> Groups:
        """Groups of classes; separators that separate nothing are passed over."""
        found: list[list[str]] = [[]]
        for name in self.list.names:
            if name == GAP:
                found.append([])
            else:
                found[-1].append(name)
        return tuple(tuple(group) for group in found if group)

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Classes of this row that have another label."""
        entries = [self.list.item(at) for at in range(self.list.count())]
        return tuple((e.data(_CLASS), e.data(_LABEL)) for e in entries if e.data(_LABEL))

    @property
    def group_labels(self) -> tuple[str, ...]:
        """Labels of the groups; missing ones are empty."""
        words = [word.strip() for word in self.words.text().split(",")] if self.words.text().strip() else []
        number = len(self.groups)
        return tuple((words + [""] * number)[:number])

    def take_all(self, other: TemplateLine) -> None:
        """Take over everything that stands in another row."""
        self.list.addItem(_chip(GAP, ""))
        while other.list.count():
            self.list.addItem(other.list.takeItem(0))


class ClassList(QListWidget):
    """A line of classes from and to which one drags."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setFixedHeight(_HEIGHT)
        self.setSpacing(2)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setAccessibleName("Classes of a row")
        self.itemDoubleClicked.connect(self._label)

    @property
    def names(self) -> tuple[str, ...]:
        """Classes and separators from left to right."""
        return tuple(self.item(at).data(_CLASS) for at in range(self.count()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove separators with Del, move with Ctrl and the arrows."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            for entry in self.selectedItems():
                if entry.data(_CLASS) == GAP:
                    self.takeItem(self.row(entry))
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
        ):
            at = self.currentRow()
            to = at + (1 if event.key() == Qt.Key.Key_Right else -1)
            if 0 <= at < self.count() and 0 <= to < self.count():
                self.insertItem(to, self.takeItem(at))
                self.setCurrentRow(to)
            return
        super().keyPressEvent(event)

    def _label(self, entry: QListWidgetItem) -> None:
        name = entry.data(_CLASS)
        if name == GAP:
            return
        text, agreed = QInputDialog.getText(
            self, "Label", f"Label below chromosome {name} (empty: {name})", text=entry.data(_LABEL) or ""
        )
        if agreed:
            label(entry, text)


def label(entry: QListWidgetItem, text: str) -> None:
    """Give a class of a row another label; empty for its own name."""
    name = entry.data(_CLASS)
    wanted = " ".join(text.split())[:LONGEST_LABEL]
    wanted = "" if wanted == name else wanted
    entry.setData(_LABEL, wanted)
    entry.setText(f"{name} → {wanted}" if wanted else name)
    entry.setSizeHint(_size(entry.text()))


def _chip(name: str, text: str) -> QListWidgetItem:
    entry = QListWidgetItem(name)
    entry.setData(_CLASS, name)
    entry.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
    entry.setSizeHint(_size(name))
    if name == GAP:
        entry.setForeground(QColor(theme.current().accent))
    else:
        entry.setForeground(theme.group_colour(name).lighter(135 if theme.current().name == "dark" else 100))
    if text:
        label(entry, text)
    return entry


def _size(text: str) -> QSize:
    return QSize(24 + 10 * len(text), 28)
