"""Everything a person or a model can do to a cell: pure functions from state to state.

Each operation names itself for the menu, goes to JSON and back (`core.editing.codec`), and reports
what it touched. An operation that cannot be done raises `Refused` and leaves the state as it was.
"""

from __future__ import annotations

from core.editing.operations.base import CellOperation, Refused
from core.editing.operations.counting import ClearCountPoints, CountPoint
from core.editing.operations.exclusion import Exclude, Restore
from core.editing.operations.judging import ClearMark, Confirm, Describe, Judge, SetMark
from core.editing.operations.naming import Reclassify, SwapHomologs
from core.editing.operations.orientation import MoveCentromere, Rotate, Turn
from core.editing.operations.outlining import AddChromosome, Cut, Join, Recut
from core.editing.operations.proposing import PlaceProposal, Reread

__all__ = [
    "AddChromosome",
    "CellOperation",
    "ClearCountPoints",
    "ClearMark",
    "Confirm",
    "CountPoint",
    "Cut",
    "Describe",
    "Exclude",
    "Join",
    "Judge",
    "MoveCentromere",
    "PlaceProposal",
    "Reclassify",
    "Recut",
    "Refused",
    "Reread",
    "Restore",
    "Rotate",
    "SetMark",
    "SwapHomologs",
    "Turn",
]
