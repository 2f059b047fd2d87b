"""Strips of the patient's own chromosomes: what a derivative is built from, and what it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.analysis.homologs import axis_of, centromere_row
from core.analysis.strands import scale_of
from core.derivative.strip import Strip, strip_of_picture
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase
from core.imaging.intensity import stain_of
from core.imaging.outline import mask_of
from core.progress import NoProgress, Progress

_HALF: Final = 0.85
"""Reach on each side of the axis, per cent of the haploid set: a chromosome is about one per cent wide."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaidChromosome:
    """One chromosome of one cell, laid straight.

    `strip` has the scale of its cell; `centromere` is its row, None where unknown; `crossed` tells whether
    another chromosome lies over it.
    """

    cell: CellId
    label: str
    chromosome: Chromosome
    strip: Strip
    centromere: float | None

    @property
    def id(self) -> ChromosomeId:
        """Identity of the chromosome."""
        return self.chromosome.id

    @property
    def chromosome_class(self) -> str:
        """Class of the chromosome."""
        return self.chromosome.chromosome_class

    @property
    def is_clean(self) -> bool:
        """Whether it can stand for a normal homolog: nothing lies over it, and nobody calls it changed."""
        return not self.chromosome.overlaps and self.chromosome.object_type is ObjectType.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaidCell:
    """All named chromosomes of one cell."""

    cell: Metaphase
    chromosomes: tuple[LaidChromosome, ...]

    def one(self, name: ChromosomeId) -> LaidChromosome | None:
        """The chromosome of an identity."""
        return next((laid for laid in self.chromosomes if laid.id == name), None)

    def of_class(self, name: str) -> tuple[LaidChromosome, ...]:
        """The chromosomes of a class in the order of the homologs."""
        found = (laid for laid in self.chromosomes if laid.chromosome_class == name)
        return tuple(sorted(found, key=lambda laid: laid.chromosome.homolog or 0))


def lay_cell(
    cell: Metaphase,
    grey: NDArray[np.generic],
    *,
    classes: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> LaidCell:
    """Lay the chromosomes of a cell straight.

    Parameters
    ----------
    cell
        State to read.
    grey
        Its picture, shape (H, W).
    classes
        Only these; all when None. Chromosomes without a name are laid too: one of them may be the suspect.
    progress
        Told of each chromosome.
    """
    told = progress or NoProgress()
    scale = scale_of(cell)
    if scale is None:
        return LaidCell(cell=cell, chromosomes=())
    stain = stain_of(grey)
    wanted = [
        one
        for one in cell.chromosomes
        if one.excluded is None and (classes is None or one.chromosome_class in (*classes, UNKNOWN))
    ]
    found = []
    for number, chromosome in enumerate(wanted):
        told.step(number, len(wanted), f"cell {cell.label}")
        axis = axis_of(chromosome)
        if len(axis) < 2:
            continue
        mask, origin = mask_of(chromosome.outline.points, chromosome.outline.holes)
        if not mask.any():
            continue
        row = centromere_row(chromosome, axis)
        strip = strip_of_picture(
            stain, mask, origin, axis, chromosome.chromosome_class,
            half_width=_HALF * scale, centromere=row, scale=scale,
        )  # fmt: skip
        found.append(
            LaidChromosome(cell=cell.id, label=cell.label, chromosome=chromosome, strip=strip, centromere=row)
        )
    return LaidCell(cell=cell, chromosomes=tuple(found))


def at_scale(strip: Strip, scale: float, columns: int) -> Strip:
    """Bring a strip of another cell to a scale (rows per per cent of a haploid set) and a width."""
    factor = scale / strip.scale
    rows = max(2, round(strip.rows * factor))
    if rows == strip.rows and columns == strip.stain.shape[1]:
        return replace(strip, scale=scale)
    across = max(2, round(strip.stain.shape[1] * factor))

    def laid(layer: NDArray[np.float32]) -> NDArray[np.float32]:
        method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        resized = cv2.resize(np.asarray(layer, dtype=np.float32), (across, rows), interpolation=method)
        left = (columns - across) // 2
        whole = np.zeros((rows, columns), dtype=np.float32)
        source = resized[:, max(-left, 0) : max(-left, 0) + min(columns, across)]
        start = max(left, 0)
        whole[:, start : start + source.shape[1]] = source
        return whole

    places = (np.arange(rows) + 0.5) / rows * strip.rows
    fraction = np.interp(places, np.arange(strip.rows) + 0.5, strip.fraction)
    return Strip(
        chromosome=strip.chromosome,
        stain=laid(strip.stain),
        mask=laid(strip.mask),
        fraction=fraction,
        scale=scale,
    )
