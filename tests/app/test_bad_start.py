from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile


@contextmanager
def started(root: Path, home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start the real program on a home folder; it ends with the block."""
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CENTROMERE_HOME": str(home), **environment}
    # The interpreter of the tests, whatever lies in .venv of the checkout.
    program = "import sys, main; sys.exit(main.dispatch([]))"
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, env=variables, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def complaint_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Centromere cannot start"):
            return line
    return ""


@pytest.fixture
def root(pytestconfig) -> Path:
    return pytestconfig.rootpath


def test_that_a_second_window_on_the_same_cases_says_where_the_first_is(root, private_home):
    lock = QLockFile(str(private_home / "window.lock"))
    lock.setStaleLockTime(0)
    assert lock.tryLock(1000)
    with started(root, private_home) as process:
        complaint = complaint_of(process)
    lock.unlock()
    assert "already open in another window" in complaint
    assert "PostgreSQL" in complaint


def test_that_a_home_that_is_a_file_is_named_with_what_to_do(root, tmp_path):
    home = tmp_path / "home"
    home.write_text("not a folder")
    with started(root, home) as process:
        complaint = complaint_of(process)
    assert str(home) in complaint
    assert "CENTROMERE_HOME" in complaint


def test_that_a_database_that_is_none_is_refused_and_not_touched(root, private_home):
    database = private_home / "centromere.sqlite"
    database.write_bytes(b"this is a letter and no database " * 100)
    before = database.read_bytes()
    with started(root, private_home) as process:
        complaint = complaint_of(process)
    assert "centromere.sqlite" in complaint
    assert database.read_bytes() == before


def test_that_a_server_that_does_not_answer_is_named(root, private_home):
    url = "postgresql://nobody@127.0.0.1:1/cases"
    with started(root, private_home, CENTROMERE_DATABASE_URL=url) as process:
        complaint = complaint_of(process)
    assert "127.0.0.1" in complaint
