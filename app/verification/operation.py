"""Operation: whether the screen draws, the database keeps, a backup comes back, the report prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.verification.looking import NotLookedAt, Seen
from core.paths import Folders
from core.verification.backup import backup_round_trip
from core.verification.database import (
    database_in_use,
    report_round_trip,
    store_round_trip,
)
from core.verification.record import Fault

_LONGEST_S: Final = 120


def graphics_command(root: Path) -> list[str]:
    """Tell how this program is started to draw a picture and read it back."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "verify-graphics"]
    return [sys.executable, str(root / "main.py"), "verify-graphics"]


def look_at_graphics(command: Sequence[str]) -> Seen:
    """Platform, screens and OpenGL, in a process of its own: a broken driver may end it."""
    if sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise NotLookedAt("no display")
    try:
        done = subprocess.run(
            list(command), capture_output=True, encoding="utf-8", errors="replace", check=False,
            timeout=_LONGEST_S, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Seen(said="", faults=(Fault(file="", said=f"drawing did not end in {_LONGEST_S} s"),))
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        reasons = [line for line in done.stderr.strip().splitlines() if line.strip()]
        told = f": {reasons[0]}" if reasons else ""
        fault = Fault(file="", said=f"no picture could be drawn (status {done.returncode}){told}")
        return Seen(said="", faults=(fault,))
    seen = json.loads(lines[-1])
    faults = tuple(Fault(file="", said=text) for text in seen["faults"])
    screens = ", ".join(seen["screens"]) or "no screen"
    renderer = seen["renderer"] or "OpenGL not looked at on this platform"
    return Seen(said=f"Qt platform {seen['platform']}, {screens}; {renderer}", faults=faults)


def look_at_database(place: str | Path) -> Seen:
    """The database in use, without changing anything in it."""
    return Seen(said=database_in_use(place))


def look_at_round_trip(folders: Folders) -> Seen:
    """A database and a picture, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="verify-", dir=folders.made().jobs) as name:
        store_round_trip(Folders(home=Path(name) / "home"))
    return Seen(said="a case written, changed, undone, redone, closed, read; a picture kept and read")


def look_at_backup(folders: Folders) -> Seen:
    """A backup, sealed and restored, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="verify-", dir=folders.made().jobs) as name:
        trial = Folders(home=Path(name) / "home")
        backup_round_trip(store_round_trip(trial), trial, Path(name))
    return Seen(said="a backup made, encrypted, restored into another folder and found equal")


def look_at_report(now: datetime) -> Seen:
    """The report, written and read back."""
    return Seen(said=report_round_trip(now))
