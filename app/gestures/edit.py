"""What every gesture works on and gives: a scene with its stain, and pieces for one step of the history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.stages import Outliner, Stain
from core.analysis.standing import placed_mask_of, thinned
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId, new_id
from core.domain.metaphase import Metaphase
from core.domain.outline import Box, Outline, Point
from core.editing.operations import CellOperation, Refused
from core.imaging.outline import outline_of
from core.imaging.separate import Placed
from core.imaging.stained import level_of
from core.imaging.straighten import medial_axis

_NOT_TRACED: Final = Outline(points=())

Line = tuple[Point, ...]
Pieces = tuple[Chromosome, ...]

_LEAST_CROSSING = 6
"""Shared pixels from which two chromosomes count as crossing."""
_SAME_BODY = 0.6
"""Overlap of masks from which a piece is the chromosome that a person named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A cell and its picture, as a gesture finds them.

    Parameters
    ----------
    stain
        Gives the stain (H, W) of the picture; `Refused` while there is no picture.
    outliner
        Gives the learned outliner; None where there are no models.
    """

    cell: Metaphase
    selection: frozenset[ChromosomeId]
    stain: Callable[[], Stain]
    outliner: Callable[[], Outliner | None]

    @property
    def level(self) -> float:
        """Stain from which a pixel is material."""
        return level_of(self.stain(), [placed_of(chromosome) for chromosome in self.cell.counting])

    def cover(self, without: Collection[ChromosomeId] = ()) -> NDArray[np.bool_]:
        """Pixels (H, W) that chromosomes hold."""
        covered = np.zeros((self.cell.height, self.cell.width), dtype=np.bool_)
        for chromosome in self.cell.chromosomes:
            if chromosome.id not in without:
                paint(covered, placed_of(chromosome))
        return covered


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a gesture means.

    Parameters
    ----------
    pieces
        New or changed chromosomes, without a name where they are new.
    instead_of
        Chromosomes that go, or that the pieces stand for.
    step
        Makes the step of the history once the pieces are read.
    """

    pieces: Pieces
    instead_of: frozenset[ChromosomeId]
    step: Callable[[Pieces], CellOperation]


@contextmanager
def refusing() -> Iterator[None]:
    """Let what geometry cannot do become a refusal that the person reads."""
    try:
        yield
    except Refused:
        raise
    except ValueError as error:
        raise Refused(str(error)) from error


def placed_of(chromosome: Chromosome) -> Placed:
    """Mask of a chromosome and the (x, y) of its upper left pixel."""
    placed = placed_mask_of(chromosome)
    return placed.mask, placed.origin


def piece_of(placed: Placed) -> Chromosome:
    """Make a chromosome of a mask; it has no name yet."""
    return with_outline(Chromosome(id=ChromosomeId(new_id()), outline=_NOT_TRACED), placed)


def with_outline(chromosome: Chromosome, placed: Placed) -> Chromosome:
    """Give a chromosome another mask, with the axis that follows from it."""
    mask, origin = placed
    axis = medial_axis(mask) + np.asarray(origin, dtype=np.float64)
    old = chromosome.p_arm
    if old is not None and float((axis[0] - axis[-1]) @ np.asarray(old)) < 0:
        axis = axis[::-1]
    return replace(
        chromosome,
        outline=_outline(placed),
        axis=points_of(thinned(axis)),
        p_arm=direction_of(axis),
        decided=chromosome.decided | {Aspect.OUTLINE},
    )


def with_crossings(cell: Metaphase, pieces: Pieces, gone: Collection[ChromosomeId]) -> Pieces:
    """Tell each piece which chromosomes it shares pixels with, those that stay and its siblings."""
    fresh = {piece.id for piece in pieces}
    others = [c for c in cell.chromosomes if c.id not in gone and c.id not in fresh]
    result = []
    for piece in pieces:
        around = [*others, *(sibling for sibling in pieces if sibling.id != piece.id)]
        shared = tuple(one.id for one in around if shared_pixels(piece, one) >= _LEAST_CROSSING)
        result.append(replace(piece, overlaps=shared))
    return tuple(result)


def inheriting(pieces: Pieces, olds: Iterable[Chromosome]) -> Pieces:
    """Keep the name that a person gave where a piece is still the same body."""
    named = [old for old in olds if Aspect.CLASS in old.decided]
    result = []
    for piece in pieces:
        for old in named:
            both = shared_pixels(piece, old)
            union = int(placed_of(piece)[0].sum()) + int(placed_of(old)[0].sum()) - both
            if both >= _SAME_BODY * union:
                piece = replace(
                    piece,
                    chromosome_class=old.chromosome_class,
                    object_type=old.object_type,
                    homolog=old.homolog,
                    decided=piece.decided | {Aspect.CLASS},
                )
                break
        result.append(piece)
    return tuple(result)


def shared_pixels(one: Chromosome, other: Chromosome) -> int:
    """Pixels that two chromosomes have in common."""
    a, b = one.outline.box, other.outline.box
    if a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]:
        return 0
    (first, (ax, ay)), (second, (bx, by)) = placed_of(one), placed_of(other)
    left, top = max(ax, bx), max(ay, by)
    right = min(ax + first.shape[1], bx + second.shape[1])
    bottom = min(ay + first.shape[0], by + second.shape[0])
    if right <= left or bottom <= top:
        return 0
    both = (
        first[top - ay : bottom - ay, left - ax : right - ax]
        & second[top - by : bottom - by, left - bx : right - bx]
    )
    return int(both.sum())


def paint(picture: NDArray[np.bool_], placed: Placed) -> None:
    """Set the pixels of a mask in a picture (H, W)."""
    mask, (x, y) = placed
    top, left = max(y, 0), max(x, 0)
    part = mask[top - y : picture.shape[0] - y, left - x : picture.shape[1] - x]
    picture[top : top + part.shape[0], left : left + part.shape[1]] |= part


def chosen_by_stroke(cell: Metaphase, stroke: Line, selection: frozenset[ChromosomeId]) -> Chromosome | None:
    """Tell which chromosome a stroke is about: the one selected, else the one it begins on, else None."""
    selected = [c for c in cell.chromosomes if c.id in selection]
    if len(selected) == 1:
        return selected[0]
    under = [c for c in cell.chromosomes if holds(c, stroke[0]) and (not selected or c in selected)]
    return min(under, key=lambda c: int(placed_of(c)[0].sum()), default=None)


def holds(chromosome: Chromosome, point: Point) -> bool:
    """Whether a point of the picture lies in a chromosome."""
    mask, (x, y) = placed_of(chromosome)
    row, column = int(np.floor(point[1])) - y, int(np.floor(point[0])) - x
    return bool(0 <= row < mask.shape[0] and 0 <= column < mask.shape[1] and mask[row, column])


def length_inside(chromosome: Chromosome, line: NDArray[np.float64]) -> int:
    """How many points (N, 2) of a line lie in a chromosome."""
    mask, (left, top) = placed_of(chromosome)
    columns = np.floor(line[:, 0]).astype(int) - left
    rows = np.floor(line[:, 1]).astype(int) - top
    inside = (columns >= 0) & (rows >= 0) & (columns < mask.shape[1]) & (rows < mask.shape[0])
    return int(mask[rows[inside], columns[inside]].sum())


def dense(line: Line) -> NDArray[np.float64]:
    """Points of a line, half a pixel apart, (N, 2)."""
    points = np.asarray(line, dtype=np.float64).reshape(-1, 2)
    if len(points) < 2:
        return points
    lengths = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(lengths)))
    wanted = np.arange(0.0, at[-1] + 0.5, 0.5)
    return np.column_stack([np.interp(wanted, at, points[:, axis]) for axis in (0, 1)])


def box_of(placed: Placed) -> Box:
    """Bounds of a mask in the picture."""
    mask, (x, y) = placed
    return (float(x), float(y), float(x + mask.shape[1]), float(y + mask.shape[0]))


def direction_of(axis: NDArray[np.float64]) -> Point:
    """Unit vector from the last to the first point of an axis (K, 2)."""
    chord = axis[0] - axis[-1]
    length = float(np.hypot(*chord))
    return (0.0, -1.0) if length < 1e-6 else (float(chord[0] / length), float(chord[1] / length))


def points_of(points: NDArray[np.float64]) -> tuple[Point, ...]:
    """Points as a value keeps them."""
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def is_unnamed(chromosome: Chromosome) -> bool:
    """Whether neither a person nor a model has named it."""
    return chromosome.chromosome_class == UNKNOWN and Aspect.CLASS not in chromosome.decided


def _outline(placed: Placed) -> Outline:
    mask, origin = placed
    points, holes = outline_of(mask, origin)
    return Outline(points=points_of(points), holes=tuple(points_of(hole) for hole in holes))
