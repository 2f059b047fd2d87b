"""Which outlined candidates are chromosomes: no chromosome twice, and each explains stain of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES: Final = ("found", "valid", "novel", "reach")
_TWICE_IOU: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Box that was asked for, probability that the finder gives it, and the maps of the outliner.

    `maps` has shape (h, w, 2), float32 0..1, its first pixel lies at `origin` (column, row) of the picture.
    """

    box: NDArray[np.float32]
    score: float
    maps: NDArray[np.float32]
    origin: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """One box with the mask that the outliner drew for it.

    Attributes
    ----------
    origin
        Column and row of the picture of the first pixel of the mask.
    mask, crossing
        Shape (h, w), bool.
    found
        Logit that the finder gives the box.
    valid
        Logit of the outliner that the box asks for exactly one chromosome.
    reach
        Intersection over union of the asked box and the bounds of the mask, 0..1.
    drawn
        What a second look needs to correct the mask; None where it was not drawn by the outliner.
    """

    origin: tuple[int, int]
    mask: NDArray[np.bool_]
    crossing: NDArray[np.bool_]
    found: float
    valid: float
    reach: float
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How candidates are judged: weights of the features, their offset, and the least probability."""

    weights: tuple[float, float, float, float]
    offset: float
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A candidate that is no copy of a better one, with its features and probability."""

    index: int
    features: tuple[float, float, float, float]
    probability: float


def judge(candidates: Sequence[Candidate], shape: tuple[int, int], choice: Choice) -> tuple[Judged, ...]:
    """Judge candidates one after the other, the surest first.

    Parameters
    ----------
    candidates
        All candidates of one picture.
    shape
        Height and width of the picture.
    choice
        How they are judged.

    Returns
    -------
    tuple of Judged
        Every candidate that is no copy (mask IoU above 0.7) of a better one, in the order of judging, those
        below `choice.least` included. Its feature "novel" is the share of its mask that no accepted
        candidate before it explains.
    """
    explained = np.zeros(shape, dtype=bool)
    sure = [c.found * choice.weights[0] + c.valid * choice.weights[1] for c in candidates]
    judged: list[Judged] = []
    kept: list[Candidate] = []
    for index in np.argsort(-np.array(sure), kind="stable"):
        candidate = candidates[index]
        area = int(candidate.mask.sum())
        if area == 0 or any(mask_iou(candidate, other) > _TWICE_IOU for other in kept):
            continue
        frame = frame_of(candidate)
        novel = float((candidate.mask & ~explained[frame]).sum()) / area
        features = (candidate.found, candidate.valid, novel, candidate.reach)
        probability = probability_of(features, choice)
        kept.append(candidate)
        judged.append(Judged(index=int(index), features=features, probability=probability))
        if probability >= choice.least:
            explained[frame] |= candidate.mask
    return tuple(judged)


def probability_of(features: Sequence[float], choice: Choice) -> float:
    """Probability 0..1 that a candidate with these features is one whole chromosome."""
    logit = choice.offset + sum(w * value for w, value in zip(choice.weights, features, strict=True))
    return float(1.0 / (1.0 + np.exp(-logit)))


def frame_of(candidate: Candidate) -> tuple[slice, slice]:
    """Rows and columns of the picture that the frame of a mask covers."""
    (x, y), (height, width) = candidate.origin, candidate.mask.shape
    return slice(y, y + height), slice(x, x + width)


def mask_iou(a: Candidate, b: Candidate) -> float:
    """Intersection over union of two masks, 0..1."""
    shared = shared_pixels(a, b)
    return shared / max(1, int(a.mask.sum()) + int(b.mask.sum()) - shared) if shared else 0.0


def shared_pixels(a: Candidate, b: Candidate) -> int:
    """Count the pixels that two masks have in common."""
    x0, y0 = max(a.origin[0], b.origin[0]), max(a.origin[1], b.origin[1])
    x1 = min(a.origin[0] + a.mask.shape[1], b.origin[0] + b.mask.shape[1])
    y1 = min(a.origin[1] + a.mask.shape[0], b.origin[1] + b.mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return 0
    part_a = a.mask[y0 - a.origin[1] : y1 - a.origin[1], x0 - a.origin[0] : x1 - a.origin[0]]
    part_b = b.mask[y0 - b.origin[1] : y1 - b.origin[1], x0 - b.origin[0] : x1 - b.origin[0]]
    return int((part_a & part_b).sum())
