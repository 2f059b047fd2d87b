from __future__ import annotations

import subprocess
import sys

_EMITS = """
import os, sys
sys.path.insert(0, {root!r})
from PySide6.QtCore import QObject, Signal
from app.immortal import make_booleans_immortal
class Bell(QObject):
    rung = Signal()
make_booleans_immortal()
bell = Bell()
for _ in range(50_000):
    bell.rung.emit()
print("alive")
"""


def test_that_many_signals_do_not_end_the_interpreter(pytestconfig):
    program = _EMITS.format(root=str(pytestconfig.rootpath))
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ended.stdout == "alive\n", ended.stderr
    assert ended.returncode == 0
