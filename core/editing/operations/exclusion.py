"""What is not a chromosome of this cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.chromosome import Aspect, ExclusionReason
from core.domain.ids import ChromosomeId
from core.domain.metaphase import ExcludedObject, Metaphase
from core.domain.outline import Box
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused, edited, plural
from core.editing.operations.outlining import without_boxes
from core.editing.order import renumber_homologs


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude(CellOperation):
    """Leave objects out of the count; they stay visible."""

    aspects: ClassVar[Aspects] = Aspects.EXCLUSION | Aspects.ORDER
    ids: tuple[ChromosomeId, ...]
    reason: ExclusionReason

    @property
    @override
    def label(self) -> str:
        return f"Exclude {plural(len(self.ids))} ({self.reason.value.replace('_', ' ')})"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        chromosomes = edited(
            cell,
            self.ids,
            lambda c: replace(c, excluded=self.reason, decided=c.decided | {Aspect.EXCLUSION}),
        )
        if all(c.excluded is not None for c in chromosomes) and any(
            c.excluded is None for c in cell.chromosomes
        ):
            raise Refused("these are the last chromosomes of the cell, reject the cell (R) instead")
        return replace(cell, chromosomes=renumber_homologs(chromosomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(CellOperation):
    """Take excluded objects back into the count."""

    aspects: ClassVar[Aspects] = Aspects.EXCLUSION | Aspects.ORDER
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Restore {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        chromosomes = edited(
            cell, self.ids, lambda c: replace(c, excluded=None, decided=c.decided | {Aspect.EXCLUSION})
        )
        return replace(cell, chromosomes=renumber_homologs(chromosomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkObject(CellOperation):
    """A person says of stained material without an outline what it is.

    Unexplained or excluded stain at the same box, and what `explains` names, is replaced.
    """

    aspects: ClassVar[Aspects] = Aspects.EXCLUSION
    box: Box
    reason: ExclusionReason
    explains: tuple[Box, ...] = ()

    @property
    @override
    def label(self) -> str:
        return f"Mark {self.reason.value.replace('_', ' ')}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        xmin, ymin, xmax, ymax = self.box
        if xmax <= xmin or ymax <= ymin:
            raise Refused("the place is empty, draw around stained material")
        rest = without_boxes(cell, (self.box, *self.explains))
        return replace(rest, excluded=(*rest.excluded, ExcludedObject(box=self.box, reason=self.reason)))
