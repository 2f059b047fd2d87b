from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from core.domain.metaphase import MarkKind
from core.editing.operations import CountPoint
from core.errors import StorageError
from core.store.cases import CaseStore
from core.store.database import Database, open_database, utc_now
from core.store.engine import WRITES, engine_of, url_of
from core.store.failures import NewerSchema
from core.store.migrate import bring_up_to_date
from core.store.schema import APPEND_ONLY, NEWEST, metadata
from tests.core.editing.bench_cells import EVA, empty_case, empty_cell, mark, proposal_for

Opener = Callable[[], Database]


def filled(database: Database) -> CaseStore:
    """A store in which every table has a row."""
    store = CaseStore(database)
    case, cell = empty_case(), empty_cell()
    store.create_case(case, EVA)
    store.add_cells(case.id, [cell], EVA)
    store.place(proposal_for(cell), EVA, 0)
    store.do(cell.id, mark(MarkKind.KARYOTYPED), EVA, 1)
    return store


def test_that_the_migrations_make_just_the_tables_of_the_schema(opened: Opener, place: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = opened()
    assert database.migration is not None
    assert (database.migration.before, database.migration.after) == (None, NEWEST)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        for table in metadata.sorted_tables:
            keys = {key["name"] for key in inspect(connection).get_foreign_keys(table.name)}
            assert len(keys) == len(table.foreign_key_constraints)
    assert opened().migration is None


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_that_the_database_itself_refuses_to_rewrite_the_past(
    opened: Opener, table: str, change: str
) -> None:
    database = opened()
    filled(database)
    column = metadata.tables[table].primary_key.columns.values()[0].name
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text(change.format(table, column, column)))


def test_that_a_newer_schema_is_refused_and_left_alone(opened: Opener) -> None:
    database = opened()
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(NewerSchema, match=r"newer version of the program.*0999.*update the program"):
        opened()
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0999"


def test_that_a_copy_is_made_before_a_migration(place: str, opened: Opener, tmp_path: Path) -> None:
    if "://" not in place:
        Path(place).parent.mkdir()
    old = engine_of(url_of(place), foreign_keys=False)
    bring_up_to_date(old, where=place, backups=None, now=utc_now(), program="old", target="0001")
    row = (
        "INSERT INTO cases (id, name, context, status, protocol, search_text, origin, state, revision,"
        " created, changed) VALUES ('k', 'K24', 'unknown', 'new', '{}', 'k24', '{}', '{}', 0,"
        " '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
    )
    with old.execution_options(**{WRITES: True}).begin() as connection:
        connection.execute(text(row))
    old.dispose()
    database = opened()
    done = database.migration
    assert done is not None
    assert (done.before, done.after) == ("0001", NEWEST)
    assert done.backup is not None
    with database.read() as connection:
        programs = connection.execute(text("SELECT program FROM schema_info ORDER BY revision"))
        assert programs.scalars().all() == ["old", "centromere"]
        if "://" in place:
            names = connection.execute(text(f'SELECT name FROM "{done.backup}".cases')).scalars().all()
            assert names == ["K24"]
            return
    assert Path(done.backup).parent == Path(place).parent / "backups"
    assert stat.S_IMODE(Path(done.backup).stat().st_mode) == 0o600
    copy = create_engine(f"sqlite:///{done.backup}")
    with copy.connect() as connection:
        assert connection.execute(text("SELECT name FROM cases")).scalars().all() == ["K24"]
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
        assert not inspect(connection).has_table("corrections")
    copy.dispose()


def test_that_a_database_is_not_migrated_where_no_copy_can_be_made(tmp_path: Path) -> None:
    place = tmp_path / "old.sqlite"
    old = engine_of(url_of(place), foreign_keys=False)
    bring_up_to_date(old, where="", backups=None, now=utc_now(), program="old", target="0001")
    old.dispose()
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="expected a folder"):
        open_database(place, backups=tmp_path / "file")
    with sqlite3.connect(place) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_that_two_seats_may_start_at_once_on_an_empty_database(place: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(lambda _: open_database(place), range(4)))
    assert sum(database.migration is not None for database in databases) == 1
    for database in databases:
        filled(database)
    assert len(CaseStore(databases[0]).list_cases()) == 4
    for database in databases:
        database.close()


def test_that_the_file_and_its_folder_are_private(tmp_path: Path) -> None:
    place = tmp_path / "home" / "centromere.sqlite"
    database = open_database(place)
    filled(database)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    with database.read() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]
    database.close()


def test_that_a_program_that_holds_the_database_is_named_as_the_reason(tmp_path: Path) -> None:
    place = tmp_path / "held.sqlite"
    database = open_database(place, patience_s=0.1)
    store = filled(database)
    (row,) = store.list_cases()
    (cell,) = store.load_case(row.id).cells
    holder = sqlite3.connect(place, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"another program holds the database.*repeat the step"):
        store.do(cell.id, CountPoint(point=(1.0, 1.0)), EVA, 2)
    assert store.load_cell(cell.id).revision == 2
    holder.execute("ROLLBACK")
    assert store.do(cell.id, CountPoint(point=(1.0, 1.0)), EVA, 2).revision == 3
    holder.close()
    database.close()


def test_that_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "full.sqlite")
    store = filled(database)
    (row,) = store.list_cases()
    (cell,) = store.load_case(row.id).cells
    before = store.load_cell(cell.id)
    with database.engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used}")
    with pytest.raises(StorageError, match="is full, free some space"):
        store.place(proposal_for(before.cell, corners=400), EVA, 2)
    with pytest.raises(StorageError, match="is full, free some space"):
        store.place(proposal_for(before.cell, corners=400), EVA, 2)
    assert CaseStore(database).load_cell(cell.id) == before
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    assert store.place(proposal_for(before.cell, corners=400), EVA, 2).revision == 3
    database.close()


def test_that_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="set CENTROMERE_HOME to another folder"):
        open_database("/proc/centromere/centromere.sqlite")
    with pytest.raises(StorageError, match="got a folder"):
        open_database(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to read-only folders")
def test_that_a_read_only_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    with pytest.raises(StorageError, match="is read-only"):
        open_database(folder / "centromere.sqlite")


def test_that_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    place = tmp_path / "letter.sqlite"
    place.write_bytes(b"Dear colleagues, " * 500)
    with pytest.raises(StorageError, match=r"damaged or is no database.*folder of backups"):
        open_database(place)
    assert place.read_bytes() == b"Dear colleagues, " * 500


def test_that_a_damaged_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    place = tmp_path / "damaged.sqlite"
    filled(open_database(place)).database.close()
    with place.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(place.stat().st_size - 4096))
    with pytest.raises(StorageError, match="damaged or is no database"):
        CaseStore(open_database(place)).list_cases()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("postgresql://user@127.0.0.1:1/centromere", "cannot be reached"),
        ("mysql://user@server/centromere", "got mysql, correct the address"),
        ("sqlite://", "got sqlite"),
        ("post gres://server", "cannot be read, correct the address"),
        ("postgresql://user@server:port/centromere", "cannot be read, correct the address"),
    ],
)
def test_that_a_wrong_address_is_explained(address: str, message: str) -> None:
    with pytest.raises(StorageError, match=message):
        open_database(address)


@pytest.mark.postgres
def test_that_the_reason_of_a_server_is_passed_on(postgres_url: str) -> None:
    wrong = url_of(postgres_url).set(database="centromere_nowhere").render_as_string(hide_password=False)
    with pytest.raises(StorageError, match=r"refuses the connection .*does not exist.*administrator"):
        open_database(wrong)


@pytest.mark.postgres
def test_that_a_seat_that_waits_for_another_gives_up_and_says_so(postgres_place: str) -> None:
    database = open_database(postgres_place, patience_s=0.2)
    store, case = CaseStore(database), empty_case()
    with database.engine.begin() as holder:
        holder.execute(text("LOCK TABLE cases"))
        with pytest.raises(StorageError, match="another seat holds the database"):
            store.create_case(case, EVA)
    assert CaseStore(database).list_cases() == ()
    database.close()


def test_that_a_password_never_appears_in_a_message() -> None:
    with pytest.raises(StorageError) as failure:
        open_database("postgresql://user:secret@127.0.0.1:1/centromere")
    assert "secret" not in str(failure.value)
    assert "user" in str(failure.value)


def test_that_names_with_halves_of_characters_can_be_stored(opened: Opener) -> None:
    store = CaseStore(opened())
    case = replace(empty_case(), name="caf\udce9 \0")
    store.create_case(case, EVA)
    store.add_cells(case.id, [empty_cell("m\udcff.tif")], EVA)
    loaded = store.load_case(case.id)
    assert loaded.case.name == case.name
    assert loaded.cells[0].label == "m?.tif"
    assert store.list_cases("caf")[0].name == "caf? \ufffd"
