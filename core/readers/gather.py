"""Collect the images of dropped files, folders and ZIP archives."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from core.errors import Refusal
from core.progress import NoProgress, Progress
from core.readers.archive import Archive
from core.readers.kinds import PICTURE_SUFFIXES, SNIFFED_BYTES, is_zip, kind_of, refusal_of
from core.readers.registry import PictureSource, content_of

# What the command line writes beside or below the images (contract: x.png.json, x.png.karyogram.png ...).
_OWN_RESULT: Final = re.compile(
    r".+\.[A-Za-z0-9]+\.(karyogram\.png|overlay\.png|json)|case\.json|report\.pdf"
)
_HIDDEN: Final = frozenset(("__macosx", "thumbs.db", "desktop.ini", "$recycle.bin"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One image file, in a folder or in an archive.

    Attributes
    ----------
    path
        The file, or the archive that holds it.
    member
        Name within the archive, else None.
    relative
        Name below the folder or archive that was dropped, with that folder's own name in front where
        it says more than the working place: "drop/a/x.png". For a file dropped by itself, its name.
    under
        Name below what was given, without the name of the given folder itself: "a/x.png".
    """

    path: Path
    member: str | None = None
    relative: PurePosixPath
    under: PurePosixPath

    @property
    def name(self) -> str:
        """File name without folders."""
        return self.relative.name

    @property
    def label(self) -> str:
        """What to call it in a message: the path, and the name within the archive."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    def content(self) -> bytes:
        """Read the bytes; raises `Refusal` where that fails."""
        if self.member is None:
            return content_of(self.path)[0]
        with Archive(self.path) as archive:
            return archive.read(self.member)

    def to_read(self) -> PictureSource:
        """Give what `read_picture` takes, read from the archive where it is in one."""
        return self.path if self.member is None else (self.content(), self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is not among the images.

    Attributes
    ----------
    path
        As a person knows it.
    reason
        What is wrong and what to do, or why it needs nothing.
    is_fault
        True where the person meant it to be read, so that a message is due.
    """

    path: str
    reason: str
    is_fault: bool

    def __iter__(self) -> Iterator[str]:
        """Unpack as path and reason."""
        return iter((self.path, self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a drop holds, in natural order (cell 2 before cell 10)."""

    images: tuple[Source, ...]
    skipped: tuple[Skipped, ...]


@dataclass(slots=True)
class _Basket:
    images: list[Source] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seen: set[tuple[Path, str | None]] = field(default_factory=set)

    def add(self, source: Source) -> None:
        key = (source.path.absolute(), source.member)
        if key not in self.seen:
            self.seen.add(key)
            self.images.append(source)

    def skip(self, path: object, reason: object, *, is_fault: bool) -> None:
        self.skipped.append(Skipped(path=str(path), reason=str(reason), is_fault=is_fault))


def gather(paths: Iterable[str | Path], progress: Progress | None = None) -> Gathered:
    """Find every image below the given files, folders and ZIP archives.

    Parameters
    ----------
    paths
        What was dropped or named on the command line. Folders are searched to the bottom, links to
        folders are not followed.
    progress
        Told of each folder and archive.

    Returns
    -------
    Gathered
        A file that is named itself, or has the suffix of a picture, is always among the images, so
        that its reader says what is wrong with it. Hidden files, result files of this program and
        files of other kinds are skipped with a reason.
    """
    told = NoProgress() if progress is None else progress
    given = [Path(path) for path in paths]
    basket = _Basket()
    for number, path in enumerate(given):
        told.step(number, len(given), path.name)
        if _is_folder(path):
            _take_folder(path, basket, told)
        else:
            _take_file(
                path, basket, relative=PurePosixPath(path.name), under=PurePosixPath(path.name), named=True
            )
    told.step(len(given), len(given), "")
    return Gathered(images=tuple(basket.images), skipped=tuple(basket.skipped))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # a name too long or a closed parent folder: opening it as a file says which


def _take_folder(folder: Path, basket: _Basket, progress: Progress) -> None:
    def cannot_enter(error: OSError) -> None:
        reason = f"the folder cannot be opened ({error.strerror}), give yourself read permission"
        basket.skip(error.filename or folder, reason, is_fault=True)

    top = folder.absolute()
    for place, folders, files in os.walk(folder, onerror=cannot_enter):
        progress.step(0, 0, place)
        folders[:] = sorted((name for name in folders if not _is_hidden(name)), key=_natural)
        for name in sorted(files, key=_natural):
            path = Path(place) / name
            under = PurePosixPath(path.absolute().relative_to(top).as_posix())
            _take_file(path, basket, relative=PurePosixPath(top.name) / under, under=under, named=False)


def _take_file(
    path: Path, basket: _Basket, *, relative: PurePosixPath, under: PurePosixPath, named: bool
) -> None:
    if not named and _reason_to_pass(path.name):
        basket.skip(path, _reason_to_pass(path.name), is_fault=False)
        return
    try:
        if path.exists() and not path.is_file():
            basket.skip(path, "a device or pipe, choose an image file", is_fault=named)
            return
        with path.open("rb") as file:
            head = file.read(SNIFFED_BYTES)
    except FileNotFoundError:
        basket.skip(path, "the file does not exist, check its name and folder", is_fault=True)
        return
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        reason = f"the file cannot be read ({why}), check its name and give yourself read permission"
        basket.skip(path, reason, is_fault=True)
        return
    if is_zip(head) and path.suffix.lower() not in (".docx", ".xlsx", ".pptx", ".odt", ".ods"):
        _take_archive(path, basket, relative=relative, under=under)
    elif named or _is_meant(path.name, head):
        basket.add(Source(path=path, relative=relative, under=under))
    else:
        basket.skip(path, refusal_of(head).what, is_fault=False)


def _take_archive(path: Path, basket: _Basket, *, relative: PurePosixPath, under: PurePosixPath) -> None:
    try:
        with Archive(path) as archive:
            for member in sorted(archive.members(), key=lambda found: _natural(found.name)):
                label = f"{path}/{member.name}"
                inner = PurePosixPath(member.name)
                hidden = next((reason for part in inner.parts if (reason := _reason_to_pass(part))), None)
                if hidden:
                    basket.skip(label, hidden, is_fault=False)
                elif member.fault:
                    basket.skip(label, member.fault, is_fault=True)
                elif is_zip(member.head):
                    basket.skip(label, "a ZIP inside a ZIP is not opened, unpack it first", is_fault=True)
                elif _is_meant(inner.name, member.head):
                    source = Source(
                        path=path,
                        member=member.name,
                        relative=relative.with_suffix("") / inner,
                        under=under / inner,
                    )
                    basket.add(source)
                else:
                    basket.skip(label, refusal_of(member.head).what, is_fault=False)
    except Refusal as refusal:
        basket.skip(path, refusal, is_fault=True)


def _is_meant(name: str, head: bytes) -> bool:
    return kind_of(head) is not None or PurePosixPath(name).suffix.lower() in PICTURE_SUFFIXES


def _is_hidden(name: str) -> bool:
    return (name.startswith(".") and name not in (".", "..")) or name.casefold() in _HIDDEN


def _reason_to_pass(name: str) -> str:
    if _is_hidden(name):
        return "a hidden file"
    if _OWN_RESULT.fullmatch(name):
        return "a result file of Centromere"
    return ""


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Order names as a person counts: digits by value, letters without regard to capitals."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((0, int(part[:18]), part) if part.isdecimal() else (1, 0, part.casefold()) for part in parts)
