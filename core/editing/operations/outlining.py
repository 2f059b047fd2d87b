"""New outlines: cut, separate, join, add and take away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Box
from core.editing.changes import Aspects
from core.editing.crossings import with_mutual_crossings, without_lost_crossings
from core.editing.operations.base import CellOperation, Refused, edited, plural
from core.editing.order import renumber_homologs


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
        together = with_mutual_crossings(without_lost_crossings((*rest[:before], *pieces, *rest[before:])))
        return replace(cell, chromosomes=renumber_homologs(together))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Recut):
    """Cut objects along a line, each into two or more."""

    @property
    @override
    def label(self) -> str:
        if len(self.ids) > 1:
            return f"Cut {len(self.ids)} chromosomes into {len(self.pieces)}"
        return f"Cut into {len(self.pieces)}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not self.ids or len(self.pieces) < 2 * len(self.ids):
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
class SeparateCrossing(Recut):
    """Two chromosomes in place of a crossing; the captured crossing belongs to both.

    `explains` names boxes of unexplained or excluded stain that the two account for.
    """

    explains: tuple[Box, ...] = ()

    @property
    @override
    def label(self) -> str:
        return "Separate crossing"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if len(self.pieces) != 2:
            raise Refused("a crossing gives two chromosomes, draw a stroke along each")
        first, second = self.pieces
        if second.id not in first.overlaps and first.id not in second.overlaps:
            raise Refused("the two chromosomes share no crossing, draw both strokes right through it")
        return without_boxes(Recut.apply(self, cell), self.explains)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddChromosome(Recut):
    """Add a chromosome that the program did not find.

    `explains` names boxes of unexplained or excluded stain that the new chromosome accounts for.
    """

    ids: tuple[ChromosomeId, ...] = ()
    explains: tuple[Box, ...] = ()

    @property
    @override
    def label(self) -> str:
        return "Add chromosome"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return without_boxes(Recut.apply(self, cell), self.explains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(CellOperation):
    """Take outlines away, as if nobody had drawn them."""

    aspects: ClassVar[Aspects] = Recut.aspects
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Delete {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        edited(cell, self.ids, lambda chromosome: chromosome)
        rest = tuple(c for c in cell.chromosomes if c.id not in set(self.ids))
        if not rest:
            raise Refused("these are the last chromosomes of the cell, reject the cell (R) instead")
        return replace(cell, chromosomes=renumber_homologs(without_lost_crossings(rest)))


def without_boxes(cell: Metaphase, boxes: tuple[Box, ...]) -> Metaphase:
    """Drop unexplained and excluded stain at these boxes."""
    if not boxes:
        return cell
    return replace(
        cell,
        unexplained=tuple(box for box in cell.unexplained if box not in boxes),
        excluded=tuple(found for found in cell.excluded if found.box not in boxes),
    )
