"""Chromosomes that have no outline yet: pointed at, ringed, or boxed by the program."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.gestures.edit import (
    Edit,
    Line,
    Scene,
    box_of,
    inheriting,
    paint,
    piece_of,
    placed_of,
    refusing,
    with_crossings,
)
from app.gestures.painting import added, reshaped
from core.analysis.pointing import ground_of, outline_at
from core.domain.chromosome import Chromosome, ExclusionReason
from core.domain.outline import Box, Point
from core.editing.operations import Cut, MarkObject, Refused
from core.imaging.outline import largest_piece
from core.imaging.separate import Placed, tight
from core.imaging.stained import stained_inside

_MOSTLY: Final = 0.5
_EXPLAINED: Final = 0.6
"""Share of the stain in a box that a new chromosome has to hold to explain it."""
_REST: Final = 0.12
"""A smaller share of a chromosome outside a ring is its rim, no piece of its own."""


def outlined_at(scene: Scene, point: Point, within: Box | None = None) -> Edit:
    """Outline what lies under the pointer as a new chromosome.

    Raises
    ------
    Refused
        When nothing is stained there, or a chromosome has it already.
    """
    ground = ground_of(scene.stain(), [placed_of(c) for c in scene.cell.chromosomes])
    with refusing():
        placed = outline_at(ground, point, outliner=scene.outliner(), within=within)
    return added(scene, placed, explained(scene, placed))


def outlined_in(scene: Scene, box: Box) -> Edit:
    """Outline the stain that the program has boxed as unexplained or left out.

    Raises
    ------
    Refused
        When nothing is stained there any more.
    """
    return outlined_at(scene, _stained_point(scene, box), within=box)


def ringed(scene: Scene, ring: Line) -> Edit:
    """Make a chromosome of what lies in a drawn ring.

    On stain without an outline it is a new one. Around a part of a chromosome it becomes a piece of its
    own; around a whole one it becomes its outline.

    Raises
    ------
    Refused
        When hardly anything is stained in the ring.
    """
    if len(ring) < 3:
        raise Refused("a ring needs at least three points, draw around a chromosome")
    with refusing():
        placed = stained_inside(scene.stain(), ring, level=scene.level)
    size = int(placed[0].sum())
    held = [(_common(placed, placed_of(c)), c) for c in scene.cell.chromosomes]
    most, owner = max(held, key=lambda entry: entry[0], default=(0, None))
    if owner is None or most < _MOSTLY * size:
        return added(scene, new := _without_grazed(scene, placed), explained(scene, new))
    mask, _ = placed_of(owner)
    if most >= (1.0 - _REST) * int(mask.sum()):
        return reshaped(scene, {owner.id: placed}, "Outline")
    return _taken_out(scene, owner, placed)


def marked(scene: Scene, ring: Line, reason: ExclusionReason) -> MarkObject:
    """Say of the stain in a drawn ring what it is, when it is no chromosome.

    Raises
    ------
    Refused
        When hardly anything is stained in the ring.
    """
    if len(ring) < 3:
        raise Refused("a ring needs at least three points, draw around the object")
    with refusing():
        placed = stained_inside(scene.stain(), ring, level=scene.level)
    return MarkObject(box=box_of(placed), reason=reason, explains=explained(scene, placed))


def explained(scene: Scene, placed: Placed) -> tuple[Box, ...]:
    """Boxes of unexplained or excluded stain that a new outline accounts for."""
    boxes = (*scene.cell.unexplained, *(found.box for found in scene.cell.excluded))
    near = [box for box in boxes if _meets(box, box_of(placed))]
    if not near:
        return ()
    new = np.zeros((scene.cell.height, scene.cell.width), dtype=np.bool_)
    paint(new, placed)
    rim = ndimage.binary_dilation(new, iterations=2)
    free = (scene.stain() > scene.level) & ~(scene.cover() & ~new)
    return tuple(
        box for box in near if (rim & free)[_frame(box)].sum() >= _EXPLAINED * max(free[_frame(box)].sum(), 1)
    )


def _taken_out(scene: Scene, owner: Chromosome, placed: Placed) -> Edit:
    """Split a chromosome into what a ring holds and the rest."""
    whole = np.zeros((scene.cell.height, scene.cell.width), dtype=np.bool_)
    ring = whole.copy()
    paint(whole, placed_of(owner))
    paint(ring, placed)
    part, rest = whole & ring, whole & ~ring
    if min(int(part.sum()), int(rest.sum())) < 12:
        raise Refused("the ring takes almost nothing from the chromosome, draw around a larger part")
    pieces = tuple(piece_of(tight(largest_piece(one), (0, 0))) for one in (rest, part))
    return Edit(
        pieces=with_crossings(scene.cell, inheriting(pieces, [owner]), (owner.id,)),
        instead_of=frozenset({owner.id}),
        step=lambda named: Cut(ids=(owner.id,), pieces=named),
    )


def _without_grazed(scene: Scene, placed: Placed) -> Placed:
    """Leave neighbours their pixels where a ring only grazes them; a crossing stays with both."""
    mask, (x, y) = placed
    cover = scene.cover()[y : y + mask.shape[0], x : x + mask.shape[1]]
    free = mask & ~cover
    if not free.any():
        return placed
    body = largest_piece(free)
    if body.sum() >= 0.85 * free.sum():
        return tight(body, (x, y))
    return placed


def _stained_point(scene: Scene, box: Box) -> Point:
    """Darkest place deep inside the free stain of a box."""
    frame = _frame(box)
    free = (scene.stain()[frame] > scene.level) & ~scene.cover()[frame]
    if not free.any():
        raise Refused("nothing is stained there without an outline, draw it with the lasso (L)")
    depth = ndimage.distance_transform_edt(np.pad(free, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return (float(column) + frame[1].start + 0.5, float(row) + frame[0].start + 0.5)


def _frame(box: Box) -> tuple[slice, slice]:
    return (
        slice(max(int(box[1]), 0), max(int(np.ceil(box[3])), 1)),
        slice(max(int(box[0]), 0), max(int(np.ceil(box[2])), 1)),
    )


def _meets(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _common(one: Placed, other: Placed) -> int:
    (a, (ax, ay)), (b, (bx, by)) = one, other
    left, top = max(ax, bx), max(ay, by)
    right, bottom = min(ax + a.shape[1], bx + b.shape[1]), min(ay + a.shape[0], by + b.shape[0])
    if right <= left or bottom <= top:
        return 0
    first: NDArray[np.bool_] = a[top - ay : bottom - ay, left - ax : right - ax]
    return int((first & b[top - by : bottom - by, left - bx : right - bx]).sum())
