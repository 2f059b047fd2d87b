"""The corrections that were caught: sums by kind and model, and the single ones."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.tasks import Lane, Urgency
from core.store.learning import CorrectionCount, CorrectionRow, LearningStore

_NOTHING = (
    "No corrections yet.\n\nWhen you mark a cell karyotyped or checked, the differences between what "
    "the models proposed and what stands are kept here, ready for tuning."
)


class CorrectionsView(QWidget):
    """Two lists, read in the database lane when they are looked at."""

    cell_chosen = Signal(str, str)
    """Case and cell of a correction that was double-clicked."""

    def __init__(
        self,
        store: LearningStore,
        lane: Lane,
        failed: Callable[[Exception], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._lane = lane
        self._failed = failed
        self._sums = _tree(["Kind", "Model", "Changed", "Confirmed as it was", "Share changed"])
        self._sums.setMaximumHeight(220)
        self._rows = _tree(
            ["Case", "Cell", "Kind", "Proposed", "Confirmed", "Model", "Confidence", "Person", "Time"]
        )
        self._rows.itemDoubleClicked.connect(
            lambda row, column: self.cell_chosen.emit(*row.data(0, Qt.ItemDataRole.UserRole))
        )
        self._nothing = QLabel(_NOTHING)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "quiet")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget in (self._nothing, self._sums, self._rows):
            rows.addWidget(widget)
        self._show(((), ()))

    def refresh(self) -> None:
        """Read both lists."""
        self._lane.submit(
            "Read corrections",
            lambda progress: (self._store.counts(), self._store.list_corrections(limit=500)),
            done=self._show,
            failed=self._failed,
            urgency=Urgency.SOON,
        )

    def _show(self, found: tuple[tuple[CorrectionCount, ...], tuple[CorrectionRow, ...]]) -> None:
        counts, corrections = found
        self._nothing.setVisible(not counts)
        self._sums.setVisible(bool(counts))
        self._rows.setVisible(bool(counts))
        self._sums.clear()
        for count in counts:
            total = count.changed + count.unchanged
            share = f"{count.changed / total:.1%}" if total else ""
            texts = [count.kind.value, count.model, str(count.changed), str(count.unchanged), share]
            self._sums.addTopLevelItem(QTreeWidgetItem(texts))
        self._rows.clear()
        for row in corrections:
            self._rows.addTopLevelItem(_row(row))


def _row(row: CorrectionRow) -> QTreeWidgetItem:
    correction = row.correction
    confidence = "" if correction.confidence is None else f"{correction.confidence:.2f}"
    entry = QTreeWidgetItem(
        [
            row.case_name, row.cell_label, correction.kind.value, correction.proposed or "–",
            correction.confirmed or "–", correction.model, confidence, row.person,
            f"{row.time.astimezone():%Y-%m-%d %H:%M}",
        ]
    )  # fmt: skip
    entry.setData(0, Qt.ItemDataRole.UserRole, (row.case, row.cell))
    return entry


def _tree(titles: list[str]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(titles)
    tree.setAccessibleName(f"Corrections by {titles[0].lower()}")
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setAlternatingRowColors(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    tree.header().setDefaultSectionSize(118)
    return tree
