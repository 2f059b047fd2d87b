"""Processes of the program that may be killed at any moment: forked, so that a round costs no imports."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Say = Callable[..., None]
"""Writes a line of JSON that the parent reads; returns when the line is written."""


@dataclass(slots=True)
class Child:
    """A running process and what it has said."""

    pid: int
    pipe: int
    said: list[dict[str, Any]] = field(default_factory=list)
    status: int | None = None
    _rest: bytes = b""

    def listen(self, seconds: float) -> bool:
        """Read lines for some time; False once the process closed its end."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            ready, _, _ = select.select([self.pipe], [], [], max(0.0, left))
            if not ready:
                return True
            piece = os.read(self.pipe, 1 << 16)
            if not piece:
                return False
            # Only whole lines were said.
            *lines, self._rest = (self._rest + piece).split(b"\n")
            self.said += [json.loads(line) for line in lines]
            if left <= 0:
                return True

    def until_said(self, seconds: float) -> bool:
        """Wait for the next line."""
        known, end = len(self.said), time.monotonic() + seconds
        while len(self.said) == known and time.monotonic() < end:
            if not self.listen(0.05):
                break
        return len(self.said) > known

    def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.finish(60.0)

    def finish(self, seconds: float) -> int:
        """Listen to the end and give the exit status, below 0 for a signal; killed when it takes longer."""
        end = time.monotonic() + seconds
        while self.listen(0.05):
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status


def forked(work: Callable[[Say], None]) -> Child:
    """Run `work` in a process of its own; an exception ends it with status 1 and is said as "error"."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid=pid, pipe=reading)
    os.close(reading)
    status = 1

    def say(**values: Any) -> None:
        os.write(writing, (json.dumps(values) + "\n").encode())

    try:
        with contextlib.suppress(Exception):
            faulthandler.enable()
        work(say)
        status = 0
    except BaseException as error:  # noqa: BLE001 - the parent is told, whatever it is
        say(error=f"{type(error).__name__}: {error}", trace=traceback.format_exc()[-3000:])
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(status)


def answered(work: Callable[[Say], None], seconds: float = 300.0) -> list[dict[str, Any]]:
    """Run `work` in a process of its own to its end; `RuntimeError` when it fails."""
    child = forked(work)
    status = child.finish(seconds)
    if status:
        raise RuntimeError(f"ended with status {status}: {child.said[-1:]}")
    return child.said
