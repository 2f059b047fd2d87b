"""Starts of the program in processes of their own: the first window and the first Case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.stopwatch import Row, Times

_ROOT = Path(__file__).resolve().parents[2]
_EMPTY_WINDOW = """
import json, time
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
while not window.windowHandle().isExposed():
    application.processEvents()
application.processEvents()
print(json.dumps({"window": [time.time(), time.process_time()]}))
"""
_PLAIN_NAPARI = """
import json, time
from PySide6.QtWidgets import QApplication
application = QApplication([])
import napari
viewer = napari.Viewer(show=False)
print(json.dumps({"window": [time.time(), time.process_time()]}))
viewer.close()
"""


def measure(rounds: int) -> list[Row]:
    """Start the program some times; each start is a fresh process with files in the cache."""
    worklist, case, empty, plain = Times(), Times(), Times(), Times()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        _fill(home)
        for _ in range(rounds):
            _started(empty, "window", [sys.executable, "-c", _EMPTY_WINDOW], home)
            _started(plain, "window", [sys.executable, "-c", _PLAIN_NAPARI], home)
            said = _stamps([sys.executable, "-m", "tests.benchmarks.started", "look"], home)
            worklist.add(*said["worklist"])
            first, last = said["asked"], said["case"]
            case.add(last[0] - first[0], last[1] - first[1])
    return [
        Row(
            what="start to the Worklist on screen", times=worklist, target=2000.0,
            plain="an empty Qt window", plain_ms=sorted(empty.wall)[len(empty.wall) // 2],
        ),
        Row(
            what="first Case, from the click to metaphase and karyogram", times=case, target=4000.0,
            plain="start to an empty napari viewer", plain_ms=sorted(plain.wall)[len(plain.wall) // 2],
        ),
    ]  # fmt: skip


def _fill(home: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.started", "fill"],
        cwd=_ROOT,
        env=_environment(home),
        check=True,
    )


def _started(times: Times, name: str, command: list[str], home: Path) -> None:
    times.add(*_stamps(command, home)[name])


def _stamps(command: list[str], home: Path) -> dict[str, tuple[float, float]]:
    """Run a command and return milliseconds since its start, and of its processor time."""
    start = time.time()
    ended = subprocess.run(
        command, cwd=_ROOT, env=_environment(home), check=True, stdout=subprocess.PIPE, timeout=180
    )
    said = json.loads(ended.stdout.decode().strip().splitlines()[-1])
    return {name: ((at - start) * 1e3, own * 1e3) for name, (at, own) in said.items()}


def _environment(home: Path) -> dict[str, str]:
    wanted = {"CENTROMERE_HOME": str(home), "NAPARI_CONFIG": "", "QT_API": "pyside6"}
    return os.environ | wanted | {"PYQTGRAPH_QT_LIB": "PySide6"}
