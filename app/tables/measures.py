"""Measures of every chromosome of the open cell: sorted by any column, copied, written as CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.board.words import class_words, percent
from core.analysis.measure_table import MeasureRow, csv_of
from core.atomic import whole_file
from core.domain.bands import CLASSES
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.errors import StorageError

_TITLES: Final = (
    ("Class", "Class and place within it"), ("Type", "What kind of chromosome it is"),
    ("px", "Length along the axis in pixels"), ("µm", "Length in micrometres, where the scale is known"),
    ("% haploid", "Length in per cent of one haploid set of autosomes"),
    ("% diploid", "Length in per cent of two haploid sets of autosomes"),
    ("q/p", "Arm ratio, long arm over short arm"), ("CI %", "Centromeric index: short arm in per cent"),
    ("Area", "Area within the outline, square pixels"), ("Stain %", "Mean stain along the axis"),
    ("Sure", "Probability of the class, as the program proposed it"),
)  # fmt: skip
_SORT = Qt.ItemDataRole.UserRole
_TOP = QModelIndex()
_ORDER = {name: place for place, name in enumerate(CLASSES)}


class MeasuresModel(QAbstractTableModel):
    """Rows of one cell."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[MeasureRow, ...] = ()

    @property
    def rows(self) -> tuple[MeasureRow, ...]:
        """Rows in the order of the karyogram."""
        return self._rows

    def show_rows(self, rows: Sequence[MeasureRow]) -> None:
        """Show the rows of a cell; the same chromosomes keep their places."""
        same = [row.chromosome.id for row in rows] == [row.chromosome.id for row in self._rows]
        if same:
            self._rows = tuple(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_TITLES) - 1))
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _TOP) -> int:
        """One row a chromosome."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _TOP) -> int:
        """One column a measure."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Titles and what they mean."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _TITLES[section][0]
            if role == Qt.ItemDataRole.ToolTipRole:
                return _TITLES[section][1]
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        """Text, alignment, and the value to sort by."""
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _texts(row)[column]
        if role == _SORT:
            return _sorted_by(row)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column == 0:
            font = QFont()
            font.setBold(True)
            return font
        return None


class MeasuresTable(QWidget):
    """The table with its buttons.

    Signals
    -------
    chromosome_chosen
        Identity of the chromosome of a row that was clicked or reached by the arrows.
    message
        One sentence for the status line.
    """

    chromosome_chosen = Signal(str)
    message = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._case = ""
        self._cell: Metaphase | None = None
        self._choosing = False
        self.model = MeasuresModel()
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(_SORT)
        self.table = QTableView()
        self.table.setModel(self._sorted)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setAccessibleName("Measures of the chromosomes of this cell")
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self._copy = QPushButton("Copy")
        self._copy.setToolTip("<b>Copy</b> (Ctrl+C)<br>The table for a spreadsheet")
        self._copy.clicked.connect(self.copy)
        self._export = QPushButton("Export CSV…")
        self._export.setToolTip("Write the table into a file that spreadsheets read")
        self._export.clicked.connect(self._choose_file)
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setProperty("role", "quiet")
        self._note.setWordWrap(True)
        side = QVBoxLayout()
        side.setSpacing(6)
        for widget in (self._copy, self._export, self._note):
            side.addWidget(widget)
        side.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 8, 6)
        line.addWidget(self.table, 1)
        line.addLayout(side)

    def show_cell(self, case: str, cell: Metaphase, rows: Sequence[MeasureRow]) -> None:
        """Show the measures of a cell."""
        self._case, self._cell = case, cell
        self.model.show_rows(rows)
        without = any(row.measures.relative is None for row in rows)
        self._note.setText("No per cent: an autosome has no name yet." if without else "")
        self._note.setFixedWidth(110 if without else 90)

    def show_selection(self, ids: frozenset[ChromosomeId]) -> None:
        """Light the rows of the selected chromosomes."""
        self._choosing = True
        selection = self.table.selectionModel()
        selection.clearSelection()
        flags = selection.SelectionFlag
        for at, row in enumerate(self.model.rows):
            if row.chromosome.id in ids:
                index = self._sorted.mapFromSource(self.model.index(at, 0))
                selection.select(index, flags.Select | flags.Rows)
                self.table.scrollTo(index)
        self._choosing = False

    @property
    def shown(self) -> tuple[MeasureRow, ...]:
        """Rows in the order of the screen."""
        order = range(self._sorted.rowCount())
        places = [self._sorted.mapToSource(self._sorted.index(at, 0)).row() for at in order]
        return tuple(self.model.rows[place] for place in places)

    def copy(self) -> None:
        """Put the table on the clipboard, tabs between the columns."""
        if self._cell is not None:
            text = csv_of(self._case, self._cell, self.shown, separator="\t")
            QGuiApplication.clipboard().setText(text)
            self.message.emit(f"The measures of {len(self.shown)} chromosomes are on the clipboard.")

    def write(self, path: Path) -> None:
        """Write the table as CSV, whole or not at all."""
        if self._cell is None:
            return
        text = csv_of(self._case, self._cell, self.shown)
        try:
            with whole_file(path) as unfinished:
                unfinished.write_text(text, encoding="utf-8-sig", newline="")
        except StorageError as error:
            self.message.emit(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            self.message.emit(f"The measures of cell {self._cell.label} are in {path.name}.")

    def _choose_file(self) -> None:
        if self._cell is None:
            return
        name = f"{self._case}-{self._cell.label}-measures.csv".replace("/", "_")
        path, _ = QFileDialog.getSaveFileName(self, "Export measures", name, "CSV (*.csv)")
        if path:
            self.write(Path(path).with_suffix(".csv"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the whole table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
            return
        super().keyPressEvent(event)

    def _row_changed(self, index: QModelIndex, *_: object) -> None:
        if index.isValid() and not self._choosing and self.table.hasFocus():
            row = self.model.rows[self._sorted.mapToSource(index).row()]
            self.chromosome_chosen.emit(row.chromosome.id)


def _texts(row: MeasureRow) -> tuple[str, ...]:
    measured, one = row.measures, row.chromosome

    def number(value: float | None, form: Callable[[float], str]) -> str:
        return "–" if value is None else form(value)

    return (
        f"{class_words(one.chromosome_class)} {chr(96 + row.number) if row.number < 27 else row.number}",
        one.object_type.value.replace("_", " "), f"{measured.length:.0f}",
        number(measured.micrometres, "{:.1f}".format), number(measured.relative, "{:.2f}".format),
        number(measured.of_diploid, "{:.2f}".format), number(measured.arm_ratio, "{:.2f}".format),
        number(measured.centromeric_index, "{:.1f}".format), f"{measured.area:.0f}",
        number(measured.stain, lambda value: f"{100 * value:.0f}"), percent(one.confidence),
    )  # fmt: skip


def _sorted_by(row: MeasureRow) -> tuple[float | str, ...]:
    place = 100.0 * _ORDER.get(row.chromosome.chromosome_class, len(_ORDER)) + row.number
    numbers = [value if isinstance(value, float) else -1.0 for value in row.values[3:]]
    return (place, row.chromosome.object_type.value, *numbers)
