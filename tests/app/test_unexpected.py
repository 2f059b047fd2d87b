"""What nobody expected, in the real program: slots, threads, the log, and who may read the data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "Meier^Anna K-0815"
#: The program as it starts, with a case of that name, an error in a slot and one in a thread.
SCRIPT = f"""
import argparse, os, sys, threading
os.environ.update(NAPARI_CONFIG="", QT_API="pyside6", PYQTGRAPH_QT_LIB="PySide6")
from PySide6.QtCore import QTimer
from app import bootstrap
from app.main_window import MainWindow
from tests.app.simulated import fill_case

said = []

def slot():
    raise ValueError("no chromosome in {NAME}")

def thread():
    raise KeyError("{NAME}")

class Watched(MainWindow):
    def __init__(self, workplace):
        super().__init__(workplace)
        self.session.message.connect(said.append)
        if sys.argv[1] == "errors":
            fill_case(workplace, name="{NAME}", cells=1)
            QTimer.singleShot(0, slot)
            QTimer.singleShot(0, lambda: threading.Thread(target=thread, name="files").start())
            workplace.lanes.files.submit("{NAME}", lambda progress: thread())
        QTimer.singleShot(1500, self.end)

    def end(self):
        if sys.argv[1] == "errors":
            os.kill(os.getpid(), 9)
        self.close()
        bootstrap.QApplication.quit()

bootstrap.MainWindow = Watched
status = bootstrap.run(argparse.Namespace(sample=False, paths=[]))
print("\\n".join(said))
sys.exit(status)
"""


def start(what: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CENTROMERE_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-c", SCRIPT, what]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=300
    )


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal, and no such permissions")
def test_that_errors_become_reports_without_names_and_the_next_start_says_so(tmp_path: Path) -> None:
    home = tmp_path / "Anna"
    home.mkdir(mode=0o755)
    umask = os.umask(0o022)
    try:
        start("errors", home)
    finally:
        os.umask(umask)
    reports = sorted((home / "logs").glob("crash-*.txt"))
    texts = [report.read_text(encoding="utf-8") for report in reports]
    assert len(texts) == 3, "one of the slot, one of the thread, one of the lane"
    assert any("ValueError" in text and "in slot" in text for text in texts)
    assert any("KeyError" in text and "thread files" in text for text in texts)
    log = (home / "logs" / "window.log").read_text(encoding="utf-8")
    assert "unexpected ValueError" in log
    for text in (*texts, log):
        assert [name for name in ("Meier", "Anna", "K-0815", str(ROOT)) if name in text] == []
    open_to_others = [path for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077]
    assert [path.name for path in open_to_others if path.name != "window.lock"] == []
    assert len(list(home.glob("centromere.sqlite*"))) >= 1
    quiet = start("nothing", home)
    assert quiet.returncode == 0, quiet.stderr
    assert f"Centromere ended unexpectedly last time; see {home / 'logs' / 'crash-'}" in quiet.stdout
    assert "unexpectedly" not in start("nothing", home).stdout
