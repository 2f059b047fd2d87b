"""What can go wrong with a database, said to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
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
        "the disk failed while the database {where} was used",
        f"check the disk or the network drive, then start again ({_KEPT})",
    ),
)
_POSTGRES: tuple[tuple[tuple[type[psycopg.Error], ...], str, str], ...] = (
    (
        (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected),
        "another seat holds the database {where}",
        "wait a moment, then repeat the step",
    ),
    (
        (psycopg.errors.DiskFull,),
        "the disk of the database server {where} is full",
        f"tell the administrator, then repeat the step ({_KEPT})",
    ),
    (
        (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction),
        "the database {where} cannot be written by this user",
        "let the administrator grant the rights on its tables",
    ),
    (
        (psycopg.errors.InvalidPassword, psycopg.errors.InvalidAuthorizationSpecification),
        "the database server {where} refuses this user or password",
        "correct the address of the database in the settings",
    ),
    (
        (psycopg.errors.InvalidCatalogName,),
        "the database {where} does not exist",
        "let the administrator create it or correct the address in the settings",
    ),
    (
        (psycopg.OperationalError,),
        "the database server {where} cannot be reached",
        f"check the network and the address in the settings, then repeat the step ({_KEPT})",
    ),
)


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
    except (sqlite3.Error, psycopg.Error) as error:
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
    if isinstance(error, psycopg.Error):
        for kinds, what, do in _POSTGRES:
            if isinstance(error, kinds):
                return StorageError(what.format(where=where), do)
    return None
