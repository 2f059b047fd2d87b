"""The key of a folder of backups, kept in the home folder for backups that nobody attends.

A scheduled backup needs the key when nobody is there to enter the passphrase. Kept is the key, never the
passphrase, in a file of the home folder that only its owner can read. Whoever can read that file can read the
database beside it as well; what they gain is the backups made before. See docs/decisions/0017-backup.md.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from typing import Final

from core.backup.failures import BackupError, writing_explained
from core.backup.folder import BackupFolder
from core.paths import Folders

KEY_FILE: Final = "backup.key"


def keep_key(folders: Folders, folder: BackupFolder, key: bytes) -> None:
    """Write the key for its owner only; another key that was kept is replaced."""
    path = folders.home / KEY_FILE
    beside = path.with_name(f".{secrets.token_hex(6)}.key")
    text = json.dumps({"folder": folder.identity, "key": key.hex()})
    with writing_explained(folders.home):
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def kept_key(folders: Folders, folder: BackupFolder) -> bytes | None:
    """Give the kept key of this folder; None where there is none, or that of another folder."""
    try:
        values = json.loads((folders.home / KEY_FILE).read_text(encoding="utf-8"))
        key = bytes.fromhex(values["key"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            f"the kept key {folders.home / KEY_FILE} cannot be read ({error})", "enter the passphrase again"
        ) from error
    return key if values.get("folder") == folder.identity and len(key) == 32 else None


def forget_key(folders: Folders) -> None:
    """Remove the kept key; scheduled backups ask for the passphrase again."""
    with writing_explained(folders.home):
        (folders.home / KEY_FILE).unlink(missing_ok=True)
