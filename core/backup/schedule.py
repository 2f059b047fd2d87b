"""When the next backup is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

Every = Literal["never", "day", "hours"]

#: A backup that failed is tried again after this time.
AGAIN: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Every day at a time of the clock on the wall, every so many hours, or never."""

    every: Every = "never"
    at: time = time(12, 30)
    hours: int = 4


def due(schedule: Schedule, last: datetime | None, now: datetime) -> datetime | None:
    """Tell since when a backup is due; None while none is.

    Parameters
    ----------
    last
        When the last one was made; None where there is none.
    now
        With the zone of the computer.
    """
    if schedule.every == "never":
        return None
    if last is None or last > now + timedelta(hours=1):  # the clock was set back
        return now
    if schedule.every == "hours":
        wanted = last + timedelta(hours=schedule.hours)
        return wanted if wanted <= now else None
    today = datetime.combine(now.date(), schedule.at, tzinfo=now.tzinfo)
    wanted = today if today <= now else today - timedelta(days=1)
    return wanted if last < wanted else None


def next_one(schedule: Schedule, last: datetime | None, now: datetime) -> datetime | None:
    """Tell when the next backup is made: now where one is due, None where the schedule is never."""
    if schedule.every == "never":
        return None
    if due(schedule, last, now) is not None or last is None:
        return now
    if schedule.every == "hours":
        return last + timedelta(hours=schedule.hours)
    today = datetime.combine(now.date(), schedule.at, tzinfo=now.tzinfo)
    return today if today > now else today + timedelta(days=1)


def may_try(tried: datetime | None, now: datetime) -> bool:
    """Tell whether enough time has passed since a try that failed."""
    return tried is None or not now - AGAIN < tried <= now
