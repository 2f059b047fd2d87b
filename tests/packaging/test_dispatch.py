"""main.py: which command goes where, and that none waits for another's libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import main

ROOT = Path(__file__).resolve().parents[2]


def test_that_a_command_is_found_by_its_longest_name() -> None:
    commands = {"train finder": ("a", ""), "iscn": ("b", "")}
    assert main.named_in(["train", "finder", "--minutes", "3"], commands) == "train finder"
    assert main.named_in(["iscn", "46,XX"], commands) == "iscn"
    assert main.named_in(["train"], commands) is None
    assert main.named_in([], commands) is None


def test_that_only_commands_that_exist_are_listed(tmp_path: Path) -> None:
    (tmp_path / "here.py").write_text("", encoding="utf-8")
    commands = {"here": ("here", "is there"), "gone": ("gone", "is not")}
    assert main.available(commands, tmp_path) == {"here": ("here", "is there")}


def test_that_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.dispatch(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in main.available(main.COMMANDS, main.ROOT))


def test_that_an_unknown_command_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.dispatch(["analyze"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("main.py: expected one of ")
    assert "got analyze" in message


def test_that_help_loads_no_qt_no_numpy_and_no_model_runtime() -> None:
    heavy = "{'PySide6', 'numpy', 'torch', 'onnxruntime', 'napari'}"
    question = f"import sys, main; main.dispatch(['--help']); sys.exit(bool({heavy} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", question], check=False, capture_output=True, cwd=ROOT)
    assert answer.returncode == 0


@pytest.mark.parametrize("name", sorted(name for name in main.available(main.COMMANDS, main.ROOT)))
def test_that_every_command_tells_its_options_without_qt(name: str) -> None:
    question = (
        "import sys, main\n"
        "try:\n"
        f"    main.dispatch([*{name.split()!r}, '--help'])\n"
        "except SystemExit as end:\n"
        "    sys.exit(end.code or 3 * ('PySide6' in sys.modules))\n"
    )
    command = [sys.executable, "-c", question]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0, answer.stderr
    assert f"main.py {name}" in answer.stdout


def test_that_the_own_environment_is_entered_where_it_exists(tmp_path: Path) -> None:
    assert main.own_interpreter(tmp_path) is None
    python = tmp_path / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.write_text("", encoding="utf-8")
    assert main.own_interpreter(tmp_path) == python


def test_that_the_environment_of_the_window_libraries_is_set_first() -> None:
    assert main.ENVIRONMENT == {"NAPARI_CONFIG": "", "QT_API": "pyside6", "PYQTGRAPH_QT_LIB": "PySide6"}
