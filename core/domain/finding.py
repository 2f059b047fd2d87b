"""What deviates from the normal karyotype, and on which evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import CellId, ChromosomeId


class FindingKind(StrEnum):
    """Kinds of abnormality (words of the result schema that the program can assert)."""

    GAIN = "gain"
    LOSS = "loss"
    POLYPLOIDY = "polyploidy"
    MARKER = "marker"
    DELETION = "deletion"
    DUPLICATION = "duplication"
    INVERSION = "inversion"
    ISOCHROMOSOME = "isochromosome"
    RING = "ring"
    DERIVATIVE = "derivative"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One deviation of one cell.

    `confidence` is the probability (0..1) that the deviation is real in this cell; `text` says it in
    words; `chromosomes` are classes, `supporting` the objects that show it, `breakpoints` bands.
    """

    kind: FindingKind
    chromosomes: tuple[str, ...]
    supporting: tuple[ChromosomeId, ...]
    confidence: float
    text: str
    breakpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What was looked at at all: a cell in which only numbers were looked at is never "normal"."""

    numerical: bool
    structural: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """Cells of one karyotype; `clonal` by the clone rule of ISCN 2024."""

    karyotype: str
    cells: tuple[CellId, ...]
    clonal: bool
