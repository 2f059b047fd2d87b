"""Which cells a change is stated for, and which line of the string it goes into."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem, QMenu, QWidget

from core.analysis.contradictions import line_of_cell
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.iscn.tree import Karyotype
from core.iscn.writer import write_line

_ROWS: Final = 6
_ID: Final = Qt.ItemDataRole.UserRole


class CellTicks(QListWidget):
    """Cells with boxes to tick; Space ticks. Hidden until somebody wants to pick.

    Signals
    -------
    changed
        Another cell is ticked, or one no longer.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Cells that show the change")
        self.setToolTip("Tick the cells that show the change (Space)")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.hide()
        self.itemChanged.connect(lambda _: self.changed.emit())

    @property
    def ticked(self) -> frozenset[CellId]:
        """The cells that are ticked."""
        rows = (self.item(at) for at in range(self.count()))
        return frozenset(CellId(row.data(_ID)) for row in rows if row.checkState() is Qt.CheckState.Checked)

    def tick(self, cells: Collection[CellId]) -> None:
        """Tick these cells and no others."""
        blocker = QSignalBlocker(self)
        for at in range(self.count()):
            row = self.item(at)
            wanted = row.data(_ID) in cells
            row.setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)
        blocker.unblock()
        self.changed.emit()

    def show_cells(self, cells: Iterable[Metaphase]) -> None:
        """Offer these cells; what is ticked stays."""
        told = [(one.id, f"{one.label}  \u00b7  {_told(one)}") for one in cells]
        rows = [self.item(at) for at in range(self.count())]
        blocker = QSignalBlocker(self)
        if [row.data(_ID) for row in rows] == [cell_id for cell_id, _ in told]:
            for row, (_, text) in zip(rows, told, strict=True):
                if row.text() != text:
                    row.setText(text)
            return
        ticked = self.ticked
        self.clear()
        for cell_id, text in told:
            row = QListWidgetItem(text, self)
            row.setData(_ID, cell_id)
            row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            row.setCheckState(Qt.CheckState.Checked if cell_id in ticked else Qt.CheckState.Unchecked)
        height = self.sizeHintForRow(0) if self.count() else self.fontMetrics().lineSpacing()
        self.setFixedHeight(height * min(max(self.count(), 1), _ROWS) + 2 * self.frameWidth() + 4)
        blocker.unblock()


class LineChoice(QComboBox):
    """The lines of a string with several; the one that the open cell belongs to until somebody chooses."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Line of the karyotype")
        self.setToolTip("Line of the karyotype that the change is written into")
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._for: CellId | None = None
        self.hide()

    @property
    def line(self) -> int:
        """Place of the chosen line; 0 where there is one."""
        return max(self.currentIndex(), 0)

    def show_lines(self, karyotype: Karyotype | None, cell: Metaphase | None) -> None:
        """Offer the lines of a string."""
        texts = [write_line(line) for line in karyotype.lines] if karyotype else []
        here = cell.id if cell else None
        if texts != [self.itemText(at) for at in range(self.count())] or here != self._for:
            self._for = here
            self.clear()
            self.addItems(texts)
            if karyotype is not None and cell is not None:
                self.setCurrentIndex(line_of_cell(karyotype, cell))
        self.setVisible(len(texts) > 1)


def menu_of_lines(
    parent: QWidget, karyotype: Karyotype, cell: Metaphase | None, chosen: Callable[[int], None]
) -> QMenu:
    """Make a menu of the lines of a string, ready at the one that the open cell belongs to."""
    menu = QMenu(parent)
    here = line_of_cell(karyotype, cell) if cell is not None else 0
    for at, line in enumerate(karyotype.lines):
        action = menu.addAction(f"Into {write_line(line)}{'  (this cell)' if at == here and cell else ''}")
        action.triggered.connect(lambda checked=False, at=at: chosen(at))
        if at == here:
            menu.setActiveAction(action)
    return menu


def _told(cell: Metaphase) -> str:
    changes = ", ".join(change.text for change in cell.changes)
    return f"{cell.count} chromosomes" + (f", {changes}" if changes else "")
