"""Open the database, SQLite or PostgreSQL, and read and write in transactions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from core.errors import StorageError
from core.paths import make_private_folder
from core.store.engine import WRITES, engine_of, url_of
from core.store.failures import failures_explained
from core.store.migrate import Migration, bring_up_to_date, check_not_newer, revision_of
from core.store.schema import NEWEST

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


class Database:
    """An open database whose schema is the newest; may be used from several threads.

    Attributes
    ----------
    where
        Path or address without password, for messages.
    migration
        What opening did to the schema; None when nothing.
    """

    def __init__(self, engine: Engine, *, where: str, migration: Migration | None) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._reader = engine
        if engine.dialect.name == "postgresql":
            # One reading sees one state, as in SQLite, although it asks several times.
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")
        self.where = where
        self.migration = migration

    @property
    def engine(self) -> Engine:
        """Engine of SQLAlchemy, for maintenance and tests."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read within one transaction; `StorageError` where the database fails."""
        with failures_explained(self.where), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Write within one transaction, all or nothing; `StorageError` where the database fails."""
        with failures_explained(self.where), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def open_database(
    place: str | Path,
    *,
    backups: Path | None = None,
    clock: Clock = utc_now,
    program: str = "centromere",
    patience_s: float = 5.0,
) -> Database:
    """Open a database, make it where there is none, and bring its schema up to date.

    Parameters
    ----------
    place
        Path of an SQLite file, or a URL such as `postgresql://user@server/database`.
    backups
        Folder for the copy of an SQLite file made before a migration; `backups` beside it by default.
        PostgreSQL is copied into a schema of the same database.
    program
        Name and version that is noted with a migration.
    patience_s
        Seconds to wait for a lock of another program.

    Raises
    ------
    StorageError
        When the place cannot be read or written; the text says what to do.
    NewerSchema
        When a newer version of the program made it.
    """
    url = url_of(place)
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite":
        where = str(url.database)
        _prepare_file(Path(where))
    engine = engine_of(url, patience_s=patience_s)
    try:
        with failures_explained(where):
            migration = _migrated(engine, url, where, backups, clock, program, patience_s)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, where=where, migration=migration)


def _migrated(
    engine: Engine,
    url: URL,
    where: str,
    backups: Path | None,
    clock: Clock,
    program: str,
    patience_s: float,
) -> Migration | None:
    with engine.begin() as connection:
        revision = revision_of(connection)
    check_not_newer(revision, where)
    if revision == NEWEST:
        return None
    migrator = engine_of(url, foreign_keys=False, patience_s=patience_s)
    try:
        return bring_up_to_date(migrator, where=where, backups=backups, now=clock(), program=program)
    finally:
        migrator.dispose()


def _prepare_file(path: Path) -> None:
    make_private_folder(path.parent)
    if path.is_dir():
        raise StorageError(f"expected a database file at {path}, got a folder", "choose another name for it")
    try:
        # Made here rather than by SQLite, so that only its owner can read it.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(
            f"the database {path} cannot be written ({error.strerror or error})",
            "give yourself write permission for the file and its folder, or choose another folder",
        ) from error
