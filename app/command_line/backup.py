"""`backup`: back everything up; list and check what was backed up."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from app.backup_settings import BackupSettings
from app.command_line.passphrases import WARNING, add_passphrase_argument, key_of, new_passphrase
from app.command_line.step_line import StepLine
from app.settings import SettingsFile
from core.backup.check import check_backup
from core.backup.failures import BackupError
from core.backup.folder import BackupFolder, new_folder, open_folder
from core.backup.kept_key import keep_key
from core.backup.run import back_up, made_of
from core.backup.schedule import due, may_try
from core.backup.status import read_status
from core.errors import CentromereError
from core.paths import Folders, folders
from core.store.database import Database, open_database

_FAILED: Final = 1
_NOTHING: Final = "nothing to do: no backup is due"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.allow_abbrev = False  # "--passphrase ..." must not become a file name in a message
    parser.description = (
        "Back up the database, the original pictures, settings and tuned models into a folder of sealed "
        "backups, while people work, and check the backup by restoring it beside. The exit status is 0 only "
        "where the backup was found equal."
    )
    parser.add_argument("--to", metavar="FOLDER", type=Path, help="folder of backups (that of the settings)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--new", action="store_true", help="begin a new folder of backups with a passphrase")
    what.add_argument("--if-due", action="store_true", help="only where the schedule of the settings says so")
    what.add_argument("--list", action="store_true", help="list the backups in the folder")
    what.add_argument(
        "--check", metavar="NAME", nargs="?", const="latest", help="read a whole backup again (the latest)"
    )
    what.add_argument("--change-passphrase", action="store_true", help="change the passphrase of the folder")
    parser.add_argument(
        "--keep-key",
        action="store_true",
        help="keep the key for its owner on this computer, for backups that nobody attends",
    )
    add_passphrase_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for; 0 where it was done, 1 with one line on standard error where it was not."""
    try:
        return _run(arguments)
    except CentromereError as error:
        print(f"backup: {error}", file=sys.stderr)
        return _FAILED


def _run(arguments: argparse.Namespace) -> int:
    places = folders()
    settings = SettingsFile(places.settings)
    chosen = settings.current.backup
    if arguments.to is None and not chosen.folder:
        raise BackupError("no folder of backups is chosen", "name one with --to or choose it in the settings")
    path = arguments.to.expanduser().absolute() if arguments.to is not None else chosen.plan().folder
    if arguments.if_due and not _is_due(chosen, places):
        print(_NOTHING)
        return 0
    if arguments.new:
        folder, key = new_folder(path, new_passphrase(arguments.passphrase_file))
        print(f"{folder.path}: a new folder of backups\n{WARNING}")
    else:
        folder = open_folder(path)
        if arguments.change_passphrase:
            return _change_passphrase(folder)
        key, _ = key_of(folder, places, arguments.passphrase_file)
    if arguments.keep_key:
        places.made()
        keep_key(places, folder, key)
    if arguments.list:
        return _list(folder, key)
    if arguments.check is not None:
        return _check(folder, key, arguments.check, places)
    return _back_up(folder, key, chosen, places, settings.current.database_url)


def _is_due(chosen: BackupSettings, places: Folders) -> bool:
    now = datetime.now().astimezone()
    status = read_status(places)
    return due(chosen.schedule(), chosen.last_of(status), now) is not None and may_try(status.tried, now)


def _back_up(folder: BackupFolder, key: bytes, chosen: BackupSettings, places: Folders, url: str) -> int:
    database = _opened(places, url)
    try:
        with StepLine() as line:
            status = back_up(chosen.plan(folder.path), key, database, places, progress=line)
    finally:
        database.close()
    print(
        f"{status.name}: {status.cases} cases, {status.cells} cells, {status.originals} pictures, "
        f"{status.size / 1e6:.1f} MB new, restored beside and found equal"
    )
    for note in status.notes:
        print(f"note: {note}", file=sys.stderr)
    return 0


def _opened(places: Folders, url: str) -> Database:
    if not url and not places.database.exists():
        raise BackupError(f"there is no database in {places.home}", "set CENTROMERE_HOME to the right folder")
    places.made()
    return open_database(url or places.database, backups=places.backups)


def _list(folder: BackupFolder, key: bytes) -> int:
    for name in folder.names():
        checked = folder.checked(key, name)
        state = "not checked" if checked is None else f"found equal {_local(checked.when)}"
        print(f"{name}  {_local(made_of(name))}  {folder.size_of(name) / 1e6:.1f} MB  {state}")
    return 0


def _check(folder: BackupFolder, key: bytes, name: str, places: Folders) -> int:
    wanted = named_backup(folder, name)
    places.made()
    with folder.lock(), StepLine() as line:
        checked = check_backup(folder, key, wanted, places.backups, progress=line)
    print(f"{wanted}: restored beside and found equal, all pictures read")
    for complaint in checked.complaints:
        print(f"note: {complaint}", file=sys.stderr)
    return 0


def _change_passphrase(folder: BackupFolder) -> int:
    if not sys.stdin.isatty():
        raise BackupError("a passphrase is changed on a terminal only", "run the command on one")
    import getpass

    before = getpass.getpass("Passphrase until now: ")
    folder.unlock(before)
    folder.change_passphrase(before, new_passphrase(None))
    print("The passphrase was changed; the old one opens nothing any more.")
    return 0


def named_backup(folder: BackupFolder, name: str) -> str:
    """Find a backup by its name or by `latest`; `BackupError` where there is none."""
    names = folder.names()
    if name == "latest" and names:
        return names[-1]
    if name in names:
        return name
    known = ", ".join(names[-3:]) or "none"
    raise BackupError(f"expected the name of a backup in {folder.path}, got {name}", f"the last are: {known}")


def _local(when: datetime) -> str:
    return when.astimezone().strftime("%Y-%m-%d %H:%M")
