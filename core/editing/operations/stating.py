"""Structural changes that a person states for a cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.metaphase import Metaphase, StatedChange
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused
from core.iscn.change import why_not_stated


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange(CellOperation):
    """A person states a structural change of this cell.

    Parameters
    ----------
    replaces
        Text of the stated change that it takes the place of; empty for a new one.
    """

    aspects: ClassVar[Aspects] = Aspects.DETAILS
    stated: StatedChange
    replaces: str = ""

    @property
    @override
    def label(self) -> str:
        return f"State {self.stated.text}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not self.stated.person.strip():
            raise Refused("a stated change needs a person, enter your name in the settings")
        why = why_not_stated(self.stated.text)
        if why is not None:
            raise Refused(f"{self.stated.text} is not stated: {why}")
        if self.replaces and cell.stated(self.replaces) is None:
            raise Refused(f"{self.replaces} is no longer stated for this cell, state the change anew")
        kept = tuple(one for one in cell.changes if one.text not in (self.replaces, self.stated.text))
        return replace(cell, changes=(*kept, self.stated))


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawChange(CellOperation):
    """Take a stated change back."""

    aspects: ClassVar[Aspects] = Aspects.DETAILS
    text: str

    @property
    @override
    def label(self) -> str:
        return f"Withdraw {self.text}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if cell.stated(self.text) is None:
            raise Refused(f"nobody states {self.text} for this cell")
        return replace(cell, changes=tuple(one for one in cell.changes if one.text != self.text))
