"""Progress of long work, and its cancellation at the next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Cancelled(Exception):
    """A person cancelled the work; what was finished before stays."""


class Progress(Protocol):
    """Listener that long work tells where it is."""

    def step(self, done: int, total: int, text: str) -> None:
        """Take note of one step.

        Parameters
        ----------
        done, total
            Parts finished and parts in all; `total` is 0 where it is not known.
        text
            What happens next, for a person.

        Raises
        ------
        Cancelled
            Where the work shall stop here.
        """


class NoProgress:
    """Listener for work that nobody watches and nobody cancels."""

    def step(self, done: int, total: int, text: str) -> None:
        """Take note of one step and do nothing; see `Progress.step`."""


class CallbackProgress:
    """Listener that calls a function and can be cancelled from another thread.

    Parameters
    ----------
    report
        Called with done, total and text in the thread of the work.
    is_cancelled
        Asked at each step; true cancels as well as `cancel` does.
    """

    def __init__(
        self,
        report: Callable[[int, int, str], None] | None = None,
        *,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._report = report
        self._is_cancelled = is_cancelled
        self._cancelled = False

    def cancel(self) -> None:
        """Let the next step raise `Cancelled`; may be called from any thread."""
        self._cancelled = True

    def step(self, done: int, total: int, text: str) -> None:
        """Report one step; see `Progress.step`."""
        if self._cancelled or (self._is_cancelled is not None and self._is_cancelled()):
            raise Cancelled(text)
        if self._report is not None:
            self._report(done, total, text)


class PartOfProgress:
    """Listener that makes the steps of one part into steps of a whole.

    Parameters
    ----------
    whole
        Listener of the whole work.
    first, last, total
        The part covers `first`..`last` of the `total` steps of the whole.
    """

    def __init__(self, whole: Progress, *, first: int, last: int, total: int) -> None:
        self._whole = whole
        self._first = first
        self._last = last
        self._total = total

    def step(self, done: int, total: int, text: str) -> None:
        """Report one step of the part to the whole; see `Progress.step`."""
        share = done / total if total > 0 else 0.0
        at = self._first + round(min(max(share, 0.0), 1.0) * (self._last - self._first))
        self._whole.step(at, self._total, text)
