"""Pieces of chromosomes, and how changes cut and join them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.domain.bands import UNKNOWN, breakpoint_fraction, centromere_fraction, span_of

_REFERENCE_LEVEL: Final = 850
_EPSILON: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on a chromosome: a share of the way through a band (0 at its end nearer to pter)."""

    band: str
    share: float = 0.5

    def fraction(self, chromosome: str, level: int = _REFERENCE_LEVEL) -> float:
        """Fraction of the chromosome's length from pter at a band level (400, 550, 850)."""
        if self.share == 0.5:
            return breakpoint_fraction(chromosome, self.band, level)
        start, end = span_of(chromosome, self.band, level)
        return start + (end - start) * self.share


PTER: Final = Point(band="pter")
QTER: Final = Point(band="qter")
CENTROMERE: Final = Point(band="cen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of one chromosome, read from `begin` to `finish`.

    It is reversed when `begin` lies nearer to qter than `finish`. Material of unknown origin has the
    chromosome `unknown` and `length`, a share of the length of chromosome 1.
    """

    chromosome: str
    begin: Point = PTER
    finish: Point = QTER
    length: float = 0.0

    @property
    def from_band(self) -> str:
        """Band at which the stretch begins."""
        return self.begin.band

    @property
    def to_band(self) -> str:
        """Band at which the stretch ends."""
        return self.finish.band

    @property
    def is_unknown(self) -> bool:
        """True for material of unknown origin."""
        return self.chromosome == UNKNOWN

    @property
    def is_reversed(self) -> bool:
        """True when it is read towards pter."""
        return not self.is_unknown and self._at(self.begin) > self._at(self.finish)

    def span(self, level: int = 550) -> tuple[float, float]:
        """Fractions of the chromosome's length at `begin` and `finish`, in reading order."""
        if self.is_unknown:
            return (0.0, 1.0)
        return self.begin.fraction(self.chromosome, level), self.finish.fraction(self.chromosome, level)

    @property
    def has_centromere(self) -> bool:
        """True when the centromere lies inside, or the stretch is an arm cut through the centromere."""
        if self.is_unknown:
            return False
        low, high = sorted((self._at(self.begin), self._at(self.finish)))
        centromere = centromere_fraction(self.chromosome, _REFERENCE_LEVEL)
        return high - low > _EPSILON and low - _EPSILON <= centromere <= high + _EPSILON

    def reverse(self) -> Segment:
        """The same stretch read the other way."""
        return replace(self, begin=self.finish, finish=self.begin)

    def holds(self, chromosome: str, point: Point) -> bool:
        """Tell whether a place lies inside (its ends do not count)."""
        if self.chromosome != chromosome:
            return False
        low, high = sorted((self._at(self.begin), self._at(self.finish)))
        return low + _EPSILON < self._at(point) < high - _EPSILON

    def split(self, point: Point) -> tuple[Segment, Segment]:
        """Cut in two at a place inside, in reading order."""
        return replace(self, finish=point), replace(self, begin=point)

    def _at(self, point: Point) -> float:
        return point.fraction(self.chromosome, _REFERENCE_LEVEL)


Segments = tuple[Segment, ...]


def whole(chromosome: str) -> Segments:
    """A normal chromosome."""
    return (Segment(chromosome=chromosome),)


def reverse(segments: Segments) -> Segments:
    """The same chromosome, drawn the other way up."""
    return tuple(segment.reverse() for segment in reversed(segments))


def cut(segments: Segments, chromosome: str, point: Point) -> tuple[Segments, Segments] | None:
    """Cut at the first place that is `point` of `chromosome`; None when it is not there."""
    for index, segment in enumerate(segments):
        if segment.holds(chromosome, point):
            before, after = segment.split(point)
            return (*segments[:index], before), (after, *segments[index + 1 :])
    return None


def centric(segments: Segments, chromosome: str) -> bool:
    """Tell whether the centromere of `chromosome` is in these pieces."""
    return any(segment.chromosome == chromosome and segment.has_centromere for segment in segments)


def arm(chromosome: str, name: str) -> Segments:
    """A whole arm, read from the telomere to the centromere."""
    return (Segment(chromosome=chromosome, begin=PTER if name == "p" else QTER, finish=CENTROMERE),)


def centric_part(chromosome: str, arm_name: str, point: Point) -> Segments:
    """What keeps the centromere after a break, read from its telomere to the break."""
    return (Segment(chromosome=chromosome, begin=QTER if arm_name == "p" else PTER, finish=point),)


def distal_part(chromosome: str, arm_name: str, point: Point) -> Segments:
    """What a break sets free, read from the break to the telomere."""
    return (Segment(chromosome=chromosome, begin=point, finish=PTER if arm_name == "p" else QTER),)


def simplify(segments: Segments) -> Segments:
    """Join neighbours that continue each other, drop what has no length."""
    joined: list[Segment] = []
    for segment in segments:
        if not segment.is_unknown and abs(segment.span(850)[0] - segment.span(850)[1]) <= _EPSILON:
            continue
        last = joined[-1] if joined else None
        if (
            last is not None
            and not segment.is_unknown
            and last.chromosome == segment.chromosome
            and last.finish == segment.begin
            and last.is_reversed == segment.is_reversed
        ):
            joined[-1] = replace(last, finish=segment.finish)
        else:
            joined.append(segment)
    return tuple(joined)
