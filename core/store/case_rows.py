"""Read and write cases themselves within a transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from core.domain.case import Case
from core.domain.ids import CaseId, PersonName
from core.editing.case_operations import CaseOperation
from core.editing.codec import from_json, operation_from_json, to_json
from core.editing.history import History
from core.store.cells import show_membership
from core.store.columns import case_columns, cell_row
from core.store.edits import Entry, append, claim, logged_steps
from core.store.failures import Missing
from core.store.records import CaseRecord
from core.store.replay import CREATE, LoggedStep, replayed
from core.store.schema import TAKEN_OUT, cases, cells

Move = Callable[[Connection, Entry, History[Case]], History[Case]]
"""Writes its row of the log and returns the history after it."""


def insert_case(connection: Connection, case: Case, person: PersonName, now: datetime) -> None:
    """Write a new case with its first row in the log."""
    connection.execute(
        insert(cases).values(
            id=case.id,
            origin=to_json(case),
            revision=0,
            created=now,
            changed=now,
            **case_columns(case, None),
        )
    )
    entry = Entry(case=case.id, cell=None, revision=0, person=person, time=now)
    append(connection, entry, action=CREATE, kind="CreateCase", label="Create case")


def read_case(connection: Connection, case_id: CaseId, *, lock: bool = False) -> CaseRecord:
    """Read a case with its history and the rows of its cells.

    Parameters
    ----------
    lock
        Keep others from writing to it until the end of the transaction.

    Raises
    ------
    Missing
        When there is no such case.
    """
    wanted = select(cases).where(cases.c.id == case_id)
    row = connection.execute(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise Missing("there is no such case in this database", "reload the worklist")
    history, complete = replayed(
        from_json(row.origin, Case),
        logged_steps(connection, case_id, None),
        _operation,
        from_json(row.state, Case),
    )
    found = connection.execute(
        select(cells)
        .where(cells.c.case_id == case_id, cells.c.verdict != TAKEN_OUT)
        .order_by(cells.c.position)
    )
    return CaseRecord(
        history=history,
        revision=row.revision,
        cells=tuple(cell_row(cell) for cell in found),
        proposed_karyotype=row.proposed_karyotype,
        complete=complete,
    )


def write_case(
    connection: Connection,
    case_id: CaseId,
    move: Move,
    *,
    expected_revision: int,
    person: PersonName,
    now: datetime,
    rows: int = 1,
) -> CaseRecord:
    """Take one step, or several: rows of the log, state and columns.

    Parameters
    ----------
    rows
        Rows of the log that `move` writes.
    """
    claim(connection, cases, case_id, expected_revision, now, rows=rows)
    record = read_case(connection, case_id)
    revision = expected_revision + rows
    entry = Entry(case=case_id, cell=None, revision=revision, person=person, time=now)
    history = move(connection, entry, record.history)
    members = record.cells
    if set(history.state.cells) != {row.id for row in members}:
        show_membership(connection, case_id, history.state.cells)
        members = read_case(connection, case_id).cells
    connection.execute(
        update(cases)
        .where(cases.c.id == case_id)
        .values(**case_columns(history.state, record.proposed_karyotype))
    )
    return CaseRecord(
        history=history,
        revision=revision,
        cells=members,
        proposed_karyotype=record.proposed_karyotype,
        complete=record.complete,
    )


def _operation(step: LoggedStep) -> CaseOperation:
    operation = operation_from_json(step.kind, step.payload)
    if not isinstance(operation, CaseOperation):
        raise TypeError(f"expected an operation on a case in row {step.sequence}, got {step.kind}")
    return operation
