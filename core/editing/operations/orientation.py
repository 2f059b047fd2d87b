"""Which way up a chromosome stands, and where its centromere is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Point
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, edited, plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(CellOperation):
    """Turn chromosomes by 180 degrees: the p arm is at the other end. Never mirrors."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Turn {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        def turned(chromosome: Chromosome) -> Chromosome:
            p_arm = chromosome.p_arm or (0.0, -1.0)
            return replace(
                chromosome,
                p_arm=(-p_arm[0], -p_arm[1]),
                axis=chromosome.axis[::-1],
                suspicion=None,
                decided=chromosome.decided | {Aspect.POLARITY},
            )

        return replace(cell, chromosomes=edited(cell, self.ids, turned))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate(CellOperation):
    """Set the extra rotation on the karyogram, in degrees clockwise."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]
    degrees: float

    @property
    @override
    def label(self) -> str:
        return f"Rotate {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(
            cell, chromosomes=edited(cell, self.ids, lambda c: replace(c, turned=self.degrees % 360.0))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCentromere(CellOperation):
    """A person marks the centromere."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]
    point: Point

    @property
    @override
    def label(self) -> str:
        return "Move centromere"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(
            cell,
            chromosomes=edited(
                cell,
                self.ids,
                lambda c: replace(c, centromere=self.point, decided=c.decided | {Aspect.CENTROMERE}),
            ),
        )
