"""The worklist as a table model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.plain import as_tip
from app.tasks import Lane, Urgency
from core.domain.case import Status
from core.store.cases import CaseStore
from core.store.records import CaseRow

_FIRST: Final = 200
_ALL: Final = 200_000
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its title, its text and its width in pixels."""

    title: str
    text: Callable[[CaseRow], str]
    width: int
    stretch: bool = False


def _karyotype(row: CaseRow) -> str:
    if row.karyotype:
        return row.karyotype
    return f"{row.proposed_karyotype} (proposed)" if row.proposed_karyotype else ""


def _ledger(row: CaseRow) -> str:
    if not row.cells:
        return "no cells yet"
    ledger, wanted = row.ledger, row.ledger.protocol
    return (
        f"{ledger.counted}/{wanted.count} · {ledger.analysed}/{wanted.analyse}"
        f" · {ledger.karyotyped}/{wanted.karyotype}"
    )


COLUMNS: Final = (
    Column(title="Case", text=lambda row: row.name, width=216),
    Column(title="Context", text=lambda row: row.context.value, width=108),
    Column(title="Status", text=lambda row: row.status.value, width=92),
    Column(title="Cells", text=lambda row: str(row.cells), width=56),
    Column(title="Counted · analysed · karyotyped", text=_ledger, width=256),
    Column(title="Karyotype", text=_karyotype, width=220, stretch=True),
    Column(title="Due", text=lambda row: row.due.isoformat() if row.due else "", width=92),
    Column(title="Assigned", text=lambda row: row.assigned or "", width=112),
    Column(title="Changed", text=lambda row: f"{row.changed.astimezone():%Y-%m-%d %H:%M}", width=134),
)


class CasesModel(QAbstractTableModel):
    """Cases that fit a search, the last changed first.

    Parameters
    ----------
    store
        Cases of the laboratory.
    lane
        The database lane.
    failed
        Told of an error, in the GUI thread.
    """

    changed = Signal()

    def __init__(
        self, store: CaseStore, lane: Lane, failed: Callable[[Exception], None], today: Callable[[], date]
    ) -> None:
        super().__init__()
        self._store = store
        self._lane = lane
        self._failed = failed
        self._today = today
        self._search = ""
        self._generation = 0
        self._rows: tuple[CaseRow, ...] = ()

    def search(self, text: str) -> None:
        """Show the cases that fit; an older search that still runs is forgotten.

        The first rows are shown as soon as they are there, the others follow.
        """
        self._search = text
        self._generation += 1
        self._read(self._generation, text, _FIRST)

    def row_of(self, index: Index) -> CaseRow | None:
        """Return the case of a row."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    @property
    def total(self) -> int:
        """How many cases fit, as far as they are read."""
        return len(self._rows)

    def _read(self, generation: int, text: str, limit: int) -> None:
        def done(rows: tuple[CaseRow, ...]) -> None:
            if generation != self._generation:
                return
            self._take(rows)
            if len(rows) == limit == _FIRST:
                self._read(generation, text, _ALL)

        self._lane.submit(
            "Search",
            lambda progress: self._store.list_cases(search=text, limit=limit),
            done=done,
            failed=self._failed,
            urgency=Urgency.NOW if limit == _FIRST else Urgency.SOON,
        )

    def _take(self, rows: tuple[CaseRow, ...]) -> None:
        shown = len(self._rows)
        if rows[:shown] == self._rows and shown:
            # Only more of the same: what is selected and scrolled stays.
            if len(rows) > shown:
                self.beginInsertRows(QModelIndex(), shown, len(rows) - 1)
                self._rows = rows
                self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self.changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of cases that fit."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Title of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour and tooltip of one field."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ForegroundRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        row = self.row_of(index)
        if row is None:
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, column.title)
        if role == Qt.ItemDataRole.ToolTipRole and column.text is _ledger and row.cells:
            return row.ledger.line
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(column.text(row))
        return column.text(row)

    def _colour(self, row: CaseRow, title: str) -> QBrush | None:
        colours = theme.current()
        if title == "Due" and row.due and row.due < self._today() and row.status is not Status.SIGNED:
            return QBrush(QColor(colours.contradiction))
        if title == "Karyotype" and not row.karyotype:
            return QBrush(QColor(colours.quiet))
        if title in ("Context", "Changed", "Assigned"):
            return QBrush(QColor(colours.quiet))
        return None


class CaseStyle(QStyledItemDelegate):
    """Draws a row without the focus frame, the name of the case in bold."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Make the name bold."""
        super().initStyleOption(option, index)
        if index.column() == 0:
            option.font.setBold(True)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one field."""
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
