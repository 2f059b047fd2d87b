"""Size and shape of every counting chromosome of a cell, measured once for all kinds of suspicion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES, UNKNOWN, relative_length
from core.domain.chromosome import Chromosome
from core.domain.metaphase import Metaphase
from core.domain.outline import Box
from core.imaging.outline import mask_of
from core.imaging.straighten import axis_length, medial_axis

Mask = NDArray[np.bool_]
Stain = NDArray[np.float32]

_SURE: Final = 0.7
_FEWEST_SURE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """One chromosome in pixels: `mask` at `origin` (x, y), `axis` (K, 2) in picture coordinates."""

    chromosome: Chromosome
    mask: Mask
    origin: tuple[int, int]
    axis: NDArray[np.float64]
    box: Box
    area: float
    length: float

    @property
    def width(self) -> float:
        """Mean width in pixels."""
        return self.area / max(self.length, 1.0)

    def end(self, at: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the first (0) or last (1) point of the axis and the unit vector that leaves there."""
        axis = self.axis if at == 0 else self.axis[::-1]
        back = axis[min(len(axis) - 1, max(1, len(axis) // 4))]
        out = axis[0] - back
        return axis[0], out / max(float(np.hypot(*out)), 1e-9)

    def pixels(self) -> NDArray[np.float64]:
        """Centres (x, y) of all pixels of the mask in the picture, shape (n, 2)."""
        rows, columns = np.nonzero(self.mask)
        return np.column_stack([columns + self.origin[0] + 0.5, rows + self.origin[1] + 0.5])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shapes:
    """The counting chromosomes of a cell with what is usual in this cell.

    `unit` is the length in pixels of a whole haploid set, so that `unit * relative_length("5")` is what a
    chromosome 5 of this cell should measure; `surplus` and `missing` say how many of a class there are
    too many or too few, against two of each autosome and two sex chromosomes.
    """

    cell: Metaphase
    each: tuple[Shape, ...]
    width: float
    area: float
    unit: float
    surplus: dict[str, int]
    missing: dict[str, int]

    def expected_length(self, name: str) -> float:
        """Length in pixels that a class should have in this cell; the median one for unknown."""
        return self.unit * (relative_length(name) if name in CLASSES else 1 / 23)

    def shape(self, chromosome: Chromosome) -> Shape:
        """Return the shape of a chromosome; KeyError when it does not count."""
        for shape in self.each:
            if shape.chromosome.id == chromosome.id:
                return shape
        raise KeyError(chromosome.id)

    def best_missing(self, length: float) -> tuple[str, float] | None:
        """Return the missing class that fits a length best, with length over expectation; None without."""
        fits = [(name, length / self.expected_length(name)) for name in self.missing]
        return min(fits, key=lambda fit: abs(np.log(max(fit[1], 1e-6))), default=None)


def shapes_of(cell: Metaphase) -> Shapes:
    """Measure the counting chromosomes of a cell."""
    each = tuple(_shape(chromosome) for chromosome in cell.counting)
    lengths = [shape.length for shape in each]
    median_length = float(np.median(lengths)) if each else 1.0
    sure = [
        shape.length / relative_length(shape.chromosome.chromosome_class)
        for shape in each
        if shape.chromosome.chromosome_class in CLASSES
        and (shape.chromosome.confidence >= _SURE or shape.chromosome.confirmed)
    ]
    unit = float(np.median(sure)) if len(sure) >= _FEWEST_SURE else median_length * 23
    surplus, missing = _balance(cell)
    return Shapes(
        cell=cell,
        each=each,
        width=float(np.median([shape.width for shape in each])) if each else 1.0,
        area=float(np.median([shape.area for shape in each])) if each else 1.0,
        unit=unit,
        surplus=surplus,
        missing=missing,
    )


def shared_pixels(first: Shape, second: Shape) -> int:
    """Pixels that lie in both outlines."""
    (ax, ay), (bx, by) = first.origin, second.origin
    left, top = max(ax, bx), max(ay, by)
    right = min(ax + first.mask.shape[1], bx + second.mask.shape[1])
    bottom = min(ay + first.mask.shape[0], by + second.mask.shape[0])
    if right <= left or bottom <= top:
        return 0
    one = first.mask[top - ay : bottom - ay, left - ax : right - ax]
    two = second.mask[top - by : bottom - by, left - bx : right - bx]
    return int((one & two).sum())


def odd_name(shapes: Shapes, shape: Shape) -> float:
    """How badly the name of a chromosome fits it, 0 (well) to 1: unknown, unsure, too many, wrong length."""
    chromosome = shape.chromosome
    if chromosome.confirmed:
        return 0.0
    name = chromosome.chromosome_class
    if name == UNKNOWN:
        return 1.0
    fit = abs(float(np.log(max(shape.length / shapes.expected_length(name), 1e-6))))
    odd = max(1.0 - chromosome.confidence, min(1.0, max(0.0, fit - 0.15) / 0.35))
    return max(odd, 0.6) if shapes.surplus.get(name) else odd


def _shape(chromosome: Chromosome) -> Shape:
    mask, origin = mask_of(chromosome.outline.points, chromosome.outline.holes)
    axis = np.asarray(chromosome.axis, dtype=np.float64).reshape(-1, 2)
    if len(axis) < 3:
        axis = medial_axis(mask) + np.asarray(origin, dtype=np.float64)
    return Shape(
        chromosome=chromosome,
        mask=mask,
        origin=origin,
        axis=axis,
        box=chromosome.outline.box,
        area=float(mask.sum()),
        length=max(axis_length(axis), 1.0),
    )


def _balance(cell: Metaphase) -> tuple[dict[str, int], dict[str, int]]:
    counts = {name: cell.class_counts.get(name, 0) for name in CLASSES}
    surplus = {name: counts[name] - 2 for name in CLASSES if counts[name] > 2}
    missing = {name: 2 - counts[name] for name in CLASSES if name not in ("X", "Y") and counts[name] < 2}
    sex = counts["X"] + counts["Y"]
    if sex < 2:
        missing["X"] = 2 - sex
        if counts["Y"] == 0 and counts["X"] <= 1:
            missing["Y"] = 1
    elif sex > 2 and counts["Y"] > 1:
        surplus["Y"] = counts["Y"] - 1
    return surplus, missing
