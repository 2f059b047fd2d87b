"""The virtual environment: what is installed again and what is not."""

from __future__ import annotations

import sys
from pathlib import Path

from installers.environment import (
    GROUPS,
    child_environment,
    digest_of,
    interpreter_in,
    is_usable,
    outdated_groups,
    pip_options,
)


def test_that_a_group_is_outdated_until_its_lock_file_was_installed(tmp_path: Path) -> None:
    for group in GROUPS:
        (tmp_path / f"{group}.txt").write_text(f"{group}==1\n", encoding="utf-8")
    assert outdated_groups(tmp_path, tmp_path, GROUPS) == GROUPS
    (tmp_path / "installed-run").write_text(digest_of(tmp_path / "run.txt"), encoding="utf-8")
    assert outdated_groups(tmp_path, tmp_path, GROUPS) == ("train", "torch", "test")
    (tmp_path / "run.txt").write_text("run==2\n", encoding="utf-8")
    assert outdated_groups(tmp_path, tmp_path, GROUPS) == GROUPS


def test_that_line_ends_do_not_make_a_lock_file_another_one(tmp_path: Path) -> None:
    (tmp_path / "unix.txt").write_bytes(b"alpha==1\nbeta==2\n")
    (tmp_path / "windows.txt").write_bytes(b"alpha==1\r\nbeta==2\r\n")
    assert digest_of(tmp_path / "unix.txt") == digest_of(tmp_path / "windows.txt")


def test_that_pip_takes_hashed_wheels_only_and_torch_alone_goes_without(tmp_path: Path) -> None:
    assert "--require-hashes" in pip_options("run", tmp_path / "run.txt")
    assert "--no-deps" in pip_options("train", tmp_path / "train.txt")
    assert pip_options("torch", tmp_path / "torch.txt") == ["--requirement", str(tmp_path / "torch.txt")]


def test_that_a_folder_left_by_an_interrupted_set_up_is_not_usable(tmp_path: Path) -> None:
    assert not is_usable(tmp_path / ".venv")
    python = interpreter_in(tmp_path)
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    assert not is_usable(tmp_path)


def test_that_the_environment_which_runs_these_tests_is_usable() -> None:
    assert is_usable(Path(sys.prefix))


def test_that_children_see_no_packages_of_the_person_or_another_environment() -> None:
    environment = child_environment()
    assert environment["PYTHONNOUSERSITE"] == "1"
    assert not {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"} & set(environment)
