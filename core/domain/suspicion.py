"""What a model suspects of the build of one chromosome: never a finding before a person agrees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """Kinds of changes of structure that are told apart."""

    DELETION = "deletion"
    DUPLICATION = "duplication"
    INVERSION = "inversion"
    FOREIGN = "foreign material"
    ISOCHROMOSOME = "isochromosome"
    RING = "ring"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectedBreak:
    """A place where the chromosome may be broken.

    `band` is the likeliest one at the 400 level, `low` and `high` the bands between which it lies with a
    probability of 80 %; `fraction` is its place on the idiogram, 0 pter .. 1 qter.
    """

    band: str
    low: str
    high: str
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """How one chromosome differs from its homolog and its class.

    Attributes
    ----------
    deviation
        Standard deviations above what normal chromosomes of its class show; what is pooled over cells.
    probability
        0..1 that the chromosome is changed, for one chromosome in a hundred being so.
    kind
        Likeliest kind of change.
    heat
        From the p end to the q end, 0..1: where it differs. Empty where nothing does.
    breaks
        At most two.
    foreign
        Class that foreign material may come from; None where that cannot be told.
    """

    deviation: float
    probability: float
    kind: ChangeKind
    heat: tuple[float, ...] = ()
    breaks: tuple[SuspectedBreak, ...] = ()
    foreign: str | None = None
