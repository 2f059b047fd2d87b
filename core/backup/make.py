"""Make one backup while people work."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

from sqlalchemy import select

from core.backup.contents import Contents, KeptFile, contents_as_json
from core.backup.failures import BackupError, writing_explained
from core.backup.folder import BackupFolder
from core.backup.kept_key import KEY_FILE
from core.backup.status import STATUS_FILE
from core.backup.tables import export_tables
from core.paths import Folders
from core.progress import NoProgress, PartOfProgress, Progress
from core.store.database import Clock, Database, utc_now
from core.store.migrate import revision_of
from core.store.schema import cells
from core.version import VERSION

_STEPS: Final = 1000
_ORIGINAL: Final = re.compile(r"[0-9a-f]{64}")
#: What lies in the home folder and is no part of a backup: it is kept otherwise, or of no use elsewhere.
_LEFT_OUT: Final = ("originals", "backups", "jobs", "logs", KEY_FILE, STATUS_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made: what it holds, and which pieces (SHA-256) were new."""

    contents: Contents
    fresh: frozenset[str]


def make_backup(
    folder: BackupFolder,
    key: bytes,
    database: Database,
    folders: Folders,
    *,
    progress: Progress | None = None,
    clock: Clock = utc_now,
    program: str = f"centromere {VERSION}",
) -> Made:
    """Back everything up; the backup appears in `folder` when it is whole. Only under `folder.lock`.

    Parameters
    ----------
    folder, key
        Where to, and its key.
    database
        An open one. It is read in one transaction, so that the backup holds one moment; nobody waits for
        it, neither with SQLite (write-ahead log) nor with PostgreSQL (repeatable read).
    folders
        Originals, settings and tuned models.

    Raises
    ------
    StorageError
        With what to do; the folder then holds what it held before.
    Cancelled
        Where `progress` said so.
    """
    told = progress or NoProgress()
    now = clock().astimezone(UTC)
    name = folder.free_name(now.strftime("%Y-%m-%dT%H%M%SZ"))
    with folder.begin(key, name) as fresh_backup:
        part = PartOfProgress(told, first=0, last=_STEPS // 2, total=_STEPS)
        with database.read() as connection, writing_explained(folder.path):
            with fresh_backup.part("database") as target:
                tables = export_tables(connection, target, part)
            revision = revision_of(connection) or ""
            # A cell comes in after its picture, so all pictures of this moment are there by now.
            named = set(connection.execute(select(cells.c.image).distinct()).scalars())
        rest = PartOfProgress(told, first=_STEPS // 2, last=_STEPS, total=_STEPS)
        stored = _Stored(folder, key, rest, _sources(database, folders))
        stored.run()
        contents = Contents(
            name=name,
            made=now,
            program=program,
            database=database.engine.dialect.name,
            revision=revision,
            tables=tables,
            originals=tuple(stored.originals),
            files=tuple(stored.files),
            missing=tuple(sorted(named - {sha256 for sha256, _ in stored.originals} - set(stored.damaged))),
            damaged=tuple(stored.damaged),
        )
        with writing_explained(folder.path), fresh_backup.part("contents") as target:
            target.write(contents_as_json(contents))
    return Made(contents=contents, fresh=frozenset(stored.fresh))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file of the home folder; `original` is its SHA-256 where that is its name."""

    path: Path
    place: str
    original: str | None
    size: int


def _sources(database: Database, folders: Folders) -> list[_Source]:
    found = []
    for path in sorted(folders.originals.glob("[0-9a-f][0-9a-f]/*")):
        if _ORIGINAL.fullmatch(path.name):
            found.append(_Source(path=path, place="", original=path.name, size=path.stat().st_size))
    for path in sorted(_other_files(folders.home, database)):
        place = path.relative_to(folders.home).as_posix()
        found.append(_Source(path=path, place=place, original=None, size=path.stat().st_size))
    return found


def _other_files(home: Path, database: Database) -> Iterator[Path]:
    names = {Folders(home=home).database.name}
    if database.engine.dialect.name == "sqlite":
        names.add(Path(database.engine.url.database or "").name)
    own = tuple(name for name in names if name)  # with -wal and -shm behind it
    for place in sorted(home.iterdir()) if home.is_dir() else ():
        if place.name in _LEFT_OUT or place.name.startswith((".", *own)) or place.suffix == ".lock":
            continue
        if place.is_dir() and not place.is_symlink():
            yield from (path for path in place.rglob("*") if path.is_file() and not path.is_symlink())
        elif place.is_file() and not place.is_symlink():
            yield place


class _Stored:
    """What became of each file."""

    def __init__(self, folder: BackupFolder, key: bytes, told: Progress, sources: list[_Source]) -> None:
        self._folder = folder
        self._key = key
        self._told = told
        self._sources = sources
        self.originals: list[tuple[str, int]] = []
        self.files: list[KeptFile] = []
        self.damaged: list[str] = []
        self.fresh: set[str] = set()

    def run(self) -> None:
        """Seal every file that is not in the folder yet."""
        total = sum(source.size for source in self._sources)
        done = 0
        for source in self._sources:
            self._told.step(done, total, "Sealing pictures" if source.original else "Sealing settings")
            if source.original:
                self._original(source, source.original)
            else:
                self._file(source)
            done += source.size

    def _original(self, source: _Source, sha256: str) -> None:
        if not self._folder.holds_piece(self._key, sha256, source.size):
            if self._put(source, sha256) != sha256:
                self.damaged.append(sha256)
                return
            self.fresh.add(sha256)
        self.originals.append((sha256, source.size))

    def _file(self, source: _Source) -> None:
        # Settings may be written anew meanwhile: what is read once is what counts.
        for _ in range(3):
            with _open(source.path) as file:
                sha256, size = _hash_of(file)
            known = self._folder.holds_piece(self._key, sha256, size)
            if known or self._put(source, sha256) == sha256:
                self.fresh |= set() if known else {sha256}
                self.files.append(KeptFile(path=source.place, sha256=sha256, size=size))
                return
        raise BackupError(
            f"the file {source.path} changes all the time", "close the program that writes it and repeat"
        )

    def _put(self, source: _Source, sha256: str) -> str:
        with _open(source.path) as file:
            return self._folder.put_piece(self._key, sha256, file)


def _open(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise BackupError(
            f"the file {path} cannot be read ({error.strerror or error})",
            "check the drive and its permissions",
        ) from error


def _hash_of(file: io.BufferedReader) -> tuple[str, int]:
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return sha256, file.tell()
