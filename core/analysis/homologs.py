"""Chromosomes of one cell laid straight and measured, so that homologs can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import AUTOSOMES
from core.domain.chromosome import Chromosome
from core.domain.metaphase import Metaphase
from core.imaging.morphology import relative_lengths
from core.imaging.outline import mask_of
from core.imaging.profile import band_profile, scaled_correlation
from core.imaging.straighten import axis_length, medial_axis, straighten

_MARGIN: Final = 1.25
"""Reach beyond the mean half width, so that splayed chromatids are not cut off."""
_ALIGNED_ROWS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightChromosome:
    """One chromosome along its axis, p arm at row 0.

    `image` has shape (L, W), uint8, white outside the outline; `profile` shape (L,), float32, stain 0..1;
    `centromere` is a row (pixels from the end of the p arm), None where unknown.
    """

    image: NDArray[np.uint8]
    profile: NDArray[np.float32]
    centromere: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Size of one chromosome in its cell.

    `length` in pixels of the picture along the axis, `micrometres` where the scale is known, `relative` in
    per cent of one haploid set of autosomes where every autosome has a name and `of_diploid` of two such
    sets, `arm_ratio` q over p, `centromeric_index` in per cent (Levan, Fredga and Sandberg, Hereditas 52,
    1964); None without a centromere. `area` in pixels, `stain` the mean of the band profile, 0..1, None
    where it was not straightened.
    """

    length: float
    micrometres: float | None
    relative: float | None
    arm_ratio: float | None
    centromeric_index: float | None
    of_diploid: float | None = None
    area: float = 0.0
    stain: float | None = None


def grey_range_of(printed: NDArray[np.uint8]) -> tuple[float, float]:
    """Grey of the ground and of the darkest material of a picture of shape (H, W), dark on light."""
    light, dark = np.percentile(printed[::4, ::4], [85.0, 0.5])
    return float(light), float(dark)


def lay_straight(
    printed: NDArray[np.uint8], chromosome: Chromosome, grey_range: tuple[float, float]
) -> StraightChromosome:
    """Straighten one chromosome of a picture.

    Parameters
    ----------
    printed
        Shape (H, W), uint8, dark on light.
    chromosome
        With outline; its axis is found anew where it has none.
    grey_range
        From `grey_range_of`, computed once for a picture.
    """
    mask, (left, top) = mask_of(chromosome.outline.points, chromosome.outline.holes)
    in_picture = axis_of(chromosome)
    axis = in_picture - np.array([left, top], dtype=np.float64)
    height, width = mask.shape
    part = np.full(mask.shape, 255, dtype=np.uint8)
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + height, printed.shape[0]), min(left + width, printed.shape[1])
    if y1 > y0 and x1 > x0:
        part[y0 - top : y1 - top, x0 - left : x1 - left] = printed[y0:y1, x0:x1]
    length = max(axis_length(axis), 2.0)
    half = max(4.0, _MARGIN * 0.5 * float(mask.sum()) / length + 2.0)
    grey = straighten(part, axis, half, outside=255.0)
    share = np.clip(straighten(mask, axis, half), 0.0, 1.0)
    light, dark = grey_range
    stain = np.clip((light - grey) / max(light - dark, 1.0), 0.0, 1.0)
    image = grey * share + 255.0 * (1.0 - share)
    row = centromere_row(chromosome, in_picture)
    return StraightChromosome(
        image=np.asarray(np.clip(image + 0.5, 0, 255), dtype=np.uint8),
        profile=band_profile(stain, share),
        centromere=row,
    )


def axis_of(chromosome: Chromosome) -> NDArray[np.float64]:
    """Axis from the end of the p arm, shape (K, 2), in the picture; found anew where there is none."""
    if len(chromosome.axis) >= 2:
        return np.asarray(chromosome.axis, dtype=np.float64)
    mask, origin = mask_of(chromosome.outline.points, chromosome.outline.holes)
    axis = medial_axis(mask) + np.asarray(origin, dtype=np.float64)
    direction = np.asarray(chromosome.p_arm or (0.0, -1.0))
    return axis if float((axis[0] - axis[-1]) @ direction) >= 0 else axis[::-1]


def centromere_row(chromosome: Chromosome, axis: NDArray[np.float64]) -> float | None:
    """Arc length from the end of the p arm to the point of the axis nearest to the centromere, pixels."""
    if chromosome.centromere is None:
        return None
    steps = np.hypot(*np.diff(axis, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(steps)))
    along = np.linspace(0.0, float(at[-1]), max(2, round(float(at[-1]) * 2)))
    x, y = np.interp(along, at, axis[:, 0]), np.interp(along, at, axis[:, 1])
    away = np.hypot(x - chromosome.centromere[0], y - chromosome.centromere[1])
    return float(along[int(np.argmin(away))])


def haploid_length_of(cell: Metaphase) -> float | None:
    """Length of one haploid set of autosomes in pixels; None unless every autosome has a name."""
    lengths: dict[str, list[float]] = {}
    for chromosome in cell.counting:
        if len(chromosome.axis) >= 2:
            lengths.setdefault(chromosome.chromosome_class, []).append(axis_length(axis_of(chromosome)))
    if not all(name in lengths for name in AUTOSOMES):
        return None
    return sum(sum(lengths[name]) / len(lengths[name]) for name in AUTOSOMES)


def measures_of(
    cell: Metaphase,
    chromosome: Chromosome,
    haploid_length: float | None,
    straight: StraightChromosome | None = None,
) -> Measures:
    """Measure one chromosome.

    Parameters
    ----------
    haploid_length
        From `haploid_length_of`, computed once for a cell.
    straight
        The chromosome laid straight; gives the stain.
    """
    axis = axis_of(chromosome)
    length = axis_length(axis)
    relative = relative_lengths([length], haploid_length=haploid_length)[0] if haploid_length else None
    scale = cell.pixel_size_um
    row = centromere_row(chromosome, axis)
    return Measures(
        length=length,
        micrometres=length * scale if scale else None,
        relative=relative,
        arm_ratio=(length - row) / row if row is not None and row >= 1.0 else None,
        centromeric_index=100.0 * row / length if row is not None and length > 0 else None,
        of_diploid=None if relative is None else relative / 2.0,
        area=_area(chromosome),
        stain=None if straight is None else float(straight.profile.mean()),
    )


def _area(chromosome: Chromosome) -> float:
    """Area within the outline, without its holes, in pixels (shoelace formula)."""

    def inside(points: Sequence[tuple[float, float]]) -> float:
        x, y = np.asarray(points, dtype=np.float64).reshape(-1, 2).T
        return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))

    return inside(chromosome.outline.points) - sum(inside(hole) for hole in chromosome.outline.holes)


def band_agreement(first: StraightChromosome, second: StraightChromosome) -> float:
    """Correlation (-1..1) of two band profiles, short arm laid on short arm and long arm on long arm.

    Without a centromere on both, end is laid on end.
    """
    at = [None if one.centromere is None else one.centromere / len(one.profile) for one in (first, second)]
    wanted = (np.arange(_ALIGNED_ROWS) + 0.5) / _ALIGNED_ROWS
    values = []
    for one, waist in zip((first, second), at, strict=True):
        where = wanted
        if at[0] is not None and at[1] is not None and waist is not None:
            where = np.interp(wanted, [0.0, (at[0] + at[1]) / 2, 1.0], [0.0, waist, 1.0])
        rows = (np.arange(len(one.profile)) + 0.5) / len(one.profile)
        values.append(np.interp(where, rows, one.profile))
    return scaled_correlation(values[0], values[1])
