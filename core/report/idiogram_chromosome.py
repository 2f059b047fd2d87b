"""One chromosome as an idiogram, however it is made up: its bands, its origins, the places where it broke.

Everything is in millimetres of a drawing, the upper left corner of the room of the chromosome at (0, 0).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.domain.bands import UNKNOWN, Level
from core.domain.outline import Point
from core.iscn.pictured import Kind, PicturedChromosome
from core.report.arrangement import Place
from core.report.drawing import Contour, Line, Words
from core.report.idiogram_pieces import Join, LaidOut, Piece, lay_out
from core.report.idiogram_shapes import EDGE_COLOUR, STAIN_COLOURS, Colour, body_between, half_width
from core.report.palette import UNKNOWN_COLOUR

LONGEST: Final = 34.0
"""Height of chromosome 1 in millimetres."""
WIDE: Final = 2.6
_EDGE: Final = 0.42
"""Width of the coloured edge that tells the origin."""
_NAME: Final = 2.1
_LETTER: Final = 1.75
_LETTER_WIDE: Final = 0.62
_LINE: Final = 2.05
_LEADER: Final = 1.7
_QUIET: Final = (70, 78, 88)
_HATCH_GROUND: Final[Colour] = (246, 240, 236)
_HATCH: Final[Colour] = (176, 120, 104)
_STAINING: Final[Colour] = (146, 152, 160)
_HATCH_STEP: Final = 1.25
_FACETS: Final = 60
_ARROW: Final = 1.0
_RING: Final = (0.95, 0.62)
"""Least radius and thickness of a ring, in widths of a chromosome: a small one stays a ring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBand:
    """Where a band is drawn, for pointing at: its name with the chromosome, and its border."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdiogramBody:
    """A drawn chromosome.

    `width` by `height` is its room with all words, `middle` the middle of its body in it, `centromere` the
    height of its waist.
    """

    middle: float
    width: float
    height: float
    centromere: float
    lines: tuple[Line, ...]
    contours: tuple[Contour, ...]
    words: tuple[Words, ...]
    bands: tuple[ShownBand, ...]


@dataclass(slots=True)
class _Pen:
    lines: list[Line] = field(default_factory=list)
    contours: list[Contour] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    bands: list[ShownBand] = field(default_factory=list)


def idiogram_body(
    one: PicturedChromosome,
    level: Level,
    colours: Mapping[str, Colour],
    *,
    longest: float = LONGEST,
    wide: float = WIDE,
    named: bool = True,
    least: float = 0.0,
) -> IdiogramBody:
    """Draw one chromosome upright, a ring as a ring.

    Parameters
    ----------
    one
        What it is made of.
    level
        Bands per haploid set: 400, 550 or 850.
    colours
        Colours of the edge by chromosome of origin; those without one have the usual thin edge.
    longest, wide
        Height of a normal chromosome 1 and width of every chromosome, in millimetres.
    named
        Write the bands where it broke, and the chromosomes that it is made of.
    least
        Least room about the middle of the body, for words below it.
    """
    body = _drawn(one, level, colours, longest, wide, named)
    left, right = max(least / 2 - body.middle, 0.0), max(least / 2 - (body.width - body.middle), 0.0)
    if left + right == 0.0:
        return body
    pen = _moved(_Pen([*body.lines], [*body.contours], [*body.words], [*body.bands]), left)
    return _body(pen, body.width + left + right, body.height, body.centromere, body.middle + left)


def _drawn(
    one: PicturedChromosome,
    level: Level,
    colours: Mapping[str, Colour],
    longest: float,
    wide: float,
    named: bool,
) -> IdiogramBody:
    if one.kind is Kind.DOUBLE_MINUTE:
        return _double_minute(wide)
    laid = lay_out(one.segments, level, is_ring=one.kind is Kind.RING, growth=one.growth)
    if one.kind is Kind.RING:
        return _ring(one, laid, colours, longest, wide, named)
    return _upright(one, laid, colours, longest, wide, named)


def _double_minute(wide: float) -> IdiogramBody:
    radius = 0.2 * wide
    pen = _Pen()
    for x in (radius + _EDGE, 3.5 * radius + _EDGE):
        points = tuple(
            (x + radius * math.cos(turn), radius + radius * math.sin(turn)) for turn in _turns(0.0, 1.0, 16)
        )
        pen.contours.append(Contour(points=points, thickness=0.12, colour=EDGE_COLOUR, fill=_STAINING))
    width = 4.5 * radius + 2 * _EDGE
    return _body(pen, width, 2 * radius, radius, width / 2)


def _upright(
    one: PicturedChromosome,
    laid: LaidOut,
    colours: Mapping[str, Colour],
    longest: float,
    wide: float,
    named: bool,
) -> IdiogramBody:
    changed = one.kind is not Kind.NORMAL
    origins = [name for name in laid.origins if name != UNKNOWN]
    told = named and changed and len(origins) > 1
    joins = laid.joins if named and changed else ()
    arrow = _ARROW if changed and _turned(laid) else 0.0
    left = _EDGE + (_name_width(origins) if told else 0.0) + arrow
    place = Place(left=left, top=_EDGE, width=wide, height=laid.length * longest)
    waists = [place.top + waist * longest for waist in laid.waists]
    pen = _Pen()
    for piece in laid.pieces:
        _edge(pen, piece, place, waists, longest, colours)
    for number, piece in enumerate(laid.pieces):
        top, bottom = place.top + piece.start * longest, place.top + piece.end * longest
        if piece.is_unknown:
            inside = 0 < number < len(laid.pieces) - 1
            _unknown(pen, place, waists, top, bottom, staining="hsr" in one.label and inside)
        for band in piece.bands:
            points = body_between(
                place, waists, place.top + band.start * longest, place.top + band.end * longest
            )
            pen.contours.append(Contour(points=points, thickness=0.0, fill=STAIN_COLOURS[band.stain]))
            pen.bands.append(ShownBand(name=f"{band.chromosome}{band.name}", points=points))
        if told and not piece.is_unknown and bottom - top > 0.5 * _NAME:
            pen.words.append(
                Words(
                    text=piece.chromosome, x=left - _EDGE - arrow - 0.35, y=(top + bottom) / 2 + 0.36 * _NAME,
                    size=_NAME, anchor="end", bold=True,
                    colour=colours.get(piece.chromosome, _QUIET),
                )
            )  # fmt: skip
        if changed and piece.is_reversed:
            _upward(pen, place, top, bottom, colours.get(piece.chromosome, _QUIET))
    outline = body_between(place, waists, place.top, place.bottom)
    pen.contours.append(Contour(points=outline, thickness=0.12, colour=EDGE_COLOUR))
    right = place.right + _EDGE
    right = max(right, _write_joins(pen, joins, place, longest))
    waist = waists[0] if waists else (place.top + place.bottom) / 2
    own = [
        y for y, name in zip(waists, _owners(laid), strict=False) if name == one.carrier
    ]  # A dicentric stands on the centromere of the chromosome in whose slot it is.
    middle = place.left + place.width / 2
    return _body(pen, right, place.bottom + _EDGE, own[0] if own else waist, middle)


def _body(pen: _Pen, width: float, height: float, centromere: float, middle: float) -> IdiogramBody:
    return IdiogramBody(
        middle=middle,
        width=width, height=height, centromere=centromere, lines=tuple(pen.lines),
        contours=tuple(pen.contours), words=tuple(pen.words), bands=tuple(pen.bands),
    )  # fmt: skip


def _owners(laid: LaidOut) -> list[str]:
    """Chromosome of each waist."""
    found = []
    for waist in laid.waists:
        holders = [p.chromosome for p in laid.pieces if p.start - 1e-6 <= waist <= p.end + 1e-6]
        found.append(holders[0] if holders else "")
    return found


def _turned(laid: LaidOut) -> bool:
    return any(piece.is_reversed for piece in laid.pieces)


def _name_width(names: Sequence[str]) -> float:
    return max((len(name) for name in names), default=0) * _NAME * 0.7 + 0.5


def _edge(
    pen: _Pen,
    piece: Piece,
    place: Place,
    waists: Sequence[float],
    longest: float,
    colours: Mapping[str, Colour],
) -> None:
    """The coloured edge of one piece: the same body a little wider, below the bands."""
    colour = UNKNOWN_COLOUR if piece.is_unknown else colours.get(piece.chromosome)
    if colour is None:
        return
    wider = Place(
        left=place.left - _EDGE, top=place.top - _EDGE,
        width=place.width + 2 * _EDGE, height=place.height + 2 * _EDGE,
    )  # fmt: skip
    top, bottom = place.top + piece.start * longest, place.top + piece.end * longest
    first = wider.top if top - place.top < 1e-6 else top
    last = wider.bottom if place.bottom - bottom < 1e-6 else bottom
    pen.contours.append(Contour(points=body_between(wider, waists, first, last), thickness=0.0, fill=colour))


def _unknown(
    pen: _Pen, place: Place, waists: Sequence[float], top: float, bottom: float, *, staining: bool
) -> None:
    """Hatched where the origin is unknown, evenly grey for a homogeneously staining region."""
    ground = _STAINING if staining else _HATCH_GROUND
    pen.contours.append(Contour(points=body_between(place, waists, top, bottom), thickness=0.0, fill=ground))
    middle = place.left + place.width / 2
    if staining:
        pen.words.append(_sign("hsr", middle, (top + bottom) / 2, 1.35))
        return
    start = top - place.width
    while start < bottom:
        rows = [top + (bottom - top) * step / _FACETS for step in range(_FACETS + 1)]
        inside = []
        for y in rows:
            half = half_width(place, waists, y)
            x = place.left + (y - start)
            a, b = max(x, middle - half), min(x + 0.4 * _HATCH_STEP, middle + half)
            if a < b:
                inside.append((y, a, b))
        if len(inside) > 1:
            points = [(a, y) for y, a, _ in inside] + [(b, y) for y, _, b in reversed(inside)]
            pen.contours.append(Contour(points=tuple(points), thickness=0.0, fill=_HATCH))
        start += _HATCH_STEP
    pen.words.append(_sign("?", middle, (top + bottom) / 2, 2.4))


def _sign(text: str, x: float, y: float, size: float) -> Words:
    return Words(text=text, x=x, y=y + 0.36 * size, size=size, anchor="middle", bold=True, halo=0.3)


def _upward(pen: _Pen, place: Place, top: float, bottom: float, colour: Colour) -> None:
    """Arrow beside a piece that is read towards pter."""
    long = min(bottom - top, 4.5)
    if long < 1.2:
        return
    x, middle = place.left - _EDGE - 0.45, (top + bottom) / 2
    up, down = middle - long / 2, middle + long / 2
    pen.lines.append(Line(x1=x, y1=up + 0.5, x2=x, y2=down, thickness=0.2, colour=colour))
    pen.contours.append(
        Contour(
            points=((x, up), (x - 0.42, up + 0.9), (x + 0.42, up + 0.9)),
            thickness=0.0,
            fill=colour,
        )
    )


def _write_joins(pen: _Pen, joins: Sequence[Join], place: Place, longest: float) -> float:
    """Ticks and bands at the right of the body, spread so that they can be read; returns their edge."""
    if not joins:
        return 0.0
    heights = [place.top + join.at * longest for join in joins]
    spread = _spread(heights, _LINE)
    edge, x = place.right + _EDGE, place.right + _EDGE + _LEADER
    right = x
    for join, y, at in zip(joins, heights, spread, strict=True):
        pen.contours.append(
            Contour(points=((place.left, y), (place.right, y)), thickness=0.3, colour=UNKNOWN_COLOUR)
        )
        pen.lines.append(Line(x1=edge - 0.1, y1=y, x2=edge + 0.5, y2=y, thickness=0.15, colour=_QUIET))
        pen.lines.append(Line(x1=edge + 0.5, y1=y, x2=x - 0.2, y2=at, thickness=0.15, colour=_QUIET))
        pen.words.append(Words(text=join.text, x=x, y=at + 0.36 * _LETTER, size=_LETTER, colour=_QUIET))
        right = max(right, x + len(join.text) * _LETTER * _LETTER_WIDE)
    return right


def _spread(heights: Sequence[float], least: float) -> list[float]:
    """Move heights apart, as little as needed and evenly about their middle."""
    found = list(heights)
    for _ in range(20):
        moved = False
        for upper in range(len(found) - 1):
            short = least - (found[upper + 1] - found[upper])
            if short > 1e-3:
                found[upper] -= short / 2
                found[upper + 1] += short / 2
                moved = True
        if not moved:
            break
    return found


def _turns(start: float, stop: float, steps: int) -> list[float]:
    """Angles clockwise from the top, for shares of a round."""
    return [2 * math.pi * (start + (stop - start) * step / steps) - math.pi / 2 for step in range(steps + 1)]


def _ring(
    one: PicturedChromosome,
    laid: LaidOut,
    colours: Mapping[str, Colour],
    longest: float,
    wide: float,
    named: bool,
) -> IdiogramBody:
    """Bands as sectors, the closure at the top, clockwise from there."""
    middle = max(laid.length * longest / (2 * math.pi), _RING[0] * wide)
    outer, inner = middle + _RING[1] * wide / 2, middle - _RING[1] * wide / 2
    top = _EDGE + (_LINE + 0.6 if named and laid.joins else 0.0)
    centre = (outer + _EDGE, top + outer)
    pen = _Pen()
    for piece in laid.pieces:
        first, last = piece.start / laid.length, piece.end / laid.length
        colour = UNKNOWN_COLOUR if piece.is_unknown else colours.get(piece.chromosome)
        if colour is not None:
            points = _sector(centre, inner - _EDGE, outer + _EDGE, first, last)
            pen.contours.append(Contour(points=points, thickness=0.0, fill=colour))
    for piece in laid.pieces:
        if piece.is_unknown:
            _unknown_sector(pen, centre, inner, outer, piece.start / laid.length, piece.end / laid.length)
        for band in piece.bands:
            points = _sector(centre, inner, outer, band.start / laid.length, band.end / laid.length)
            pen.contours.append(Contour(points=points, thickness=0.0, fill=STAIN_COLOURS[band.stain]))
            pen.bands.append(ShownBand(name=f"{band.chromosome}{band.name}", points=points))
    for radius in (outer, inner):
        points = tuple(_at(centre, radius, turn) for turn in _turns(0.0, 1.0, _FACETS))
        pen.contours.append(Contour(points=points, thickness=0.12, colour=EDGE_COLOUR))
    width = 2 * (outer + _EDGE)
    for join in laid.joins if named else ():
        turn = _turns(join.at / laid.length, 1.0, 1)[0]
        (x1, y1), (x2, y2) = _at(centre, inner, turn), _at(centre, outer, turn)
        pen.contours.append(Contour(points=((x1, y1), (x2, y2)), thickness=0.3, colour=UNKNOWN_COLOUR))
        if join.at == 0.0:
            words = Words(
                text=join.text, x=centre[0], y=top - 0.9, size=_LETTER, anchor="middle", colour=_QUIET
            )
            pen.words.append(words)
            width = max(width, len(join.text) * _LETTER * _LETTER_WIDE)
    wider = width / 2 - centre[0]
    if wider > 0:
        pen = _moved(pen, wider)
    return _body(pen, width, top + 2 * outer + _EDGE, top + outer, width / 2)


def _moved(pen: _Pen, right: float) -> _Pen:
    def along(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple((x + right, y) for x, y in points)

    return _Pen(
        lines=[replace(line, x1=line.x1 + right, x2=line.x2 + right) for line in pen.lines],
        contours=[replace(one, points=along(one.points)) for one in pen.contours],
        words=[replace(one, x=one.x + right) for one in pen.words],
        bands=[replace(one, points=along(one.points)) for one in pen.bands],
    )


def _at(centre: Point, radius: float, turn: float) -> Point:
    return centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)


def _sector(centre: Point, inner: float, outer: float, first: float, last: float) -> tuple[Point, ...]:
    turns = _turns(first, last, max(2, math.ceil((last - first) * _FACETS)))
    inner = max(inner, 0.0)
    return (
        *(_at(centre, outer, turn) for turn in turns),
        *(_at(centre, inner, turn) for turn in reversed(turns)),
    )


def _unknown_sector(pen: _Pen, centre: Point, inner: float, outer: float, first: float, last: float) -> None:
    points = _sector(centre, inner, outer, first, last)
    pen.contours.append(Contour(points=points, thickness=0.0, fill=_HATCH_GROUND))
    number = max(3, round((last - first) * 18))
    for step in range(number):
        start = first + (last - first) * step / number
        stripe = _sector(centre, inner, outer, start, start + 0.4 * (last - first) / number)
        pen.contours.append(Contour(points=stripe, thickness=0.0, fill=_HATCH))
    x, y = centre
    pen.words.append(_sign("?", x, y, 2.4))
