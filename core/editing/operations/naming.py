"""Names and places in the karyogram."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import Aspect, Chromosome, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused, edited, plural
from core.editing.order import insert_homologs, renumber_homologs


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify(CellOperation):
    """A person names chromosomes; "unknown" with `object_type` marker puts them in the marker tray.

    `place` is the wanted place in the class (1 is leftmost); None appends.
    """

    aspects: ClassVar[Aspects] = Aspects.CLASSES | Aspects.ORDER | Aspects.EXCLUSION
    ids: tuple[ChromosomeId, ...]
    chromosome_class: str
    object_type: ObjectType = ObjectType.NORMAL
    place: int | None = None

    @property
    @override
    def label(self) -> str:
        name = "marker" if self.object_type is ObjectType.MARKER else self.chromosome_class
        return f"Name {plural(len(self.ids))} {name}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.chromosome_class not in (*CLASSES, UNKNOWN):
            raise Refused(f"there is no chromosome {self.chromosome_class}, type 1-22, X, Y or 0 for unknown")

        def named(chromosome: Chromosome) -> Chromosome:
            same = (
                chromosome.excluded is None
                and chromosome.chromosome_class == self.chromosome_class
                and chromosome.object_type is self.object_type
            )
            return replace(
                chromosome,
                chromosome_class=self.chromosome_class,
                object_type=self.object_type,
                # Typing the class that stands agrees with it and moves nothing.
                homolog=chromosome.homolog if same else None,
                similarity=chromosome.similarity if same else None,
                # What was compared with another class says nothing of this one.
                suspicion=chromosome.suspicion if same else None,
                nudged=chromosome.nudged if same else (0.0, 0.0),
                excluded=None,
                decided=chromosome.decided | {Aspect.CLASS},
            )

        chromosomes = edited(cell, self.ids, named)
        if self.place is not None:
            chromosomes = insert_homologs(chromosomes, self.ids, self.place)
        return replace(cell, chromosomes=renumber_homologs(chromosomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapHomologs(CellOperation):
    """Exchange the places of two chromosomes of one class."""

    aspects: ClassVar[Aspects] = Aspects.ORDER
    ids: tuple[ChromosomeId, ChromosomeId]

    @property
    @override
    def label(self) -> str:
        return "Swap homologs"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        chosen = [c for c in cell.chromosomes if c.id in self.ids]
        if len(chosen) != 2:
            raise Refused("two homologs change places, select two chromosomes of this cell")
        first, second = chosen
        if first.excluded is not None or second.excluded is not None:
            raise Refused("an excluded chromosome has no place, restore it first")
        if first.chromosome_class != second.chromosome_class:
            raise Refused("homologs have one class, select two chromosomes of the same class")
        places = {first.id: second.homolog, second.id: first.homolog}
        return replace(
            cell,
            chromosomes=edited(
                cell,
                self.ids,
                lambda c: replace(c, homolog=places[c.id], decided=c.decided | {Aspect.ORDER}),
            ),
        )
