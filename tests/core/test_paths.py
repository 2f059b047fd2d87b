"""The folders of an installation, and progress that can be cancelled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.atomic import write_whole
from core.errors import StorageError
from core.paths import Folders, folders, home_folder
from core.progress import CallbackProgress, Cancelled, NoProgress, PartOfProgress


def test_that_the_environment_names_the_home_folder(tmp_path: Path) -> None:
    assert home_folder({"CENTROMERE_HOME": str(tmp_path)}) == tmp_path
    assert home_folder({}) == home_folder({"CENTROMERE_HOME": " "})
    assert home_folder({}).is_absolute()
    assert "centromere" in str(home_folder({})).lower()
    assert home_folder({"CENTROMERE_HOME": "here"}).is_absolute()


@pytest.mark.skipif(os.name == "nt", reason="permissions of Windows are set otherwise")
def test_that_the_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    made = folders({"CENTROMERE_HOME": str(tmp_path / "a" / "b")}).made()
    for folder in (made.home, made.originals, made.backups, made.weights, made.jobs, made.logs):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert made.made() == made


@pytest.mark.skipif(os.name == "nt", reason="permissions of Windows are set otherwise")
def test_that_a_folder_open_to_others_is_closed_unless_it_is_meant_to_be_shared(tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir(mode=0o755)
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights").chmod(0o2770)
    tmp_path.chmod(0o755)
    made = Folders(home=tmp_path).made()
    assert made.home.stat().st_mode & 0o777 == 0o700
    assert made.originals.stat().st_mode & 0o777 == 0o700
    assert made.weights.stat().st_mode & 0o7777 == 0o2770, "the set-group-id bit says that it is shared"


@pytest.mark.skipif(os.name == "nt", reason="permissions of Windows are set otherwise")
def test_that_own_files_are_private_and_exports_keep_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "own", lambda path: path.write_text("x"), private=True)
        write_whole(tmp_path / "export.pdf", lambda path: path.write_text("x"))
    finally:
        os.umask(before)
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "export.pdf").stat().st_mode & 0o777 == 0o644


def test_that_a_file_in_the_place_of_the_home_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(StorageError, match="expected a folder"):
        Folders(home=tmp_path / "home").made()


def test_that_progress_is_reported_and_cancelled_at_the_next_step() -> None:
    told: list[tuple[int, int, str]] = []
    progress = CallbackProgress(lambda *step: told.append(step))
    progress.step(1, 3, "outlines")
    PartOfProgress(progress, first=10, last=20, total=100).step(1, 2, "half of a part")
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.step(2, 3, "classes")
    assert told == [(1, 3, "outlines"), (15, 100, "half of a part")]
    with pytest.raises(Cancelled):
        CallbackProgress(is_cancelled=lambda: True).step(0, 1, "")
    NoProgress().step(0, 0, "")
