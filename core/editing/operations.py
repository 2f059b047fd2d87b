"""Everything a person or a model can do to a cell: pure functions from state to state.

Each operation names itself for the menu, goes to JSON and back (`core.editing.codec`), and reports
what it touched. An operation that cannot be done raises `Refused` and leaves the state as it was.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import Aspect, Chromosome, ExclusionReason, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.metaphase import (
    Banding,
    ExcludedObject,
    Mark,
    MarkKind,
    Metaphase,
    Origin,
    Quality,
    Verdict,
)
from core.domain.outline import Box, Point
from core.editing.changes import Aspects, Change
from core.editing.crossings import without_lost_crossings
from core.editing.order import insert_homologs, renumber_homologs


class Refused(ValueError):
    """An operation that makes no sense on this state; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOperation(ABC):
    """A step in the history of one cell."""

    aspects: ClassVar[Aspects] = Aspects.EVERYTHING

    @property
    @abstractmethod
    def label(self) -> str:
        """Words for the undo menu, such as "Turn 2 chromosomes"."""

    @abstractmethod
    def apply(self, cell: Metaphase) -> Metaphase:
        """Return the state after this step; `Refused` when it makes no sense."""

    @property
    def touched(self) -> frozenset[ChromosomeId]:
        """Chromosomes concerned; empty means the whole cell."""
        return frozenset(getattr(self, "ids", ()))

    @property
    def change(self) -> Change:
        """What views may have to redraw."""
        return Change(aspects=self.aspects, chromosomes=self.touched)


def _edited(
    cell: Metaphase, ids: tuple[ChromosomeId, ...], edit: Callable[[Chromosome], Chromosome]
) -> tuple[Chromosome, ...]:
    known = {chromosome.id for chromosome in cell.chromosomes}
    if not ids:
        raise Refused("nothing is selected, select a chromosome first")
    if not known.issuperset(ids):
        raise Refused("the chromosome is no longer in this cell, select another one")
    wanted = set(ids)
    return tuple(edit(c) if c.id in wanted else c for c in cell.chromosomes)


def _plural(count: int) -> str:
    return "chromosome" if count == 1 else f"{count} chromosomes"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceProposal(CellOperation):
    """The machine's whole answer as one step; what a person decided stays as it is.

    `superseded` names proposed chromosomes that lie on an object a person decided about; the caller
    finds them by outline overlap (`core.analysis.reconcile`), because outlines meet in pixels.
    """

    proposal: str
    chromosomes: tuple[Chromosome, ...]
    excluded: tuple[ExcludedObject, ...]
    unexplained: tuple[Box, ...] = ()
    quality: Quality | None = None
    right_probability: float | None = None
    banding: Banding | None = None
    dark_on_light: bool | None = None
    superseded: frozenset[ChromosomeId] = frozenset()

    @property
    @override
    def label(self) -> str:
        return "Analyse"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        kept = tuple(c for c in cell.chromosomes if c.decided or c.confirmed)
        gone = self.superseded | {c.id for c in kept}
        fresh = tuple(c for c in self.chromosomes if c.id not in gone)
        return replace(
            cell,
            proposal=self.proposal,
            chromosomes=renumber_homologs(without_lost_crossings((*kept, *fresh))),
            excluded=self.excluded,
            unexplained=self.unexplained,
            quality=self.quality,
            right_probability=self.right_probability,
            banding=self.banding or cell.banding,
            dark_on_light=cell.dark_on_light if self.dark_on_light is None else self.dark_on_light,
        )


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
        return f"Name {_plural(len(self.ids))} {name}"

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
                excluded=None,
                decided=chromosome.decided | {Aspect.CLASS},
            )

        chromosomes = _edited(cell, self.ids, named)
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
            chromosomes=_edited(
                cell,
                self.ids,
                lambda c: replace(c, homolog=places[c.id], decided=c.decided | {Aspect.ORDER}),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(CellOperation):
    """Turn chromosomes by 180 degrees: the p arm is at the other end. Never mirrors."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Turn {_plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        def turned(chromosome: Chromosome) -> Chromosome:
            p_arm = chromosome.p_arm or (0.0, -1.0)
            return replace(
                chromosome,
                p_arm=(-p_arm[0], -p_arm[1]),
                axis=chromosome.axis[::-1],
                decided=chromosome.decided | {Aspect.POLARITY},
            )

        return replace(cell, chromosomes=_edited(cell, self.ids, turned))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotate(CellOperation):
    """Set the extra rotation on the karyogram, in degrees clockwise."""

    aspects: ClassVar[Aspects] = Aspects.POLARITY
    ids: tuple[ChromosomeId, ...]
    degrees: float

    @property
    @override
    def label(self) -> str:
        return f"Rotate {_plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(
            cell, chromosomes=_edited(cell, self.ids, lambda c: replace(c, turned=self.degrees % 360.0))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclude(CellOperation):
    """Leave objects out of the count; they stay visible."""

    aspects: ClassVar[Aspects] = Aspects.EXCLUSION | Aspects.ORDER
    ids: tuple[ChromosomeId, ...]
    reason: ExclusionReason

    @property
    @override
    def label(self) -> str:
        return f"Exclude {_plural(len(self.ids))} ({self.reason.value.replace('_', ' ')})"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        chromosomes = _edited(
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
        return f"Restore {_plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        chromosomes = _edited(
            cell, self.ids, lambda c: replace(c, excluded=None, decided=c.decided | {Aspect.EXCLUSION})
        )
        return replace(cell, chromosomes=renumber_homologs(chromosomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recut(CellOperation):
    """Replace chromosomes by new outlines: base of cut, join and outlining.

    The new ones arrive complete (named, oriented), so that replaying the log needs no model.
    """

    aspects: ClassVar[Aspects] = (
        Aspects.OUTLINES | Aspects.CLASSES | Aspects.POLARITY | Aspects.ORDER | Aspects.EXCLUSION
    )
    ids: tuple[ChromosomeId, ...]
    pieces: tuple[Chromosome, ...]

    @property
    @override
    def touched(self) -> frozenset[ChromosomeId]:
        return frozenset((*self.ids, *(piece.id for piece in self.pieces)))

    @property
    @override
    def label(self) -> str:
        return "Change outlines"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        present = [c.id for c in cell.chromosomes]
        if not set(present).issuperset(self.ids):
            raise Refused("the chromosome is no longer in this cell, select another one")
        fresh = {piece.id for piece in self.pieces}
        if len(fresh) < len(self.pieces) or (set(present) - set(self.ids)) & fresh:
            raise Refused("a new piece carries the identity of another chromosome, repeat the gesture")
        if not self.ids and not self.pieces:
            raise Refused("nothing was drawn, draw the outline of a chromosome")
        pieces = tuple(replace(p, decided=p.decided | {Aspect.OUTLINE}) for p in self.pieces)
        at = min((present.index(i) for i in self.ids), default=len(present))
        rest = [c for c in cell.chromosomes if c.id not in set(self.ids)]
        before = sum(1 for i in present[:at] if i not in set(self.ids))
        together = without_lost_crossings((*rest[:before], *pieces, *rest[before:]))
        return replace(cell, chromosomes=renumber_homologs(together))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Recut):
    """Cut one object along a line into two or more."""

    @property
    @override
    def label(self) -> str:
        return f"Cut into {len(self.pieces)}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if len(self.ids) != 1 or len(self.pieces) < 2:
            raise Refused("the line cuts nothing, draw it right across one chromosome")
        return Recut.apply(self, cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Recut):
    """Join pieces into one chromosome."""

    @property
    @override
    def label(self) -> str:
        return f"Join {len(self.ids)} pieces"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if len(self.ids) < 2 or len(self.pieces) != 1:
            raise Refused("joining needs at least two pieces, select them both")
        return Recut.apply(self, cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddChromosome(Recut):
    """Add a chromosome that the program did not find."""

    ids: tuple[ChromosomeId, ...] = ()

    @property
    @override
    def label(self) -> str:
        return "Add chromosome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread(CellOperation):
    """A repeated reading by the models of class, polarity and pairing; decided aspects are kept."""

    aspects: ClassVar[Aspects] = Aspects.CLASSES | Aspects.POLARITY | Aspects.ORDER
    readings: tuple[Chromosome, ...]
    right_probability: float | None = None

    @property
    @override
    def touched(self) -> frozenset[ChromosomeId]:
        return frozenset(reading.id for reading in self.readings)

    @property
    @override
    def label(self) -> str:
        return "Name again"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        readings = {reading.id: reading for reading in self.readings}
        chromosomes = tuple(_reread(c, readings[c.id]) if c.id in readings else c for c in cell.chromosomes)
        return replace(
            cell, chromosomes=renumber_homologs(chromosomes), right_probability=self.right_probability
        )


def _reread(chromosome: Chromosome, reading: Chromosome) -> Chromosome:
    if chromosome.confirmed:
        return chromosome
    if Aspect.CLASS not in chromosome.decided:
        chromosome = replace(
            chromosome,
            chromosome_class=reading.chromosome_class,
            object_type=reading.object_type,
            confidence=reading.confidence,
            alternatives=reading.alternatives,
            similarity=reading.similarity,
            homolog=reading.homolog if Aspect.ORDER not in chromosome.decided else chromosome.homolog,
        )
    if Aspect.POLARITY not in chromosome.decided:
        chromosome = replace(
            chromosome,
            p_arm=reading.p_arm,
            p_arm_confidence=reading.p_arm_confidence,
            axis=reading.axis,
        )
    if Aspect.CENTROMERE not in chromosome.decided:
        chromosome = replace(chromosome, centromere=reading.centromere)
    return chromosome


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
            chromosomes=_edited(
                cell,
                self.ids,
                lambda c: replace(c, centromere=self.point, decided=c.decided | {Aspect.CENTROMERE}),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(CellOperation):
    """A person looked at chromosomes and agrees with what stands."""

    aspects: ClassVar[Aspects] = Aspects.CONFIRMATION
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Confirm {_plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(cell, chromosomes=_edited(cell, self.ids, lambda c: replace(c, confirmed=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMark(CellOperation):
    """A person states that the cell was counted, analysed, karyotyped or checked."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    mark: Mark

    @property
    @override
    def label(self) -> str:
        return f"Mark {self.mark.kind.value}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not self.mark.person.strip():
            raise Refused("a mark needs a person, enter your name in the settings")
        others = tuple(mark for mark in cell.marks if mark.kind is not self.mark.kind)
        return replace(cell, marks=(*others, self.mark))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearMark(CellOperation):
    """Take a mark back."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    kind: MarkKind

    @property
    @override
    def label(self) -> str:
        return f"Clear mark {self.kind.value}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if cell.marked(self.kind) is None:
            raise Refused(f"this cell carries no mark {self.kind.value}")
        return replace(cell, marks=tuple(mark for mark in cell.marks if mark.kind is not self.kind))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(CellOperation):
    """Accept a cell, reject it with a reason, or keep it for counting only."""

    aspects: ClassVar[Aspects] = Aspects.VERDICT
    verdict: Verdict
    reason: str | None = None

    @property
    @override
    def label(self) -> str:
        return {
            Verdict.OPEN: "Reopen cell",
            Verdict.ACCEPTED: "Accept cell",
            Verdict.COUNT_ONLY: "Count only",
            Verdict.REJECTED: f"Reject cell ({self.reason or 'no reason'})",
        }[self.verdict]

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.verdict is Verdict.REJECTED and not self.reason:
            raise Refused("a rejected cell needs a reason, choose one")
        return replace(cell, verdict=self.verdict, verdict_reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Describe(CellOperation):
    """Set what is known of the slide: place of origin, scale, banding."""

    aspects: ClassVar[Aspects] = Aspects.DETAILS
    origin: Origin
    pixel_size_um: float | None
    banding: Banding

    @property
    @override
    def label(self) -> str:
        return "Describe cell"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.pixel_size_um is not None and not 0.005 <= self.pixel_size_um <= 5.0:
            raise Refused(f"expected 0.005 to 5 µm per pixel, got {self.pixel_size_um:g}")
        return replace(cell, origin=self.origin, pixel_size_um=self.pixel_size_um, banding=self.banding)
