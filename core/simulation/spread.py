"""Where the chromosomes of a metaphase come to lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.simulation.axis import Axis
from core.simulation.settings import MetaphaseSettings

_CANDIDATES: Final = 72
_BESIDE_EVERY: Final = 6
"""One in so many candidates for touching lies parallel beside a neighbour."""
_ROUNDS: Final = 5
_CELL: Final = 2
"""Pixels a side of one cell of the occupancy map."""
_STRIDE: Final = 3
_FREE_GAP: Final = 3.0
_DEEP: Final = 0.35
_MOST_HIDDEN: Final = 0.5
"""Share of its length over which a chromosome may lie on another one."""

Placement = NDArray[np.float64]


def spread_out(
    axes: Sequence[Axis],
    thicknesses: Sequence[float],
    *,
    settings: MetaphaseSettings,
    rng: np.random.Generator,
) -> tuple[Axis, ...]:
    """Place chromosomes in the picture: mostly free, some touching, some crossing.

    Parameters
    ----------
    axes
        Axes round the origin, in picture pixels.
    thicknesses
        Thickness of each chromosome, pixels.
    settings
        Picture size, crowding, and the shares that touch and cross.
    rng
        Source of all randomness.

    Returns
    -------
    tuple of ndarray
        The axes turned and moved, in the order given, wholly inside the picture where they fit.
    """
    area = sum(len(axis) * thickness for axis, thickness in zip(axes, thicknesses, strict=True))
    radius = float(np.sqrt(area / settings.crowding / np.pi))
    oblong = float(np.exp(rng.normal(0, 0.12)))
    half = np.array([radius * oblong, radius / oblong])
    frame = np.array([settings.width, settings.height], dtype=np.float64)
    half = np.minimum(half, frame / 2 - settings.thickness)
    slack = np.maximum(frame / 2 - half - settings.thickness, 0.0)
    centre = frame / 2 + rng.uniform(-0.6, 0.6, 2) * slack
    ground = np.full((settings.height // _CELL + 1, settings.width // _CELL + 1), 255, np.uint8)
    placed: dict[int, Axis] = {}
    # Long chromosomes first: the small ones find room between them, as on the slide.
    for index in sorted(range(len(axes)), key=lambda at: -len(axes[at]) + rng.uniform(-30, 30)):
        chosen = _find_place(
            axes[index], thicknesses[index], list(placed.values()),
            ground=ground, centre=centre, half=half, settings=settings, rng=rng,
        )  # fmt: skip
        placed[index] = chosen
        corners = np.round(chosen / _CELL * 8).astype(np.int32)[:, None, :]
        cv2.polylines(ground, [corners], False, 0, max(1, round(thicknesses[index] / _CELL)), cv2.LINE_8, 3)
    return tuple(placed[index] for index in range(len(axes)))


def _find_place(
    axis: Axis,
    thickness: float,
    others: Sequence[Axis],
    *,
    ground: NDArray[np.uint8],
    centre: NDArray[np.float64],
    half: NDArray[np.float64],
    settings: MetaphaseSettings,
    rng: np.random.Generator,
) -> Axis:
    # An empty map has no nearest chromosome: any distance beyond the picture serves.
    reach = float(sum(ground.shape))
    distance = np.minimum(cv2.distanceTransform(ground, cv2.DIST_L2, 5), reach) * _CELL
    draw = rng.random()
    manner = "free"
    if others and draw < settings.crossing:
        manner = "cross"
    elif others and draw < settings.crossing + settings.touching:
        manner = "touch"
    best: tuple[float, Axis] | None = None
    for round_ in range(_ROUNDS):
        grown = half * (1 + 0.12 * round_)
        candidates = _candidates(axis, thickness, others if manner == "touch" else (), centre, grown, rng)
        points = candidates[:, ::_STRIDE]
        inside = _kept_inside(candidates, thickness, settings)
        columns = np.clip(points[..., 0] / _CELL, 0, ground.shape[1] - 1).astype(int)
        rows = np.clip(points[..., 1] / _CELL, 0, ground.shape[0] - 1).astype(int)
        gaps = distance[rows, columns] - thickness / 2
        cost = _cost(gaps, thickness, manner, last=round_ == _ROUNDS - 1)
        far = np.hypot(*((points.mean(axis=1) - centre) / half).T)
        cost = cost + 0.35 * np.abs(far - rng.uniform(0.1, 1.0)) + np.where(inside, 0.0, 1e3)
        at = int(np.argmin(cost))
        if best is None or cost[at] < best[0]:
            best = (float(cost[at]), candidates[at])
        if best[0] < 1.0:
            break
    if best is None:
        return axis + centre
    return best[1]


def _candidates(
    axis: Axis,
    thickness: float,
    neighbours: Sequence[Axis],
    centre: NDArray[np.float64],
    half: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Turned and moved copies of the axis, shape (candidates, n, 2); some of them beside a neighbour."""
    turn = rng.uniform(0, 2 * np.pi, _CANDIDATES)
    away = np.sqrt(rng.uniform(0, 1, _CANDIDATES))
    angle = rng.uniform(0, 2 * np.pi, _CANDIDATES)
    middle = centre + half * (away * np.stack([np.cos(angle), np.sin(angle)])).T
    if neighbours:
        own = axis[-1] - axis[0]
        for k in range(0, _CANDIDATES, _BESIDE_EVERY):
            other = neighbours[int(rng.integers(len(neighbours)))]
            along = other[-1] - other[0]
            size = float(np.hypot(*along))
            if size < 1.0:
                continue
            side = np.array([-along[1], along[0]]) / size * (1 if rng.random() < 0.5 else -1)
            turn[k] = np.arctan2(along[1], along[0]) - np.arctan2(own[1], own[0]) + rng.normal(0, 0.15)
            turn[k] += np.pi * int(rng.integers(2))
            middle[k] = (
                other.mean(axis=0) + side * (thickness + rng.uniform(-1, 3)) + along * rng.normal(0, 0.2)
            )
    cosine, sine = np.cos(turn), np.sin(turn)
    rotation = np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], 1)
    found: NDArray[np.float64] = axis @ rotation + middle[:, None, :]
    return found


def _kept_inside(
    candidates: NDArray[np.float64], thickness: float, settings: MetaphaseSettings
) -> NDArray[np.bool_]:
    low = candidates.min(axis=1) - thickness * 0.7 - 2
    high = candidates.max(axis=1) + thickness * 0.7 + 2
    return np.asarray((low >= 0).all(axis=1) & (high <= (settings.width, settings.height)).all(axis=1))


def _cost(gaps: NDArray[np.float64], thickness: float, manner: str, *, last: bool) -> NDArray[np.float64]:
    """How badly each candidate fits the manner; below 0.5 it fits. `gaps` has shape (candidates, points)."""
    least = gaps.min(axis=1)
    deep = (gaps < -_DEEP * thickness).sum(axis=1) * _STRIDE
    most = min(2.4 * thickness, _MOST_HIDDEN * gaps.shape[1] * _STRIDE)
    crossed = np.abs(deep - 1.2 * thickness)
    if manner == "cross":
        # A crossing is as long as the other is thick; lying lengthwise on it would be much longer.
        good = np.where((deep > 0.4 * thickness) & (deep < most), 0.0, 1.0 + crossed / thickness)
    elif manner == "touch":
        good = np.where(np.abs(least + 0.7) < 1.3, 0.0, 1.0 + np.abs(least) / thickness)
    else:
        good = np.where(least > _FREE_GAP, 0.0, 1.0 + (_FREE_GAP - least) / thickness)
    if last:
        good = np.minimum(good, 1.0 + 2 * deep / thickness)
    return np.asarray(good, dtype=np.float64)
