"""A checkout against its commit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from core.errors import StorageError
from core.verification.checkout import faults_against_commit, is_checkout, read_checkout

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *words: str) -> None:
    names = ("-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *names, *words], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "name ä.py").write_text("one = 1\n", encoding="utf-8")
    (tmp_path / "model.onnx").write_bytes(bytes(range(256)))
    (tmp_path / ".gitignore").write_text("*.log\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_that_a_clean_checkout_has_no_fault(checkout: Path) -> None:
    (checkout / "window.log").write_text("ignored")
    assert is_checkout(checkout)
    assert faults_against_commit(read_checkout(checkout)) == ()


def test_that_changed_missing_and_new_files_are_named(checkout: Path) -> None:
    changed = bytearray(range(256))
    changed[100] ^= 1
    (checkout / "model.onnx").write_bytes(changed)
    (checkout / "core" / "name ä.py").unlink()
    (checkout / "new ö.py").write_text("")
    read = read_checkout(checkout)
    said = [str(fault) for fault in faults_against_commit(read)]
    short = read.commit[:12]
    assert said == [
        "core/name ä.py is missing",
        f"model.onnx differs from commit {short}",
        f"new ö.py is not part of commit {short}",
    ]


def test_that_a_damaged_folder_of_git_is_told(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(StorageError, match="git cannot read"):
        read_checkout(tmp_path)
