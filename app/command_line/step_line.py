"""Progress of one long piece of work on standard error: a line that changes, on a terminal only."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType
from typing import TextIO

_EVERY_S = 0.2


class StepLine:
    """Listener for `core.progress`; writes nothing where standard error is no terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = 0.0

    def __enter__(self) -> StepLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream.isatty():
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def step(self, done: int, total: int, text: str) -> None:
        """Show one step; see `core.progress.Progress`."""
        now = time.monotonic()
        if not self._stream.isatty() or now - self._shown < _EVERY_S:
            return
        self._shown = now
        share = f"{100 * done // total:3d} % " if total else ""
        room = max(10, shutil.get_terminal_size().columns - 1)
        self._stream.write("\r\x1b[K" + f"{share}{text}"[:room])
        self._stream.flush()
