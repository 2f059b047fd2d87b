"""Outlines changed by brush, eraser, growing and shrinking, contour points; axes by their handles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

from app.gestures.edit import (
    Edit,
    Line,
    Pieces,
    Scene,
    chosen_by_stroke,
    direction_of,
    inheriting,
    paint,
    piece_of,
    placed_of,
    points_of,
    refusing,
    with_crossings,
    with_outline,
)
from core.analysis.standing import thinned
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.outline import Point
from core.editing.operations import AddChromosome, Cut, MoveAxis, Refused, Reshape
from core.imaging.outline import largest_piece, mask_of
from core.imaging.painting import erased, grown, painted, stroke_mask
from core.imaging.separate import Placed, tight

_NEW_BY_BRUSH = 40
"""Pixels from which a stroke on free ground is a new chromosome."""
_LEAST_LEFT = 12


def brushed(scene: Scene, stroke: Line, radius: float, *, over_others: bool = False) -> Edit:
    """Paint at the selected chromosome, or at the one under the begin of the stroke.

    Parameters
    ----------
    radius
        Of the brush, pixels of the picture.
    over_others
        Paint over other chromosomes too: what both hold then is their crossing.

    Raises
    ------
    Refused
        When nothing is painted.
    """
    mark = stroke_mask(stroke, radius)
    target = chosen_by_stroke(scene.cell, stroke, scene.selection)
    if target is None:
        if int(mark[0].sum()) < _NEW_BY_BRUSH or (scene.cover() & _in_picture(scene, mark)).any():
            raise Refused("select the chromosome to paint at, or begin the stroke on it")
        return added(scene, mark)
    forbidden = None if over_others else scene.cover(without={target.id})
    with refusing():
        return reshaped(scene, {target.id: painted(placed_of(target), mark, forbidden)}, "Brush")


def rubbed_out(scene: Scene, stroke: Line, radius: float) -> Edit:
    """Erase at the selected chromosome, or at the one under the begin of the stroke.

    Raises
    ------
    Refused
        When nothing is erased, or nothing would be left.
    """
    target = chosen_by_stroke(scene.cell, stroke, scene.selection)
    if target is None:
        raise Refused("select the chromosome to erase from, or begin the stroke on it")
    with refusing():
        left = erased(placed_of(target), stroke_mask(stroke, radius))
    if not left or int(left[0][0].sum()) < _LEAST_LEFT:
        raise Refused("this would erase the whole chromosome, delete its outline instead")
    if len(left) == 1:
        return reshaped(scene, {target.id: left[0]}, "Erase")
    # Erased right through: the pieces are chromosomes of their own, as after a cut.
    pieces = inheriting(tuple(piece_of(one) for one in left), [target])
    return Edit(
        pieces=with_crossings(scene.cell, pieces, (target.id,)),
        instead_of=frozenset({target.id}),
        step=lambda named: Cut(ids=(target.id,), pieces=named),
    )


def grown_by(scene: Scene, by: int) -> Edit:
    """Move the outlines of the selected chromosomes outwards (or inwards) by pixels of the picture.

    Raises
    ------
    Refused
        When nothing is selected, or an outline has no room.
    """
    selected = [c for c in scene.cell.chromosomes if c.id in scene.selection]
    if not selected:
        raise Refused("nothing is selected, select the chromosome whose outline should move")
    shapes = {}
    with refusing():
        for chromosome in selected:
            forbidden = scene.cover(without={chromosome.id, *chromosome.overlaps}) if by > 0 else None
            shapes[chromosome.id] = grown(placed_of(chromosome), by, forbidden)
    return reshaped(scene, shapes, "Grow" if by > 0 else "Shrink")


def with_ring(
    scene: Scene, chromosome_id: ChromosomeId, ring: ArrayLike, verb: str = "Move contour of"
) -> Edit:
    """Give a chromosome the outline of a closed ring (K, 2).

    Raises
    ------
    Refused
        When hardly anything lies in the ring.
    """
    known = _one(scene, chromosome_id)
    mask, (x, y) = mask_of(ring, known.outline.holes)
    top, left = max(-y, 0), max(-x, 0)
    mask = mask[top : scene.cell.height - y, left : scene.cell.width - x]
    if mask.sum() < _LEAST_LEFT:
        raise Refused("hardly anything would be left of the chromosome, pull the point less far")
    placed = tight(largest_piece(mask), (x + left, y + top))
    return reshaped(scene, {chromosome_id: placed}, verb)


def reshaped(scene: Scene, shapes: dict[ChromosomeId, Placed], verb: str) -> Edit:
    """Give chromosomes that stay who they are other masks."""
    pieces: Pieces = tuple(
        with_outline(chromosome, shapes[chromosome.id])
        for chromosome in scene.cell.chromosomes
        if chromosome.id in shapes
    )
    return Edit(
        pieces=with_crossings(scene.cell, pieces, shapes.keys()),
        instead_of=frozenset(shapes),
        step=lambda named: Reshape(pieces=named, verb=verb),
    )


def added(scene: Scene, placed: Placed, explains: tuple[tuple[float, float, float, float], ...] = ()) -> Edit:
    """Add a mask as a new chromosome."""
    return Edit(
        pieces=with_crossings(scene.cell, (piece_of(placed),), ()),
        instead_of=frozenset(),
        step=lambda named: AddChromosome(pieces=named, explains=explains),
    )


def axis_nodes(chromosome: Chromosome, count: int = 5) -> NDArray[np.float64]:
    """Handles of an axis (count, 2), evenly spaced from end to end, p end first."""
    line = np.asarray(chromosome.axis, dtype=np.float64)
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    wanted = np.linspace(0.0, walked[-1], count)
    return np.stack([np.interp(wanted, walked, line[:, k]) for k in (0, 1)], axis=1)


def axis_through(nodes: ArrayLike) -> NDArray[np.float64]:
    """Smooth line (K, 2) through handles, about a pixel a step."""
    points = np.asarray(nodes, dtype=np.float64).reshape(-1, 2)
    lengths = np.maximum(np.hypot(*np.diff(points, axis=0).T), 1e-3)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    steps = np.linspace(0.0, at[-1], max(2, round(float(at[-1])) + 1))
    if len(points) < 3:
        return np.stack([np.interp(steps, at, points[:, k]) for k in (0, 1)], axis=1)
    return np.asarray(CubicSpline(at, points, bc_type="natural")(steps), dtype=np.float64)


def axis_moved(scene: Scene, chromosome_id: ChromosomeId, nodes: ArrayLike) -> Edit:
    """Lay the axis of a chromosome through handles.

    Raises
    ------
    Refused
        When the axis leaves the chromosome.
    """
    known = _one(scene, chromosome_id)
    axis = axis_through(nodes)
    mask, (x, y) = placed_of(known)
    rows, columns = np.floor(axis[:, 1]).astype(int) - y, np.floor(axis[:, 0]).astype(int) - x
    within = (rows >= 0) & (columns >= 0) & (rows < mask.shape[0]) & (columns < mask.shape[1])
    if mask[rows[within], columns[within]].sum() < 0.6 * len(axis):
        raise Refused("the axis would leave the chromosome, keep its handles inside the outline")
    piece = replace(known, axis=points_of(thinned(axis)), p_arm=direction_of(axis))
    return Edit(
        pieces=(piece,),
        instead_of=frozenset({chromosome_id}),
        step=lambda named: MoveAxis(piece=named[0]),
    )


def onto_axis(chromosome: Chromosome, point: Point) -> Point:
    """Nearest place on the axis of a chromosome."""
    line = axis_through(axis_nodes(chromosome, 21)) if len(chromosome.axis) >= 2 else np.array([point])
    x, y = line[int(np.hypot(*(line - np.asarray(point)).T).argmin())]
    return (round(float(x), 2), round(float(y), 2))


def _one(scene: Scene, chromosome_id: ChromosomeId) -> Chromosome:
    found = next((c for c in scene.cell.chromosomes if c.id == chromosome_id), None)
    if found is None:
        raise Refused("the chromosome is no longer in this cell, select another one")
    return found


def _in_picture(scene: Scene, placed: Placed) -> NDArray[np.bool_]:
    whole = np.zeros((scene.cell.height, scene.cell.width), dtype=np.bool_)
    paint(whole, placed)
    return whole
