"""Original files, kept unchanged under their SHA-256."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from core.errors import StorageError
from core.paths import make_private_folder

_PIECE: Final = 1 << 20
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_UNFINISHED: Final = ".unfinished-"
_STALE_SECONDS: Final = 24 * 3600.0


class Originals:
    """The store of original bytes.

    Parameters
    ----------
    folder
        Created where it is absent, for its owner only.

    Notes
    -----
    A file appears under its name only when it is whole and on the disk: it is written beside, synced
    and renamed. It is read-only from then on. Two programs may keep the same file at the same time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where the files are, below two letters of their name each."""
        return self._folder

    def keep(self, original: bytes | Path) -> str:
        """Keep a file.

        Parameters
        ----------
        original
            Its bytes, or where it is now; it stays there, untouched.

        Returns
        -------
        str
            SHA-256 of the bytes, hexadecimal: the name under which `read` finds them.

        Raises
        ------
        StorageError
            Where the file cannot be read, or the store not be written (full disk, no permission).
            Nothing half-written is left.
        """
        if isinstance(original, bytes):
            sha256 = hashlib.sha256(original).hexdigest()
            if not self._is_sound(sha256):
                self._write(iter((original,)), expected=sha256)
            return sha256
        try:
            with original.open("rb") as source:
                sha256 = hashlib.file_digest(source, "sha256").hexdigest()
                if not self._is_sound(sha256):
                    source.seek(0)
                    self._write(_pieces(source), expected=sha256)
        except OSError as error:
            raise StorageError(
                f"the file {original} cannot be read ({error.strerror or error})",
                "check the drive and its permissions and add it again",
            ) from error
        return sha256

    def keep_parts(self, parts: Iterator[bytes], sha256: str) -> None:
        """Keep a file that arrives in parts, such as from a backup; see `keep`.

        Raises
        ------
        StorageError
            Also where the parts are not the file of that SHA-256; nothing is kept then.
        """
        self._write(parts, expected=sha256)

    def read(self, sha256: str) -> bytes:
        """Read a kept file and check that it is still what was kept.

        Parameters
        ----------
        sha256
            What `keep` returned.

        Returns
        -------
        bytes
            The original bytes.

        Raises
        ------
        StorageError
            Where it is absent, unreadable or changed.
        """
        path = self.path_of(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise StorageError(
                f"the original {sha256[:12]} is not in {self._folder}",
                "restore the folder from a backup or add the image again",
            ) from error
        except OSError as error:
            raise StorageError(
                f"the original {sha256[:12]} cannot be read ({error.strerror or error})",
                "check the drive and its permissions",
            ) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StorageError(
                f"the original {sha256[:12]} was changed or damaged on the disk",
                "restore it from a backup or add the image again",
            )
        return content

    def path_of(self, sha256: str) -> Path:
        """Tell where a kept file is or would be; raises ValueError for what is no SHA-256."""
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"expected 64 hexadecimal digits, got {sha256!r}, pass what keep() returned")
        return self._folder / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Tell whether a file of this name is there; `read` checks its content."""
        return self.path_of(sha256).is_file()

    def damaged(self) -> tuple[str, ...]:
        """Check every kept file; the names of those that are no longer what they were."""
        return tuple(sha256 for sha256 in self._names() if not self._is_sound(sha256))

    def sweep(self, *, now: float | None = None) -> int:
        """Remove what a power cut left half-written, a day old or more.

        Parameters
        ----------
        now
            Seconds since the epoch; the clock when None.

        Returns
        -------
        int
            How many files were removed.
        """
        limit = (time.time() if now is None else now) - _STALE_SECONDS
        removed = 0
        for path in self._folder.glob(f"*/{_UNFINISHED}*"):
            with contextlib.suppress(OSError):  # another program may sweep as well
                if path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
        return removed

    def _names(self) -> Iterator[str]:
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if _NAME.fullmatch(path.name):
                yield path.name

    def _is_sound(self, sha256: str) -> bool:
        try:
            with self.path_of(sha256).open("rb") as kept:
                return hashlib.file_digest(kept, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def _write(self, pieces: Iterator[bytes], *, expected: str) -> None:
        target = self.path_of(expected)
        make_private_folder(target.parent)
        unfinished = target.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
        digest = hashlib.sha256()
        try:
            descriptor = os.open(
                unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
            )
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != expected:
                raise StorageError("the file changed while it was copied", "add it again when it is finished")
            unfinished.chmod(0o400)
            _replace(unfinished, target)
            _sync_folder(target.parent)
        except OSError as error:
            raise self._refused(error) from error
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _refused(self, error: OSError) -> StorageError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            free = ""
            with contextlib.suppress(OSError):
                free = f" ({shutil.disk_usage(self._folder).free / 1e6:.0f} MB free)"
            return StorageError(
                f"the disk of {self._folder} is full{free}", "free some space and add the image again"
            )
        return StorageError(
            f"the folder {self._folder} cannot be written ({error.strerror or error})",
            "give yourself write permission or choose another folder",
        )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _replace(unfinished: Path, target: Path) -> None:
    try:
        unfinished.replace(target)
    except PermissionError:
        if not target.exists():
            raise
        target.chmod(0o600)  # Windows does not rename over a read-only file
        unfinished.replace(target)


def _sync_folder(folder: Path) -> None:
    """Make the rename survive a power cut, where the platform lets one open a folder."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
