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
def whole_file(target: Path, *, private: bool = False) -> Iterator[Path]:
    """Give a path beside `target` to write to; it becomes `target` when the block ends well.

    The suffix is kept, because writers of pictures choose their format by it. Missing folders are made.
    A `private` file is readable by its owner only; others get what the person's system gives new files.

    Raises
    ------
    StorageError
        Where the disk is full or the folder cannot be written; nothing half-written is left.
    """
    unfinished = target.with_name(f".{secrets.token_hex(6)}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if private:  # made before it is written to, so that it is at no moment open to others
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
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


def write_whole(target: Path, write: Callable[[Path], object], *, private: bool = False) -> None:
    """Let `write` fill a file that appears under its name only when it is complete; see `whole_file`."""
    with whole_file(target, private=private) as unfinished:
        write(unfinished)
