"""Rows of the benchmark, and the scores they are summed from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from models.evaluation.metrics import bootstrap_over_cases

BINS: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure of one model on one set, with its 95 % interval; n says on how many cells."""

    set: str
    model: str
    release: str
    measure: str
    value: float
    low: float
    high: float
    n: int


@dataclass(slots=True, kw_only=True)
class CellScore:
    """What one cell contributes; every measure is summed from such cells.

    `confidences` and `correct` speak of the named chromosomes, in the same order. `stops` are the errors
    by their place in the doubt order (from 0), None for one never offered; `never_offered` counts the
    chromosomes that were never offered. `crowding` is the share of annotated boxes that another one covers by
    more than 40 %, `median_length` the median longer side of the boxes in pixels, `right_probability` what
    the program thinks of the whole cell.
    """

    case: str
    cell: str
    annotated: int
    predicted: int = 0
    matched: int = 0
    iou_sum: float = 0.0
    named: int = 0
    named_alone: int = 0
    counted: int | None = None
    oriented: int = 0
    oriented_of: int = 0
    angle_errors: list[float] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    correct: list[bool] = field(default_factory=list)
    stops: list[int | None] = field(default_factory=list)
    never_offered: int = 0
    seconds: float = 0.0
    difficulty: str = ""
    banding_right: bool | None = None
    crowding: float | None = None
    median_length: float | None = None
    right_probability: float | None = None

    @property
    def right(self) -> bool:
        """Nothing missed, nothing extra, every class right."""
        return self.named == self.annotated and self.predicted == self.annotated


Cells = Sequence[CellScore]


def found_f1(cells: Cells) -> float:
    """F1 of found chromosomes over all cells together."""
    total = sum(cell.predicted + cell.annotated for cell in cells)
    return 2.0 * sum(cell.matched for cell in cells) / total if total else float("nan")


def found_iou(cells: Cells) -> float:
    """Mean intersection over union of matched boxes."""
    return _share(cells, lambda cell: cell.iou_sum, lambda cell: cell.matched)


def named(cells: Cells) -> float:
    """Right classes among the matched chromosomes."""
    return _share(cells, lambda cell: cell.named, lambda cell: cell.matched)


def named_alone(cells: Cells) -> float:
    """Right classes among the matched chromosomes, without the context of the cell."""
    return _share(cells, lambda cell: cell.named_alone, lambda cell: cell.matched)


def found_and_named(cells: Cells) -> float:
    """Right classes among all annotated chromosomes."""
    return _share(cells, lambda cell: cell.named, lambda cell: cell.annotated)


def oriented(cells: Cells) -> float:
    """Directions of the p arm within 90 degrees, among those known."""
    return _share(cells, lambda cell: cell.oriented, lambda cell: cell.oriented_of)


def banding_recognised(cells: Cells) -> float:
    """Share of the cells of known banding whose banding was recognised."""
    known = [cell.banding_right for cell in cells if cell.banding_right is not None]
    return float(np.mean(known)) if known else float("nan")


def cell_right(cells: Cells) -> float:
    """Share of cells without any error."""
    return float(np.mean([cell.right for cell in cells])) if cells else float("nan")


def count_mae(cells: Cells) -> float:
    """Absolute error of the count, macro-averaged over the true counts."""
    by_count: dict[int, list[int]] = {}
    for cell in cells:
        if cell.counted is not None:
            by_count.setdefault(cell.annotated, []).append(abs(cell.counted - cell.annotated))
    return float(np.mean([np.mean(errors) for errors in by_count.values()])) if by_count else float("nan")


def ece(cells: Cells) -> float:
    """Expected calibration error of the top class, 15 bins of equal mass."""
    confidence = np.concatenate([np.array(cell.confidences, dtype=float) for cell in cells])
    correct = np.concatenate([np.array(cell.correct, dtype=float) for cell in cells])
    if len(confidence) < BINS:
        return float("nan")
    parts = np.array_split(np.argsort(confidence), BINS)
    gaps = [len(part) * abs(float(confidence[part].mean() - correct[part].mean())) for part in parts]
    return float(sum(gaps) / len(confidence))


def review_yield(cells: Cells, stops: int = 5) -> float:
    """Share of all errors that lie within the first stops of the doubt order of their cell."""
    errors = [stop for cell in cells for stop in cell.stops]
    hit = sum(1 for stop in errors if stop is not None and stop < stops)
    return hit / len(errors) if errors else float("nan")


def missed_after_review(cells: Cells) -> float:
    """Error rate among chromosomes that the doubt order never offers."""
    missed = sum(1 for cell in cells for stop in cell.stops if stop is None)
    offered_never = sum(cell.never_offered for cell in cells)
    return missed / offered_never if offered_never else float("nan")


def _share(cells: Cells, part: Callable[[CellScore], float], whole: Callable[[CellScore], float]) -> float:
    total = sum(whole(cell) for cell in cells)
    return float(sum(part(cell) for cell in cells) / total) if total else float("nan")


def measured(
    cells: Cells,
    measures: dict[str, Callable[[Cells], float]],
    *,
    name: str,
    model: str,
    release: str,
    rounds: int = 300,
) -> list[Row]:
    """Give each measure its value and its 95 % interval by bootstrap over cases; NaN ones are left out."""
    rows = []
    cases = [cell.case for cell in cells]
    for measure, function in measures.items():
        if not np.isfinite(function(cells)):
            continue
        interval = bootstrap_over_cases(list(cells), cases, function, rounds=rounds)
        rows.append(
            Row(
                set=name,
                model=model,
                release=release,
                measure=measure,
                value=interval.value,
                low=interval.low,
                high=interval.high,
                n=len(cells),
            )
        )
    return rows
