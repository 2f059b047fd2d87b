"""How chromosomes stand on the karyogram: turned, nudged, mirrored, straightened, and of what kind."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from typing_extensions import override

from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import Aspect, Chromosome, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Point
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused, edited, plural
from core.editing.order import insert_homologs, renumber_homologs

FARTHEST_NUDGE: Final = 60.0
"""Captured pixels; what is to stand farther away belongs into another slot."""

_CLASSLESS: Final = (ObjectType.MARKER, ObjectType.DMIN)
_WORDS: Final = {
    ObjectType.NORMAL: "normal", ObjectType.DERIVATIVE: "derivative", ObjectType.MARKER: "marker",
    ObjectType.RING: "ring", ObjectType.DICENTRIC: "dicentric", ObjectType.DMIN: "double minute",
    ObjectType.ACENTRIC_FRAGMENT: "fragment", ObjectType.UNKNOWN: "of unknown kind",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateBy(CellOperation):
    """Turn chromosomes further on the karyogram, in degrees clockwise."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]
    degrees: float

    @property
    @override
    def label(self) -> str:
        return f"Rotate {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not math.isfinite(self.degrees):
            raise Refused("expected a number of degrees, rotate again")

        def rotated(chromosome: Chromosome) -> Chromosome:
            degrees = math.remainder(chromosome.turned + self.degrees, 360.0)
            # Steps that add up to nothing leave captured values without a second interpolation.
            return replace(chromosome, turned=0.0 if abs(degrees) < 1e-6 else degrees)

        return replace(cell, chromosomes=edited(cell, self.ids, rotated))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge(CellOperation):
    """Move chromosomes a little within their slot, in captured pixels."""

    aspects: ClassVar[Aspects] = Aspects.ORDER
    ids: tuple[ChromosomeId, ...]
    by: Point

    @property
    @override
    def label(self) -> str:
        return f"Nudge {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not all(math.isfinite(value) for value in self.by):
            raise Refused("expected a distance in pixels, move it again")

        def moved(chromosome: Chromosome) -> Chromosome:
            x, y = (
                min(max(was + by, -FARTHEST_NUDGE), FARTHEST_NUDGE)
                for was, by in zip(chromosome.nudged, self.by, strict=True)
            )
            return replace(chromosome, nudged=(x, y))

        return replace(cell, chromosomes=edited(cell, self.ids, moved))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowMirrored(CellOperation):
    """Show the mirror image of chromosomes, marked as such, or the captured one again."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]
    mirrored: bool

    @property
    @override
    def label(self) -> str:
        return f"{'Mirror' if self.mirrored else 'Do not mirror'} {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(cell, chromosomes=edited(cell, self.ids, lambda c: replace(c, mirrored=self.mirrored)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStraight(CellOperation):
    """Show chromosomes laid straight along their axis, marked as such, or as captured again."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]
    straightened: bool

    @property
    @override
    def label(self) -> str:
        return f"Show {plural(len(self.ids))} {'straightened' if self.straightened else 'as captured'}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(
            cell, chromosomes=edited(cell, self.ids, lambda c: replace(c, straightened=self.straightened))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StandAsCaptured(CellOperation):
    """Take rotation, nudge, mirroring and straightening back."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY | Aspects.ORDER
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Put {plural(len(self.ids))} back as captured"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(
            cell,
            chromosomes=edited(
                cell,
                self.ids,
                lambda c: replace(c, turned=0.0, nudged=(0.0, 0.0), mirrored=False, straightened=False),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKind(CellOperation):
    """A person says what chromosomes are: normal, derivative, ring, dicentric, fragment, marker, dmin.

    The class stays, except that markers and double minutes have none.
    """

    aspects: ClassVar[Aspects] = Aspects.CLASSES | Aspects.ORDER
    ids: tuple[ChromosomeId, ...]
    object_type: ObjectType

    @property
    @override
    def label(self) -> str:
        return f"Call {plural(len(self.ids))} {_WORDS[self.object_type]}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        def named(chromosome: Chromosome) -> Chromosome:
            classless = self.object_type in _CLASSLESS
            moved = classless and chromosome.chromosome_class != UNKNOWN
            return replace(
                chromosome,
                object_type=self.object_type,
                chromosome_class=UNKNOWN if classless else chromosome.chromosome_class,
                homolog=None if moved else chromosome.homolog,
                similarity=None if moved else chromosome.similarity,
                decided=chromosome.decided | {Aspect.CLASS},
            )

        return replace(cell, chromosomes=renumber_homologs(edited(cell, self.ids, named)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToSlot(CellOperation):
    """A person puts chromosomes into the slot of a class; each stays of its kind, markers get one.

    `place` is the wanted place in the class (1 is leftmost); None appends.
    """

    aspects: ClassVar[Aspects] = Aspects.CLASSES | Aspects.ORDER | Aspects.EXCLUSION
    ids: tuple[ChromosomeId, ...]
    chromosome_class: str
    place: int | None = None

    @property
    @override
    def label(self) -> str:
        return f"Move {plural(len(self.ids))} to {self.chromosome_class}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.chromosome_class not in CLASSES:
            raise Refused(f"expected a slot of 1-22, X or Y, got {self.chromosome_class}, choose another one")

        def moved(chromosome: Chromosome) -> Chromosome:
            kept = chromosome.object_type not in (*_CLASSLESS, ObjectType.UNKNOWN)
            same = chromosome.chromosome_class == self.chromosome_class and chromosome.excluded is None
            return replace(
                chromosome,
                chromosome_class=self.chromosome_class,
                object_type=chromosome.object_type if kept else ObjectType.NORMAL,
                homolog=chromosome.homolog if same else None,
                similarity=chromosome.similarity if same else None,
                excluded=None,
                nudged=chromosome.nudged if same else (0.0, 0.0),
                decided=chromosome.decided | {Aspect.ORDER if same else Aspect.CLASS},
            )

        chromosomes = edited(cell, self.ids, moved)
        if self.place is not None:
            chromosomes = insert_homologs(chromosomes, self.ids, self.place)
        return replace(cell, chromosomes=renumber_homologs(chromosomes))
