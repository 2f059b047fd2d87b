"""Where everything stands on the board: the arrangement of the print, fitted into a window, with trays.

One unit is one pixel of the screen when the whole board is in sight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.karyogram import ISCN_ROWS, MARKER_SLOT, KaryogramTemplate, karyogram_of
from core.domain.metaphase import Metaphase
from core.report.arrangement import (
    Body,
    Caption,
    GroupMark,
    IdiogramPlace,
    Measures,
    Place,
    PlacedSlot,
    RowPlan,
    SlotPlan,
    arrange,
)
from core.report.karyogram_figure import plans_of
from core.report.karyogram_style import KaryogramStyle

__all__ = ["OUT_SLOT", "TRAYS", "UNKNOWN_SLOT", "BoardLayout", "Body", "SlotPlace", "Stand", "lay_out"]

UNKNOWN_SLOT: Final = "?"
OUT_SLOT: Final = "out"
TRAYS: Final = (MARKER_SLOT, UNKNOWN_SLOT, OUT_SLOT)

MEASURES: Final = Measures(
    margin=12.0, pair=5.0, slot=(9.0, 44.0), group=(20.0, 220.0), row=(4.0, 22.0), least_slot=24.0,
    least_row=26.0, label=27.0, caption=12.0, letter=5.6, group_label=20.0, idiogram=9.0,
)  # fmt: skip
"""Pixels of the screen."""

_ABOVE_LINE: Final = 4.0
_LEAST_TRAY: Final = 74.0
_TRAY_HEIGHT: Final = 34.0
_OUT_HEIGHT: Final = 58.0
_LARGEST: Final = 3.0
_IN_A_LINE: Final = 16


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
    label: str = ""
    row: int = 0
    captions: tuple[Caption, ...] = ()
    letters: float = 1.0
    idiogram: IdiogramPlace | None = None

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
    groups: tuple[GroupMark, ...] = ()

    @property
    def order(self) -> tuple[ChromosomeId, ...]:
        """Chromosomes from left to right and from top to bottom."""
        return tuple(member for slot in self.slots for member in slot.members)

    def slot_of(self, chromosome_id: ChromosomeId) -> SlotPlace | None:
        """Slot in which a chromosome stands."""
        return next((slot for slot in self.slots if chromosome_id in slot.members), None)


def lay_out(
    cell: Metaphase,
    bodies: Mapping[ChromosomeId, Body],
    width: float,
    height: float,
    template: KaryogramTemplate = ISCN_ROWS,
    style: KaryogramStyle | None = None,
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
    style
        How it is shown; the template in the usual way when None.
    """
    width, height = max(width, 200.0), max(height, 200.0)
    style = style or KaryogramStyle(template=template)
    plans = _plans(cell, bodies, style)
    placed = arrange(
        plans,
        bodies,
        MEASURES.spaced(style.template.spacing),
        width=width,
        height=height,
        largest=_LARGEST,
        alignment=style.alignment,
    )
    stands = {
        chromosome_id: Stand(at=QPointF(body.x, body.y), scale=body.scale)
        for chromosome_id, body in placed.bodies.items()
    }
    out = tuple(c for c in cell.chromosomes if c.excluded is not None and c.id in bodies)
    row_of = [number for number, plan in enumerate(plans) for _ in plan.slots]
    slots = []
    board = QRectF(2, 0, width - 4, max(height, placed.bottom + MEASURES.margin))
    for number, slot in zip(row_of, placed.slots, strict=True):
        if slot.plan.name == OUT_SLOT:
            stands.update(_stand_small(out, bodies, placed.scale, _rect(slot.area)))
        place = _slot_place(slot, number, tuple(c.id for c in out), placed.letters)
        slots.append(replace(place, area=place.area.intersected(board.united(place.line))))
    trays = [slot.area.top() for slot in slots if slot.is_tray]
    return BoardLayout(
        width=width,
        height=max(height, placed.bottom + MEASURES.margin),
        scale=placed.scale,
        slots=tuple(slots),
        stands=stands,
        tray_top=min(trays, default=height),
        groups=placed.groups,
    )


def _plans(
    cell: Metaphase, bodies: Mapping[ChromosomeId, Body], style: KaryogramStyle
) -> tuple[RowPlan, ...]:
    shown = cell.chromosomes
    known = cell if all(c.id in bodies for c in shown) else _only(cell, bodies)
    karyogram = karyogram_of(known, style.template)
    unknown = karyogram.unknown
    lines = [unknown[start : start + _IN_A_LINE] for start in range(0, len(unknown), _IN_A_LINE)] or [()]
    full = [
        RowPlan(groups=((_tray(UNKNOWN_SLOT, line, labelled=False),),), tray=True, least=_TRAY_HEIGHT)
        for line in lines[:-1]
    ]
    any_out = any(c.excluded is not None for c in shown)
    last = RowPlan(
        groups=(
            (_tray(MARKER_SLOT, karyogram.markers),),
            (_tray(UNKNOWN_SLOT, lines[-1]),),
            (_tray(OUT_SLOT, (), least=_LEAST_TRAY * 1.3),),
        ),
        tray=True,
        least=_OUT_HEIGHT if any_out else _TRAY_HEIGHT,
    )
    return (*plans_of(karyogram.rows, style), *full, last)


def _only(cell: Metaphase, bodies: Mapping[ChromosomeId, Body]) -> Metaphase:
    return replace(cell, chromosomes=tuple(c for c in cell.chromosomes if c.id in bodies))


def _tray(
    name: str, members: tuple[Chromosome, ...], *, labelled: bool = True, least: float = _LEAST_TRAY
) -> SlotPlan:
    return SlotPlan(name=name, label="", members=members, labelled=labelled, least=least)


def _slot_place(slot: PlacedSlot, row: int, out: tuple[ChromosomeId, ...], letters: float) -> SlotPlace:
    line = _rect(slot.line)
    return SlotPlace(
        name=slot.plan.name,
        area=_rect(slot.area),
        line=line.adjusted(0, _ABOVE_LINE, 0, 0),
        members=out if slot.plan.name == OUT_SLOT else tuple(c.id for c in slot.plan.members),
        labelled=slot.plan.labelled,
        label=slot.plan.label,
        row=row,
        captions=slot.captions,
        letters=letters,
        idiogram=slot.idiogram,
    )


def _rect(place: Place) -> QRectF:
    return QRectF(place.left, place.top, place.width, place.height)


def _stand_small(
    out: tuple[Chromosome, ...], bodies: Mapping[ChromosomeId, Body], scale: float, area: QRectF
) -> dict[ChromosomeId, Stand]:
    """Stand in one line, each shrunk as far as the strip asks."""
    tall = area.height() - MEASURES.label - 4
    scales = [min(scale, tall / bodies[c.id].height) for c in out]
    wide = sum(s * bodies[c.id].width for s, c in zip(scales, out, strict=True))
    room = area.width() - MEASURES.pair * (len(out) + 1)
    shrink = min(1.0, max(room, 20.0) / wide) if wide else 1.0
    stands = {}
    x = area.left() + MEASURES.pair
    for own, chromosome in zip(scales, out, strict=True):
        body = bodies[chromosome.id]
        s = own * shrink
        y = area.top() + 2 + (tall - body.height * s) / 2
        stands[chromosome.id] = Stand(at=QPointF(x, y), scale=s)
        x += body.width * s + MEASURES.pair
    return stands
