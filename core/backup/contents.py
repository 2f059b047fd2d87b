"""What a backup says about itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

from core.backup.failures import BackupError, Damaged
from core.backup.tables import TableContent

FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the home folder: its place there, SHA-256 and bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One backup.

    Parameters
    ----------
    name
        Such as `2026-03-02T080000Z`: when it was begun.
    made
        When the database was read (UTC): the moment that a restore goes back to.
    program
        Name and version.
    database
        `sqlite` or `postgresql`.
    revision
        Of the schema.
    tables
        What each table held.
    originals
        SHA-256 and size of each original picture.
    files
        Settings, tuned models and what else lies in the home folder.
    missing
        Originals that cells name and that were not in their folder.
    damaged
        Originals that were no longer what they were; they are not part of the backup.
    """

    name: str
    made: datetime
    program: str
    database: str
    revision: str
    tables: tuple[TableContent, ...]
    originals: tuple[tuple[str, int], ...]
    files: tuple[KeptFile, ...]
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(table.rows for table in self.tables)

    def rows_of(self, table: str) -> int:
        """Rows of one table; 0 where there is none of that name."""
        return sum(one.rows for one in self.tables if one.table == table)

    @property
    def pieces(self) -> dict[str, int]:
        """SHA-256 and size of every file that the backup needs beside its own."""
        return dict(self.originals) | {file.sha256: file.size for file in self.files}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """That a backup was restored beside and found equal.

    Parameters
    ----------
    when
        UTC.
    everything
        Whether every original was read again, or only those that were new.
    complaints
        What was wrong already in the database that was backed up, such as a gap in its log.
    """

    when: datetime
    everything: bool
    complaints: tuple[str, ...] = ()


def contents_as_json(contents: Contents) -> bytes:
    """Write it down."""
    return json.dumps({"format": FORMAT, **asdict(contents)}, default=_plain, ensure_ascii=False).encode()


def read_contents(text: bytes) -> Contents:
    """Read what `contents_as_json` wrote; refuses a format of a newer program."""
    values = _read(text)
    return Contents(
        name=values["name"],
        made=datetime.fromisoformat(values["made"]),
        program=values["program"],
        database=values["database"],
        revision=values["revision"],
        tables=tuple(
            TableContent(
                table=one["table"],
                columns=tuple(one["columns"]),
                key=tuple(one["key"]),
                rows=one["rows"],
                digest=one["digest"],
            )
            for one in values["tables"]
        ),
        originals=tuple((sha256, size) for sha256, size in values["originals"]),
        files=tuple(KeptFile(**one) for one in values["files"]),
        missing=tuple(values["missing"]),
        damaged=tuple(values["damaged"]),
    )


def checked_as_json(checked: Checked) -> bytes:
    """Write it down."""
    return json.dumps({"format": FORMAT, **asdict(checked)}, default=_plain, ensure_ascii=False).encode()


def read_checked(text: bytes) -> Checked:
    """Read what `checked_as_json` wrote."""
    values = _read(text)
    return Checked(
        when=datetime.fromisoformat(values["when"]),
        everything=values["everything"],
        complaints=tuple(values["complaints"]),
    )


def safe_path(path: str) -> PurePosixPath:
    """Refuse a path that would lead out of the home folder."""
    found = PurePosixPath(path)
    if found.is_absolute() or ".." in found.parts or "\\" in path or ":" in path or not found.parts:
        raise Damaged(f"the backup names a file outside the home folder: {path!r}", "take another backup")
    return found


def _read(text: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    if values.get("format") != FORMAT:
        raise BackupError(
            f"expected a backup of format {FORMAT}, got {values.get('format')!r}",
            "restore it with the version of the program that made it, or a newer one",
        )
    return values


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"expected plain values, got {type(value).__name__}")
