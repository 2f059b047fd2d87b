"""What can go wrong with a database, said to a person."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from core.errors import StorageError


class Conflict(StorageError):
    """Another seat changed the same cell or case meanwhile; nothing was written."""


class Missing(StorageError):
    """There is no such case, cell or proposal in this database."""


class NewerSchema(StorageError):
    """A newer version of the program made this database."""


_KEPT = "everything saved before is kept"
_SQLITE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "another program holds the database {where}",
        "wait a moment or close the other program, then repeat the step",
    ),
    (
        ("SQLITE_FULL",),
        "the disk with the database {where} is full",
        f"free some space, then repeat the step ({_KEPT})",
    ),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"),
        "the database {where} cannot be written",
        "give yourself write permission for the file and its folder, or choose another folder",
    ),
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT"),
        "the file {where} is damaged or is no database",
        "move it away and put a copy from the folder of backups in its place",
    ),
    (
        ("SQLITE_IOERR",),
        "the disk is full or failed while the database {where} was used",
        f"free some space or check the disk or network drive, then start again ({_KEPT})",
    ),
)
# By the codes of PostgreSQL's documentation, appendix A. psycopg itself takes a fifth of a second to
# import, which a workstation with SQLite need not spend.
_POSTGRES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("55P03", "40P01", "40001"),
        "another seat holds the database {where}",
        "wait a moment, then repeat the step",
    ),
    (
        ("53100",),
        "the disk of the database server {where} is full",
        f"tell the administrator, then repeat the step ({_KEPT})",
    ),
    (
        ("42501", "25006"),
        "the database {where} cannot be written by this user",
        "let the administrator grant the rights on its tables",
    ),
)
_REFUSED = re.compile(r"FATAL:\s*(.+)")


@contextmanager
def failures_explained(where: str) -> Iterator[None]:
    """Turn errors of the database that a person can cure into `StorageError`; others pass."""
    try:
        yield
    except DBAPIError as error:
        explained = _explained(error.orig, where)
        if explained is None:
            raise
        raise explained from error
    except sqlite3.Error as error:
        explained = _explained(error, where)
        if explained is None:
            raise
        raise explained from error


def _explained(error: BaseException | None, where: str) -> StorageError | None:
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "")
        for names, what, do in _SQLITE:
            if name.startswith(names):
                return StorageError(what.format(where=where), do)
    if type(error).__module__.partition(".")[0] == "psycopg":
        return _explained_postgres(error, where)
    return None


def _explained_postgres(error: BaseException | None, where: str) -> StorageError | None:
    state = getattr(error, "sqlstate", None)
    for states, what, do in _POSTGRES:
        if state in states:
            return StorageError(what.format(where=where), do)
    if not any(kind.__name__ == "OperationalError" for kind in type(error).__mro__):
        return None
    refused = _REFUSED.search(str(error))
    if refused:
        return StorageError(
            f"the database server {where} refuses the connection ({refused[1].strip()})",
            "correct the address in the settings or ask the administrator",
        )
    return StorageError(
        f"the database server {where} cannot be reached",
        f"check the network and the address in the settings, then repeat the step ({_KEPT})",
    )
