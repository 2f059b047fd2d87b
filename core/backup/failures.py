"""What can go wrong with a backup, said to a person."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from core.errors import StorageError


class BackupError(StorageError):
    """A backup cannot be made, read or restored."""


class WrongPassphrase(BackupError):
    """The passphrase does not open the backups of this folder."""


class Damaged(BackupError):
    """A file of a backup is not what was written: changed, cut off, exchanged or missing."""


_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_GONE: Final = (errno.ENOENT, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE)


@contextmanager
def writing_explained(folder: Path) -> Iterator[None]:
    """Turn errors of the system while `folder` is written into `BackupError`."""
    try:
        yield
    except OSError as error:
        raise _explained(error, folder) from error


def _explained(error: OSError, folder: Path) -> BackupError:
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        free = ""
        with suppress(OSError):
            free = f" ({shutil.disk_usage(folder).free / 1e6:.0f} MB free)"
        return BackupError(
            f"the drive of {folder} is full{free}, so no backup was made",
            "free some space, keep fewer backups or choose another folder (older backups are untouched)",
        )
    if error.errno in _FORBIDDEN:
        return BackupError(
            f"the folder {folder} cannot be written ({reason})",
            "give yourself write permission or choose another folder",
        )
    if error.errno in _GONE or not os.path.isdir(folder):
        return BackupError(
            f"the drive of {folder} went away ({reason})",
            "connect it again and repeat the backup (older backups are untouched)",
        )
    return BackupError(f"{folder} cannot be used ({reason})", "check the drive or choose another folder")
