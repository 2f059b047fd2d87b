"""Bring a backup back: into a scratch folder to check it, or onto a computer to work with it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]
from sqlalchemy import URL, inspect

from core.backup.contents import Contents, KeptFile, safe_path
from core.backup.failures import BackupError, Damaged, writing_explained
from core.backup.folder import BackupFolder
from core.backup.lock import locked
from core.backup.soundness import complaints_about
from core.backup.tables import digests_of, import_tables
from core.paths import Folders, make_private_folder
from core.progress import NoProgress, PartOfProgress, Progress
from core.store.blobs import Originals
from core.store.database import Clock, open_database, utc_now
from core.store.engine import engine_of, url_of
from core.store.failures import failures_explained
from core.store.migrate import bring_up_to_date, check_not_newer

_STEPS: Final = 1000
_STAYS: Final = ("logs",)
_STAGING: Final = ".restoring-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back; `complaints` were true of the database already when it was backed up."""

    contents: Contents
    database: str
    old: Path | None
    complaints: tuple[str, ...]


def restore_backup(
    folder: BackupFolder,
    key: bytes,
    name: str,
    folders: Folders,
    *,
    database_url: str = "",
    keep_old: Path | None = None,
    progress: Progress | None = None,
    clock: Clock = utc_now,
) -> Restored:
    """Bring a backup back onto this computer, as it was.

    Parameters
    ----------
    folders
        The home folder to fill.
    database_url
        An empty PostgreSQL database; without it the tables go into an SQLite file in the home folder.
        A backup of either kind of database can be restored into either.
    keep_old
        Where to move what is in the home folder now; without it a home folder in use is refused.

    Raises
    ------
    BackupError
        Where something would be overwritten, or the backup is damaged. Everything is written beside and
        compared first: what was there before is in its place until the whole backup lies ready.
    """
    url = url_of(database_url) if database_url else None
    if url is not None and url.get_backend_name() != "postgresql":
        raise BackupError("expected the address of a PostgreSQL database", "leave it out for a file")
    contents = folder.contents(key, name)
    check_not_newer(contents.revision, f"in the backup {name}")
    _check_free(folders, keep_old)
    make_private_folder(folders.home)
    with locked(folders.home / ".restore.lock"):
        for left in folders.home.glob(f"{_STAGING}*"):  # of a restore that was killed
            shutil.rmtree(left, ignore_errors=True)
        return _restored(folder, key, contents, folders, url, keep_old, progress or NoProgress(), clock)


def _restored(
    folder: BackupFolder,
    key: bytes,
    contents: Contents,
    folders: Folders,
    url: URL | None,
    keep_old: Path | None,
    told: Progress,
    clock: Clock,
) -> Restored:
    database_url = "" if url is None else url.render_as_string(hide_password=False)
    staging = folders.home / f"{_STAGING}{secrets.token_hex(4)}"
    stage = Folders(home=staging)
    try:
        with writing_explained(folders.home):
            stage.made()
            _restore_originals(
                folder, key, contents, stage, PartOfProgress(told, first=0, last=500, total=_STEPS)
            )
            for file in contents.files:
                _restore_file(folder, key, file, staging)
            _set_database(stage, database_url)
        target = url or url_of(stage.database)
        part = PartOfProgress(told, first=500, last=990, total=_STEPS)
        complaints = restore_database(folder, key, contents, target, clock=clock, progress=part)
        open_database(
            target.render_as_string(hide_password=False), backups=stage.backups, clock=clock
        ).close()  # brought up to the schema of this program
        told.step(990, _STEPS, "Putting everything in its place")
        with writing_explained(folders.home):
            old = _move_away(folders, keep_old, staging)
            _move_in(staging, folders)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    where = str(folders.database) if url is None else url.render_as_string(hide_password=True)
    return Restored(contents=contents, database=where, old=old, complaints=complaints)


def restore_database(
    folder: BackupFolder,
    key: bytes,
    contents: Contents,
    url: URL,
    *,
    clock: Clock = utc_now,
    progress: Progress | None = None,
) -> tuple[str, ...]:
    """Fill an empty database with the tables of a backup, read it again and compare row by row.

    Returns
    -------
    tuple of str
        What the log of the database contradicts; see `core.backup.soundness`.

    Raises
    ------
    BackupError
        Where the database is not empty.
    Damaged
        Where it is not equal to what was backed up.
    """
    where = url.render_as_string(hide_password=True)
    is_file = url.get_backend_name() == "sqlite"
    if is_file:
        where = str(url.database)
        with writing_explained(Path(where).parent):
            os.close(os.open(where, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    engine = engine_of(url, foreign_keys=False)
    try:
        with failures_explained(where):
            with engine.connect() as connection:
                if inspect(connection).get_table_names():
                    raise BackupError(
                        f"the database {where} is not empty", "make an empty database and name that"
                    )
            bring_up_to_date(
                engine, where=where, backups=None, now=clock(), program=contents.program,
                target=contents.revision,
            )  # fmt: skip
            with engine.connect() as connection, folder.read(key, contents.name, "database") as lines:
                found = import_tables(connection, iter(lines), in_pieces=is_file, progress=progress)
            if found != contents.tables:
                raise _unequal("the stored tables", found, contents)
            with engine.begin() as connection:
                again = digests_of(connection, contents.tables)
                if again != contents.tables:
                    raise _unequal("the restored tables", again, contents)
                if is_file and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise Damaged(
                        "rows of the restored database refer to rows that are not there", "take another"
                    )
                return complaints_about(connection)
    finally:
        engine.dispose()


def restore_files(folder: BackupFolder, key: bytes, contents: Contents, home: Path) -> None:
    """Write settings, tuned models and other files of a backup below a folder."""
    with writing_explained(home):
        for file in contents.files:
            _restore_file(folder, key, file, home)


def _unequal(what: str, found: tuple[object, ...], contents: Contents) -> Damaged:
    differ = [table.table for table in contents.tables if table not in found]
    return Damaged(
        f"{what} of {contents.name} differ from what was backed up ({', '.join(differ) or 'their order'})",
        "do not rely on this backup and make another one",
    )


def _restore_originals(
    folder: BackupFolder, key: bytes, contents: Contents, stage: Folders, told: Progress
) -> None:
    originals = Originals(stage.originals)
    total, done = sum(size for _, size in contents.originals), 0
    for sha256, size in contents.originals:
        told.step(done, total, "Restoring pictures")
        with folder.read_piece(key, sha256) as parts:
            originals.keep_parts(parts, sha256)
        done += size


def _restore_file(folder: BackupFolder, key: bytes, file: KeptFile, home: Path) -> None:
    target = home / safe_path(file.path)
    make_private_folder(target.parent)
    with (
        folder.read_piece(key, file.sha256) as parts,
        os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written,
    ):
        for part in parts:
            written.write(part)
        written.flush()
        os.fsync(written.fileno())


def _set_database(stage: Folders, database_url: str) -> None:
    """Let the settings name the database that was restored, not the one of then."""
    try:
        values = json.loads(stage.settings.read_text(encoding="utf-8"))
    except FileNotFoundError:
        values = {}
    except ValueError:  # kept as it is; the window tells that it is damaged
        return
    if isinstance(values, dict) and values.get("database_url", "") != database_url:
        values["database_url"] = database_url
        stage.settings.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        stage.settings.chmod(0o600)


def _check_free(folders: Folders, keep_old: Path | None) -> None:
    user = _user_of(folders.home / "window.lock")
    if user is not None:
        raise BackupError(f"the window is open on {folders.home} (process {user})", "close it first")
    taken = _taken(folders)
    if taken and keep_old is None:
        raise BackupError(
            f"{folders.home} holds data already ({', '.join(taken)})",
            "name a folder with --keep-old to which they are moved, or an empty CENTROMERE_HOME",
        )
    if keep_old is not None and keep_old.exists() and (not keep_old.is_dir() or any(keep_old.iterdir())):
        raise BackupError(
            f"expected an empty or new folder at {keep_old}, got one in use", "name another one"
        )


def _taken(folders: Folders) -> list[str]:
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("a database", lambda: folders.database.exists() and folders.database.stat().st_size > 0),
        ("pictures", lambda: any(folders.originals.glob("*/*"))),
        ("settings", folders.settings.exists),
        ("tuned models", lambda: any(folders.weights.glob("*"))),
    )
    return [name for name, check in checks if check()]


def _user_of(lock: Path) -> int | None:
    """Tell which process of this computer holds the lock of the window, as Qt writes it."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        process = int(lock.read_text(encoding="utf-8", errors="replace").splitlines()[0])
        return process if psutil.pid_exists(process) else None
    return None


def _move_away(folders: Folders, keep_old: Path | None, staging: Path) -> Path | None:
    present = [place for place in folders.home.iterdir() if place.name not in (*_STAYS, staging.name)]
    if keep_old is None:
        # Nothing but what every start makes anew: empty folders.
        return None
    keep_old = keep_old.absolute()
    make_private_folder(keep_old)
    hidden = [place for place in present if place.name.startswith(".")]
    moved = [place for place in present if place not in (*hidden, keep_old, *keep_old.parents)]
    # The database last: while it is there, a start finds everything or refuses.
    for place in sorted(moved, key=lambda place: place.name.startswith(folders.database.name)):
        shutil.move(place, keep_old / place.name)
    return keep_old


def _move_in(staging: Path, folders: Folders) -> None:
    for behind in ("-wal", "-shm"):  # of a database that is gone; they must not meet the restored one
        folders.database.with_name(folders.database.name + behind).unlink(missing_ok=True)
    places = sorted(staging.iterdir(), key=lambda place: place.name.startswith(folders.database.name))
    for place in places:
        target = folders.home / place.name
        if place.is_dir() and target.is_dir():
            if any(target.iterdir()) and any(place.iterdir()):
                for inner in place.iterdir():
                    os.replace(inner, target / inner.name)
            elif not any(target.iterdir()):
                target.rmdir()
                os.replace(place, target)
        else:
            os.replace(place, target)
