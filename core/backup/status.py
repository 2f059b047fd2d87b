"""What the last backup of this computer came to; kept in the home folder for window and command line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from core.atomic import write_whole
from core.paths import Folders

STATUS_FILE: Final = "backup-status.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupStatus:
    """The last backup, and the last try where that failed.

    Parameters
    ----------
    name, made
        Of the last backup that is whole.
    checked, checked_all
        When the last one was found equal (UTC), and when all its pictures were read for that.
    cases, cells, originals, size
        What it holds; `size` is what it added to the folder, in bytes.
    notes
        What it could not take, and what was wrong already in what it took.
    tried, error
        When the last try was, and why it failed; empty where it did not.
    """

    folder: str = ""
    name: str = ""
    made: datetime | None = None
    checked: datetime | None = None
    checked_all: datetime | None = None
    cases: int = 0
    cells: int = 0
    originals: int = 0
    size: int = 0
    notes: tuple[str, ...] = ()
    tried: datetime | None = None
    error: str = ""


_TIMES: Final = ("made", "checked", "checked_all", "tried")


def read_status(folders: Folders) -> BackupStatus:
    """Read it; an empty one where there is none or it cannot be read."""
    try:
        values = json.loads((folders.home / STATUS_FILE).read_text(encoding="utf-8"))
        known = {one.name for one in fields(BackupStatus)}
        named: dict[str, Any] = {name: value for name, value in values.items() if name in known}
        for name in _TIMES:
            named[name] = None if named.get(name) is None else datetime.fromisoformat(named[name])
        named["notes"] = tuple(named.get("notes", ()))
        return BackupStatus(**named)
    except (OSError, ValueError, TypeError, AttributeError):
        return BackupStatus()


def write_status(folders: Folders, status: BackupStatus) -> None:
    """Write it; the old one stays until the new one is whole."""
    values = asdict(status)
    for name in _TIMES:
        values[name] = None if values[name] is None else values[name].isoformat()
    text = json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    write_whole(
        folders.home / STATUS_FILE, lambda path: path.write_text(text, encoding="utf-8"), private=True
    )
