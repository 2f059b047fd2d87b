"""How a cell looks in the gallery."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app import theme
from app.gallery.model import CELL, PARTS, GalleryModel, Index
from app.gallery.thumbnails import LargeThumbnails
from app.tables.cells import initials_of
from core.domain.metaphase import MarkKind, Metaphase, Verdict

PICTURE: Final = QSize(264, 184)
CARD: Final = QSize(PICTURE.width() + 16, PICTURE.height() + 112)
_LETTERS: Final = {
    MarkKind.COUNTED: "C", MarkKind.ANALYSED: "A", MarkKind.KARYOTYPED: "K", MarkKind.CHECKED: "✓",
}  # fmt: skip
_VERDICTS: Final = {
    Verdict.ACCEPTED: ("✓ accepted", "good"), Verdict.COUNT_ONLY: ("# count only", "accent"),
    Verdict.REJECTED: ("✗ rejected", "contradiction"),
}  # fmt: skip
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CardStyle(QStyledItemDelegate):
    """Draws picture, count, verdict, quality with its parts, marks and warnings."""

    def __init__(self, model: GalleryModel, thumbnails: LargeThumbnails, parent: Any = None) -> None:
        super().__init__(parent)
        self._model = model
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All cards have one size."""
        return CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        cell: Metaphase = index.data(CELL)
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(3, 3, -3, -3)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setBrush(QColor(colours.raised))
        edge = colours.accent if selected else colours.line
        painter.setPen(QPen(QColor(edge), 2.4 if current else 1.2))
        painter.drawRoundedRect(QRectF(area), 5, 5)
        inside = area.adjusted(5, 5, -5, -5)
        picture = QRect(inside.left(), inside.top(), inside.width(), PICTURE.height())
        self._draw_picture(painter, picture, cell)
        self._draw_chips(painter, picture, cell)
        below = QRect(inside.left() + 3, picture.bottom() + 5, inside.width() - 6, 18)
        self._draw_name(painter, below, cell)
        self._draw_parts(painter, QRect(below.left(), below.bottom() + 4, below.width(), 34), cell)
        self._draw_foot(painter, QRect(below.left(), below.bottom() + 42, below.width(), 18), cell)
        painter.restore()

    def _draw_picture(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        image = self._thumbnails.picture(cell)
        painter.fillRect(area, QColor("#ffffff") if image is not None else QColor(theme.current().line))
        if image is None:
            return
        if cell.verdict is Verdict.REJECTED:
            painter.setOpacity(0.4)
        size = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(area.topLeft(), size)
        place.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image)
        painter.setOpacity(1.0)

    def _draw_chips(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        colours = theme.current()
        count = str(cell.count) if cell.chromosomes else "–"
        if cell.counted_points:
            count += f" · {len(cell.counted_points)} by click"
        usual = cell.count == 46 or not cell.chromosomes
        self._chip(painter, area, count, colours.text if usual else colours.doubt, left=True, bold=True)
        if cell.verdict in _VERDICTS:
            words, role = _VERDICTS[cell.verdict]
            self._chip(painter, area, words, getattr(colours, role), left=False, bold=False)

    def _chip(
        self, painter: QPainter, area: QRect, words: str, colour: str, *, left: bool, bold: bool
    ) -> None:
        font = QFont(painter.font())
        font.setBold(bold)
        font.setPointSizeF(font.pointSizeF() + (2 if bold else -0.5))
        painter.save()
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(words) + 14
        chip = QRect(area.left() + 4, area.top() + 4, width, painter.fontMetrics().height() + 2)
        if not left:
            chip.moveRight(area.right() - 4)
        ground = QColor(theme.current().panel)
        ground.setAlpha(235)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor(colour))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    def _draw_name(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        colours = theme.current()
        quality = "" if cell.quality is None else f"Q {100 * cell.quality.score:.0f}"
        painter.setPen(QColor(colours.text))
        bold = QFont(painter.font())
        bold.setBold(True)
        painter.save()
        painter.setFont(bold)
        wide = painter.fontMetrics().horizontalAdvance(quality)
        painter.drawText(area, _RIGHT, quality)
        painter.restore()
        name = painter.fontMetrics().elidedText(
            cell.label, Qt.TextElideMode.ElideMiddle, area.width() - wide - 10
        )
        painter.drawText(area, _LEFT, name)

    def _draw_parts(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        """Six bars with their words below; a long bar is good."""
        colours = theme.current()
        if cell.quality is None:
            painter.setPen(QColor(colours.quiet))
            painter.drawText(area, _LEFT, "not analysed yet" if cell.proposal is None else "no quality")
            return
        font = QFont(painter.font())
        font.setPointSizeF(max(6.0, font.pointSizeF() - 2.5))
        painter.save()
        painter.setFont(font)
        width = area.width() / len(PARTS)
        for number, (part, words) in enumerate(PARTS.items()):
            value = float(getattr(cell.quality, part))
            left = area.left() + number * width
            bar = QRectF(left + 1, area.top() + 3, width - 6, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.line))
            painter.drawRoundedRect(bar, 2, 2)
            role = colours.good if value >= 0.66 else colours.accent if value >= 0.33 else colours.doubt
            painter.setBrush(QColor(role))
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), max(3.0, bar.width() * value), 6), 2, 2)
            painter.setPen(QColor(colours.quiet))
            text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width) - 3)
            painter.drawText(
                QRectF(left, area.top() + 11, width, area.height() - 11), Qt.AlignmentFlag.AlignLeft, text
            )
        painter.restore()

    def _draw_foot(self, painter: QPainter, area: QRect, cell: Metaphase) -> None:
        """Warnings where there are any, else the reason of a rejection; the marks at the right."""
        colours = theme.current()
        font = QFont(painter.font())
        font.setPointSizeF(max(6.5, font.pointSizeF() - 1.5))
        painter.save()
        painter.setFont(font)
        right = area.right()
        for kind in reversed(list(MarkKind)):
            mark = cell.marked(kind)
            if mark is None:
                continue
            words = f"{_LETTERS[kind]} {initials_of(mark.person)}"
            width = painter.fontMetrics().horizontalAdvance(words) + 8
            badge = QRect(right - width, area.top(), width, area.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.good))
            painter.drawRoundedRect(badge, 3, 3)
            painter.setPen(QColor(colours.on_good))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
            right -= width + 3
        warnings = self._model.warnings_of(cell)
        said = [f"⚠ {one}" for one in warnings]
        if cell.verdict_reason:
            said.insert(0, cell.verdict_reason)
        text = " · ".join(said)
        painter.setPen(QColor(colours.doubt if warnings else colours.quiet))
        room = max(0, right - area.left() - 4)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(area.left(), area.top(), room, area.height()), _LEFT, text)
        painter.restore()
