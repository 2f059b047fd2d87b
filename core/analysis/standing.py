"""Chromosomes as they stand, in the form that the learned stages ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.analysis.stages import Mask
from core.domain.chromosome import Chromosome
from core.domain.outline import Outline
from core.imaging.outline import mask_of
from core.imaging.straighten import medial_axis


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMask:
    """A mask that did not come from the outliner, such as a piece after a cut."""

    origin: tuple[int, int]
    mask: Mask
    crossing: Mask
    score: float


def placed_mask_of(chromosome: Chromosome) -> PlacedMask:
    """Mask of a chromosome as it stands; its crossings are not told."""
    mask, origin = _mask_of(chromosome.outline)
    return PlacedMask(
        origin=origin, mask=mask, crossing=np.zeros_like(mask), score=chromosome.outline_confidence
    )


@lru_cache(maxsize=512)
def _mask_of(outline: Outline) -> tuple[Mask, tuple[int, int]]:
    """Mask of an outline, kept for the next gesture: most outlines of a cell stay as they are."""
    mask, origin = mask_of(outline.points, outline.holes)
    mask.setflags(write=False)
    return mask, origin


def standing_axis_of(chromosome: Chromosome, mask: PlacedMask) -> NDArray[np.float64]:
    """Axis (K, 2) that the chromosome has, a point for each pixel; found from the mask where it has none."""
    if len(chromosome.axis) < 2:
        return medial_axis(mask.mask) + np.asarray(mask.origin, dtype=np.float64)
    line = np.asarray(chromosome.axis, dtype=np.float64)
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    wanted = np.linspace(0.0, walked[-1], max(2, round(float(walked[-1])) + 1))
    return np.asarray(np.stack([np.interp(wanted, walked, line[:, k]) for k in (0, 1)], axis=1), np.float64)


def thinned(axis: NDArray[np.float64]) -> NDArray[np.float64]:
    """About forty points of an axis (K, 2), both ends among them."""
    places = np.unique(np.linspace(0, len(axis) - 1, min(len(axis), 41)).round().astype(int))
    return np.asarray(axis[places], dtype=np.float64)
