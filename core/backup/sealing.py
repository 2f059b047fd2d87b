"""Encrypted files that are written and read as a stream.

A sealed file is a line that names the format, a salt, and pieces of 256 KiB, each encrypted and
authenticated on its own with AES-256-GCM. The nonce of a piece is its number and whether it is the last, as
in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) that age uses: a piece that is changed,
moved, left out or cut off is noticed, and memory stays bounded whatever the file holds. The key of a file is
derived (HKDF-SHA256) from the key of the folder, the salt and the role of the file, so that no nonce is used
twice under one key and no file can take the place of another one.
"""

from __future__ import annotations

import io
import secrets
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.backup.failures import BackupError, Damaged

FORMAT: Final = b"centromere sealed file 1\n"
PIECE: Final = 256 * 1024
_SALT: Final = 32
_TAG: Final = 16


def derived(key: bytes, *, salt: bytes, purpose: str) -> bytes:
    """Derive 32 bytes for one purpose from the key of a folder."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose.encode()).derive(key)


def sealed_size(size: int) -> int:
    """Tell how many bytes a sealed file has whose content has `size`."""
    pieces = max(1, -(-size // PIECE))
    return len(FORMAT) + _SALT + size + pieces * _TAG


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer(io.RawIOBase):
    """Writes a sealed file. Without `finish` the file has no last piece and cannot be read.

    Parameters
    ----------
    target
        Open for writing; stays the caller's to close.
    key
        Of the folder, 32 bytes.
    role
        What the file is, such as `2026-03-02T080000Z/database`.
    """

    def __init__(self, target: BinaryIO, key: bytes, role: str) -> None:
        super().__init__()
        salt = secrets.token_bytes(_SALT)
        self._target = target
        self._head = FORMAT + salt
        self._cipher = AESGCM(derived(key, salt=salt, purpose=f"file {role}"))
        self._waiting = bytearray()
        self._number = 0
        self._finished = False
        target.write(self._head)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take content; whole pieces go on to the file."""
        if self._finished:
            raise ValueError("expected a sealed file that is not finished, got a finished one, open another")
        self._waiting += content
        start = 0
        # One byte at least is kept back, because only `finish` knows which piece is the last.
        while len(self._waiting) - start > PIECE:
            self._write(bytes(self._waiting[start : start + PIECE]), last=False)
            start += PIECE
        del self._waiting[:start]
        return len(content)

    def finish(self) -> None:
        """Write the last piece."""
        self._write(bytes(self._waiting), last=True)
        self._waiting.clear()
        self._finished = True

    def _write(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


class Opener(io.RawIOBase):
    """Reads a sealed file; nothing is given out that was not authenticated.

    Parameters
    ----------
    source
        Open for reading; stays the caller's to close.
    key, role
        As given to `Sealer`.
    name
        Of the file, for messages.

    Raises
    ------
    Damaged
        Here and while reading, where the file is not what was written.
    """

    def __init__(self, source: BinaryIO, key: bytes, role: str, *, name: str) -> None:
        super().__init__()
        self._source = source
        self._name = name
        head = self._read(len(FORMAT) + _SALT)
        if len(head) != len(FORMAT) + _SALT or not head.startswith(FORMAT):
            raise self._damaged("its beginning is not that of a sealed file")
        self._head = head
        self._cipher = AESGCM(derived(key, salt=head[len(FORMAT) :], purpose=f"file {role}"))
        self._ahead = self._read(PIECE + _TAG)
        self._number = 0
        self._ended = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        """Read the next bytes; 0 at the end, after the last piece was found to be the last."""
        if not self._ready and not self._ended:
            self._ready = memoryview(self._next())
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _next(self) -> bytes:
        piece, self._ahead = self._ahead, self._read(PIECE + _TAG)
        self._ended = not self._ahead
        try:
            content = self._cipher.decrypt(_nonce(self._number, last=self._ended), piece, self._head)
        except InvalidTag as error:
            where = "it was cut off or its last part was changed" if self._ended else "it was changed"
            raise self._damaged(f"{where} (part {self._number + 1})") from error
        self._number += 1
        return content

    def _read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except OSError as error:
            raise BackupError(
                f"the file {self._name} of the backup cannot be read ({error.strerror or error})",
                "check the drive",
            ) from error

    def _damaged(self, why: str) -> Damaged:
        return Damaged(
            f"the file {self._name} of the backup is damaged: {why}",
            "take another backup of the folder, or a copy of this one from another drive",
        )
