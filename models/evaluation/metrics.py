"""Scoring rules of the contract for found chromosomes: matching, F1, and intervals over cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

BOX_AIR: Final = 4.0
"""Predicted boxes are widened by this much on each side, because the annotated ones are drawn with air."""
MATCH_IOU: Final = 0.5

Score = TypeVar("Score")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxMatch:
    """Predicted and annotated boxes of one picture, matched.

    Attributes
    ----------
    pairs
        Index of a predicted box, index of its annotated box, and their intersection over union.
    predicted, annotated
        How many boxes there were.
    """

    pairs: tuple[tuple[int, int, float], ...]
    predicted: int
    annotated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A measure with its 95 % interval."""

    value: float
    low: float
    high: float


def widened(boxes: NDArray[np.floating], margin: float = BOX_AIR) -> NDArray[np.float64]:
    """Widen boxes on every side.

    Parameters
    ----------
    boxes
        Shape (n, 4): xmin, ymin, xmax, ymax in pixels.
    margin
        Pixels added on each side.

    Returns
    -------
    ndarray
        Shape (n, 4), float64.
    """
    outward = np.array([-margin, -margin, margin, margin])
    return np.asarray(np.asarray(boxes, dtype=np.float64).reshape(-1, 4) + outward)


def box_iou(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of every box of one list with every box of another.

    Parameters
    ----------
    first, second
        Shapes (n, 4) and (m, 4): xmin, ymin, xmax, ymax in pixels.

    Returns
    -------
    ndarray
        Shape (n, m), 0..1.
    """
    a = np.asarray(first, dtype=np.float64).reshape(-1, 1, 4)
    b = np.asarray(second, dtype=np.float64).reshape(1, -1, 4)
    overlap = np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0.0, None)
    shared = overlap[..., 0] * overlap[..., 1]
    area_a = np.prod(np.clip(a[..., 2:] - a[..., :2], 0.0, None), axis=-1)
    area_b = np.prod(np.clip(b[..., 2:] - b[..., :2], 0.0, None), axis=-1)
    union = area_a + area_b - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0.0))


def match_boxes(
    predicted: NDArray[np.floating],
    annotated: NDArray[np.floating],
    *,
    margin: float = BOX_AIR,
    least_iou: float = MATCH_IOU,
) -> BoxMatch:
    """Match predicted with annotated boxes, blind to classes and optimally.

    Parameters
    ----------
    predicted
        Bounds of the outlines, shape (n, 4), xmin, ymin, xmax, ymax in pixels; widened here by `margin`.
    annotated
        Annotated boxes as they are drawn, shape (m, 4).
    margin
        Pixels by which a predicted box is widened on each side.
    least_iou
        Intersection over union that a pair needs.

    Returns
    -------
    BoxMatch
        As many pairs as possible; among such matchings the one with the largest summed overlap.
    """
    iou = box_iou(widened(predicted, margin), annotated)
    pairs: list[tuple[int, int, float]] = []
    if iou.size:
        # One allowed pair outweighs any sum of overlaps, so the number of pairs comes first.
        gain = np.where(iou >= least_iou, iou + float(min(iou.shape)) + 1.0, 0.0)
        for row, column in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
            if iou[row, column] >= least_iou:
                pairs.append((int(row), int(column), float(iou[row, column])))
    return BoxMatch(pairs=tuple(pairs), predicted=iou.shape[0], annotated=iou.shape[1])


def found_f1(matches: Sequence[BoxMatch]) -> float:
    """F1 of found chromosomes over all pictures together; 0 where nothing was annotated or predicted."""
    paired = sum(len(match.pairs) for match in matches)
    total = sum(match.predicted + match.annotated for match in matches)
    return 2.0 * paired / total if total else 0.0


def found_iou(matches: Sequence[BoxMatch]) -> float:
    """Mean intersection over union of the matched pairs; NaN where there is none."""
    values = [iou for match in matches for _, _, iou in match.pairs]
    return float(np.mean(values)) if values else float("nan")


def count_exact(matches: Sequence[BoxMatch]) -> float:
    """Share of pictures with as many predicted as annotated chromosomes; NaN where there is no picture."""
    values = [match.predicted == match.annotated for match in matches]
    return float(np.mean(values)) if values else float("nan")


def bootstrap_over_cases(
    scores: Sequence[Score],
    cases: Sequence[str],
    measure: Callable[[Sequence[Score]], float],
    *,
    rounds: int = 1000,
    seed: int = 0,
) -> Interval:
    """Give a measure its 95 % interval by drawing whole cases with replacement.

    Parameters
    ----------
    scores
        What was scored, one entry a picture (or a crop).
    cases
        Case of each entry; entries of one case are drawn together.
    measure
        Turns entries into the measure.
    rounds, seed
        Number of draws; seed of the draws.

    Returns
    -------
    Interval
        The measure over all entries, and the 2.5 and 97.5 percentiles over the draws.
    """
    if len(scores) != len(cases):
        raise ValueError(f"expected one case a score, got {len(scores)} scores and {len(cases)} cases")
    members: dict[str, list[Score]] = {}
    for score, case in zip(scores, cases, strict=True):
        members.setdefault(case, []).append(score)
    groups = list(members.values())
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(rounds):
        drawn = rng.integers(0, len(groups), len(groups))
        values.append(measure([score for group in drawn for score in groups[group]]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Interval(value=measure(scores), low=float(low), high=float(high))
