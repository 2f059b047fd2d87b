"""Bring the schema of a database up to date: refuse a newer one, copy first, then step by step."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from core.errors import StorageError
from core.paths import make_private_folder
from core.store.engine import WRITES
from core.store.failures import NewerSchema
from core.store.schema import NEWEST, metadata, schema_info

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"
_ADVISORY_LOCK: Final = 0x43454E54


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What was done to the schema when the database was opened.

    Parameters
    ----------
    before
        Revision found; None for an empty database.
    after
        Revision reached.
    backup
        Copy made before: path of a file (SQLite) or name of a schema in the same database (PostgreSQL);
        None where there was nothing to copy.
    """

    before: str | None
    after: str
    backup: str | None


def revision_of(connection: Connection) -> str | None:
    """Tell the revision of the schema; None for a database without tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def check_not_newer(revision: str | None, where: str) -> None:
    """Refuse a schema that this program does not know.

    Raises
    ------
    NewerSchema
        It is never guessed at.
    """
    if revision is not None and not (len(revision) == len(NEWEST) and revision <= NEWEST):
        raise NewerSchema(
            f"the database {where} was made by a newer version of the program"
            f" (its schema is {revision}, this program knows {NEWEST})",
            "update the program, nothing in the database was changed",
        )


def bring_up_to_date(
    engine: Engine, *, where: str, backups: Path | None, now: datetime, program: str, target: str = NEWEST
) -> Migration | None:
    """Apply the missing steps in one transaction.

    Parameters
    ----------
    engine
        For SQLite, one without foreign keys: steps may rebuild tables.
    backups
        Folder for the copy of an SQLite file; unused with PostgreSQL.
    program
        Name and version noted beside the revision.
    target
        Revision to reach.

    Returns
    -------
    Migration or None
        None when there was nothing to do.

    Raises
    ------
    NewerSchema
        When the schema is newer than this program.
    StorageError
        When no copy could be made; the database is then as before.
    """
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = revision_of(connection)
        check_not_newer(before, where)
        if before is not None and before >= target:
            return None
        backup = None if before is None else _copy(connection, before, backups, now)
        _apply(connection, target)
        _check_references(connection, where)
        connection.execute(schema_info.insert().values(revision=target, program=program, applied=now))
    return Migration(before=before, after=target, backup=backup)


def _apply(connection: Connection, target: str) -> None:
    # Alembic takes a third of a second to import and is not needed on the other starts.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _check_references(connection: Connection, where: str) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise StorageError(
            f"the update of the database {where} would have broken its references, so it was not made",
            "report this, and go on with the version of the program used before",
        )


def _copy(connection: Connection, revision: str, backups: Path | None, now: datetime) -> str:
    stamp = now.strftime("%Y%m%d_%H%M%S")
    if connection.dialect.name == "postgresql":
        return _copy_into_schema(connection, f"backup_{revision}_{stamp}")
    source = Path(connection.engine.url.database or "")
    folder = backups if backups is not None else source.parent / "backups"
    make_private_folder(folder)
    return str(_copy_file(source, folder / f"{source.stem}-schema-{revision}-{stamp}{source.suffix}"))


def _copy_file(source: Path, target: Path) -> Path:
    unfinished = target.with_name(f"{target.name}.part")
    try:
        # The transaction of the migration is already open: nobody writes while this reads.
        reader = sqlite3.connect(source)
        try:
            os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            writer = sqlite3.connect(unfinished)
            try:
                reader.backup(writer)
            finally:
                writer.close()
        finally:
            reader.close()
        os.replace(unfinished, target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StorageError(
            f"no copy of the database could be made at {target} ({error}), so it was not updated",
            "free some space or make the folder writable, then start again",
        ) from error
    return target


def _copy_into_schema(connection: Connection, schema: str) -> str:
    found = set(inspect(connection).get_table_names())
    connection.execute(text(f'CREATE SCHEMA "{schema}"'))
    for name in (*metadata.tables, "alembic_version"):
        if name in found:
            connection.execute(text(f'LOCK TABLE "{name}" IN EXCLUSIVE MODE'))
            connection.execute(text(f'CREATE TABLE "{schema}"."{name}" AS TABLE "{name}"'))
    return schema
