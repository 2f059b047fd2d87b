"""Update and back: data follow a new version after a copy, and go back one step while nothing was written."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.case import Case
from core.domain.ids import CaseId, PersonName
from core.installation.steps import (
    CannotStepBack,
    note_start,
    read_used_by,
    step_back,
)
from core.paths import Folders
from core.store.cases import CaseStore
from core.store.database import Database, open_database
from core.store.engine import engine_of, url_of
from core.store.migrate import bring_up_to_date
from core.store.schema import NEWEST

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = "0001"


def folders_in(place: Path) -> Folders:
    return Folders(home=place / "home").made()


def opened(folders: Folders) -> Database:
    return open_database(folders.database, backups=folders.backups)


def used_by_an_older_version(folders: Folders) -> None:
    """A database as the first schema made it, noted as used by 0.0.9."""
    engine = engine_of(url_of(folders.database), foreign_keys=False)
    bring_up_to_date(engine, where="here", backups=None, now=NOW, program="centromere", target=FIRST)
    engine.dispose()
    (folders.home / "versions.json").write_text('{"format": 1, "version": "0.0.9", "steps": []}')


def revision(folders: Folders) -> str:
    with closing(sqlite3.connect(folders.database)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_that_the_first_start_of_all_is_no_update(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    database = opened(folders)
    assert note_start(folders, database, version="0.1.0", now=NOW) is None
    with pytest.raises(CannotStepBack, match="no version before"):
        step_back(folders, database, version="0.1.0", now=NOW)
    database.close()


def test_that_an_update_is_noted_with_the_copy_made_before(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    used_by_an_older_version(folders)
    database = opened(folders)
    step = note_start(folders, database, version="0.1.0", now=NOW)
    database.close()
    assert step is not None
    assert (step.before, step.after, step.migrated) == ("0.0.9", "0.1.0", True)
    assert step.backup is not None
    assert Path(step.backup).is_file()
    used = read_used_by(folders)
    assert used is not None
    assert used.version == "0.1.0"


def test_that_a_step_back_puts_the_database_of_before_in_place(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    used_by_an_older_version(folders)
    database = opened(folders)
    note_start(folders, database, version="0.1.0", now=NOW)
    database.close()
    assert revision(folders) == NEWEST
    database = opened(folders)  # started and closed without writing anything
    step = step_back(folders, database, version="0.1.0", now=NOW)
    assert step.before == "0.0.9"
    assert revision(folders) == FIRST
    kept = list(folders.backups.glob("*-of-0.1.0-*"))
    assert len(kept) == 1
    used = read_used_by(folders)
    assert used is not None
    assert (used.version, used.steps) == ("0.0.9", ())


def test_that_a_step_back_is_refused_after_a_case_was_written(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    used_by_an_older_version(folders)
    database = opened(folders)
    note_start(folders, database, version="0.1.0", now=NOW)
    CaseStore(database).create_case(Case(id=CaseId("c1"), name="one"), PersonName("A"))
    with pytest.raises(CannotStepBack, match=r"\+1 in cases"):
        step_back(folders, database, version="0.1.0", now=NOW)
    database.close()
    assert revision(folders) == NEWEST


def test_that_a_step_back_without_migration_leaves_the_database_as_it_is(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    database = opened(folders)
    CaseStore(database).create_case(Case(id=CaseId("c1"), name="one"), PersonName("A"))
    note_start(folders, database, version="0.1.0", now=NOW)
    step = note_start(folders, database, version="0.2.0", now=NOW)
    assert step is not None
    assert not step.migrated
    assert step_back(folders, database, version="0.2.0", now=NOW).before == "0.1.0"
    assert not list(folders.backups.iterdir())


def test_that_a_step_back_is_refused_while_a_window_is_open(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    database = opened(folders)
    note_start(folders, database, version="0.1.0", now=NOW)
    note_start(folders, database, version="0.2.0", now=NOW)
    (folders.home / "window.lock").write_text(f"{os.getpid()}\ncentromere\nhere\n")
    with pytest.raises(CannotStepBack, match="is open"):
        step_back(folders, database, version="0.2.0", now=NOW)
    database.close()


def test_that_a_copy_that_is_gone_refuses_the_step_and_changes_nothing(tmp_path: Path) -> None:
    folders = folders_in(tmp_path)
    used_by_an_older_version(folders)
    database = opened(folders)
    step = note_start(folders, database, version="0.1.0", now=NOW)
    assert step is not None
    Path(step.backup or "").unlink()
    with pytest.raises(CannotStepBack, match="not there any more"):
        step_back(folders, database, version="0.1.0", now=NOW)
    database.close()
    assert revision(folders) == NEWEST
