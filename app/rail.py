"""The narrow rail on the left: one button a page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from app.icons import icon

_WIDTH = 72


class Rail(QWidget):
    """Buttons of the pages that exist."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 6, 0, 6)
        self._rows.setSpacing(2)
        self._rows.addStretch(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._icons: dict[str, str] = {}

    def add_page(self, name: str, title: str, icon_name: str, tip: str) -> None:
        """Add a button; pages come in the order of their buttons, Alt+1 is the first."""
        button = QToolButton()
        button.setText(title)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(22, 22))
        button.setFixedSize(_WIDTH, 56)
        key = f"Alt+{len(self._buttons) + 1}"
        button.setShortcut(QKeySequence(key))
        button.setToolTip(f"<b>{title}</b> ({key})<br>{tip}")
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._rows.insertWidget(self._rows.count() - 1, button)
        self._buttons[name] = button
        self._icons[name] = icon_name

    def show_page(self, name: str) -> None:
        """Light the button of a page."""
        self._buttons[name].setChecked(True)

    def redraw_icons(self) -> None:
        """Take the colours of another theme."""
        for name, button in self._buttons.items():
            button.setIcon(icon(self._icons[name]))
