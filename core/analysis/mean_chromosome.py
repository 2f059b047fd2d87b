"""The mean chromosome of several of one class, and how a single one is laid on it.

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
from core.domain.bands import Level, centromere_fraction, nearest_band
from core.imaging.profile import fit_arm

_LENGTH_ERROR: Final = 0.07
_LENGTH_FLOOR: Final = 0.16
"""Error of an arm's length: a share of it, and per cent of the haploid set (two or three pixels)."""
_ROW_FLOOR: Final = 0.30
"""Least spread of one row of the profile, in its standard deviations."""
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


def band_at(consensus: Consensus, row: float, level: Level = 550) -> str:
    """Band of the idiogram that lies on a row of the consensus, such as "9q34"; arms laid on arms."""
    own = centromere_fraction(consensus.chromosome_class, level)
    waist = consensus.waist / consensus.rows
    place = float(np.interp(row / consensus.rows, [0.0, waist, 1.0], [0.0, own, 1.0]))
    return f"{consensus.chromosome_class}{nearest_band(consensus.chromosome_class, place, level).name}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """One strand laid on a mean of R rows.

    `source` has shape (R,), float64: rows of the straight picture, NaN where the strand has ended;
    `crossed` shape (R,), bool; `difference` shape (R,), float64, stain minus the mean; `beyond` what lies
    beyond the ends (p, q), per cent of the haploid set.
    """

    source: NDArray[np.float64]
    crossed: NDArray[np.bool_]
    difference: NDArray[np.float64]
    beyond: tuple[float, float]


def fit_of(strand: Strand, consensus: Consensus) -> Fit:
    """Lay a strand on a mean."""
    places, (p, q) = _places(strand, consensus.mean, consensus.waist)
    crossed = _crossed_at(strand, places)
    return Fit(
        source=strand.waist + places * ROW * strand.pixels,
        crossed=crossed,
        difference=np.where(crossed, 0.0, _bands_at(strand, places) - consensus.mean),
        beyond=(p * ROW, q * ROW),
    )


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


def _arm_length(lengths: Sequence[float]) -> tuple[float, float]:
    """Median and standard deviation of a length, the latter never below the error of measuring."""
    middle = float(np.median(lengths))
    floor = float(np.hypot(_LENGTH_ERROR * middle, _LENGTH_FLOOR))
    off = 1.4826 * float(np.median(np.abs(np.asarray(lengths) - middle)))
    number = len(lengths)
    return middle, float(np.sqrt((number * max(off, floor) ** 2 + _PRIOR * floor**2) / (number + _PRIOR)))


def _proportional(bands: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    return np.interp((np.arange(rows) + 0.5) / rows, (np.arange(len(bands)) + 0.5) / len(bands), bands)
