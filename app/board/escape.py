"""Esc for whoever is in the middle of something: nobody else gets it meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication


class Escape(QObject):
    """Takes Esc from the whole application while somebody holds it; the last holder is asked first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._holders: dict[str, Callable[[], None]] = {}

    def hold(self, name: str, give_up: Callable[[], None]) -> None:
        """Call `give_up` on Esc until `release`; what holds it already comes to the front."""
        if not self._holders:
            QApplication.instance().installEventFilter(self)
        self._holders.pop(name, None)
        self._holders[name] = give_up

    def release(self, name: str) -> None:
        """Let Esc be what it is elsewhere."""
        if self._holders.pop(name, None) is not None and not self._holders:
            QApplication.instance().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Esc."""
        pressed = event.type() == QEvent.Type.KeyPress
        if (
            (pressed or event.type() == QEvent.Type.ShortcutOverride)
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._holders
        ):
            if pressed:
                self._holders[list(self._holders)[-1]]()
            event.accept()
            return True
        return super().eventFilter(watched, event)
