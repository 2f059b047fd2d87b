"""Reports of what nobody expected: files that hold no name, no path of a person and no picture.

A report names the kind of the error and the places in the program, never what the program was working on:
the words of an error are kept only where Python itself wrote them about its own names. Whoever gives a
report to somebody else may read it first; nothing sends it anywhere.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import platform
import re
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Final, TextIO

import psutil  # type: ignore[import-untyped]

from core.store.database import utc_now
from core.version import VERSION

_ROOT: Final = Path(__file__).resolve().parents[1]
_KEPT: Final = 20
_LIBRARIES: Final = ("PySide6-Essentials", "napari", "numpy", "onnxruntime", "SQLAlchemy", "psycopg")
_MOST_FRAMES: Final = 60
_RUNNING: Final = "running-"
_REPORT: Final = "crash-"
_HEAD: Final = (
    "Centromere crash report. It names places in the program, no cases, no people, no files of yours, and\n"
    "holds no picture. Read it before you give it to anybody; the program sends it nowhere.\n"
)
#: Errors whose words are about names of the program; all others may quote what a person typed.
_OWN_WORDS: Final = (
    AttributeError, NameError, ImportError, ZeroDivisionError, RecursionError, MemoryError, IndexError,
)  # fmt: skip
_NAME: Final = re.compile(r"['\"][\w.]+['\"]")
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\S*[/\\]\S*")
_FRAME: Final = re.compile(r'  File "(?P<path>.*)", line (?P<line>\d+) in (?P<name>.*)')
_FATAL: Final = re.compile(
    r"Fatal Python error: [\w .:-]+|Windows fatal exception: [\w .:-]+|Timeout \([\d:.]+\)!|"
    r"(Current t|T)hread 0x[0-9a-f]+ .*\(most recent call first\):|  <.*>|  \.\.\."
)


class CrashReports:
    """Writes reports into the folder of logs, and finds at a start what the last run left.

    Parameters
    ----------
    logs
        The folder; it exists.
    clock
        Tells the time, UTC.
    """

    def __init__(self, logs: Path, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._logs = logs
        self._clock = clock
        self._mark = logs / f"{_RUNNING}{os.getpid()}.trace"
        self._trace: TextIO | None = None
        self._noted: set[str] = set()
        self._lock = threading.Lock()

    def begin(self) -> Path | None:
        """Watch this process; returns the report of a run that ended unexpectedly, None where none did.

        Faults below Python (a broken driver, a full stack) are written by `faulthandler`.
        """
        found = [report for mark in self._left_marks() if (report := self._report_of_last_run(mark))]
        descriptor = os.open(self._mark, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        self._trace = os.fdopen(descriptor, "w", encoding="utf-8")
        faulthandler.enable(self._trace, all_threads=True)
        return found[-1] if found else None

    def end(self) -> None:
        """Note that this process ended as it should."""
        if self._trace is not None:
            faulthandler.disable()
            self._trace.close()
            self._trace = None
        self._mark.unlink(missing_ok=True)

    def note(self, error: BaseException, trace: TracebackType | None, where: str = "") -> Path | None:
        """Write a report about an error; returns the file, None where the same was noted already.

        Parameters
        ----------
        where
            The thread or slot, in words of the program.
        """
        told = "\n".join(_told_of(error, trace))
        with self._lock:
            if told in self._noted:
                return None
            self._noted.add(told)
        return self._write(f"in {where or 'the window'}\n\n{told}")

    def _left_marks(self) -> list[Path]:
        marks = []
        for mark in sorted(self._logs.glob(f"{_RUNNING}*.trace"), key=lambda path: path.stat().st_mtime):
            number = mark.stem.removeprefix(_RUNNING)
            other = number.isdecimal() and int(number) != os.getpid() and psutil.pid_exists(int(number))
            if not other or psutil.Process(int(number)).create_time() > mark.stat().st_mtime + 2:
                marks.append(mark)
        return marks

    def _report_of_last_run(self, mark: Path) -> Path | None:
        try:
            trace = mark.read_text(encoding="utf-8", errors="replace")
            began = mark.stat().st_mtime
            mark.unlink()
        except OSError:
            return None
        if trace.strip():
            return self._write("below Python\n\n" + "\n".join(_told_of_fault(trace)))
        since = [path for path in self._reports() if path.stat().st_mtime >= began]
        if since:
            return since[-1]
        return self._write("without a trace: the process was killed, or the power failed")

    def _reports(self) -> list[Path]:
        return sorted(self._logs.glob(f"{_REPORT}*.txt"), key=lambda path: path.stat().st_mtime)

    def _write(self, told: str) -> Path | None:
        now = self._clock()
        text = (
            f"{_HEAD}\n{now:%Y-%m-%d %H:%M:%S} UTC\n{_versions()}\n{platform.system()} "
            f"{platform.release()}, {platform.machine()}\n{told}\n"
        )
        for number in range(_KEPT):
            target = self._logs / f"{_REPORT}{now:%Y%m%d-%H%M%S}{f'-{number}' if number else ''}.txt"
            try:
                descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                continue
            except OSError:
                return None  # a full disk must not make an error out of the report of one
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            for old in self._reports()[:-_KEPT]:
                old.unlink(missing_ok=True)
            return target
        return None


def _versions() -> str:
    told = [f"Centromere {VERSION}", f"Python {platform.python_version()}"]
    for library in _LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            told.append(f"{library} {metadata.version(library)}")
    return ", ".join(told)


def words_of(error: BaseException) -> str:
    """Name an error without what it was about: its kind, and its words where they are Python's own."""
    kind = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        return f"{kind}: {os.strerror(error.errno)}"
    if not isinstance(error, _OWN_WORDS):
        return f"{kind} (its words are left out: they may name a person, a case or a file)"
    whole = " ".join(str(error).split())
    text = _QUOTED.sub(lambda found: found[0] if _NAME.fullmatch(found[0]) else "…", whole)[:200]
    return f"{kind}: {text}" if text else kind


def place_of(path: str) -> str:
    """Shorten the path of a module to the part that is the same on every computer."""
    pure = PurePosixPath(path.replace("\\", "/"))
    root = PurePosixPath(_ROOT.as_posix())
    if pure.is_relative_to(root) and "site-packages" not in pure.parts:
        return pure.relative_to(root).as_posix()
    for folder in ("site-packages", "python3.11", "Lib"):
        if folder in pure.parts:
            at = len(pure.parts) - 1 - pure.parts[::-1].index(folder)
            return "/".join(pure.parts[at + 1 :])
    return "another file"


def _told_of(error: BaseException, trace: TracebackType | None) -> Iterator[str]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield words_of(current)
        frames = traceback.extract_tb(trace if current is error else current.__traceback__)
        for frame in frames[-_MOST_FRAMES:]:
            yield f"  {place_of(frame.filename)}:{frame.lineno} in {frame.name}"
        following = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if following is not None:
            yield "because of"
        current = following


def _told_of_fault(trace: str) -> Iterator[str]:
    """Keep the lines whose shape is known; paths are shortened, the rest is left out."""
    for line in trace.splitlines():
        frame = _FRAME.fullmatch(line)
        if frame:
            yield f"  {place_of(frame['path'])}:{frame['line']} in {frame['name']}"
        elif _FATAL.fullmatch(line):
            yield line
