"""Which cells the report shows with karyogram and metaphase."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.analysis.numerical import cell_karyotype
from core.domain.case import Case
from core.domain.metaphase import MarkKind, Metaphase
from core.report.content import figures_of
from core.report.initials import initials_of

_ROLE = Qt.ItemDataRole.UserRole


class ShownCells(QWidget):
    """A list of cells with boxes to tick.

    `chosen` tells the cells as a tuple, or None for those that people karyotyped.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget()
        self._list.setAccessibleName("Cells shown as pictures")
        self._list.setMinimumHeight(110)
        self._list.itemChanged.connect(lambda _: self._ticked())
        self._default = QPushButton("As karyotyped")
        self._default.setToolTip("Show the cells marked karyotyped, or the best two where there is none")
        self._default.clicked.connect(self.follow_marks)
        title = QLabel("Cells shown as pictures")
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._default)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(5)
        rows.addLayout(head)
        rows.addWidget(self._list, 1)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The cells that are shown."""
        return tuple(cell_id for cell_id, _, is_ticked in self._entries() if is_ticked)

    def tick(self, cell_id: str, shown: bool) -> None:
        """Show a cell or leave it out."""
        for row in range(self._list.count()):
            entry = self._list.item(row)
            if entry.data(_ROLE) == cell_id:
                entry.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)

    def follow_marks(self) -> None:
        """Show the cells that people karyotyped."""
        self.chosen.emit(None)

    def show_cells(self, case: Case, cells: Sequence[Metaphase]) -> None:
        """Show the cells of a case and tick those that the report shows."""
        ticked = {cell.id for cell in figures_of(case, cells)}
        self._default.setEnabled(case.figures is not None)
        usable = [cell for cell in cells if cell.chromosomes]
        wanted = [(cell.id, _line(cell), cell.id in ticked) for cell in usable]
        if wanted == self._entries():
            return
        self._list.blockSignals(True)
        self._list.clear()
        for cell_id, text, is_ticked in wanted:
            entry = QListWidgetItem(text)
            entry.setData(_ROLE, cell_id)
            entry.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            entry.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            self._list.addItem(entry)
        self._list.blockSignals(False)

    def _entries(self) -> list[tuple[str, str, bool]]:
        entries = [self._list.item(row) for row in range(self._list.count())]
        return [(e.data(_ROLE), e.text(), e.checkState() is Qt.CheckState.Checked) for e in entries]

    def _ticked(self) -> None:
        self.chosen.emit(self.ticked)


def _line(cell: Metaphase) -> str:
    mark = cell.marked(MarkKind.KARYOTYPED)
    by = f"  ·  karyotyped {initials_of(mark.person)}" if mark else ""
    return f"{cell.label}  ·  {cell_karyotype(cell) or f'{cell.count} chromosomes'}{by}"
