"""The real window for journeys: shown on a screen, closed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.workplace import Workplace
from tests.app.conftest import Until, new_workplace, qapp, until, workplace

__all__ = ["new_workplace", "qapp", "until", "workplace"]


@pytest.fixture
def new_window(
    qapp: QApplication,
    new_workplace: Callable[[], Workplace],
    until: Until,
) -> Iterator[Callable[[], MainWindow]]:
    """Open the window on this test's home folder, again and again as after a restart."""
    opened: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(new_workplace())
        opened.append(window)
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        until(lambda: window.isActiveWindow() and window.windowHandle().isExposed())
        return window

    yield make
    for window in opened:
        window.close()
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
