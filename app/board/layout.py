"""Where everything stands on the board: rows, slots and trays, fitted into the space there is.

One unit is one pixel of the screen when the whole board is in sight. Labels and gaps keep their size, the
chromosomes take what is left, all at one scale, so that lengths can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.karyogram import ISCN_ROWS, MARKER_SLOT, KaryogramTemplate, karyogram_of
from core.domain.metaphase import Metaphase

UNKNOWN_SLOT: Final = "?"
OUT_SLOT: Final = "out"
TRAYS: Final = (MARKER_SLOT, UNKNOWN_SLOT, OUT_SLOT)

_MARGIN: Final = 12.0
_PAIR_GAP: Final = 5.0
_SLOT_GAP: Final = (9.0, 44.0)
_GROUP_GAP: Final = (20.0, 220.0)
_LABEL: Final = 27.0
_ROW_GAP: Final = (4.0, 22.0)
_LEAST_SLOT: Final = 24.0
_LEAST_TRAY: Final = 74.0
_LEAST_ROW: Final = 26.0
_TRAY_HEIGHT: Final = 34.0
_OUT_HEIGHT: Final = 58.0
_LARGEST: Final = 3.0
_IN_A_LINE: Final = 16
_STEPS: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Size of an upright chromosome in pixels of the picture; `centromere` from its top."""

    width: float
    height: float
    centromere: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Upper left corner and scale of one chromosome."""

    at: QPointF
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlace:
    """A slot or tray: where one may drop, where its line and label are, who stands in it.

    `name` is a class, `mar`, `?` or `out`; a long tray has several places of one name, only the last of
    which is `labelled`.
    """

    name: str
    area: QRectF
    line: QRectF
    members: tuple[ChromosomeId, ...]
    labelled: bool = True

    @property
    def is_tray(self) -> bool:
        """Whether it holds what has no class, or does not count."""
        return self.name in TRAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLayout:
    """The board: places in the order of reading."""

    width: float
    height: float
    scale: float
    slots: tuple[SlotPlace, ...]
    stands: Mapping[ChromosomeId, Stand]
    tray_top: float

    @property
    def order(self) -> tuple[ChromosomeId, ...]:
        """Chromosomes from left to right and from top to bottom."""
        return tuple(member for slot in self.slots for member in slot.members)

    def slot_of(self, chromosome_id: ChromosomeId) -> SlotPlace | None:
        """Slot in which a chromosome stands."""
        return next((slot for slot in self.slots if chromosome_id in slot.members), None)


@dataclass(slots=True, kw_only=True)
class _Slot:
    name: str
    members: tuple[Chromosome, ...]
    labelled: bool = True
    least: float = _LEAST_SLOT
    pixels: float = 0.0
    gaps: float = 0.0

    def width(self, scale: float) -> float:
        return max(self.least, self.pixels * scale + self.gaps)


@dataclass(slots=True, kw_only=True)
class _Row:
    groups: tuple[tuple[_Slot, ...], ...]
    above: float = 0.0
    below: float = 0.0
    least: float = _LEAST_ROW
    slots: tuple[_Slot, ...] = field(default=())

    def height(self, scale: float) -> float:
        return max(self.least, (self.above + self.below) * scale) + _LABEL

    def width(self, scale: float) -> float:
        gaps = _SLOT_GAP[0] * (len(self.slots) - len(self.groups)) + _GROUP_GAP[0] * (len(self.groups) - 1)
        return sum(slot.width(scale) for slot in self.slots) + gaps


def lay_out(
    cell: Metaphase,
    bodies: Mapping[ChromosomeId, Body],
    width: float,
    height: float,
    template: KaryogramTemplate = ISCN_ROWS,
) -> BoardLayout:
    """Lay a cell out in a space.

    Parameters
    ----------
    cell
        State to show; chromosomes without a body are passed over.
    bodies
        Upright chromosomes.
    width, height
        Space, at least some 200 by 200; a smaller one is overrun.
    """
    width, height = max(width, 200.0), max(height, 200.0)
    rows = _rows(cell, bodies, template)
    out = tuple(c for c in cell.chromosomes if c.excluded is not None and c.id in bodies)
    scale = _scale(rows, width, height)
    spare = height - 2 * _MARGIN - sum(row.height(scale) for row in rows) - _ROW_GAP[0] * (len(rows) - 1)
    between = min(_ROW_GAP[1], _ROW_GAP[0] + max(0.0, spare) / max(len(rows) - 1, 1))
    used = sum(row.height(scale) for row in rows) + between * (len(rows) - 1)
    y = max(_MARGIN, (height - used) / 3)
    slots: list[SlotPlace] = []
    stands: dict[ChromosomeId, Stand] = {}
    tray_top = height
    for row in rows:
        if row.slots[0].name in TRAYS:
            tray_top = min(tray_top, y)
            place = _put_tray(row, out, bodies, scale, width, y)
        else:
            place = _put_row(row, bodies, scale, width, y)
        slots += place[0]
        stands.update(place[1])
        y += row.height(scale) + between
    return BoardLayout(
        width=width,
        height=max(height, y - between + _MARGIN),
        scale=scale,
        slots=tuple(slots),
        stands=stands,
        tray_top=tray_top,
    )


def _rows(
    cell: Metaphase, bodies: Mapping[ChromosomeId, Body], template: KaryogramTemplate
) -> tuple[_Row, ...]:
    karyogram = karyogram_of(cell, template)

    def slot(name: str, members: tuple[Chromosome, ...], *, least: float = _LEAST_SLOT) -> _Slot:
        known = tuple(c for c in members if c.id in bodies)
        return _Slot(
            name=name,
            members=known,
            least=least,
            pixels=sum(bodies[c.id].width for c in known),
            gaps=_PAIR_GAP * max(len(known) - 1, 0),
        )

    def row(groups: tuple[tuple[_Slot, ...], ...], least: float) -> _Row:
        slots = tuple(one for group in groups for one in group)
        inside = [bodies[c.id] for one in slots for c in one.members]
        return _Row(
            groups=groups,
            slots=slots,
            least=least,
            above=max((body.centromere for body in inside), default=0.0),
            below=max((body.height - body.centromere for body in inside), default=0.0),
        )

    rows = [
        row(tuple(tuple(slot(one.name, one.chromosomes) for one in group) for group in groups), _LEAST_ROW)
        for groups in karyogram.rows
    ]
    unknown = karyogram.unknown
    lines = [unknown[start : start + _IN_A_LINE] for start in range(0, len(unknown), _IN_A_LINE)] or [()]
    for line in lines[:-1]:
        full = slot(UNKNOWN_SLOT, line)
        full.labelled = False
        rows.append(row(((full,),), _TRAY_HEIGHT))
    rows.append(
        row(
            (
                (slot(MARKER_SLOT, karyogram.markers, least=_LEAST_TRAY),),
                (slot(UNKNOWN_SLOT, lines[-1], least=_LEAST_TRAY),),
                (slot(OUT_SLOT, (), least=_LEAST_TRAY * 1.3),),
            ),
            _TRAY_HEIGHT if not any(c.excluded is not None for c in cell.chromosomes) else _OUT_HEIGHT,
        )
    )
    return tuple(rows)


def _scale(rows: tuple[_Row, ...], width: float, height: float) -> float:
    """Largest scale at which every row fits the width and all rows fit the height."""

    def fits(scale: float) -> bool:
        tall = sum(row.height(scale) for row in rows) + _ROW_GAP[0] * (len(rows) - 1)
        return tall <= height - 2 * _MARGIN and all(row.width(scale) <= width - 2 * _MARGIN for row in rows)

    low, high = 0.02, _LARGEST
    if fits(high):
        return high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _put_row(
    row: _Row, bodies: Mapping[ChromosomeId, Body], scale: float, width: float, top: float
) -> tuple[list[SlotPlace], dict[ChromosomeId, Stand]]:
    """Spread a row over the width: groups move apart first, then slots."""
    between_slots = len(row.slots) - len(row.groups)
    between_groups = len(row.groups) - 1
    spare = max(0.0, width - 2 * _MARGIN - row.width(scale))
    group_gap, slot_gap = _GROUP_GAP[0], _SLOT_GAP[0]
    shares = between_slots + 3 * between_groups
    if shares:
        slot_gap = min(_SLOT_GAP[1], slot_gap + spare / shares)
        left = spare - (slot_gap - _SLOT_GAP[0]) * between_slots
        if between_groups:
            group_gap = min(_GROUP_GAP[1], group_gap + left / between_groups)
    used = (
        sum(slot.width(scale) for slot in row.slots) + slot_gap * between_slots + group_gap * between_groups
    )
    x = max(_MARGIN, (width - used) / 2)
    bottom = top + row.height(scale)
    slots: list[SlotPlace] = []
    stands: dict[ChromosomeId, Stand] = {}
    for group in row.groups:
        for place, slot in enumerate(group):
            wide = slot.width(scale)
            reach = slot_gap / 2
            left_reach = min(group_gap / 2, 30.0) if place == 0 else reach
            right_reach = min(group_gap / 2, 30.0) if place == len(group) - 1 else reach
            area = QRectF(x - left_reach, top, wide + left_reach + right_reach, bottom - top)
            slots.append(_slot_place(slot, area, x, wide, bottom))
            stands.update(_stand(slot, bodies, scale, x, wide, top + row.above * scale))
            x += wide + slot_gap
        x += group_gap - slot_gap
    return slots, stands


def _put_tray(
    row: _Row,
    out: tuple[Chromosome, ...],
    bodies: Mapping[ChromosomeId, Body],
    scale: float,
    width: float,
    top: float,
) -> tuple[list[SlotPlace], dict[ChromosomeId, Stand]]:
    """Markers and unknown at the scale of all others, what does not count small beside them."""
    bottom = top + row.height(scale)
    x = _MARGIN
    slots: list[SlotPlace] = []
    stands: dict[ChromosomeId, Stand] = {}
    for slot in row.slots:
        last = slot is row.slots[-1]
        wide = width - _MARGIN - x if last else slot.width(scale)
        area = QRectF(x, top, wide, bottom - top)
        if slot.name == OUT_SLOT:
            members = tuple(c.id for c in out)
            slots.append(SlotPlace(name=slot.name, area=area, line=_line(x, wide, bottom), members=members))
            stands.update(_stand_small(out, bodies, scale, area))
        else:
            slots.append(_slot_place(slot, area, x, wide, bottom))
            stands.update(_stand(slot, bodies, scale, x, wide, top + row.above * scale))
        x += wide + _SLOT_GAP[0]
    return slots, stands


def _slot_place(slot: _Slot, area: QRectF, x: float, wide: float, bottom: float) -> SlotPlace:
    return SlotPlace(
        name=slot.name,
        area=area,
        line=_line(x, wide, bottom),
        members=tuple(c.id for c in slot.members),
        labelled=slot.labelled,
    )


def _line(x: float, wide: float, bottom: float) -> QRectF:
    """Room of the line and the label below the chromosomes."""
    return QRectF(x, bottom - _LABEL + 4, wide, _LABEL - 4)


def _stand(
    slot: _Slot,
    bodies: Mapping[ChromosomeId, Body],
    scale: float,
    x: float,
    wide: float,
    centromere: float,
) -> dict[ChromosomeId, Stand]:
    stands = {}
    x += (wide - slot.pixels * scale - slot.gaps) / 2
    for chromosome in slot.members:
        body = bodies[chromosome.id]
        stands[chromosome.id] = Stand(at=QPointF(x, centromere - body.centromere * scale), scale=scale)
        x += body.width * scale + _PAIR_GAP
    return stands


def _stand_small(
    out: tuple[Chromosome, ...], bodies: Mapping[ChromosomeId, Body], scale: float, area: QRectF
) -> dict[ChromosomeId, Stand]:
    """Stand in one line, each shrunk as far as the strip asks."""
    tall = area.height() - _LABEL - 4
    scales = [min(scale, tall / bodies[c.id].height) for c in out]
    wide = sum(s * bodies[c.id].width for s, c in zip(scales, out, strict=True))
    room = area.width() - _PAIR_GAP * (len(out) + 1)
    shrink = min(1.0, max(room, 20.0) / wide) if wide else 1.0
    stands = {}
    x = area.left() + _PAIR_GAP
    for own, chromosome in zip(scales, out, strict=True):
        body = bodies[chromosome.id]
        s = own * shrink
        y = area.top() + 2 + (tall - body.height * s) / 2
        stands[chromosome.id] = Stand(at=QPointF(x, y), scale=s)
        x += body.width * s + _PAIR_GAP
    return stands
