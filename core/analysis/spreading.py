"""A correction that spreads: where in the other cells of a case the same error may have been made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.doubles import doubles_of
from core.analysis.suspects.merged import merged_of
from core.analysis.suspects.shapes import Shape, Shapes, shapes_of
from core.analysis.suspects.splits import splits_of
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect, Chromosome, ExclusionReason
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase, Verdict
from core.editing.operations import CellOperation, Cut, Exclude, Join, Reclassify, Remove, SeparateCrossing

_FEWEST: Final = 8
_LIKELY_ALIKE: Final = 0.3
"""From this likelihood a split or merged outline is offered where its classes are those corrected."""
_LIKELY: Final = 0.6
_DOUBLE: Final = 0.6
_SURE: Final = 0.9
_SECOND: Final = 0.25
_SECOND_IN_NEED: Final = 0.05
_ALIKE: Final = 0.3
"""Largest logarithmic difference of area and of slenderness of what was left out for the same reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarPlace:
    """A place of another cell where a correction may be wanted too."""

    cell: Metaphase
    suggestion: Suggestion


def similar_places(
    before: Metaphase, operation: CellOperation, others: Iterable[Metaphase]
) -> tuple[SimilarPlace, ...]:
    """Look for the error that a person just corrected in the other cells of the case.

    Parameters
    ----------
    before
        The cell before the correction.
    operation
        What the person did.
    others
        Other cells of the case; rejected ones are passed over, and so is what a person decided.

    Returns
    -------
    tuple of SimilarPlace
        The most likely first; empty for steps that correct nothing.
    """
    if not isinstance(operation, Reclassify | Exclude | Join | Cut | SeparateCrossing | Remove):
        return ()
    known = {chromosome.id: chromosome for chromosome in before.chromosomes}
    corrected = [known[i] for i in operation.ids if i in known]
    if not corrected:
        return ()
    found = [
        SimilarPlace(cell=cell, suggestion=suggestion)
        for cell in others
        if cell.id != before.id and cell.verdict is not Verdict.REJECTED and cell.count >= _FEWEST
        for suggestion in _in_cell(before, operation, corrected, shapes_of(cell))
    ]
    return tuple(sorted(found, key=lambda place: -place.suggestion.likely))


def _in_cell(
    before: Metaphase, operation: CellOperation, corrected: list[Chromosome], shapes: Shapes
) -> Iterator[Suggestion]:
    names = {chromosome.chromosome_class for chromosome in corrected}
    if isinstance(operation, Reclassify):
        for was in sorted(names - {operation.chromosome_class}):
            yield from _misnamed(shapes, was, operation.chromosome_class)
    elif isinstance(operation, Exclude):
        yield from _left_out(before, corrected, operation.reason, shapes)
    elif isinstance(operation, Join):
        names |= {piece.chromosome_class for piece in operation.pieces} - {UNKNOWN}
        for one in splits_of(shapes, None):
            alike = bool(_classes(shapes, one) & names)
            if one.likely >= (_LIKELY_ALIKE if alike else _LIKELY):
                yield one
    elif isinstance(operation, Cut | SeparateCrossing):
        for one in merged_of(shapes, None):
            alike = bool(_classes(shapes, one) & names)
            if one.likely >= (_LIKELY_ALIKE if alike else _LIKELY):
                yield one
    else:
        yield from (one for one in doubles_of(shapes) if one.likely >= _DOUBLE)


def _classes(shapes: Shapes, one: Suggestion) -> set[str]:
    return {shapes.cell.chromosome(i).chromosome_class for i in one.ids}


def _misnamed(shapes: Shapes, was: str, becomes: str) -> Iterator[Suggestion]:
    """Chromosomes of the same wrong name whose second class is the right one."""
    if becomes == UNKNOWN:
        return
    for shape in shapes.each:
        one = shape.chromosome
        if one.chromosome_class != was or one.confirmed or Aspect.CLASS in one.decided:
            continue
        second = next((a.probability for a in one.alternatives if a.chromosome_class == becomes), 0.0)
        needed = bool(shapes.surplus.get(was)) or was == UNKNOWN
        wanted = bool(shapes.missing.get(becomes))
        least = _SECOND_IN_NEED if needed and wanted else _SECOND
        if one.confidence >= _SURE or second < least:
            continue
        said = f"named {was} with {100 * one.confidence:.0f} %, {becomes} comes next ({100 * second:.0f} %)"
        if needed and was != UNKNOWN:
            said += f"; {shapes.surplus[was] + 2} of {was}"
        yield Suggestion(
            fault=Fault.MISNAMED,
            repair=Repair.RENAME,
            ids=(one.id,),
            likely=min(0.95, second / max(second + one.confidence, 1e-6) + 0.25 * needed + 0.15 * wanted),
            title=f"{becomes} instead of {was}?",
            reason=said,
            chromosome_class=becomes,
        )


def _left_out(
    before: Metaphase, corrected: list[Chromosome], reason: ExclusionReason, shapes: Shapes
) -> Iterator[Suggestion]:
    """Doubtful objects of the same size and slenderness as those that were left out."""
    model = shapes_of(before)
    wanted = {chromosome.id for chromosome in corrected}
    patterns = [shape for shape in model.each if shape.chromosome.id in wanted]
    for shape in shapes.each:
        one = shape.chromosome
        if one.confirmed or one.decided or not _doubtful(shapes, one):
            continue
        far = min((_unlike(model, pattern, shapes, shape) for pattern in patterns), default=9.0)
        if far > _ALIKE:
            continue
        said = f"as large and as slender as what was left out, named {one.chromosome_class}"
        yield Suggestion(
            fault=Fault.STRANGER,
            repair=Repair.EXCLUDE,
            ids=(one.id,),
            likely=0.75 - far,
            title=f"Also {reason.value.replace('_', ' ')}?",
            reason=f"{said} with {100 * one.confidence:.0f} %",
            effect=-1,
            exclusion=reason,
        )


def _doubtful(shapes: Shapes, one: Chromosome) -> bool:
    unsure = min(one.confidence, one.outline_confidence) < 0.7
    return one.chromosome_class == UNKNOWN or (unsure and bool(shapes.surplus.get(one.chromosome_class)))


def _unlike(model: Shapes, pattern: Shape, shapes: Shapes, shape: Shape) -> float:
    size = abs(float(np.log((shape.area / shapes.area) / (pattern.area / model.area))))
    slender = abs(float(np.log((shape.length / shape.width) / (pattern.length / pattern.width))))
    return max(size, slender)


def without_taken(places: Iterable[SimilarPlace]) -> tuple[SimilarPlace, ...]:
    """Keep one place for each chromosome, so that all can be accepted in one step."""
    taken: set[tuple[str, ChromosomeId]] = set()
    kept = []
    for place in places:
        here = {(str(place.cell.id), one) for one in place.suggestion.ids}
        if taken.isdisjoint(here):
            kept.append(place)
            taken |= here
    return tuple(kept)
