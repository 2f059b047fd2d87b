"""The karyogram: chromosomes of one cell in the order of ISCN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.domain.bands import UNKNOWN
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.metaphase import Metaphase

MARKER_SLOT: Final = "mar"


@dataclass(frozen=True, slots=True, kw_only=True)
class KaryogramTemplate:
    """Rows of a karyogram; each row holds groups of slots that stand apart."""

    name: str
    rows: tuple[tuple[tuple[str, ...], ...], ...]


ISCN_ROWS: Final = KaryogramTemplate(
    name="ISCN rows",
    rows=(
        (("1", "2", "3"), ("4", "5")),
        (("6", "7", "8", "9", "10", "11", "12"),),
        (("13", "14", "15"), ("16", "17", "18")),
        (("19", "20"), ("21", "22"), ("X", "Y")),
    ),
)
"""Groups A-B, C, D-E, F-G and sex chromosomes (ISCN 2024, section 2.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of the karyogram with its chromosomes, left to right; derivatives to the right."""

    name: str
    chromosomes: tuple[Chromosome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Karyogram:
    """Rows of groups of slots, and the tray for markers and unknown objects."""

    rows: tuple[tuple[tuple[Slot, ...], ...], ...]
    markers: tuple[Chromosome, ...]
    unknown: tuple[Chromosome, ...]


def karyogram_of(cell: Metaphase, template: KaryogramTemplate = ISCN_ROWS) -> Karyogram:
    """Lay the chromosomes of a cell out; excluded objects are left out."""

    def order(chromosome: Chromosome) -> tuple[bool, int]:
        return (chromosome.object_type is ObjectType.DERIVATIVE, chromosome.homolog or 0)

    shown = sorted((c for c in cell.chromosomes if c.excluded is None), key=order)

    def slot(name: str) -> Slot:
        return Slot(name=name, chromosomes=tuple(c for c in shown if c.chromosome_class == name))

    unnamed = [c for c in shown if c.chromosome_class == UNKNOWN]
    return Karyogram(
        rows=tuple(tuple(tuple(slot(name) for name in group) for group in row) for row in template.rows),
        markers=tuple(c for c in unnamed if c.object_type is ObjectType.MARKER),
        unknown=tuple(c for c in unnamed if c.object_type is not ObjectType.MARKER),
    )
