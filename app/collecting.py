"""Garbage is collected in the GUI thread only: a widget that is destroyed in another thread brings Qt down.

Python collects circular garbage in whichever thread happens to allocate, and widgets whose signals are
connected to closures are circular. While a lane works, automatic collection rests, and a timer of the GUI
thread does it instead, by the same counts.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 1000
_lock = threading.Lock()
_working = 0


@contextmanager
def collected_elsewhere() -> Iterator[None]:
    """Let automatic collection rest while a worker thread is busy."""
    global _working
    with _lock:
        _working += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _working -= 1
            if _working == 0:
                gc.enable()


class Collecting(QObject):
    """Collects in the GUI thread while automatic collection rests.

    Parameters
    ----------
    parent
        Lives as long as the lanes whose work it goes with.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        if gc.isenabled():
            return
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
