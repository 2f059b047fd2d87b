"""Round trip through a backup: sealed, opened and restored beside, it is what it was."""

from __future__ import annotations

import secrets
from pathlib import Path

from core.backup.folder import new_folder
from core.backup.make import make_backup
from core.backup.restore import restore_backup
from core.paths import Folders
from core.store.database import open_database
from core.verification.database import Written, compare_with


def backup_round_trip(written: Written, folders: Folders, scratch: Path) -> None:
    """Back a home folder up, encrypted, restore it into another one, and compare.

    Parameters
    ----------
    written
        What the home folder holds.
    scratch
        An empty folder for the backup and for what is restored.

    Raises
    ------
    StorageError
        Where a backup cannot be made or restored, or is not what it was made of.
    """
    place, key = new_folder(scratch / "backup", secrets.token_hex(16))
    database = open_database(folders.database, backups=folders.backups)
    try:
        with place.lock():
            made = make_backup(place, key, database, folders)
    finally:
        database.close()
    restored = Folders(home=scratch / "restored")
    restore_backup(place, key, made.contents.name, restored)
    compare_with(written, restored)
