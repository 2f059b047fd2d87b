"""Crash reports: where it happened, and never about whom."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.crashes import CrashReports, place_of, words_of
from core.errors import StorageError
from core.iscn.check import judge

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRETS = ("Meier", "Anna", "Keller", "K-0815", "karyotype of")


def run_and_end(logs: Path, how: str) -> int:
    """Run a process that begins to watch itself and then ends in some way."""
    script = (
        "import os, sys, signal, ctypes\nfrom pathlib import Path\nfrom core.crashes import CrashReports\n"
        "reports = CrashReports(Path(sys.argv[1])); reports.begin()\n"
        f"{how}\n"
    )
    command = [sys.executable, "-c", script, str(logs)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=120).returncode


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "Anna Keller" / "logs"
    folder.mkdir(parents=True)
    return folder


def test_that_a_report_names_places_of_the_program_and_nobody(logs: Path) -> None:
    reports = CrashReports(logs, clock=lambda: NOON)
    try:
        try:
            judge(None)  # type: ignore[arg-type]
        except Exception as error:
            raise ValueError(f"the karyotype of K-0815, {logs / 'Meier^Anna.png'}, is odd") from error
    except ValueError as error:
        report = reports.note(error, error.__traceback__, "the window")
        again = reports.note(error, error.__traceback__)
    assert report is not None
    assert again is None, "one report of the same error is enough"
    text = report.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "core/iscn/check.py:" in text
    assert "because of" in text
    assert [secret for secret in (*SECRETS, str(ROOT), str(Path.home())) if secret in text] == []
    assert os.name == "nt" or report.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("Meier"), "KeyError (its words are left out"),
        (StorageError("no case Meier", "type another"), "StorageError (its words are left out"),
        (FileNotFoundError(2, "No such file", "/home/anna/Meier.png"), "FileNotFoundError: No such file"),
        (OSError("Meier.png is odd"), "OSError (its words are left out"),
        (AttributeError("'NoneType' object has no attribute 'label'"), "no attribute 'label'"),
        (ImportError("cannot import name 'x' from 'y' (/home/anna/y.py)"), "cannot import name 'x'"),
    ],
)
def test_that_words_are_kept_only_where_they_are_pythons_own(error: Exception, told: str) -> None:
    assert told in words_of(error)
    assert "Meier" not in words_of(error)
    assert "anna" not in words_of(error)


def test_that_places_are_the_same_on_every_computer() -> None:
    assert place_of(str(ROOT / "core" / "crashes.py")) == "core/crashes.py"
    assert place_of(r"C:\Users\anna\.venv\Lib\site-packages\numpy\core.py") == "numpy/core.py"
    assert place_of("/usr/lib/python3.11/threading.py") == "threading.py"
    assert place_of("/home/anna/Meier.py") == "another file"


def test_that_a_run_that_ended_well_leaves_nothing(logs: Path) -> None:
    assert run_and_end(logs, "reports.end()") == 0
    assert list(logs.iterdir()) == []
    reports = CrashReports(logs)
    assert reports.begin() is None
    reports.end()


def test_that_a_fault_below_python_is_told_at_the_next_start(logs: Path) -> None:
    status = run_and_end(logs, "def karyogram(): ctypes.string_at(0)\nkaryogram()")
    assert os.name == "nt" or status == -signal.SIGSEGV
    assert run_and_end(logs, "reports.end()") == 0
    (report,) = logs.glob("crash-*.txt")
    text = report.read_text(encoding="utf-8")
    assert "Segmentation fault" in text or os.name == "nt"
    assert "in karyogram" in text
    assert [secret for secret in (*SECRETS, str(ROOT), sys.prefix) if secret in text] == []


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_that_a_killed_run_is_told_once(logs: Path) -> None:
    assert run_and_end(logs, "os.kill(os.getpid(), signal.SIGKILL)") == -signal.SIGKILL
    reports = CrashReports(logs)
    report = reports.begin()
    reports.end()
    assert report is not None
    assert "killed, or the power failed" in report.read_text(encoding="utf-8")
    assert reports.begin() is None
    reports.end()


def test_that_the_report_of_the_error_that_ended_a_run_is_named(logs: Path) -> None:
    run_and_end(logs, "reports.note(ValueError('K-0815'), None, 'thread database'); os._exit(3)")
    (written,) = logs.glob("crash-*.txt")
    reports = CrashReports(logs)
    assert reports.begin() == written
    reports.end()
    assert "thread database" in written.read_text(encoding="utf-8")


def test_that_a_run_beside_this_one_is_left_alone(logs: Path) -> None:
    (logs / f"running-{os.getppid()}.trace").write_text("")
    reports = CrashReports(logs)
    assert reports.begin() is None
    reports.end()
    assert (logs / f"running-{os.getppid()}.trace").exists()


def test_that_only_the_last_reports_are_kept_and_a_full_disk_makes_no_second_error(logs: Path) -> None:
    moments = iter(NOON + timedelta(seconds=number) for number in range(100))
    reports = CrashReports(logs, clock=lambda: next(moments))
    for number in range(25):
        reports.note(ValueError("x"), None, f"{number}")
        reports.note(type(f"Fault{number}", (ValueError,), {})(), None)
    assert len(list(logs.glob("crash-*.txt"))) == 20
    assert CrashReports(logs / "nowhere").note(ValueError("x"), None) is None
