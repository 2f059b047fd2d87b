"""Files that are either whole or not there."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import StorageError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a path beside `target` to write to; it becomes `target` when the block ends well.

    The suffix is kept, because writers of pictures choose their format by it. Missing folders are made.

    Raises
    ------
    StorageError
        Where the disk is full or the folder cannot be written; nothing half-written is left.
    """
    unfinished = target.with_name(f".{secrets.token_hex(6)}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        os.replace(unfinished, target)
    except OSError as error:
        raise StorageError(
            f"{target} cannot be written ({error.strerror or error})",
            "free some space or choose another folder",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file that appears under its name only when it is complete; see `whole_file`."""
    with whole_file(target) as unfinished:
        write(unfinished)
