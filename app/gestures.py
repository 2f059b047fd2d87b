"""What a gesture of the mouse means: which chromosome a line cuts, and the pieces that come of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId, new_id
from core.domain.metaphase import Metaphase
from core.domain.outline import Outline, Point
from core.editing.operations import Refused
from core.imaging.outline import mask_of, outline_of
from core.imaging.separate import Placed, cut, join
from core.imaging.straighten import medial_axis

Line = tuple[Point, ...]


def chromosome_under_line(cell: Metaphase, line: Line, selection: frozenset[ChromosomeId]) -> Chromosome:
    """Tell which chromosome a line is meant to cut: the selected one, else the one it crosses longest.

    Raises
    ------
    Refused
        When the line crosses none.
    """
    crossed = [
        (chromosome.id in selection, inside, chromosome)
        for chromosome in cell.chromosomes
        if (inside := _length_inside(chromosome, line)) > 0
    ]
    if not crossed:
        raise Refused("the line crosses no chromosome, draw it right across one")
    return max(crossed, key=lambda entry: (entry[0], entry[1]))[2]


def pieces_of_cut(chromosome: Chromosome, line: Line) -> tuple[Chromosome, ...]:
    """Cut a chromosome along a line; the pieces have no name yet.

    Raises
    ------
    Refused
        When the line does not divide it.
    """
    mask, origin = mask_of(chromosome.outline.points, chromosome.outline.holes)
    try:
        placed = cut(mask, origin, line)
    except ValueError as error:
        raise Refused(str(error)) from error
    return tuple(_piece(part) for part in placed)


def joined(cell: Metaphase, ids: frozenset[ChromosomeId]) -> Chromosome:
    """Join chromosomes into one; it has the name of the largest part when a person gave that, else none.

    Raises
    ------
    Refused
        When there are fewer than two, or they lie too far apart.
    """
    parts = [chromosome for chromosome in cell.chromosomes if chromosome.id in ids]
    if len(parts) < 2:
        raise Refused("joining needs at least two pieces, select them both (Ctrl and click)")
    masks = [mask_of(part.outline.points, part.outline.holes) for part in parts]
    try:
        return _piece(join(masks))
    except ValueError as error:
        raise Refused(str(error)) from error


def _piece(placed: Placed) -> Chromosome:
    mask, origin = placed
    points, holes = outline_of(mask, origin)
    axis = medial_axis(mask) + np.asarray(origin, dtype=np.float64)
    return Chromosome(
        id=ChromosomeId(new_id()),
        outline=Outline(points=_points(points), holes=tuple(_points(hole) for hole in holes)),
        axis=_points(axis[:: max(1, len(axis) // 40)]),
        p_arm=_direction(axis),
        decided=frozenset({Aspect.OUTLINE}),
    )


def _direction(axis: NDArray[np.float64]) -> Point:
    chord = axis[0] - axis[-1]
    length = float(np.hypot(*chord))
    return (0.0, -1.0) if length < 1e-6 else (float(chord[0] / length), float(chord[1] / length))


def _points(points: NDArray[np.float64]) -> tuple[Point, ...]:
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def _length_inside(chromosome: Chromosome, line: Line) -> int:
    xmin, ymin, xmax, ymax = chromosome.outline.box
    dense = _dense(np.asarray(line, dtype=np.float64))
    near = dense[
        (dense[:, 0] >= xmin) & (dense[:, 0] <= xmax) & (dense[:, 1] >= ymin) & (dense[:, 1] <= ymax)
    ]
    if not len(near):
        return 0
    mask, (left, top) = mask_of(chromosome.outline.points, chromosome.outline.holes)
    columns = np.floor(near[:, 0]).astype(int) - left
    rows = np.floor(near[:, 1]).astype(int) - top
    inside = (columns >= 0) & (rows >= 0) & (columns < mask.shape[1]) & (rows < mask.shape[0])
    return int(mask[rows[inside], columns[inside]].sum())


def _dense(line: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.hypot(*np.diff(line, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(lengths)))
    wanted = np.arange(0.0, at[-1] + 0.5, 0.5)
    return np.column_stack([np.interp(wanted, at, line[:, axis]) for axis in (0, 1)])
