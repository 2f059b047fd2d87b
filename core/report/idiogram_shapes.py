"""An idiogram as filled bands within a rounded outline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.bands import Level, bands_of, centromere_fraction
from core.domain.outline import Point
from core.report.arrangement import Place

Colour = tuple[int, int, int]

STAIN_COLOURS: Final[dict[str, Colour]] = {
    "gneg": (255, 255, 255), "gpos25": (207, 211, 216), "gpos50": (154, 160, 168), "gpos75": (93, 100, 109),
    "gpos100": (30, 35, 41), "acen": (201, 84, 92), "gvar": (143, 163, 189), "stalk": (185, 196, 210),
}  # fmt: skip
EDGE_COLOUR: Final[Colour] = (106, 114, 124)
_STEPS: Final = 6
_ROUND: Final = 0.65
"""Radius of the corners, in half widths: ends of chromosomes are no points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandShape:
    """One band: its name without the chromosome, its colour and its border."""

    name: str
    colour: Colour
    points: tuple[Point, ...]
    top: float
    bottom: float


def band_shapes(
    place: Place, chromosome: str, level: Level, centromere: float
) -> tuple[tuple[BandShape, ...], tuple[Point, ...]]:
    """Work out the bands of an upright idiogram, p arm up, and its outline.

    Parameters
    ----------
    centromere
        Where it is to lie, as a fraction of the height; the arms are stretched to it.
    """
    own = centromere_fraction(chromosome, level)
    waist = place.top + centromere * place.height

    def y_of(fraction: float) -> float:
        return place.top + stretched(fraction, own, centromere) * place.height

    shapes = []
    for band in bands_of(chromosome, level):
        top, bottom = y_of(band.start), y_of(band.end)
        shapes.append(
            BandShape(
                name=band.name,
                colour=STAIN_COLOURS[band.stain],
                points=body_between(place, (waist,), top, bottom),
                top=top,
                bottom=bottom,
            )
        )
    return tuple(shapes), body_between(place, (waist,), place.top, place.bottom)


def stretched(fraction: float, own: float, at: float) -> float:
    """Move a fraction of the length so that `own`, the centromere, comes to lie at `at`; arm by arm."""
    if fraction <= own:
        return fraction * at / own if own > 0 else fraction
    return at + (fraction - own) * (1 - at) / (1 - own) if own < 1 else fraction


def body_between(place: Place, waists: Sequence[float], top: float, bottom: float) -> tuple[Point, ...]:
    """Part of a body from one height to another, round at its ends and at its waists.

    Parameters
    ----------
    place
        The whole body.
    waists
        Heights of its centromeres from top to bottom: one as a rule, none in a fragment.
    top, bottom
        Heights between which the part lies.
    """
    radius = _ROUND * place.width / 2
    heights = {top, bottom}
    edges = [(place.top, 1), (place.bottom, -1), *((waist, side) for waist in waists for side in (-1, 1))]
    for end, inward in edges:
        for step in range(_STEPS + 1):
            y = end + inward * radius * (1 - math.cos(math.pi / 2 * step / _STEPS))
            if top < y < bottom:
                heights.add(y)
    middle = place.left + place.width / 2
    sides = [(y, half_width(place, waists, y)) for y in sorted(heights)]
    left = [(middle - half, y) for y, half in sides]
    return (*left, *((middle + half, y) for y, half in reversed(sides)))


def half_width(place: Place, waists: Sequence[float], y: float) -> float:
    """Half of the width of a body at a height; see `body_between`."""
    whole = place.width / 2
    first = max((waist for waist in waists if waist < y), default=place.top)
    last = min((waist for waist in waists if waist >= y), default=place.bottom)
    radius = min(_ROUND * whole, max(last - first, 1e-6) / 2)
    inside = max(min(y - first, last - y), 0.0)
    if inside >= radius:
        return whole
    return whole - radius + math.sqrt(max(radius**2 - (radius - inside) ** 2, 0.0))
