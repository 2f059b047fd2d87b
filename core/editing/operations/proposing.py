"""What the models propose, and their repeated reading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Banding, ExcludedObject, Leftover, Metaphase, PassedOver, Quality
from core.domain.outline import Box, Point
from core.editing.changes import Aspects
from core.editing.crossings import without_lost_crossings
from core.editing.operations.base import CellOperation
from core.editing.order import renumber_homologs


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
    banding_confidence: float | None = None
    banding_reason: str = ""
    passed_over: tuple[PassedOver, ...] = ()
    leftover: tuple[Leftover, ...] | None = None

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
            passed_over=self.passed_over,
            leftover=self.leftover,
            quality=self.quality,
            right_probability=self.right_probability,
            banding=cell.banding if cell.banding_stated else self.banding or cell.banding,
            banding_confidence=self.banding_confidence,
            banding_reason=self.banding_reason,
            dark_on_light=cell.dark_on_light if self.dark_on_light is None else self.dark_on_light,
        )


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
        chromosomes = tuple(
            with_reading(c, readings[c.id]) if c.id in readings else c for c in cell.chromosomes
        )
        return replace(
            cell, chromosomes=renumber_homologs(chromosomes), right_probability=self.right_probability
        )


def with_reading(chromosome: Chromosome, reading: Chromosome) -> Chromosome:
    """Take class, polarity and centromere of a reading where no person decided."""
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
            axis=_axis_read(chromosome, reading),
        )
    if Aspect.CENTROMERE not in chromosome.decided:
        chromosome = replace(chromosome, centromere=reading.centromere)
    return with_suspicion(chromosome, reading)


def with_suspicion(chromosome: Chromosome, reading: Chromosome) -> Chromosome:
    """Take what is suspected of a reading; under another name or along another axis it says nothing."""
    compared = (chromosome.chromosome_class, chromosome.axis) == (reading.chromosome_class, reading.axis)
    return replace(chromosome, suspicion=reading.suspicion if compared else None)


def _axis_read(chromosome: Chromosome, reading: Chromosome) -> tuple[Point, ...]:
    """Axis of the reading; one that a person drew is only turned, so that the p end comes first."""
    own, read = chromosome.axis, reading.axis
    if Aspect.AXIS not in chromosome.decided or len(own) < 2 or len(read) < 2:
        return read
    ends = [(line[0][0] - line[-1][0], line[0][1] - line[-1][1]) for line in (own, read)]
    same_way = ends[0][0] * ends[1][0] + ends[0][1] * ends[1][1] >= 0
    return own if same_way else own[::-1]
