"""The pinned Qt binding keeps count of what it hands out: 6.12.0 did not, and ended Python 3.11."""

from __future__ import annotations

import subprocess
import sys

_MANY_CALLS = """
from PySide6.QtCore import QObject, QRectF, Signal
class Bell(QObject):
    rung = Signal()
bell = Bell()
area = QRectF(0, 0, 1, 1)
for _ in range(50_000):
    bell.rung.emit()
    area.translate(1, 1)
print("alive")
"""


def test_that_many_signals_do_not_end_the_interpreter() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _MANY_CALLS], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.stdout == "alive\n", ended.stderr
    assert ended.returncode == 0
