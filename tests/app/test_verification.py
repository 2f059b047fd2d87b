"""The verification in the window and on the command line."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QTreeWidgetItemIterator

from app.command_line.verify import add_arguments, run
from app.dialogs.verification import VerificationDialog
from app.verification.installation import look_at_files
from app.verification.looking import NotLookedAt, Planned, Seen, look_through
from app.verification.operation import look_at_graphics
from core.errors import StorageError
from core.paths import Folders
from core.progress import CallbackProgress, Cancelled, NoProgress, Progress
from core.report.pdf_reading import text_of
from core.report.verification_sheet import signed_record_of
from core.verification.manifest import write_manifest
from core.verification.record import Outcome, Part

ROOT = Path(__file__).resolve().parents[2]


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_that_one_look_that_fails_leaves_the_others_alone() -> None:
    def refuse(progress: Progress) -> Seen:
        raise StorageError("the disk is gone", "bring it back")

    def break_down(progress: Progress) -> Seen:
        raise ZeroDivisionError("by zero")

    def nothing_to_see(progress: Progress) -> Seen:
        raise NotLookedAt("no display")

    works = (refuse, break_down, nothing_to_see, lambda progress: Seen(said="well"))
    planned = [Planned(part=Part.OPERATION, title=str(n), work=work) for n, work in enumerate(works)]
    told: list[int] = []
    record = look_through(planned, root=ROOT, progress=CallbackProgress(lambda done, *_: told.append(done)))
    outcomes = [look.outcome for look in record.looks]
    assert outcomes == [Outcome.FAULT, Outcome.FAULT, Outcome.NOT_LOOKED, Outcome.GOOD]
    assert str(record.faults[0]) == "the disk is gone, bring it back"
    assert told == sorted(told)
    assert told[-1] == 1000
    with pytest.raises(Cancelled):
        look_through(planned, root=ROOT, progress=CallbackProgress(is_cancelled=lambda: True))


def test_that_the_command_says_the_fault_names_the_file_and_gives_status_1(
    private_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Folders(home=private_home).made()
    private_home.chmod(0o755)
    (private_home / "weights" / "finder" / "9.9.9").mkdir(parents=True)
    (private_home / "weights" / "finder" / "9.9.9" / "model.onnx").write_bytes(b"not ours")
    pdf = tmp_path / "v.pdf"
    status = run(parsed("--only", "installation", "--report", str(pdf), "--by", "Anna", "Muster"))
    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert all(line.startswith("fault: ") for line in lines)
    assert any("weights/finder/9.9.9/card.json" in line for line in lines)
    assert "Anna Muster" in "".join(text_of(pdf.read_bytes()))
    assert signed_record_of(pdf.read_bytes())[1]


def test_that_operation_alone_passes_with_status_0_and_leaves_nothing_behind(
    private_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(parsed("--only", "operation")) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "No fault found" in printed.err
    assert not list((private_home / "jobs").iterdir())
    assert run(parsed("--only", "operation", "--role", "head")) == 2


def test_that_files_are_compared_with_the_manifest_or_nothing_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "main.py").write_text("print(1)\n")
    (fault,) = look_at_files(tmp_path / "program", NoProgress()).faults
    assert str(fault) == "manifest.txt is missing: nothing tells what was shipped"
    write_manifest(tmp_path)
    assert look_at_files(tmp_path / "program", NoProgress()).faults == ()
    (tmp_path / "program" / "main.py").write_text("print(2)\n")
    (fault,) = look_at_files(tmp_path / "program", NoProgress()).faults
    assert str(fault) == "program/main.py is not as it was shipped"
    write_manifest(tmp_path, version="0.0.1")
    assert "is of 0.0.1" in str(look_at_files(tmp_path / "program", NoProgress()).faults[0])


def test_that_a_picture_is_drawn_and_read_back_and_a_broken_driver_is_a_fault() -> None:
    seen = look_at_graphics([sys.executable, str(ROOT / "main.py"), "verify-graphics"])
    assert seen.faults == ()
    assert "Qt platform" in seen.said
    broken = look_at_graphics(
        [sys.executable, "-c", "import os, sys; sys.stderr.write('no GLX'); os.abort()"]
    )
    assert "no GLX" in str(broken.faults[0])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_that_without_a_display_the_graphics_are_not_looked_at() -> None:
    code = "from app.verification.operation import *\nlook_at_graphics(['false'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.stderr.strip().endswith("NotLookedAt: no display")


def test_that_the_dialog_runs_shows_signs_and_saves(qtbot, until, private_home, tmp_path) -> None:
    dialog = VerificationDialog(None, Folders(home=private_home), "", parts=(Part.OPERATION,))
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.start()
    assert not dialog.save_button.isEnabled()
    until(lambda: dialog.record is not None)
    assert dialog.verdict.text().startswith("Passed. No fault found")
    rows = QTreeWidgetItemIterator(dialog.tree)
    shown = []
    while rows.value() is not None:
        shown.append(rows.value().text(0))
        rows += 1
    assert "Operation qualification" in shown
    assert "Backup round trip" in shown
    assert not dialog.save_button.isEnabled(), "nobody signs without a name"
    dialog.name_field.setText("  Anna   Muster ")
    assert dialog.save_button.isEnabled()
    dialog.save(tmp_path / "v.pdf")
    assert "Anna Muster" in "".join(text_of((tmp_path / "v.pdf").read_bytes()))
    dialog.save(tmp_path / "v.pdf" / "no folder" / "v.pdf")
    assert "cannot be written" in dialog.verdict.text()


def test_that_a_running_verification_is_stopped(qtbot, until, private_home) -> None:
    dialog = VerificationDialog(None, Folders(home=private_home), "")
    qtbot.addWidget(dialog)
    dialog.open()
    dialog.start()
    dialog.cancel()
    until(lambda: "Nothing was kept" in dialog.verdict.text())
    assert dialog.record is None
    assert dialog.again_button.isVisible()
    assert not list(private_home.glob("jobs/*"))
