"""Backups in the window: the section of the settings, the schedule, and failures that are told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.backing_up import BackingUp
from app.pages.backup_section import BackupSection
from app.workplace import Workplace
from core.backup.folder import new_folder, open_folder
from core.backup.kept_key import KEY_FILE, keep_key
from core.backup.status import read_status, write_status
from core.domain.ids import PersonName
from tests.core.backup.conftest import PASSPHRASE, QUICK
from tests.core.editing.bench_cells import empty_case

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def drive(tmp_path: Path, workplace: Workplace) -> Path:
    """A folder of backups whose key is kept and that is chosen in the settings."""
    folder, key = new_folder(tmp_path / "drive", PASSPHRASE, QUICK)
    keep_key(workplace.folders, folder, key)
    workplace.backing_up.choose(folder=str(folder.path), every="hours", hours=4)
    workplace.store.create_case(empty_case("K26-1"), PersonName("Eva"))
    return folder.path


def test_that_a_backup_that_is_due_is_made_by_itself_and_only_once(
    workplace: Workplace, drive: Path, until: Until
) -> None:
    backing_up = workplace.backing_up
    backing_up.look()
    until(lambda: backing_up.running is None)
    assert backing_up.status.checked is not None
    assert len(open_folder(drive).names()) == 1
    backing_up.look()
    assert backing_up.running is None
    assert backing_up.next_at == backing_up.status.made + timedelta(hours=4)


def test_that_a_drive_that_is_gone_is_told_and_tried_again_later(
    workplace: Workplace, drive: Path, until: Until
) -> None:
    told: list[str] = []
    now = [datetime(2026, 3, 2, 12, tzinfo=UTC)]
    backing_up = BackingUp(
        workplace.database, workplace.folders, workplace.settings, workplace.lanes.backup, now=lambda: now[0]
    )
    backing_up.message.connect(told.append)
    shutil.rmtree(drive)
    backing_up.look()
    until(lambda: told)
    assert "connect the drive" in told[0]
    assert "connect the drive" in backing_up.status.error
    now[0] += timedelta(minutes=5)
    backing_up.look()
    assert backing_up.running is None
    now[0] += timedelta(minutes=11)
    backing_up.look()
    assert backing_up.running is not None
    until(lambda: len(told) == 2)
    assert not drive.exists()


def test_that_the_section_tells_what_the_last_backup_came_to(
    workplace: Workplace, drive: Path, until: Until
) -> None:
    section = BackupSection(workplace.backing_up, workplace.settings)
    assert "None was made yet" in section._last.text()
    section._now.click()
    until(lambda: workplace.backing_up.running is None)
    section.refresh()
    assert "1 cases, 0 cells, 0 pictures" in section._last.text()
    assert "found equal" in section._last.text()
    section._check.click()
    until(lambda: workplace.backing_up.running is None)
    write_status(
        workplace.folders, replace(workplace.backing_up.status, error="the drive is full, free some")
    )
    section.refresh()
    assert "the drive is full" in section._trouble.text()


def test_that_a_new_folder_asks_for_a_passphrase_twice_and_says_what_it_means(
    workplace: Workplace, tmp_path: Path, until: Until
) -> None:
    section = BackupSection(workplace.backing_up, workplace.settings)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "holiday.jpg").write_bytes(b"other things")
    section.use_folder(tmp_path / "stick")
    dialog = section.dialog
    assert dialog is not None
    assert not dialog.accept_button.isEnabled()
    dialog._first.setText("short")
    assert "at least 12" in dialog._note.text()
    dialog._first.setText(PASSPHRASE)
    dialog._second.setText(PASSPHRASE)
    assert not dialog.accept_button.isEnabled()
    dialog._written.setChecked(True)
    dialog.accept_button.click()
    folder = tmp_path / "stick" / "centromere-backups"
    until(lambda: workplace.settings.current.backup.folder == str(folder))
    assert workplace.settings.current.backup.every == "day"
    assert (workplace.folders.home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert PASSPHRASE not in workplace.folders.settings.read_text()
    assert PASSPHRASE not in (workplace.folders.home / KEY_FILE).read_text()


def test_that_a_wrong_passphrase_keeps_the_dialog_open(
    workplace: Workplace, tmp_path: Path, until: Until
) -> None:
    new_folder(tmp_path / "drive", PASSPHRASE, QUICK)
    section = BackupSection(workplace.backing_up, workplace.settings)
    section.use_folder(tmp_path / "drive")
    dialog = section.dialog
    assert dialog is not None
    dialog._first.setText("lamp river seven Birnen")
    dialog.accept_button.click()
    until(lambda: "does not open" in dialog._note.text())
    assert dialog.isVisible()
    assert workplace.settings.current.backup.folder == ""
    dialog._first.setText(PASSPHRASE)
    dialog.accept_button.click()
    until(lambda: workplace.backing_up.has_key)


def test_that_nothing_is_backed_up_any_more_without_a_folder(workplace: Workplace, drive: Path) -> None:
    BackupSection(workplace.backing_up, workplace.settings)._none.click()
    workplace.backing_up.look()
    assert workplace.backing_up.running is None
    assert not workplace.backing_up.has_key
    assert not (workplace.folders.home / KEY_FILE).exists()
    assert read_status(workplace.folders).made is None
