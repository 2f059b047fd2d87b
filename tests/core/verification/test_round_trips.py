"""Round trips: database, backup, report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from core.errors import StorageError
from core.paths import Folders
from core.store.database import open_database
from core.verification.backup import backup_round_trip
from core.verification.database import compare_with, database_in_use, report_round_trip, store_round_trip


def test_that_what_was_written_comes_back_from_database_and_backup(tmp_path: Path) -> None:
    folders = Folders(home=tmp_path / "home")
    backup_round_trip(store_round_trip(folders), folders, tmp_path)


def test_that_a_damaged_picture_is_noticed(tmp_path: Path) -> None:
    folders = Folders(home=tmp_path)
    written = store_round_trip(folders)
    (picture,) = (path for path in folders.originals.rglob("*") if path.is_file())
    picture.chmod(0o600)
    picture.write_bytes(written.picture[:-1] + b"?")
    with pytest.raises(StorageError, match="changed or damaged"):
        compare_with(written, folders)


def test_that_looking_at_the_database_in_use_changes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "cases.sqlite"
    assert "no database yet" in database_in_use(place)
    assert not place.exists()
    open_database(place).close()
    before = place.read_bytes()
    assert "schema" in database_in_use(place)
    assert place.read_bytes() == before
    place.write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError):
        database_in_use(place)


def test_that_a_server_in_use_is_looked_at_as_well(postgres_url: str) -> None:
    assert database_in_use(postgres_url).startswith("PostgreSQL ")


def test_that_a_database_of_a_newer_program_is_a_fault(tmp_path: Path) -> None:
    place = tmp_path / "cases.sqlite"
    database = open_database(place)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StorageError, match="newer"):
        database_in_use(place)


def test_that_the_report_is_read_back() -> None:
    assert "1 page" in report_round_trip(datetime(2026, 1, 1, tzinfo=UTC))
