"""Stain and thickness along a straight chromosome, from the band tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from core.domain.bands import CLASSES, UNKNOWN, centromere_fraction
from core.simulation.idiogram import (
    MERGE_AT_400,
    SAMPLES_OF_LONGEST,
    TABLE_LEVEL,
    Profile,
    idiogram_of,
)
from core.simulation.noise import wander
from core.simulation.settings import MetaphaseSettings

_NECK_DEPTH: Final = 0.26
_MINUTE_THICKNESS: Final = 0.55
_RING_SHARE: Final = 1.5
"""Most that a ring is thick, in radii of its axis."""
_PALENESS: Final = 1.25
# Small chromosomes are longer in real cells than the idiogram draws them (150 karyograms).
_LENGTH_POWER: Final = 0.93


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of a normal chromosome, read from `start` to `stop`.

    Positions are fractions of the chromosome's length from pter by the table of `TABLE_LEVEL`;
    `start > stop` is an inverted piece. Material of unknown origin has the chromosome `unknown`; its
    positions are then shares of the length of chromosome 1, and it shows bands of a random chromosome.
    `growth` lengthens or shortens variable regions: `h` heterochromatin, `s` satellite, `stk` stalk.
    """

    chromosome: str
    start: float
    stop: float
    growth: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BandPattern:
    """A straight chromosome as the pencil needs it, sampled every pixel from its p to its q end.

    Attributes
    ----------
    density
        Optical density, shape (n,).
    thickness
        Full thickness in pixels, shape (n,).
    centromeres
        Places of the centromeres along the axis, pixels from the p end; empty for acentric pieces.
    ring
        True when the two ends are joined.
    """

    density: Profile
    thickness: Profile
    centromeres: tuple[float, ...]
    ring: bool = False

    @property
    def length(self) -> float:
        """Length along the axis in pixels."""
        return float(len(self.density))


def pattern_of(
    stretches: Sequence[Stretch],
    *,
    settings: MetaphaseSettings,
    rng: np.random.Generator,
    ring: bool = False,
    minute: bool = False,
) -> BandPattern:
    """Lay the stretches end to end and stain them.

    Parameters
    ----------
    stretches
        From the p end to the q end, at least one.
    settings
        Sizes, contrast, and how much homologs differ.
    rng
        Source of all randomness.
    ring
        Join the two ends.
    minute
        Draw a double minute: thin, without a centromere.

    Returns
    -------
    BandPattern

    Raises
    ------
    ValueError
        When there is no stretch.
    """
    if not stretches:
        raise ValueError("expected at least one stretch of a chromosome, got none")
    centric = not minute and all(stretch.chromosome == UNKNOWN for stretch in stretches)
    known = [
        _borrowed(stretch, centric=centric, rng=rng) if stretch.chromosome == UNKNOWN else stretch
        for stretch in stretches
    ]
    pieces = [_piece(stretch, settings=settings, rng=rng) for stretch in known]
    growth = np.concatenate([piece.growth for piece in pieces])
    stain = np.concatenate([piece.stain for piece in pieces])
    thickness = np.concatenate([piece.thickness for piece in pieces])
    sample = settings.longest / SAMPLES_OF_LONGEST * float(np.exp(rng.normal(0, settings.homolog_difference)))
    growth *= sample * np.exp(wander(rng, len(growth), 120.0) * settings.homolog_difference)
    ends = np.cumsum(growth)
    length = max(float(ends[-1]), 0.5 * settings.thickness)
    ends *= length / ends[-1]
    middles = ends - growth / 2
    count = max(4, round(length))
    grid = (np.arange(count) + 0.5) * (length / count)
    centromeres = tuple(float(ends[at - 1] if at else 0.0) for at in _centromere_samples(pieces))
    merge = settings.longest * MERGE_AT_400 * (400.0 / settings.band_level) ** 1.5 / 2
    density = _stained(np.interp(grid, middles, stain), merge, settings, rng)
    width = gaussian_filter1d(np.interp(grid, middles, thickness), 1.2, mode="nearest")
    width *= 0.97 + 0.07 * (density - settings.light) / (settings.dark - settings.light)
    if minute:
        width *= _MINUTE_THICKNESS
    for centromere in centromeres:
        width *= 1 - _NECK_DEPTH * np.exp(-(((grid - centromere) / (0.3 * settings.thickness)) ** 2))
    # Small chromosomes look thinner: less of their axis is away from an end.
    slim = 0.9 + 0.1 * min(1.0, length / (0.55 * settings.longest))
    width *= settings.thickness * slim * float(np.exp(rng.normal(0, 0.03)))
    if ring:
        # A small ring has no room for arms of full thickness.
        width *= min(1.0, _RING_SHARE * length / (2 * np.pi) / settings.thickness)
    return BandPattern(density=density, thickness=width, centromeres=centromeres, ring=ring)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    stain: Profile
    thickness: Profile
    growth: Profile
    centromere: int | None


def _borrowed(stretch: Stretch, *, centric: bool, rng: np.random.Generator) -> Stretch:
    """Piece of a random chromosome, as long as the unknown stretch; a marker of its own has a centromere."""
    length = abs(stretch.stop - stretch.start)
    samples = length * SAMPLES_OF_LONGEST
    fitting = [name for name in CLASSES[:-1] if samples < 0.4 * len(idiogram_of(name).stain)] or ["1"]
    name = fitting[int(rng.integers(len(fitting)))]
    share = min(samples / len(idiogram_of(name).stain), 0.9)
    centromere = centromere_fraction(name, TABLE_LEVEL)
    if centric:
        start = centromere - share * rng.uniform(0.2, 0.5)
    else:
        start = rng.uniform(centromere + 0.03, max(centromere + 0.04, 1 - share))
    start = float(np.clip(start, 0.0, 1 - share))
    return Stretch(chromosome=name, start=start, stop=start + share)


def _piece(stretch: Stretch, *, settings: MetaphaseSettings, rng: np.random.Generator) -> _Piece:
    whole = idiogram_of(stretch.chromosome)
    count = len(whole.stain)
    low, high = sorted((stretch.start, stretch.stop))
    first = min(max(round(low * count), 0), count - 1)
    last = min(max(round(high * count), first + 1), count)
    growth = np.full(count, (count / SAMPLES_OF_LONGEST) ** (_LENGTH_POWER - 1))
    named = dict(stretch.growth)
    for name, region in (("h", whole.variable), ("stk", whole.stalk), ("s", whole.satellite)):
        own = float(np.clip(np.exp(rng.normal(0, settings.heteromorphism)), 0.35, 2.2))
        growth[region] *= named.get(name, own)
    stain = whole.stain.copy()
    satellites = float(np.clip(rng.normal(1.0, settings.heteromorphism), 0.4, 1.6))
    stain[whole.satellite] *= satellites
    at = round(centromere_fraction(stretch.chromosome, TABLE_LEVEL) * count)
    slices = slice(first, last)
    turn = slice(None, None, -1) if stretch.start > stretch.stop else slice(None)
    inside = at - first if low <= centromere_fraction(stretch.chromosome, TABLE_LEVEL) <= high else None
    if inside is not None and stretch.start > stretch.stop:
        inside = (last - first) - inside
    return _Piece(
        stain=stain[slices][turn], thickness=whole.thickness[slices][turn], growth=growth[slices][turn],
        centromere=inside,
    )  # fmt: skip


def _centromere_samples(pieces: Sequence[_Piece]) -> list[int]:
    """Indices of the centromeres; two stretches that meet in one centromere share it."""
    found: list[int] = []
    before = 0
    for piece in pieces:
        if piece.centromere is not None:
            at = before + piece.centromere
            if not found or at - found[-1] > 0.01 * SAMPLES_OF_LONGEST:
                found.append(at)
        before += len(piece.stain)
    return found


def _stained(stain: Profile, merge: float, settings: MetaphaseSettings, rng: np.random.Generator) -> Profile:
    """Turn idiogram stain (0..1) into optical density with the scatter of a real slide."""
    soft = gaussian_filter1d(stain, merge, mode="nearest")
    # Merging lowers the contrast of fine bands; a real band of a condensed chromosome is no paler for it.
    span = float(soft.max() - soft.min())
    lift = min(1.5, 0.85 / span) if span > 0.3 else 1.0
    shown = np.clip(float(soft.mean()) + (soft - float(soft.mean())) * lift, 0.0, 1.0)
    shown = shown + settings.unevenness * 0.9 * wander(rng, len(shown), 0.035 * settings.longest)
    depth = settings.light + (settings.dark - settings.light) * np.clip(shown, 0.0, 1.15) ** _PALENESS
    depth *= float(np.exp(rng.normal(0, 0.4 * settings.unevenness)))
    found: Profile = np.maximum(depth, 0.05)
    return found
