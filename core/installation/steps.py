"""Which version of the program used the data last, and the way back of one step.

``versions.json`` in the data folder tells each change to a newer version: from which, to which, where the
copy of the database made before a migration is, and a digest of everything in it right after the change.
While the digest still fits, nothing was written since, and the change can be taken back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import MetaData, select

from core.atomic import whole_file
from core.errors import CentromereError, StorageError
from core.installation.versions import key_of
from core.paths import Folders
from core.store.database import Database

FILE: Final = "versions.json"
#: Tables that tell of the schema, not of cases.
_OF_THE_SCHEMA: Final = ("alembic_version", "schema_info")
_ROWS_AT_ONCE: Final = 500


class CannotStepBack(CentromereError):
    """The version before cannot be used again; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change to a newer version.

    Parameters
    ----------
    before, after
        Version of the program that used the data until then, and since then.
    when
        Time of the change, ISO 8601.
    migrated
        Whether the schema of the database changed.
    backup
        The copy of the database made before it changed: path of a file (SQLite) or name of a schema in the
        same database (PostgreSQL); None where the schema stayed.
    digest
        Digest of the database right after the change.
    rows
        Rows of each table right after the change.
    """

    before: str
    after: str
    when: str
    migrated: bool
    backup: str | None
    digest: str
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBy:
    """The version that used the data last, and the changes so far, oldest first."""

    version: str
    steps: tuple[Step, ...] = ()


def read_used_by(folders: Folders) -> UsedBy | None:
    """Read ``versions.json``; None where no version wrote one yet.

    Raises
    ------
    StorageError
        Where it cannot be read.
    """
    path = folders.home / FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return UsedBy(version=str(told["version"]), steps=tuple(Step(**step) for step in told["steps"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path} cannot be read ({error})", "move it away; the way back is lost, no case is"
        ) from error


def _write(folders: Folders, used: UsedBy) -> None:
    told = {"format": 1, "version": used.version, "steps": [asdict(step) for step in used.steps]}
    with whole_file(folders.home / FILE, private=True) as unfinished:
        unfinished.write_text(json.dumps(told, indent=1), encoding="utf-8")


def content_of(database: Database) -> tuple[str, dict[str, int]]:
    """Tell a digest of everything that people and the program wrote, and how many rows each table has.

    The tables are read as they are in the database, in the order of their keys, within one transaction.
    """
    found = hashlib.sha256()
    rows: dict[str, int] = {}
    with database.read() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for table in sorted(tables.tables.values(), key=lambda table: table.name):
            if table.name in _OF_THE_SCHEMA:
                continue
            columns = sorted(table.columns, key=lambda column: column.name)
            found.update(f"{table.name} {[column.name for column in columns]}\n".encode())
            asked = select(*columns).order_by(*table.primary_key.columns)
            rows[table.name] = 0
            for part in connection.execute(asked).partitions(_ROWS_AT_ONCE):
                rows[table.name] += len(part)
                for row in part:
                    found.update(json.dumps(list(row), default=_plain, sort_keys=True).encode() + b"\n")
    return found.hexdigest(), rows


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def note_start(folders: Folders, database: Database, *, version: str, now: datetime) -> Step | None:
    """Note that `version` uses the data from now on; called after the database was opened and migrated.

    Returns
    -------
    Step or None
        The change, where an older version used the data before.
    """
    used = read_used_by(folders)
    migration = database.migration
    before = used.version if used is not None else None
    if before is None and migration is not None and migration.before is not None:
        before = "0"  # a version that did not note itself yet
    if before is None:
        _write(folders, UsedBy(version=version))
        return None
    steps = used.steps if used is not None else ()
    if key_of(before) >= key_of(version):
        if used is not None and used.version != version:
            _write(folders, UsedBy(version=version, steps=()))
        return None
    digest, rows = content_of(database)
    migrated = migration is not None and migration.before is not None
    step = Step(
        before=before,
        after=version,
        when=now.isoformat(timespec="seconds"),
        migrated=migrated,
        backup=migration.backup if migration is not None else None,
        digest=digest,
        rows=rows,
    )
    _write(folders, UsedBy(version=version, steps=(*steps, step)[-8:]))
    return step


def last_step(folders: Folders, version: str) -> Step:
    """Tell the change that brought the running `version`.

    Raises
    ------
    CannotStepBack
        Where there was none.
    """
    used = read_used_by(folders)
    if used is None or not used.steps or used.steps[-1].after != version:
        raise CannotStepBack(
            f"these data were used by no version before {version}", "go on with the version that is running"
        )
    return used.steps[-1]


def check_nothing_newer(step: Step, database: Database) -> None:
    """Compare the database with what it was right after the change.

    Raises
    ------
    CannotStepBack
        Where something was written since: the version before would lose it or not understand it.
    """
    digest, rows = content_of(database)
    if digest == step.digest:
        return
    more = {
        name: rows.get(name, 0) - step.rows.get(name, 0) for name in sorted(rows.keys() | step.rows.keys())
    }
    told = [f"{count:+d} in {name}" for name, count in more.items() if count]
    what = f" ({', '.join(told)})" if told else ""
    raise CannotStepBack(
        f"cases were changed since the update to {step.after} of {step.when[:10]}{what};"
        f" version {step.before} would lose that",
        f"go on with {step.after}, or restore a backup to a folder of its own and open it with {step.before}",
    )


def check_no_window(folders: Folders) -> None:
    """Make sure that no window has these data open.

    Raises
    ------
    CannotStepBack
        Where one has.
    """
    lock = folders.home / "window.lock"
    try:
        process = int(lock.read_text(encoding="utf-8", errors="replace").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if _runs(process):
        raise CannotStepBack(
            f"a window with these cases is open (process {process})", "close it, then try again"
        )


def _runs(process: int) -> bool:
    if sys.platform == "win32":  # there, signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def step_back(folders: Folders, database: Database, *, version: str, now: datetime) -> Step:
    """Put the data back to what they were before the last change of version; closes `database`.

    The database as it is now is kept among the backups.

    Returns
    -------
    Step
        The change that was taken back: its `before` is the version to start now.

    Raises
    ------
    CannotStepBack
        Where there is no step, a window is open, something was written since, or a shared server migrated.
    """
    step = last_step(folders, version)
    check_no_window(folders)
    check_nothing_newer(step, database)
    used = read_used_by(folders)
    steps = used.steps[:-1] if used is not None else ()
    if step.migrated:
        if database.engine.dialect.name != "sqlite":
            raise CannotStepBack(
                f"the database {database.where} is shared, and its schema was changed for {step.after}",
                f"let its administrator put back the copy in the schema {step.backup}",
            )
        _put_back(folders, database, step, now)
    database.close()
    _write(folders, UsedBy(version=step.before, steps=steps))
    return step


def _put_back(folders: Folders, database: Database, step: Step, now: datetime) -> None:
    backup = Path(step.backup or "")
    if not backup.is_file():
        raise CannotStepBack(
            f"the copy of the database {backup} is not there any more", "restore a backup instead"
        )
    place = Path(str(database.engine.url.database))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    kept = folders.backups / f"{place.stem}-of-{step.after}-{now:%Y%m%d_%H%M%S}{place.suffix}"
    unfinished = place.with_name(f"{place.name}.part")
    try:
        shutil.copy2(place, kept)
        shutil.copy2(backup, unfinished)
        for ending in ("-wal", "-shm"):
            place.with_name(place.name + ending).unlink(missing_ok=True)
        os.replace(unfinished, place)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StorageError(
            f"the database could not be put back ({error.strerror or error}), it is as it was",
            "free some space",
        ) from error
