"""Carrying the selection by key: to the next place, slot or row."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF

from app.board.dropping import Target
from app.board.layout import BoardLayout, SlotPlace
from app.board.walking import Step
from core.domain.ids import ChromosomeId
from core.domain.karyogram import place_in_slot
from core.domain.metaphase import Metaphase

_FAR = 10_000


def target_of_key(
    cell: Metaphase,
    layout: BoardLayout,
    middles: Mapping[ChromosomeId, QPointF],
    selection: frozenset[ChromosomeId],
    step: Step,
    *,
    whole_slot: bool = False,
) -> tuple[tuple[ChromosomeId, ...], Target] | None:
    """Find where an arrow carries the selection.

    Left and right lead past the next homolog, at the end of the slot into the next slot; up and down into
    the slot nearest in x of the next row.

    Parameters
    ----------
    whole_slot
        Leave the slot at once.

    Returns
    -------
    tuple or None
        What is carried, in the order of the board, and where to; None at the end of the board.
    """
    carried = tuple(i for i in layout.order if i in selection)
    if not carried:
        return None
    forward = step in (Step.RIGHT, Step.DOWN)
    leader = carried[-1 if forward else 0]
    slot = layout.slot_of(leader)
    if slot is None:
        return None
    if step in (Step.LEFT, Step.RIGHT):
        if len(carried) == 1 and not whole_slot and not slot.is_tray:
            within = _within(cell, slot, leader, forward)
            if within is not None:
                return carried, within
        found = _beside(layout, slot, forward)
    else:
        found = _in_row(layout, slot, middles[leader].x(), forward)
    if found is None:
        return None
    place = 1 if step is Step.RIGHT else _FAR
    staying = sum(1 for member in found.members if member not in carried)
    return carried, Target(slot=found.name, place=min(place, staying + 1), mark=found.area.center().x())


def _within(cell: Metaphase, slot: SlotPlace, leader: ChromosomeId, forward: bool) -> Target | None:
    at = slot.members.index(leader)
    to = at + (1 if forward else -1)
    if not 0 <= to < len(slot.members):
        return None
    own, other = cell.chromosome(leader), cell.chromosome(slot.members[to])
    if place_in_slot(own)[0] != place_in_slot(other)[0]:
        return None
    return Target(slot=slot.name, place=to + 1, mark=slot.area.center().x())


def _beside(layout: BoardLayout, slot: SlotPlace, forward: bool) -> SlotPlace | None:
    at = layout.slots.index(slot)
    rest = layout.slots[at + 1 :] if forward else layout.slots[:at][::-1]
    return next((one for one in rest if one.name != slot.name), None)


def _in_row(layout: BoardLayout, slot: SlotPlace, x: float, forward: bool) -> SlotPlace | None:
    wanted = slot.row + (1 if forward else -1)
    row = [one for one in layout.slots if one.row == wanted and one.name != slot.name]
    return min(row, key=lambda one: abs(one.area.center().x() - x), default=None)
