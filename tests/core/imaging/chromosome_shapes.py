"""Masks of chromosome-like bodies for the tests of this package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def bent_body(
    length: float, width: float, *, bend: float = 0.0, turn: float = 0.0, waist: float | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """A rod with rounded ends along an arc of `bend` radians, turned by `turn`; and its true axis.

    The constriction `waist` (share of the length from the start) has half of the width.
    """
    along = np.linspace(0.0, length, 4 * round(length) + 1)
    heading = turn + bend * (along / length - 0.5)
    step = length / (len(along) - 1)
    line = np.stack([np.cumsum(np.cos(heading)), np.cumsum(np.sin(heading))], axis=1) * step
    line -= line.min(axis=0) - (width / 2 + 3)
    size = np.ceil(line.max(axis=0) + width / 2 + 3).astype(int)
    y, x = np.mgrid[0 : size[1], 0 : size[0]] + 0.5
    radius = np.full(len(along), width / 2)
    if waist is not None:
        radius *= 1 - 0.5 * np.exp(-0.5 * ((along / length - waist) / 0.06) ** 2)
    # Rounded caps would lengthen the rod, so the discs start and end one radius inside.
    inside = (along >= width / 2) & (along <= length - width / 2)
    mask = np.zeros(x.shape, dtype=np.bool_)
    for (cx, cy), r in zip(line[inside], radius[inside], strict=True):
        mask |= (x - cx) ** 2 + (y - cy) ** 2 <= r * r
    return mask, line


def splayed_body() -> NDArray[np.bool_]:
    """A small metacentric with splayed chromatids, upright, 24 px long."""
    y, x = np.mgrid[0:30, 0:30] + 0.5
    mask = np.zeros((30, 30), dtype=np.bool_)
    for side in (-1, 1):
        mask |= (np.abs(x - 15 - side * np.abs(y - 15) * 0.35) <= 3.2) & (np.abs(y - 15) <= 12)
    return mask
