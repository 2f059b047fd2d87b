"""The virtual environment ``.venv`` with the pinned packages in it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

#: The groups of packages, in the order of installation.
GROUPS: Final = ("run", "train", "torch", "test")


def interpreter_in(folder: Path) -> Path:
    """Tell where the interpreter of the virtual environment `folder` is."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def child_environment() -> dict[str, str]:
    """Copy the environment of this process without what would lead a child to other packages."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONNOUSERSITE": "1"}


def is_usable(folder: Path) -> bool:
    """Tell whether `folder` holds a Python 3.11 with pip; an interrupted set-up leaves one that is not."""
    python = interpreter_in(folder)
    if not python.exists():
        return False
    question = "import sys, pip; sys.exit(sys.version_info[:2] != (3, 11))"
    command = [str(python), "-c", question]
    return subprocess.run(command, check=False, capture_output=True, env=child_environment()).returncode == 0


def digest_of(lock: Path) -> str:
    """Tell the SHA-256 of the text of `lock`, the same whatever its line ends are."""
    return hashlib.sha256(lock.read_text(encoding="utf-8").encode()).hexdigest()


def outdated_groups(folder: Path, requirements: Path, groups: Sequence[str]) -> tuple[str, ...]:
    """Tell which of `groups` were not yet installed in `folder` from the lock files as they are now."""
    outdated = []
    for group in groups:
        stamp = folder / f"installed-{group}"
        known = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
        if known != digest_of(requirements / f"{group}.txt"):
            outdated.append(group)
    return tuple(outdated)


def pip_options(group: str, lock: Path) -> list[str]:
    """Write what pip is told for one group.

    Every file must be one of those whose hash is in the lock, so nothing is resolved and no package can bring
    in another. torch alone goes without hash and after the rest: which file of it is right depends on the
    machine, and by then its other dependencies are there, in their pinned versions.
    """
    if group == "torch":
        return ["--requirement", str(lock)]
    return ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement", str(lock)]


def provide_environment(root: Path, groups: Sequence[str]) -> Path:
    """Make ``.venv`` in `root`, install `groups` (of GROUPS) in it, and return its interpreter.

    A group whose lock file did not change since it was installed costs nothing.
    """
    folder = root / ".venv"
    requirements = root / "installers" / "requirements"
    if not is_usable(folder):
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making {folder}", flush=True)
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(folder)
    python = interpreter_in(folder)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "10"]
    outdated = outdated_groups(folder, requirements, [group for group in GROUPS if group in groups])
    for group in outdated:
        lock = requirements / f"{group}.txt"
        print(f"installing the packages of {lock.name}", flush=True)
        command = [*pip, "install", "-qq", *pip_options(group, lock)]
        subprocess.run(command, check=True, env=child_environment(), stdin=subprocess.DEVNULL)
        (folder / f"installed-{group}").write_text(digest_of(lock), encoding="utf-8")
    if outdated:
        subprocess.run([*pip, "check"], check=True, env=child_environment(), stdin=subprocess.DEVNULL)
    return python
