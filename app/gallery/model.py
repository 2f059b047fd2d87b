"""Cells of the case in the order and choice of the gallery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.gallery.concerns import Concerns
from app.plain import as_tip
from app.session import CaseSession
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase, Quality, Verdict

Index = QModelIndex | QPersistentModelIndex
CELL: Final = Qt.ItemDataRole.UserRole
PARTS: Final[dict[str, str]] = {
    "spread": "Spread", "overlap": "Overlaps", "band_clarity": "Bands", "focus": "Focus",
    "completeness": "Complete", "debris": "Clean",
}  # fmt: skip
"""Parts of the quality, with the words that stand below their bars."""
_SORTED: Final[dict[str, Callable[[Metaphase], Any]]] = {
    "Quality": lambda cell: -_part(cell.quality, "score"),
    "Name": lambda cell: cell.label,
    "Count": lambda cell: cell.count,
    **{words: (lambda cell, part=part: -_part(cell.quality, part)) for part, words in PARTS.items()},
}
ORDERS: Final = tuple(_SORTED)


class GalleryModel(QAbstractListModel):
    """Rows are cells; filtered by verdict and least quality, sorted by quality or another measure."""

    def __init__(self, session: CaseSession, concerns: Concerns) -> None:
        super().__init__()
        self._session = session
        self.concerns = concerns
        self._rows: tuple[Metaphase, ...] = ()
        self._verdicts: frozenset[Verdict] = frozenset(Verdict)
        self._least = 0.0
        self._order = ORDERS[0]
        session.cells_changed.connect(self.refresh)
        concerns.changed.connect(self._redraw)
        self.refresh()

    # -- choice ----------------------------------------------------------------------------------------

    @property
    def cells(self) -> tuple[Metaphase, ...]:
        """Cells in sight, in their order."""
        return self._rows

    def show_verdicts(self, verdicts: frozenset[Verdict]) -> None:
        """Show cells with one of these verdicts."""
        self._verdicts = verdicts
        self.refresh()

    def show_from(self, least: float) -> None:
        """Show cells of at least this quality (0..1); those without a quality count as 0."""
        self._least = least
        self.refresh()

    def sort_by(self, order: str) -> None:
        """Sort by one of `ORDERS`, the best first."""
        self._order = order
        self.refresh()

    def counts(self) -> Counter[Verdict]:
        """Number of cells of the case with each verdict."""
        return Counter(cell.verdict for cell in self._session.cells)

    def below(self) -> tuple[Metaphase, ...]:
        """Cells nobody judged yet whose quality lies below the threshold."""
        return tuple(
            cell
            for cell in self._session.cells
            if cell.verdict is Verdict.OPEN and cell.quality is not None and cell.quality.score < self._least
        )

    def label_of(self, cell_id: CellId) -> str:
        """Name of a cell of the case."""
        return next((cell.label for cell in self._session.cells if cell.id == cell_id), "?")

    # -- rows ------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Take the cells of the session; rows that stay are redrawn, not rebuilt."""
        rows = tuple(
            sorted(
                (
                    cell
                    for cell in self._session.cells
                    if cell.verdict in self._verdicts
                    and (self._least <= 0.0 or _part(cell.quality, "score") >= self._least)
                ),
                key=lambda cell: (_SORTED[self._order](cell), cell.label),
            )
        )
        if [cell.id for cell in rows] != [cell.id for cell in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        else:
            changed = [n for n, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old is not new]
            self._rows = rows
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, cell_id: str) -> int:
        """Row of a cell; -1 when it is not in sight."""
        return next((row for row, cell in enumerate(self._rows) if cell.id == cell_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of cells in sight."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, its name, or all about it in words."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        cell = self._rows[index.row()]
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.label
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = self.words_about(cell)
            return as_tip("\n".join(words)) if role == Qt.ItemDataRole.ToolTipRole else ", ".join(words)
        return None

    def words_about(self, cell: Metaphase) -> list[str]:
        """Everything the card shows, in words."""
        said = [f"cell {cell.label}", f"{cell.count} chromosomes"]
        if cell.quality is not None:
            said.append(f"quality {100 * cell.quality.score:.0f}")
            parts = ((words.lower(), _part(cell.quality, part)) for part, words in PARTS.items())
            said += [f"{words} {100 * value:.0f}" for words, value in parts]
        said.append(verdict_words(cell))
        return [*said, *self.warnings_of(cell)]

    def warnings_of(self, cell: Metaphase) -> list[str]:
        """Warnings about a cell, each a short sentence."""
        said = [
            f"same metaphase as {self.label_of(other)} ({100 * share:.0f} %)"
            for other, share in self.concerns.duplicates(cell.id)
        ]
        foreign = sum(len(one.ids) for one in self.concerns.strangers(cell.id))
        if foreign:
            said.append(f"{foreign} of another cell?")
        return said

    def _redraw(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))


def verdict_words(cell: Metaphase) -> str:
    """What became of a cell, with the reason."""
    words = {
        Verdict.OPEN: "open", Verdict.ACCEPTED: "accepted", Verdict.COUNT_ONLY: "count only",
        Verdict.REJECTED: "rejected",
    }[cell.verdict]  # fmt: skip
    return f"{words}: {cell.verdict_reason}" if cell.verdict_reason else words


def _part(quality: Quality | None, name: str) -> float:
    return 0.0 if quality is None else float(getattr(quality, name))
