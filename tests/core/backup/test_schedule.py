from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from core.backup.schedule import Schedule, due, may_try, next_one

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAILY = Schedule(every="day", at=time(12, 30))
OFTEN = Schedule(every="hours", hours=4)


def test_that_a_daily_backup_is_due_once_after_its_time() -> None:
    yesterday = NOON - timedelta(hours=23)
    assert due(DAILY, yesterday, NOON) is None
    assert due(DAILY, yesterday, NOON + timedelta(minutes=31)) == NOON + timedelta(minutes=30)
    assert due(DAILY, NOON + timedelta(minutes=31), NOON + timedelta(hours=9)) is None


def test_that_a_backup_missed_while_the_window_was_closed_is_due_at_once() -> None:
    assert due(DAILY, NOON - timedelta(days=3), NOON) is not None
    assert due(OFTEN, NOON - timedelta(days=3), NOON) is not None


def test_that_one_every_four_hours_is_due_after_four_hours() -> None:
    assert due(OFTEN, NOON, NOON + timedelta(hours=3, minutes=59)) is None
    assert due(OFTEN, NOON, NOON + timedelta(hours=4)) == NOON + timedelta(hours=4)


def test_that_nothing_is_due_without_a_schedule() -> None:
    assert due(Schedule(), None, NOON) is None
    assert next_one(Schedule(), None, NOON) is None


def test_that_a_clock_set_back_does_not_stop_backups() -> None:
    assert due(DAILY, NOON + timedelta(days=400), NOON) == NOON
    assert may_try(NOON + timedelta(days=400), NOON)


def test_that_the_next_backup_is_told() -> None:
    assert next_one(DAILY, NOON, NOON) == NOON + timedelta(minutes=30)
    assert next_one(DAILY, NOON + timedelta(hours=1), NOON + timedelta(hours=1)) == NOON + timedelta(
        days=1, minutes=30
    )
    assert next_one(OFTEN, NOON, NOON + timedelta(hours=1)) == NOON + timedelta(hours=4)
    assert next_one(OFTEN, None, NOON) == NOON


def test_that_a_failed_backup_is_tried_again_after_a_while() -> None:
    assert not may_try(NOON, NOON + timedelta(minutes=14))
    assert may_try(NOON, NOON + timedelta(minutes=16))
