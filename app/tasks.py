"""Work off the GUI thread: lanes with one worker each, results by one queued signal.

A lane does one piece of work at a time, the most urgent first. Whoever submits work gets the result, the
error or the cancellation in the GUI thread, in the order in which the lane finished them.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from app.collecting import Collecting, collected_elsewhere
from core.progress import Cancelled, Progress

_log = logging.getLogger(__name__)

Work = Callable[[Progress], Any]
_REPORT_EVERY = 0.05


def _is_heard(listener: Callable[..., None] | None) -> bool:
    """Tell whether everything of Qt that a listener speaks to is still there.

    A page or a window may close while its work is in hand. What a listener is bound to or closes over
    says whom it serves; when Qt has deleted that, nobody waits for the result.
    """
    if listener is None:
        return False
    bound = [getattr(listener, "__self__", None)]
    for cell in getattr(listener, "__closure__", None) or ():
        try:
            bound.append(cell.cell_contents)
        except ValueError:  # a name that its function has not filled yet
            continue
    return all(isValid(one) for one in bound if isinstance(one, QObject))


def _nothing(progress: Progress) -> None:
    """Work that is done."""


class Urgency(IntEnum):
    """Order of the work that waits; equal urgency goes by age."""

    NOW = 0
    SOON = 1
    BATCH = 2


@dataclass(eq=False, kw_only=True)
class Task:
    """One piece of work on a lane; also the listener that the work reports its progress to.

    `done`, `failed` and `gone` are called in the GUI thread, exactly one of them.
    """

    title: str
    work: Work
    urgency: Urgency = Urgency.SOON
    done: Callable[[Any], None] | None = None
    failed: Callable[[Exception], None] | None = None
    gone: Callable[[], None] | None = None
    at: int = 0
    total: int = 0
    text: str = ""
    finished: bool = False
    running: bool = False
    _cancelled: threading.Event = field(default_factory=threading.Event)
    _report: Callable[[], None] | None = None
    _reported: float = 0.0

    def cancel(self) -> None:
        """Let the work end at its next step, or never start."""
        self._cancelled.set()

    def forget(self) -> None:
        """Let go of whoever asked, in the GUI thread: the worker may hold the task a little longer.

        A page whose last reference were the worker's would be destroyed in its thread.
        """
        self.work, self.done, self.failed, self.gone = _nothing, None, None, None

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self._cancelled.is_set()

    def step(self, done: int, total: int, text: str) -> None:
        """Take note of one step, see `core.progress.Progress`; called in the thread of the work."""
        if self._cancelled.is_set():
            raise Cancelled(text)
        self.at, self.total, self.text = done, total, text
        now = time.monotonic()
        if self._report is not None and now - self._reported >= _REPORT_EVERY:
            self._reported = now
            self._report()


class Lane(QObject):
    """One worker thread with a queue.

    Parameters
    ----------
    name
        Shown in logs and as the name of the thread.
    finishes_everything
        Whether what waits is still done when the lane closes (writing to the database) or dropped
        (analysis, which can be repeated).
    """

    changed = Signal()
    """Something started, progressed or ended."""

    _reported = Signal(object, object)

    def __init__(
        self, name: str, *, finishes_everything: bool = False, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.name = name
        self._finishes_everything = finishes_everything
        self._waiting: list[tuple[int, int, Task]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._current: Task | None = None
        self._undelivered = 0
        self._closing = False
        self._thread: threading.Thread | None = None
        self._reported.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        title: str,
        work: Work,
        *,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        gone: Callable[[], None] | None = None,
        urgency: Urgency = Urgency.SOON,
    ) -> Task:
        """Queue a piece of work.

        Parameters
        ----------
        title
            What it does, for the status line.
        work
            Called in the worker with a `Progress` to report to.
        done, failed, gone
            Called in the GUI thread with the result, with the error, or after a cancellation.
        urgency
            Place in the queue.
        """
        task = Task(title=title, work=work, urgency=urgency, done=done, failed=failed, gone=gone)
        task._report = lambda: self._reported.emit(None, None)
        with self._wake:
            if self._closing:
                task.cancel()
                return task
            heapq.heappush(self._waiting, (int(urgency), next(self._order), task))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()
            self._wake.notify()
        self.changed.emit()
        return task

    @property
    def current(self) -> Task | None:
        """The work in hand; None when the lane rests."""
        return self._current

    @property
    def waiting(self) -> int:
        """How much work waits, without what is in hand."""
        with self._wake:
            return sum(1 for *_, task in self._waiting if not task.cancelled)

    @property
    def busy(self) -> bool:
        """Whether anything is in hand, waits, or waits to be delivered."""
        with self._wake:
            return self._current is not None or bool(self._waiting) or self._undelivered > 0

    def cancel_all(self) -> None:
        """Cancel what is in hand and what waits."""
        with self._wake:
            for *_, task in self._waiting:
                task.cancel()
            if self._current is not None:
                self._current.cancel()
            self._wake.notify()

    def close(self, timeout: float = 30.0) -> bool:
        """End the lane; tell whether it ended within `timeout` seconds. Nothing is delivered afterwards."""
        with self._wake:
            self._closing = True
        if not self._finishes_everything:
            self.cancel_all()
        with self._wake:
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closing:
                    self._wake.wait()
                if not self._waiting:
                    return
                *_, task = heapq.heappop(self._waiting)
                self._current = task
                self._undelivered += 1
            task.running = True
            with collected_elsewhere():
                call = self._outcome(task)
            with self._wake:
                self._current = None
            try:
                self._reported.emit(task, call)
            except RuntimeError:  # the window is gone, nobody waits for the result any more
                return

    def _outcome(self, task: Task) -> Callable[[], None]:
        if task.cancelled:
            return lambda: task.gone() if task.gone and _is_heard(task.gone) else None
        try:
            result = task.work(task)
        except Cancelled:
            return lambda: task.gone() if task.gone and _is_heard(task.gone) else None
        except Exception as error:  # noqa: BLE001 - every error belongs to whoever asked for the work
            failure = error
            if task.failed is None:
                _log.exception("work failed")  # its title may name a case
            return lambda: task.failed(failure) if task.failed and _is_heard(task.failed) else None
        return lambda: task.done(result) if task.done and _is_heard(task.done) else None

    @Slot(object, object)
    def _deliver(self, task: Task | None, call: Callable[[], None] | None) -> None:
        if task is not None and call is not None:
            task.finished, task.running = True, False
            with self._wake:
                self._undelivered -= 1
            if not self._closing:
                call()
            task.forget()
        self.changed.emit()


class Lanes(QObject):
    """The lanes of a window: database, pictures, files, compute, compare, gestures, backup.

    Pictures have a lane of their own, because opening a cell must not wait for an analysis in hand, and so
    do files that come in by the hundred, and the comparison of cells, which must not wait for a batch, and
    gestures, which a person waits for. A backup may take an hour.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.database = Lane("database", finishes_everything=True, parent=self)
        self.pictures = Lane("pictures", parent=self)
        self.files = Lane("files", parent=self)
        self.compute = Lane("compute", parent=self)
        self.compare = Lane("compare", parent=self)
        self.gestures = Lane("gestures", parent=self)
        self.backup = Lane("backup", parent=self)
        Collecting(self)
        for lane in self.all:
            lane.changed.connect(self.changed)

    @property
    def all(self) -> tuple[Lane, ...]:
        """Every lane, the database last: it closes after those that still write."""
        return (
            self.compute, self.files, self.compare, self.pictures, self.gestures, self.backup, self.database,
        )  # fmt: skip

    @property
    def busy(self) -> bool:
        """Whether any lane has work."""
        return any(lane.busy for lane in self.all)

    def close(self) -> None:
        """End all lanes; what is to be written is written."""
        for lane in self.all:
            lane.close(timeout=60.0 if lane is self.database else 5.0)
