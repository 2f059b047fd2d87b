"""How much of two outlines lies on the same pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.outline import Outline


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Footprint:
    """Pixels of an outline: a mask [H, W] whose upper left pixel lies at `origin` (x, y)."""

    mask: NDArray[np.bool_]
    origin: tuple[int, int]
    area: int


def footprint_of(outline: Outline) -> Footprint:
    """Fill an outline."""
    # Brings scipy and scikit-image, more than a second on a slow machine; the worklist needs neither.
    from core.imaging.outline import mask_of

    mask, origin = mask_of(outline.points, outline.holes)
    return Footprint(mask=mask, origin=origin, area=int(np.count_nonzero(mask)))


def shared_pixels(first: Footprint, second: Footprint) -> int:
    """Count the pixels that belong to both."""
    left = max(first.origin[0], second.origin[0])
    top = max(first.origin[1], second.origin[1])
    right = min(first.origin[0] + first.mask.shape[1], second.origin[0] + second.mask.shape[1])
    bottom = min(first.origin[1] + first.mask.shape[0], second.origin[1] + second.mask.shape[0])
    if right <= left or bottom <= top:
        return 0
    return int(
        np.count_nonzero(_part(first, left, top, right, bottom) & _part(second, left, top, right, bottom))
    )


def likeness(first: Footprint, second: Footprint) -> float:
    """Shared pixels over all pixels of both, 0 to 1."""
    shared = shared_pixels(first, second)
    together = first.area + second.area - shared
    return shared / together if together else 1.0


def _part(footprint: Footprint, left: int, top: int, right: int, bottom: int) -> NDArray[np.bool_]:
    x, y = footprint.origin
    return footprint.mask[top - y : bottom - y, left - x : right - x]
