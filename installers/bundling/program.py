"""The program itself in a bundle: sources, weights, samples and manual, as they are in the checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

FOLDERS: Final = ("app", "core", "models", "resources", "docs/user", "installers/requirements")
FILES: Final = ("main.py", "LICENSE", "README.md")


def version_of(root: Path) -> str:
    """Read the version from core/version.py without importing it."""
    text = (root / "core" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'VERSION: Final = "([^"]+)"', text)
    if found is None:
        raise ValueError("expected VERSION in core/version.py, got none")
    return found.group(1)


def tracked(root: Path) -> list[str]:
    """Return the files of the program that git knows, or those that are there where git is not."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--", *FOLDERS, *FILES]
    try:
        names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        found = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
        names = [path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts] + [
            *FILES
        ]
    return [name for name in names if name and (root / name).is_file()]


def copy_program(root: Path, target: Path) -> None:
    """Copy the program below `target`."""
    for name in tracked(root):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, place)
