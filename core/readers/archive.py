"""ZIP archives from outside: read in memory, within bounds, never unpacked to the disk."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from core.errors import Refusal
from core.readers.kinds import SNIFFED_BYTES
from core.readers.limits import MOST_FILE_BYTES

_MOST_MEMBERS: Final = 20_000
_MOST_BYTES: Final = 16 << 30
# Deflate reaches 1032:1 on zeros; an uncompressed picture of white paper may reach 500:1, but is not large.
_MOST_RATIO: Final = 200
_JUDGED_FROM: Final = 128 << 20
_ENCRYPTED: Final = 0x1
_FAULTS: Final = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive: its name, first bytes, and why it cannot be read (else empty)."""

    name: str
    head: bytes
    fault: str


class Archive:
    """An opened ZIP archive.

    Parameters
    ----------
    path
        The archive.

    Raises
    ------
    Refusal
        Where it is damaged, or made to exhaust the memory.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _FAULTS as error:
            raise Refusal(
                f"the ZIP archive is damaged or cut off ({error})", "copy or pack it again"
            ) from error
        files = self._zip.infolist()
        if len(files) > _MOST_MEMBERS:
            self._zip.close()
            raise Refusal(
                f"the ZIP archive has {len(files)} files, the most is {_MOST_MEMBERS}",
                "split it into several",
            )
        if sum(info.file_size for info in files) > _MOST_BYTES:
            self._zip.close()
            raise Refusal(
                f"the ZIP archive unpacks to more than {_MOST_BYTES >> 30} GB", "split it into several"
            )

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """Go through the files of the archive; folders are left out."""
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            try:
                head = self._read(info, SNIFFED_BYTES)
            except Refusal as refusal:
                yield Member(name=info.filename, head=b"", fault=str(refusal))
            else:
                yield Member(name=info.filename, head=head, fault="")

    def read(self, name: str) -> bytes:
        """Read one file of the archive whole.

        Parameters
        ----------
        name
            As in `Member.name`.

        Returns
        -------
        bytes
            Its content, checked against the checksum of the archive.

        Raises
        ------
        Refusal
            Where it is encrypted, damaged, too large, or points outside the archive.
        """
        try:
            info = self._zip.getinfo(name)
        except KeyError as error:
            raise Refusal(f"the ZIP archive holds no file {name}", "add the archive again") from error
        return self._read(info, None)

    def _read(self, info: zipfile.ZipInfo, most: int | None) -> bytes:
        _check(info)
        try:
            with self._zip.open(info) as file:
                if most is not None:
                    return file.read(most)
                # One byte more than promised shows an archive that lies about its sizes.
                content = file.read(info.file_size + 1)
        except NotImplementedError as error:
            raise Refusal("the ZIP archive uses a rare compression", "pack it again as plain ZIP") from error
        except _FAULTS as error:
            raise Refusal(
                f"the file in the ZIP archive is damaged ({error})", "copy or pack it again"
            ) from error
        if len(content) != info.file_size:
            raise Refusal("the file in the ZIP archive has another size than stated", "pack it again")
        return content


def _check(info: zipfile.ZipInfo) -> None:
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
        raise Refusal("the name points outside the ZIP archive", "pack it again with plain names")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Refusal("the file in the ZIP archive is a link", "pack the file itself")
    if info.flag_bits & _ENCRYPTED:
        raise Refusal("the ZIP archive is password-protected", "unpack it and add the images")
    if info.file_size > MOST_FILE_BYTES or (
        info.file_size > _JUDGED_FROM and info.file_size > _MOST_RATIO * max(info.compress_size, 1)
    ):
        raise Refusal(
            f"the file in the ZIP archive unpacks to {info.file_size / 1e9:.1f} GB", "unpack it and check it"
        )
