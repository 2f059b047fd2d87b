"""What a tuning process is told and what it tells: files in a folder of its own.

The process never opens the database. It may be ended at any moment: what is half written has no name yet, and
the same job begun again ends with the same weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.atomic import whole_file
from core.errors import StorageError

_JOB: Final = "job.json"
_RESULT: Final = "result.json"
_PROGRESS: Final = "progress.json"
_CANCEL: Final = "cancel"
NAMER: Final = "namer"
"""Folder of the tuned weights within that of the job."""


class TuningJob(BaseModel):
    """What is to be done.

    Attributes
    ----------
    base
        Folder of the shipped namer.
    examples, cache
        Folder of the examples, and that of what is computed once and kept.
    cells
        Identities of the examples to learn from.
    quick
        Fewer steps and fewer simulated cells.
    version, learned
        For the card of the tuned weights.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["tune"] = "tune"
    base: str
    examples: str
    cache: str
    cells: tuple[str, ...]
    quick: bool
    version: str
    learned: str


class TuningResult(BaseModel):
    """What came of it: hash of the network, seconds, how it was held back, and the mean surprise by step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    seconds: float
    anchor: float
    curve: tuple[tuple[int, float], ...]


class JobFolder:
    """The files of one job."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def namer(self) -> Path:
        """Folder of the tuned weights."""
        return self.folder / NAMER

    def write_job(self, job: TuningJob) -> None:
        """Say what is to be done; an earlier wish to stop is forgotten."""
        (self.folder / _CANCEL).unlink(missing_ok=True)
        self._write(_JOB, job)

    def job(self) -> TuningJob:
        """Read what is to be done.

        Raises
        ------
        StorageError
            Where the folder holds no job.
        """
        try:
            return TuningJob.model_validate_json((self.folder / _JOB).read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            raise StorageError(f"{self.folder} holds no tuning job", "start main.py tune again") from error

    def write_result(self, result: TuningResult) -> None:
        """Say what came of it; the last file that a job writes."""
        self._write(_RESULT, result)

    def result(self) -> TuningResult | None:
        """What came of it; None before the end."""
        try:
            return TuningResult.model_validate_json((self.folder / _RESULT).read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError):
            return None

    def tell(self, done: int, total: int, text: str) -> None:
        """Write where the job is."""
        with whole_file(self.folder / _PROGRESS, private=True) as unfinished:
            unfinished.write_text(json.dumps({"done": done, "total": total, "text": text}), encoding="utf-8")

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        (self.folder / _CANCEL).touch()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked it to stop."""
        return (self.folder / _CANCEL).exists()

    def _write(self, name: str, content: BaseModel) -> None:
        with whole_file(self.folder / name, private=True) as unfinished:
            unfinished.write_text(content.model_dump_json(indent=1) + "\n", encoding="utf-8")
