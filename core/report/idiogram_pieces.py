"""Any chromosome as a row of bands: what its pieces are, where they join, where its centromeres lie.

Lengths are shares of chromosome 1 on the scale of the idiogram.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.domain.bands import (
    ACROCENTRICS,
    UNKNOWN,
    Band,
    Level,
    bands_of,
    centromere_fraction,
    relative_length,
)
from core.iscn.pictured import Growth
from core.iscn.segments import Point, Segment, Segments

_EPSILON: Final = 1e-6
_CENTROMERE: Final = ("cen", "p10", "q10")


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceBand:
    """A band, or the part of one that is left, from `start` to `end` of the chromosome."""

    chromosome: str
    name: str
    stain: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one chromosome; without bands where its origin is unknown."""

    chromosome: str
    start: float
    end: float
    is_reversed: bool
    bands: tuple[PieceBand, ...]

    @property
    def is_unknown(self) -> bool:
        """True for material of unknown origin."""
        return self.chromosome == UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A place where a chromosome broke, with the bands that meet there; `q13` where it ends."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """A chromosome from its upper to its lower end."""

    length: float
    pieces: tuple[Piece, ...]
    waists: tuple[float, ...]
    joins: tuple[Join, ...]

    @property
    def origins(self) -> tuple[str, ...]:
        """Chromosomes that it is made of, each once, from top to bottom."""
        return tuple(dict.fromkeys(piece.chromosome for piece in self.pieces))


@lru_cache(maxsize=64)
def length_of(chromosome: str) -> float:
    """Length of a normal chromosome as a share of chromosome 1, as idiograms are drawn."""
    return relative_length(chromosome, scale="iscn") / relative_length("1", scale="iscn")


def lay_out(segments: Segments, level: Level, *, is_ring: bool = False, growth: Growth = ()) -> LaidOut:
    """Lay the pieces of a chromosome end to end.

    Parameters
    ----------
    segments
        From top to bottom.
    level
        Bands per haploid set: 400, 550 or 850.
    is_ring
        Whether the last piece joins the first.
    growth
        Regions (`h`, `s`, `stk`) that are longer or shorter than usual.

    Raises
    ------
    ValueError
        Without a piece.
    """
    if not segments:
        raise ValueError("expected at least one piece of a chromosome, got none")
    pieces: list[Piece] = []
    waists: list[float] = []
    at = 0.0
    for segment in segments:
        piece, waist = _piece(segment, level, at, dict(growth))
        pieces.append(piece)
        if waist is not None and not (waists and waist - waists[-1] < _EPSILON):
            waists.append(waist)
        at = piece.end
    return LaidOut(
        length=at, pieces=tuple(pieces), waists=tuple(waists), joins=tuple(_joins(segments, pieces, is_ring))
    )


def _piece(segment: Segment, level: Level, at: float, growth: dict[str, float]) -> tuple[Piece, float | None]:
    if segment.is_unknown:
        end = at + segment.length
        piece = Piece(chromosome=UNKNOWN, start=at, end=end, is_reversed=False, bands=())
        return piece, None
    begin, finish = segment.span(level)
    low, high = sorted((begin, finish))
    whole = length_of(segment.chromosome)
    inside = [band for band in bands_of(segment.chromosome, level) if band.end > low and band.start < high]
    if segment.is_reversed:
        inside.reverse()
    centromere = centromere_fraction(segment.chromosome, level)
    waist = at if segment.has_centromere else None
    bands = []
    y = at
    for band in inside:
        share = (min(band.end, high) - max(band.start, low)) * whole * _factor(band, growth)
        bands.append(
            PieceBand(chromosome=segment.chromosome, name=band.name, stain=band.stain, start=y, end=y + share)
        )
        y += share
        passed = (
            band.start >= centromere - _EPSILON if segment.is_reversed else band.end <= centromere + _EPSILON
        )
        if waist is not None and passed:
            waist = y
    return (
        Piece(
            chromosome=segment.chromosome,
            start=at,
            end=y,
            is_reversed=segment.is_reversed,
            bands=tuple(bands),
        ),
        waist,
    )


def _factor(band: Band, growth: dict[str, float]) -> float:
    """Factor of a band's length where a variant names its region."""
    if not growth:
        return 1.0
    if band.stain == "stalk":
        return growth.get("stk", 1.0)
    if band.chromosome in ACROCENTRICS and band.name.startswith("p13"):
        return growth.get("s", 1.0)
    return growth.get("h", 1.0) if band.stain == "gvar" else 1.0


def _joins(segments: Sequence[Segment], pieces: Sequence[Piece], is_ring: bool) -> list[Join]:
    carriers = {segment.chromosome for segment in segments if not segment.is_unknown}
    named = len(carriers) > 1
    found = []
    if is_ring:
        found.append(Join(at=0.0, text=_meeting(segments[-1], segments[0], named)))
    elif not _is_telomere(segments[0].begin, segments[0]):
        found.append(Join(at=0.0, text=_end(segments[0], segments[0].begin, named)))
    for before, after, piece in zip(segments, segments[1:], pieces[1:], strict=False):
        found.append(Join(at=piece.start, text=_meeting(before, after, named)))
    if not is_ring and not _is_telomere(segments[-1].finish, segments[-1]):
        found.append(Join(at=pieces[-1].end, text=_end(segments[-1], segments[-1].finish, named)))
    return [join for join in found if join.text]


def _is_telomere(point: Point, segment: Segment) -> bool:
    return segment.is_unknown or point.band in ("pter", "qter")


def _meeting(before: Segment, after: Segment, named: bool) -> str:
    first, second = _end(before, before.finish, named), _end(after, after.begin, named)
    if not first or not second or first == second:
        return first or second
    return f"{first}::{second}"


def _end(segment: Segment, point: Point, named: bool) -> str:
    """Band at an end of a piece, with its chromosome where several are in play; empty where unknown."""
    if segment.is_unknown:
        return ""
    band = point.band
    if band in _CENTROMERE:
        other = segment.finish if point is segment.begin else segment.begin
        at_p = other.fraction(segment.chromosome) < centromere_fraction(segment.chromosome)
        band = "p10" if at_p else "q10"
    return f"{segment.chromosome}{band}" if named else band
