"""All tables of a database as one stream of lines, and back, for SQLite and PostgreSQL alike.

Format 1. The first line is an object with `format`, `revision` of the schema and `tables`. Each table
follows as an object `{"table", "columns", "key"}`, one array a row in the order of the key
(`core/backup/rows.py`), and an object `{"rows", "digest"}` with the SHA-256 of its row lines. The last line
is `{"end": true}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from sqlalchemy import Connection, DateTime, MetaData, String, Table, delete, func, insert, select, text
from sqlalchemy.types import TypeEngine

from core.backup.failures import BackupError, Damaged
from core.backup.rows import line_of, values_of
from core.progress import NoProgress, Progress
from core.store.migrate import revision_of

FORMAT: Final = 1
_ALEMBIC: Final = "alembic_version"
_AT_ONCE: Final = 40
_BATCH_BYTES: Final = 8 << 20
_COMMIT_BYTES: Final = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContent:
    """What a table held: names of columns and key, number of rows, SHA-256 of its lines."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: int
    digest: str


class Written(Protocol):
    """Whatever takes bytes."""

    def write(self, content: bytes, /) -> object:
        """Take them."""


def export_tables(
    connection: Connection, target: Written, progress: Progress | None = None
) -> tuple[TableContent, ...]:
    """Write every table of the database as this transaction sees it.

    Parameters
    ----------
    connection
        Within `Database.read`: one transaction that sees one state, however long it lasts.
    target
        Takes the lines; memory stays bounded.

    Returns
    -------
    tuple of TableContent
        In the order in which they were written: a table after those that it refers to.
    """
    told = progress or NoProgress()
    tables = _tables(connection)
    revision = revision_of(connection)
    if revision is None:
        raise BackupError("expected a database of this program, got one without tables", "open it once")
    total = sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    _write(target, {"format": FORMAT, "revision": revision, "tables": [table.name for table in tables]})
    contents: list[TableContent] = []
    for table in tables:
        columns = tuple(column.name for column in table.columns)
        key = tuple(column.name for column in table.primary_key.columns) or columns
        _write(target, {"table": table.name, "columns": columns, "key": key})
        done = sum(content.rows for content in contents)

        def tell(rows: int, name: str = table.name, before: int = done) -> None:
            told.step(before + rows, total, f"Reading {name}")

        contents.append(_written(connection, table, columns, key, target, tell))
        _write(target, {"rows": contents[-1].rows, "digest": contents[-1].digest})
    _write(target, {"end": True})
    return tuple(contents)


def digests_of(connection: Connection, like: Sequence[TableContent]) -> tuple[TableContent, ...]:
    """Tell what the tables named by `like` hold now, with columns and key in the order given there."""
    known = {table.name: table for table in _tables(connection)}
    found = []
    for one in like:
        if one.table in known:
            table = known[one.table]
            found.append(_written(connection, table, one.columns, one.key, None, lambda rows: None))
    return tuple(found)


def _written(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    key: Sequence[str],
    target: Written | None,
    tell: Callable[[int], None],
) -> TableContent:
    digest = hashlib.sha256()
    wanted = select(*(table.c[name] for name in columns)).order_by(*_in_order(connection, table, key))
    rows = 0
    tell(0)
    for row in connection.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        line = line_of(row)
        digest.update(line)
        if target is not None:
            target.write(line)
        rows += 1
        if rows % _AT_ONCE == 0:
            tell(rows)
    return TableContent(
        table=table.name, columns=tuple(columns), key=tuple(key), rows=rows, digest=digest.hexdigest()
    )


def _in_order(connection: Connection, table: Table, key: Sequence[str]) -> Iterator[Any]:
    for name in key:
        column = table.c[name]
        # By bytes, as SQLite does; a server orders by the language it was set up for.
        by_bytes = connection.dialect.name == "postgresql" and isinstance(column.type, String)
        yield column.collate("C") if by_bytes else column


def _tables(connection: Connection) -> list[Table]:
    reflected = MetaData()
    # What is there counts, not what this version of the program expects.
    reflected.reflect(connection)
    return [table for table in reflected.sorted_tables if table.name != _ALEMBIC]


def import_tables(
    connection: Connection, lines: Iterator[bytes], *, in_pieces: bool, progress: Progress | None = None
) -> tuple[TableContent, ...]:
    """Fill a database whose schema has the revision that the stream names.

    Parameters
    ----------
    connection
        Not in a transaction yet.
    lines
        What `export_tables` wrote.
    in_pieces
        Commit every 256 MB: for a file beside, which nobody uses before it is whole. Otherwise all is one
        transaction.

    Raises
    ------
    Damaged
        Where a table does not hold what it held.
    """
    told = progress or NoProgress()
    tables = {table.name: table for table in _tables(connection)}
    if connection.in_transaction():
        connection.commit()
    head = read_head(lines)
    connection.begin()
    for name in reversed(list(tables)):
        connection.execute(delete(tables[name]))
    contents: list[TableContent] = []
    since = 0
    for number, name in enumerate(head["tables"]):
        about = _object(next(lines, b""))
        if about.get("table") != name or name not in tables:
            raise _unexpected(f"the table {name}")
        told.step(number, len(head["tables"]), f"Restoring {name}")
        content, since = _filled(connection, tables[name], about, lines, since if in_pieces else None)
        contents.append(content)
        _count_on(connection, tables[name])
    if not _object(next(lines, b"")).get("end") or next(lines, b""):
        raise _unexpected("the end of the tables")
    connection.commit()
    return tuple(contents)


def read_head(lines: Iterator[bytes]) -> dict[str, Any]:
    """Read the first line; refuses a format of a newer program."""
    head = _object(next(lines, b""))
    if head.get("format") != FORMAT:
        raise BackupError(
            f"expected a backup of format {FORMAT}, got {head.get('format')!r}",
            "restore it with the version of the program that made it, or a newer one",
        )
    return head


def _filled(
    connection: Connection, table: Table, about: dict[str, Any], lines: Iterator[bytes], since: int | None
) -> tuple[TableContent, int]:
    columns = [str(name) for name in about["columns"]]
    missing = [name for name in columns if name not in table.c]
    if missing:
        raise _unexpected(f"the column {missing[0]} of {table.name}")
    turns = [_turn(table.c[name].type, connection.dialect.name) for name in columns]
    digest = hashlib.sha256()
    batch: list[dict[str, Any]] = []
    waiting = rows = 0
    for line in lines:
        if line.startswith(b"{"):
            break
        digest.update(line)
        values = values_of(line)
        named = zip(columns, turns, values, strict=True)
        batch.append({name: value if turn is None else turn(value) for name, turn, value in named})
        rows += 1
        waiting += len(line)
        if waiting >= _BATCH_BYTES or len(batch) >= 500:
            connection.execute(insert(table), batch)
            batch.clear()
            since = None if since is None else since + waiting
            waiting = 0
            if since is not None and since >= _COMMIT_BYTES:
                connection.commit()
                connection.begin()
                since = 0
    else:
        raise _unexpected(f"the end of the table {table.name}")
    if batch:
        connection.execute(insert(table), batch)
    found = TableContent(
        table=table.name,
        columns=tuple(columns),
        key=tuple(about["key"]),
        rows=rows,
        digest=digest.hexdigest(),
    )
    told = _object(line)
    if (told.get("rows"), told.get("digest")) != (found.rows, found.digest):
        raise _unexpected(f"the rows of {table.name}")
    return found, since or 0


def _turn(kind: TypeEngine[Any], dialect: str) -> Callable[[Any], Any] | None:
    if dialect == "sqlite" and isinstance(kind, DateTime):
        return lambda value: None if value is None else value.replace(tzinfo=None)
    return None


def _count_on(connection: Connection, table: Table) -> None:
    """Let a server go on counting rows after the last number that was restored."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        name = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        ).scalar()
        last = connection.execute(select(func.max(column))).scalar() if name else None
        if last is not None:
            connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def _write(target: Written, values: dict[str, Any]) -> None:
    target.write(json.dumps(values, ensure_ascii=False).encode() + b"\n")


def _object(line: bytes) -> dict[str, Any]:
    found = json.loads(line) if line else None
    if not isinstance(found, dict):
        raise _unexpected("a line about a table")
    return found


def _unexpected(what: str) -> Damaged:
    return Damaged(
        f"the tables of the backup are damaged: {what} is missing or differs", "take another backup"
    )


def as_json(content: TableContent) -> dict[str, Any]:
    """Plain values for a JSON file."""
    return asdict(content)
