"""Import, analysis, report and window, each in a process whose every connection is seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from core.store.database import open_database
from tests.core.store.conftest import postgres_place
from tests.reliability.connections import address_in, seen_inside, seen_outside, under_strace, watched

__all__ = ["postgres_place"]

ROOT = Path(__file__).resolve().parents[2]

WINDOW = """
import sys, time
sys.path.insert(0, {root!r})
import main, os
os.environ.update(main.ENVIRONMENT)
from PySide6.QtCore import QTimer
from app.bootstrap import make_application
application = make_application()
timer = QTimer(interval=100)
# The canvas, and with it napari and its plugins, is imported behind the worklist.
timer.timeout.connect(lambda: application.quit() if "napari.components" in sys.modules else None)
timer.start()
sys.argv = ["main.py"]
status = main.main()
assert "napari.components" in sys.modules
sys.exit(status)
"""


def run(seen: Path, *command: str, **variables: str) -> None:
    answer = subprocess.run(
        [sys.executable, *command],
        check=False, capture_output=True, text=True, timeout=400, stdin=subprocess.DEVNULL,
        env=watched({**os.environ, **variables}, seen),
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr


def test_that_what_watches_sees_a_connection(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = "import socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('127.0.0.1', 9))"
    run(seen, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}], check=True)")
    assert [one["event"] for one in seen_inside(seen)] == ["socket.connect"]


@pytest.mark.slow
def test_that_import_analysis_and_report_connect_to_nothing(tmp_path: Path) -> None:
    seen, pictures, out = tmp_path / "seen", tmp_path / "pictures", tmp_path / "out"
    main = str(ROOT / "main.py")
    run(seen, main, "simulate", "47,XY,+21", "--out", str(pictures))
    picture = next(path for path in pictures.iterdir() if path.suffix in (".png", ".tif"))
    run(seen, main, "analyse", str(picture), "--out", str(out), "--report")
    assert (out / "report.pdf").exists()
    assert seen_inside(seen) == []


@pytest.mark.slow
def test_that_the_window_with_its_canvas_connects_to_nothing(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.json").write_text('{"tour": "done"}')
    run(
        seen, "-c", WINDOW.format(root=str(ROOT)),
        QT_QPA_PLATFORM="offscreen", CENTROMERE_HOME=str(tmp_path / "home"),
    )  # fmt: skip
    assert seen_inside(seen) == []


@pytest.mark.postgres
def test_that_with_a_database_server_only_its_address_is_connected_to(
    postgres_place: str, tmp_path: Path
) -> None:
    seen, trace, drive = tmp_path / "seen", tmp_path / "trace", tmp_path / "drive"
    server = make_url(postgres_place)
    open_database(postgres_place).close()
    variables = {
        "CENTROMERE_DATABASE_URL": postgres_place,
        "CENTROMERE_BACKUP_PASSPHRASE": "lamp river seven stone",
        "CENTROMERE_HOME": str(tmp_path / "home"),
    }
    command = under_strace(
        [sys.executable, str(ROOT / "main.py"), "backup", "--new", "--to", str(drive)], trace
    )
    answer = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=400, stdin=subprocess.DEVNULL,
        env=watched({**os.environ, **variables}, seen),
    )  # fmt: skip
    if not drive.exists() and "ptrace" in answer.stderr:
        pytest.skip("needs the right to trace a process")
    assert answer.returncode == 0, answer.stderr
    allowed = (f"'{server.host}'", f"'{server.port}'", str(server.port))
    for one in seen_inside(seen):
        assert all(any(word in told for word in allowed) for told in one["address"][:1]), one
    connected = [call for call in seen_outside(trace) if "connect(" in call]
    assert {address_in(call) for call in connected} == ({server.host} if trace.exists() else set())
    assert all(f"htons({server.port})" in call for call in connected)
