"""Connections to SQLite and PostgreSQL, set up so that a saved step survives a crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import StorageError
from core.network import allow

WRITES: Final = "centromere_writes"
"""Execution option of a connection that is going to write."""

_PATIENCE_S: Final = 5.0
_POSTGRES_PORT: Final = 5432


def url_of(place: str | Path) -> URL:
    """Make a database URL of a path to an SQLite file or of the text of a URL.

    Raises
    ------
    StorageError
        When the URL cannot be read or names neither SQLite nor PostgreSQL.
    """
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(Path(place).expanduser().absolute()))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError) as error:
        raise _unreadable("an address that cannot be read") from error
    kind = url.get_backend_name()
    if kind == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite" or not url.database:
        raise _unreadable(kind)
    return URL.create("sqlite", database=str(Path(url.database).expanduser().absolute()))


def _unreadable(got: str) -> StorageError:
    return StorageError(
        f"expected a path or postgresql://user@server/database as the database, got {got}",
        "correct the address of the database in the settings",
    )


def engine_of(url: URL, *, foreign_keys: bool = True, patience_s: float = _PATIENCE_S) -> Engine:
    """Make an engine; no connection is opened yet.

    Parameters
    ----------
    foreign_keys
        False only while a migration rebuilds tables of SQLite.
    patience_s
        Seconds to wait for a lock that another program holds.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": patience_s, "check_same_thread": False})
        _set_up_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    if url.host:
        allow(url.host, url.port or _POSTGRES_PORT)
    options = f"-c lock_timeout={int(patience_s * 1000)}"
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 10, "application_name": "centromere"},
    )


def _set_up_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # Python's sqlite3 would begin transactions too late; `began` does it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: an acknowledged step is on the disk, also when the power fails.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        # IMMEDIATE: a writer waits at the start, never in the middle, where SQLite could only fail.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
