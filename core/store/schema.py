"""Tables of the database, as they are after the last migration.

The migrations in `core/store/migrations` create them; a test compares the two. Columns that repeat a
part of a state serve the worklist and queries; the state in its JSON column is what counts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

NEWEST: Final = "0002"
"""Revision of the last migration."""

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """Time with a zone going in, UTC coming out, also from SQLite, which knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC; a time without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a time with a zone, got one without, use datetime.now(UTC)")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return UTC."""
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


def _identity() -> String:
    return String(64)


def _row_number() -> Any:
    return BigInteger().with_variant(Integer(), "sqlite")


metadata: Final = MetaData(naming_convention=NAMING)

cases: Final = Table(
    "cases",
    metadata,
    Column("id", _identity(), primary_key=True),
    Column("name", Text, nullable=False),
    Column("context", String(32), nullable=False),
    Column("status", String(32), nullable=False),
    Column("protocol", Text, nullable=False),
    Column("due", Date),
    Column("assigned", Text),
    Column("karyotype", Text),
    Column("proposed_karyotype", Text),
    Column("search_text", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Index(None, "changed"),
    Index(None, "due"),
)

TAKEN_OUT: Final = "taken out"
"""Verdict in the row of a cell that was taken out of its case; its state keeps the verdict of people."""

cells: Final = Table(
    "cells",
    metadata,
    Column("id", _identity(), primary_key=True),
    Column("case_id", _identity(), ForeignKey("cases.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("image", String(64), nullable=False),
    Column("page", Integer, nullable=False),
    Column("culture", Text),
    Column("slide", Text),
    Column("colony", Text),
    Column("stage_x", Float),
    Column("stage_y", Float),
    Column("verdict", String(32), nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("analysed", Boolean, nullable=False),
    Column("karyotyped", Boolean, nullable=False),
    Column("checked", Boolean, nullable=False),
    Column("marks", Text, nullable=False),
    Column("chromosome_count", Integer, nullable=False),
    Column("quality", Float),
    Column("right_probability", Float),
    Column("proposal", _identity()),
    Column("origin", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("confirming_row", _row_number()),
    Column("created", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Index(None, "case_id", "position"),
    Index(None, "image"),
    # Holds all that the worklist sums up.
    Index("ix_cells_ledger", "case_id", "verdict", "counted", "analysed", "karyotyped", "checked"),
)

# Apart from `cells`, because a state has some 300 kB and the list of cells must not read it.
states: Final = Table(
    "states",
    metadata,
    Column("cell_id", _identity(), ForeignKey("cells.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

log: Final = Table(
    "log",
    metadata,
    Column("sequence", _row_number(), primary_key=True, autoincrement=True),
    Column("case_id", _identity(), ForeignKey("cases.id"), nullable=False),
    Column("cell_id", _identity(), ForeignKey("cells.id")),
    Column("revision", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("label", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("takes_back", _row_number(), ForeignKey("log.sequence")),
    Index(None, "cell_id", "revision", unique=True),
    Index(None, "case_id", "cell_id", "sequence"),
    sqlite_autoincrement=True,
)

proposals: Final = Table(
    "proposals",
    metadata,
    Column("id", _identity(), primary_key=True),
    Column("cell_id", _identity(), ForeignKey("cells.id"), nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("models", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Index(None, "cell_id"),
)

corrections: Final = Table(
    "corrections",
    metadata,
    Column("id", _row_number(), primary_key=True, autoincrement=True),
    Column("log_row", _row_number(), ForeignKey("log.sequence"), nullable=False),
    Column("case_id", _identity(), ForeignKey("cases.id"), nullable=False),
    Column("cell_id", _identity(), ForeignKey("cells.id"), nullable=False),
    Column("proposal", _identity(), ForeignKey("proposals.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("changed", Boolean, nullable=False),
    Column("chromosomes", Text, nullable=False),
    Column("proposed", Text),
    Column("confirmed", Text),
    Column("model", Text, nullable=False),
    Column("confidence", Float),
    Column("person", Text, nullable=False),
    Column("time", UtcTime, nullable=False),
    Index(None, "log_row"),
    Index(None, "cell_id"),
    sqlite_autoincrement=True,
)

schema_info: Final = Table(
    "schema_info",
    metadata,
    Column("revision", String(32), primary_key=True),
    Column("program", Text, nullable=False),
    Column("applied", UtcTime, nullable=False),
)

APPEND_ONLY: Final = ("log", "proposals", "corrections")
"""Tables in which a trigger refuses to change or remove a row."""
