"""The servers that dev.py starts for the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg
import pytest

if sys.platform == "win32":
    pytest.skip("the servers are started on Linux only", allow_module_level=True)

from installers.servers import free_port, postgres_programs, postgres_server

needs_postgres = pytest.mark.skipif(postgres_programs() is None, reason="needs PostgreSQL's server programs")


@needs_postgres
def test_that_the_database_server_answers_is_empty_and_leaves_nothing_behind() -> None:
    with postgres_server() as url:
        address = url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(address) as connection:
            question = "select count(*) from pg_tables where schemaname = 'public'"
            tables = connection.execute(question).fetchone()
            folder = connection.execute("show data_directory").fetchone()
        assert tables == (0,)
        assert folder is not None
        assert Path(folder[0]).stat().st_uid != 0
    assert not Path(folder[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=3)


@needs_postgres
def test_that_the_database_server_asks_for_its_password() -> None:
    with postgres_server() as url:
        place = url.split("@")[1]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://centromere:wrong@{place}", connect_timeout=3)


def test_that_a_free_port_is_one_that_can_be_listened_on() -> None:
    assert 1024 <= free_port() <= 65535
