"""Outlines changed by hand: painted, erased, grown, shrunk, pulled at a point."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from skimage import measure

from core.imaging.outline import largest_piece
from core.imaging.separate import Placed, tight

_NODE_TOLERANCE: Final = 1.2
_FEWEST_NODES: Final = 6


def stroke_mask(stroke: ArrayLike, radius: float) -> Placed:
    """Pixels under a round brush drawn along a stroke.

    Parameters
    ----------
    stroke
        Shape (K, 2), K >= 1, (x, y) in pixels of the picture.
    radius
        Of the brush, pixels; at least 0.5.

    Returns
    -------
    mask, origin
        Pixels whose centre lies within `radius` of the stroke; a single pixel at least.
    """
    points = np.asarray(stroke, dtype=np.float64).reshape(-1, 2)
    reach = max(float(radius), 0.5)
    low = np.floor(points.min(axis=0) - reach - 1).astype(int)
    high = np.ceil(points.max(axis=0) + reach + 1).astype(int)
    width, height = (int(v) for v in high - low)
    away = np.full((height, width), np.inf)
    x, y = np.arange(width) + 0.5 + low[0], np.arange(height) + 0.5 + low[1]
    starts = points if len(points) == 1 else points[:-1]
    ends = points if len(points) == 1 else points[1:]
    for start, end in zip(starts, ends, strict=True):
        near = (
            slice(*_span(y, min(start[1], end[1]) - reach, max(start[1], end[1]) + reach)),
            slice(*_span(x, min(start[0], end[0]) - reach, max(start[0], end[0]) + reach)),
        )
        along = end - start
        length = max(float(along @ along), 1e-9)
        dx, dy = x[near[1]][None, :] - start[0], y[near[0]][:, None] - start[1]
        share = np.clip((dx * along[0] + dy * along[1]) / length, 0.0, 1.0)
        away[near] = np.minimum(away[near], np.hypot(dx - share * along[0], dy - share * along[1]))
    mask = away <= reach
    if not mask.any():
        mask[np.unravel_index(int(away.argmin()), away.shape)] = True
    return tight(mask, (int(low[0]), int(low[1])))


def painted(chromosome: Placed, stroke: Placed, forbidden: NDArray[np.bool_] | None = None) -> Placed:
    """Add what lies under a brush.

    Parameters
    ----------
    chromosome, stroke
        Masks with their origins.
    forbidden
        Shape (H, W) of the picture: pixels that are not painted, such as those of other chromosomes.

    Returns
    -------
    mask, origin
        The piece that holds the most of the chromosome.

    Raises
    ------
    ValueError
        When the stroke does not touch the chromosome, or adds nothing.
    """
    body, added, origin = _together(chromosome, stroke)
    if forbidden is not None:
        added &= ~_window(forbidden, origin, added.shape)
    together = body | added
    reached = _piece_of(together, body)
    if not (reached & ~body).any():
        if (added & ~body).any():
            raise ValueError("expected a stroke at the selected chromosome, got one apart, begin on its edge")
        raise ValueError("expected a stroke over free ground, got none, paint across the edge")
    return tight(reached, origin)


def erased(chromosome: Placed, stroke: Placed) -> tuple[Placed, ...]:
    """Take away what lies under an eraser.

    Returns
    -------
    tuple of (mask, origin)
        What is left, the largest piece first; crumbs are dropped; empty when nothing is left.

    Raises
    ------
    ValueError
        When the eraser touches nothing.
    """
    body, gone, origin = _together(chromosome, stroke)
    if not (body & gone).any():
        raise ValueError("expected a stroke over the chromosome, got one beside it, erase across its edge")
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(
        (body & ~gone).astype(np.uint8), connectivity=8
    )
    order = sorted(range(1, count), key=lambda k: -int(statistics[k, cv2.CC_STAT_AREA]))
    least = max(12.0, 0.08 * float(body.sum()))
    return tuple(
        tight(labels == k, origin)
        for place, k in enumerate(order)
        if place == 0 or statistics[k, cv2.CC_STAT_AREA] >= least
    )


def grown(chromosome: Placed, by: int, forbidden: NDArray[np.bool_] | None = None) -> Placed:
    """Move an outline outwards, or inwards where `by` is negative.

    Parameters
    ----------
    chromosome
        Mask and origin.
    by
        Pixels.
    forbidden
        Shape (H, W) of the picture: pixels that it does not grow into.

    Raises
    ------
    ValueError
        When nothing would be left, or there is no room.
    """
    mask, (x, y) = chromosome
    rim = abs(by) + 1
    body = np.pad(mask, rim).astype(np.uint8)
    origin = (x - rim, y - rim)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(by) + 1, 2 * abs(by) + 1))
    if by >= 0:
        wider = cv2.dilate(body, disc).astype(np.bool_)
        if forbidden is not None:
            wider &= ~_window(forbidden, origin, wider.shape) | body.astype(np.bool_)
        if int(wider.sum()) == int(body.sum()):
            raise ValueError("expected free ground around the chromosome, got none, it cannot grow")
        return tight(_piece_of(wider, body.astype(np.bool_)), origin)
    narrower = cv2.erode(body, disc).astype(np.bool_)
    if narrower.sum() < 12:
        raise ValueError("expected something to be left, got almost nothing, it cannot shrink any more")
    return tight(largest_piece(narrower), origin)


def contour_nodes(ring: ArrayLike) -> NDArray[np.intp]:
    """Choose the points of an outline at which it can be pulled.

    Parameters
    ----------
    ring
        Shape (K, 2), not closed.

    Returns
    -------
    ndarray
        Indices into `ring`, rising: its corners, or evenly spread points where it has hardly any.
    """
    points = np.asarray(ring, dtype=np.float64).reshape(-1, 2)
    closed = np.concatenate([points, points[:1]])
    simple = measure.approximate_polygon(closed, _NODE_TOLERANCE)[:-1]  # type: ignore[no-untyped-call]
    found = {int(np.hypot(*(points - corner).T).argmin()) for corner in simple}
    if len(found) < _FEWEST_NODES:
        found |= {int(k) for k in np.linspace(0, len(points), _FEWEST_NODES, endpoint=False)}
    return np.array(sorted(found), dtype=np.intp)


def pulled(
    ring: ArrayLike, nodes: NDArray[np.intp], node: int, to: tuple[float, float]
) -> NDArray[np.float64]:
    """Pull an outline at one node; what lies between its neighbours follows, the rest stays.

    Parameters
    ----------
    ring
        Shape (K, 2), not closed.
    nodes
        Indices from `contour_nodes`.
    node
        Which of them.
    to
        New (x, y).

    Returns
    -------
    ndarray
        Shape (K, 2).
    """
    points = np.array(ring, dtype=np.float64).reshape(-1, 2)
    count = len(points)
    at = int(nodes[node])
    before, after = int(nodes[node - 1]), int(nodes[(node + 1) % len(nodes)])
    shift = np.asarray(to, dtype=np.float64) - points[at]
    moved = points.copy()
    for ends, step in ((before, -1), (after, 1)):
        span = (at - ends) % count if step < 0 else (ends - at) % count
        for k in range(1, span):
            place = (at + step * k) % count
            moved[place] += shift * 0.5 * (1.0 + np.cos(np.pi * k / span))
    moved[at] += shift
    return moved


def _span(values: NDArray[np.float64], low: float, high: float) -> tuple[int, int]:
    return int(np.searchsorted(values, low)), int(np.searchsorted(values, high, side="right"))


def _together(first: Placed, second: Placed) -> tuple[NDArray[np.bool_], NDArray[np.bool_], tuple[int, int]]:
    """Two masks on one canvas, and the canvas's origin."""
    (a, (ax, ay)), (b, (bx, by)) = first, second
    left, top = min(ax, bx), min(ay, by)
    right, bottom = max(ax + a.shape[1], bx + b.shape[1]), max(ay + a.shape[0], by + b.shape[0])
    canvases = []
    for mask, (x, y) in (first, second):
        canvas = np.zeros((bottom - top, right - left), dtype=np.bool_)
        canvas[y - top : y - top + mask.shape[0], x - left : x - left + mask.shape[1]] = mask
        canvases.append(canvas)
    return canvases[0], canvases[1], (left, top)


def _window(picture: NDArray[np.bool_], origin: tuple[int, int], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Part of a picture under a mask; what lies outside the picture counts as set."""
    x, y = origin
    window = np.ones(shape, dtype=np.bool_)
    top, left = max(y, 0), max(x, 0)
    bottom, right = min(y + shape[0], picture.shape[0]), min(x + shape[1], picture.shape[1])
    if bottom > top and right > left:
        window[top - y : bottom - y, left - x : right - x] = picture[top:bottom, left:right]
    return window


def _piece_of(together: NDArray[np.bool_], body: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Connected piece of `together` that holds the most of `body`."""
    count, labels = cv2.connectedComponents(together.astype(np.uint8), connectivity=8)
    if count <= 2:
        return together
    held = np.bincount(labels[body], minlength=count)
    held[0] = 0
    return np.asarray(labels == int(held.argmax()), dtype=np.bool_)
