"""Simulated cells whose outlines are spoilt on purpose."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Outline
from core.imaging.intensity import stain_of
from core.imaging.outline import mask_of, outline_of
from core.imaging.separate import cut, join
from core.imaging.straighten import medial_axis
from tests.synthetic import simulated_cell


@lru_cache(maxsize=32)
def cell_and_stain(karyotype: str, seed: int) -> tuple[Metaphase, NDArray[np.float32]]:
    """Return a faultlessly read cell and its stain, shape (H, W)."""
    cell, picture = simulated_cell(karyotype, seed=seed)
    return cell, stain_of(picture, dark_on_light=True)


def alone(cell: Metaphase, name: str) -> Chromosome:
    """A chromosome of a class, one that crosses no other where there is one."""
    return min((c for c in cell.counting if c.chromosome_class == name), key=lambda c: len(c.overlaps))


def piece(placed, *, name: str, like: Chromosome, number: int) -> Chromosome:
    """A chromosome of a mask, named as badly as a piece is."""
    mask, origin = placed
    points, holes = outline_of(mask, origin)
    axis = medial_axis(mask) + np.asarray(origin, dtype=np.float64)
    return replace(
        like,
        id=ChromosomeId(f"{like.id}-{number}"),
        outline=Outline(
            points=tuple((float(x), float(y)) for x, y in points),
            holes=tuple(tuple((float(x), float(y)) for x, y in hole) for hole in holes),
        ),
        axis=tuple((float(x), float(y)) for x, y in axis),
        chromosome_class=name,
        confidence=0.5,
        outline_confidence=0.6,
    )


def with_split(cell: Metaphase, name: str, *, names: tuple[str, str] = ("20", "unknown")) -> Metaphase:
    """Cut a chromosome in the middle; the pieces take wrong names."""
    whole = alone(cell, name)
    axis = np.asarray(whole.axis)
    at = len(axis) // 2
    along = axis[at + 2] - axis[at - 2]
    across = np.array([-along[1], along[0]]) / np.hypot(*along) * 30
    parts = cut(*mask_of(whole.outline.points, whole.outline.holes), (axis[at] - across, axis[at] + across))
    pieces = [
        piece(part, name=wrong, like=whole, number=number)
        for number, (part, wrong) in enumerate(zip(parts[:2], names, strict=True))
    ]
    return replace(cell, chromosomes=(*(c for c in cell.chromosomes if c is not whole), *pieces))


def with_merged(cell: Metaphase) -> tuple[Metaphase, Chromosome]:
    """Join two chromosomes that cross or nearly touch into one outline."""
    masks = {c.id: mask_of(c.outline.points, c.outline.holes) for c in cell.counting}
    crossing = next((c for c in cell.counting if c.overlaps), None)
    if crossing is not None:
        pair = (crossing, cell.chromosome(crossing.overlaps[0]))
        mask, origin = join([masks[c.id] for c in pair])
    else:
        mask, origin, pair = _nearest_pair(cell, masks)
    both = piece((mask, origin), name=pair[0].chromosome_class, like=pair[0], number=9)
    rest = tuple(c for c in cell.chromosomes if c not in pair)
    return replace(cell, chromosomes=(*rest, both)), both


def _nearest_pair(cell: Metaphase, masks):
    for reach in (4.0, 8.0, 14.0, 20.0, 30.0):
        for first in cell.counting:
            for second in cell.counting:
                if first is second:
                    continue
                try:
                    mask, origin = join([masks[first.id], masks[second.id]], widest_gap=reach)
                except ValueError:
                    continue
                return mask, origin, (first, second)
    raise AssertionError("no two chromosomes lie near each other")


def with_copy(cell: Metaphase, name: str) -> tuple[Metaphase, Chromosome]:
    """Outline a chromosome a second time, somewhat smaller."""
    whole = alone(cell, name)
    mask, origin = mask_of(whole.outline.points, whole.outline.holes)
    smaller = mask.copy()
    smaller[: len(mask) // 6] = False
    copy = piece((smaller, origin), name=name, like=whole, number=7)
    return replace(cell, chromosomes=(*cell.chromosomes, copy)), copy


def without(cell: Metaphase, name: str) -> Metaphase:
    """Miss a chromosome; its stain is pointed at."""
    missed = alone(cell, name)
    return replace(
        cell,
        chromosomes=tuple(c for c in cell.chromosomes if c is not missed),
        unexplained=(missed.outline.box,),
    )
