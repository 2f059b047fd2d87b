"""The pane at the right edge of the Case page: one tab for each kind of question about the case."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.actions import Actions
from app.pages.side_tabs import SideTabs


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
        self._about: list[tuple[str, str]] = []
        self._bar = SideTabs()
        self._pages = QStackedWidget()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._bar)
        rows.addWidget(self._pages, 1)
        self._bar.turned.connect(self._turn_to)
        actions.keys_changed.connect(self._write_tips)
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
        self._about.append((title, tip))
        self._bar.add(title)
        action = f"show_{name}"
        if action in self._actions:
            self._actions[action].triggered.connect(lambda checked=False, name=name: self.show_tab(name))
        self._write_tips()

    def tab(self, name: str) -> QWidget:
        """Widget of a tab; KeyError when there is none of that name."""
        if name not in self._names:
            raise KeyError(f"expected one of {', '.join(self._names)}, got {name!r}")
        return self._pages.widget(self._names.index(name))

    @property
    def current(self) -> str:
        """Name of the tab in sight; empty while there is none."""
        at = self._bar.current
        return self._names[at] if 0 <= at < len(self._names) else ""

    def show_tab(self, name: str, *, focus: bool = True) -> None:
        """Turn to a tab, bring the pane into sight and, with `focus`, let the tab take the keys."""
        self._bar.turn_to(self._names.index(name))
        self.wanted.emit()
        if focus:
            widget = self.tab(name)
            (widget.focusProxy() or widget).setFocus(Qt.FocusReason.TabFocusReason)

    def _write_tips(self) -> None:
        for at, (name, (title, tip)) in enumerate(zip(self._names, self._about, strict=True)):
            action = f"show_{name}"
            key = self._actions.key_words(action) if action in self._actions else ""
            self._bar.tell(at, f"<b>{title}</b>{f' ({escape(key)})' if key else ''}<br>{tip}")

    def _turn_to(self, at: int) -> None:
        if not 0 <= at < len(self._names):
            return
        self._pages.setCurrentIndex(at)
        widget = self._pages.widget(at)
        self.setFocusProxy(widget.focusProxy() or widget)
        self.tab_changed.emit(self._names[at])

    def _step(self, by: int) -> None:
        if self._names:
            self.show_tab(self._names[(self._bar.current + by) % len(self._names)])
