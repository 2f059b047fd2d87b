"""The narrow rail on the left: one button a page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.actions import Actions
from app.icons import icon

_WIDTH = 72
_HEIGHT = 56
_ICON = 22


class Rail(QWidget):
    """Buttons of the pages that exist; the actions `page_NAME` show them too, from menus and by key."""

    chosen = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions = actions
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 6, 0, 6)
        self._rows.setSpacing(2)
        self._rows.addStretch(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._icons: dict[str, str] = {}
        for action in actions:
            if action.objectName().startswith("page_"):
                action.setVisible(False)
        actions.keys_changed.connect(self._write_tips)
        theme.news.changed.connect(self._resize)

    def add_page(self, name: str, title: str, icon_name: str, tip: str) -> None:
        """Add a button and make the action of the page visible."""
        button = QToolButton()
        button.setText(title)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIcon(icon(icon_name))
        button.setAccessibleName(title)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._rows.insertWidget(self._rows.count() - 1, button)
        self._buttons[name] = button
        self._icons[name] = icon_name
        action = self._actions[f"page_{name}"]
        action.setVisible(True)
        action.triggered.connect(lambda checked=False: self.chosen.emit(name))
        self._resize()
        self._write_tips()

    def show_page(self, name: str) -> None:
        """Light the button of a page."""
        self._buttons[name].setChecked(True)

    def redraw_icons(self) -> None:
        """Take the colours of another theme."""
        for name, button in self._buttons.items():
            button.setIcon(icon(self._icons[name]))

    def _write_tips(self) -> None:
        for name, button in self._buttons.items():
            button.setToolTip(self._actions[f"page_{name}"].toolTip())

    def _resize(self) -> None:
        """Make room for the text at its size."""
        width = theme.px(_WIDTH)
        self.setFixedWidth(width)
        for button in self._buttons.values():
            button.setIconSize(QSize(theme.px(_ICON), theme.px(_ICON)))
            button.setFixedSize(width, theme.px(_HEIGHT))
