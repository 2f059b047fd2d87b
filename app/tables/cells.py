"""The cells of the open case as a list model, and how one is drawn."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.pictures import THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH, Pictures
from app.session import CaseSession
from core.domain.ids import CellId
from core.domain.metaphase import MarkKind, Metaphase, Verdict

Index = QModelIndex | QPersistentModelIndex
CELL: Final = Qt.ItemDataRole.UserRole
_LETTERS: Final = {
    MarkKind.COUNTED: "C", MarkKind.ANALYSED: "A", MarkKind.KARYOTYPED: "K", MarkKind.CHECKED: "✓",
}  # fmt: skip
_VERDICTS: Final = {
    Verdict.OPEN: "", Verdict.ACCEPTED: "accepted", Verdict.COUNT_ONLY: "count only",
    Verdict.REJECTED: "rejected",
}  # fmt: skip
_GAP: Final = 8
_TEXT_WIDTH: Final = 84
_ROW: Final = QSize(THUMBNAIL_WIDTH // 2 + _TEXT_WIDTH + 3 * _GAP, THUMBNAIL_HEIGHT // 2 + 34)


class CellsModel(QAbstractListModel):
    """Cells of the case on the desk, in its order."""

    def __init__(self, session: CaseSession) -> None:
        super().__init__()
        self._session = session
        self._cells: tuple[Metaphase, ...] = ()
        self.working: frozenset[str] = frozenset()
        """Cells that are or wait to be analysed."""
        session.cells_changed.connect(self.refresh)
        session.pictures.thumbnail_ready.connect(self._thumbnail_ready)

    def refresh(self) -> None:
        """Take the cells of the session; rows that stay are redrawn, not rebuilt."""
        cells = self._session.cells
        if [cell.id for cell in cells] != [cell.id for cell in self._cells]:
            self.beginResetModel()
            self._cells = cells
            self.endResetModel()
        else:
            changed = [
                n for n, (old, new) in enumerate(zip(self._cells, cells, strict=True)) if old is not new
            ]
            self._cells = cells
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))

    def show_working(self, cells: frozenset[str]) -> None:
        """Show which cells are or wait to be analysed."""
        self.working = cells
        if self._cells:
            self.dataChanged.emit(self.index(0), self.index(len(self._cells) - 1))

    def row_of(self, cell_id: str) -> int:
        """Row of a cell; -1 when it is not in the list."""
        return next((row for row, cell in enumerate(self._cells) if cell.id == cell_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of cells."""
        return 0 if parent.isValid() else len(self._cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, its name, or its tooltip."""
        if not 0 <= index.row() < len(self._cells):
            return None
        cell = self._cells[index.row()]
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.label
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of(cell)
        return None

    def _thumbnail_ready(self, key: str) -> None:
        for row, cell in enumerate(self._cells):
            if Pictures.key_of(cell) == key:
                self.dataChanged.emit(self.index(row), self.index(row))


def tip_of(cell: Metaphase) -> str:
    """All that is known of a cell, in a few lines."""
    lines = [f"<b>{escape(cell.label)}</b>"]
    if cell.proposal is None:
        lines.append("not analysed yet")
    else:
        lines.append(f"{cell.count} chromosomes, {len(cell.unnamed)} without a name")
    if cell.quality is not None:
        quality = cell.quality
        lines.append(
            f"quality {quality.score:.0%}: spread {quality.spread:.0%}, overlap {quality.overlap:.0%}, "
            f"bands {quality.band_clarity:.0%}, focus {quality.focus:.0%}, "
            f"completeness {quality.completeness:.0%}, debris {quality.debris:.0%}"
        )
    origin = cell.origin
    places = [("culture", origin.culture), ("slide", origin.slide), ("colony", origin.colony)]
    lines += [f"{name} {escape(value)}" for name, value in places if value]
    lines += [
        f"{mark.kind.value} by {escape(mark.person)}, {mark.time.astimezone():%Y-%m-%d %H:%M}"
        for mark in cell.marks
    ]
    if cell.verdict is not Verdict.OPEN:
        reason = f" ({escape(cell.verdict_reason)})" if cell.verdict_reason else ""
        lines.append(f"{_VERDICTS[cell.verdict]}{reason}")
    return "<br>".join(lines)


def initials_of(person: str) -> str:
    """Up to three capitals: "Maria Keller" is MK, "mk" is MK."""
    words = [word for word in person.replace("-", " ").split() if word]
    if len(words) == 1:
        return words[0][:2].upper()
    return "".join(word[0] for word in words[:3]).upper()


class CellStyle(QStyledItemDelegate):
    """Draws thumbnail, name, count, quality and the four marks."""

    def __init__(
        self, model: CellsModel, pictures: Pictures, reason_of: Callable[[CellId], str], parent: Any = None
    ) -> None:
        super().__init__(parent)
        self._reason_of = reason_of
        self._model = model
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows have one size."""
        return QSize(theme.px(_ROW.width()), theme.px(_ROW.height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        cell: Metaphase = index.data(CELL)
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area = option.rect.adjusted(3, 2, -3, -2)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(colours.raised))
            painter.setPen(QPen(QColor(colours.accent)) if selected else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(area, 5, 5)
        if cell.verdict is Verdict.REJECTED:
            painter.setOpacity(0.45)
        width, height = theme.px(THUMBNAIL_WIDTH // 2), theme.px(THUMBNAIL_HEIGHT // 2)
        picture = QRect(area.left() + 6, area.top() + 6, width, height)
        self._draw_thumbnail(painter, picture, cell)
        self._draw_words(
            painter,
            QRect(
                picture.right() + _GAP, picture.top(), area.right() - picture.right() - 12, picture.height()
            ),
            cell,
        )
        marks = QRect(picture.left(), picture.bottom() + 5, area.width() - 12, theme.px(17))
        self._draw_marks(painter, marks, cell)
        painter.restore()

    def _draw_thumbnail(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        small = self._pictures.thumbnail(cell)
        if small is None:
            painter.fillRect(area, QColor(theme.current().line))
            return
        grey = np.ascontiguousarray(small)
        height, width = grey.shape
        image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
        size = QSize(width, height).scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(area.topLeft(), size)
        place.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)

    def _draw_words(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        colours = theme.current()
        line = painter.fontMetrics().height()
        font = QFont(painter.font())
        painter.setPen(QColor(colours.text))
        name = painter.fontMetrics().elidedText(cell.label, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(QRect(area.left(), area.top(), area.width(), line), Qt.AlignmentFlag.AlignLeft, name)
        bold = QFont(font)
        bold.setBold(True)
        bold.setPointSizeF(font.pointSizeF() + 2)
        if cell.id in self._model.working:
            first, quiet = "…", "analysing"
        elif cell.proposal is None:
            first, quiet = "–", "failed" if self._reason_of(cell.id) else "not analysed"
        else:
            first = str(cell.count)
            quiet = f"Q {cell.quality.score * 100:.0f}" if cell.quality else ""
        painter.setFont(bold)
        painter.drawText(area.adjusted(0, line, 0, 0), Qt.AlignmentFlag.AlignLeft, first)
        indent = painter.fontMetrics().horizontalAdvance(first) + 6
        painter.setFont(font)
        painter.setPen(QColor(colours.quiet))
        painter.drawText(area.adjusted(indent, line + 3, 0, 0), Qt.AlignmentFlag.AlignLeft, quiet)
        verdict = _VERDICTS[cell.verdict]
        if verdict:
            painter.setPen(QColor(colours.good if cell.verdict is Verdict.ACCEPTED else colours.doubt))
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, verdict)

    def _draw_marks(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        colours = theme.current()
        font = QFont(painter.font())
        font.setPointSizeF(7.5 * theme.scale())
        painter.setFont(font)
        width = (area.width() - 3 * 4) // 4
        for place, kind in enumerate(MarkKind):
            badge = QRect(area.left() + place * (width + 4), area.top(), width, area.height())
            mark = cell.marked(kind)
            if mark is None:
                painter.setPen(QPen(QColor(colours.line)))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(badge, 3, 3)
                painter.setPen(QColor(colours.quiet))
                painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, _LETTERS[kind])
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.good))
                painter.drawRoundedRect(badge, 3, 3)
                painter.setPen(QColor(colours.on_good))
                text = f"{_LETTERS[kind]} {initials_of(mark.person)}"
                painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
