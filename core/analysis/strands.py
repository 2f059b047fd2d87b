"""Chromosomes of one cell laid straight on the scale of that cell, so that cells can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.homologs import (
    StraightChromosome,
    axis_of,
    centromere_row,
    grey_range_of,
    lay_straight,
)
from core.domain.bands import UNKNOWN, centromere_fraction, relative_length
from core.domain.chromosome import Chromosome
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.imaging.outline import mask_of
from core.imaging.straighten import axis_length, straighten
from core.progress import NoProgress, Progress

ROW: Final = 0.06
"""Length of one row of the common scale in per cent of the haploid set: about a pixel."""
_FLAT: Final = 1e-6
_CROSSED: Final = 0.15
"""Share of the width over which another chromosome lies, from which a row counts as crossed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strand:
    """One straightened chromosome of one cell.

    Attributes
    ----------
    chromosome
        State of the chromosome that was straightened.
    straight
        Laid along its axis; grey stretched so that the ground is white and the darkest stain black.
    waist
        Row of the centromere in `straight`; that of the idiogram where the chromosome has none.
    pixels
        Pixels for one per cent of the haploid set, the scale of the cell.
    p, q
        Lengths of the arms in per cent of the haploid set (1-22 and X).
    p_bands, q_bands
        Stain on the common scale (`ROW`), row 0 at the centromere, mean 0 and variance 1 over both.
    p_crossed, q_crossed
        Same shapes, bool: rows that another chromosome crosses; their stain is not that of this one.
    crossed
        The same for the rows of `straight`.
    """

    cell: CellId
    label: str
    chromosome: Chromosome
    straight: StraightChromosome
    waist: float
    pixels: float
    p: float
    q: float
    p_bands: NDArray[np.float64]
    q_bands: NDArray[np.float64]
    p_crossed: NDArray[np.bool_]
    q_crossed: NDArray[np.bool_]
    crossed: NDArray[np.bool_]

    @property
    def id(self) -> ChromosomeId:
        """Identity of the chromosome."""
        return self.chromosome.id

    @property
    def chromosome_class(self) -> str:
        """Class of the chromosome."""
        return self.chromosome.chromosome_class


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellStrands:
    """What was read of one cell; `pixels` as in `Strand`, None where nothing has a name."""

    cell: Metaphase
    pixels: float | None
    strands: tuple[Strand, ...]

    def of_class(self, name: str) -> tuple[Strand, ...]:
        """Strands of one class in the order of the homologs."""
        found = (one for one in self.strands if one.chromosome_class == name)
        return tuple(sorted(found, key=lambda one: one.chromosome.homolog or 0))


def scale_of(cell: Metaphase) -> float | None:
    """Pixels for one per cent of the haploid set; None where no chromosome has a name.

    The median over all named chromosomes, so that a shortened one or a wrong name does not move it.
    """
    found = [
        axis_length(axis_of(one)) / (100.0 * relative_length(one.chromosome_class))
        for one in cell.counting
        if one.chromosome_class != UNKNOWN
    ]
    return float(np.median(found)) if found else None


def lay_cell_straight(
    cell: Metaphase,
    grey: NDArray[np.generic],
    *,
    before: CellStrands | None = None,
    progress: Progress | None = None,
) -> CellStrands:
    """Straighten every named chromosome of a cell.

    Parameters
    ----------
    cell
        State to read.
    grey
        Its picture, shape (H, W).
    before
        What was read of an earlier state of the cell: chromosomes that lie as they lay are taken over.
    progress
        Told of each chromosome.

    Raises
    ------
    Cancelled
        Where `progress` stops the work.
    """
    told = progress or NoProgress()
    pixels = scale_of(cell)
    if pixels is None:
        return CellStrands(cell=cell, pixels=None, strands=())
    printed = dark_on_light_of(grey, dark_on_light=cell.dark_on_light)
    grey_range = grey_range_of(printed)
    known = {one.id: one for one in before.strands} if before else {}
    wanted = [one for one in cell.counting if one.chromosome_class != UNKNOWN]
    strands = []
    for at, chromosome in enumerate(wanted):
        told.step(at, len(wanted), f"cell {cell.label}")
        old = known.get(chromosome.id)
        if old is not None and _lies_alike(old.chromosome, chromosome):
            straight = old.straight
        else:
            straight = _stretched(lay_straight(printed, chromosome, grey_range), grey_range)
        crossed = crossed_rows(cell, chromosome, len(straight.profile))
        strands.append(strand_of(cell, chromosome, straight, pixels, crossed))
    return CellStrands(cell=cell, pixels=pixels, strands=tuple(strands))


def crossed_rows(cell: Metaphase, chromosome: Chromosome, rows: int) -> NDArray[np.bool_]:
    """Rows of a straightened chromosome over which another one of the cell lies, shape (rows,)."""
    crossed = np.zeros(rows, dtype=np.bool_)
    others = [one for one in cell.chromosomes if one.id in chromosome.overlaps]
    if not others:
        return crossed
    mask, (left, top) = mask_of(chromosome.outline.points, chromosome.outline.holes)
    axis = axis_of(chromosome) - np.array([left, top], dtype=np.float64)
    half = max(3.0, 0.5 * float(mask.sum()) / max(axis_length(axis), 2.0))
    own = straighten(mask, axis, half, rows=rows).sum(axis=1)
    for other in others:
        its, (x, y) = mask_of(other.outline.points, other.outline.holes)
        both = np.zeros_like(mask)
        x0, y0 = max(x, left), max(y, top)
        x1, y1 = min(x + its.shape[1], left + mask.shape[1]), min(y + its.shape[0], top + mask.shape[0])
        if x1 > x0 and y1 > y0:
            both[y0 - top : y1 - top, x0 - left : x1 - left] = its[y0 - y : y1 - y, x0 - x : x1 - x]
            shared = straighten(both & mask, axis, half, rows=rows).sum(axis=1)
            crossed |= shared > _CROSSED * np.maximum(own, 1.0)
    return crossed


def strand_of(
    cell: Metaphase,
    chromosome: Chromosome,
    straight: StraightChromosome,
    pixels: float,
    crossed: NDArray[np.bool_],
) -> Strand:
    """Put a straightened chromosome on the common scale.

    Parameters
    ----------
    pixels
        From `scale_of`.
    crossed
        From `crossed_rows`.
    """
    rows = len(straight.profile)
    waist = centromere_row(chromosome, axis_of(chromosome))
    if waist is None:
        waist = centromere_fraction(chromosome.chromosome_class) * rows
    waist = float(np.clip(waist, 1.0, rows - 1.0))
    values = straight.profile.astype(np.float64)
    clear = ~crossed
    if clear.sum() >= 0.3 * rows:
        values = np.interp(np.arange(rows), np.flatnonzero(clear), values[clear])
    values = (
        (values - values[clear].mean()) / max(float(values[clear].std()), _FLAT)
        if clear.any()
        else 0 * values
    )
    step = pixels * ROW

    def arm(length: float, sign: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        away = (np.arange(max(1, round(length / step))) + 0.5) * step
        at = waist + sign * away
        nearest = np.clip(at.astype(np.int64), 0, rows - 1)
        return np.interp(at, np.arange(rows) + 0.5, values), crossed[nearest]

    p_bands, p_crossed = arm(waist, -1.0)
    q_bands, q_crossed = arm(rows - waist, 1.0)

    return Strand(
        cell=cell.id,
        label=cell.label,
        chromosome=chromosome,
        straight=straight,
        waist=waist,
        pixels=pixels,
        p=waist / pixels,
        q=(rows - waist) / pixels,
        p_bands=p_bands,
        q_bands=q_bands,
        p_crossed=p_crossed,
        q_crossed=q_crossed,
        crossed=crossed,
    )


def _stretched(straight: StraightChromosome, grey_range: tuple[float, float]) -> StraightChromosome:
    """Bring the grey of a cell to the full range: cells differ in exposure."""
    light, dark = grey_range
    grey = (straight.image.astype(np.float32) - dark) / max(light - dark, 1.0)
    return StraightChromosome(
        image=np.asarray(np.clip(255.0 * grey + 0.5, 0, 255), dtype=np.uint8),
        profile=straight.profile,
        centromere=straight.centromere,
    )


def _lies_alike(one: Chromosome, other: Chromosome) -> bool:
    return one is other or (
        one.outline == other.outline and one.axis == other.axis and one.p_arm == other.p_arm
    )
