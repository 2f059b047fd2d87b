"""Cutting a mask along a drawn line and joining pieces that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from scipy.spatial import cKDTree
from skimage.draw import line as pixel_line

Placed = tuple[NDArray[np.bool_], tuple[int, int]]
"""A mask (H, W) and the (x, y) of its upper left pixel in the picture."""

SMALLEST_PIECE: Final = 12
"""Pixels; crumbs below this go to the neighbouring piece."""


def cut(mask: NDArray[np.bool_], origin: tuple[int, int], polyline: ArrayLike) -> tuple[Placed, ...]:
    """Cut a mask along a line.

    Parameters
    ----------
    mask
        Shape (H, W), bool.
    origin
        (x, y) of the mask's upper left pixel in the picture.
    polyline
        Shape (K, 2), K >= 2, (x, y) in picture coordinates.

    Returns
    -------
    tuple of (mask, origin)
        Two or more pieces, the largest first; together they are the whole mask: the pixels under
        the line go to the nearest piece.

    Raises
    ------
    ValueError
        If the line has fewer than two points or does not divide the mask.
    """
    points = np.asarray(polyline, dtype=np.float64).reshape(-1, 2)
    if len(points) < 2:
        raise ValueError(f"expected a line of at least 2 points, got {len(points)}, draw across it")
    solid = np.asarray(mask, dtype=np.bool_)
    rest = solid & ~_drawn(points - np.asarray(origin, dtype=np.float64), solid.shape)
    # Diagonal neighbours across a thin line would still touch, hence 4-connectivity.
    labels, count = ndimage.label(rest)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    pieces_before = ndimage.label(solid)[1]
    large = [index for index in range(1, count + 1) if sizes[index] >= SMALLEST_PIECE]
    if len(large) < 2 or len(large) <= _count_large(solid, pieces_before):
        raise ValueError(
            "expected a line that divides the chromosome, got one that leaves it whole, "
            "draw from outside to outside"
        )
    seeds = np.where(np.isin(labels, large), labels, 0)
    nearest = ndimage.distance_transform_edt(seeds == 0, return_distances=False, return_indices=True)
    owner = np.where(solid, seeds[tuple(nearest)], 0)
    pieces = [tight(owner == index, origin) for index in large]
    return tuple(sorted(pieces, key=lambda piece: -int(piece[0].sum())))


def join(pieces: Sequence[Placed], *, widest_gap: float = 8.0) -> Placed:
    """Join pieces of one chromosome, bridging small gaps.

    Parameters
    ----------
    pieces
        Two or more masks with their origins.
    widest_gap
        Largest distance between neighbouring pieces that is bridged, pixels.

    Returns
    -------
    mask, origin
        One connected mask.

    Raises
    ------
    ValueError
        If fewer than two pieces are given, one is empty, or a piece is farther from all others than
        `widest_gap`.
    """
    if len(pieces) < 2 or not all(mask.any() for mask, _ in pieces):
        raise ValueError(f"expected at least 2 pieces with pixels, got {len(pieces)}, select what to join")
    canvas, origin, parts = _common_canvas(pieces)
    joined = {0}
    waiting = set(range(1, len(parts)))
    while waiting:
        body = np.concatenate([parts[index] for index in joined])
        tree = cKDTree(body)
        found = {index: tree.query(parts[index]) for index in waiting}
        nearest = min(waiting, key=lambda index: float(found[index][0].min()))
        gaps, partners = found[nearest]
        gap = float(gaps.min())
        if gap > widest_gap + 1.0:
            raise ValueError(
                f"expected pieces at most {widest_gap:g} px apart, got {gap - 1:.0f} px, "
                "join only pieces of one chromosome"
            )
        if gap > 1.0:
            _bridge(canvas, parts[nearest], body[partners], gaps, gap)
        joined.add(nearest)
        waiting.discard(nearest)
    return tight(canvas, origin)


def _drawn(points: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Pixels under a polyline, without diagonal leaks."""
    drawn = np.zeros(shape, dtype=np.bool_)
    corners = np.floor(points).astype(int)
    for (x0, y0), (x1, y1) in pairwise(corners):
        rows, columns = pixel_line(y0, x0, y1, x1)  # type: ignore[no-untyped-call]
        for down, right in ((0, 0), (0, 1)):
            r, c = rows + down, columns + right
            inside = (r >= 0) & (r < shape[0]) & (c >= 0) & (c < shape[1])
            drawn[r[inside], c[inside]] = True
    return drawn


def _count_large(solid: NDArray[np.bool_], count: int) -> int:
    sizes = np.bincount(ndimage.label(solid)[0].ravel(), minlength=count + 1)[1:]
    return int((sizes >= SMALLEST_PIECE).sum())


def tight(mask: NDArray[np.bool_], origin: tuple[int, int]) -> Placed:
    """Cut the empty rim off a mask (H, W) whose upper left pixel lies at `origin` (x, y)."""
    rows, columns = np.nonzero(mask)
    top, left = int(rows.min()), int(columns.min())
    part = mask[top : int(rows.max()) + 1, left : int(columns.max()) + 1]
    return np.array(part, dtype=np.bool_), (origin[0] + left, origin[1] + top)


def _common_canvas(
    pieces: Sequence[Placed],
) -> tuple[NDArray[np.bool_], tuple[int, int], list[NDArray[np.int64]]]:
    left = min(x for _, (x, _) in pieces)
    top = min(y for _, (_, y) in pieces)
    right = max(x + mask.shape[1] for mask, (x, _) in pieces)
    bottom = max(y + mask.shape[0] for mask, (_, y) in pieces)
    canvas = np.zeros((bottom - top, right - left), dtype=np.bool_)
    parts = []
    for mask, (x, y) in pieces:
        canvas[y - top : y - top + mask.shape[0], x - left : x - left + mask.shape[1]] |= mask
        parts.append(np.argwhere(mask) + np.array([y - top, x - left]))
    return canvas, (left, top), parts


def _bridge(
    canvas: NDArray[np.bool_],
    piece: NDArray[np.int64],
    partners: NDArray[np.int64],
    gaps: NDArray[np.float64],
    gap: float,
) -> None:
    """Fill the gap between a piece and its nearest neighbours on the body, in place."""
    for here, there, distance in zip(piece, partners, gaps, strict=True):
        if distance <= gap + 1.5:
            rows, columns = pixel_line(int(here[0]), int(here[1]), int(there[0]), int(there[1]))  # type: ignore[no-untyped-call]
            canvas[rows, columns] = True
    canvas |= ndimage.binary_closing(np.pad(canvas, 2), iterations=1)[2:-2, 2:-2]
