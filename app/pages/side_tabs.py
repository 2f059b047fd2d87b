"""Words on tabs that wrap to as many rows as the width needs; no word is cut and none is scrolled away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QWidget

from app import theme

_STEPS: Final = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
}  # fmt: skip
_PADDING: Final = 7


class SideTabs(QWidget):
    """One button a tab; the current one takes the focus and the arrow keys go on to the others.

    Signals
    -------
    turned
        Place of the tab that is current now.
    """

    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tabs of the side pane")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idToggled.connect(self._toggled)
        self._buttons: list[QToolButton] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.news.changed.connect(self._dress)
        self._dress()

    def add(self, title: str) -> int:
        """Add a tab and return its place; the first one is current."""
        button = _Tab(title, self)
        button.stepped.connect(self._step)
        self._buttons.append(button)
        at = len(self._buttons) - 1
        self._group.addButton(button, at)
        button.show()
        if at == 0:
            button.setChecked(True)
        self._arrange()
        self.updateGeometry()
        return at

    def tell(self, at: int, tip: str) -> None:
        """Give a tab its tooltip."""
        self._buttons[at].setToolTip(tip)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """All tabs in their order."""
        return tuple(self._buttons)

    @property
    def current(self) -> int:
        """Place of the current tab; -1 while there is none."""
        return self._group.checkedId()

    def turn_to(self, at: int) -> None:
        """Make a tab the current one."""
        self._buttons[at].setChecked(True)

    def hasHeightForWidth(self) -> bool:
        """A narrow pane needs more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows."""
        return len(self._rows(width)) * self._row_height() + 1

    def sizeHint(self) -> QSize:
        """One row where there is room."""
        return QSize(sum(self._widths()), self._row_height() + 1)

    def minimumSizeHint(self) -> QSize:
        """The longest word."""
        return QSize(max(self._widths(), default=0), self._row_height() + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the words."""
        super().resizeEvent(event)
        self._arrange()

    # -- rows ------------------------------------------------------------------------------------------

    def _widths(self) -> list[int]:
        return [button.sizeHint().width() for button in self._buttons]

    def _row_height(self) -> int:
        return max((button.sizeHint().height() for button in self._buttons), default=0)

    def _rows(self, width: int) -> list[list[int]]:
        """Widths by rows: as few rows as fit, and these as even as they can be."""
        widths = self._widths()
        rows = _broken(widths, width)
        narrowest = max(widths, default=0)
        for limit in range(max(narrowest, sum(widths) // max(len(rows), 1)), width):
            even = _broken(widths, limit)
            if len(even) <= len(rows):
                return even
        return rows

    def _arrange(self) -> None:
        rows = self._rows(self.width())
        height, at = self._row_height(), 0
        for number, row in enumerate(rows):
            # Several rows fill the width, so that the words stand in columns and not in steps.
            spare = max(0, self.width() - sum(row)) if len(rows) > 1 else 0
            left = 0.0
            for width in row:
                wide = width + spare / len(row)
                place = QRect(round(left), number * height, round(left + wide) - round(left), height)
                self._buttons[at].setGeometry(place)
                left += wide
                at += 1

    def _dress(self) -> None:
        colours = theme.current()
        self.setStyleSheet(
            f"QToolButton {{ border: none; border-bottom: 2px solid transparent; border-radius: 0;"
            f" padding: 5px {_PADDING}px 4px {_PADDING}px; background: transparent;"
            f" color: {colours.quiet}; }}"
            f"QToolButton:hover {{ color: {colours.text}; background: {colours.raised}; }}"
            f"QToolButton:checked {{ color: {colours.text}; background: {colours.raised};"
            f" border-bottom: 2px solid {colours.accent}; }}"
            f"QToolButton:focus {{ border: 2px solid {colours.accent}; padding: 3px {_PADDING - 2}px 4px"
            f" {_PADDING - 2}px; }}"
        )
        self._arrange()
        self.updateGeometry()

    # -- turning ---------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Make room for another size of text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_buttons"):
            self._arrange()
            self.updateGeometry()

    def _toggled(self, at: int, checked: bool) -> None:
        # Tab goes to the current word only; the arrows go on from there.
        focus = Qt.FocusPolicy.TabFocus if checked else Qt.FocusPolicy.NoFocus
        self._buttons[at].setFocusPolicy(focus)
        if checked:
            self.turned.emit(at)

    def _step(self, by: int) -> None:
        to = (self.current + by) % len(self._buttons)
        self.turn_to(to)
        self._buttons[to].setFocus(Qt.FocusReason.TabFocusReason)


class _Tab(QToolButton):
    """One word."""

    stepped = Signal(int)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to the neighbours, round the ends."""
        by = _STEPS.get(Qt.Key(event.key()))
        if by is not None and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
        ):  # fmt: skip
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)


def _broken(widths: Sequence[int], limit: int) -> list[list[int]]:
    """Break into rows of at most this width; a word that is wider stands alone."""
    rows: list[list[int]] = []
    for width in widths:
        if rows and sum(rows[-1]) + width <= limit:
            rows[-1].append(width)
        else:
            rows.append([width])
    return rows
