from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.backup.retention import Dated, Rule, superfluous

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def daily(days: int, *, checked: bool = True) -> list[Dated]:
    return [
        Dated(name=f"{day:03d}", made=START + timedelta(days=day), checked=checked) for day in range(days)
    ]


def test_that_a_year_of_daily_backups_leaves_days_weeks_and_months() -> None:
    backups = daily(365)
    removed = superfluous(backups, Rule(days=7, weeks=4, months=12), UTC)
    kept = [backup.made for backup in backups if backup.name not in removed]
    assert [made.day for made in kept[-7:]] == [25, 26, 27, 28, 29, 30, 31]
    assert {made.month for made in kept} == set(range(1, 13))
    assert len(kept) == 7 + 2 + 11  # two Sundays before these seven days, the ends of eleven months


def test_that_the_newest_of_a_day_that_was_found_equal_stays() -> None:
    backups = [
        Dated(name="morning", made=START, checked=True),
        Dated(name="noon", made=START + timedelta(hours=1), checked=True),
        Dated(name="damaged", made=START + timedelta(hours=2), checked=False),
        Dated(name="next day", made=START + timedelta(days=1), checked=True),
    ]
    assert superfluous(backups, Rule(days=2, weeks=0, months=0), UTC) == ("morning", "damaged")


@given(
    moments=st.lists(st.tuples(st.integers(0, 24 * 400), st.booleans()), max_size=40),
    rule=st.builds(Rule, days=st.integers(0, 9), weeks=st.integers(0, 5), months=st.integers(0, 13)),
)
def test_that_the_newest_and_the_newest_that_was_found_equal_always_stay(
    moments: list[tuple[int, bool]], rule: Rule
) -> None:
    backups = [
        Dated(name=f"{number}", made=START + timedelta(hours=hour), checked=checked)
        for number, (hour, checked) in enumerate(moments)
    ]
    kept = [backup for backup in backups if backup.name not in superfluous(backups, rule, UTC)]
    for some in (backups, [backup for backup in backups if backup.checked]):
        if some:
            assert max(backup.made for backup in some) in [backup.made for backup in kept]
    assert superfluous(kept, rule, UTC) == ()
