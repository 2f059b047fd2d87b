"""Chromosomes and breakpoints of a change, ready for cutting."""

from __future__ import annotations

from core.domain.bands import CLASSES, is_band
from core.iscn.segments import Point, Segment
from core.iscn.tree import Abnormality, Breakpoint


class ConstitutionError(ValueError):
    """A change whose result cannot be worked out from the string."""


def name_of(change: Abnormality, index: int) -> str:
    """Name of a chromosome of the change; raises where it is unknown."""
    name = change.chromosomes[index].name
    if name not in CLASSES:
        raise ConstitutionError(f"expected a chromosome 1-22, X or Y in {change.kind}, got {name}")
    return name


def break_of(change: Abnormality, group: int, index: int = 0) -> Breakpoint:
    """A breakpoint of the change by chromosome and position; raises where it is missing or unknown."""
    try:
        found = change.breakpoints[group][index]
    except IndexError:
        raise ConstitutionError(f"expected a breakpoint in each chromosome of {change.kind}") from None
    if not found.band or (not found.arm and found.band != "cen"):
        raise ConstitutionError(f"the breakpoint of {change.kind} is unknown")
    if not is_band(name_of(change, group), found.band):
        raise ConstitutionError(f"expected a band of chromosome {name_of(change, group)}, got {found.band}")
    return found


def point_of(broken: Breakpoint) -> Point:
    """The place in the middle of the band."""
    return Point(band=broken.band or "?")


def is_at_centromere(broken: Breakpoint) -> bool:
    """True for p10, q10 and cen."""
    return broken.band in ("p10", "q10", "cen")


def arm_of(broken: Breakpoint) -> str:
    """`p` or `q`; q for the centromere itself."""
    return broken.arm or "q"


def inserted_piece(donor: str, first: Breakpoint, second: Breakpoint, site_arm: str) -> Segment:
    """Inserted stretch in reading order: the band written first comes to lie nearer to the centromere."""
    begin, finish = point_of(first), point_of(second)
    if first.band == second.band:
        begin, finish = Point(band=begin.band, share=0.25), Point(band=begin.band, share=0.75)
    piece = Segment(chromosome=donor, begin=begin, finish=finish)
    return piece.reverse() if site_arm == "p" else piece


def ordered_points(change: Abnormality) -> tuple[Point, Point]:
    """The two breaks of a change from pter to qter."""
    return two_points(name_of(change, 0), break_of(change, 0, 0), break_of(change, 0, 1))


def two_points(name: str, first: Breakpoint, second: Breakpoint) -> tuple[Point, Point]:
    """Two breaks from pter to qter; inside one band they lie a quarter from its ends."""
    if first.band == second.band:
        band = first.band or "?"
        return Point(band=band, share=0.25), Point(band=band, share=0.75)
    low, high = sorted((point_of(first), point_of(second)), key=lambda point: point.fraction(name))
    return low, high
