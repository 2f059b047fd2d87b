"""Two chromosomes that lie across each other, told apart by a stroke along each or by four corners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from scipy.spatial import cKDTree
from skimage.draw import polygon
from skimage.segmentation import watershed

from core.imaging.outline import largest_piece
from core.imaging.separate import SMALLEST_PIECE, Placed, tight

_STEP: Final = 0.5
"""Pixels of arc length between the cross sections of a stroke."""
_WIDENED: Final = 1.3
"""A cross section wider than this times the typical one holds another chromosome as well."""
_MEETING: Final = 0.6
"""Strokes nearer than this share of a half width meet."""
_CENTRING: Final = 3
"""Passes that move a stroke drawn by hand into the middle of its chromosome."""
_CROSSING_MARGIN: Final = 0.35
"""Share of the width by which a crossing is widened before its edges are drawn across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Two whole chromosomes.

    Attributes
    ----------
    first, second
        Mask and (x, y) of its upper left pixel in the picture; both hold the crossing.
    shared
        Pixels of the crossing.
    """

    first: Placed
    second: Placed
    shared: int


def part_by_strokes(region: Placed, first: ArrayLike, second: ArrayLike) -> Crossing:
    """Tell two crossing chromosomes apart by one stroke along each.

    Away from the crossing a chromosome reaches from its stroke to the border of the material; across the
    crossing its edges run straight on from one side to the other. Only pixels of `region` are given out,
    and each of them to at least one chromosome.

    Parameters
    ----------
    region
        Mask (H, W) of the material of both, and the (x, y) of its upper left pixel.
    first, second
        Shape (K, 2), (x, y) in picture coordinates, roughly from end to end.

    Returns
    -------
    Crossing

    Raises
    ------
    ValueError
        When a stroke lies outside the material, or the strokes do not cross.
    """
    solid, origin = _padded(region)
    shift = np.asarray(origin, dtype=np.float64)
    strokes = []
    for name, drawn in (("first", first), ("second", second)):
        line = np.asarray(drawn, dtype=np.float64).reshape(-1, 2) - shift
        strokes.append(_inside(line, solid, name))
    depth = ndimage.distance_transform_edt(solid)
    widths = [_half_width(strokes[k], strokes[1 - k], depth) for k in (0, 1)]
    if not _meet(strokes[0], strokes[1], max(widths)):
        raise ValueError(
            "expected two strokes that cross, got two that do not cross, draw each along its "
            "chromosome right through the crossing"
        )
    for _ in range(_CENTRING):
        strokes = [_centred(strokes[k], strokes[1 - k], solid, widths[k], widths[1 - k]) for k in (0, 1)]
    rows, columns = np.nonzero(solid)
    pixels = np.stack([columns + 0.5, rows + 0.5], axis=1)
    ribbons = [_Ribbon(strokes[k], strokes[1 - k], solid, widths[k], widths[1 - k]) for k in (0, 1)]
    holds = [ribbon.holds(pixels) for ribbon in ribbons]
    beyond = [ribbon.beyond(pixels) for ribbon in ribbons]
    left = ~(holds[0] | holds[1])
    holds[0] |= left & (beyond[0] <= beyond[1])
    holds[1] |= left & (beyond[0] > beyond[1])
    masks = []
    for held in holds:
        mask = np.zeros_like(solid)
        mask[rows[held], columns[held]] = True
        masks.append(mask)
    return _crossing(masks[0], masks[1], solid, origin)


def part_by_corners(region: Placed, corners: ArrayLike) -> Crossing:
    """Tell two crossing chromosomes apart by the four corners of their crossing.

    What lies between the corners belongs to both; the arms on opposite sides of it belong together.

    Parameters
    ----------
    region
        Mask (H, W) of the material of both, and the (x, y) of its upper left pixel.
    corners
        Shape (4, 2), (x, y) in picture coordinates, in any order.

    Returns
    -------
    Crossing

    Raises
    ------
    ValueError
        When there are not four corners around material, or fewer than three arms lie around them.
    """
    points = np.asarray(corners, dtype=np.float64).reshape(-1, 2)
    if len(points) != 4:
        raise ValueError(f"expected 4 corners of a crossing, got {len(points)}, click each corner once")
    solid, origin = _padded(region)
    local = points - np.asarray(origin, dtype=np.float64)
    around = np.arctan2(*(local - local.mean(axis=0)).T[::-1])
    local = local[np.argsort(around)]
    middle = np.zeros_like(solid)
    rows, columns = polygon(local[:, 1] - 0.5, local[:, 0] - 0.5, solid.shape)  # type: ignore[no-untyped-call]
    middle[rows, columns] = True
    middle &= solid
    if middle.sum() < SMALLEST_PIECE:
        raise ValueError(
            "expected corners around stained material, got almost none between them, click the four "
            "corners where the edges of the chromosomes meet"
        )
    sides = _sides(local, middle, solid)
    away = ndimage.distance_transform_edt(~middle)
    arms = watershed(away, sides, mask=solid & ~middle)  # type: ignore[no-untyped-call]
    sizes = [int((arms == k).sum()) for k in (1, 2, 3, 4)]
    if sum(size >= SMALLEST_PIECE for size in sizes) < 3:
        raise ValueError(
            "expected arms of two chromosomes around the corners, got fewer than three, click the four "
            "corners where the edges of the chromosomes meet"
        )
    first = middle | (arms == 1) | (arms == 3)
    second = middle | (arms == 2) | (arms == 4)
    return _crossing(first, second, solid, origin)


class _Ribbon:
    """A stroke with its reach to the left and to the right, bridged where another chromosome crosses."""

    def __init__(
        self,
        stroke: NDArray[np.float64],
        other: NDArray[np.float64],
        solid: NDArray[np.bool_],
        width: float,
        other_width: float,
    ) -> None:
        reach, normals = _reaches(stroke, solid, 3.0 * width)
        crossed = _crossed(stroke, other, reach, width, other_width)
        along = np.arange(len(stroke), dtype=np.float64)
        bridged = np.empty_like(reach)
        for side in (0, 1):
            if (~crossed).any():
                bridged[:, side] = np.interp(along, along[~crossed], reach[~crossed, side])
            else:
                bridged[:, side] = width
        # Away from the crossing the material itself is the border.
        self._reach = np.where(crossed[:, None], bridged, reach + 1.0)
        self._tree = cKDTree(stroke)
        self._stroke, self._normals = stroke, normals

    def _offsets(self, pixels: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        _, nearest = self._tree.query(pixels)
        across = np.einsum("ij,ij->i", pixels - self._stroke[nearest], self._normals[nearest])
        return nearest, across

    def holds(self, pixels: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which pixels (N, 2) lie within reach, beside the stroke and not beyond its ends."""
        nearest, across = self._offsets(pixels)
        reach = np.where(across >= 0, self._reach[nearest, 0], self._reach[nearest, 1])
        distance = np.hypot(*(pixels - self._stroke[nearest]).T)
        sideways = np.abs(across) >= 0.7 * distance
        return np.asarray((np.abs(across) <= reach) & (sideways | (distance < 1.0)))

    def beyond(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Distance of pixels (N, 2) from the edge of the ribbon; what lies beyond an end counts as near."""
        nearest, across = self._offsets(pixels)
        reach = np.where(across >= 0, self._reach[nearest, 0], self._reach[nearest, 1])
        distance = np.hypot(*(pixels - self._stroke[nearest]).T)
        return np.asarray(distance - np.minimum(reach, distance))


def _crossed(
    stroke: NDArray[np.float64],
    other: NDArray[np.float64],
    reach: NDArray[np.float64],
    width: float,
    other_width: float,
) -> NDArray[np.bool_]:
    """Cross sections (N,) that meet the other chromosome: one interval about each place of crossing."""
    tree = cKDTree(other)
    gap, _ = tree.query(stroke)
    # Where the two run at a small angle, the other stays within reach for longer.
    close = gap < width + other_width
    wide = (reach.max(axis=1) > _WIDENED * width) & (gap < 2.0 * (width + other_width))
    meeting = gap < _MEETING * max(width, other_width) + _STEP
    marked = (close & wide) | meeting
    labels, count = ndimage.label(ndimage.binary_closing(np.pad(marked, 8), iterations=6)[8:-8])
    keep = np.zeros(len(stroke), dtype=np.bool_)
    for index in range(1, count + 1):
        if meeting[labels == index].any():
            keep |= labels == index
    margin = max(1, round(_CROSSING_MARGIN * width / _STEP))
    return np.asarray(ndimage.binary_dilation(keep, iterations=margin), dtype=np.bool_)


def _inside(line: NDArray[np.float64], solid: NDArray[np.bool_], name: str) -> NDArray[np.float64]:
    """Part of a stroke from its first to its last point on the material, (N, 2), evenly spaced."""
    if len(line) < 2:
        raise ValueError(f"expected a {name} stroke of at least 2 points, got {len(line)}, draw it longer")
    dense = _evenly(line)
    held = _at(solid, dense)
    if held.sum() * _STEP < 4.0:
        raise ValueError(
            f"expected the {name} stroke on stained material, got one beside it, "
            "draw it along the chromosome from end to end"
        )
    at = np.nonzero(held)[0]
    return _smooth(dense[at[0] : at[-1] + 1], 3.0)


def _half_width(stroke: NDArray[np.float64], other: NDArray[np.float64], depth: NDArray[np.float64]) -> float:
    """Typical half width along a stroke, away from the other one."""
    places = np.clip(np.floor(stroke).astype(int), 0, np.array(depth.shape[::-1]) - 1)
    deep = ndimage.maximum_filter(depth, size=5)[places[:, 1], places[:, 0]]
    gap, _ = cKDTree(other).query(stroke)
    alone = deep[gap > 2.0 * float(np.median(deep))]
    usable = alone if len(alone) >= 6 else deep
    return max(1.5, float(np.median(usable)))


def _centred(
    stroke: NDArray[np.float64],
    other: NDArray[np.float64],
    solid: NDArray[np.bool_],
    width: float,
    other_width: float,
) -> NDArray[np.float64]:
    """Move a stroke towards the middle of its material where no other chromosome crosses."""
    reach, normals = _reaches(stroke, solid, 3.0 * width)
    crossed = _crossed(stroke, other, reach, width, other_width)
    shift = 0.5 * (reach[:, 0] - reach[:, 1])
    # A cross section that leaves its chromosome sideways says nothing of its middle.
    usable = ~crossed & (reach.sum(axis=1) < 2.0 * _WIDENED * width)
    if usable.sum() < 4:
        return stroke
    along = np.arange(len(stroke), dtype=np.float64)
    shift = np.interp(along, along[usable], np.clip(shift[usable], -width, width))
    shift = ndimage.gaussian_filter1d(shift, max(2.0, 0.5 * width / _STEP), mode="nearest")
    return _evenly(_smooth(stroke + shift[:, None] * normals, max(1.0, 0.4 * width / _STEP)))


def _reaches(
    stroke: NDArray[np.float64], solid: NDArray[np.bool_], farthest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance to the border of the material on both sides (N, 2), and the normals (N, 2)."""
    span = max(2, round(3.0 / _STEP))
    ahead = stroke[np.minimum(np.arange(len(stroke)) + span, len(stroke) - 1)]
    behind = stroke[np.maximum(np.arange(len(stroke)) - span, 0)]
    along = ahead - behind
    along /= np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-9)
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1)
    steps = np.arange(0.0, farthest + _STEP, _STEP)
    reach = np.empty((len(stroke), 2))
    for side, sign in ((0, 1.0), (1, -1.0)):
        places = stroke[:, None, :] + sign * steps[None, :, None] * normals[:, None, :]
        held = _at(solid, places.reshape(-1, 2)).reshape(len(stroke), len(steps))
        # A stroke that runs beside its chromosome for a moment is moved back by the next pass.
        left = np.where(held.all(axis=1), len(steps), np.argmin(held, axis=1))
        reach[:, side] = np.maximum(left - 0.5, 0.0) * _STEP
    return reach, np.asarray(normals, dtype=np.float64)


def _sides(
    corners: NDArray[np.float64], middle: NDArray[np.bool_], solid: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Pixels just outside the crossing, numbered 1 to 4 by the side of the quadrangle they touch."""
    rim = ndimage.binary_dilation(middle, iterations=2) & solid & ~middle
    rows, columns = np.nonzero(rim)
    pixels = np.stack([columns + 0.5, rows + 0.5], axis=1)
    distances = []
    for k in range(4):
        start, end = corners[k], corners[(k + 1) % 4]
        edge = end - start
        share = np.clip((pixels - start) @ edge / max(float(edge @ edge), 1e-9), 0.08, 0.92)
        distances.append(np.hypot(*(pixels - start - share[:, None] * edge).T))
    sides = np.zeros(solid.shape, dtype=np.int32)
    sides[rows, columns] = np.argmin(np.stack(distances), axis=0) + 1
    return sides


def _crossing(
    first: NDArray[np.bool_], second: NDArray[np.bool_], solid: NDArray[np.bool_], origin: tuple[int, int]
) -> Crossing:
    shared = first & second
    if not shared.any():
        raise ValueError(
            "expected two strokes with a crossing between them, got none, draw each along its chromosome "
            "chromosome right through the crossing"
        )
    # A crumb that an edge cuts off one of them belongs to the other.
    body = largest_piece(first)
    twin = largest_piece(second | (first & ~body))
    body = largest_piece(body | (second & ~twin))
    return Crossing(first=tight(body, origin), second=tight(twin, origin), shared=int((body & twin).sum()))


def _meet(first: NDArray[np.float64], second: NDArray[np.float64], width: float) -> bool:
    """Whether two strokes cross, or one ends inside the other's chromosome."""
    gap, _ = cKDTree(second).query(first)
    return bool(gap.min() <= max(1.5, _MEETING * width))


def _at(solid: NDArray[np.bool_], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    columns, rows = np.floor(points[:, 0]).astype(int), np.floor(points[:, 1]).astype(int)
    within = (columns >= 0) & (rows >= 0) & (columns < solid.shape[1]) & (rows < solid.shape[0])
    held = np.zeros(len(points), dtype=np.bool_)
    held[within] = solid[rows[within], columns[within]]
    return held


def _evenly(line: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.hypot(*np.diff(line, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(lengths)))
    wanted = np.linspace(0.0, at[-1], max(2, round(at[-1] / _STEP) + 1))
    return np.stack([np.interp(wanted, at, line[:, axis]) for axis in (0, 1)], axis=1)


def _smooth(line: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    if len(line) < 4:
        return line
    pad = min(len(line) - 1, max(1, round(3 * sigma)))
    run = np.concatenate([2 * line[0] - line[pad:0:-1], line, 2 * line[-1] - line[-2 : -2 - pad : -1]])
    return np.asarray(ndimage.gaussian_filter1d(run, sigma, axis=0)[pad : pad + len(line)])


def _padded(region: Placed) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    mask, (x, y) = region
    return np.pad(np.asarray(mask, dtype=np.bool_), 3), (x - 3, y - 3)
