"""Everything a person or a model can do to a cell: pure functions from state to state.

Each operation names itself for the menu, goes to JSON and back (`core.editing.codec`), and reports
what it touched. An operation that cannot be done raises `Refused` and leaves the state as it was.
"""

from __future__ import annotations

from core.editing.operations.analysing import ClearTick, TickPair, WriteNotes
from core.editing.operations.annotating import Annotate, ChangeAnnotation, EraseAnnotations
from core.editing.operations.arranging import (
    MoveToSlot,
    Nudge,
    RotateBy,
    SetKind,
    ShowMirrored,
    ShowStraight,
    StandAsCaptured,
)
from core.editing.operations.base import CellOperation, Refused
from core.editing.operations.counting import ClearCountPoints, CountPoint
from core.editing.operations.exclusion import Exclude, MarkObject, Restore
from core.editing.operations.findings import ForgetJudgement, JudgeFinding
from core.editing.operations.judging import ClearMark, Confirm, Describe, Judge, SetMark
from core.editing.operations.naming import Reclassify, SwapHomologs
from core.editing.operations.orientation import MoveCentromere, Rotate, Turn
from core.editing.operations.outlining import AddChromosome, Cut, Join, Recut, Remove, SeparateCrossing
from core.editing.operations.proposing import PlaceProposal, Reread
from core.editing.operations.reshaping import MoveAxis, Reshape
from core.editing.operations.stating import StateChange, WithdrawChange
from core.editing.operations.together import Together

__all__ = [
    "AddChromosome",
    "Annotate",
    "CellOperation",
    "ChangeAnnotation",
    "ClearCountPoints",
    "ClearMark",
    "ClearTick",
    "Confirm",
    "CountPoint",
    "Cut",
    "Describe",
    "EraseAnnotations",
    "Exclude",
    "ForgetJudgement",
    "Join",
    "Judge",
    "JudgeFinding",
    "MarkObject",
    "MoveAxis",
    "MoveCentromere",
    "MoveToSlot",
    "Nudge",
    "PlaceProposal",
    "Reclassify",
    "Recut",
    "Refused",
    "Remove",
    "Reread",
    "Reshape",
    "Restore",
    "Rotate",
    "RotateBy",
    "SeparateCrossing",
    "SetKind",
    "SetMark",
    "ShowMirrored",
    "ShowStraight",
    "StandAsCaptured",
    "StateChange",
    "SwapHomologs",
    "TickPair",
    "Together",
    "Turn",
    "WithdrawChange",
    "WriteNotes",
]
