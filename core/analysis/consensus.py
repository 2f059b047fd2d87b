"""One class over several cells: how far each chromosome is from the mean, and whether homologs differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.analysis.homolog_kinds import BANDS_FLOOR, grouped, idiogram_bands, separation_of, strangeness_of
from core.analysis.mean_chromosome import Consensus, Fit, band_at, consensus_of, fit_of, settled
from core.analysis.strands import ROW, Strand
from core.domain.bands import Level

__all__ = [
    "OUTLIER", "ClassStudy", "Consensus", "Deviation", "band_at", "consensus_of", "differing_rows",
    "idiogram_bands", "said_of", "settled", "study_class",
]  # fmt: skip

OUTLIER: Final = 3.0
"""Deviation from which a chromosome is marked: three measures, each about one standard deviation at rest."""
_SEPARATE: Final = 2.5
"""Deviation between the means of two groups of homologs from which they are shown as two kinds."""
_MOSTLY: Final = 0.75
"""Share of the other group that has to deviate, or the groups are no two kinds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deviation:
    """How far one chromosome is from the consensus.

    Attributes
    ----------
    group
        0 or 1: which of two kinds of homologs it is counted to; 0 for all where they do not differ.
    p_change, q_change
        Length of the arm against the consensus, -1.. (a share).
    p_score, q_score, bands_score
        The same and the disagreement of the bands, in standard deviations.
    score
        Root of the sum of their squares.
    source
        Shape (R,), float64: row of the strand's profile (straight picture) on each row of the consensus,
        NaN where it has none.
    difference
        Shape (R,), float64: stain minus that of the consensus, in the units of `Consensus.mean`; NaN where
        the chromosome has ended, 0 where another one crosses it.
    excess
        Shape (R,), float64: the difference in standard deviations of that row.
    crossed
        Shape (R,), bool: rows that another chromosome crosses.
    beyond
        Material beyond the ends of the consensus (p, q), per cent of the haploid set.
    peak
        Where it differs most: first and last row of the consensus; None where it agrees.
    """

    strand: Strand
    group: int
    p_change: float
    q_change: float
    p_score: float
    q_score: float
    bands_score: float
    score: float
    source: NDArray[np.float64]
    difference: NDArray[np.float64]
    excess: NDArray[np.float64]
    crossed: NDArray[np.bool_]
    beyond: tuple[float, float]
    peak: tuple[int, int] | None

    @property
    def outlying(self) -> bool:
        """Whether it is to be marked."""
        return self.score >= OUTLIER


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassStudy:
    """One class over several cells.

    Attributes
    ----------
    consensus
        The mean of all, or of the group that is more like the idiogram where the homologs differ.
    other
        The mean of the other group; None where the homologs do not differ.
    separation
        Deviation of one group's mean from the other's.
    deviations
        All chromosomes, the most deviating first.
    cells
        Number of cells that have one of the class.
    """

    chromosome_class: str
    consensus: Consensus
    other: Consensus | None
    separation: float
    deviations: tuple[Deviation, ...]
    cells: int

    def group(self, number: int) -> tuple[Deviation, ...]:
        """Chromosomes of one group, the most deviating first."""
        return tuple(one for one in self.deviations if one.group == number)

    @property
    def outlying_cells(self) -> int:
        """In how many cells one is to be marked."""
        return len({one.strand.cell for one in self.deviations if one.outlying})

    @property
    def most(self) -> float:
        """Largest deviation."""
        return self.deviations[0].score if self.deviations else 0.0


def study_class(strands: Sequence[Strand]) -> ClassStudy | None:
    """Compare all chromosomes of one class.

    Parameters
    ----------
    strands
        Of one class, of one or more cells; from `core.analysis.strands`.

    Returns
    -------
    ClassStudy or None
        None without a strand.

    Raises
    ------
    ValueError
        If the strands are of several classes.
    """
    names = {one.chromosome_class for one in strands}
    if not names:
        return None
    if len(names) > 1:
        raise ValueError(f"expected strands of one class, got {sorted(names)}, compare each class alone")
    whole = consensus_of(strands)
    strands = [settled(one, whole) for one in strands]
    whole = consensus_of(strands)
    alike = _study(strands, whole, [0] * len(strands))
    groups = grouped(strands, whole)
    kinds = [[one for one, group in zip(strands, groups, strict=True) if group == at] for at in (0, 1)]
    if not all(kinds):
        return alike
    means = consensus_of(kinds[0]), consensus_of(kinds[1])
    separation = separation_of(*means)
    if separation >= _SEPARATE:
        usual = min((0, 1), key=lambda at: strangeness_of(means[at]))
        parted = _study(strands, means[usual], [int(group != usual) for group in groups])
        if _differs_throughout(parted):
            return replace(parted, other=means[1 - usual], separation=separation)
    return replace(alike, separation=separation)


def differing_rows(study: ClassStudy) -> tuple[int, int] | None:
    """Where the two groups of homologs differ most: first and last row; None where they do not."""
    if study.other is None:
        return None
    peaks = [one.peak for one in study.group(1) if one.peak is not None]
    if not peaks:
        return None
    return int(np.median([first for first, _ in peaks])), int(np.median([last for _, last in peaks]))


def said_of(deviation: Deviation, consensus: Consensus, level: Level = 400) -> str:
    """What makes a chromosome deviate, in few words: "q arm −31 %, bands differ at 9q34"."""
    parts = []
    for arm, change, score in (
        ("p arm", deviation.p_change, deviation.p_score),
        ("q arm", deviation.q_change, deviation.q_score),
    ):
        if abs(score) >= 2.0:
            parts.append(f"{arm} {'+' if change > 0 else '−'}{abs(100 * change):.0f} %")
    if deviation.bands_score >= 2.0 and deviation.peak is not None:
        first, last = (band_at(consensus, row, level) for row in deviation.peak)
        if first == last:
            parts.append(f"bands differ at {first}")
        else:
            parts.append(f"bands differ {first}–{last[len(consensus.chromosome_class) :]}")
    return ", ".join(parts)


def _study(strands: Sequence[Strand], reference: Consensus, groups: Sequence[int]) -> ClassStudy:
    """Measure every strand against one mean; the first group tells what is usual."""
    fits = [fit_of(one, reference) for one in strands]
    usual_ones = [fit for fit, group in zip(fits, groups, strict=True) if group == 0]
    level, spread = _typical(np.array([_distance(fit) for fit in usual_ones]), BANDS_FLOOR)
    found = [
        _deviation(one, reference, fit, group, level, spread)
        for one, fit, group in zip(strands, fits, groups, strict=True)
    ]
    return ClassStudy(
        chromosome_class=reference.chromosome_class,
        consensus=reference,
        other=None,
        separation=0.0,
        deviations=tuple(sorted(found, key=lambda one: -one.score)),
        cells=len({one.cell for one in strands}),
    )


def _differs_throughout(study: ClassStudy) -> bool:
    """Tell two kinds of homologs from a few faulty chromosomes that fell into one group."""
    others = study.group(1)
    outlying = [one for one in others if one.outlying]
    return len({one.strand.cell for one in outlying}) >= 2 and len(outlying) >= _MOSTLY * len(others)


def _deviation(
    strand: Strand, consensus: Consensus, fit: Fit, group: int, level: float, spread: float
) -> Deviation:
    p_score = (strand.p - consensus.p) / consensus.p_spread
    q_score = (strand.q - consensus.q) / consensus.q_spread
    bands_score = max(0.0, (_distance(fit) - level) / spread)
    excess = fit.difference / consensus.spread
    return Deviation(
        strand=strand,
        group=group,
        p_change=strand.p / consensus.p - 1.0,
        q_change=strand.q / consensus.q - 1.0,
        p_score=p_score,
        q_score=q_score,
        bands_score=bands_score,
        score=float(np.sqrt(p_score**2 + q_score**2 + bands_score**2)),
        source=fit.source,
        difference=fit.difference,
        excess=excess,
        crossed=fit.crossed,
        beyond=fit.beyond,
        peak=_peak(excess),
    )


def _distance(fit: Fit) -> float:
    """Root mean square of the difference; a row without a partner counts as a difference of one."""
    off = np.where(np.isfinite(fit.difference), fit.difference, 1.0)
    beyond = sum(fit.beyond) / ROW
    return float(np.sqrt(((off**2).sum() + beyond) / (len(off) + beyond)))


def _peak(excess: NDArray[np.float64]) -> tuple[int, int] | None:
    """Longest stretch with the largest excess; a missing end counts as an evident difference."""
    strength = gaussian_filter1d(np.where(np.isfinite(excess), np.abs(excess), 4.0), 1.5, mode="nearest")
    top = int(strength.argmax())
    if strength[top] < 2.0:
        return None
    first = last = top
    limit = max(1.5, 0.5 * float(strength[top]))
    while first > 0 and strength[first - 1] >= limit:
        first -= 1
    while last < len(strength) - 1 and strength[last + 1] >= limit:
        last += 1
    return first, last


def _typical(values: NDArray[np.float64], floor: float) -> tuple[float, float]:
    middle = float(np.median(values))
    return middle, max(1.4826 * float(np.median(np.abs(values - middle))), floor)
