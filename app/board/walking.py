"""Going from chromosome to chromosome with the arrow keys."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from PySide6.QtCore import QPointF

from app.board.layout import BoardLayout
from core.domain.ids import ChromosomeId


class Step(Enum):
    """Which way an arrow key points."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


def neighbour(
    layout: BoardLayout, middles: Mapping[ChromosomeId, QPointF], start: ChromosomeId | None, step: Step
) -> ChromosomeId | None:
    """Find the chromosome that an arrow key leads to.

    Left and right follow the order of reading across rows; up and down go to the one nearest in x in the
    next row that has any. From nowhere every arrow leads to the first (left, up: to the last).
    """
    order = layout.order
    if not order:
        return None
    if start not in order:
        return order[-1] if step in (Step.LEFT, Step.UP) else order[0]
    if step in (Step.LEFT, Step.RIGHT):
        at = order.index(start) + (1 if step is Step.RIGHT else -1)
        return order[at] if 0 <= at < len(order) else start
    rows: dict[float, list[ChromosomeId]] = {}
    for slot in layout.slots:
        rows.setdefault(round(slot.area.top()), []).extend(slot.members)
    lines = [members for _, members in sorted(rows.items()) if members]
    now = next(place for place, members in enumerate(lines) if start in members)
    wanted = now + (1 if step is Step.DOWN else -1)
    if not 0 <= wanted < len(lines):
        return start
    x = middles[start].x()
    return min(lines[wanted], key=lambda member: abs(middles[member].x() - x))
