"""The steps of a cell or case as a list, and how one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.plain import as_tip
from core.domain.ids import CellId
from core.editing.history import History
from core.store.records import LogRow

Index = QModelIndex | QPersistentModelIndex
MOMENT: Final = Qt.ItemDataRole.UserRole


class Standing(Enum):
    """Where a moment lies."""

    PAST = "done"
    NOW = "the present moment"
    LATER = "taken back"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """One line of the list.

    Parameters
    ----------
    by
        Steps from the present moment, below 0 in the past.
    state
        State of the cell or case then; None in the list of everything.
    before
        State before the step, where there is one.
    """

    words: str
    kind: str
    person: str = ""
    time: datetime | None = None
    by: int = 0
    standing: Standing = Standing.PAST
    state: Any = None
    before: Any = None
    row: int = 0
    cell: CellId | None = None


#: Groups of kinds of steps, for the filter.
GROUPS: Final[dict[str, frozenset[str]]] = {
    "Outlines": frozenset({
        "Cut", "Join", "SeparateCrossing", "Recut", "Remove", "AddChromosome", "Reshape", "MoveAxis",
        "MarkObject", "Exclude", "Restore",
    }),
    "Names and order": frozenset({
        "Reclassify", "SwapHomologs", "MoveToSlot", "SetKind", "Turn", "Rotate", "RotateBy", "MoveCentromere",
        "Nudge", "ShowMirrored", "ShowStraight", "StandAsCaptured",
    }),
    "Marks and counts": frozenset({
        "SetMark", "ClearMark", "Confirm", "Judge", "CountPoint", "ClearCountPoints", "Describe",
        "TickPair", "ClearTick", "WriteNotes",
    }),
    "Drawings": frozenset({"Annotate", "ChangeAnnotation", "EraseAnnotations"}),
    "The program": frozenset({"PlaceProposal", "Reread"}),
    "Case": frozenset({
        "EditCase", "WriteKaryotype", "ChooseTemplate", "LookThrough", "PrintViews", "RemoveCells",
        "AddCells", "CreateCase", "ImportCell",
    }),
    "Several cells": frozenset({"Together", "InCells"}),
}  # fmt: skip
OTHER: Final = "Other"


def group_of(kind: str) -> str:
    """Group of a kind of step."""
    return next((group for group, kinds in GROUPS.items() if kind in kinds), OTHER)


def moments_of(history: History[Any], log: Mapping[int, LogRow], first: LogRow | None) -> list[Moment]:
    """List every moment of a history, the oldest first."""
    moments = [
        Moment(
            words=first.label if first else "As imported",
            kind=first.kind if first else "ImportCell",
            person=first.person if first else "",
            time=first.time if first else None,
            by=-len(history.done),
            standing=Standing.NOW if not history.done else Standing.PAST,
            state=history.origin,
        )
    ]
    before = history.origin
    for at, step in enumerate((*history.done, *history.undone[::-1]), start=1):
        by = at - len(history.done)
        known = log.get(step.row)
        operation = step.operation
        moments.append(
            Moment(
                words=operation.label,
                kind=type(operation).__name__,
                person=known.person if known else "",
                time=known.time if known else None,
                by=by,
                standing=Standing.NOW if by == 0 else Standing.PAST if by < 0 else Standing.LATER,
                state=step.after,
                before=before,
                row=step.row,
            )
        )
        before = step.after
    return moments


def moments_of_log(log: Sequence[LogRow], labels: Mapping[CellId, str]) -> list[Moment]:
    """List everything that was ever done in a case, the oldest first."""
    return [
        Moment(
            words=f"{labels.get(row.cell, 'Another cell')}: {row.label}" if row.cell else row.label,
            kind=row.kind,
            person=row.person,
            time=row.time,
            row=row.sequence,
            cell=row.cell,
        )
        for row in log[::-1]
    ]


class StepsModel(QAbstractListModel):
    """Moments of one history."""

    def __init__(self) -> None:
        super().__init__()
        self._moments: list[Moment] = []

    @property
    def moments(self) -> list[Moment]:
        """The moments that are listed."""
        return list(self._moments)

    def show(self, moments: list[Moment]) -> None:
        """List other moments."""
        self.beginResetModel()
        self._moments = moments
        self.endResetModel()

    @property
    def present(self) -> int:
        """Line of the present moment; -1 where it is not listed."""
        return next((n for n, one in enumerate(self._moments) if one.standing is Standing.NOW), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        """Number of moments."""
        return 0 if parent.isValid() else len(self._moments)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, accessible text and the moment itself."""
        if not index.isValid() or not 0 <= index.row() < len(self._moments):
            return None
        moment = self._moments[index.row()]
        if role == MOMENT:
            return moment
        if role == Qt.ItemDataRole.DisplayRole:
            return moment.words
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            when = f"{moment.time.astimezone():%Y-%m-%d %H:%M:%S}" if moment.time else ""
            told = (
                moment.words,
                moment.person,
                when,
                moment.standing.value if moment.state is not None else "",
            )
            whole = ", ".join(part for part in told if part)
            return as_tip(whole) if role == Qt.ItemDataRole.ToolTipRole else whole
        return None


class StepStyle(QStyledItemDelegate):
    """Two lines: what was done; when and by whom.

    The present moment has a bar, what was taken back is pale.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines of text."""
        return QSize(120, 2 * option.fontMetrics.height() + 9)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one moment."""
        moment, colours = index.data(MOMENT), theme.current()
        if moment is None:
            return
        painter.save()
        area: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(area, QColor(colours.raised))
        now = moment.standing is Standing.NOW
        if now:
            painter.fillRect(QRect(area.left(), area.top() + 2, 4, area.height() - 4), QColor(colours.accent))
        pale = moment.standing is Standing.LATER
        font = QFont(option.font)
        font.setBold(now)
        font.setItalic(pale)
        painter.setFont(font)
        text = area.adjusted(11, 3, -8, -3)
        line = painter.fontMetrics().height()
        painter.setPen(QColor(colours.quiet if pale else colours.text))
        first = painter.fontMetrics().elidedText(moment.words, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text.left(), text.top() + painter.fontMetrics().ascent(), first)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(colours.quiet))
        second = painter.fontMetrics().elidedText(
            _who_and_when(moment), Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text.left(), text.top() + line + painter.fontMetrics().ascent(), second)
        painter.restore()


def _who_and_when(moment: Moment) -> str:
    parts = []
    if moment.standing is Standing.NOW:
        parts.append("now")
    elif moment.standing is Standing.LATER:
        parts.append("taken back")
    if moment.time is not None:
        local = moment.time.astimezone()
        today = local.date() == datetime.now().astimezone().date()
        parts.append(f"{local:%H:%M}" if today else f"{local:%d %b %Y %H:%M}")
    if moment.person:
        parts.append(moment.person)
    return " · ".join(parts)
