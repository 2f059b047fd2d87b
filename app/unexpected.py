"""Errors nobody expected: each becomes a report without names, and a sentence in the window; work goes on."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
import threading
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any

from core.crashes import CrashReports, words_of

_log = logging.getLogger("app")
_Trace = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LogFile(logging.handlers.RotatingFileHandler):
    """A log that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


class LogLine(logging.Formatter):
    """A line of the log: of an error, only kind and places, because its words may name somebody."""

    def formatException(self, ei: Any) -> str:
        """Name the error; the report has its places."""
        return "" if ei[1] is None else words_of(ei[1])


class Reporter(logging.Handler):
    """Makes a report of every error that a part of the program logs because nobody asked for it."""

    def __init__(self, reports: CrashReports) -> None:
        super().__init__(logging.ERROR)
        self._reports = reports

    def emit(self, record: logging.LogRecord) -> None:
        """Report the error of a line of the log, where it has one."""
        if record.exc_info and record.exc_info[1] is not None:
            where = f"thread {(record.threadName or 'no name').split(' ')[0]}"
            self._reports.note(record.exc_info[1], record.exc_info[2], where)


def log_to(logs: Path, reports: CrashReports) -> None:
    """Let this process write its log into a folder."""
    handler = LogFile(logs / "window.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(LogLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.addHandler(Reporter(reports))
    root.setLevel(logging.INFO)
    logging.getLogger("napari").setLevel(logging.WARNING)


def catch_everything(
    reports: CrashReports, tell: Callable[[BaseException], None], stop: Callable[[], None]
) -> None:
    """Report errors of slots, threads and finalizers from now on.

    Parameters
    ----------
    tell
        Called in the window's thread with an error of a slot.
    stop
        Called when a person stops the program from the keyboard.
    """

    def of_slot(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            stop()
            return
        _noted(reports, error, trace, "the window")
        tell(error)

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            name = args.thread.name if args.thread is not None else "no name"
            _noted(reports, args.exc_value, args.exc_traceback, f"thread {name.split(' ')[0]}")

    def of_finalizer(args: Any) -> None:
        if args.exc_value is not None:
            _noted(reports, args.exc_value, args.exc_traceback, "a finalizer")

    sys.excepthook = of_slot
    threading.excepthook = of_thread
    sys.unraisablehook = of_finalizer


def _noted(reports: CrashReports, error: BaseException, trace: TracebackType | None, where: str) -> None:
    report = reports.note(error, trace, where)
    _log.error("unexpected %s in %s%s", words_of(error), where, f", see {report.name}" if report else "")
