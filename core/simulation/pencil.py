"""A banded chromosome drawn along its axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from core.simulation.axis import Axis
from core.simulation.banding import BandPattern
from core.simulation.noise import cloud, wander
from core.simulation.settings import MetaphaseSettings

_MARGIN: Final = 4
_END_ROUNDING: Final = 0.42
"""Reach of the rounding at an end, in thicknesses: chromosome ends are blunt."""
_RAGGED: Final = 6.5
_RAGGED_GRAIN: Final = 1.9
"""Band borders are ragged: shift along the axis (pixels for an unevenness of 1) and its grain (pixels)."""
_SOFT_EDGE: Final = 1.3
"""Width over which the stain fades at the outline, pixels, before the blur of the optics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnChromosome:
    """What the pencil left, in a window of the picture.

    Attributes
    ----------
    left, top
        Column and row of the window's first pixel in the picture; may lie outside it.
    density
        Optical density, float32, shape (h, w).
    mask
        Pixels that belong to the chromosome, shape (h, w).
    """

    left: int
    top: int
    density: NDArray[np.float32]
    mask: NDArray[np.bool_]


def draw_along(
    axis: Axis, pattern: BandPattern, *, settings: MetaphaseSettings, rng: np.random.Generator
) -> DrawnChromosome:
    """Draw a chromosome along an axis in picture coordinates.

    Parameters
    ----------
    axis
        Points (x, y) from the p end to the q end, shape (n, 2), at least four; closed for a ring.
    pattern
        Stain and thickness along the axis.
    settings
        Chromatid split and unevenness are used.
    rng
        Source of all randomness.

    Returns
    -------
    DrawnChromosome
    """
    reach = float(pattern.thickness.max()) / 2 * 1.2 + _MARGIN
    left, top = np.floor(axis.min(axis=0) - reach).astype(int)
    right, bottom = np.ceil(axis.max(axis=0) + reach).astype(int)
    shape = (int(bottom - top), int(right - left))
    near = np.zeros(shape, np.uint8)
    line = np.round((axis - (left, top) - 0.5) * 8).astype(np.int32)
    cv2.polylines(near, [line[:, None, :]], pattern.ring, 1, int(2 * reach), cv2.LINE_8, 3)
    rows, columns = np.nonzero(near)
    pixels = np.stack([columns + 0.5 + left, rows + 0.5 + top], axis=1)
    along, across = _chromosome_coordinates(axis, pixels, pattern)
    ragged = cloud(shape, _RAGGED_GRAIN, rng)[rows, columns].astype(np.float64)
    depth, inside = _shade(along, across, ragged, pattern, settings, rng)
    density = np.zeros(shape, np.float32)
    mask = np.zeros(shape, np.bool_)
    density[rows, columns] = depth
    mask[rows, columns] = inside
    return DrawnChromosome(left=int(left), top=int(top), density=density, mask=mask)


def _chromosome_coordinates(
    axis: Axis, pixels: NDArray[np.float64], pattern: BandPattern
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place along the axis (pixels from the p end) and signed distance from it, for each pixel."""
    following = np.roll(axis, -1, axis=0) - axis
    if not pattern.ring:
        following[-1] = following[-2]
    lengths = np.hypot(following[:, 0], following[:, 1])
    start = np.concatenate([[0.0], np.cumsum(lengths[:-1])])
    total = float(lengths.sum()) if pattern.ring else float(start[-1] + lengths[-1])
    tangent = following / np.maximum(lengths, 1e-9)[:, None]
    blend = gaussian_filter1d(tangent, 2.0, axis=0, mode="wrap" if pattern.ring else "nearest")
    tangent = blend / np.maximum(np.hypot(blend[:, 0], blend[:, 1]), 1e-9)[:, None]
    _, nearest = cKDTree(axis).query(pixels)
    offset = pixels - axis[nearest]
    forward = offset[:, 0] * tangent[nearest, 0] + offset[:, 1] * tangent[nearest, 1]
    sideways = offset[:, 1] * tangent[nearest, 0] - offset[:, 0] * tangent[nearest, 1]
    # Points of the axis are the middles of its steps, so that half a step lies before the first one.
    along = (start[nearest] + 0.5 * lengths[0] + forward) * (pattern.length / max(total, 1e-9))
    return along, sideways


def _shade(
    along: NDArray[np.float64],
    across: NDArray[np.float64],
    ragged: NDArray[np.float64],
    pattern: BandPattern,
    settings: MetaphaseSettings,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Optical density and membership of each pixel, from its place along and across the chromosome."""
    count = len(pattern.density)
    grid = np.arange(count) + 0.5
    side = across > 0
    split = np.clip(settings.chromatid_split * (1 + 0.5 * wander(rng, count, 7.0)), 0.0, 1.0)
    if pattern.ring:
        along = np.mod(along, pattern.length)
        ends = np.ones_like(along)
    else:
        for centromere in pattern.centromeres:
            split *= 1 - np.exp(-(((grid - centromere) / settings.thickness) ** 2))
        ends = _end_rounding(along, across, pattern, settings, rng)
    half = np.interp(along, grid, pattern.thickness) / 2
    for which in (False, True):
        edge = 1 + 0.035 * wander(rng, count, 2.5)
        half = np.where(side == which, half * np.interp(along, grid, edge), half)
    half = half * ends
    gap = half - np.abs(across)
    if not pattern.ring:
        gap = np.minimum(gap, np.minimum(along, pattern.length - along))
    inside = gap >= 0
    relative = np.clip(np.abs(across) / np.maximum(half, 0.5), 0.0, 1.0)
    # The two chromatids are banded a little out of step.
    shift = rng.normal(0, 0.5) + 0.7 * wander(rng, count, 6.0)
    moved = along + np.interp(along, grid, shift) * across / settings.thickness * 2
    moved = moved + settings.unevenness * _RAGGED * ragged
    depth = np.interp(moved, grid, pattern.density)
    dome = 1.06 - 0.3 * relative**3
    cleft = 1 - 0.42 * np.interp(along, grid, split) * np.exp(-((relative / 0.2) ** 2))
    fade = np.clip(gap / _SOFT_EDGE + 0.5, 0.0, 1.0)
    return (depth * dome * cleft * fade).astype(np.float32), inside


def _end_rounding(
    along: NDArray[np.float64],
    across: NDArray[np.float64],
    pattern: BandPattern,
    settings: MetaphaseSettings,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Share of the thickness that is left near an end, each chromatid ending by itself."""
    share = np.ones_like(along)
    reach = _END_ROUNDING * min(settings.thickness, 0.6 * pattern.length)
    for distance in (along, pattern.length - along):
        uneven = np.where(across > 0, rng.normal(0, 0.6), rng.normal(0, 0.6))
        notch = (
            0.12
            * settings.thickness
            * settings.chromatid_split
            * np.exp(-((across / (0.14 * settings.thickness)) ** 2))
        )
        left = np.clip((distance - np.abs(uneven) - notch) / reach, 0.0, 1.0)
        share *= (1 - (1 - left) ** 2.4) ** (1 / 2.4)
    return np.where((along < 0) | (along > pattern.length), 0.0, share)
