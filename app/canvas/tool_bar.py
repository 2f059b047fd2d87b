"""The tools above the picture: related ones share a button, and what has no room goes to a second row."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLayout, QLayoutItem, QMenu, QToolButton, QWidget

from app.actions import Actions

_GROUPS: Final[tuple[tuple[tuple[str, ...], ...], ...]] = (
    (("select",), ("magic", "outline_box"), ("lasso", "polygon")),
    (("cut", "cut_free"), ("overlap", "overlap_corners"), ("join",)),
    (("brush", "erase", "brush_larger", "brush_smaller"), ("contour", "grow", "shrink"), ("axis",)),
    (("turn",), ("exclude", "restore")),
    (("count_clicks",),),
    (("undo",), ("redo",)),
    (("analyse",),),
)
"""Groups of buttons; a button with several actions shows the one used last and holds the others in a menu."""
_GAP: Final = 3
_ICON: Final = QSize(16, 16)
_STYLE: Final = """
    QToolButton { padding: 3px 3px; }
    QToolButton[popupMode="1"] { padding-right: 11px; }
    QToolButton::menu-button { border: none; background: transparent; width: 11px; }
"""


class ToolBar(QWidget):
    """Buttons for the actions that work on the picture."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tools")
        self.setStyleSheet(_STYLE)
        rows = Rows(self)
        for group in _GROUPS:
            for names in group:
                button = _button([actions[name] for name in names])
                rows.addWidget(button)
                rows.keep_together(button, first=names is group[0])
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def buttons(self) -> list[QToolButton]:
        """All buttons, in their order."""
        return self.findChildren(QToolButton, options=Qt.FindChildOption.FindDirectChildrenOnly)


class Rows(QLayout):
    """Puts widgets side by side and begins another row where the width ends; groups stand a little apart."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._first: set[QWidget] = set()
        self.setContentsMargins(6, 3, 6, 3)

    def keep_together(self, widget: QWidget, *, first: bool) -> None:
        """Tell whether a widget begins a group."""
        if first:
            self._first.add(widget)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more widget."""
        self._items.append(item)

    def count(self) -> int:
        """Number of widgets."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Item at a place; None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """A narrow place needs more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more than is needed."""
        return Qt.Orientation(0)

    def minimumSize(self) -> QSize:
        """Room for the widest widget."""
        margins = self.contentsMargins()
        widest = QSize()
        for item in self._items:
            widest = widest.expandedTo(item.sizeHint())
        return widest + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def sizeHint(self) -> QSize:
        """Wish for one row."""
        width = sum(item.sizeHint().width() + 1 for item in self._items) + _GAP * len(self._first)
        return QSize(width, self.minimumSize().height())

    def setGeometry(self, area: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(area)
        self._arrange(area, move=True)

    def _arrange(self, area: QRect, *, move: bool) -> int:
        left, top, right, bottom = self.getContentsMargins()
        x, y, height = area.x() + left, area.y() + top, 0
        for group in self._groups():
            width = sum(item.sizeHint().width() + 1 for item in group)
            if x > area.x() + left:
                x += _GAP
                if x + width > area.right() - right:
                    x, y, height = area.x() + left, y + height + 1, 0
            for item in group:
                size = item.sizeHint()
                if x > area.x() + left and x + size.width() > area.right() - right + 1:
                    x, y, height = area.x() + left, y + height + 1, 0
                if move:
                    item.setGeometry(QRect(QPoint(x, y), size))
                x += size.width() + 1
                height = max(height, size.height())
        return y + height + bottom - area.y()

    def _groups(self) -> list[list[QLayoutItem]]:
        groups: list[list[QLayoutItem]] = []
        for item in self._items:
            if not groups or item.widget() in self._first:
                groups.append([])
            groups[-1].append(item)
        return groups


def _button(actions: list[QAction]) -> QToolButton:
    button = QToolButton()
    button.setIconSize(_ICON)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setDefaultAction(actions[0])
    if len(actions) > 1:
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.addActions(actions)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        for action in actions:
            if action.isCheckable():
                action.toggled.connect(
                    lambda checked, action=action: checked and button.setDefaultAction(action)
                )
    return button
