"""All candidates of one picture as the judge sees them: each by itself, and how every two lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.inference.choice import Candidate, mask_iou, shared_pixels
from models.inference.strips import MEASURES

NAMES: Final = 24
OWN: Final = 7 + len(MEASURES) + NAMES + 2
"""Numbers that describe one candidate."""
BETWEEN: Final = 8
"""Numbers that describe two candidates."""
PEAK: Final = 0
AREA: Final = 7 + MEASURES.index("area")
READING: Final = slice(7 + len(MEASURES), 7 + len(MEASURES) + NAMES)
"""Where peak, area and reading stand among the numbers of one candidate."""
COPY_IOU: Final = 0.85
"""Of two masks more alike than this only the one with the higher peak is judged."""

_LOG_FLOOR: Final = 1e-4
_LOG_UNIT: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Candidates of one picture.

    Attributes
    ----------
    own
        Shape (n, OWN), float32: logits of finder and outliner, fit to the box, share under others, sizes,
        and what the namer reads.
    between
        Shape (n, n, BETWEEN), float32: what the first of two shares with the second, how alike they are
        in size and reading, which one is surer, how far apart they lie.
    """

    own: NDArray[np.float32]
    between: NDArray[np.float32]


def without_copies(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Leave out masks that are nearly those of a surer candidate; the surest come first."""
    order = sorted(range(len(candidates)), key=lambda k: -(candidates[k].found + 0.3 * candidates[k].valid))
    kept: list[Candidate] = []
    for index in order:
        candidate = candidates[index]
        if not any(mask_iou(candidate, other) > COPY_IOU for other in kept):
            kept.append(candidate)
    return tuple(kept)


def scene_of(
    candidates: Sequence[Candidate], alone: NDArray[np.float32], measures: NDArray[np.float32]
) -> Scene:
    """Describe the candidates of a picture.

    Parameters
    ----------
    candidates
        From the outliner, copies left out.
    alone
        Shape (n, 24), what the namer reads of each by itself.
    measures
        Shape (n, 6), their sizes as the namer takes them.

    Returns
    -------
    Scene
        In the order of `candidates`.
    """
    count = len(candidates)
    areas = np.array([max(int(c.mask.sum()), 1) for c in candidates], dtype=np.float64)
    bounds = np.array(
        [(*c.origin, c.origin[0] + c.mask.shape[1], c.origin[1] + c.mask.shape[0]) for c in candidates],
        dtype=np.float64,
    ).reshape(-1, 4)
    found = np.array([c.found for c in candidates])
    shared = np.zeros((count, count))
    for i in range(count):
        for j in range(i + 1, count):
            shared[i, j] = shared[j, i] = shared_pixels(candidates[i], candidates[j])
    sizes = np.maximum(bounds[:, 2:] - bounds[:, :2], 1.0)
    unit = float(np.median(sizes.max(axis=1))) if count else 1.0
    low, high = (
        np.maximum(bounds[:, None, :2], bounds[None, :, :2]),
        np.minimum(bounds[:, None, 2:], bounds[None, :, 2:]),
    )
    both = np.prod(np.clip(high - low, 0.0, None), axis=2)
    box_areas = sizes.prod(axis=1)
    box_iou = both / (box_areas[:, None] + box_areas[None, :] - both)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    distance = np.linalg.norm(middle[:, None] - middle[None, :], axis=2) / unit
    lying = np.stack(
        [
            shared / areas[:, None],
            shared / areas[None, :],
            shared / (areas[:, None] + areas[None, :] - shared),
            box_iou,
            np.exp(-distance),
        ],
        axis=2,
    )
    surer = found[None, :] > found[:, None]
    own_share = np.where(np.eye(count, dtype=bool), 0.0, shared / areas[:, None])
    under = np.where(surer, own_share, 0.0)
    entropy = -(alone * np.log(np.maximum(alone, _LOG_FLOOR))).sum(axis=1, keepdims=True)
    own = np.concatenate(
        [
            np.clip(found, -8.0, 8.0)[:, None] / 4.0,
            np.clip([c.valid for c in candidates], -8.0, 8.0)[:, None] / 4.0,
            np.array([c.reach for c in candidates])[:, None],
            np.array([float(c.crossing.sum()) for c in candidates])[:, None] / areas[:, None],
            np.minimum(under.sum(axis=1), 2.0)[:, None],
            (under.max(axis=1) if count else np.zeros(0))[:, None],
            np.minimum(own_share.sum(axis=1), 3.0)[:, None],
            np.clip(measures, -3.0, 3.0),
            np.log(np.maximum(alone, _LOG_FLOOR)) * _LOG_UNIT,
            entropy,
            alone.max(axis=1, keepdims=True) if count else np.zeros((0, 1)),
        ],
        axis=1,
    )
    described = own.astype(np.float32)
    between = np.concatenate([lying.astype(np.float32), compared(described, described)], axis=2)
    return Scene(own=described, between=between)


def readings_of(scene: Scene) -> NDArray[np.float32]:
    """What the namer reads of each candidate by itself, shape (n, 24), 0..1; below 1e-4 it is forgotten."""
    return np.asarray(np.exp(scene.own[:, READING] / _LOG_UNIT), dtype=np.float32)


def compared(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compare candidates by what describes each: size, reading, peak; (n, OWN), (m, OWN) to (n, m, 3)."""
    readings = np.exp(first[:, READING] / _LOG_UNIT), np.exp(second[:, READING] / _LOG_UNIT)
    area = first[:, None, AREA] - second[None, :, AREA]
    peak = first[:, None, PEAK] - second[None, :, PEAK]
    return np.stack(
        [np.clip(area, -3.0, 3.0) / 3.0, readings[0] @ readings[1].T, np.clip(peak, -1.5, 1.5) / 1.5],
        axis=2,
    ).astype(np.float32)
