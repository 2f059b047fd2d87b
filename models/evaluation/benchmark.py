"""Measure the active models, and plain baselines beside them, on labelled archives."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import numpy as np

from core.analysis.assignment import CountPrior
from core.analysis.pipeline import Analyst
from core.progress import NoProgress, Progress
from models.evaluation import rows as measures
from models.evaluation.archives import ArchiveKind, LabelledArchive, crops_of, metaphases_of
from models.evaluation.changes import ChangeScore
from models.evaluation.plain import (
    always_46,
    otsu_components,
    otsu_watershed,
    score_baseline,
    score_plain,
    score_plain_crops,
)
from models.evaluation.rows import CellScore, Row, measured
from models.evaluation.score_crops import score_cell_of_crops
from models.evaluation.score_metaphases import Prediction, score_edited, score_metaphase
from models.inference.namer import OnnxNamer
from models.inference.plain import PlainNamer
from models.registry import newest

ACTIVE: Final = "active"

CellT = TypeVar("CellT")

_METAPHASE_MEASURES: Final[dict[str, Callable[[Sequence[CellScore]], float]]] = {
    "found_f1": measures.found_f1,
    "found_iou": measures.found_iou,
    "named": measures.named,
    "named_alone": measures.named_alone,
    "found_and_named": measures.found_and_named,
    "cell_right": measures.cell_right,
    "ece": measures.ece,
    "review_yield": measures.review_yield,
    "missed_after_review": measures.missed_after_review,
}
_CROP_MEASURES: Final[dict[str, Callable[[Sequence[CellScore]], float]]] = {
    "named_alone": measures.named_alone,
    "named_in_cell": measures.named,
    "oriented": measures.oriented,
    "cell_right": measures.cell_right,
    "banding_recognised": measures.banding_recognised,
    "ece": measures.ece,
    "review_yield": measures.review_yield,
    "missed_after_review": measures.missed_after_review,
}
_BASELINE_MEASURES: Final[dict[str, Callable[[Sequence[CellScore]], float]]] = {
    "found_f1": measures.found_f1,
    "found_iou": measures.found_iou,
}
_PLAIN: Final = "otsu+watershed+cnn"
_PLAIN_MEASURES: Final[dict[str, Callable[[Sequence[CellScore]], float]]] = {
    **_BASELINE_MEASURES,
    "named": measures.named,
    "found_and_named": measures.found_and_named,
    "cell_right": measures.cell_right,
}
_PLAIN_CROP_MEASURES: Final[dict[str, Callable[[Sequence[CellScore]], float]]] = {
    "named_alone": measures.named_alone,
    "cell_right": measures.cell_right,
}
_COUNT: Final[dict[str, Callable[[Sequence[CellScore]], float]]] = {"count_mae": measures.count_mae}


@dataclass(slots=True, kw_only=True)
class Measured:
    """What the benchmark found on one archive."""

    rows: list[Row] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    angle_error: float | None = None
    scores: list[CellScore] = field(default_factory=list)
    changes: list[ChangeScore] = field(default_factory=list)


def measure_archive(
    archive: LabelledArchive,
    analyst: Analyst,
    namer: OnnxNamer,
    *,
    release: str,
    model: str = ACTIVE,
    sample: int | None = None,
    prior: CountPrior | None = None,
    progress: Progress | None = None,
) -> Measured:
    """Measure one archive.

    Parameters
    ----------
    archive
        What to measure on.
    analyst, namer
        Active models.
    release
        Name of what answers, for the rows.
    model
        What the rows call it: `active`, or the release where one was asked for by name.
    sample
        Only so many cells, evenly taken; None for all.
    """
    progress = progress or NoProgress()
    if archive.kind is ArchiveKind.METAPHASES:
        measured_rows = _measure_metaphases(archive, analyst, release, sample, progress)
    else:
        measured_rows = _measure_crops(archive, namer, release, sample, prior, progress)
    if model != ACTIVE:
        measured_rows.rows = [
            replace(row, model=model) if row.model == ACTIVE else row for row in measured_rows.rows
        ]
    return measured_rows


def _measure_metaphases(
    archive: LabelledArchive, analyst: Analyst, release: str, sample: int | None, progress: Progress
) -> Measured:
    result = Measured()
    scores: list[CellScore] = []
    edited: list[CellScore] = []
    plain: dict[str, list[CellScore]] = {"otsu+components": [], "otsu+watershed": [], _PLAIN: []}
    small = PlainNamer.open(newest("plain"))
    everything = list(metaphases_of(archive))
    if sample is not None:
        everything = every(everything, sample)
    for number, metaphase in enumerate(everything):
        progress.step(number, len(everything), metaphase.file)
        rows: list[Prediction] = []
        scores.append(score_metaphase(analyst, metaphase, predictions=rows, changes=result.changes))
        for row in rows:
            result.predictions.append(
                {**row, "file": metaphase.file, "case": metaphase.case, "cell": metaphase.file}
            )
        copy = score_edited(analyst, metaphase)
        if copy is not None:
            edited.append(copy[0])
            result.changes.append(copy[1])
        plain["otsu+components"].append(score_baseline(otsu_components, metaphase))
        plain["otsu+watershed"].append(score_baseline(otsu_watershed, metaphase))
        plain[_PLAIN].append(score_plain(small, metaphase))
    name = archive.name
    result.scores = scores
    result.rows += measured(scores, _METAPHASE_MEASURES, name=name, model=ACTIVE, release=release)
    counted = [*scores, *edited]
    result.rows += measured(counted, _COUNT, name=name, model=ACTIVE, release=release)
    result.rows += measured(always_46(counted), _COUNT, name=name, model="always 46", release="-")
    for model, baseline in plain.items():
        wanted = _PLAIN_MEASURES if model == _PLAIN else _BASELINE_MEASURES
        result.rows += measured(baseline, wanted, name=name, model=model, release="-")
        result.rows += measured(baseline, _COUNT, name=name, model=model, release="-")
    warm = [score.seconds for score in scores if score.seconds > 0][1:51]
    if warm:
        result.rows.append(_plain_row(name, release, "seconds", float(np.median(warm)), len(warm)))
    result.rows.append(_plain_row(name, release, "peak_mb", peak_megabytes(), len(scores)))
    return result


def _measure_crops(
    archive: LabelledArchive,
    namer: OnnxNamer,
    release: str,
    sample: int | None,
    prior: CountPrior | None,
    progress: Progress,
) -> Measured:
    result = Measured()
    scores: list[CellScore] = []
    plain: list[CellScore] = []
    small = PlainNamer.open(newest("plain"))
    cells = list(crops_of(archive))
    if sample is not None:
        cells = every(cells, sample)
    for number, crops in enumerate(cells):
        progress.step(number, len(cells), crops[0].cell)
        plain.append(score_plain_crops(small, crops))
        rows: list[Prediction] = []
        scores.append(score_cell_of_crops(namer, crops, prior=prior, predictions=rows))
        for row in rows:
            result.predictions.append(
                {**row, "file": row["truth_id"], "case": crops[0].case, "cell": crops[0].cell}
            )
    result.scores = scores
    result.rows += measured(scores, _CROP_MEASURES, name=archive.name, model=ACTIVE, release=release)
    result.rows += measured(plain, _PLAIN_CROP_MEASURES, name=archive.name, model="cnn", release="-")
    errors = [error for score in scores for error in score.angle_errors]
    result.angle_error = float(np.median(errors)) if errors else None
    return result


def every(cells: list[CellT], sample: int) -> list[CellT]:
    """Take so many cells, evenly spread."""
    if sample >= len(cells):
        return cells
    return [cells[int(i)] for i in np.linspace(0, len(cells) - 1, sample)]


def _plain_row(name: str, release: str, measure: str, value: float, n: int) -> Row:
    return Row(
        set=name, model=ACTIVE, release=release, measure=measure, value=value, low=value, high=value, n=n
    )


def peak_megabytes() -> float:
    """Return the most memory that this process ever held, in megabytes."""
    if sys.platform == "win32":
        return float("nan")
    import resource  # exists on Unix alone

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
