"""What is still open, above the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app import theme
from core.report.open_points import OpenPoint

_MOST: Final = 14


class OpenList(QWidget):
    """The number of open points, and the points beside it; a click on one goes to the place meant.

    Signals
    -------
    cell_wanted
        A cell.
    field_wanted
        A field of the case, and words in it.
    """

    cell_wanted = Signal(str)
    field_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._points: tuple[OpenPoint, ...] = ()
        self._head = QToolButton()
        self._head.setCheckable(True)
        self._head.setChecked(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setToolTip("Show or hide what is still open")
        self._head.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._head.setMinimumWidth(112)
        self._head.toggled.connect(lambda _: self._write())
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._text.setAccessibleName("What is still open")
        self._text.linkActivated.connect(self.follow)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(10, 2, 12, 7)
        columns.setSpacing(10)
        columns.addWidget(self._head, 0, Qt.AlignmentFlag.AlignTop)
        columns.addWidget(self._text, 1)
        self._write()

    @property
    def texts(self) -> tuple[str, ...]:
        """The points in words."""
        return tuple(point.text for point in self._points)

    def show_points(self, points: Sequence[OpenPoint]) -> None:
        """Show what is open."""
        self._points = tuple(points)
        self._write()

    def follow(self, place: str) -> None:
        """Go to the cell of a point, or with `#` and its number to the field it is about."""
        if place.startswith("#"):
            point = self._points[int(place[1:])]
            self.field_wanted.emit(point.field, point.words)
        else:
            self.cell_wanted.emit(place)

    def _write(self) -> None:
        number = len(self._points)
        self._head.setStyleSheet(f"color: {theme.current().doubt if number else theme.current().good};")
        self._head.setArrowType(
            Qt.ArrowType.NoArrow
            if not number
            else (Qt.ArrowType.DownArrow if self._head.isChecked() else Qt.ArrowType.RightArrow)
        )
        self._head.setText(f"Still open: {number}" if number else "✓ Nothing open")
        # A tool button elides its words where the neighbour asks for all the room.
        self._head.setMinimumWidth(self._head.fontMetrics().horizontalAdvance(self._head.text()) + 44)
        if number and self._head.isChecked():
            told = [_html(point, at) for at, point in enumerate(self._points[:_MOST])]
            if number > _MOST:
                told.append(f"and {number - _MOST} more")
            self._text.setText(" &nbsp;•&nbsp; ".join(told))
        else:
            self._text.clear()


def _html(point: OpenPoint, at: int) -> str:
    text = escape(point.text)
    if point.cell is None and not point.field:
        return text
    place = f"#{at}" if point.field else point.cell or ""
    return f"<a href='{escape(place)}' style='color: {theme.current().accent}'>{text}</a>"
