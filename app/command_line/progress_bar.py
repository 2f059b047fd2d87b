"""Progress on standard error: a bar on a terminal, a line for each tenth elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import Final, TextIO

_WIDTH: Final = 30


class ProgressBar:
    """Shows how many of a number of pictures are done.

    Parameters
    ----------
    total
        Pictures in all.
    stream
        Where to write; standard error when None.
    """

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._total = total
        self._stream = stream or sys.stderr
        self._bar = self._stream.isatty()
        self._done = 0
        self._start = time.monotonic()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.interrupt()

    def begin(self, name: str) -> None:
        """Say which picture is in work."""
        if self._bar:
            filled = _WIDTH * self._done // max(self._total, 1)
            bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {self._done}/{self._total}{self._left()} "
            # A line that wraps cannot be cleared.
            room = max(0, shutil.get_terminal_size().columns - len(bar) - 1)
            self._stream.write(f"\r\x1b[K{bar}{name[:room]}")
            self._stream.flush()

    def finish_one(self) -> None:
        """Count one picture as done."""
        self._done += 1
        step = -(-self._total // 10)
        if not self._bar and (self._done % step == 0 or self._done == self._total):
            self._stream.write(f"{self._done} of {self._total} pictures done\n")
            self._stream.flush()

    def interrupt(self) -> None:
        """Clear the bar, so that a message gets a line of its own."""
        if self._bar:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _left(self) -> str:
        if self._done == 0:
            return ""
        seconds = (time.monotonic() - self._start) / self._done * (self._total - self._done)
        return f", {seconds:.0f} s left"
