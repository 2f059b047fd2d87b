"""The step by which a person last confirmed a whole cell."""

from __future__ import annotations

from typing import Final

from core.domain.metaphase import MarkKind, Metaphase
from core.editing.changes import Aspects
from core.editing.history import History, Step
from core.editing.operations import CellOperation, PlaceProposal, Reread, SetMark
from core.editing.operations.together import alone

CONFIRMING: Final = (MarkKind.KARYOTYPED, MarkKind.CHECKED)
"""Marks that state that every chromosome of the cell was looked at."""

_COMPARED: Final = Aspects.OUTLINES | Aspects.CLASSES | Aspects.POLARITY | Aspects.EXCLUSION


def is_confirmed(cell: Metaphase) -> bool:
    """Tell whether a person marked the cell karyotyped or checked."""
    return any(cell.marked(kind) is not None for kind in CONFIRMING)


def confirming_step(history: History[Metaphase]) -> Step[Metaphase] | None:
    """Find the step after which the cell stands as a person confirmed it.

    It is the last mark karyotyped or checked that still stands, or a later edit by a person. None where
    no such mark stands, or where the program read the cell again after it.
    """
    if not is_confirmed(history.state):
        return None
    last_edit: Step[Metaphase] | None = None
    for index in range(len(history.done) - 1, -1, -1):
        step = history.done[index]
        before = history.done[index - 1].after if index else history.origin
        operation = alone(step.operation)
        if isinstance(operation, SetMark):
            if operation.mark.kind in CONFIRMING and operation.mark in history.state.marks:
                return last_edit or step
        elif before.chromosomes == step.after.chromosomes:
            continue
        elif isinstance(operation, PlaceProposal | Reread):
            return None
        elif isinstance(operation, CellOperation) and operation.aspects & _COMPARED:
            last_edit = last_edit or step
    return None
