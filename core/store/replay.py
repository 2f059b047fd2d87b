"""The history of a cell or case, rebuilt from its rows in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from cattrs.errors import BaseValidationError

from core.editing.history import History, Operation, Step
from core.editing.operations import Refused

CREATE: Final = "create"
DO: Final = "do"
UNDO: Final = "undo"
REDO: Final = "redo"
RECORD: Final = "record"

ANYWHERE: Final = frozenset({"InCells"})
"""Kinds of steps that depend on no other step, so that they can be taken back out of their order."""

State = TypeVar("State")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedStep:
    """What replaying needs of a row of the log."""

    sequence: int
    action: str
    kind: str
    payload: str
    takes_back: int | None


def replayed(
    origin: State,
    rows: Iterable[LoggedStep],
    read: Callable[[LoggedStep], Operation[State]],
    stored: State,
) -> tuple[History[State], bool]:
    """Rebuild a history; only steps that stand or can be redone are read and applied.

    Parameters
    ----------
    origin
        State before the first row.
    rows
        In the order of their sequence.
    read
        Makes the operation of a row.
    stored
        State that was saved with the last row.

    Returns
    -------
    history, complete
        When the log does not lead to the stored state (a version of the program may have changed what
        an operation does), the stored state without a past, and False.
    """
    try:
        history = _rebuilt(origin, tuple(rows), read)
    except (Refused, KeyError, ValueError, TypeError, BaseValidationError):
        return History(origin=stored), False
    if history.state != stored:
        return History(origin=stored), False
    return history, True


def _rebuilt(
    origin: State, rows: tuple[LoggedStep, ...], read: Callable[[LoggedStep], Operation[State]]
) -> History[State]:
    beneath: list[LoggedStep] = []
    done: list[LoggedStep] = []
    undone: list[LoggedStep] = []
    for row in rows:
        if row.action == DO:
            done.append(row)
            undone.clear()
        elif row.action == RECORD:
            beneath.append(row)
        elif row.action in (UNDO, REDO):
            source, target = (done, undone) if row.action == UNDO else (undone, done)
            at = next((n for n, step in enumerate(source) if step.sequence == row.takes_back), -1)
            if at < 0 or (at < len(source) - 1 and row.kind not in ANYWHERE):
                raise ValueError(f"row {row.sequence} of the log takes back another step than the last")
            target.append(source.pop(at))
    for row in beneath:
        origin = read(row).apply(origin)
    steps = _steps(origin, done, read)
    ahead = _steps(steps[-1].after if steps else origin, undone[::-1], read)
    return History(origin=origin, done=steps, undone=ahead[::-1])


def _steps(
    state: State, rows: list[LoggedStep], read: Callable[[LoggedStep], Operation[State]]
) -> tuple[Step[State], ...]:
    steps = []
    for row in rows:
        operation = read(row)
        state = operation.apply(state)
        steps.append(Step(operation=operation, after=state, row=row.sequence))
    return tuple(steps)
