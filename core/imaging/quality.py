"""How good a metaphase is for analysis, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_WEIGHTS: Final[dict[str, float]] = {
    "overlap": 2.0,
    "band_clarity": 2.0,
    "completeness": 2.0,
    "spread": 1.0,
    "focus": 1.5,
    "debris": 0.7,
}
_EXPECTED: Final = 46


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Score of a metaphase and its parts, each 0 (bad) .. 1 (good).

    Attributes
    ----------
    spread
        Chromosomes lie apart, evenly over the cell, not crowded and not scattered.
    overlap
        Share of chromosomes that touch or cross no other.
    band_clarity
        Contrast of the bands along the chromosomes.
    focus
        Sharpness of the chromosomes' edges.
    completeness
        Nearness of the count to 46 and nothing cut off by the picture's edge.
    debris
        How little stained material other than chromosomes lies within the cell.
    score
        The parts together: their weighted geometric mean.
    """

    spread: float
    overlap: float
    band_clarity: float
    focus: float
    completeness: float
    debris: float
    score: float


def assess_quality(
    stain: NDArray[np.float32], masks: Sequence[tuple[NDArray[np.bool_], tuple[int, int]]]
) -> Quality:
    """Judge a metaphase from its stain and the outlines found in it.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    masks
        For each chromosome its mask (h, w) and the (x, y) of its upper left pixel.

    Returns
    -------
    Quality
        All zero when there is no chromosome.
    """
    stain = np.asarray(stain, dtype=np.float32)
    if not masks:
        return Quality(
            spread=0.0, overlap=0.0, band_clarity=0.0, focus=0.0, completeness=0.0, debris=0.0, score=0.0
        )
    cover = _cover(stain.shape, masks)
    parts = {
        "spread": _spread(cover, masks),
        "overlap": _apart(cover, masks),
        "band_clarity": _band_clarity(stain, masks),
        "focus": _focus(stain, cover),
        "completeness": _completeness(stain.shape, masks),
        "debris": _clean(stain, cover),
    }
    total = sum(_WEIGHTS.values())
    score = float(np.exp(sum(w * np.log(max(parts[k], 0.02)) for k, w in _WEIGHTS.items()) / total))
    return Quality(**parts, score=score)


def _cover(
    shape: tuple[int, ...], masks: Sequence[tuple[NDArray[np.bool_], tuple[int, int]]]
) -> NDArray[np.int16]:
    """How many chromosomes lie on each pixel."""
    cover = np.zeros(shape, dtype=np.int16)
    for mask, (x, y) in masks:
        y0, x0 = max(y, 0), max(x, 0)
        y1, x1 = min(y + mask.shape[0], shape[0]), min(x + mask.shape[1], shape[1])
        if y1 > y0 and x1 > x0:
            cover[y0:y1, x0:x1] += mask[y0 - y : y1 - y, x0 - x : x1 - x]
    return cover


def _ramp(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def _spread(cover: NDArray[np.int16], masks: Sequence[tuple[NDArray[np.bool_], tuple[int, int]]]) -> float:
    centres = np.array(
        [(x + mask.shape[1] / 2, y + mask.shape[0] / 2) for mask, (x, y) in masks], dtype=np.float32
    )
    if len(centres) < 4:
        return 0.3
    hull = max(float(cv2.contourArea(cv2.convexHull(centres))), 1.0)
    share = float(np.count_nonzero(cover)) / hull
    # A good spread fills a tenth to a third of its hull; above that it is crowded, below scattered.
    return min(1.0 - 0.9 * _ramp(share, 0.35, 0.75), 1.0 - 0.6 * _ramp(0.06 - share, 0.0, 0.05))


def _apart(cover: NDArray[np.int16], masks: Sequence[tuple[NDArray[np.bool_], tuple[int, int]]]) -> float:
    free = 0
    for mask, (x, y) in masks:
        grown = ndimage.binary_dilation(np.pad(mask, 1), structure=np.ones((3, 3), dtype=np.bool_))
        y0, x0 = max(y - 1, 0), max(x - 1, 0)
        y1, x1 = min(y + mask.shape[0] + 1, cover.shape[0]), min(x + mask.shape[1] + 1, cover.shape[1])
        rows, columns = slice(y0 - y + 1, y1 - y + 1), slice(x0 - x + 1, x1 - x + 1)
        others = cover[y0:y1, x0:x1] - np.pad(mask, 1)[rows, columns]
        free += not bool((others[grown[rows, columns]] > 0).any())
    return 0.1 + 0.9 * free / len(masks)


def _band_clarity(
    stain: NDArray[np.float32], masks: Sequence[tuple[NDArray[np.bool_], tuple[int, int]]]
) -> float:
    """Contrast between dark and light within chromosomes, away from their edges."""
    contrasts = []
    for mask, (x, y) in masks:
        inner = ndimage.binary_erosion(mask, iterations=2)
        y0, x0 = max(y, 0), max(x, 0)
        part = stain[y0 : y + mask.shape[0], x0 : x + mask.shape[1]]
        inner = inner[y0 - y : y0 - y + part.shape[0], x0 - x : x0 - x + part.shape[1]]
        if np.count_nonzero(inner) >= 25:
            low, high = np.percentile(part[inner], [10, 90])
            contrasts.append(float(high - low))
    return _ramp(float(np.median(contrasts)), 0.05, 0.40) if contrasts else 0.0


def _focus(stain: NDArray[np.float32], cover: NDArray[np.int16]) -> float:
    """Steepness of the stain at the chromosomes' edges, relative to their depth."""
    body = cover > 0
    edge = body ^ ndimage.binary_erosion(body, iterations=2)
    if not edge.any():
        return 0.0
    down, right = np.gradient(stain)
    steep = float(np.percentile(np.hypot(down, right)[edge], 80))
    depth = max(float(np.percentile(stain[body], 75)), 1e-3)
    return _ramp(steep / depth, 0.06, 0.24)


def _completeness(
    shape: tuple[int, ...], masks: Sequence[tuple[NDArray[np.bool_], tuple[int, int]]]
) -> float:
    count = len(masks)
    near = np.exp(-abs(count - _EXPECTED) / 6.0)
    cut = sum(
        x <= 1 or y <= 1 or x + mask.shape[1] >= shape[1] - 1 or y + mask.shape[0] >= shape[0] - 1
        for mask, (x, y) in masks
    )
    return float(near * max(0.0, 1.0 - 0.15 * cut))


def _clean(stain: NDArray[np.float32], cover: NDArray[np.int16]) -> float:
    """Stained material beside the chromosomes, within the hull of the cell."""
    body = (cover > 0).astype(np.uint8)
    if not body.any():
        return 0.0
    points = cv2.findNonZero(body)
    hull = np.zeros_like(body)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    near = cv2.dilate(body, np.ones((7, 7), np.uint8))
    foreign = (stain > 0.35) & (hull > 0) & (near == 0)
    return 1.0 - _ramp(float(np.count_nonzero(foreign)) / float(body.sum()), 0.0, 0.5)
