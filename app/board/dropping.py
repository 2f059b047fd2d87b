"""What it means to drop chromosomes into a slot: the operation, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.board.layout import OUT_SLOT, UNKNOWN_SLOT, SlotPlace
from core.domain.bands import UNKNOWN
from core.domain.chromosome import ObjectType
from core.domain.ids import ChromosomeId
from core.domain.karyogram import MARKER_SLOT, place_in_slot
from core.domain.metaphase import Metaphase
from core.editing.operations import CellOperation, MoveToSlot, Reclassify, SwapHomologs

_KEPT = (
    ObjectType.DERIVATIVE, ObjectType.RING, ObjectType.DICENTRIC, ObjectType.ACENTRIC_FRAGMENT,
)  # fmt: skip
"""Kinds that stay when only the class is corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the carried chromosomes would come to stand.

    `place` counts from 1 among those that stay in the slot; `mark` is the x of the gap it means.
    """

    slot: str
    place: int
    mark: float


def target_in(
    slot: SlotPlace, x: float, carried: Sequence[ChromosomeId], middles: Mapping[ChromosomeId, float]
) -> Target:
    """Find the place in a slot that an x of the board means.

    Parameters
    ----------
    middles
        The x of the middle of each chromosome.
    """
    staying = [member for member in slot.members if member not in carried]
    place = 1 + sum(1 for member in staying if middles[member] < x)
    before = [middles[member] for member in staying if middles[member] < x]
    after = [middles[member] for member in staying if middles[member] >= x]
    if before and after:
        mark = (before[-1] + after[0]) / 2
    elif before:
        mark = (before[-1] + slot.area.right()) / 2
    elif after:
        mark = (after[0] + slot.area.left()) / 2
    else:
        mark = slot.area.center().x()
    return Target(slot=slot.name, place=place, mark=mark)


def operation_for(cell: Metaphase, carried: Sequence[ChromosomeId], target: Target) -> CellOperation | None:
    """Return what a drop does; None when nothing would change, or for `out`, which needs a reason.

    Within a class two neighbours change places; across classes the chromosomes are named anew and take
    the place where they were dropped.
    """
    moved = [cell.chromosome(chromosome_id) for chromosome_id in carried]
    if not moved or target.slot == OUT_SLOT or refusal_of(cell, carried, target):
        return None
    ids = tuple(carried)
    if target.slot == MARKER_SLOT:
        if all(c.object_type is ObjectType.MARKER and c.excluded is None for c in moved):
            return None
        return Reclassify(ids=ids, chromosome_class=UNKNOWN, object_type=ObjectType.MARKER)
    if target.slot == UNKNOWN_SLOT:
        known = all(
            c.chromosome_class == UNKNOWN and c.object_type is ObjectType.NORMAL and c.excluded is None
            for c in moved
        )
        return None if known else Reclassify(ids=ids, chromosome_class=UNKNOWN)
    kinds = {c.object_type for c in moved}
    same = all(c.chromosome_class == target.slot and c.excluded is None for c in moved)
    if same and len(moved) == 1:
        members = sorted(
            (c for c in cell.chromosomes if c.chromosome_class == target.slot and c.excluded is None),
            key=place_in_slot,
        )
        now = next(n for n, c in enumerate(members, start=1) if c.id == carried[0])
        if now == target.place:
            return None
        if abs(now - target.place) == 1:
            return SwapHomologs(ids=(carried[0], members[target.place - 1].id))
    elif same:
        return None
    if len(kinds) > 1:
        return MoveToSlot(ids=ids, chromosome_class=target.slot, place=target.place)
    (kind,) = kinds
    kept = kind if kind in _KEPT else ObjectType.NORMAL
    return Reclassify(ids=ids, chromosome_class=target.slot, object_type=kept, place=target.place)


def refusal_of(cell: Metaphase, carried: Sequence[ChromosomeId], target: Target) -> str:
    """Say why a drop is not allowed; empty where it is."""
    moved = [cell.chromosome(chromosome_id) for chromosome_id in carried]
    if target.slot == OUT_SLOT:
        return "" if any(c.excluded is None for c in moved) else "is not counted already"
    staying = [
        c
        for c in cell.chromosomes
        if c.chromosome_class == target.slot and c.excluded is None and c.id not in carried
    ]
    if len(moved) == 1 and moved[0].chromosome_class == target.slot and moved[0].excluded is None:
        (one,) = moved
        before = sum(1 for c in staying if place_in_slot(c)[0] < place_in_slot(one)[0])
        upto = sum(1 for c in staying if place_in_slot(c)[0] <= place_in_slot(one)[0])
        if target.place <= before:
            return "stays to the right of its homolog"
        if target.place > upto + 1:
            return "stays to the left of what is abnormal"
    return ""


def words_for(
    carried: Sequence[ChromosomeId], target: Target, operation: CellOperation | None, refusal: str = ""
) -> str:
    """Say what a drop would do, for the flag at the mouse."""
    if refusal:
        return refusal
    number = "" if len(carried) == 1 else f"{len(carried)} "
    if target.slot == OUT_SLOT:
        return f"{number}not counted…"
    if operation is None:
        return "stays here"
    if isinstance(operation, SwapHomologs):
        return "change places"
    if target.slot == MARKER_SLOT:
        return f"{number}→ marker"
    if target.slot == UNKNOWN_SLOT:
        return f"{number}→ unknown"
    return f"{number}→ {target.slot}"
