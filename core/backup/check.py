"""Check a backup by restoring it beside."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from core.backup.contents import Checked, Contents
from core.backup.failures import Damaged, writing_explained
from core.backup.folder import BackupFolder
from core.backup.restore import restore_database, restore_files
from core.paths import make_private_folder
from core.progress import NoProgress, PartOfProgress, Progress
from core.store.database import Clock, utc_now
from core.store.engine import url_of

_STEPS: Final = 1000
SCRATCH: Final = ".scratch-"


def check_backup(
    folder: BackupFolder,
    key: bytes,
    name: str,
    scratch: Path,
    *,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    clock: Clock = utc_now,
) -> Checked:
    """Restore a backup into a scratch folder and compare; notes in the backup that it was found equal.

    The tables go into an SQLite file whose rows are counted and hashed again and held against the log;
    settings and models are written and hashed. Pictures are decrypted and hashed without being written.

    Parameters
    ----------
    scratch
        Folder in which a folder for this check is made and removed again.
    only
        SHA-256 of the pictures to read; the others are only looked for. None reads all.

    Raises
    ------
    Damaged
        Where anything is not what was backed up. A picture that is damaged in the folder is set aside, so
        that the next backup seals it again; therefore only under `folder.lock`.
    """
    told = progress or NoProgress()
    contents = folder.contents(key, name)
    make_private_folder(scratch)
    sweep_scratch(scratch)
    home = scratch / f"{SCRATCH}{secrets.token_hex(6)}"
    try:
        with writing_explained(scratch):
            home.mkdir(mode=0o700)
        part = PartOfProgress(told, first=0, last=600, total=_STEPS)
        url = url_of(home / "centromere.sqlite")
        complaints = restore_database(folder, key, contents, url, clock=clock, progress=part)
        _read_pieces(folder, key, contents, only, PartOfProgress(told, first=600, last=990, total=_STEPS))
        told.step(990, _STEPS, "Checking settings")
        restore_files(folder, key, contents, home / "files")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    checked = Checked(when=clock(), everything=only is None, complaints=complaints)
    folder.note_checked(key, name, checked)
    return checked


def sweep_scratch(scratch: Path) -> None:
    """Remove what a killed check left; they hold names in the clear, as the database does."""
    for left in scratch.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)


def _read_pieces(
    folder: BackupFolder, key: bytes, contents: Contents, only: Collection[str] | None, told: Progress
) -> None:
    lost = [sha256 for sha256, size in contents.pieces.items() if not folder.holds_piece(key, sha256, size)]
    if lost:
        raise Damaged(
            f"{len(lost)} pictures or settings of {contents.name} are missing or cut off",
            "make another backup: it puts them there again",
        )
    wanted = [one for one in contents.pieces.items() if only is None or one[0] in only]
    total, done, damaged = sum(size for _, size in wanted), 0, 0
    for sha256, size in wanted:
        told.step(done, total, "Checking pictures")
        try:
            with folder.read_piece(key, sha256) as parts:
                for _ in parts:
                    pass
        except Damaged:
            # Out of the way, or every later backup would take it for granted.
            folder.set_aside(key, sha256)
            damaged += 1
        done += size
    if damaged:
        raise Damaged(
            f"{damaged} pictures or settings of {contents.name} are damaged in the folder of backups",
            "make another backup: it seals them again, and think of another drive",
        )
