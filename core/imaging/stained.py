"""Stained material under a point or inside a drawn ring, as long as no chromosome has it yet."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from core.imaging.outline import largest_piece, mask_of
from core.imaging.separate import SMALLEST_PIECE, Placed, tight

_LEVEL: Final = 0.45
"""Share of the typical stain of the cell's chromosomes from which a pixel is material."""
_REACH: Final = 5
"""Pixels by which a click may miss."""
_WINDOW: Final = 2.2
"""Half width of the window around a click, in lengths of a typical chromosome."""
_LARGEST: Final = 6.0
"""Larger than this many typical chromosomes is a nucleus or a whole clump, no chromosome."""
_LEAST_SHARE: Final = 0.08
"""Share of a drawn ring that has to be stained."""


def level_of(stain: NDArray[np.float32], masks: list[Placed]) -> float:
    """Stain from which a pixel is chromosome material.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    masks
        Chromosomes that are outlined already; their stain is the measure.

    Returns
    -------
    float
        0..1; by Otsu's method on the whole picture where nothing is outlined.
    """
    if masks:
        means = []
        for mask, (x, y) in masks:
            window = stain[max(y, 0) : y + mask.shape[0], max(x, 0) : x + mask.shape[1]]
            held = mask[max(-y, 0) :, max(-x, 0) :][: window.shape[0], : window.shape[1]]
            if held.any():
                means.append(float(window[held].mean()))
        if means:
            return _LEVEL * float(np.median(means))
    eight_bit = np.clip(stain * 255.0, 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(eight_bit, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(threshold) / 255.0


def stained_at(
    stain: NDArray[np.float32],
    point: tuple[float, float],
    known: NDArray[np.bool_],
    *,
    level: float,
    length: float,
    area: float,
) -> Placed:
    """Grow the stained region under a point.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    point
        (x, y) in pixels of the picture.
    known
        Shape (H, W), bool: what chromosomes hold already.
    level
        Stain of material, see `level_of`.
    length, area
        Of a typical chromosome of the cell, pixels.

    Returns
    -------
    mask, origin
        One piece without pinholes, as far as no chromosome has it.

    Raises
    ------
    ValueError
        When nothing is stained there, a chromosome has it already, or it is far larger than one.
    """
    height, width = stain.shape
    column, row = int(np.floor(point[0])), int(np.floor(point[1]))
    if not (0 <= column < width and 0 <= row < height):
        raise ValueError("expected a point in the picture, got one outside, click on stained material")
    half = max(24, round(_WINDOW * length))
    left, top = max(column - half, 0), max(row - half, 0)
    frame = (slice(top, min(row + half + 1, height)), slice(left, min(column + half + 1, width)))
    # The rim that every outline leaves free is not a chromosome of its own.
    taken = ndimage.binary_dilation(known[frame], iterations=1)
    free = (cv2.GaussianBlur(stain[frame], (0, 0), 0.6) > level) & ~taken
    free = ndimage.binary_opening(free, iterations=1)
    labels, _ = ndimage.label(free)
    index = _nearest(labels, row - top, column - left)
    if index == 0:
        if known[row, column]:
            raise ValueError("expected stain without an outline, got a chromosome, click beside it")
        raise ValueError("expected stained material under the pointer, got none, click on a chromosome")
    piece = labels == index
    size = int(piece.sum())
    if size < max(SMALLEST_PIECE, 0.02 * area):
        raise ValueError(f"expected a chromosome, got a speck of {size} px, draw it with the lasso (L)")
    if size > _LARGEST * area:
        raise ValueError("expected a chromosome, got something far larger, draw it with the lasso (L)")
    closed = ndimage.binary_closing(np.pad(piece, 2), iterations=2)[2:-2, 2:-2] & ~known[frame]
    return tight(largest_piece(_without_pinholes(closed | piece)), (left, top))


def stained_inside(stain: NDArray[np.float32], ring: ArrayLike, *, level: float) -> Placed:
    """Take the stained material inside a drawn ring.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    ring
        Shape (K, 2), K >= 3, (x, y) in pixels of the picture, not closed.
    level
        Stain of material, see `level_of`.

    Returns
    -------
    mask, origin
        One piece without pinholes.

    Raises
    ------
    ValueError
        When the ring is too small, lies outside the picture, or holds hardly any stain.
    """
    drawn, (x, y) = mask_of(ring)
    height, width = stain.shape
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + drawn.shape[1], width), min(y + drawn.shape[0], height)
    if right <= left or bottom <= top:
        raise ValueError("expected a ring in the picture, got one outside, draw around a chromosome")
    inside = drawn[top - y : bottom - y, left - x : right - x]
    if inside.sum() < SMALLEST_PIECE:
        raise ValueError(f"expected a ring around a chromosome, got {int(inside.sum())} px, draw it larger")
    window = stain[top:bottom, left:right]
    held = inside & (window > level)
    if held.sum() < max(SMALLEST_PIECE, _LEAST_SHARE * inside.sum()):
        raise ValueError("expected stained material in the ring, got almost none, draw around a chromosome")
    # Pale bands are chromosome as well: gaps between stained parts are closed inside the ring.
    closed = ndimage.binary_closing(np.pad(held, 3), iterations=3)[3:-3, 3:-3] & inside
    return tight(largest_piece(_without_pinholes(closed | held)), (left, top))


def _nearest(labels: NDArray[np.int32], row: int, column: int) -> int:
    """Label at a pixel, or the nearest one in reach; 0 for none."""
    here = int(labels[row, column])
    if here:
        return here
    top, left = max(row - _REACH, 0), max(column - _REACH, 0)
    near = labels[top : row + _REACH + 1, left : column + _REACH + 1]
    rows, columns = np.nonzero(near)
    if not len(rows):
        return 0
    distance = np.hypot(rows + top - row, columns + left - column)
    best = int(distance.argmin())
    return int(near[rows[best], columns[best]]) if distance[best] <= _REACH else 0


def _without_pinholes(piece: NDArray[np.bool_]) -> NDArray[np.bool_]:
    gaps, count = ndimage.label(~np.pad(piece, 1))
    if count < 2:
        return piece
    sizes = np.bincount(gaps.ravel())
    small = sizes < 0.05 * piece.sum()
    small[0] = False
    return np.asarray(piece | small[gaps][1:-1, 1:-1], dtype=np.bool_)
