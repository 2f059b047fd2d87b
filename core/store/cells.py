"""Read and write cells within a transaction; `core.store.cases` opens the transactions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from core.domain.ids import CaseId, CellId, ChromosomeId, PersonName
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.editing.codec import from_json, operation_from_json, to_json
from core.editing.history import History
from core.editing.operations import CellOperation
from core.editing.placing import placing
from core.learning.confirming import confirming_step
from core.learning.corrections import corrections_between
from core.store.columns import cell_columns
from core.store.edits import Entry, append, claim, logged_steps
from core.store.failures import Missing
from core.store.learning import insert_corrections
from core.store.proposals import find_proposal, read_proposal
from core.store.records import CellRecord
from core.store.replay import CREATE, LoggedStep, replayed
from core.store.schema import TAKEN_OUT, cases, cells, states

Move = Callable[[Connection, Entry, History[Metaphase]], History[Metaphase]]
"""Writes its row of the log and returns the history after it."""


def insert_cells(
    connection: Connection,
    case: CaseId,
    fresh: Sequence[Metaphase],
    *,
    first_position: int,
    person: PersonName,
    now: datetime,
) -> None:
    """Write new cells with their first rows in the log."""
    for position, cell in enumerate(fresh, start=first_position):
        text = to_json(cell)
        connection.execute(
            insert(cells).values(
                id=cell.id,
                case_id=case,
                position=position,
                image=cell.image,
                page=cell.page,
                origin=text,
                revision=0,
                created=now,
                changed=now,
                **cell_columns(cell),
            )
        )
        connection.execute(insert(states).values(cell_id=cell.id, revision=0, state=text))
        entry = Entry(case=case, cell=cell.id, revision=0, person=person, time=now)
        append(connection, entry, action=CREATE, kind="ImportCell", label=f"Import {cell.label}")


def read_cell(connection: Connection, cell_id: CellId, *, claimed_from: int | None = None) -> CellRecord:
    """Read a cell with its history.

    Parameters
    ----------
    claimed_from
        Revision before `claim` counted it up in this transaction.

    Raises
    ------
    Missing
        When there is no such cell.
    """
    row = connection.execute(
        select(cells.c.case_id, cells.c.origin, cells.c.revision, states.c.state)
        .join(states, states.c.cell_id == cells.c.id)
        .where(cells.c.id == cell_id)
    ).first()
    if row is None:
        raise Missing("there is no such cell in this database", "reload the case")

    def operation(step: LoggedStep) -> CellOperation:
        return _operation(connection, step)

    history, complete = replayed(
        from_json(row.origin, Metaphase),
        logged_steps(connection, row.case_id, cell_id),
        operation,
        from_json(row.state, Metaphase),
    )
    return CellRecord(
        case=CaseId(row.case_id),
        history=history,
        revision=row.revision if claimed_from is None else claimed_from,
        complete=complete,
    )


def write_cell(
    connection: Connection,
    before: Callable[[Connection], CellRecord],
    cell_id: CellId,
    move: Move,
    *,
    expected_revision: int,
    person: PersonName,
    now: datetime,
    rows: int = 1,
) -> CellRecord:
    """Take one step, or several: rows of the log, state and columns.

    Parameters
    ----------
    before
        Gives the record at the expected revision.
    rows
        Rows of the log that `move` writes.

    Raises
    ------
    Missing
        When the cell was taken out of its case.
    """
    case = claim(connection, cells, cell_id, expected_revision, now, rows=rows)
    if _taken_out(connection, cell_id):
        raise Missing("this cell was taken out of the case", "undo that for the case if it is still wanted")
    record = before(connection)
    revision = expected_revision + rows
    entry = Entry(case=case, cell=cell_id, revision=revision, person=person, time=now)
    history = move(connection, entry, record.history)
    state = history.state
    connection.execute(update(cases).where(cases.c.id == case).values(changed=now))
    connection.execute(
        update(cells)
        .where(cells.c.id == cell_id)
        .values(confirming_row=_confirmed(connection, entry, record.history, history), **cell_columns(state))
    )
    connection.execute(
        update(states).where(states.c.cell_id == cell_id).values(revision=revision, state=to_json(state))
    )
    return CellRecord(case=CaseId(case), history=history, revision=revision, complete=record.complete)


def _taken_out(connection: Connection, cell_id: CellId) -> bool:
    verdict = connection.execute(select(cells.c.verdict).where(cells.c.id == cell_id)).scalar()
    return verdict == TAKEN_OUT


def cells_of(connection: Connection, case: CaseId) -> set[CellId]:
    """Tell all cells of a case, those that were taken out of it among them."""
    return set(connection.execute(select(cells.c.id).where(cells.c.case_id == case)).scalars())


def show_membership(connection: Connection, case: CaseId, members: Sequence[CellId]) -> None:
    """Let the rows of the cells say which of them belong to the case."""
    found = connection.execute(
        select(cells.c.id, cells.c.verdict, states.c.state)
        .join(states, states.c.cell_id == cells.c.id)
        .where(cells.c.case_id == case)
    ).all()
    for row in found:
        belongs = row.id in members
        if belongs == (row.verdict != TAKEN_OUT):
            continue
        verdict = from_json(row.state, Metaphase).verdict.value if belongs else TAKEN_OUT
        connection.execute(update(cells).where(cells.c.id == row.id).values(verdict=verdict))


def _confirmed(
    connection: Connection, entry: Entry, before: History[Metaphase], after: History[Metaphase]
) -> int | None:
    """Tell the row of the log that confirms the cell; corrections are written when it is the new one.

    An undo or redo goes to a row whose corrections are stored already.
    """
    step = confirming_step(after)
    proposal = None if step is None else find_proposal(connection, after.state.proposal)
    if step is None or proposal is None:
        return None
    if step.row not in {known.row for known in (*before.done, *before.undone)}:
        insert_corrections(connection, entry, step.row, proposal, corrections_between(proposal, after.state))
    return step.row


def placing_payload(proposal: Proposal, superseded: frozenset[ChromosomeId]) -> str:
    """Payload that refers to the stored proposal, which holds some 300 kB."""
    return json.dumps({"reference": proposal.id, "superseded": sorted(superseded)})


def _operation(connection: Connection, step: LoggedStep) -> CellOperation:
    if step.kind == "PlaceProposal":
        payload = json.loads(step.payload)
        if "reference" in payload:
            proposal = read_proposal(connection, payload["reference"])
            return placing(proposal, frozenset(ChromosomeId(i) for i in payload["superseded"]))
    operation = operation_from_json(step.kind, step.payload)
    if not isinstance(operation, CellOperation):
        raise TypeError(f"expected an operation on a cell in row {step.sequence}, got {step.kind}")
    return operation
