"""A tuning job from its folder to the tuned namer."""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from core.atomic import whole_file
from core.learning.example_store import ExampleStore
from core.learning.examples import Example
from core.learning.tuning_job import JobFolder, TuningResult
from core.paths import make_private_folder
from core.progress import Cancelled
from models.card import MODEL_NAME, sha256_of
from models.evaluation.lessons import prepared_of
from models.evaluation.reference_cells import REHEARSAL_SEED, simulated_examples
from models.training.tuning.adapter import PULLS, TaughtCell, chosen_pull, fit
from models.training.tuning.compose import write_tuned_namer
from models.training.tuning.frozen import FrozenAnswers, FrozenNamer

_REHEARSED: Final = 48
_REHEARSED_QUICKLY: Final = 16
_VALUES: Final = ("seen", "turned", "named", "alone", "first")


def run_job(
    job_folder: JobFolder, said: Callable[[int, int, str], None], *, rehearsed: int | None = None
) -> TuningResult:
    """Tune the namer as the folder says; the weights are whole before the result is written.

    Parameters
    ----------
    job_folder
        Holds the job.
    said
        Called with steps done, steps in all and what is done.
    rehearsed
        Simulated cells to rehearse; by the job when None.

    Raises
    ------
    Cancelled
        Where somebody asked the job to stop.
    StorageError
        Where the namer cannot be tuned, or an example is damaged.
    """
    start = time.perf_counter()
    job = job_folder.job()
    if rehearsed is None:
        rehearsed = _REHEARSED_QUICKLY if job.quick else _REHEARSED
    total = len(job.cells) + rehearsed + 2

    def tell(done: int, text: str) -> None:
        if job_folder.cancelled:
            raise Cancelled
        job_folder.tell(done, total, text)
        said(done, total, text)

    base, cache = Path(job.base), Path(job.cache)
    features = cache / "features" / sha256_of(base / MODEL_NAME)[:16]
    make_private_folder(features)
    store = ExampleStore(Path(job.examples))
    frozen = FrozenNamer(base)
    cells = []
    for done, identity in enumerate(job.cells):
        tell(done, "reading confirmed cells")
        cells.append(_taught(frozen, store.read(identity), features))
    others = []
    for number in range(rehearsed):
        tell(len(cells) + number, "rehearsing simulated cells")
        drawn = simulated_examples(REHEARSAL_SEED + number, 1, cache / "rehearsal")
        others.append(_taught(frozen, drawn[0], features))
    tell(total - 2, "choosing how strongly to hold back")
    folds, steps, last = (2, 80, 160) if job.quick else (4, 250, 400)
    pull = chosen_pull(cells, others, folds=folds, steps=steps) or PULLS[0]
    tell(total - 1, "fitting")
    curve: list[tuple[int, float]] = []
    adapter = fit(
        cells, others, pull, steps=last, told=lambda step, _, loss: curve.append((step, round(loss, 6)))
    )
    unfinished = job_folder.folder / ".namer.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    write_tuned_namer(base, adapter, unfinished, version=job.version, learned=job.learned)
    shutil.rmtree(job_folder.namer, ignore_errors=True)
    unfinished.rename(job_folder.namer)
    result = TuningResult(
        sha256=sha256_of(job_folder.namer / MODEL_NAME),
        seconds=round(time.perf_counter() - start, 2),
        anchor=pull.anchor,
        curve=tuple(curve),
    )
    job_folder.write_result(result)
    tell(total, "done")
    return result


def _taught(frozen: FrozenNamer, example: Example, features: Path) -> TaughtCell:
    """What the frozen namer says of an example, kept under its identity."""
    path = features / f"{example.identity}.npz"
    answers = _kept(path)
    if answers is None:
        answers = frozen.read(prepared_of(example), example.banding)
        with whole_file(path, private=True) as unfinished:
            np.savez(unfinished, **{name: getattr(answers, name) for name in _VALUES})
    return TaughtCell(
        case=example.case, answers=answers, classes=example.truth.classes, first=example.truth.first
    )


def _kept(path: Path) -> FrozenAnswers | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return FrozenAnswers(**{name: np.asarray(kept[name], dtype=np.float32) for name in _VALUES})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
