"""What changed between two states of a cell, where no operation says it (undo, reload, another seat)."""

from __future__ import annotations

from core.domain.chromosome import Chromosome
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects, Change

_FIELDS = (
    (Aspects.OUTLINES, ("outline", "outline_confidence", "overlaps")),
    (Aspects.CLASSES, ("chromosome_class", "object_type", "confidence", "alternatives", "similarity")),
    (
        Aspects.POLARITY,
        ("p_arm", "p_arm_confidence", "axis", "centromere", "turned", "mirrored", "straightened"),
    ),
    (Aspects.ORDER, ("homolog", "nudged")),
    (Aspects.EXCLUSION, ("excluded",)),
    (Aspects.CONFIRMATION, ("confirmed", "decided")),
)


def difference(before: Metaphase, after: Metaphase) -> Change:
    """Compare two states.

    Returns
    -------
    Change
        Aspects that differ and the chromosomes concerned, those that came and went among them.
    """
    aspects = Aspects.NOTHING
    old = {chromosome.id: chromosome for chromosome in before.chromosomes}
    new = {chromosome.id: chromosome for chromosome in after.chromosomes}
    touched = set(old) ^ set(new)
    if touched:
        aspects |= Aspects.OUTLINES | Aspects.CLASSES | Aspects.POLARITY | Aspects.ORDER | Aspects.EXCLUSION
    for chromosome_id in set(old) & set(new):
        found = _aspects(old[chromosome_id], new[chromosome_id])
        if found is not Aspects.NOTHING:
            touched.add(chromosome_id)
            aspects |= found
    if (before.marks, before.counted_points, before.ticks) != (
        after.marks,
        after.counted_points,
        after.ticks,
    ):
        aspects |= Aspects.MARKS
    if (before.verdict, before.verdict_reason) != (after.verdict, after.verdict_reason):
        aspects |= Aspects.VERDICT
    if before.annotations != after.annotations:
        aspects |= Aspects.ANNOTATIONS
    if (before.excluded, before.unexplained) != (after.excluded, after.unexplained):
        aspects |= Aspects.EXCLUSION
    if _details(before) != _details(after):
        aspects |= Aspects.DETAILS
    return Change(aspects=aspects, chromosomes=frozenset(touched))


def _aspects(old: Chromosome, new: Chromosome) -> Aspects:
    if old is new or old == new:
        return Aspects.NOTHING
    found = Aspects.NOTHING
    for aspect, names in _FIELDS:
        if any(getattr(old, name) != getattr(new, name) for name in names):
            found |= aspect
    return found


def _details(cell: Metaphase) -> tuple[object, ...]:
    return (
        cell.label,
        cell.origin,
        cell.pixel_size_um,
        cell.banding,
        cell.dark_on_light,
        cell.quality,
        cell.notes,
        cell.changes,
    )
