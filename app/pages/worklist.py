"""The worklist: every case, found as one types."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions import Actions
from app.tables.cases import COLUMNS, CasesModel, CaseStyle

_SEARCH_AFTER_MS = 120
_ROW = 28


class WorklistPage(QWidget):
    """Search line, table of cases, and what to do when there is none."""

    case_chosen = Signal(str)

    def __init__(self, model: CasesModel, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search name, specimen, person or karyotype, such as t(9;22)")
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName("Search the worklist")
        self._found = QLabel()
        self._found.setTextFormat(Qt.TextFormat.PlainText)
        self._found.setProperty("role", "quiet")
        self._table = _table(model)
        self._table.activated.connect(self._activated)
        self._table.doubleClicked.connect(self._activated)
        theme.news.changed.connect(self._resize_rows)

        head = QHBoxLayout()
        head.setContentsMargins(14, 10, 14, 8)
        head.setSpacing(10)
        head.addWidget(self._search, 1)
        head.addWidget(self._found)
        for name, primary in (("new_case", False), ("import", True)):
            head.addWidget(_button(actions, name, primary=primary))

        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self._table)
        self._stack.addWidget(_invitation(actions))
        self._nothing = _quiet_note("No case fits the search.\nShorten it, or press Esc to see all cases.")
        self._stack.addWidget(self._nothing)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(below, 1)

        self._wait = QTimer(self, singleShot=True, interval=_SEARCH_AFTER_MS)
        self._wait.timeout.connect(self._begin_search)
        self._search.textChanged.connect(lambda text: self._wait.start())
        self._search.returnPressed.connect(self._open_first)
        model.changed.connect(self._write_found)
        actions["search"].triggered.connect(self.focus_search)

    def refresh(self) -> None:
        """Read the list anew, with the search that stands."""
        self._begin_search()

    def focus_search(self) -> None:
        """Put the cursor into the search line."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def keyPressEvent(self, event) -> None:
        """Esc clears the search, Enter opens the selected case."""
        if event.key() == Qt.Key.Key_Escape and self._search.text():
            self._search.clear()
            return
        if event.key() == Qt.Key.Key_Down and self._search.hasFocus():
            self._table.setFocus()
            self._table.selectRow(0)
            return
        super().keyPressEvent(event)

    def _resize_rows(self) -> None:
        self._table.verticalHeader().setDefaultSectionSize(theme.px(_ROW))

    def _begin_search(self) -> None:
        self._model.search(self._search.text().strip())

    def _open_first(self) -> None:
        if self._model.rowCount() > 0:
            self._activated(self._model.index(0, 0))

    def _activated(self, index: QModelIndex) -> None:
        row = self._model.row_of(index)
        if row is not None:
            self.case_chosen.emit(row.id)

    def _write_found(self) -> None:
        count, searching = self._model.total, bool(self._search.text().strip())
        self._found.setText(f"{count:,} case{'' if count == 1 else 's'}".replace(",", " "))
        if count:
            self._stack.setCurrentIndex(0)
        else:
            self._stack.setCurrentIndex(2 if searching else 1)


def _table(model: CasesModel) -> QTableView:
    table = QTableView()
    table.setAccessibleName("Cases")
    table.setModel(model)
    table.setItemDelegate(CaseStyle(table))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    # All rows have one height: the view need not measure ten thousand of them.
    rows = table.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(theme.px(_ROW))
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    for number, column in enumerate(COLUMNS):
        if column.stretch:
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        else:
            table.setColumnWidth(number, column.width)
    return table


def _button(actions: Actions, name: str, *, primary: bool = False) -> QPushButton:
    action = actions[name]
    button = QPushButton(action.text())
    button.setToolTip(action.toolTip())
    actions.keys_changed.connect(lambda: button.setToolTip(action.toolTip()))
    button.setProperty("primary", primary)
    button.clicked.connect(action.trigger)
    return button


def _invitation(actions: Actions) -> QWidget:
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.addStretch(2)
    title = QLabel("Drop metaphase images here")
    title.setProperty("role", "title")
    title.setAlignment(Qt.AlignmentFlag.AlignCenter)
    text = QLabel(
        "Images, whole folders or a ZIP make a case: each image becomes a cell and is analysed.\n"
        "TIFF, PNG, JPEG, BMP, JPEG 2000 and DICOM; the originals stay unchanged."
    )
    text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    text.setProperty("role", "quiet")
    buttons = QHBoxLayout()
    buttons.addStretch(1)
    buttons.addWidget(_button(actions, "import", primary=True))
    buttons.addWidget(_button(actions, "new_case"))
    buttons.addStretch(1)
    for part in (title, text):
        rows.addWidget(part)
        rows.addSpacing(10)
    rows.addLayout(buttons)
    rows.addStretch(3)
    return page


def _quiet_note(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setProperty("role", "quiet")
    return label
