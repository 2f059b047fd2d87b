from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from core.store.cases import CaseStore
from core.store.database import Database, open_database


def _on_server(server: str, statement: str) -> None:
    # libpq does not know the driver that SQLAlchemy may name in a URL.
    url = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


class SteppingClock:
    """Tells times one second apart, from a fixed start."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def postgres_place(postgres_url: str) -> Iterator[str]:
    """URL of a new, empty database on the test server."""
    name = f"centromere_test_{uuid4().hex}"
    _on_server(postgres_url, f'CREATE DATABASE "{name}"')
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    _on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database: path of a file, or URL of a database on the test server."""
    if request.param == "sqlite":
        return str(tmp_path / "home" / "centromere.sqlite")
    return str(request.getfixturevalue("postgres_place"))


@pytest.fixture
def opened(place: str) -> Iterator[Callable[[], Database]]:
    """Opens the database again and again, as several seats or starts of the program would."""
    databases: list[Database] = []

    def open_it() -> Database:
        databases.append(open_database(place, patience_s=0.3))
        return databases[-1]

    yield open_it
    for database in databases:
        database.close()


@pytest.fixture
def seat(opened: Callable[[], Database]) -> Callable[[], CaseStore]:
    """Another seat, or another start, at the same database."""
    clock = SteppingClock()
    return lambda: CaseStore(opened(), clock)


@pytest.fixture
def store(seat: Callable[[], CaseStore]) -> CaseStore:
    return seat()
