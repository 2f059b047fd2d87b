"""Where everything stands on a karyogram, on the screen and in print alike.

The unit is that of the measures: pixels of a window, millimetres of a page. Labels and gaps keep their
size; all chromosomes share one scale, so that lengths can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.karyogram import MARKER_SLOT, designation_of, marks_of
from core.domain.template import Spacing

_SMALLEST: Final = 0.02
_STEPS: Final = 20
_LABEL_LETTERS: Final = 1.6
"""Width of a letter of a label, in letters of a caption."""

_TIGHTNESS: Final = ((1.0, 1.0), (0.75, 1.0), (0.5, 0.9), (0.3, 0.75), (0.3, 0.5))
"""Factors of gaps and of small words, from the usual layout to the tightest."""
_ENOUGH: Final = 0.72
"""Share of the scale of the tightest layout that makes a looser one good enough."""


class Alignment(StrEnum):
    """What lies on one line in a row."""

    CENTROMERE = "centromere"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Size of an upright chromosome in pixels of the picture; `centromere` from its top."""

    width: float
    height: float
    centromere: float

    def above(self, alignment: Alignment) -> float:
        """Pixels above the line of its row."""
        return self.centromere if alignment is Alignment.CENTROMERE else self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Distances that keep their size.

    `slot`, `group` and `row` are the least and the largest gap; `label` is the height of line and label
    below the chromosomes, `caption` that of one line of small words, `letter` the mean width of one of its
    letters; `least_slot` and `least_row` hold empty ones open.
    """

    margin: float
    pair: float
    slot: tuple[float, float]
    group: tuple[float, float]
    row: tuple[float, float]
    least_slot: float
    least_row: float
    label: float
    caption: float
    letter: float
    group_label: float
    idiogram: float

    def spaced(self, spacing: Spacing) -> Measures:
        """Take the distances of a template."""

        def wider(gap: tuple[float, float], factor: float) -> tuple[float, float]:
            return gap[0] * factor, gap[1] * factor

        return replace(
            self,
            pair=self.pair * spacing.pair,
            slot=wider(self.slot, spacing.slot),
            group=wider(self.group, spacing.group),
            row=wider(self.row, spacing.row),
        )

    def tightened(self, factor: float, words: float) -> Measures:
        """Make gaps and small words smaller where there is little room."""
        if factor == 1.0:
            return self
        least = max(2.6 * self.letter, self.least_slot * factor)
        return replace(
            self,
            pair=self.pair * factor,
            slot=(self.slot[0] * factor, self.slot[1]),
            group=(self.group[0] * factor, self.group[1]),
            least_slot=least,
            letter=self.letter * words,
            idiogram=self.idiogram * (0.5 + 0.5 * factor),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """What is to stand in a slot, left to right; `idiogram` is the class to draw beside it, None for none."""

    name: str
    label: str
    members: tuple[Chromosome, ...] = ()
    idiogram: str | None = None
    labelled: bool = True
    least: float = 0.0

    @property
    def captions(self) -> dict[ChromosomeId, tuple[str, ...]]:
        """Small words below each chromosome; what applies to all of several is said once for the slot."""
        shared = self.shared
        return {
            c.id: tuple(
                word
                for word in (designation_of(c), *marks_of(c))
                if word and word not in (*shared, MARKER_SLOT)
            )
            for c in self.members
        }

    @property
    def shared(self) -> tuple[str, ...]:
        """Small words that go for every chromosome of the slot."""
        if len(self.members) < 2:
            return ()
        return tuple(
            word for word in marks_of(self.members[0]) if all(word in marks_of(c) for c in self.members)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """Groups of slots; a tray begins at the left, and its last slot takes the rest of the width."""

    groups: tuple[tuple[SlotPlan, ...], ...]
    labels: tuple[str, ...] = ()
    tray: bool = False
    least: float | None = None

    @property
    def slots(self) -> tuple[SlotPlan, ...]:
        """All slots of the row."""
        return tuple(slot for group in self.groups for slot in group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """Small words, centred at `x`, between `y` and one line of captions below it."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IdiogramPlace:
    """Where an idiogram stands; `centromere` is a fraction of its height from the top."""

    chromosome: str
    place: Place
    centromere: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedSlot:
    """A slot: `area` is where one may drop, `line` the room of line and label."""

    plan: SlotPlan
    area: Place
    line: Place
    captions: tuple[Caption, ...] = ()
    idiogram: IdiogramPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMark:
    """Label of a group, below its slots from `left` to `right`, in the strip that begins at `y`."""

    label: str
    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBody:
    """Upper left corner and scale of a chromosome."""

    x: float
    y: float
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Everything in its place; slots in the order of reading, `rows` the upper edge of each row.

    `letters` is the size of small words as a share of the usual one.
    """

    width: float
    bottom: float
    scale: float
    letters: float
    slots: tuple[PlacedSlot, ...]
    bodies: Mapping[ChromosomeId, PlacedBody]
    groups: tuple[GroupMark, ...]
    rows: tuple[float, ...]


@dataclass(slots=True, kw_only=True)
class _Slot:
    """A slot with what its width depends on."""

    plan: SlotPlan
    bodies: list[Body]
    words: list[float]
    least: float
    beside: float
    pair: float
    wide: float

    def middles(self, scale: float) -> tuple[list[float], float]:
        """Middles of the chromosomes from the left edge of the slot's contents, and their whole width.

        Words may reach below a neighbour, but not into the words of a neighbour.
        """
        wide = [body.width * scale for body in self.bodies]
        at: list[float] = []
        for number, own in enumerate(wide):
            if not at:
                at.append(own / 2)
                continue
            step = (wide[number - 1] + own) / 2 + self.pair
            if self.words[number - 1] and self.words[number]:
                step = max(step, (self.words[number - 1] + self.words[number]) / 2 + self.pair)
            at.append(at[-1] + step)
        if not at:
            return [], self.beside
        parts = [max(own, word) / 2 for own, word in zip(wide, self.words, strict=True)]
        left = min(x - half for x, half in zip(at, parts, strict=True))
        right = max(x + half for x, half in zip(at, parts, strict=True))
        left = min(left, -self.beside)
        return [x - left for x in at], right - left

    def width(self, scale: float) -> float:
        # Asked hundreds of times while the scale is sought, and hardly any slot has words.
        if any(self.words):
            return max(self.least, self.middles(scale)[1])
        gaps = self.pair * max(len(self.bodies) - 1, 0)
        return max(self.least, self.wide * scale + gaps + self.beside)


@dataclass(slots=True, kw_only=True)
class _Row:
    """A row with what its size depends on."""

    plan: RowPlan
    groups: list[list[_Slot]]
    above: float
    below: float
    lines: int
    measures: Measures
    slots: list[_Slot] = field(default_factory=list)

    def chromosomes(self, scale: float) -> float:
        least = self.measures.least_row if self.plan.least is None else self.plan.least
        # A tray has a border, which keeps its distance.
        border = 2 * self.measures.pair if self.plan.tray and self.above + self.below else 0.0
        return max(least, (self.above + self.below) * scale + border)

    def height(self, scale: float) -> float:
        m = self.measures
        marked = m.group_label if any(self.plan.labels) else 0.0
        return self.chromosomes(scale) + self.lines * m.caption + m.label + marked

    def width(self, scale: float) -> float:
        m = self.measures
        gaps = m.slot[0] * (len(self.slots) - len(self.groups)) + m.group[0] * (len(self.groups) - 1)
        return sum(slot.width(scale) for slot in self.slots) + gaps


def arrange(
    plans: Sequence[RowPlan],
    bodies: Mapping[ChromosomeId, Body],
    measures: Measures,
    *,
    width: float,
    height: float | None = None,
    top: float = 0.0,
    largest: float = 3.0,
    alignment: Alignment = Alignment.CENTROMERE,
) -> Arrangement:
    """Lay rows out.

    Parameters
    ----------
    plans
        Rows from top to bottom; members without a body must have been left out.
    bodies
        Upright chromosomes.
    width
        Space from edge to edge, margins included.
    height
        Space into which all rows are fitted; None for as much as they take at the largest scale.
    top
        Where the first row may begin at the earliest.
    largest
        Largest scale, units a pixel.
    """
    usual = measures.letter
    rows, scale, measures = _fitted(plans, bodies, measures, width, height, largest, alignment)
    least, most = measures.row
    used = sum(row.height(scale) for row in rows)
    gap, y = least, top
    if height is not None:
        spare = height - 2 * measures.margin - used - least * (len(rows) - 1)
        gap = min(most, least + max(0.0, spare) / max(len(rows) - 1, 1))
        y = max(measures.margin, (height - used - gap * (len(rows) - 1)) / 3)
    slots: list[PlacedSlot] = []
    stands: dict[ChromosomeId, PlacedBody] = {}
    groups: list[GroupMark] = []
    tops = []
    for row in rows:
        tops.append(y)
        (_put_tray if row.plan.tray else _put_row)(row, scale, width, y, alignment, slots, stands, groups)
        y += row.height(scale) + gap
    return Arrangement(
        width=width,
        bottom=y - gap if rows else top,
        scale=scale,
        letters=measures.letter / usual,
        slots=tuple(slots),
        bodies=stands,
        groups=tuple(groups),
        rows=tuple(tops),
    )


def _fitted(
    plans: Sequence[RowPlan],
    bodies: Mapping[ChromosomeId, Body],
    measures: Measures,
    width: float,
    height: float | None,
    largest: float,
    alignment: Alignment,
) -> tuple[list[_Row], float, Measures]:
    """Find the scale; where gaps would leave the chromosomes little room, the gaps become smaller."""

    def tried(gaps: float, words: float) -> tuple[list[_Row], float, Measures]:
        tight = measures.tightened(gaps, words)
        rows = [_row(plan, bodies, tight, alignment) for plan in plans]
        return rows, _scale(rows, tight, width, height, largest), tight

    tightest = tried(*_TIGHTNESS[-1])
    enough = _ENOUGH * tightest[1]
    for gaps, words in _TIGHTNESS[:-1]:
        found = tried(gaps, words)
        if found[1] >= enough:
            return found
    return tightest


def _row(
    plan: RowPlan, bodies: Mapping[ChromosomeId, Body], measures: Measures, alignment: Alignment
) -> _Row:
    groups = [[_slot(slot, bodies, measures) for slot in group] for group in plan.groups]
    inside = [body for group in groups for slot in group for body in slot.bodies]
    above = max((body.above(alignment) for body in inside), default=0.0)
    below = max((body.height - body.above(alignment) for body in inside), default=0.0)
    lines = 0
    for slot in plan.slots:
        own = max((len(words) for words in slot.captions.values()), default=0)
        lines = max(lines, own + len(slot.shared))
    return _Row(
        plan=plan,
        groups=groups,
        above=above,
        below=below,
        lines=lines,
        measures=measures,
        slots=[slot for group in groups for slot in group],
    )


def _slot(plan: SlotPlan, bodies: Mapping[ChromosomeId, Body], measures: Measures) -> _Slot:
    captions = plan.captions
    letter = measures.letter

    def width_of(words: Sequence[str]) -> float:
        return max((len(word) * letter for word in words), default=0.0)

    wanted = [measures.least_slot, plan.least, width_of(plan.shared), len(plan.label) * letter]
    if len(plan.label) > 2:
        wanted.append(len(plan.label) * letter * _LABEL_LETTERS)
    beside = measures.idiogram + measures.pair * 1.5 if plan.idiogram and plan.members else 0.0
    return _Slot(
        plan=plan,
        bodies=[bodies[c.id] for c in plan.members],
        words=[width_of(captions[c.id]) for c in plan.members],
        least=max(wanted),
        beside=beside,
        pair=measures.pair,
        wide=sum(bodies[c.id].width for c in plan.members),
    )


def _scale(
    rows: Sequence[_Row], measures: Measures, width: float, height: float | None, largest: float
) -> float:
    """Largest scale at which every row fits the width and all rows fit the height."""

    def fits(scale: float) -> bool:
        if any(row.width(scale) > width - 2 * measures.margin for row in rows):
            return False
        if height is None:
            return True
        tall = sum(row.height(scale) for row in rows) + measures.row[0] * (len(rows) - 1)
        return tall <= height - 2 * measures.margin

    low, high = _SMALLEST * largest, largest
    if fits(high):
        return high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _put_row(
    row: _Row,
    scale: float,
    width: float,
    top: float,
    alignment: Alignment,
    slots: list[PlacedSlot],
    stands: dict[ChromosomeId, PlacedBody],
    marks: list[GroupMark],
) -> None:
    """Spread a row over the width: groups move apart first, then slots."""
    m = row.measures
    between_slots = len(row.slots) - len(row.groups)
    between_groups = len(row.groups) - 1
    spare = max(0.0, width - 2 * m.margin - row.width(scale))
    group_gap, slot_gap = m.group[0], m.slot[0]
    shares = between_slots + 3 * between_groups
    if shares:
        slot_gap = min(m.slot[1], slot_gap + spare / shares)
        left = spare - (slot_gap - m.slot[0]) * between_slots
        if between_groups:
            group_gap = min(m.group[1], group_gap + left / between_groups)
    used = sum(slot.width(scale) for slot in row.slots)
    used += slot_gap * between_slots + group_gap * between_groups
    x = max(m.margin, (width - used) / 2)
    bottom = top + row.height(scale)
    reach_out = min(group_gap / 2, 3 * m.slot[0])
    for number, group in enumerate(row.groups):
        begin = x
        for place, slot in enumerate(group):
            wide = slot.width(scale)
            left = reach_out if place == 0 else slot_gap / 2
            right = reach_out if place == len(group) - 1 else slot_gap / 2
            area = Place(left=x - left, top=top, width=wide + left + right, height=bottom - top)
            slots.append(_put_slot(row, slot, scale, x, wide, top, area, alignment, stands))
            x += wide + slot_gap
        if number < len(row.plan.labels) and row.plan.labels[number]:
            marks.append(
                GroupMark(
                    label=row.plan.labels[number], left=begin, right=x - slot_gap, y=bottom - m.group_label
                )
            )
        x += group_gap - slot_gap


def _put_tray(
    row: _Row,
    scale: float,
    width: float,
    top: float,
    alignment: Alignment,
    slots: list[PlacedSlot],
    stands: dict[ChromosomeId, PlacedBody],
    marks: list[GroupMark],
) -> None:
    """Begin at the left; the last slot takes what is left of the width."""
    m = row.measures
    x = m.margin
    for slot in row.slots:
        wide = max(width - m.margin - x, slot.least) if slot is row.slots[-1] else slot.width(scale)
        area = Place(left=x, top=top, width=wide, height=row.height(scale))
        slots.append(_put_slot(row, slot, scale, x, wide, top, area, alignment, stands))
        x += wide + m.slot[0]


def _put_slot(
    row: _Row,
    slot: _Slot,
    scale: float,
    x: float,
    wide: float,
    top: float,
    area: Place,
    alignment: Alignment,
    stands: dict[ChromosomeId, PlacedBody],
) -> PlacedSlot:
    m, plan = row.measures, slot.plan
    tall = (row.above + row.below) * scale
    line = top + row.above * scale + (row.chromosomes(scale) - tall) / 2
    under = top + row.chromosomes(scale)
    middles, inner = slot.middles(scale)
    begin = x + (wide - inner) / 2
    idiogram = None
    if slot.beside:
        left = begin + middles[0] - slot.bodies[0].width * scale / 2 - slot.beside
        idiogram = _idiogram(slot, scale, left, line, alignment, m.idiogram)
    captions = []
    own = plan.captions
    for chromosome, body, middle in zip(plan.members, slot.bodies, middles, strict=True):
        dx, dy = chromosome.nudged
        stands[chromosome.id] = PlacedBody(
            x=begin + middle - body.width * scale / 2 + dx * scale,
            y=line - body.above(alignment) * scale + dy * scale,
            scale=scale,
        )
        for number, word in enumerate(own[chromosome.id]):
            captions.append(Caption(text=word, x=begin + middle, y=under + number * m.caption))
    deep = max((len(words) for words in own.values()), default=0)
    for number, word in enumerate(plan.shared):
        captions.append(Caption(text=word, x=x + wide / 2, y=under + (deep + number) * m.caption))
    marked = m.group_label if any(row.plan.labels) else 0.0
    return PlacedSlot(
        plan=plan,
        area=area,
        line=Place(left=x, top=top + row.height(scale) - marked - m.label, width=wide, height=m.label),
        captions=tuple(captions),
        idiogram=idiogram,
    )


def _idiogram(
    slot: _Slot, scale: float, x: float, line: float, alignment: Alignment, wide: float
) -> IdiogramPlace:
    """As long as the homologs are on the average, the centromere where theirs are."""
    number = len(slot.bodies)
    long = sum(body.height for body in slot.bodies) / number
    waist = sum(body.centromere / body.height for body in slot.bodies) / number
    mean = Body(width=0.0, height=long, centromere=waist * long)
    name = slot.plan.idiogram
    assert name is not None
    return IdiogramPlace(
        chromosome=name,
        place=Place(left=x, top=line - mean.above(alignment) * scale, width=wide, height=long * scale),
        centromere=waist,
    )
