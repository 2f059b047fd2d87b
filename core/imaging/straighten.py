"""The axis of a chromosome, and the chromosome laid straight along it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.graph import MCP_Geometric

from core.imaging.outline import largest_piece

_STUBBY: Final = 3.0
"""Below this (length squared over area, about length over width) the axis is a straight line: the
ends of so short a body say nothing about a bend."""

_SPLAYED: Final = 3.2
"""Below this (length squared over area of the hull) a body whose axis hardly bends is a small chromosome
with splayed chromatids: its most distant points are tips of two chromatids, its axis runs between them."""

_HARDLY_BENT: Final = 0.1

_HOLE_SHARE: Final = 0.08


def medial_axis(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Find the axis of a chromosome from one end of the outline to the other.

    Parameters
    ----------
    mask
        Shape (H, W), bool. Of several pieces the largest counts.

    Returns
    -------
    ndarray
        Shape (K, 2), K >= 2, (x, y) in mask coordinates (pixel centres at +0.5), one pixel of arc
        length apart, from outline to outline. Which end comes first carries no meaning.

    Raises
    ------
    ValueError
        If the mask is empty.

    Notes
    -----
    Geodesic distances to the two most distant points of the body order its pixels from end to end,
    also round a U; the axis joins the centres of gravity of equal order, so it runs between splayed
    chromatids rather than along one of them. The last half width, where that order is bent by the
    corner it starts from, is replaced by a straight continuation to the outline.
    """
    body = _without_pinholes(largest_piece(mask))
    rows, columns = np.nonzero(body)
    points = np.stack([columns + 0.5, rows + 0.5], axis=1)
    if len(points) < 12:
        return _straight_axis(points)
    order, reach = _order_from_end_to_end(body)
    if reach * reach / len(points) < _STUBBY:
        return _straight_axis(points)
    axis = _bent_axis(points, order[rows, columns], reach)
    if reach * reach / _hull_area(points) < _SPLAYED and _sag(axis) < _HARDLY_BENT * reach:
        return _straight_axis(points)
    return axis


def straighten(
    picture: NDArray[np.generic],
    axis: NDArray[np.float64],
    half_width: float,
    *,
    columns: int | None = None,
    rows: int | None = None,
    order: int = 1,
    outside: float = 0.0,
) -> NDArray[np.float32]:
    """Lay a bent chromosome straight.

    Parameters
    ----------
    picture
        Shape (H, W), any real dtype or bool: stain, grey picture or mask.
    axis
        Shape (K, 2), (x, y) in the picture's coordinates, as `medial_axis` gives it.
    half_width
        How far to reach on each side of the axis, in pixels of the picture.
    columns
        Width of the result; two half widths (one pixel a column) when None.
    rows
        Length of the result; one row for each pixel of arc length when None.
    order
        Interpolation: 0 nearest, 1 linear, 3 cubic.
    outside
        Value beyond the picture.

    Returns
    -------
    ndarray
        Shape (rows, columns), float32. Row 0 is the axis's first end; the axis runs in the middle,
        and columns grow to the right of a person who walks along the picture's axis downwards.

    Raises
    ------
    ValueError
        If the axis has fewer than two points or the half width is not positive.
    """
    line = np.asarray(axis, dtype=np.float64).reshape(-1, 2)
    if len(line) < 2 or half_width <= 0:
        raise ValueError(
            f"expected an axis of at least 2 points and a positive half width, got {len(line)} points and "
            f"{half_width}, find the axis with medial_axis"
        )
    length = axis_length(line)
    rows = max(2, round(length)) if rows is None else rows
    columns = max(2, round(2 * half_width)) if columns is None else columns
    along = (np.arange(rows) + 0.5) * (length / rows)
    centres = _at_arc_length(line, along)
    tangents = _tangents(line, along, reach=max(2.0, 0.5 * half_width))
    across = ((np.arange(columns) + 0.5) / columns * 2.0 - 1.0) * half_width
    x = centres[:, :1] + tangents[:, 1:] * across[None, :]
    y = centres[:, 1:] - tangents[:, :1] * across[None, :]
    source = np.asarray(picture, dtype=np.float32)
    how = {0: cv2.INTER_NEAREST, 1: cv2.INTER_LINEAR, 3: cv2.INTER_CUBIC}[order]
    laid = cv2.remap(
        source,
        (x - 0.5).astype(np.float32),
        (y - 0.5).astype(np.float32),
        how,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=outside,
    )
    return np.asarray(laid, dtype=np.float32)


def axis_length(axis: NDArray[np.float64]) -> float:
    """Arc length of an axis, in pixels.

    Parameters
    ----------
    axis
        Shape (K, 2), (x, y).

    Returns
    -------
    float
        Pixels.
    """
    return float(np.hypot(*np.diff(axis, axis=0).T).sum())


def end_direction(axis: NDArray[np.float64], *, at_start: bool) -> tuple[float, float]:
    """Direction from the middle of the chromosome to one of its ends.

    Parameters
    ----------
    axis
        Shape (K, 2), (x, y).
    at_start
        Point to the first end of the axis, else to the last.

    Returns
    -------
    tuple of float
        Unit vector (dx, dy), y down.
    """
    vector = axis[0 if at_start else -1] - axis.mean(axis=0)
    length = float(np.hypot(vector[0], vector[1]))
    if length < 1e-9:
        return 0.0, -1.0
    return float(vector[0] / length), float(vector[1] / length)


def _without_pinholes(body: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill small holes; a large one is the inside of a closed bend and must stay open."""
    filled = ndimage.binary_fill_holes(body)
    gaps, count = ndimage.label(filled & ~body)
    if count == 0:
        return body
    sizes = np.bincount(gaps.ravel())
    small = sizes < _HOLE_SHARE * np.count_nonzero(body)
    small[0] = False
    return np.asarray(body | small[gaps], dtype=np.bool_)


def _order_from_end_to_end(body: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Order of each pixel along the body (arc length from one end), and the body's reach."""
    cost = np.where(np.pad(body, 1), 1.0, -1.0)

    def distances(start: tuple[int, int]) -> NDArray[np.float64]:
        found, _ = MCP_Geometric(cost).find_costs([start])
        found = np.asarray(found[1:-1, 1:-1], dtype=np.float64)
        found[~body] = -1.0
        return found

    def farthest(field: NDArray[np.float64]) -> tuple[int, int]:
        row, column = np.unravel_index(int(field.argmax()), field.shape)
        return int(row) + 1, int(column) + 1

    rows, columns = np.nonzero(body)
    first = distances(farthest(distances((int(rows[0]) + 1, int(columns[0]) + 1))))
    other = farthest(first)
    second = distances(other)
    reach = float(first[other[0] - 1, other[1] - 1]) + 1.0
    return 0.5 * (first - second + reach), reach


def _sag(axis: NDArray[np.float64]) -> float:
    """Largest distance of the axis from the line between its ends."""
    chord = axis[-1] - axis[0]
    normal = np.array([-chord[1], chord[0]]) / max(float(np.hypot(chord[0], chord[1])), 1e-9)
    return float(np.abs((axis - axis[0]) @ normal).max())


def _hull_area(points: NDArray[np.float64]) -> float:
    hull = cv2.convexHull(points.astype(np.float32))
    return max(float(cv2.contourArea(hull)), 1.0)


def _straight_axis(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Principal axis of the pixels, from edge to edge."""
    centre = points.mean(axis=0)
    spread = np.cov((points - centre).T) if len(points) > 1 else np.eye(2)
    _, vectors = np.linalg.eigh(np.atleast_2d(spread) + np.eye(2) * 1e-9)
    direction = vectors[:, 1]
    along = (points - centre) @ direction
    across = np.abs((points - centre) @ vectors[:, 0])
    core = along[across <= max(0.6 * float(across.max()), 1.0)]
    low, high = float(core.min()) - 0.5, float(core.max()) + 0.5
    count = max(2, round(high - low) + 1)
    return np.asarray(centre + np.linspace(low, high, count)[:, None] * direction, dtype=np.float64)


def _bent_axis(points: NDArray[np.float64], order: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    width = len(points) / reach
    levels = np.linspace(0.0, reach, max(8, round(reach)))
    weights = np.exp(-0.5 * ((levels[:, None] - order[None, :]) / 1.2) ** 2) + 1e-12
    line = weights @ points / weights.sum(axis=1, keepdims=True)
    keep = (levels >= 0.5 * width) & (levels <= reach - 0.5 * width)
    line, kept = line[keep], levels[keep]
    line = _smooth(line, sigma=0.3 * width)
    head = _continuation(line[::-1], points[order < kept[0]], width)
    tail = _continuation(line, points[order > kept[-1]], width)
    line = np.concatenate([head[None], line, tail[None]])
    length = axis_length(line)
    return _at_arc_length(line, np.linspace(0.0, length, max(2, round(length) + 1)))


def _continuation(line: NDArray[np.float64], cap: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Run the line straight on beyond its last point to the outline of the cap."""
    last = line[-1]
    steps = max(1, min(len(line) - 1, round(1.2 * width)))
    direction = last - line[-1 - steps]
    direction = direction / max(float(np.hypot(direction[0], direction[1])), 1e-9)
    if len(cap) == 0:
        return np.asarray(last + 0.5 * direction)
    along = (cap - last) @ direction
    across = np.abs((cap - last) @ np.array([-direction[1], direction[0]]))
    near = along[across <= max(0.45 * width, 1.0)]
    far = float(near.max()) if len(near) else float(along.max())
    return np.asarray(last + (max(far, 0.0) + 0.5) * direction, dtype=np.float64)


def _smooth(line: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Smooth a line without pulling its ends in: it is continued by point reflection."""
    pad = min(len(line) - 1, max(1, round(3 * sigma)))
    before = 2 * line[0] - line[pad:0:-1]
    after = 2 * line[-1] - line[-2 : -2 - pad : -1]
    run = np.concatenate([before, line, after])
    return np.asarray(ndimage.gaussian_filter1d(run, sigma, axis=0)[pad : pad + len(line)])


def _at_arc_length(line: NDArray[np.float64], along: NDArray[np.floating]) -> NDArray[np.float64]:
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    return np.stack([np.interp(along, walked, line[:, k]) for k in (0, 1)], axis=1)


def _tangents(line: NDArray[np.float64], along: NDArray[np.floating], reach: float) -> NDArray[np.float64]:
    """Take unit tangents over a stretch so that neighbouring cross sections do not cross."""
    length = axis_length(line)
    ahead = _at_arc_length(line, np.minimum(along + reach, length))
    behind = _at_arc_length(line, np.maximum(along - reach, 0.0))
    step = ahead - behind
    return np.asarray(step / np.maximum(np.hypot(step[:, :1], step[:, 1:]), 1e-9))
