"""What a person has chosen about backups; for the window and for the command line."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from core.backup.retention import Rule
from core.backup.run import Plan
from core.backup.schedule import Schedule
from core.backup.status import BackupStatus


class BackupSettings(BaseModel):
    """Where to, when, and how many are kept; no folder means no backups."""

    folder: str = ""
    every: Literal["never", "day", "hours"] = "never"
    at: str = Field(default="12:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    hours: int = Field(default=4, ge=1, le=48)
    days: int = Field(default=7, ge=1, le=90)
    weeks: int = Field(default=4, ge=0, le=52)
    months: int = Field(default=12, ge=0, le=120)

    def plan(self, folder: Path | None = None) -> Plan:
        """Where to, and how many are kept; `folder` instead of the one of the settings."""
        rule = Rule(days=self.days, weeks=self.weeks, months=self.months)
        return Plan(folder=folder or Path(self.folder).expanduser().absolute(), rule=rule)

    def schedule(self) -> Schedule:
        """When; never where no folder is chosen."""
        every = self.every if self.folder else "never"
        return Schedule(every=every, at=time.fromisoformat(self.at), hours=self.hours)

    def last_of(self, status: BackupStatus) -> datetime | None:
        """When the last backup into the chosen folder was made; one in another folder does not count."""
        return status.made if status.folder == str(self.plan().folder) else None
