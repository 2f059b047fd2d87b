"""Counting by click."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.metaphase import Metaphase
from core.domain.outline import Point
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPoint(CellOperation):
    """One click while counting."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    point: Point

    @property
    @override
    def label(self) -> str:
        return "Count one"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(cell, counted_points=(*cell.counted_points, self.point))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCountPoints(CellOperation):
    """Start counting anew."""

    aspects: ClassVar[Aspects] = Aspects.MARKS

    @property
    @override
    def label(self) -> str:
        return "Clear the count"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not cell.counted_points:
            raise Refused("nothing was counted by click in this cell")
        return replace(cell, counted_points=())
