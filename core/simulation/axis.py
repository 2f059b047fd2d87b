"""The bent axis of a chromosome."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Axis = NDArray[np.float64]
"""Points (x, y), shape (n, 2), step about 1 px, from the p end to the q end."""

_ATTEMPTS: Final = 12
_TIGHTEST: Final = 0.75
"""Smallest radius of curvature, in thicknesses."""


def bent_axis(
    length: float,
    *,
    reference: float,
    thickness: float,
    bending: float,
    rng: np.random.Generator,
    centromere: float | None = None,
) -> Axis:
    """Draw a bent axis round the origin in a random direction.

    Parameters
    ----------
    length
        Length along the axis, pixels.
    reference
        Length of chromosome 1, pixels: `bending` is the typical turn over that length, radians.
    thickness
        Thickness of the chromosome, pixels; limits the curvature.
    bending
        Typical turn, radians; 0 gives a straight line.
    rng
        Source of all randomness.
    centromere
        Place of the centromere from the p end, pixels, where chromosomes kink most easily.

    Returns
    -------
    ndarray
        Shape (n, 2), float64; the mean of the points is the origin.
    """
    count = max(4, round(length))
    step = length / count
    turn = rng.uniform(0, 2 * np.pi)
    for attempt in range(_ATTEMPTS):
        ease = bending * (1.0 - attempt / _ATTEMPTS)
        curvature = _curvature(count, step, length, reference, ease, rng, centromere)
        limit = 1.0 / (_TIGHTEST * thickness)
        curvature = np.clip(gaussian_filter1d(curvature, 2.0 / step, mode="nearest"), -limit, limit)
        heading = turn + np.cumsum(curvature) * step
        points = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0) * step
        if not _meets_itself(points, thickness):
            break
    centred: Axis = points - points.mean(axis=0)
    return centred


def ring_axis(length: float, *, rng: np.random.Generator) -> Axis:
    """Draw a closed, slightly uneven circle of the given circumference round the origin, shape (n, 2)."""
    count = max(12, round(length))
    angle = np.arange(count) * (2 * np.pi / count) + rng.uniform(0, 2 * np.pi)
    radius = length / (2 * np.pi) * (
        1 + 0.1 * np.cos(2 * angle + rng.uniform(0, 6.3)) + 0.05 * np.cos(3 * angle + rng.uniform(0, 6.3))
    )  # fmt: skip
    points: Axis = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    centred: Axis = points - points.mean(axis=0)
    return centred


def straight_axis(length: float) -> Axis:
    """Upright axis with the p end on top, centred on the origin, shape (n, 2)."""
    count = max(4, round(length))
    y = (np.arange(count) + 0.5) * (length / count) - length / 2
    points: Axis = np.stack([np.zeros(count), y], axis=1)
    return points


def _curvature(
    count: int,
    step: float,
    length: float,
    reference: float,
    bending: float,
    rng: np.random.Generator,
    centromere: float | None,
) -> NDArray[np.float64]:
    """Even bow, one or two local bends and a kink at the centromere, radians per pixel."""
    place = (np.arange(count) + 0.5) * step
    share = length / reference
    bow = rng.normal(0, 0.75 * bending * share) / length
    curvature = np.full(count, bow)
    for _ in range(rng.poisson(0.3 + 1.6 * share)):
        spread = rng.uniform(0.05, 0.2) * reference
        bend = rng.normal(0, 0.75 * bending)
        curvature += bend / (spread * np.sqrt(2 * np.pi)) * np.exp(
            -0.5 * ((place - rng.uniform(0.1, 0.9) * length) / spread) ** 2
        )  # fmt: skip
    if centromere is not None and rng.random() < 0.5:
        spread = 0.035 * reference
        kink = rng.normal(0, 0.4 * bending)
        curvature += (
            kink / (spread * np.sqrt(2 * np.pi)) * np.exp(-0.5 * ((place - centromere) / spread) ** 2)
        )
    return curvature


def _meets_itself(points: Axis, thickness: float) -> bool:
    """Tell whether parts of the axis far from each other along it come close in the picture."""
    coarse = points[::4]
    if len(coarse) < 6:
        return False
    apart = np.hypot(*(coarse[:, None, :] - coarse[None, :, :]).transpose(2, 0, 1))
    along = 4.0 * np.abs(np.arange(len(coarse))[:, None] - np.arange(len(coarse))[None, :])
    return bool(np.any((along > 2.2 * thickness) & (apart < 1.15 * thickness)))
