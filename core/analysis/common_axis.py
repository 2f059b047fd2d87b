"""Band profiles of several chromosomes on one axis, as they are and warped onto the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.homologs import StraightChromosome
from core.imaging.profile import align_profiles

POINTS: Final = 240
SLACK: Final = 0.04
"""How far a band may be moved by the warp, as a share of the length."""
_FLAT: Final = 1e-6
_USUAL: Final = 0.08
"""Difference of stain (0..1) that two homologs of one cell show by chance: one step of the heat strip."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CommonAxis:
    """Profiles of K chromosomes at N points from pter to qter.

    Attributes
    ----------
    waist
        Place of the centromere on the axis, 0..1.
    plain
        Shape (K, N), stain 0..1: short arm laid on short arm, long arm on long arm.
    aligned
        Shape (K, N): moreover warped onto the first within `SLACK`.
    moved
        Shape (K, N): how far each point was moved by the warp, as a share of the length.
    """

    waist: float
    plain: NDArray[np.float64]
    aligned: NDArray[np.float64]
    moved: NDArray[np.float64]

    def profiles(self, *, aligned: bool) -> NDArray[np.float64]:
        """The profiles as they are, or warped."""
        return self.aligned if aligned else self.plain

    def difference(self, *, aligned: bool) -> NDArray[np.float64]:
        """First minus the mean of the others, shape (N,), stain -1..1; zeros for a single one.

        The others are brought to the mean and the contrast of the first before: one homolog that is darker
        all along does not differ in its bands.
        """
        values = self.profiles(aligned=aligned)
        if len(values) < 2:
            return np.zeros(values.shape[1])
        first = values[0]
        spread = np.maximum(values.std(axis=1, keepdims=True), _FLAT)
        others = (values - values.mean(axis=1, keepdims=True)) / spread * first.std() + first.mean()
        return np.asarray(first - others[1:].mean(axis=0))

    def heat(self, *, aligned: bool) -> NDArray[np.float64]:
        """Difference in units of what two homologs of a cell show by chance, shape (N,)."""
        return self.difference(aligned=aligned) / _USUAL


def lay_on_axis(straight: Sequence[StraightChromosome], waist: float | None = None) -> CommonAxis:
    """Lay profiles on one axis.

    Parameters
    ----------
    straight
        At least one chromosome, p arm first.
    waist
        Where the centromeres are to lie (that of the idiogram); their mean place when None. Where one
        of them has no known centromere, end is laid on end.

    Raises
    ------
    ValueError
        Without a chromosome.
    """
    if not straight:
        raise ValueError("expected at least one chromosome, got none, select one")
    known = [one.centromere / len(one.profile) for one in straight if one.centromere is not None]
    whole = len(known) == len(straight) and all(0.01 < place < 0.99 for place in known)
    at = (waist if waist is not None else float(np.mean(known))) if whole else (waist or 0.5)
    axis = (np.arange(POINTS) + 0.5) / POINTS
    plain = []
    for number, one in enumerate(straight):
        places = np.interp(axis, [0.0, at, 1.0], [0.0, known[number], 1.0]) if whole else axis
        rows = (np.arange(len(one.profile)) + 0.5) / len(one.profile)
        plain.append(np.interp(places, rows, one.profile))
    aligned, moved = [plain[0]], [np.zeros(POINTS)]
    for values in plain[1:]:
        warp = _warp(plain[0], values)
        aligned.append(np.interp(warp, np.arange(POINTS), values))
        moved.append((warp - np.arange(POINTS)) / POINTS)
    return CommonAxis(waist=at, plain=np.array(plain), aligned=np.array(aligned), moved=np.array(moved))


def _warp(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Point of the second that lies on each point of the first; smooth, ends stay ends."""
    half = slice(None, None, 2)
    path = np.array(align_profiles(first[half], second[half], slack=SLACK).rows, dtype=np.float64) * 2
    sums = np.bincount(path[:, 0].astype(int), weights=path[:, 1], minlength=len(first))
    number = np.bincount(path[:, 0].astype(int), minlength=len(first))
    seen = np.flatnonzero(number)
    warp = np.interp(np.arange(len(first)), seen, sums[seen] / number[seen])
    kernel = np.hanning(9) / np.hanning(9).sum()
    padded = np.pad(warp, 4, mode="reflect", reflect_type="odd")
    smooth = np.convolve(padded, kernel, mode="valid")
    return np.clip(np.maximum.accumulate(smooth), 0.0, len(second) - 1.0)
