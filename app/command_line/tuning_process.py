"""The process that tunes: started, followed and ended; only it needs torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

import psutil

from app.command_line.step_line import StepLine
from core.errors import StorageError
from core.learning.tuning_job import JobFolder, TuningResult

_MAIN: Final = Path(__file__).resolve().parents[2] / "main.py"


class TuningEnded(Exception):
    """The process ended without a result and has said why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the tuning process ended with status {status}")
        self.status = status


class TuningTurn:
    """The right to tune: one at a time in one data folder.

    Parameters
    ----------
    path
        File that holds the number of the process that tunes; one that a killed process left is taken over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> TuningTurn:
        for _ in range(2):
            try:
                with self._path.open("x", encoding="ascii") as file:
                    file.write(str(os.getpid()))
                return self
            except FileExistsError:
                if self._is_held():
                    break
                self._path.unlink(missing_ok=True)
        raise StorageError("another tuning runs with this data folder", "wait until it has ended")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)

    def _is_held(self) -> bool:
        try:
            holder = psutil.Process(int(self._path.read_text(encoding="ascii")))
            # A number is used again by the system: only a process older than the file can hold it.
            return bool(holder.create_time() <= self._path.stat().st_mtime + 1.0)
        except (ValueError, OSError, psutil.Error):
            return False


def run_job(job_folder: JobFolder) -> TuningResult:
    """Run a job to its end and show its steps.

    Raises
    ------
    TuningEnded
        Where it ended without a result.
    """
    command = [sys.executable, str(_MAIN), "worker", str(job_folder.folder)]
    with (
        StepLine() as line,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process,
    ):
        try:
            for told in process.stdout or ():
                parts = told.rstrip("\n").split("\t")
                if len(parts) == 3:
                    line.step(int(parts[0]), int(parts[1]), parts[2])
        except BaseException:
            process.terminate()
            raise
    result = job_folder.result()
    if process.returncode != 0 or result is None:
        raise TuningEnded(process.returncode or 1)
    return result
