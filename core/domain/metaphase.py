"""One cell's spread: its picture, its chromosomes, and what people said about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.annotation import Annotation
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Alternative, Chromosome, ExclusionReason
from core.domain.finding import Finding
from core.domain.ids import CellId, ChromosomeId, PersonName
from core.domain.judgement import FindingJudgement
from core.domain.outline import Box, Point


class Banding(StrEnum):
    """How the slide was stained (words of the result schema)."""

    G = "G"
    Q = "Q"
    R = "R"
    C = "C"
    DAPI = "DAPI"
    UNKNOWN = "unknown"


class MarkKind(StrEnum):
    """The four statements of the ledger; only a person makes them."""

    COUNTED = "counted"
    ANALYSED = "analysed"
    KARYOTYPED = "karyotyped"
    CHECKED = "checked"


class Verdict(StrEnum):
    """What becomes of a cell."""

    OPEN = "open"
    ACCEPTED = "accepted"
    COUNT_ONLY = "count_only"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One statement of one person about one cell, at one time (UTC)."""

    kind: MarkKind
    person: PersonName
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good a spread is; every number 0 (bad) to 1 (good).

    `band_level` is bands per haploid set with its 95 % interval, None where it cannot be told.
    """

    score: float
    spread: float
    overlap: float
    band_clarity: float
    focus: float
    completeness: float
    debris: float
    band_level: float | None = None
    band_level_low: float | None = None
    band_level_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedObject:
    """Something stained that is no chromosome of this cell, found by the program."""

    box: Box
    reason: ExclusionReason


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An outline that the program drew and did not take for a chromosome.

    Parameters
    ----------
    box
        Bounds of the outline.
    probability
        Probability (0..1) that it is one whole chromosome that no other outline shows.
    uncovered
        Share (0..1) of it that lies in no outline that was taken.
    alternatives
        What it would be by itself, the likeliest class first.
    """

    box: Box
    probability: float
    uncovered: float
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A piece of stain that no outline covers.

    `area` is in square pixels; `touching` tells whether it lies against an outline, as a chromosome does that
    was missed in a cluster.
    """

    box: Box
    area: float
    touching: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where on which slide a cell lies; stage coordinates in micrometres."""

    culture: str | None = None
    slide: str | None = None
    colony: str | None = None
    stage_x: float | None = None
    stage_y: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTick:
    """One person compared the homologs of a class on the intact metaphase, at one time (UTC).

    `chromosomes` are those that were compared: when others stand there later, the tick speaks of
    something else and says so.
    """

    chromosome_class: str
    person: PersonName
    time: datetime
    chromosomes: tuple[ChromosomeId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedChange:
    """A structural change that one person states for this cell, at one time (UTC).

    Gains and losses of whole chromosomes and markers are never stated: they follow from the chromosomes.

    Parameters
    ----------
    text
        One change in ISCN without a number of cells: `t(9;22)(q34;q11.2)`, `+der(22)t(9;22)(q34;q11.2)`.
    chromosomes
        Objects that show it, where the person pointed at some; those that are gone since are passed over.
    accepted
        Whether the program suggested it and the person agreed, or the person said it unasked.
    """

    text: str
    person: PersonName
    time: datetime
    chromosomes: tuple[ChromosomeId, ...] = ()
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Metaphase:
    """State of one cell. The picture is named by the SHA-256 of its original file.

    Parameters
    ----------
    page
        Page of a multi-page file, from 0.
    pixel_size_um
        Micrometres per pixel; None until known.
    counted_points
        Places where a person clicked while counting, in order.
    proposal
        Identity of the stored machine answer this state started from.
    unexplained
        Boxes of stained material that looks like chromosome but lies in no outline.
    passed_over
        Outlines that the program drew and did not take; where one is missing, it may be among them.
    leftover
        Pieces of stain beside the outlines, those against an outline included; None before an analysis that
        looked for them.
    ticks
        Pairs that a person compared on the intact metaphase; they set no mark by themselves.
    notes
        What a person wrote down about this cell.
    annotations
        Arrows, words, circles and boxes on its chromosomes; later ones lie above.
    banding_stated
        Whether a person or the file says the banding; else the program recognised or assumed it.
    banding_confidence, banding_reason
        Probability of the recognised banding (None before an analysis), and on what it rests.
    changes
        Structural changes that people state for this cell, in ISCN.
    judgements
        What people said of findings of the program, in the order in which they said it.
    """

    id: CellId
    label: str
    image: str
    width: int
    height: int
    page: int = 0
    pixel_size_um: float | None = None
    dark_on_light: bool = True
    banding: Banding = Banding.UNKNOWN
    origin: Origin = Origin()
    chromosomes: tuple[Chromosome, ...] = ()
    excluded: tuple[ExcludedObject, ...] = ()
    unexplained: tuple[Box, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    leftover: tuple[Leftover, ...] | None = None
    quality: Quality | None = None
    right_probability: float | None = None
    proposal: str | None = None
    marks: tuple[Mark, ...] = ()
    counted_points: tuple[Point, ...] = ()
    verdict: Verdict = Verdict.OPEN
    verdict_reason: str | None = None
    ticks: tuple[PairTick, ...] = ()
    notes: str = ""
    annotations: tuple[Annotation, ...] = ()
    banding_stated: bool = False
    banding_confidence: float | None = None
    banding_reason: str = ""
    changes: tuple[StatedChange, ...] = ()
    judgements: tuple[FindingJudgement, ...] = ()

    def chromosome(self, chromosome_id: ChromosomeId) -> Chromosome:
        """Return the chromosome of that identity; KeyError when this cell has none."""
        for chromosome in self.chromosomes:
            if chromosome.id == chromosome_id:
                return chromosome
        raise KeyError(chromosome_id)

    @property
    def counting(self) -> tuple[Chromosome, ...]:
        """Chromosomes that belong to the count."""
        return tuple(chromosome for chromosome in self.chromosomes if chromosome.counts)

    @property
    def count(self) -> int:
        """Centric chromosomes of this cell as it stands."""
        return len(self.counting)

    @property
    def class_counts(self) -> dict[str, int]:
        """How many chromosomes of each class count, markers and unknowns under "unknown"."""
        return dict(Counter(chromosome.chromosome_class for chromosome in self.counting))

    @property
    def unnamed(self) -> tuple[Chromosome, ...]:
        """Counting chromosomes without a class."""
        return tuple(c for c in self.counting if c.chromosome_class == UNKNOWN)

    def marked(self, kind: MarkKind) -> Mark | None:
        """Return the mark of that kind, None where nobody set it."""
        return next((mark for mark in self.marks if mark.kind is kind), None)

    def judgement(self, finding: Finding) -> FindingJudgement | None:
        """Return what a person said of a finding, None where nobody judged it."""
        return next((one for one in self.judgements if one.means(finding)), None)

    def tick(self, chromosome_class: str) -> PairTick | None:
        """Return the tick of that class, None where nobody compared it."""
        return next((tick for tick in self.ticks if tick.chromosome_class == chromosome_class), None)

    def stated(self, text: str) -> StatedChange | None:
        """Return the stated change of that ISCN text, None where nobody states it."""
        return next((change for change in self.changes if change.text == text), None)

    def is_stale(self, tick: PairTick) -> bool:
        """Whether other chromosomes stand in the class of a tick than those that were compared."""
        now = {c.id for c in self.counting if c.chromosome_class == tick.chromosome_class}
        return now != set(tick.chromosomes)
