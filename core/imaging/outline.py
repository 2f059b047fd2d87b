"""Outline of a chromosome: from pixels to a polygon and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from skimage import measure  # its functions by name would bring scipy.signal to the start of the window
from skimage.draw import polygon

TOLERANCE: Final = 0.3
"""Largest distance, in pixels, that simplifying may move the outline."""

_SMALLEST_HOLE: Final = 3


def outline_of(
    mask: NDArray[np.bool_],
    origin: tuple[float, float] = (0.0, 0.0),
    *,
    tolerance: float = TOLERANCE,
) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
    """Trace the boundary of a mask.

    Parameters
    ----------
    mask
        Shape (H, W), bool. When it has several pieces, the largest is traced.
    origin
        (x, y) of the upper left corner of the mask's upper left pixel, in picture coordinates.
    tolerance
        Largest distance in pixels between the traced and the simplified boundary.

    Returns
    -------
    points
        Shape (K, 2), (x, y) in picture coordinates, K >= 3, not closed (the last point differs
        from the first). The boundary runs half-way between the centres of inner and outer pixels.
    holes
        The same for each hole of at least three pixels.

    Raises
    ------
    ValueError
        If the mask is not two-dimensional or has no pixel set.
    """
    piece = largest_piece(mask)
    filled = ndimage.binary_fill_holes(piece)
    outer = max(_rings_of(filled, origin, tolerance), key=_area_of)
    gaps, count = ndimage.label(filled & ~piece)
    holes = [
        max(_rings_of(gaps == index, origin, tolerance), key=_area_of)
        for index in range(1, count + 1)
        if int(np.count_nonzero(gaps == index)) >= _SMALLEST_HOLE
    ]
    return outer, tuple(holes)


def mask_of(
    points: ArrayLike,
    holes: Sequence[ArrayLike] = (),
    *,
    shape: tuple[int, int] | None = None,
    origin: tuple[int, int] | None = None,
) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """Fill an outline: a pixel belongs to it when its centre lies inside.

    Parameters
    ----------
    points
        Shape (K, 2), (x, y) in picture coordinates.
    holes
        Polygons that are cut out.
    shape
        (H, W) of the mask; just large enough, with one pixel of margin, when None.
    origin
        (x, y) of the mask's upper left corner in the picture; chosen when None. With a `shape` and
        no origin the mask is the whole picture, origin (0, 0).

    Returns
    -------
    mask
        Shape (H, W), bool. What lies outside `shape` is lost.
    origin
        (x, y) of the mask's upper left corner in the picture.

    Raises
    ------
    ValueError
        If the outline has fewer than three points.
    """
    ring = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(ring) < 3:
        raise ValueError(f"expected an outline of at least 3 points, got {len(ring)}, draw a closed shape")
    if origin is None:
        origin = (0, 0) if shape is not None else _corner(ring.min(axis=0) - 1.0)
    if shape is None:
        right, bottom = (int(v) for v in np.ceil(ring.max(axis=0)) + 1.0)
        shape = (max(bottom - origin[1], 1), max(right - origin[0], 1))
    mask = _filled(ring, shape, origin)
    for hole in holes:
        mask &= ~_filled(np.asarray(hole, dtype=np.float64).reshape(-1, 2), shape, origin)
    return mask, origin


def largest_piece(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the largest 8-connected piece of a mask.

    Parameters
    ----------
    mask
        Shape (H, W), bool.

    Returns
    -------
    ndarray
        Shape (H, W), bool.

    Raises
    ------
    ValueError
        If the mask is not two-dimensional or has no pixel set.
    """
    solid = np.asarray(mask, dtype=np.bool_)
    if solid.ndim != 2 or not solid.any():
        raise ValueError(
            f"expected a two-dimensional mask with at least one pixel set, got shape {solid.shape} with "
            f"{int(solid.sum())} set, check the outline"
        )
    labels, count = ndimage.label(solid, structure=np.ones((3, 3), dtype=np.int8))
    if count == 1:
        return solid
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == int(sizes.argmax()), dtype=np.bool_)


def _rings_of(
    mask: NDArray[np.bool_], origin: tuple[float, float], tolerance: float
) -> list[NDArray[np.float64]]:
    padded = np.pad(mask.astype(np.float32), 1)
    rings = []
    for contour in measure.find_contours(padded, 0.5, fully_connected="high"):  # type: ignore[no-untyped-call]
        simple = measure.approximate_polygon(contour, tolerance)  # type: ignore[no-untyped-call]
        ring = (simple if len(simple) > 3 else contour)[:-1, ::-1] - 0.5
        rings.append(np.asarray(ring + np.asarray(origin, dtype=np.float64), dtype=np.float64))
    return rings


def _area_of(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2.0


def _corner(point: NDArray[np.float64]) -> tuple[int, int]:
    return int(np.floor(point[0])), int(np.floor(point[1]))


def _filled(ring: NDArray[np.float64], shape: tuple[int, int], origin: tuple[int, int]) -> NDArray[np.bool_]:
    mask = np.zeros(shape, dtype=np.bool_)
    if len(ring) >= 3:
        y, x = ring[:, 1] - origin[1] - 0.5, ring[:, 0] - origin[0] - 0.5
        rows, columns = polygon(y, x, shape)  # type: ignore[no-untyped-call]
        mask[rows, columns] = True
    return mask
