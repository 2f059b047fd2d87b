"""One chromosome of one metaphase, as it stands after the last edit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.bands import CLASSES, UNKNOWN
from core.domain.ids import ChromosomeId
from core.domain.outline import Outline, Point
from core.domain.suspicion import Suspicion


class ObjectType(StrEnum):
    """What kind of chromosome it is (words of the result schema)."""

    NORMAL = "normal"
    DERIVATIVE = "derivative"
    MARKER = "marker"
    RING = "ring"
    DICENTRIC = "dicentric"
    ACENTRIC_FRAGMENT = "acentric_fragment"
    DMIN = "dmin"
    UNKNOWN = "unknown"


class ExclusionReason(StrEnum):
    """Why an object is seen but not counted (words of the result schema)."""

    NUCLEUS = "nucleus"
    DEBRIS = "debris"
    OTHER_CELL = "other_cell"
    EDGE = "edge"
    UNCLEAR = "unclear"


class Aspect(StrEnum):
    """What a person can decide about a chromosome; a decided aspect is locked against re-analysis."""

    OUTLINE = "outline"
    CLASS = "class"
    POLARITY = "polarity"
    CENTROMERE = "centromere"
    AXIS = "axis"
    EXCLUSION = "exclusion"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A class the program also thought of, with its calibrated probability (0..1)."""

    chromosome_class: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromosome:
    """One object on the slide: outline, name, orientation, and who decided what.

    Parameters
    ----------
    id
        Stays the same through every edit that does not cut or join.
    outline
        Polygon in the picture; a crossing belongs to both chromosomes.
    chromosome_class
        "1".."22", "X", "Y" or "unknown".
    confidence
        Calibrated probability (0..1) that the class is right, as the program proposed it.
    alternatives
        The most probable classes in falling order, the chosen one among them.
    alone
        The most probable classes by its own bands only, before the other chromosomes of the cell were
        looked at; empty where the namer does not say.
    suspicion
        What the structure model says of its build; None where it was not compared.
    p_arm
        Unit vector from the centre to the end of the p arm; None where unknown.
    p_arm_confidence
        Probability (0.5..1) that `p_arm` does not point the other way.
    centromere
        Point in the picture; None where unknown.
    axis
        Medial axis in the picture from the end of the p arm to the end of the q arm, step about 1 px.
    overlaps
        Chromosomes that share a crossing with this one.
    homolog
        Place within its class in the karyogram, from 1; None for what has no place yet.
    excluded
        Reason why it is left out of the count; None when it counts.
    similarity
        Likeness (0..1) to the homolog it is paired with; None without one.
    outline_confidence
        Probability (0..1) that the outline holds exactly one whole chromosome.
    decided
        Aspects that a person set.
    confirmed
        True once a person looked at it and agreed.
    turned
        Extra rotation on the karyogram in degrees, clockwise, set by a person.
    nudged
        Offset on the karyogram in captured pixels (x right, y down), set by a person.
    mirrored
        Whether the karyogram shows its mirror image, which is no captured picture.
    straightened
        Whether the karyogram shows it laid straight along its axis, which is no captured picture.
    """

    id: ChromosomeId
    outline: Outline
    chromosome_class: str = UNKNOWN
    confidence: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    object_type: ObjectType = ObjectType.NORMAL
    p_arm: Point | None = None
    p_arm_confidence: float = 0.5
    centromere: Point | None = None
    axis: tuple[Point, ...] = ()
    overlaps: tuple[ChromosomeId, ...] = ()
    homolog: int | None = None
    excluded: ExclusionReason | None = None
    similarity: float | None = None
    outline_confidence: float = 1.0
    decided: frozenset[Aspect] = frozenset()
    confirmed: bool = False
    turned: float = 0.0
    nudged: Point = (0.0, 0.0)
    mirrored: bool = False
    straightened: bool = False
    alone: tuple[Alternative, ...] = ()
    suspicion: Suspicion | None = None

    def __post_init__(self) -> None:
        if self.chromosome_class not in (*CLASSES, UNKNOWN):
            raise ValueError(f"expected a class of 1-22, X, Y or {UNKNOWN}, got {self.chromosome_class!r}")

    @property
    def counts(self) -> bool:
        """Whether it belongs to the count: centric, of this cell (acentric fragments and dmin do not)."""
        return self.excluded is None and self.object_type not in (
            ObjectType.ACENTRIC_FRAGMENT,
            ObjectType.DMIN,
        )

    @property
    def doubt(self) -> float:
        """How much a look would be worth, 0 (sure, or seen by a person) to 1."""
        if self.confirmed or self.excluded is not None:
            return 0.0
        sure = 1.0
        if Aspect.CLASS not in self.decided:
            sure *= self.confidence
        if Aspect.OUTLINE not in self.decided:
            sure *= self.outline_confidence
        if Aspect.POLARITY not in self.decided:
            sure *= self.p_arm_confidence
        return 1.0 - sure
