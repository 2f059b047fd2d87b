"""Whether the homologs of a class are of two kinds, and which of the two is the usual one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.analysis.mean_chromosome import Consensus, fit_of
from core.analysis.strands import Strand
from core.domain.bands import bands_of, centromere_fraction, relative_length
from core.imaging.profile import fit_arm

BANDS_FLOOR: Final = 0.10
"""Least spread of the agreement of bands."""


def grouped(strands: Sequence[Strand], whole: Consensus) -> list[int]:
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


def separation_of(one: Consensus, other: Consensus) -> float:
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
    bands = max(0.0, (apart - noise) / (2.0 * BANDS_FLOOR))
    return float(np.sqrt(p**2 + q**2 + bands**2))


def strangeness_of(consensus: Consensus) -> float:
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


def _features(strand: Strand, whole: Consensus) -> NDArray[np.float64]:
    fit = fit_of(strand, whole)
    off = np.where(np.isfinite(fit.difference), fit.difference, 0.0)
    smooth = gaussian_filter1d(off, 2.0, mode="nearest") / (BANDS_FLOOR * np.sqrt(len(off)) * 4.0)
    lengths = [(strand.p - whole.p) / whole.p_spread, (strand.q - whole.q) / whole.q_spread]
    return np.concatenate([lengths, smooth])
