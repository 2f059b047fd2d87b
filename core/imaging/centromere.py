"""Where the centromere lies on a straightened chromosome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

_END_SHARE: Final = 0.07
"""Nearer to an end than this the taper of the tip hides every constriction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Centromere:
    """Place of the primary constriction.

    Attributes
    ----------
    row
        Row of the straightened chromosome, 0..L (row centres at +0.5).
    confidence
        0..1: how deep the constriction is and how far it beats the next one.
    """

    row: float
    confidence: float


def width_profile(straight_mask: NDArray[np.generic]) -> NDArray[np.float32]:
    """Width of a straightened chromosome, row by row.

    Parameters
    ----------
    straight_mask
        Shape (L, W), bool or 0..1, one column a pixel.

    Returns
    -------
    ndarray
        Shape (L,), float32, columns.
    """
    width: NDArray[np.float32] = np.asarray(straight_mask, dtype=np.float32).sum(axis=1)
    return width


def locate_centromere(
    straight_mask: NDArray[np.generic],
    straight_stain: NDArray[np.floating] | None = None,
    *,
    expected: float | None = None,
) -> Centromere:
    """Find the primary constriction.

    Parameters
    ----------
    straight_mask
        Shape (L, W), bool or 0..1, axis in the middle column.
    straight_stain
        Shape (L, W), stain 0..1. Across the constriction there is less material, so the stain
        summed over a row falls with its width; used as a second witness.
    expected
        Share of the length (0..1 from row 0) where the idiogram of the chromosome's class has its
        centromere; the search then stays near it.

    Returns
    -------
    Centromere
        Row and confidence; without any constriction the expected place, else the middle, with
        confidence 0.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    width = width_profile(straight_mask)
    if width.max(initial=0.0) <= 0:
        raise ValueError("expected a straightened mask with pixels, got an empty one, straighten again")
    length = len(width)
    witness = width / _typical(width)
    if straight_stain is not None:
        amount = (np.asarray(straight_stain, np.float32) * np.asarray(straight_mask, np.float32)).sum(axis=1)
        witness = 0.8 * witness + 0.2 * amount / _typical(amount)
    smooth = gaussian_filter1d(witness, max(0.8, 0.02 * length), mode="nearest")
    shoulder = np.minimum(np.maximum.accumulate(smooth), np.maximum.accumulate(smooth[::-1])[::-1])
    depth = np.maximum(shoulder - smooth, 0.0)
    place = (np.arange(length) + 0.5) / length
    depth[(place < _END_SHARE) | (place > 1 - _END_SHARE)] = 0.0
    if expected is not None:
        depth = depth * np.exp(-0.5 * ((place - expected) / 0.07) ** 2)
    best = int(depth.argmax())
    if depth[best] <= 0.01:
        return Centromere(row=length * (0.5 if expected is None else expected), confidence=0.0)
    rival = depth.copy()
    reach = max(2, round(0.1 * length))
    rival[max(0, best - reach) : best + reach + 1] = 0.0
    clear = 1.0 - float(rival.max()) / float(depth[best])
    confidence = min(1.0, float(depth[best]) / 0.35) * (0.4 + 0.6 * max(clear, 0.0))
    return Centromere(row=_vertex(depth, best) + 0.5, confidence=confidence)


def _typical(values: NDArray[np.float32]) -> float:
    inside = values[values > 0]
    return float(np.quantile(inside, 0.75)) if len(inside) else 1.0


def _vertex(values: NDArray[np.floating], at: int) -> float:
    """Sub-row place of a maximum: vertex of the parabola through it and its neighbours."""
    if at == 0 or at == len(values) - 1:
        return float(at)
    before, here, after = (float(v) for v in values[at - 1 : at + 2])
    curve = before - 2 * here + after
    return at + float(np.clip(0.5 * (before - after) / curve, -0.5, 0.5)) if curve < 0 else float(at)
