"""What a change would look like: idiograms to click on, the built chromosomes beside those that are seen."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES, Level, bands_of, centromere_fraction
from core.report.arrangement import Place
from core.report.drawing import Contour, Drawing, Line, PlacedPicture, Words
from core.report.idiogram_pieces import length_of
from core.report.idiogram_shapes import EDGE_COLOUR, STAIN_COLOURS, Colour, body_between
from core.report.palette import GROUP_COLOURS, UNKNOWN_COLOUR
from core.whatif.likeness import Agreement, Likeness, laid_together, profile_of
from core.whatif.plan import Break, Plan
from core.whatif.sources import LaidChromosome
from core.whatif.would_be import BuiltChromosome, WouldBe

WIDTH: Final = 118.0
_MARGIN: Final = 3.0
_IDIOGRAM: Final = 54.0
_BAND_WIDE: Final = 6.0
_TALLEST: Final = 50.0
_LARGEST: Final = 0.62
"""Millimetres a row at most: small chromosomes are not blown up until they blur."""
_TITLE: Final = 3.4
_SMALL: Final = 2.6
_IDIOGRAMS: Final = (12.0, 38.0)
"""Middles of the idiograms."""
_QUIET: Final[Colour] = (96, 104, 114)
_SEEN: Final[Colour] = (20, 24, 30)
_MORE: Final[Colour] = (209, 73, 91)
_LESS: Final[Colour] = (47, 127, 209)
_NOISE: Final = 0.6
_FULL: Final = 2.2
"""Difference in standard deviations of the profile from which, and at which, the strip is coloured."""
_LETTER_WIDE: Final = 0.56


@dataclass(frozen=True, slots=True, kw_only=True)
class IdiogramTarget:
    """An idiogram that can be clicked; millimetres of the drawing."""

    chromosome: str
    place: Place

    def fraction_at(self, x: float, y: float) -> float | None:
        """Fraction of the length from pter at a point; None beside it."""
        reach = self.place.width
        if not self.place.left - reach <= x <= self.place.right + reach:
            return None
        if not self.place.top - 1.0 <= y <= self.place.bottom + 1.0:
            return None
        return min(max((y - self.place.top) / self.place.height, 0.0), 0.9999)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfFigure:
    """The drawing, and where its idiograms stand."""

    drawing: Drawing
    targets: tuple[IdiogramTarget, ...]

    def target_at(self, x: float, y: float) -> tuple[IdiogramTarget, float] | None:
        """Idiogram and fraction at a point of the drawing."""
        for target in self.targets:
            fraction = target.fraction_at(x, y)
            if fraction is not None:
                return target, fraction
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What stands right of the idiograms, from `left` on."""

    left: float

    @property
    def built(self) -> float:
        return self.left + 12.0

    @property
    def seen(self) -> float:
        return self.left + 27.0

    @property
    def strip(self) -> tuple[float, float]:
        return self.left + 35.5, self.left + 39.0

    @property
    def plot(self) -> tuple[float, float]:
        return self.left + 42.0, WIDTH - _MARGIN


@dataclass(slots=True)
class _Pen:
    pictures: list[PlacedPicture] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    contours: list[Contour] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def write(self, text: str, x: float, y: float, size: float = _SMALL, **style: object) -> None:
        self.words.append(Words(text=text, x=x, y=y, size=size, **style))  # type: ignore[arg-type]

    def fill(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.contours.append(Contour(points=corners, thickness=0.0, fill=colour))


def draw_what_if(
    plan: Plan,
    level: Level,
    *,
    suspect: LaidChromosome | None = None,
    found: WouldBe | None = None,
    agreement: Agreement | None = None,
    active: int | None = None,
    hovered: Break | None = None,
    title: str = "",
) -> WhatIfFigure:
    """Draw the idiograms with the breaks, and below them what was built beside what is seen.

    Parameters
    ----------
    plan
        What was clicked so far.
    level
        Bands per haploid set: 400, 550 or 850.
    suspect
        Shown alone while nothing is built.
    found
        What was built.
    agreement
        What normal homologs of the case give among themselves.
    active
        Number of the break that the keys move; marked.
    hovered
        Band under the mouse; named.
    title
        First line, for exports.
    """
    pen = _Pen()
    y = _MARGIN
    if title:
        y += _TITLE
        pen.write(title, _MARGIN, y, _TITLE, bold=True)
        y += 2.0
    names = [plan.chromosome] if plan.chromosome in CLASSES else []
    if plan.has_partner and plan.partner in CLASSES and plan.partner != plan.chromosome:
        names.append(str(plan.partner))
    colours = _colours(names)
    targets = _idiograms(pen, plan, level, names, colours, active, hovered, y)
    columns = _Columns(left=58.0 if len(names) > 1 else 32.0)
    top = y
    rows = [_longest(one) for one in found.built] if found else [suspect.strip.rows if suspect else 1]
    scale = min(_LARGEST, _TALLEST / max(*rows, 1))
    for one in found.built if found else ():
        y = _built(pen, one, scale, colours, y, columns)
    if found is None and suspect is not None:
        y = _alone(pen, suspect, scale, y, columns)
    y = max(y, *(target.place.bottom + 3.0 for target in targets), top)
    for text in sentences(found, agreement) if found else ():
        for line in textwrap.wrap(text, int((WIDTH - 2 * _MARGIN) / (_SMALL * _LETTER_WIDE))):
            y += _SMALL + 1.0
            pen.write(line, _MARGIN, y, colour=_QUIET)
    drawing = Drawing(
        width=WIDTH, height=y + _MARGIN, pictures=tuple(pen.pictures), lines=tuple(pen.lines),
        contours=tuple(pen.contours), words=tuple(pen.words),
    )  # fmt: skip
    return WhatIfFigure(drawing=drawing, targets=targets)


def score_words(found: WouldBe, agreement: Agreement | None) -> str:
    """The score and what it is to be held against, in one sentence."""
    if found.score is None:
        return "There is nothing in this cell to hold it against."
    words = f"{found.built[0].label}: {found.score:.2f}"
    if agreement is None:
        return f"{words}; too few normal pairs in these cells to say what is usual."
    usual = f"{agreement.low:.2f}–{agreement.high:.2f}"
    return f"{words}; normal homologs of this case agree with each other {usual}."


def sentences(found: WouldBe, agreement: Agreement | None) -> tuple[str, ...]:
    """What stands below the figure."""
    told = [score_words(found, agreement)]
    for one in found.built:
        if one.unchanged is not None:
            told.append(
                f"The unchanged {one.carrier} against what is taken for {one.label}: {one.unchanged:.2f}."
            )
    if agreement is not None:
        told.append(f"Normal agreement: middle 80 % of {agreement.pairs} pairs.")
    origins = [f"{name} ({_place_name(one)} of cell {one.label})" for name, one in found.sources.items()]
    told.append(f"Built from {', '.join(origins)}. Straightened and joined: no captured picture.")
    return tuple(told)


def _place_name(one: LaidChromosome) -> str:
    number = one.chromosome.homolog or 1
    return f"homolog {chr(ord('a') + number - 1)}" if number <= 26 else f"homolog {number}"


def _colours(names: Sequence[str]) -> dict[str, Colour]:
    palette = (GROUP_COLOURS["A"], GROUP_COLOURS["E"])
    return dict(zip(names, palette, strict=False))


def _idiograms(
    pen: _Pen,
    plan: Plan,
    level: Level,
    names: Sequence[str],
    colours: dict[str, Colour],
    active: int | None,
    hovered: Break | None,
    top: float,
) -> tuple[IdiogramTarget, ...]:
    """One or two idiograms on one scale, each with its breaks and the names of its arms."""
    if not names:
        return ()
    longest = max(length_of(name) for name in names)
    found = []
    for number, name in enumerate(names):
        left = _IDIOGRAMS[number] - _BAND_WIDE / 2
        pen.write(name, left + _BAND_WIDE / 2, top + _TITLE, _TITLE + 0.4, anchor="middle", bold=True,
                  colour=colours[name])  # fmt: skip
        height = _IDIOGRAM * length_of(name) / longest
        place = Place(left=left, top=top + _TITLE + 2.0, width=_BAND_WIDE, height=height)
        waist = (place.top + centromere_fraction(name, level) * height,)
        for band in bands_of(name, level):
            points = body_between(
                place, waist, place.top + band.start * height, place.top + band.end * height
            )
            pen.contours.append(Contour(points=points, thickness=0.0, fill=STAIN_COLOURS[band.stain]))
        outline = body_between(place, waist, place.top, place.bottom)
        pen.contours.append(Contour(points=outline, thickness=0.2, colour=EDGE_COLOUR))
        _breaks(pen, plan, place, name, active, hovered)
        found.append(IdiogramTarget(chromosome=name, place=place))
    return tuple(found)


def _breaks(
    pen: _Pen, plan: Plan, place: Place, name: str, active: int | None, hovered: Break | None
) -> None:
    marks = [(one, number == active) for number, one in enumerate(plan.breaks) if one.chromosome == name]
    taken: list[float] = []
    for one, is_active in sorted(marks, key=lambda mark: mark[0].fraction):
        y = place.top + one.fraction * place.height
        at = max(y, taken[-1] + _SMALL + 0.6) if taken else y
        taken.append(at)
        left, right = place.left - 1.4, place.right + 1.4
        pen.contours.append(Contour(points=((left, y), (right, y)), thickness=0.5, colour=UNKNOWN_COLOUR))
        pen.lines.append(Line(x1=right, y1=y, x2=right + 1.6, y2=at, thickness=0.25, colour=UNKNOWN_COLOUR))
        pen.write(f"{one.band}{'  ◂' if is_active else ''}", right + 2.1, at + 0.36 * _SMALL, _SMALL + 0.3,
                  bold=is_active, colour=UNKNOWN_COLOUR)  # fmt: skip
    if hovered is not None and hovered.chromosome == name and hovered not in plan.breaks:
        y = place.top + hovered.fraction * place.height
        pen.write(hovered.band, place.left - 1.8, y + 0.36 * _SMALL, anchor="end", colour=_QUIET)
        pen.contours.append(
            Contour(points=((place.left - 1.2, y), (place.right + 1.2, y)), thickness=0.3, colour=_QUIET)
        )


def _longest(one: BuiltChromosome) -> int:
    return max(one.derivative.rows, one.seen.strip.rows if one.seen else 0)


def _built(
    pen: _Pen,
    one: BuiltChromosome,
    scale: float,
    colours: dict[str, Colour],
    top: float,
    columns: _Columns,
) -> float:
    """One built chromosome beside the seen one, the difference and the profiles; returns the foot."""
    y = top + _TITLE + 0.4
    score = f"   {one.likeness.score:.2f}" if one.likeness else ""
    pen.write(f"{one.label}{score}", columns.left + 2.0, y, _TITLE + 0.4, bold=True)
    y += 1.8 + _SMALL
    pen.write("built", columns.built, y, anchor="middle", colour=UNKNOWN_COLOUR)
    if one.seen is not None:
        pen.write("seen", columns.seen, y, anchor="middle")
        pen.write("difference", columns.plot[0], y, colour=_QUIET)
    y += 1.6
    derivative = one.derivative
    offset = 0.0
    if one.likeness is not None:
        offset = one.likeness.offset + 0.5 * (one.likeness.stretch - 1.0) * derivative.rows
    above = max(0.0, -offset) * scale
    built_top, seen_top = y + above + offset * scale, y + above
    _picture(pen, derivative.stain, derivative.mask, columns.built, built_top, scale)
    _origins(pen, one, built_top, scale, colours, columns.built)
    foot = built_top + derivative.rows * scale
    if one.seen is not None and one.likeness is not None:
        strip = one.seen.strip
        _picture(pen, strip.stain, strip.mask, columns.seen, seen_top, scale)
        if one.seen.centromere is not None:
            _centromere(pen, columns.seen, seen_top + one.seen.centromere * scale)
        _profiles(pen, one, one.likeness, seen_top, scale, columns)
        foot = max(foot, seen_top + strip.rows * scale)
    return foot + 4.0


def _alone(pen: _Pen, suspect: LaidChromosome, scale: float, top: float, columns: _Columns) -> float:
    y = top + _TITLE + 2.2 + _SMALL
    pen.write("seen", columns.seen, y, anchor="middle")
    y += 1.6
    _picture(pen, suspect.strip.stain, suspect.strip.mask, columns.seen, y, scale)
    return y + suspect.strip.rows * scale + 4.0


def _picture(
    pen: _Pen,
    stain: NDArray[np.float32],
    mask: NDArray[np.float32],
    middle: float,
    top: float,
    scale: float,
) -> None:
    rows, columns = stain.shape
    grey = np.clip(255.0 * (1.0 - stain) + 0.5, 0, 255).astype(np.uint8)
    alpha = np.clip(255.0 * mask + 0.5, 0, 255).astype(np.uint8)
    pen.pictures.append(
        PlacedPicture(
            image=grey, alpha=alpha, x=middle - columns * scale / 2, y=top, width=columns * scale,
            height=rows * scale,
        )
    )  # fmt: skip


def _origins(
    pen: _Pen,
    one: BuiltChromosome,
    top: float,
    scale: float,
    colours: dict[str, Colour],
    middle: float,
) -> None:
    """Bars left of the built chromosome that tell where each piece is from, and its centromeres."""
    derivative = one.derivative
    right = middle - 6.6
    for number, segment in enumerate(derivative.segments):
        rows = np.flatnonzero(derivative.piece == number)
        if not len(rows):
            continue
        first, last = top + float(rows[0]) * scale, top + float(rows[-1] + 1) * scale
        colour = colours.get(segment.chromosome, UNKNOWN_COLOUR)
        pen.fill(right - 0.8, first + 0.15, right, last - 0.15, colour)
        text = "?" if segment.is_unknown else segment.chromosome
        pen.write(text, right - 1.4, (first + last) / 2 + 0.36 * _SMALL, anchor="end", colour=colour)
        if segment.is_reversed and last - first > 3.0:
            tip = (first + last) / 2 - 2.8
            pen.contours.append(
                Contour(points=((right - 2.2, tip), (right - 3.0, tip + 1.2), (right - 1.4, tip + 1.2)),
                        thickness=0.0, fill=colour)
            )  # fmt: skip
        if segment.has_centromere:
            away = np.abs(derivative.fraction[rows] - centromere_fraction(segment.chromosome, 850))
            _centromere(pen, middle, top + (float(rows[int(np.argmin(away))]) + 0.5) * scale)
    for joint in derivative.joints:
        y = top + joint * scale
        for x1, x2 in ((-6.2, -4.2), (4.2, 6.2)):
            pen.lines.append(
                Line(x1=middle + x1, y1=y, x2=middle + x2, y2=y, thickness=0.3,
                     colour=UNKNOWN_COLOUR)
            )  # fmt: skip


def _centromere(pen: _Pen, middle: float, y: float) -> None:
    """Two small triangles that point at the centromere."""
    for side in (-1.0, 1.0):
        x = middle + side * 5.2
        pen.contours.append(
            Contour(points=((x, y), (x + side * 1.3, y - 0.75), (x + side * 1.3, y + 0.75)), thickness=0.0,
                    fill=STAIN_COLOURS["acen"])
        )  # fmt: skip


def _profiles(
    pen: _Pen, one: BuiltChromosome, likeness: Likeness, top: float, scale: float, columns: _Columns
) -> None:
    """Difference strip and both profiles on the axis of the seen chromosome."""
    assert one.seen is not None
    seen, built, start = laid_together(
        profile_of(one.seen.strip.stain, one.seen.strip.mask),
        profile_of(one.derivative.stain, one.derivative.mask),
        likeness,
    )
    built = _like(built, seen)
    both = np.isfinite(seen) & np.isfinite(built)
    spread = max(float(np.nanstd(seen[both])) if both.any() else 0.0, 1e-6)
    difference = (np.nan_to_num(seen) - np.nan_to_num(built)) / spread
    for row, value in enumerate(difference):
        strength = min(max((abs(float(value)) - _NOISE) / (_FULL - _NOISE), 0.0), 1.0)
        if strength <= 0:
            continue
        colour = _MORE if value > 0 else _LESS
        red, green, blue = (round(255 + (part - 255) * (0.25 + 0.75 * strength)) for part in colour)
        y = top + (row - start) * scale
        pen.fill(columns.strip[0], y, columns.strip[1], y + scale, (red, green, blue))
    first, last = top - start * scale, top + (len(seen) - start) * scale
    near, far = columns.strip
    frame = ((near, first), (far, first), (far, last), (near, last))
    pen.contours.append(Contour(points=frame, thickness=0.12, colour=_QUIET))
    left, wide = columns.plot[0], columns.plot[1] - columns.plot[0]
    top_value = max(float(np.nanmax(seen)), float(np.nanmax(built)), 1e-6)
    pen.lines.append(Line(x1=left, y1=first, x2=left, y2=last, thickness=0.12, colour=_QUIET))
    for values, colour, thick in ((built, UNKNOWN_COLOUR, 0.4), (seen, _SEEN, 0.4)):
        for row in range(len(values) - 1):
            if np.isfinite(values[row]) and np.isfinite(values[row + 1]):
                x1, x2 = (left + wide * float(values[at]) / top_value for at in (row, row + 1))
                y1, y2 = (top + (at + 0.5 - start) * scale for at in (row, row + 1))
                pen.lines.append(Line(x1=x1, y1=y1, x2=x2, y2=y2, thickness=thick, colour=colour))


def _like(values: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring a profile to mean and contrast of another one where both are."""
    both = np.isfinite(values) & np.isfinite(other)
    if both.sum() < 4:
        return values
    spread = max(float(values[both].std()), 1e-6)
    scaled = (values - values[both].mean()) / spread * other[both].std() + other[both].mean()
    return np.asarray(np.maximum(scaled, 0.0), dtype=np.float64)
