"""Where one outline comes apart into two: along a line, or as a crossing that belongs to both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from core.analysis.suspects.shapes import Mask, Shape, Stain
from core.domain.outline import Outline, Point
from core.imaging.outline import largest_piece, outline_of
from core.imaging.separate import cut
from core.imaging.straighten import medial_axis

_ASIDE: Final = 0.75
_ENDS_KEPT: Final = 0.22
"""Share of the axis at each end in which no cut is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Two outlines instead of one; `line` is the cut, or the axis of the second chromosome of a crossing."""

    outlines: tuple[Outline, Outline]
    line: tuple[Point, ...]
    crossing: bool


def parting_of(shape: Shape, *, width: float, least_area: float, stain: Stain | None) -> Parting | None:
    """Find the best way to part an outline.

    Parameters
    ----------
    width
        Usual width of a chromosome of this cell, pixels.
    least_area
        Area in pixels that each part needs.
    stain
        Picture of shape (H, W); light places are preferred for a cut.

    Returns
    -------
    Parting or None
        None where no part would be large enough.
    """
    origin = np.asarray(shape.origin, dtype=np.float64)
    # The axis of the whole heap may run round a corner; that of the mask itself is measured anew.
    axis = medial_axis(shape.mask) + origin
    limbs = _limbs(shape, axis, width)
    sizes = [int(limb.sum()) for limb in limbs]
    if len(limbs) >= 2 and sizes[1] >= 0.25 * least_area and _opposite(limbs[:2], axis, shape.origin):
        crossing = _crossing(shape, axis, limbs[:2], width)
        if crossing is not None:
            return crossing
    if limbs and sizes[0] >= 0.5 * least_area:
        branch = _branch(shape, limbs[0], width, least_area)
        if branch is not None:
            return branch
    return _across(shape, axis, width, least_area, stain)


def _limbs(shape: Shape, axis: NDArray[np.float64], width: float) -> list[Mask]:
    """Connected parts that lie aside of the axis, largest first, as masks like that of the shape."""
    distances, _ = cKDTree(axis).query(shape.pixels())
    aside = np.zeros_like(shape.mask)
    rows, columns = np.nonzero(shape.mask)
    aside[rows, columns] = distances > _ASIDE * width
    labels, count = ndimage.label(aside)
    limbs = [np.asarray(labels == index, dtype=np.bool_) for index in range(1, count + 1)]
    return sorted(limbs, key=lambda limb: -int(limb.sum()))


def _opposite(limbs: list[Mask], axis: NDArray[np.float64], origin: tuple[int, int]) -> bool:
    """Whether two limbs leave on different sides of the axis, near the same place."""
    sides, places = [], []
    for limb in limbs:
        middle = _middle(limb, origin)
        at = int(np.argmin(np.hypot(*(axis - middle).T)))
        before, after = axis[max(0, at - 6)], axis[min(len(axis) - 1, at + 6)]
        along, away = after - before, middle - axis[at]
        sides.append(np.sign(along[0] * away[1] - along[1] * away[0]))
        places.append(at)
    return bool(sides[0] != sides[1]) and abs(places[0] - places[1]) < 0.45 * len(axis)


def _middle(mask: Mask, origin: tuple[int, int]) -> NDArray[np.float64]:
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean() + 0.5 + origin[0], rows.mean() + 0.5 + origin[1]])


def _tip(mask: Mask, origin: tuple[int, int], far_from: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = np.nonzero(mask)
    points = np.column_stack([columns + 0.5 + origin[0], rows + 0.5 + origin[1]])
    distances, _ = cKDTree(far_from).query(points)
    return np.asarray(points[int(np.argmax(distances))], dtype=np.float64)


def _crossing(shape: Shape, axis: NDArray[np.float64], limbs: list[Mask], width: float) -> Parting | None:
    """The chromosome along the axis, and a second one from limb to limb; the crossing belongs to both."""
    tips = [_tip(limb, shape.origin, axis) for limb in limbs]
    middles = [_middle(limb, shape.origin) for limb in limbs]
    corners = np.array([tips[0], middles[0], middles[1], tips[1]])
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    steps = np.arange(0.0, lengths[-1], 1.0)
    second = np.column_stack([np.interp(steps, lengths, corners[:, k]) for k in (0, 1)])
    pixels = shape.pixels()
    to_first, _ = cKDTree(axis).query(pixels)
    to_second, _ = cKDTree(second).query(pixels)
    half = 0.62 * width
    masks = []
    for own, other in ((to_first, to_second), (to_second, to_first)):
        part = np.zeros_like(shape.mask)
        rows, columns = np.nonzero(shape.mask)
        part[rows, columns] = (own <= half) | (own <= other)
        masks.append(largest_piece(part))
    if min(int(mask.sum()) for mask in masks) < 12:
        return None
    return Parting(
        outlines=(_outline(masks[0], shape.origin), _outline(masks[1], shape.origin)),
        line=tuple((float(x), float(y)) for x, y in corners),
        crossing=True,
    )


def _branch(shape: Shape, limb: Mask, width: float, least_area: float) -> Parting | None:
    """Cut a limb off where it leaves the body: between the two deepest notches beside it."""
    best: tuple[float, Parting] | None = None
    notches = _notches(shape.mask, shape.origin)
    for first, second in combinations(notches, 2):
        chord = float(np.hypot(*(first[0] - second[0])))
        if chord > 2.0 * width or chord < 2.0:
            continue
        parting = _cut(shape, (first[0], second[0]), least_area)
        if parting is None:
            continue
        cost = chord / width - (first[1] + second[1]) / width
        if best is None or cost < best[0]:
            best = (cost, parting)
    if best is not None:
        return best[1]
    # Without two notches: across the foot of the limb.
    grown = np.asarray(ndimage.binary_dilation(limb, iterations=2), dtype=np.bool_) & shape.mask & ~limb
    if int(grown.sum()) < 4:
        return None
    rows, columns = np.nonzero(grown)
    points = np.column_stack([columns + 0.5, rows + 0.5]) + np.asarray(shape.origin, dtype=np.float64)
    middle = points.mean(axis=0)
    _, _, directions = np.linalg.svd(points - middle)
    reach = float(np.abs((points - middle) @ directions[0]).max())
    ends = (middle - directions[0] * reach, middle + directions[0] * reach)
    return _cut(shape, ends, least_area)


def _notches(mask: Mask, origin: tuple[int, int]) -> list[tuple[NDArray[np.float64], float]]:
    """Inward corners of the outline with their depth in pixels, deepest first."""
    borders, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    border = max(borders, key=len)
    if len(border) < 8:
        return []
    hull = cv2.convexHull(border, returnPoints=False)
    defects: Any = cv2.convexityDefects(border, hull)
    if defects is None or not len(defects):
        return []
    found = [
        (border[far].ravel().astype(np.float64) + 0.5 + np.asarray(origin), float(depth) / 256.0)
        for _, _, far, depth in defects.reshape(-1, 4)
    ]
    return sorted((one for one in found if one[1] >= 1.5), key=lambda one: -one[1])[:6]


def _cut(
    shape: Shape, ends: tuple[NDArray[np.float64], NDArray[np.float64]], least_area: float
) -> Parting | None:
    """Part along a straight line through two points of the picture."""
    first, second = ends
    direction = second - first
    direction = direction / max(float(np.hypot(*direction)), 1e-9)
    line = np.array([first - 3.0 * direction, second + 3.0 * direction])
    try:
        parts = cut(shape.mask, shape.origin, line)
    except ValueError:
        return None
    if len(parts) != 2 or min(int(mask.sum()) for mask, _ in parts) < least_area:
        return None
    return Parting(
        outlines=(_outline(*parts[0]), _outline(*parts[1])),
        line=tuple((float(x), float(y)) for x, y in line),
        crossing=False,
    )


def _across(
    shape: Shape, axis: NDArray[np.float64], width: float, least_area: float, stain: Stain | None
) -> Parting | None:
    """Cut across the axis where the outline is narrow and the stain light."""
    pixels = shape.pixels()
    _, nearest = cKDTree(axis).query(pixels)
    breadth = ndimage.gaussian_filter1d(np.bincount(nearest, minlength=len(axis)).astype(np.float64), 2.0)
    cost = breadth / max(float(np.median(breadth)), 1e-6)
    if stain is not None:
        columns = np.clip(axis[:, 0].astype(int), 0, stain.shape[1] - 1)
        rows = np.clip(axis[:, 1].astype(int), 0, stain.shape[0] - 1)
        level = ndimage.gaussian_filter1d(stain[rows, columns].astype(np.float64), 1.5)
        cost = cost + level / max(float(np.median(level)), 1e-6)
    kept = max(2, int(_ENDS_KEPT * len(axis)))
    inner = range(kept, len(axis) - kept)
    for at in sorted(inner, key=lambda index: float(cost[index])):
        before, after = axis[max(0, at - 4)], axis[min(len(axis) - 1, at + 4)]
        along = (after - before) / max(float(np.hypot(*(after - before))), 1e-9)
        across = np.array([-along[1], along[0]]) * width
        parting = _cut(shape, (axis[at] - across, axis[at] + across), least_area)
        if parting is not None:
            return parting
    return None


def _outline(mask: Mask, origin: tuple[int, int]) -> Outline:
    points, holes = outline_of(mask, origin)
    return Outline(
        points=tuple((round(float(x), 2), round(float(y), 2)) for x, y in points),
        holes=tuple(tuple((round(float(x), 2), round(float(y), 2)) for x, y in hole) for hole in holes),
    )
