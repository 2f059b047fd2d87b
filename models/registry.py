"""Which weights answer: the newest shipped version of each stage."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.errors import StorageError

WEIGHTS: Final = Path(__file__).resolve().parents[1] / "resources" / "weights"
STAGES: Final = ("finder", "outliner", "judge", "namer", "structure")


def _version_key(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else -1 for part in folder.name.split("."))


def versions_of(name: str, weights: Path = WEIGHTS) -> tuple[Path, ...]:
    """Return the folders of all versions of a stage, oldest first; empty when there is none."""
    folder = weights / name
    if not folder.is_dir():
        return ()
    return tuple(sorted((v for v in folder.iterdir() if (v / "card.json").is_file()), key=_version_key))


def newest(name: str, weights: Path = WEIGHTS) -> Path:
    """Return the folder of the newest version of a stage.

    Raises
    ------
    StorageError
        Where the stage has no weights.
    """
    versions = versions_of(name, weights)
    if not versions:
        raise StorageError(
            f"expected weights of the {name} in {weights / name}, got none",
            "install Centromere again, weights are part of it",
        )
    return versions[-1]
