"""Passphrases of backups on the command line: from a file, the environment, the kept key or a prompt.

Never from an argument: those are seen by everybody on the computer and kept by shells.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Final

from core.backup.failures import BackupError
from core.backup.folder import BackupFolder
from core.backup.kept_key import kept_key
from core.backup.passphrase import check_strength
from core.paths import Folders

VARIABLE: Final = "CENTROMERE_BACKUP_PASSPHRASE"
WARNING: Final = "Without this passphrase nothing can be restored, by nobody. Write it down and keep it safe."


def add_passphrase_argument(parser: argparse.ArgumentParser) -> None:
    """Let a file be named."""
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        type=Path,
        help=f"file whose first line is the passphrase; otherwise {VARIABLE}, the key kept on this computer, "
        "or a question on the terminal",
    )


def key_of(folder: BackupFolder, folders: Folders, file: Path | None) -> tuple[bytes, bool]:
    """Give the key of a folder, and whether a passphrase was given for it.

    Raises
    ------
    BackupError
        Where no passphrase is to be had, or it is a wrong one.
    """
    given = _given(file)
    if given is not None:
        return folder.unlock(given), True
    kept = kept_key(folders, folder)
    if kept is not None:
        return kept, False
    return folder.unlock(_asked(f"Passphrase of the backups in {folder.path}: ")), True


def new_passphrase(file: Path | None) -> str:
    """Give a new passphrase; on a terminal it is asked for twice."""
    given = _given(file)
    if given is not None:
        check_strength(given)
        return given
    sys.stderr.write(WARNING + "\n")
    first = _asked("New passphrase: ")
    check_strength(first)
    if _asked("The same again: ") != first:
        raise BackupError("the two passphrases differ", "enter them again")
    return first


def _given(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(VARIABLE) or None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(
            f"the passphrase cannot be read from {file} ({error})", "check the file and its permissions"
        ) from error
    if os.name != "nt" and file.is_file() and file.stat().st_mode & 0o077:
        sys.stderr.write(f"{file} can be read by others on this computer, set its mode to 600\n")
    if not lines or not lines[0]:
        raise BackupError(f"expected a passphrase in the first line of {file}, got none", "write it there")
    return lines[0]


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise BackupError(
            "no passphrase is given and there is no terminal to ask on",
            f"use --passphrase-file, set {VARIABLE}, or run main.py backup --keep-key once on a terminal",
        )
    return getpass.getpass(question)
