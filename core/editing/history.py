"""Undo and redo over immutable states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

State = TypeVar("State")


class Operation(Protocol[State]):
    """A pure function from state to state that names itself."""

    @property
    def label(self) -> str:
        """Words for the undo menu."""

    def apply(self, state: State, /) -> State:
        """Return the state after this step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[State]):
    """An operation that was done, with the state it led to and its row in the log."""

    operation: Operation[State]
    after: State
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Generic[State]):
    """States of one cell (or case), immutable like them: every move returns a new history.

    Parameters
    ----------
    origin
        State before the first step.
    done
        Steps that stand, oldest first.
    undone
        Steps taken back, the next one to redo last.
    """

    origin: State
    done: tuple[Step[State], ...] = ()
    undone: tuple[Step[State], ...] = ()

    @property
    def state(self) -> State:
        """State as it stands."""
        return self.done[-1].after if self.done else self.origin

    @property
    def undo_label(self) -> str | None:
        """What an undo would take back; None when nothing is left."""
        return self.done[-1].operation.label if self.done else None

    @property
    def redo_label(self) -> str | None:
        """What a redo would do again; None when nothing was taken back."""
        return self.undone[-1].operation.label if self.undone else None

    def do(self, operation: Operation[State], *, row: int) -> History[State]:
        """Apply an operation; what had been undone is gone from this line (it stays in the log)."""
        step = Step(operation=operation, after=operation.apply(self.state), row=row)
        return History(origin=self.origin, done=(*self.done, step), undone=())

    def record(self, operation: Operation[State]) -> History[State]:
        """Apply a step that is never taken back, such as an import, beneath all others.

        What can be undone or redone stays so: every step is done again on the new origin. The operation
        has to be independent of those steps.
        """
        origin = operation.apply(self.origin)
        done = _again(origin, self.done)
        undone = _again(done[-1].after if done else origin, self.undone[::-1])[::-1]
        return History(origin=origin, done=done, undone=undone)

    def undo(self) -> History[State]:
        """Take the last step back; IndexError when nothing is left."""
        if not self.done:
            raise IndexError("nothing to undo")
        return History(origin=self.origin, done=self.done[:-1], undone=(*self.undone, self.done[-1]))

    def redo(self) -> History[State]:
        """Do the last undone step again; IndexError when nothing was taken back."""
        if not self.undone:
            raise IndexError("nothing to redo")
        return History(origin=self.origin, done=(*self.done, self.undone[-1]), undone=self.undone[:-1])

    def undo_row(self, row: int) -> History[State]:
        """Take the step of a row back wherever it stands; those after it are done again without it.

        The step has to be independent of them. IndexError when no such step stands.
        """
        at = _place(self.done, row)
        before, step = self.done[:at], self.done[at]
        done = (*before, *_again(before[-1].after if before else self.origin, self.done[at + 1 :]))
        undone = _again(done[-1].after if done else self.origin, (step, *self.undone[::-1]))[::-1]
        return History(origin=self.origin, done=done, undone=undone)

    def redo_row(self, row: int) -> History[State]:
        """Do an undone step again wherever it waits; IndexError when it does not wait."""
        at = _place(self.undone, row)
        (step,) = _again(self.state, (self.undone[at],))
        waiting = self.undone[:at] + self.undone[at + 1 :]
        again = _again(step.after, waiting[::-1])[::-1]
        return History(origin=self.origin, done=(*self.done, step), undone=again)


def _place(steps: tuple[Step[State], ...], row: int) -> int:
    for at, step in enumerate(steps):
        if step.row == row:
            return at
    raise IndexError(f"expected a step with row {row}, got none, read the history again")


def _again(state: State, steps: tuple[Step[State], ...]) -> tuple[Step[State], ...]:
    redone = []
    for step in steps:
        state = step.operation.apply(state)
        redone.append(replace(step, after=state))
    return tuple(redone)
