"""Which backups are kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Keep one backup for each of the last so many days, weeks and months that have one."""

    days: int = 7
    weeks: int = 4
    months: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A backup: name, when it was made, whether it was found equal."""

    name: str
    made: datetime
    checked: bool


def superfluous(backups: Iterable[Dated], rule: Rule, zone: tzinfo | None = None) -> tuple[str, ...]:
    """Tell the backups that the rule gives up, the oldest first.

    Parameters
    ----------
    zone
        Time zone in which days begin; that of the computer when None.

    Returns
    -------
    tuple of str
        Never the newest backup, and never the newest one that was found equal. Of a day, a week or a month
        the newest that was found equal stays, or the newest where none was.
    """
    known = sorted(backups, key=lambda backup: (backup.made, backup.name), reverse=True)
    if not known:
        return ()
    kept = {known[0].name}
    kept |= {next((backup.name for backup in known if backup.checked), known[0].name)}
    periods: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (rule.days, lambda made: made.date()),
        (rule.weeks, lambda made: made.isocalendar()[:2]),
        (rule.months, lambda made: (made.year, made.month)),
    )
    for number, period in periods:
        groups: dict[Hashable, list[Dated]] = {}
        for backup in known:
            groups.setdefault(period(backup.made.astimezone(zone)), []).append(backup)
        for group in list(groups.values())[:number]:
            kept.add(next((backup for backup in group if backup.checked), group[0]).name)
    return tuple(backup.name for backup in reversed(known) if backup.name not in kept)
