"""`restore`: bring a backup back onto this computer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from app.backup_settings import BackupSettings
from app.command_line.backup import named_backup
from app.command_line.passphrases import add_passphrase_argument, key_of
from app.command_line.step_line import StepLine
from app.settings import Settings, SettingsFile
from core.backup.folder import open_folder
from core.backup.restore import restore_backup
from core.errors import CentromereError
from core.paths import folders

_FAILED: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.allow_abbrev = False  # "--passphrase ..." must not become a file name in a message
    parser.description = (
        "Restore a backup into the data folder of this computer (CENTROMERE_HOME), which must hold no data. "
        "Everything is written beside, compared row by row, and put in its place at the end."
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, nargs="?", help="folder of backups")
    parser.add_argument("--backup", metavar="NAME", default="latest", help="which one (the latest)")
    parser.add_argument(
        "--keep-old",
        metavar="FOLDER",
        type=Path,
        help="move what is in the data folder now to this new folder",
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        default="",
        help="an empty PostgreSQL database for the tables, such as postgresql://user@server/database; "
        "its password belongs into PGPASSFILE",
    )
    add_passphrase_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore; 0 where it was done, 1 with one line on standard error where it was not."""
    places = folders()
    try:
        folder = open_folder(_folder(arguments.folder, SettingsFile(places.settings).current.backup))
        key, _ = key_of(folder, places, arguments.passphrase_file)
        name = named_backup(folder, arguments.backup)
        url = arguments.database or Settings().database_url
        keep_old = None if arguments.keep_old is None else arguments.keep_old.expanduser().absolute()
        with StepLine() as line:
            restored = restore_backup(
                folder, key, name, places, database_url=url, keep_old=keep_old, progress=line
            )
    except CentromereError as error:
        print(f"restore: {error}", file=sys.stderr)
        return _FAILED
    contents = restored.contents
    print(
        f"{name}: {contents.rows_of('cases')} cases, {contents.rows_of('cells')} cells, "
        f"{len(contents.originals)} pictures, found equal, in {restored.database}"
    )
    if restored.old is not None:
        print(f"what was there before is in {restored.old}")
    for complaint in restored.complaints:
        print(f"note: {complaint}", file=sys.stderr)
    for what, lost in (("missing", contents.missing), ("damaged", contents.damaged)):
        if lost:
            print(f"note: {len(lost)} pictures were {what} already then", file=sys.stderr)
    return 0


def _folder(given: Path | None, chosen: BackupSettings) -> Path:
    return given.expanduser().absolute() if given is not None else chosen.plan().folder
