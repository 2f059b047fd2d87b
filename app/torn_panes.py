"""Panes of the Case page in windows of their own, for a second screen."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from app.main_window import MainWindow

TITLES: Final = {
    "cells": "Cells", "metaphase": "Metaphase", "board": "Karyogram", "inspector": "Inspector",
    "findings": "Findings",
}  # fmt: skip
_OPEN: Final = "torn.open"


class PaneWindow(QWidget):
    """Holds one pane; closing it puts the pane back."""

    closed = Signal(str)

    def __init__(self, place: str, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.place = place
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the pane back before the window goes."""
        self.closed.emit(self.place)
        super().closeEvent(event)


class TornPanes(QObject):
    """Tears panes off, puts them back, and remembers where they were."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.windows: dict[str, PaneWindow] = {}
        self._places: dict[str, str] = {}
        self._known = False
        window.session.case_changed.connect(self._write_titles)

    def toggle(self) -> None:
        """Tear off the pane with the focus, or put it back."""
        place = self._focused()
        if place is None:
            self._window.session.message.emit("No pane has the focus; press F6 on the Case page first.")
        elif place in self.windows:
            self.put_back(place)
        else:
            self.tear_off(place)

    def tear_off(self, place: str) -> None:
        """Move a pane into a window of its own, where that window was the last time."""
        page = self._window.case_page
        pane = page.pane(place)
        if pane is None or place in self.windows:
            return
        size = pane.size()
        window = PaneWindow(place, self._window)
        window.closed.connect(self.put_back)
        actions = self._window.actions_
        actions.give_window_keys(window)
        if place != "findings":
            actions.give_case_keys(window)
            if page.typing is not None:
                page.typing.listen_to(window)
        page.take_out(place)
        window.layout().addWidget(pane)
        pane.show()
        self.windows[place] = window
        kept = self._places.get(f"torn.{place}", "")
        if not kept or not window.restoreGeometry(QByteArray(base64.b64decode(kept))):
            window.resize(size)
            self._to_second_screen(window)
        self._write_titles()
        window.show()
        window.activateWindow()
        (pane.focusProxy() or pane).setFocus(Qt.FocusReason.OtherFocusReason)

    def put_back(self, place: str) -> None:
        """Put a pane back into its place on the page."""
        window = self.windows.pop(place, None)
        if window is None:
            return
        self._places[f"torn.{place}"] = _geometry(window)
        page = self._window.case_page
        pane = page.pane(place)
        page.put_back(place)
        window.closed.disconnect(self.put_back)
        window.close()
        self._window.activateWindow()
        if pane is not None and pane.isVisible():
            (pane.focusProxy() or pane).setFocus(Qt.FocusReason.OtherFocusReason)

    def put_all_back(self) -> None:
        """Put every pane back."""
        for place in tuple(self.windows):
            self.put_back(place)

    def state(self) -> dict[str, str]:
        """Places of the windows and which are open, for the settings."""
        if not self._known:
            return {}  # the Case page was not shown: what the settings hold stands
        for place, window in self.windows.items():
            self._places[f"torn.{place}"] = _geometry(window)
        return {**self._places, _OPEN: ",".join(self.windows)}

    def restore(self, state: dict[str, str]) -> None:
        """Take places of windows from the settings and tear off what was torn off."""
        self._known = True
        self._places = {n: text for n, text in state.items() if n.startswith("torn.") and n != _OPEN}
        for place in filter(None, state.get(_OPEN, "").split(",")):
            if place in TITLES:
                self.tear_off(place)

    def forget(self) -> None:
        """Put everything back and forget where the windows were."""
        self.put_all_back()
        self._places = {}

    def hide(self) -> None:
        """Take the windows from the screen, with the panes in them, when the main window goes."""
        for window in self.windows.values():
            window.hide()

    def _focused(self) -> str | None:
        focus = QApplication.focusWidget()
        for place in TITLES:
            pane = self._window.case_page.pane(place)
            if focus is not None and pane is not None and (pane is focus or pane.isAncestorOf(focus)):
                return place
        return None

    def _to_second_screen(self, window: PaneWindow) -> None:
        here = self._window.screen()
        other = next((screen for screen in QApplication.screens() if screen is not here), None)
        if other is not None:
            window.setGeometry(other.availableGeometry().adjusted(40, 40, -40, -40))

    def _write_titles(self) -> None:
        case = self._window.session.case
        for place, window in self.windows.items():
            window.setWindowTitle(f"{TITLES[place]} – {case.name}" if case else TITLES[place])


def _geometry(window: QWidget) -> str:
    return base64.b64encode(bytes(window.saveGeometry().data())).decode("ascii")
