"""The pane at the right edge of the Case page: one tab for each kind of question about the case."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.actions import Actions


class SidePane(QWidget):
    """Tabs such as Findings and History.

    `add` is all a new tab needs. Where the actions hold one named `show_NAME`, it shows the tab and gives it
    the focus; `side_next` and `side_previous` go round all of them.

    Parameters
    ----------
    actions
        Actions of the window.
    """

    wanted = Signal()
    """Somebody asked for a tab, so the pane has to be in sight."""
    tab_changed = Signal(str)
    """Name of the tab in sight."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._actions = actions
        self._names: list[str] = []
        self._bar = QTabBar()
        self._bar.setAccessibleName("Tabs of the side pane")
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
        self._bar.setUsesScrollButtons(True)
        self._pages = QStackedWidget()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._bar)
        rows.addWidget(self._pages, 1)
        self._bar.currentChanged.connect(self._turn_to)
        actions["side_next"].triggered.connect(lambda: self._step(1))
        actions["side_previous"].triggered.connect(lambda: self._step(-1))

    def add(self, name: str, title: str, widget: QWidget, tip: str = "") -> None:
        """Add a tab.

        Parameters
        ----------
        name
            How the program calls it, such as "history".
        title
            One word on the tab.
        widget
            What stands in it; its `focusProxy` takes the keys.
        tip
            One sentence for the tooltip.
        """
        self._names.append(name)
        self._pages.addWidget(widget)
        at = self._bar.addTab(title)
        action = f"show_{name}"
        if action in self._actions:
            key = self._actions.key_words(action)
            tip = f"<b>{title}</b>{f' ({key})' if key else ''}<br>{tip}"
            self._actions[action].triggered.connect(lambda checked=False, name=name: self.show_tab(name))
        self._bar.setTabToolTip(at, tip)

    def tab(self, name: str) -> QWidget:
        """Widget of a tab; KeyError when there is none of that name."""
        if name not in self._names:
            raise KeyError(f"expected one of {', '.join(self._names)}, got {name!r}")
        return self._pages.widget(self._names.index(name))

    @property
    def current(self) -> str:
        """Name of the tab in sight; empty while there is none."""
        at = self._bar.currentIndex()
        return self._names[at] if 0 <= at < len(self._names) else ""

    def show_tab(self, name: str, *, focus: bool = True) -> None:
        """Turn to a tab, bring the pane into sight and, with `focus`, let the tab take the keys."""
        self._bar.setCurrentIndex(self._names.index(name))
        self.wanted.emit()
        if focus:
            widget = self.tab(name)
            (widget.focusProxy() or widget).setFocus(Qt.FocusReason.TabFocusReason)

    def _turn_to(self, at: int) -> None:
        if not 0 <= at < len(self._names):
            return
        self._pages.setCurrentIndex(at)
        widget = self._pages.widget(at)
        self.setFocusProxy(widget.focusProxy() or widget)
        self.tab_changed.emit(self._names[at])

    def _step(self, by: int) -> None:
        if self._names:
            self.show_tab(self._names[(self._bar.currentIndex() + by) % len(self._names)])
