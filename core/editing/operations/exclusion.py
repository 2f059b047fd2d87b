"""What is not a chromosome of this cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.chromosome import Aspect, ExclusionReason
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, edited, plural
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
