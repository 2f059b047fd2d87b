"""A row of small widgets that goes on below where the room ends, like words in a paragraph."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class FlowLayout(QLayout):
    """Sets its widgets side by side in as many rows as they need; no row is wider than the room.

    Parameters
    ----------
    spacing
        Pixels between two widgets and between two rows.
    """

    def __init__(self, spacing: int = 4) -> None:
        super().__init__()
        self._held: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more at the end."""
        self._held.append(item)

    def count(self) -> int:
        """Number of what is set."""
        return len(self._held)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """What is set at a place, None behind the last."""
        return self._held[index] if 0 <= index < len(self._held) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one away, None behind the last."""
        return self._held.pop(index) if 0 <= index < len(self._held) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Asks for no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Whether the height follows from the width: it does."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows in pixels."""
        return self._set(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        """All in one row."""
        hints = [held.sizeHint() for held in self._held]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """The largest one alone."""
        size = QSize()
        for held in self._held:
            size = size.expandedTo(held.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        """Set everything."""
        super().setGeometry(rect)
        self._set(rect, move=True)

    def _set(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for row in self._rows(rect.width()):
            x, tall = rect.x(), max(held.sizeHint().height() for held in row)
            for held in row:
                hint = held.sizeHint()
                if move:
                    held.setGeometry(QRect(QPoint(x, y + (tall - hint.height()) // 2), hint))
                x += hint.width() + self.spacing()
            y += tall + self.spacing()
        return max(y - self.spacing() - rect.y(), 0)

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        used = width
        for held in self._held:
            if held.isEmpty():
                continue
            wanted = held.sizeHint().width()
            if not rows or used + wanted > width:
                rows.append([])
                used = 0
            rows[-1].append(held)
            used += wanted + self.spacing()
        return rows
