"""The karyogram: chromosomes of one cell in the order of ISCN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.domain.annotation import Annotation
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.template import ISCN_ROWS, KaryogramTemplate

__all__ = [
    "ISCN_ROWS",
    "MARKER_SLOT",
    "Karyogram",
    "KaryogramTemplate",
    "Slot",
    "annotations_of",
    "designation_of",
    "karyogram_of",
    "marks_of",
    "place_in_slot",
]

MARKER_SLOT: Final = "mar"


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


_NAMED: Final = {
    ObjectType.DERIVATIVE: "der", ObjectType.RING: "r", ObjectType.DICENTRIC: "dic",
    ObjectType.ACENTRIC_FRAGMENT: "ace", ObjectType.DMIN: "dmin", ObjectType.MARKER: "mar",
}  # fmt: skip
_SMALL: Final = (ObjectType.ACENTRIC_FRAGMENT, ObjectType.DMIN)
_LAST: Final = (
    ObjectType.NORMAL, ObjectType.UNKNOWN, ObjectType.RING, ObjectType.DICENTRIC, ObjectType.DERIVATIVE,
    ObjectType.MARKER, ObjectType.ACENTRIC_FRAGMENT, ObjectType.DMIN,
)  # fmt: skip


def karyogram_of(cell: Metaphase, template: KaryogramTemplate = ISCN_ROWS) -> Karyogram:
    """Lay the chromosomes of a cell out; excluded objects are left out.

    What is abnormal stands to the right of its normal homolog. Markers come last, and after them the
    fragments and double minutes that have no class.
    """
    shown = sorted((c for c in cell.chromosomes if c.excluded is None), key=place_in_slot)

    def slot(name: str) -> Slot:
        return Slot(name=name, chromosomes=tuple(c for c in shown if c.chromosome_class == name))

    unnamed = [c for c in shown if c.chromosome_class == UNKNOWN]
    last = [c for c in unnamed if c.object_type is ObjectType.MARKER or c.object_type in _SMALL]
    return Karyogram(
        rows=tuple(tuple(tuple(slot(name) for name in group) for group in row) for row in template.rows),
        markers=tuple(last),
        unknown=tuple(c for c in unnamed if c not in last),
    )


def place_in_slot(chromosome: Chromosome) -> tuple[int, int]:
    """Order within a slot: the normal one first, then by kind, then by the place a person gave."""
    return (_LAST.index(chromosome.object_type), chromosome.homolog or 0)


def designation_of(chromosome: Chromosome) -> str:
    """Name of an abnormal chromosome as ISCN begins it, "der(9)"; empty for a normal one."""
    word = _NAMED.get(chromosome.object_type, "")
    if not word or chromosome.object_type in (ObjectType.MARKER, *_SMALL):
        return word
    return word if chromosome.chromosome_class == UNKNOWN else f"{word}({chromosome.chromosome_class})"


def marks_of(chromosome: Chromosome) -> tuple[str, ...]:
    """What has to be said where its picture is no captured one: "straightened", "mirrored"."""
    words = (("straightened", chromosome.straightened), ("mirrored", chromosome.mirrored))
    return tuple(word for word, applies in words if applies)


def annotations_of(cell: Metaphase) -> dict[ChromosomeId, tuple[Annotation, ...]]:
    """Return what is drawn on each chromosome.

    An annotation whose chromosome was cut or joined belongs to the piece that holds its last point, or
    lies nearest to it.
    """
    present = {c.id: c for c in cell.chromosomes}
    found: dict[ChromosomeId, list[Annotation]] = {}
    for annotation in cell.annotations:
        if not annotation.complete or not present:
            continue
        owner = annotation.chromosome
        if owner not in present:
            owner = _nearest(cell, annotation)
        found.setdefault(owner, []).append(annotation)
    return {owner: tuple(those) for owner, those in found.items()}


def _nearest(cell: Metaphase, annotation: Annotation) -> ChromosomeId:
    x, y = annotation.points[-1]

    def away(chromosome: Chromosome) -> float:
        return min((px - x) ** 2 + (py - y) ** 2 for px, py in chromosome.outline.points)

    return min(cell.chromosomes, key=away).id
