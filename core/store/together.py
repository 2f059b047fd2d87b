"""One step of the case in several of its cells: written in all of them, or in none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from core.domain.ids import CaseId, CellId, PersonName
from core.domain.metaphase import Metaphase
from core.editing.case_operations import InCells
from core.editing.codec import operation_to_json
from core.editing.history import History, Step
from core.editing.operations import CellOperation, Refused, Together
from core.store import case_rows, cells, schema
from core.store.edits import Entry, write_do, write_moves
from core.store.records import CaseRecord, CellRecord

Known = Callable[[Connection, CellId], CellRecord]
"""Gives the record of a cell at the revision that the seat expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a step in several cells led to."""

    case: CaseRecord
    cells: tuple[CellRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who writes, when, and which revision of each cell this seat saw last."""

    person: PersonName
    now: datetime
    revisions: Mapping[CellId, int]
    known: Known


def do_together(
    connection: Connection,
    case: CaseId,
    step: InCells,
    operations: Mapping[CellId, CellOperation],
    seat: Seat,
) -> Written:
    """Do an operation in each of these cells as one step of the case.

    Raises
    ------
    Refused
        When it makes no sense in one of the cells; it is done in none then.
    Conflict, Missing
        When another seat changed one of the cells, or took it out of the case.
    """
    _lock(connection, operations)
    written = []
    for cell in sorted(operations):
        part = Together(step=step.step, words=step.words, operation=operations[cell])
        written.append(_write_cell(connection, cell, _doing(part), seat))
    payload = operation_to_json(step)[1]

    def move(connection: Connection, entry: Entry, history: History) -> History:  # type: ignore[type-arg]
        return write_do(connection, entry, history, step, payload)

    return Written(case=_write_case(connection, case, move, seat), cells=tuple(written))


def move_together(connection: Connection, case: CaseId, step: str, by: int, seat: Seat) -> Written:
    """Take a step of several cells back (`by` -1), or do it again (1).

    Raises
    ------
    Refused
        When one of its cells has gone on since; nothing is written then.
    """
    record = case_rows.read_case(connection, case)
    found = next((one for one in _steps(record.history, by) if _is(one, InCells, step)), None)
    if found is None or not isinstance(found.operation, InCells):
        raise Refused("this step was taken back or cut off meanwhile, look at the case as it stands")

    def move_cell(connection: Connection, entry: Entry, history: History[Metaphase]) -> History[Metaphase]:
        steps = _steps(history, by)
        if not steps or not _is(steps[-1], Together, step):
            raise Refused(
                f"{history.state.label} has gone on since “{found.operation.label}”, "
                "take back its later steps first"
            )
        return write_moves(connection, entry, history, by)

    _lock(connection, found.operation.cells)
    written = [_write_cell(connection, cell, move_cell, seat) for cell in sorted(found.operation.cells)]

    def move(connection: Connection, entry: Entry, history: History) -> History:  # type: ignore[type-arg]
        return write_moves(connection, entry, history, by, row=found.row)

    return Written(case=_write_case(connection, case, move, seat), cells=tuple(written))


def refuse_alone(history: History[Metaphase], by: int) -> None:
    """Refuse to move a cell past a step that it shares with other cells."""
    steps = history.done[by:] if by < 0 else history.undone[-by:] if by else ()
    if any(isinstance(step.operation, Together) for step in steps):
        raise Refused("this step was done in several cells at once, take it back in all of them")


def _lock(connection: Connection, wanted: Iterable[CellId]) -> None:
    """Keep others from writing to the cells; all of them before the case, as one cell does.

    Two seats can never wait for each other then.
    """
    found = select(schema.cells.c.id).where(schema.cells.c.id.in_(list(wanted))).order_by(schema.cells.c.id)
    connection.execute(found.with_for_update()).all()


def _steps(history: History, by: int) -> tuple[Step, ...]:  # type: ignore[type-arg]
    return history.done if by < 0 else history.undone


def _is(step: Step, kind: type[InCells] | type[Together], identity: str) -> bool:  # type: ignore[type-arg]
    operation = step.operation
    return isinstance(operation, kind) and operation.step == identity


def _doing(part: Together) -> cells.Move:
    payload = operation_to_json(part)[1]
    return lambda connection, entry, history: write_do(connection, entry, history, part, payload)


def _write_cell(connection: Connection, cell: CellId, move: cells.Move, seat: Seat) -> CellRecord:
    before = seat.known(connection, cell)
    return cells.write_cell(
        connection,
        lambda connection: before,
        cell,
        move,
        expected_revision=seat.revisions.get(cell, before.revision),
        person=seat.person,
        now=seat.now,
    )


def _write_case(connection: Connection, case: CaseId, move: case_rows.Move, seat: Seat) -> CaseRecord:
    revision = case_rows.read_case(connection, case, lock=True).revision
    return case_rows.write_case(
        connection, case, move, expected_revision=revision, person=seat.person, now=seat.now
    )
