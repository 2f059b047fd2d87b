"""A backup from beginning to end: make, check, tidy up, note what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from core.backup.check import check_backup, sweep_scratch
from core.backup.failures import BackupError
from core.backup.folder import BackupFolder, open_folder
from core.backup.make import Made, make_backup
from core.backup.retention import Dated, Rule, superfluous
from core.backup.status import BackupStatus, read_status, write_status
from core.errors import StorageError
from core.paths import Folders
from core.progress import NoProgress, PartOfProgress, Progress
from core.store.database import Clock, Database, utc_now

#: How often all pictures are read again, not only the new ones.
READ_ALL_AFTER: Final = timedelta(days=7)
_STEPS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where to, and how many backups are kept."""

    folder: Path
    rule: Rule = field(default_factory=Rule)


def back_up(
    plan: Plan,
    key: bytes,
    database: Database,
    folders: Folders,
    *,
    progress: Progress | None = None,
    clock: Clock = utc_now,
) -> BackupStatus:
    """Make a backup, check it by restoring it beside, and remove those that the rule gives up.

    Raises
    ------
    StorageError
        With what to do; it is noted in the status as well. Backups made before are untouched.
    Cancelled
        Where `progress` said so; nothing is noted.
    """
    told = progress or NoProgress()
    before = read_status(folders)
    try:
        folder = open_folder(plan.folder)
        with folder.lock():
            folder.sweep_unfinished()
            sweep_scratch(folders.backups)
            part = PartOfProgress(told, first=0, last=500, total=_STEPS)
            made = make_backup(folder, key, database, folders, progress=part, clock=clock)
            status = _made(plan, folder, made, before)
            write_status(folders, status)
            checked_all = before.checked_all if before.folder == str(plan.folder) else None
            read_all = (
                checked_all is None or not checked_all <= made.contents.made < checked_all + READ_ALL_AFTER
            )
            checked = check_backup(
                folder, key, made.contents.name, folders.backups,
                only=None if read_all else made.fresh,
                progress=PartOfProgress(told, first=500, last=950, total=_STEPS), clock=clock,
            )  # fmt: skip
            status = replace(
                status,
                checked=checked.when,
                checked_all=checked.when if read_all else checked_all,
                notes=(*status.notes, *checked.complaints),
            )
            told.step(950, _STEPS, "Removing old backups")
            tidy_up(folder, key, plan.rule)
    except StorageError as error:
        now = read_status(folders)
        write_status(folders, replace(now, tried=clock(), error=str(error)))
        raise
    write_status(folders, status)
    return status


def tidy_up(folder: BackupFolder, key: bytes, rule: Rule) -> tuple[str, ...]:
    """Remove the backups that the rule gives up and the pieces that only they needed; only under the lock.

    Returns
    -------
    tuple of str
        Names of the backups that were removed. Where one that stays cannot be read, no piece is removed.
    """
    dated = [
        Dated(name=name, made=made_of(name), checked=folder.checked(key, name) is not None)
        for name in folder.names()
    ]
    removed = superfluous(dated, rule)
    for name in removed:
        folder.remove(name)
    if removed:
        try:
            folder.sweep_pieces(key, lambda: _needed(folder, key))
        except BackupError:
            return removed
    return removed


def made_of(name: str) -> datetime:
    """Tell from its name when a backup was made (UTC)."""
    return datetime.strptime(name[:18], "%Y-%m-%dT%H%M%S%z")


def _needed(folder: BackupFolder, key: bytes) -> set[str]:
    needed: set[str] = set()
    for name in folder.names():
        needed |= set(folder.contents(key, name).pieces)
    return needed


def _made(plan: Plan, folder: BackupFolder, made: Made, before: BackupStatus) -> BackupStatus:
    contents = made.contents
    notes = []
    if contents.missing:
        notes.append(f"{len(contents.missing)} pictures that cells name are not in the folder of originals")
    if contents.damaged:
        notes.append(f"{len(contents.damaged)} originals are damaged on the disk and were left out")
    sizes = contents.pieces
    return replace(
        before,
        folder=str(plan.folder),
        name=contents.name,
        made=contents.made,
        checked=None,
        cases=contents.rows_of("cases"),
        cells=contents.rows_of("cells"),
        originals=len(contents.originals),
        size=folder.size_of(contents.name) + sum(sizes.get(sha256, 0) for sha256 in made.fresh),
        notes=tuple(notes),
        tried=None,
        error="",
    )
