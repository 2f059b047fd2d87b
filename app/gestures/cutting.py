"""Cutting along a line, joining pieces, and telling crossing chromosomes apart."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from app.gestures.edit import (
    Edit,
    Line,
    Pieces,
    Scene,
    dense,
    holds,
    inheriting,
    length_inside,
    paint,
    piece_of,
    placed_of,
    refusing,
    with_crossings,
)
from app.gestures.finding import explained
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.operations import Cut, Join, Refused, SeparateCrossing
from core.imaging.crossing import Crossing, part_by_corners, part_by_strokes
from core.imaging.separate import cut, join, tight

_ALONG: Final = 0.2
"""Share of a stroke inside a chromosome from which the stroke is about it."""
_ON_MATERIAL: Final = 0.5
"""A stroke of which less lies in outlines speaks of stain that has none yet."""


def cut_along(scene: Scene, line: Line) -> Edit:
    """Cut every chromosome that a line divides; only the selected ones where it divides any of them.

    Raises
    ------
    Refused
        When the line divides none.
    """
    points = dense(line)
    crossed = [c for c in scene.cell.chromosomes if length_inside(c, points) > 0]
    if not crossed:
        raise Refused("the line crosses no chromosome, draw it right across one")
    divided: list[tuple[Chromosome, Pieces]] = []
    reason = "the line cuts nothing, draw it right across a chromosome"
    for whole in crossed:
        try:
            divided.append((whole, pieces_of_cut(whole, line)))
        except Refused as refusal:
            reason = str(refusal)
    selected = [entry for entry in divided if entry[0].id in scene.selection]
    divided = selected or divided
    if not divided:
        raise Refused(reason)
    wholes = [whole for whole, _ in divided]
    ids = tuple(whole.id for whole in wholes)
    pieces = inheriting(tuple(piece for _, parts in divided for piece in parts), wholes)
    return Edit(
        pieces=with_crossings(scene.cell, pieces, ids),
        instead_of=frozenset(ids),
        step=lambda named: Cut(ids=ids, pieces=named),
    )


def pieces_of_cut(chromosome: Chromosome, line: Line) -> Pieces:
    """Cut a chromosome along a line; the pieces have no name yet.

    Raises
    ------
    Refused
        When the line does not divide it.
    """
    mask, origin = placed_of(chromosome)
    with refusing():
        return tuple(piece_of(part) for part in cut(mask, origin, line))


def joined(cell: Metaphase, ids: frozenset[ChromosomeId]) -> Edit:
    """Join chromosomes into one, bridging small gaps.

    Raises
    ------
    Refused
        When there are fewer than two, or they lie too far apart.
    """
    parts = [chromosome for chromosome in cell.chromosomes if chromosome.id in ids]
    if len(parts) < 2:
        raise Refused("joining needs at least two pieces, select them both (Ctrl and click)")
    with refusing():
        whole = piece_of(join([placed_of(part) for part in parts]))
    order = tuple(part.id for part in parts)
    return Edit(
        pieces=with_crossings(cell, inheriting((whole,), parts), order),
        instead_of=frozenset(order),
        step=lambda named: Join(ids=order, pieces=named),
    )


def separated_by_strokes(scene: Scene, first: Line, second: Line) -> Edit:
    """Tell two crossing chromosomes apart by a stroke along each.

    Raises
    ------
    Refused
        When a stroke lies on no material, or the strokes do not cross.
    """
    lines = [dense(first), dense(second)]
    if min(len(line) for line in lines) < 8:
        raise Refused("a stroke is too short, draw it along the chromosome from end to end")
    meant = set().union(*(_along(scene.cell, line) for line in lines))
    about = [chromosome for chromosome in scene.cell.chromosomes if chromosome.id in meant]
    region = np.zeros((scene.cell.height, scene.cell.width), dtype=np.bool_)
    for chromosome in about:
        paint(region, placed_of(chromosome))
    # An end that was left out, or taken for debris, belongs to the chromosome that the stroke runs along.
    for line in lines:
        region |= _stain_under(scene, line)
    if not region.any():
        raise Refused("the strokes lie beside everything stained, draw them along the chromosomes")
    with refusing():
        parted = part_by_strokes(tight(region, (0, 0)), first, second)
    return _separated(scene, parted, about)


def separated_by_corners(scene: Scene, corners: Line) -> Edit:
    """Tell two crossing chromosomes apart by the four corners of their crossing.

    Raises
    ------
    Refused
        When the corners lie around nothing that crosses.
    """
    if len(corners) != 4:
        raise Refused("a crossing has four corners, click each of them once")
    centre = np.mean(np.asarray(corners, dtype=np.float64), axis=0)
    inner = np.asarray(corners, dtype=np.float64) * 0.5 + centre * 0.5
    probe = np.concatenate([dense(tuple(map(tuple, np.vstack([inner, inner[:1]])))), centre[None]])
    about = [c for c in scene.cell.chromosomes if length_inside(c, probe) >= 3]
    region = np.zeros((scene.cell.height, scene.cell.width), dtype=np.bool_)
    for chromosome in about:
        paint(region, placed_of(chromosome))
    if _share(region, probe) < _ON_MATERIAL:
        region |= _stain_under(scene, probe)
    if not region.any():
        raise Refused("nothing is stained between the corners, click the four corners of a crossing")
    with refusing():
        parted = part_by_corners(tight(region, (0, 0)), corners)
    return _separated(scene, parted, about)


def _separated(scene: Scene, parted: Crossing, about: list[Chromosome]) -> Edit:
    ids = tuple(chromosome.id for chromosome in about)
    pieces = inheriting((piece_of(parted.first), piece_of(parted.second)), about)
    both = np.zeros((scene.cell.height, scene.cell.width), dtype=np.bool_)
    for piece in pieces:
        paint(both, placed_of(piece))
    explains = explained(scene, tight(both, (0, 0)))
    return Edit(
        pieces=with_crossings(scene.cell, pieces, ids),
        instead_of=frozenset(ids),
        step=lambda named: SeparateCrossing(ids=ids, pieces=named, explains=explains),
    )


def _along(cell: Metaphase, line: NDArray[np.float64]) -> set[ChromosomeId]:
    """Chromosomes that a line (N, 2) runs along; one that only shares a crossing with them stays as it is."""
    found: set[ChromosomeId] = set()
    left = line
    inside = {c: length_inside(c, line) for c in cell.chromosomes}
    for chromosome in sorted(inside, key=lambda c: -inside[c]):
        if inside[chromosome] < _ALONG * len(line):
            break
        rest = np.array([not holds(chromosome, (float(x), float(y))) for x, y in left], dtype=np.bool_)
        if len(left) - rest.sum() >= _ALONG * len(line):
            found.add(chromosome.id)
            left = left[rest]
    return found


def _share(region: NDArray[np.bool_], line: NDArray[np.float64]) -> float:
    columns, rows = np.floor(line[:, 0]).astype(int), np.floor(line[:, 1]).astype(int)
    within = (columns >= 0) & (rows >= 0) & (columns < region.shape[1]) & (rows < region.shape[0])
    return float(region[rows[within], columns[within]].sum()) / max(len(line), 1)


def _stain_under(scene: Scene, line: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Stained pieces (H, W) without an outline that a line runs through."""
    free = (scene.stain() > scene.level) & ~scene.cover()
    labels, _ = ndimage.label(ndimage.binary_closing(free, iterations=1) & ~scene.cover())
    columns = np.clip(np.floor(line[:, 0]).astype(int), 0, free.shape[1] - 1)
    rows = np.clip(np.floor(line[:, 1]).astype(int), 0, free.shape[0] - 1)
    met = np.bincount(labels[rows, columns], minlength=1)
    wanted = [index for index in range(1, len(met)) if met[index] >= 0.1 * len(line)]
    return np.asarray(np.isin(labels, wanted), dtype=np.bool_)
