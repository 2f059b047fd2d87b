"""Another outline or axis for chromosomes that stay who they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects
from core.editing.crossings import with_mutual_crossings, without_lost_crossings
from core.editing.operations.base import CellOperation, Refused
from core.editing.operations.proposing import with_reading, with_suspicion
from core.editing.order import renumber_homologs


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape(CellOperation):
    """Give chromosomes other outlines, by brush, eraser, lasso or contour points.

    `pieces` have the identities of the chromosomes they stand for and arrive read by the models; what a
    person decided about them stays. `verb` names the tool in the undo menu.
    """

    aspects: ClassVar[Aspects] = Aspects.OUTLINES | Aspects.CLASSES | Aspects.POLARITY | Aspects.ORDER
    pieces: tuple[Chromosome, ...]
    verb: str = "Reshape"

    @property
    @override
    def touched(self) -> frozenset[ChromosomeId]:
        return frozenset(piece.id for piece in self.pieces)

    @property
    @override
    def label(self) -> str:
        return (
            f"{self.verb} chromosome"
            if len(self.pieces) == 1
            else f"{self.verb} {len(self.pieces)} chromosomes"
        )

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not self.pieces:
            raise Refused("nothing changed, draw over the edge of a chromosome")
        pieces = {piece.id: piece for piece in self.pieces}
        if not pieces.keys() <= {c.id for c in cell.chromosomes}:
            raise Refused("the chromosome is no longer in this cell, select another one")
        chromosomes = tuple(
            _reshaped(c, pieces[c.id]) if c.id in pieces else _apart(c, pieces) for c in cell.chromosomes
        )
        together = with_mutual_crossings(without_lost_crossings(chromosomes))
        return replace(cell, chromosomes=renumber_homologs(together))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAxis(CellOperation):
    """A person draws the axis of a chromosome; it is straightened and measured along it.

    `piece` has the identity of the chromosome and arrives read along its new axis, p end first.
    """

    aspects: ClassVar[Aspects] = Aspects.CLASSES | Aspects.POLARITY | Aspects.ORDER
    piece: Chromosome

    @property
    @override
    def touched(self) -> frozenset[ChromosomeId]:
        return frozenset({self.piece.id})

    @property
    @override
    def label(self) -> str:
        return "Move axis"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.piece.id not in {c.id for c in cell.chromosomes}:
            raise Refused("the chromosome is no longer in this cell, select another one")
        if len(self.piece.axis) < 2:
            raise Refused("an axis needs two ends, drag its handles apart")
        chromosomes = tuple(
            replace(_along(with_reading(c, self.piece), self.piece), decided=c.decided | {Aspect.AXIS})
            if c.id == self.piece.id
            else c
            for c in cell.chromosomes
        )
        return replace(cell, chromosomes=renumber_homologs(chromosomes))


def _reshaped(chromosome: Chromosome, piece: Chromosome) -> Chromosome:
    read = with_reading(chromosome, piece)
    if Aspect.AXIS not in chromosome.decided:
        read = _along(read, piece)
    return replace(
        read,
        outline=piece.outline,
        overlaps=piece.overlaps,
        # Compared was what lay in the outline that is given now.
        suspicion=with_suspicion(read, piece).suspicion,
        decided=chromosome.decided | {Aspect.OUTLINE},
    )


def _along(chromosome: Chromosome, piece: Chromosome) -> Chromosome:
    """Take the axis of a piece, keeping the p end where a person has put it."""
    axis, p_arm = piece.axis, piece.p_arm
    known = chromosome.p_arm
    if (
        len(axis) >= 2
        and known is not None
        and (Aspect.POLARITY in chromosome.decided or chromosome.confirmed)
    ):
        chord = (axis[0][0] - axis[-1][0], axis[0][1] - axis[-1][1])
        if chord[0] * known[0] + chord[1] * known[1] < 0:
            axis = axis[::-1]
            p_arm = None if p_arm is None else (-p_arm[0], -p_arm[1])
    centromere = chromosome.centromere if Aspect.CENTROMERE in chromosome.decided else piece.centromere
    laid = replace(chromosome, axis=axis, p_arm=p_arm or known, centromere=centromere)
    return with_suspicion(laid, piece)


def _apart(chromosome: Chromosome, pieces: dict[ChromosomeId, Chromosome]) -> Chromosome:
    """Forget crossings with pieces that no longer reach this chromosome."""
    lost = {
        piece.id
        for piece in pieces.values()
        if piece.id in chromosome.overlaps and chromosome.id not in piece.overlaps
    }
    if not lost:
        return chromosome
    return replace(chromosome, overlaps=tuple(one for one in chromosome.overlaps if one not in lost))
