"""The picture of a karyotype: all its chromosomes as idiograms, derivatives with their pieces in order."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN, Level
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.outline import Outline, Point
from core.domain.template import ISCN_ROWS, KaryogramTemplate
from core.iscn.pictured import Kind, PicturedChromosome, PicturedLine, pictured_lines
from core.iscn.tree import Karyotype
from core.report.arrangement import Arrangement, Body, PlacedSlot, RowPlan, SlotPlan, arrange
from core.report.drawing import Contour, Drawing, Line, Words
from core.report.idiogram_chromosome import IdiogramBody, ShownBand, idiogram_body
from core.report.idiogram_shapes import Colour
from core.report.karyogram_figure import MEASURES, WIDTH
from core.report.palette import GROUP_COLOURS, UNKNOWN_COLOUR

_MARGIN: Final = 4.0
_LARGEST: Final = 1.0
_TITLE: Final = 3.4
_NOTE: Final = 2.7
_LETTER_WIDE: Final = 0.62
_LEGEND: Final = 2.8
_CAPTION: Final = 2.2
_BETWEEN: Final = 5.0
_QUIET: Final = (90, 98, 108)
_DARKER: Final = (1.0, 0.62, 0.36)
_TRAY: Final = {
    Kind.MARKER: "mar", Kind.RING: "r", Kind.FRAGMENT: "ace", Kind.DOUBLE_MINUTE: "dmin", Kind.UNSOLVED: "?",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _IdiogramSlot(SlotPlan):
    """A slot whose chromosomes are called what the karyotype calls them."""

    names: tuple[tuple[ChromosomeId, str], ...] = ()

    @property
    def captions(self) -> dict[ChromosomeId, tuple[str, ...]]:
        """Short designation below each changed chromosome."""
        return {one: (name,) if name and name != self.name else () for one, name in self.names}

    @property
    def shared(self) -> tuple[str, ...]:
        """Nothing is said for a whole slot."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    level: Level
    template: KaryogramTemplate
    width: float
    changed_only: bool

    def letters(self, size: float) -> int:
        """How many letters of a size fit into a line."""
        return max(12, int((self.width - 2 * _MARGIN) / (size * _LETTER_WIDE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChromosome:
    """A chromosome in the picture: what it is, its room in millimetres, and its bands for pointing at."""

    chromosome: PicturedChromosome
    left: float
    top: float
    right: float
    bottom: float
    bands: tuple[ShownBand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KaryotypePicture:
    """The drawing of one cell line, or of all of them one below the other."""

    drawing: Drawing
    shown: tuple[ShownChromosome, ...]
    notes: tuple[str, ...]

    def chromosome_at(self, x: float, y: float) -> ShownChromosome | None:
        """The chromosome at a point of the drawing."""
        for one in self.shown:
            if one.left <= x <= one.right and one.top <= y <= one.bottom:
                return one
        return None


def draw_karyotype(
    karyotype: Karyotype,
    level: Level = 550,
    *,
    template: KaryogramTemplate = ISCN_ROWS,
    width: float = WIDTH,
    changed_only: bool = False,
) -> tuple[KaryotypePicture, ...]:
    """Draw every cell line of a karyotype.

    Parameters
    ----------
    karyotype
        Tree, from `core.iscn.parser.parse`.
    level
        Bands per haploid set: 400, 550 or 850.
    template
        Rows of the karyogram.
    width
        Width of the drawing in millimetres.
    changed_only
        Leave out the pairs of which nothing is changed, gained or lost; for narrow places.

    Returns
    -------
    tuple of KaryotypePicture
        One for each cell line, in the order of writing.

    Raises
    ------
    ValueError
        When the string holds no karyotype (results of other techniques only).
    """
    if not karyotype.lines:
        raise ValueError("expected a karyotype such as 46,XX, got results of other techniques only")
    lines = pictured_lines(karyotype)
    colours = colours_of(lines)
    style = _Style(level=level, template=template, width=width, changed_only=changed_only)
    return tuple(_draw_line(line, colours, style) for line in lines)


def stacked(pictures: Sequence[KaryotypePicture]) -> KaryotypePicture:
    """Put the pictures of several cell lines one below the other."""
    if len(pictures) == 1:
        return pictures[0]
    height = 0.0
    lines: list[Line] = []
    contours: list[Contour] = []
    words: list[Words] = []
    shown: list[ShownChromosome] = []
    for number, picture in enumerate(pictures):
        if number:
            y = height + _BETWEEN / 2
            right = pictures[0].drawing.width - _MARGIN
            lines.append(Line(x1=_MARGIN, y1=y, x2=right, y2=y, thickness=0.2, colour=_QUIET))
            height += _BETWEEN
        drawing = picture.drawing
        lines += [_line(one, 0.0, height, 1.0) for one in drawing.lines]
        contours += [_contour(one, 0.0, height, 1.0) for one in drawing.contours]
        words += [_words(one, 0.0, height, 1.0) for one in drawing.words]
        shown += [_shown_at(one, height) for one in picture.shown]
        height += drawing.height
    return KaryotypePicture(
        drawing=Drawing(
            width=pictures[0].drawing.width, height=height, lines=tuple(lines), contours=tuple(contours),
            words=tuple(words),
        ),
        shown=tuple(shown),
        notes=tuple(note for picture in pictures for note in picture.notes),
    )  # fmt: skip


def colours_of(lines: Sequence[PicturedLine]) -> dict[str, Colour]:
    """Colour of every chromosome that takes part in a change, so that few colours lie far apart."""
    taking_part = {
        segment.chromosome
        for line in lines
        for one in line.chromosomes
        if one.kind is not Kind.NORMAL
        for segment in one.segments
        if not segment.is_unknown
    }
    palette = tuple(GROUP_COLOURS.values())
    found = {}
    for number, name in enumerate(sorted(taking_part, key=CLASSES.index)):
        share = _DARKER[min(number // len(palette), len(_DARKER) - 1)]
        red, green, blue = palette[number % len(palette)]
        found[name] = (round(red * share), round(green * share), round(blue * share))
    return found


def _draw_line(line: PicturedLine, colours: Mapping[str, Colour], style: _Style) -> KaryotypePicture:
    bodies: dict[ChromosomeId, IdiogramBody] = {}
    members: dict[str, list[tuple[Chromosome, PicturedChromosome]]] = {}
    for number, one in enumerate(line.chromosomes):
        body = idiogram_body(one, style.level, colours, least=len(one.short_label) * _CAPTION * 0.68)
        member = _member(ChromosomeId(str(number)), one, body)
        bodies[member.id] = body
        slot = one.carrier if one.carrier in CLASSES else _TRAY[one.kind]
        members.setdefault(slot, []).append((member, one))
    words: list[Words] = []
    y = _MARGIN
    for text in _title(line.text, style.letters(_TITLE * 1.06)):
        y += _TITLE
        words.append(Words(text=text, x=_MARGIN, y=y, size=_TITLE, bold=True))
        y += 0.8
    contours = _legend(line, colours, words, y + 1.2, style.width)
    y += _LEGEND + 3.0 if contours else 1.5
    placed = arrange(
        _plans(members, bodies, style),
        {
            one: Body(width=body.width, height=body.height, centromere=body.centromere)
            for one, body in bodies.items()
        },
        MEASURES,
        width=style.width,
        top=y,
        largest=_LARGEST,
    )
    lines: list[Line] = []
    shown: list[ShownChromosome] = []
    for placed_slot in placed.slots:
        _draw_slot(placed_slot, placed, bodies, lines, words)
        for member in placed_slot.plan.members:
            stand, body = placed.bodies[member.id], bodies[member.id]
            x, top, scale = stand.x, stand.y, stand.scale
            lines += [_line(one, x, top, scale) for one in body.lines]
            contours += [_contour(one, x, top, scale) for one in body.contours]
            words += [_words(one, x, top, scale) for one in body.words]
            shown.append(
                ShownChromosome(
                    chromosome=line.chromosomes[int(member.id)],
                    left=x, top=top, right=x + body.width * scale, bottom=top + body.height * scale,
                    bands=tuple(
                        ShownBand(name=band.name, points=_points(band.points, x, top, scale))
                        for band in body.bands
                    ),
                )
            )  # fmt: skip
    y = _write_notes(line, style, placed, words)
    return KaryotypePicture(
        drawing=Drawing(
            width=style.width,
            height=y + _MARGIN,
            lines=tuple(lines),
            contours=tuple(contours),
            words=tuple(words),
        ),
        shown=tuple(shown),
        notes=line.notes,
    )


def _title(text: str, letters: int) -> list[str]:
    """The karyotype in lines that end behind a comma where they can."""
    found = [""]
    for part in re.findall(r"[^,]*,?", text):
        if found[-1] and len(found[-1]) + len(part) > letters:
            found.append("")
        found[-1] += part
    return [short for long in found for short in textwrap.wrap(long, letters) or [""]]


def _member(name: ChromosomeId, one: PicturedChromosome, body: IdiogramBody) -> Chromosome:
    corners = ((0.0, 0.0), (body.width, 0.0), (body.width, body.height), (0.0, body.height))
    return Chromosome(
        id=name,
        outline=Outline(points=corners),
        chromosome_class=one.carrier if one.carrier in CLASSES else UNKNOWN,
    )


def _plans(
    members: Mapping[str, list[tuple[Chromosome, PicturedChromosome]]],
    bodies: Mapping[ChromosomeId, IdiogramBody],
    style: _Style,
) -> tuple[RowPlan, ...]:
    def slot(name: str, label: str) -> _IdiogramSlot:
        those = members.get(name, [])
        return _IdiogramSlot(
            name=name,
            label=label,
            members=tuple(member for member, _ in those),
            names=tuple((member.id, one.short_label) for member, one in those),
        )

    tray = tuple(slot(name, name) for name in dict.fromkeys(_TRAY.values()) if name in members)
    rows = [
        [[slot(name, style.template.label_of(name)) for name in group] for group in row]
        for row in style.template.rows
    ]
    if style.changed_only:
        usual = _usual_number(members)
        kept = [
            one
            for row in rows
            for group in row
            for one in group
            if any(name for _, name in one.names) or len(one.members) != usual.get(one.name, len(one.members))
        ]
        return _filled((*kept, *tray), bodies, style)
    plans = [RowPlan(groups=tuple(tuple(group) for group in row)) for row in rows]
    return (*plans, RowPlan(groups=tuple((one,) for one in tray))) if tray else tuple(plans)


def _usual_number(members: Mapping[str, list[tuple[Chromosome, PicturedChromosome]]]) -> dict[str, int]:
    """Number of homologs that most autosomes have; sex chromosomes are usual as XX and XY."""
    numbers = [len(members.get(name, [])) for name in AUTOSOMES]
    usual = max(set(numbers), key=numbers.count)
    found = dict.fromkeys(AUTOSOMES, usual)
    sex = len(members.get("X", [])), len(members.get("Y", []))
    return found if sex in ((2, 0), (1, 1)) else {**found, "X": -1, "Y": -1 if sex[1] else 0}


def _filled(
    slots: Sequence[_IdiogramSlot], bodies: Mapping[ChromosomeId, IdiogramBody], style: _Style
) -> tuple[RowPlan, ...]:
    """As many slots in a row as it holds."""
    rows: list[list[_IdiogramSlot]] = [[]]
    room = style.width - 2 * _MARGIN
    used = 0.0
    for one in slots:
        wide = sum(bodies[member.id].width + MEASURES.pair for member in one.members)
        wide = max(wide, MEASURES.least_slot) + MEASURES.slot[0]
        if rows[-1] and used + wide > room:
            rows.append([])
            used = 0.0
        rows[-1].append(one)
        used += wide
    return tuple(RowPlan(groups=(tuple(row),)) for row in rows if row)


def _legend(
    line: PicturedLine, colours: Mapping[str, Colour], words: list[Words], top: float, width: float
) -> list[Contour]:
    """Squares in the colours of the chromosomes that take part, and what hatching means."""
    shown = {segment.chromosome for one in line.chromosomes for segment in one.segments}
    unknown = any(segment.is_unknown for one in line.chromosomes for segment in one.segments)
    entries = [(f"chromosome {name}", colour) for name, colour in colours.items() if name in shown]
    if len(entries) > 4 or width < WIDTH:
        entries = [(text.removeprefix("chromosome "), colour) for text, colour in entries]
    if unknown:
        entries.append(("hatched: of unknown origin", UNKNOWN_COLOUR))
    contours = []
    x = _MARGIN
    for text, (red, green, blue) in entries:
        wide = 7.0 + 0.62 * _LEGEND * len(text)
        if x + wide - 3.5 > width - _MARGIN:
            break
        square = ((x, top), (x + 2.6, top), (x + 2.6, top + 2.6), (x, top + 2.6))
        contours.append(Contour(points=square, thickness=0.0, fill=(red, green, blue)))
        words.append(Words(text=text, x=x + 3.5, y=top + 2.3, size=_LEGEND))
        x += wide
    return contours


def _draw_slot(
    slot: PlacedSlot,
    placed: Arrangement,
    bodies: Mapping[ChromosomeId, IdiogramBody],
    lines: list[Line],
    words: list[Words],
) -> None:
    y = slot.line.top + 1.6
    lines.append(Line(x1=slot.line.left, y1=y, x2=slot.line.right, y2=y))
    middle = slot.line.left + slot.line.width / 2
    words.append(Words(text=slot.plan.label, x=middle, y=y + 4.2, size=3.6, anchor="middle"))
    size = _CAPTION * placed.letters
    for member, captions in slot.plan.captions.items():
        stand, body = placed.bodies[member], bodies[member]
        for number, text in enumerate(captions):
            x = stand.x + body.middle * stand.scale
            below = slot.line.top - (len(captions) - number) * MEASURES.caption + _CAPTION + 0.3
            words.append(Words(text=text, x=x, y=below, size=size, anchor="middle", bold=True))


def _write_notes(line: PicturedLine, style: _Style, placed: Arrangement, words: list[Words]) -> float:
    told = [f"Idiograms: {style.level} bands (ISCN). Drawn from the karyotype; no picture of a cell."]
    if style.changed_only:
        told.append("Pairs without a change are left out." if placed.slots else "Nothing is changed.")
    told += [f"{_capital(note)}." for note in line.notes]
    y = placed.bottom + 3.5
    for note in told:
        for text in textwrap.wrap(note, style.letters(_NOTE)):
            y += _NOTE
            words.append(Words(text=text, x=_MARGIN, y=y, size=_NOTE, colour=_QUIET))
            y += 1.0
    return y


def _capital(note: str) -> str:
    """A sentence begins with a capital letter, a designation does not."""
    return note[:1].upper() + note[1:] if note.split(" ", 1)[0].isalpha() else note


def _points(points: tuple[Point, ...], x: float, y: float, scale: float) -> tuple[Point, ...]:
    return tuple((x + px * scale, y + py * scale) for px, py in points)


def _line(one: Line, x: float, y: float, scale: float) -> Line:
    (x1, y1), (x2, y2) = _points(((one.x1, one.y1), (one.x2, one.y2)), x, y, scale)
    return replace(one, x1=x1, y1=y1, x2=x2, y2=y2, thickness=one.thickness * scale)


def _contour(one: Contour, x: float, y: float, scale: float) -> Contour:
    return replace(one, points=_points(one.points, x, y, scale), thickness=one.thickness * scale)


def _words(one: Words, x: float, y: float, scale: float) -> Words:
    return replace(
        one, x=x + one.x * scale, y=y + one.y * scale, size=one.size * scale, halo=one.halo * scale
    )


def _shown_at(one: ShownChromosome, down: float) -> ShownChromosome:
    bands = tuple(
        ShownBand(name=band.name, points=_points(band.points, 0.0, down, 1.0)) for band in one.bands
    )
    return replace(one, top=one.top + down, bottom=one.bottom + down, bands=bands)
