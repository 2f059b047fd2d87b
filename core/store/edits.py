"""One step of a cell or case, written to the append-only log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert, select, update

from core.editing.history import History, Operation
from core.editing.operations import Refused
from core.store.columns import storable
from core.store.failures import Conflict, Missing
from core.store.replay import DO, RECORD, REDO, UNDO, LoggedStep
from core.store.schema import log

State = TypeVar("State")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Head of a row of the log: of which cell (None: the case itself), at which revision, by whom, when."""

    case: str
    cell: str | None
    revision: int
    person: str
    time: datetime


def claim(
    connection: Connection, table: Table, identity: str, expected: int, now: datetime, *, rows: int = 1
) -> str:
    """Count the revision of a cell or case up, which locks it until the end of the transaction.

    Parameters
    ----------
    rows
        Rows of the log that are written in this transaction.

    Returns
    -------
    str
        Identity of its case.

    Raises
    ------
    Conflict
        When it is at another revision than expected.
    Missing
        When there is none of that identity.
    """
    claimed = connection.execute(
        update(table)
        .where(table.c.id == identity, table.c.revision == expected)
        .values(revision=expected + rows, changed=now)
    )
    owner = table.c.case_id if "case_id" in table.c else table.c.id
    row = connection.execute(
        select(owner.label("owner"), table.c.revision).where(table.c.id == identity)
    ).first()
    what = "case" if owner is table.c.id else "cell"
    if row is None:
        raise Missing(f"there is no such {what} in this database", "reload the worklist")
    if claimed.rowcount != 1:
        raise Conflict(
            f"another seat changed this {what} meanwhile (expected revision {expected}, got {row.revision})",
            "look at the reloaded state and repeat the step if it is still wanted",
        )
    return str(row.owner)


def append(
    connection: Connection,
    entry: Entry,
    *,
    action: str,
    kind: str,
    label: str,
    payload: str = "{}",
    takes_back: int | None = None,
) -> int:
    """Write a row of the log and tell its sequence."""
    values: dict[str, Any] = {
        "case_id": entry.case,
        "cell_id": entry.cell,
        "revision": entry.revision,
        "action": action,
        "kind": kind,
        "label": storable(label),
        "payload": payload,
        "person": storable(entry.person),
        "time": entry.time,
        "takes_back": takes_back,
    }
    return int(connection.execute(insert(log).values(values).returning(log.c.sequence)).scalar_one())


def write_do(
    connection: Connection,
    entry: Entry,
    history: History[State],
    operation: Operation[State],
    payload: str,
    *,
    undoable: bool = True,
) -> History[State]:
    """Do an operation; one that is not undoable goes beneath all others."""
    row = append(
        connection,
        entry,
        action=DO if undoable else RECORD,
        kind=type(operation).__name__,
        label=operation.label,
        payload=payload,
    )
    return history.do(operation, row=row) if undoable else history.record(operation)


def write_moves(
    connection: Connection, entry: Entry, history: History[State], by: int, *, row: int | None = None
) -> History[State]:
    """Take steps back (`by` below 0) or do steps again that were taken back, one row of the log for each.

    Parameters
    ----------
    entry
        Its revision is that of the last row.
    row
        The one step that is moved, wherever it stands; only for steps that depend on no other.
    """
    action, word = (UNDO, "undo") if by < 0 else (REDO, "redo")
    for left in range(abs(by) - 1, -1, -1):
        steps = history.done if by < 0 else history.undone
        step = next((one for one in reversed(steps) if row is None or one.row == row), None)
        if step is None:
            raise Refused(f"nothing is left to {word}")
        append(
            connection,
            replace(entry, revision=entry.revision - left),
            action=action,
            kind=type(step.operation).__name__,
            label=f"{word.capitalize()}: {step.operation.label}",
            takes_back=step.row,
        )
        if row is not None:
            history = history.undo_row(row) if by < 0 else history.redo_row(row)
        else:
            history = history.undo() if by < 0 else history.redo()
    return history


def logged_steps(connection: Connection, case: str, cell: str | None) -> tuple[LoggedStep, ...]:
    """Read the rows of a cell, or of the case itself, in order."""
    columns = select(log.c.sequence, log.c.action, log.c.kind, log.c.payload, log.c.takes_back)
    if cell is None:
        wanted = columns.where(log.c.case_id == case, log.c.cell_id.is_(None)).order_by(log.c.sequence)
    else:
        wanted = columns.where(log.c.cell_id == cell).order_by(log.c.revision)
    return tuple(
        LoggedStep(
            sequence=row.sequence,
            action=row.action,
            kind=row.kind,
            payload=row.payload,
            takes_back=row.takes_back,
        )
        for row in connection.execute(wanted)
    )
