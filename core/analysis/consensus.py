"""The mean chromosome of a class over cells, and how far each single one is from it.

Lengths are compared on the scale of each cell (per cent of its haploid set), bands after a limited local
stretch from the centromere outwards; a shortened arm is not stretched to the length of the others, so a
loss stays a loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.analysis.strands import ROW, Strand
from core.domain.bands import Level, bands_of, centromere_fraction, nearest_band, relative_length
from core.imaging.profile import fit_arm

OUTLIER: Final = 3.0
"""Deviation from which a chromosome is marked: three measures, each about one standard deviation at rest."""
_SEPARATE: Final = 2.5
"""Deviation between the means of two groups of homologs from which they are shown as two kinds."""
_MOSTLY: Final = 0.75
"""Share of the other group that has to deviate, or the groups are no two kinds."""
_LENGTH_ERROR: Final = 0.07
_LENGTH_FLOOR: Final = 0.16
"""Error of an arm's length: a share of it, and per cent of the haploid set (two or three pixels)."""
_BANDS_FLOOR: Final = 0.10
_ROW_FLOOR: Final = 0.30
"""Least spread of the agreement of bands, and of one row of the profile (in its standard deviations)."""
_SETTLE: Final = 0.1
_CLEARLY: Final = 0.6
"""How far a centromere may be moved, as a share of the length, and what the bands must gain by it."""
_PRIOR: Final = 4.0
"""A spread seen in few cells counts as much as the floors would in so many."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consensus:
    """Mean chromosome of several.

    Attributes
    ----------
    p, q
        Median lengths of the arms, per cent of the haploid set.
    p_spread, q_spread
        Their standard errors for a single chromosome, never below what measuring allows.
    mean, spread
        Shape (R,), float64: mean profile and its standard deviation, row 0 at pter, `ROW` per cent a row;
        in standard deviations of the stain along a chromosome.
    waist
        Row of the centromere.
    image
        Shape (R, W), uint8: mean of the straightened pictures, white ground, `ROW` per cent a pixel.
    members
        How many chromosomes it is the mean of.
    """

    chromosome_class: str
    p: float
    q: float
    p_spread: float
    q_spread: float
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    waist: int
    image: NDArray[np.uint8]
    members: int

    @property
    def rows(self) -> int:
        """Length in rows."""
        return len(self.mean)


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
    groups = _grouped(strands, whole)
    kinds = [[one for one, group in zip(strands, groups, strict=True) if group == at] for at in (0, 1)]
    if not all(kinds):
        return alike
    means = consensus_of(kinds[0]), consensus_of(kinds[1])
    separation = _separation(*means)
    if separation >= _SEPARATE:
        usual = min((0, 1), key=lambda at: _strangeness(means[at]))
        parted = _study(strands, means[usual], [int(group != usual) for group in groups])
        if _differs_throughout(parted):
            return replace(parted, other=means[1 - usual], separation=separation)
    return replace(alike, separation=separation)


def _study(strands: Sequence[Strand], reference: Consensus, groups: Sequence[int]) -> ClassStudy:
    """Measure every strand against one mean; the first group tells what is usual."""
    fits = [_fit(one, reference) for one in strands]
    usual_ones = [fit for fit, group in zip(fits, groups, strict=True) if group == 0]
    level, spread = _typical(np.array([_distance(fit) for fit in usual_ones]), _BANDS_FLOOR)
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


def consensus_of(strands: Sequence[Strand]) -> Consensus:
    """Mean chromosome of several of one class.

    Parameters
    ----------
    strands
        At least one.

    Notes
    -----
    Starts from the medians at proportional places and lays every chromosome on the mean twice. Medians,
    so that less than half of the chromosomes being abnormal does not move it.
    """
    p, p_spread = _arm_length([one.p for one in strands])
    q, q_spread = _arm_length([one.q for one in strands])
    above, below = max(1, round(p / ROW)), max(1, round(q / ROW))
    p_bands = np.median([_proportional(one.p_bands, above) for one in strands], axis=0)
    q_bands = np.median([_proportional(one.q_bands, below) for one in strands], axis=0)
    mean = np.concatenate([p_bands[::-1], q_bands])
    spread = np.full(len(mean), _ROW_FLOOR)
    laid = np.empty((0, len(mean)))
    sources: list[NDArray[np.float64]] = []
    for _ in range(2):
        sources = [_places(one, mean, above)[0] for one in strands]
        laid = np.array([_clear_at(one, source) for one, source in zip(strands, sources, strict=True)])
        known = np.isfinite(laid)
        enough = known.any(axis=0)
        middle = np.nanmedian(np.where(enough, laid, 0.0), axis=0)
        mean = np.where(enough, middle, mean)
        off = np.nanmedian(np.abs(np.where(enough, laid, 0.0) - mean), axis=0) * 1.4826
        number = known.sum(axis=0)
        seen = (number * off**2 + _PRIOR * _ROW_FLOOR**2) / (number + _PRIOR)
        spread = np.sqrt(gaussian_filter1d(seen, 1.0, mode="nearest"))
    return Consensus(
        chromosome_class=strands[0].chromosome_class,
        p=p,
        q=q,
        p_spread=p_spread,
        q_spread=q_spread,
        mean=mean,
        spread=spread,
        waist=above,
        image=_mean_picture(strands, sources),
        members=len(strands),
    )


def settled(strand: Strand, consensus: Consensus) -> Strand:
    """Move a centromere that was found in the wrong place to where the bands put it.

    A constriction is easily taken for the centromere; the bands of the whole chromosome are the better
    witness. The place is moved by a tenth of the length at most, and only where the bands agree clearly
    better there, so that a lost or gained end moves nothing.
    """
    both = np.concatenate([strand.p_bands[::-1], strand.q_bands])
    crossed = np.concatenate([strand.p_crossed[::-1], strand.q_crossed])
    waist, reach = len(strand.p_bands), max(2, round(_SETTLE * len(both)))

    def disagreement(moved: int) -> float:
        first = max(0, waist + moved - consensus.waist)
        last = min(len(both), waist + moved - consensus.waist + consensus.rows)
        rows = np.arange(first, last)
        rows = rows[~crossed[first:last]]
        if len(rows) < 0.5 * min(len(both), consensus.rows):
            return np.inf
        off = both[rows] - consensus.mean[rows - waist - moved + consensus.waist]
        return float((off**2).mean())

    candidates = [moved for moved in range(-reach, reach + 1) if 1 <= waist + moved < len(both)]
    best = min(candidates, key=lambda moved: disagreement(moved) * (1.0 + abs(moved) / (8.0 * reach)))
    if not disagreement(best) < _CLEARLY * disagreement(0):
        return strand
    p_bands, q_bands = both[: waist + best][::-1], both[waist + best :]
    p_crossed, q_crossed = crossed[: waist + best][::-1], crossed[waist + best :]
    return replace(
        strand,
        waist=strand.waist + best * ROW * strand.pixels,
        p=strand.p + best * ROW,
        q=strand.q - best * ROW,
        p_bands=p_bands,
        q_bands=q_bands,
        p_crossed=p_crossed,
        q_crossed=q_crossed,
    )


def differing_rows(study: ClassStudy) -> tuple[int, int] | None:
    """Where the two groups of homologs differ most: first and last row; None where they do not."""
    if study.other is None:
        return None
    peaks = [one.peak for one in study.group(1) if one.peak is not None]
    if not peaks:
        return None
    return int(np.median([first for first, _ in peaks])), int(np.median([last for _, last in peaks]))


def band_at(consensus: Consensus, row: float, level: Level = 550) -> str:
    """Band of the idiogram that lies on a row of the consensus, such as "9q34"; arms laid on arms."""
    own = centromere_fraction(consensus.chromosome_class, level)
    waist = consensus.waist / consensus.rows
    place = float(np.interp(row / consensus.rows, [0.0, waist, 1.0], [0.0, own, 1.0]))
    return f"{consensus.chromosome_class}{nearest_band(consensus.chromosome_class, place, level).name}"


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


# -- laying strands on a mean ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    source: NDArray[np.float64]
    crossed: NDArray[np.bool_]
    difference: NDArray[np.float64]
    beyond: tuple[float, float]


def _places(
    strand: Strand, mean: NDArray[np.float64], waist: int
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Rows of the strand's bands (negative on the p arm, from the centromere) on each row of the mean."""
    p = fit_arm(strand.p_bands, mean[:waist][::-1])
    q = fit_arm(strand.q_bands, mean[waist:])
    return np.concatenate([-(p.source[::-1] + 0.5), q.source + 0.5]), (p.beyond, q.beyond)


def _bands_at(strand: Strand, places: NDArray[np.float64]) -> NDArray[np.float64]:
    both = np.concatenate([strand.p_bands[::-1], strand.q_bands])
    rows = np.arange(len(both)) + 0.5 - len(strand.p_bands)
    return np.where(np.isfinite(places), np.interp(np.nan_to_num(places), rows, both), np.nan)


def _crossed_at(strand: Strand, places: NDArray[np.float64]) -> NDArray[np.bool_]:
    both = np.concatenate([strand.p_crossed[::-1], strand.q_crossed])
    rows = np.floor(np.nan_to_num(places)).astype(np.int64) + len(strand.p_crossed)
    return np.asarray(both[np.clip(rows, 0, len(both) - 1)] & np.isfinite(places), dtype=np.bool_)


def _clear_at(strand: Strand, places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(_crossed_at(strand, places), np.nan, _bands_at(strand, places))


def _fit(strand: Strand, consensus: Consensus) -> _Fit:
    places, (p, q) = _places(strand, consensus.mean, consensus.waist)
    crossed = _crossed_at(strand, places)
    return _Fit(
        source=strand.waist + places * ROW * strand.pixels,
        crossed=crossed,
        difference=np.where(crossed, 0.0, _bands_at(strand, places) - consensus.mean),
        beyond=(p * ROW, q * ROW),
    )


def _deviation(
    strand: Strand, consensus: Consensus, fit: _Fit, group: int, level: float, spread: float
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


def _distance(fit: _Fit) -> float:
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


def _mean_picture(strands: Sequence[Strand], places: Sequence[NDArray[np.float64]]) -> NDArray[np.uint8]:
    widths = [one.straight.image.shape[1] / (ROW * one.pixels) for one in strands]
    columns = max(4, round(max(widths)))
    total = np.zeros((len(places[0]), columns))
    weight = np.zeros((len(places[0]), 1))
    across = np.arange(columns) + 0.5 - columns / 2
    for one, place in zip(strands, places, strict=True):
        step = ROW * one.pixels
        rows = one.waist + np.nan_to_num(place) * step - 0.5
        x = np.broadcast_to(across * step + one.straight.image.shape[1] / 2 - 0.5, (len(rows), columns))
        y = np.broadcast_to(rows[:, None], (len(rows), columns))
        laid = cv2.remap(
            one.straight.image, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=255.0,
        )  # fmt: skip
        known = np.isfinite(place)[:, None]
        total += np.where(known, laid, 0.0)
        weight += known
    mean = np.where(weight > 0, total / np.maximum(weight, 1), 255.0)
    return np.asarray(np.clip(mean + 0.5, 0, 255), dtype=np.uint8)


# -- numbers -----------------------------------------------------------------------------------------------


def _arm_length(lengths: Sequence[float]) -> tuple[float, float]:
    """Median and standard deviation of a length, the latter never below the error of measuring."""
    middle = float(np.median(lengths))
    floor = float(np.hypot(_LENGTH_ERROR * middle, _LENGTH_FLOOR))
    off = 1.4826 * float(np.median(np.abs(np.asarray(lengths) - middle)))
    number = len(lengths)
    return middle, float(np.sqrt((number * max(off, floor) ** 2 + _PRIOR * floor**2) / (number + _PRIOR)))


def _typical(values: NDArray[np.float64], floor: float) -> tuple[float, float]:
    middle = float(np.median(values))
    return middle, max(1.4826 * float(np.median(np.abs(values - middle))), floor)


def _proportional(bands: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    return np.interp((np.arange(rows) + 0.5) / rows, (np.arange(len(bands)) + 0.5) / len(bands), bands)


def _grouped(strands: Sequence[Strand], whole: Consensus) -> list[int]:
    """Part homologs into two kinds, one of each a cell where a cell has two.

    The leading direction in which the two homologs of a cell differ decides their order first; then two
    means are moved until nothing changes.
    """
    features = np.array([_features(one, whole) for one in strands])
    cells: dict[str, list[int]] = {}
    for at, one in enumerate(strands):
        cells.setdefault(one.cell, []).append(at)
    pairs = [members for members in cells.values() if len(members) == 2]
    if not pairs:
        return [0] * len(strands)
    apart = np.array([features[a] - features[b] for a, b in pairs])
    direction = np.linalg.svd(apart, full_matrices=False)[2][0]
    groups = np.zeros(len(strands), dtype=np.int64)
    for a, b in pairs:
        groups[b if (features[a] - features[b]) @ direction >= 0 else a] = 1
    for _ in range(10):
        paired = np.array([at for pair in pairs for at in pair])
        means = [features[paired[groups[paired] == number]].mean(axis=0) for number in (0, 1)]
        near = np.array([((features - mean) ** 2).sum(axis=1) for mean in means])
        moved = np.where(near[0] <= near[1], 0, 1)
        for a, b in pairs:
            moved[a], moved[b] = (0, 1) if near[0, a] + near[1, b] <= near[1, a] + near[0, b] else (1, 0)
        if (moved == groups).all():
            break
        groups = moved
    return [int(group) for group in groups]


def _features(strand: Strand, whole: Consensus) -> NDArray[np.float64]:
    fit = _fit(strand, whole)
    off = np.where(np.isfinite(fit.difference), fit.difference, 0.0)
    smooth = gaussian_filter1d(off, 2.0, mode="nearest") / (_BANDS_FLOOR * np.sqrt(len(off)) * 4.0)
    lengths = [(strand.p - whole.p) / whole.p_spread, (strand.q - whole.q) / whole.q_spread]
    return np.concatenate([lengths, smooth])


def _separation(one: Consensus, other: Consensus) -> float:
    """Deviation of the mean of one group from that of the other, as that of a single chromosome."""
    p = (one.p - other.p) / max(one.p_spread, other.p_spread)
    q = (one.q - other.q) / max(one.q_spread, other.q_spread)
    off: list[float] = []
    for own, its in (
        (one.mean[: one.waist][::-1], other.mean[: other.waist][::-1]),
        (one.mean[one.waist :], other.mean[other.waist :]),
    ):
        fit = fit_arm(its, own)
        known = np.isfinite(fit.source)
        values = np.interp(fit.source[known], np.arange(len(its)), its) - own[known]
        off += [*(values**2), *([1.0] * int((~known).sum() + fit.beyond))]
    apart = float(np.sqrt(np.mean(off)))
    noise = float(np.hypot(*((mean.spread**2).mean() / mean.members for mean in (one, other))) ** 0.5)
    bands = max(0.0, (apart - noise) / (2.0 * _BANDS_FLOOR))
    return float(np.sqrt(p**2 + q**2 + bands**2))


def _strangeness(consensus: Consensus) -> float:
    """How unlike its idiogram a mean chromosome is."""
    name = consensus.chromosome_class
    expected = 100.0 * relative_length(name)
    length = abs(float(np.log((consensus.p + consensus.q) / expected))) / 0.1
    own, measured = centromere_fraction(name, 400), consensus.p / (consensus.p + consensus.q)
    waist = abs(own - measured) / 0.05
    drawn = idiogram_bands(name, consensus.waist, consensus.rows)
    agreement = float(np.corrcoef(drawn, consensus.mean)[0, 1])
    return length + waist + (1.0 - agreement) / 0.15


def idiogram_bands(name: str, waist: int, rows: int) -> NDArray[np.float64]:
    """Stain of the idiogram (400 bands) on an axis of `rows` rows with the centromere at `waist`, blurred.

    Returns
    -------
    ndarray
        Shape (rows,), float64, mean 0 and variance 1.
    """
    own = centromere_fraction(name, 400)
    at = np.interp((np.arange(rows) + 0.5) / rows, [0.0, waist / rows, 1.0], [0.0, own, 1.0])
    drawn = np.zeros(rows)
    for band in bands_of(name, 400):
        drawn[(at >= band.start) & (at < band.end)] = band.density
    drawn = gaussian_filter1d(drawn, max(1.0, 0.02 * rows), mode="nearest")
    return np.asarray((drawn - drawn.mean()) / max(float(drawn.std()), 1e-6))
