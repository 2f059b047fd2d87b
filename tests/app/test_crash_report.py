from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

from app.crash_report import watch_for_native_crashes, write_crash_report
from core.iscn.check import judge
from core.paths import Folders

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 2, 12, 0)


def test_that_a_report_says_where_it_happened_and_nothing_about_anybody(tmp_path: Path) -> None:
    folders = Folders(home=tmp_path / "Maria Keller").made()
    try:
        try:
            judge(None)  # type: ignore[arg-type]
        except Exception as error:
            raise ValueError(f"the picture {folders.home / 'Meier^Anna.png'} is odd") from error
    except ValueError as error:
        path = write_crash_report(folders, error, error.__traceback__, now=NOON)
    assert path is not None
    text = path.read_text()
    assert "builtins.ValueError" in text
    assert "core/iscn/check.py, line" in text
    for name in ("Meier", "Anna", "Maria", "Keller", str(ROOT), "odd"):
        assert name not in text
    assert "sent to nobody" in text


def test_that_a_program_ended_by_a_library_leaves_a_report_at_the_next_start(tmp_path: Path) -> None:
    folders = Folders(home=tmp_path / "Keller").made()
    script = (
        "import ctypes, sys; from datetime import datetime; from pathlib import Path\n"
        "from app.crash_report import watch_for_native_crashes; from core.paths import Folders\n"
        "watch_for_native_crashes(Folders(home=Path(sys.argv[1])), now=datetime.now())\n"
        "ctypes.string_at(0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(folders.home)],
        cwd=ROOT, check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    assert os.name == "nt" or ended.returncode == -signal.SIGSEGV
    again = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from app.crash_report import watch_for_native_crashes; from core.paths import Folders\n"
        "print(watch_for_native_crashes(Folders(home=Path(sys.argv[1])), now=datetime.now()))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", again, str(folders.home)],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    text = Path(told.stdout.strip()).read_text()
    assert "string_at" in text
    assert "Keller" not in text
    assert str(Path(sys.prefix)) not in text


def test_that_a_folder_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    folders = Folders(home=tmp_path / "home")
    folders.home.write_text("a file where the folder should be")
    assert write_crash_report(folders, ValueError("x"), None, now=NOON) is None
    assert watch_for_native_crashes(folders, now=NOON) is None


def test_that_only_the_last_reports_are_kept(tmp_path: Path) -> None:
    folders = Folders(home=tmp_path).made()
    for number in range(23):
        write_crash_report(folders, ValueError("x"), None, now=NOON + timedelta(seconds=number))
    assert len(list(folders.logs.glob("crash-*.txt"))) == 20
