"""A chromosome that the program missed, outlined where a person points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.stages import OutlinedMask, Outliner, Stain
from core.domain.outline import Box, Point
from core.imaging.outline import largest_piece
from core.imaging.separate import Placed, tight
from core.imaging.stained import level_of, stained_at

_TYPICAL_LENGTH: Final = 60.0
_TYPICAL_AREA: Final = 900.0
_LONE: Final = 1.8
"""Up to this many typical areas a stained region of its own is one chromosome, as it lies there."""
_NEIGHBOURS: Final = 8
_KNOWN_ALREADY: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A box to outline, as the finder would give it."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A picture with the chromosomes that stand in it, prepared for pointing.

    Attributes
    ----------
    stain
        Shape (H, W), float32 0..1.
    standing
        Chromosomes of the cell.
    known
        Shape (H, W), bool: their pixels.
    level
        Stain of material, 0..1.
    length, area
        Of a typical chromosome, pixels.
    """

    stain: Stain
    standing: tuple[Placed, ...]
    known: NDArray[np.bool_]
    level: float
    length: float
    area: float


def ground_of(stain: Stain, standing: Sequence[Placed]) -> Ground:
    """Prepare a picture (H, W) and its chromosomes for pointing."""
    height, width = stain.shape
    known = np.zeros((height, width), dtype=np.bool_)
    for mask, (x, y) in standing:
        top, left = max(y, 0), max(x, 0)
        part = mask[top - y : height - y, left - x : width - x]
        known[top : top + part.shape[0], left : left + part.shape[1]] |= part
    areas = [float(mask.sum()) for mask, _ in standing]
    lengths = [float(np.hypot(*mask.shape)) for mask, _ in standing]
    return Ground(
        stain=stain,
        standing=tuple(standing),
        known=known,
        level=level_of(stain, list(standing)),
        length=float(np.median(lengths)) if lengths else _TYPICAL_LENGTH,
        area=float(np.median(areas)) if areas else _TYPICAL_AREA,
    )


def outline_at(
    ground: Ground, point: Point, *, outliner: Outliner | None = None, within: Box | None = None
) -> Placed:
    """Outline what lies at a point and in no chromosome yet.

    A stained region that stands alone is taken as it is; where it holds more than one chromosome, the
    outliner is asked with the bounds as a box and its neighbours beside it.

    Parameters
    ----------
    ground
        The picture and its chromosomes.
    point
        (x, y) in pixels of the picture.
    outliner
        Learned outliner; only the stain speaks where it is None.
    within
        Box that the new chromosome lies in, where known.

    Returns
    -------
    mask, origin
        The new chromosome.

    Raises
    ------
    ValueError
        When nothing is stained there, or a chromosome has it already.
    """
    rough = stained_at(
        ground.stain, point, ground.known, level=ground.level, length=ground.length, area=ground.area
    )
    if outliner is None or rough[0].sum() <= _LONE * ground.area:
        return rough
    learned = _asked(outliner, ground.stain, ground.standing, rough, point, ground.length, within)
    return rough if learned is None else learned


def _asked(
    outliner: Outliner,
    stain: Stain,
    standing: Sequence[Placed],
    rough: Placed,
    point: Point,
    length: float,
    within: Box | None,
) -> Placed | None:
    """Best answer of the outliner that holds the point and is no chromosome that stands; None for none."""
    whole = within or _box_of(rough)
    half = 0.5 * length
    near = (point[0] - half, point[1] - half, point[0] + half, point[1] + half)
    targets = [Pointed(box=whole, score=0.9)]
    if whole[2] - whole[0] > 1.5 * length or whole[3] - whole[1] > 1.5 * length:
        targets.append(Pointed(box=near, score=0.9))
    boxes = sorted((_box_of(one) for one in standing), key=lambda box: _distance(box, point))
    neighbours = [Pointed(box=box, score=0.9) for box in boxes[:_NEIGHBOURS] if _meets(box, whole)]
    best: Placed | None = None
    best_score = 0.0
    for answer in outliner.outline(stain, [*targets, *neighbours]):
        placed = _tidy(answer)
        new = all(_shared(placed, one) < _KNOWN_ALREADY for one in standing)
        if new and answer.score > best_score and _holds(placed, point):
            best, best_score = placed, answer.score
    return best


def _tidy(answer: OutlinedMask) -> Placed:
    return tight(largest_piece(answer.mask), answer.origin)


def _box_of(placed: Placed) -> Box:
    mask, (x, y) = placed
    return (float(x), float(y), float(x + mask.shape[1]), float(y + mask.shape[0]))


def _distance(box: Box, point: Point) -> float:
    return float(np.hypot((box[0] + box[2]) / 2 - point[0], (box[1] + box[3]) / 2 - point[1]))


def _meets(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _holds(placed: Placed, point: Point) -> bool:
    mask, (x, y) = placed
    row, column = int(np.floor(point[1])) - y, int(np.floor(point[0])) - x
    if not (-4 <= row < mask.shape[0] + 4 and -4 <= column < mask.shape[1] + 4):
        return False
    return bool(mask[max(row - 4, 0) : row + 5, max(column - 4, 0) : column + 5].any())


def _shared(one: Placed, other: Placed) -> float:
    """Intersection over union of two masks."""
    (a, (ax, ay)), (b, (bx, by)) = one, other
    left, top = max(ax, bx), max(ay, by)
    right, bottom = min(ax + a.shape[1], bx + b.shape[1]), min(ay + a.shape[0], by + b.shape[0])
    if right <= left or bottom <= top:
        return 0.0
    first: NDArray[np.bool_] = a[top - ay : bottom - ay, left - ax : right - ax]
    second: NDArray[np.bool_] = b[top - by : bottom - by, left - bx : right - bx]
    both = float((first & second).sum())
    return both / max(float(a.sum()) + float(b.sum()) - both, 1.0)
