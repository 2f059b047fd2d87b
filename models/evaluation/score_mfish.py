"""Average precision of outlined instances on M-FISH cells, whose DAPI plane goes the way of any picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.pipeline import Analyst, NoMetaphase
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.imaging.outline import mask_of
from core.progress import NoProgress, Progress
from models.evaluation.metrics import bootstrap_over_cases
from models.evaluation.mfish import MfishCell, instances_of, mfish_cells
from models.evaluation.rows import Row

_MATCH_IOU: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceScore:
    """What one cell contributes.

    Attributes
    ----------
    slide, cell
        The slide stands for the case.
    scored
        Probability and verdict (right or wrong) of every outline that speaks of a scored class.
    ious
        Best intersection over union of each true instance, 0 where none was outlined.
    seconds
        Time of the whole analysis.
    """

    slide: str
    cell: str
    scored: tuple[tuple[float, bool], ...]
    ious: tuple[float, ...]
    seconds: float


def average_precision(cells: Sequence[InstanceScore]) -> float:
    """Area under precision over recall of all cells together, precision made falling."""
    total = sum(len(cell.ious) for cell in cells)
    ranked = sorted((one for cell in cells for one in cell.scored), key=lambda one: -one[0])
    if not total or not ranked:
        return 0.0 if total else float("nan")
    right = np.cumsum([verdict for _, verdict in ranked])
    precision = right / np.arange(1, len(ranked) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.diff(np.concatenate([[0.0], right / total]))
    return float((steps * falling).sum())


def recall(cells: Sequence[InstanceScore]) -> float:
    """Share of the true instances that an outline fits with an intersection over union of 0.5."""
    values = [iou >= _MATCH_IOU for cell in cells for iou in cell.ious]
    return float(np.mean(values)) if values else float("nan")


def mask_iou(cells: Sequence[InstanceScore]) -> float:
    """Mean intersection over union of the true instances that were found."""
    values = [iou for cell in cells for iou in cell.ious if iou >= _MATCH_IOU]
    return float(np.mean(values)) if values else float("nan")


MEASURES: Final[dict[str, Callable[[Sequence[InstanceScore]], float]]] = {
    "ap50": average_precision,
    "recall50": recall,
    "mask_iou": mask_iou,
}


def score_mfish_cell(analyst: Analyst, cell: MfishCell) -> InstanceScore:
    """Analyse one DAPI picture as it ships and compare the outlines with the true instances.

    Notes
    -----
    Only classes whose number of components fits the karyotype have true instances. An outline that fits
    none of them counts as wrong unless most of its stained pixels belong to other classes or to a crossing:
    of those nobody knows the instances.
    """
    truth = instances_of(cell)
    instances = [piece for pieces in truth.values() for piece in pieces]
    start = time.perf_counter()
    try:
        outlines = _outlined(analyst, cell)
    except NoMetaphase:
        outlines = []
    seconds = time.perf_counter() - start
    overlap = np.array([[_iou(mask, piece) for piece in instances] for _, mask in outlines])
    overlap = overlap.reshape(len(outlines), len(instances))
    known = np.isin(cell.class_map, [0, *truth])
    free = np.ones(len(instances), dtype=np.bool_)
    scored = []
    for k in np.argsort([-probability for probability, _ in outlines], kind="stable"):
        probability, mask = outlines[int(k)]
        fits = overlap[k] * free
        if fits.size and fits.max() >= _MATCH_IOU:
            free[int(fits.argmax())] = False
            scored.append((probability, True))
            continue
        stained = mask & (cell.class_map > 0)
        others = int((stained & ~known).sum())
        if 2 * others <= int(stained.sum()):
            scored.append((probability, False))
    best = overlap.max(axis=0) if len(outlines) else np.zeros(len(instances))
    return InstanceScore(
        slide=cell.slide,
        cell=cell.cell,
        scored=tuple(scored),
        ious=tuple(float(value) for value in best),
        seconds=seconds,
    )


def mfish_rows(
    archive: Path,
    analyst: Analyst,
    *,
    release: str,
    sample: int | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """Rows of the benchmark for the cells of the validation slides, the interval over cells.

    Three slides are too few to be drawn with replacement, so the interval is over cells and narrower than
    one over slides would be.
    """
    progress = progress or NoProgress()
    cells = list(mfish_cells(archive))
    if sample is not None and sample < len(cells):
        cells = [cells[int(k)] for k in np.linspace(0, len(cells) - 1, sample)]
    scores = []
    for number, cell in enumerate(cells):
        progress.step(number, len(cells), cell.cell)
        scores.append(score_mfish_cell(analyst, cell))
    return instance_rows(scores, release)


def instance_rows(scores: Sequence[InstanceScore], release: str) -> list[Row]:
    """Sum scores of cells to rows."""
    rows = []
    for measure, function in MEASURES.items():
        interval = bootstrap_over_cases(list(scores), [s.cell for s in scores], function, rounds=300)
        rows.append(
            Row(
                set="mfish_validation",
                model="active",
                release=release,
                measure=measure,
                value=interval.value,
                low=interval.low,
                high=interval.high,
                n=len(scores),
            )
        )
    return rows


def _outlined(analyst: Analyst, cell: MfishCell) -> list[tuple[float, NDArray[np.bool_]]]:
    """Probability and whole-picture mask of each counted chromosome."""
    height, width = cell.grey.shape
    analysis = analyst.analyse(cell.grey)
    metaphase = analysis.proposal.apply(
        Metaphase(id=CellId(cell.cell), label=cell.cell, image="", width=width, height=height)
    )
    return [
        (c.outline_confidence, mask_of(c.outline.points, c.outline.holes, shape=(height, width))[0])
        for c in metaphase.counting
    ]


def _iou(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    shared = int((first & second).sum())
    return shared / max(1, int(first.sum()) + int(second.sum()) - shared)
