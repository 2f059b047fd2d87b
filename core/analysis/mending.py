"""What a suggestion would put in place: chromosomes of its outlines, and the one step that does it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.analysis.suggestion import Repair, Suggestion
from core.domain.chromosome import Aspect, Chromosome
from core.domain.ids import ChromosomeId, new_id
from core.domain.outline import Outline, Point
from core.editing.operations import (
    AddChromosome,
    CellOperation,
    Cut,
    Exclude,
    Join,
    Reclassify,
    Refused,
    Remove,
    SeparateCrossing,
)
from core.imaging.outline import mask_of
from core.imaging.straighten import medial_axis

RESHAPING = (Repair.JOIN, Repair.CUT, Repair.UNCROSS, Repair.OUTLINE)
"""Repairs that need chromosomes of new outlines."""


def pieces_of(suggestion: Suggestion) -> tuple[Chromosome, ...]:
    """Make the chromosomes that a repair puts in place; nobody has named them yet."""
    pieces = tuple(fresh_chromosome(outline) for outline in suggestion.outlines)
    if suggestion.repair is Repair.UNCROSS and len(pieces) == 2:
        first, second = pieces
        return (replace(first, overlaps=(second.id,)), replace(second, overlaps=(first.id,)))
    return pieces


def operation_of(suggestion: Suggestion, pieces: tuple[Chromosome, ...] = ()) -> CellOperation:
    """Make the one step that a repair is.

    Parameters
    ----------
    pieces
        What `pieces_of` gave, named by the models where they were quick enough.

    Raises
    ------
    Refused
        Where the suggestion only points at a place.
    """
    ids = suggestion.ids
    if suggestion.repair is Repair.JOIN:
        return Join(ids=ids, pieces=pieces)
    if suggestion.repair is Repair.CUT:
        return Cut(ids=ids, pieces=pieces)
    if suggestion.repair is Repair.UNCROSS:
        return SeparateCrossing(ids=ids, pieces=pieces)
    if suggestion.repair is Repair.OUTLINE:
        return AddChromosome(pieces=pieces, explains=() if suggestion.box is None else (suggestion.box,))
    if suggestion.repair is Repair.REMOVE:
        return Remove(ids=ids)
    if suggestion.repair is Repair.EXCLUDE and suggestion.exclusion is not None:
        return Exclude(ids=ids, reason=suggestion.exclusion)
    if suggestion.repair is Repair.RENAME and suggestion.chromosome_class is not None:
        return Reclassify(ids=ids, chromosome_class=suggestion.chromosome_class)
    raise Refused("there is nothing to do by one key here, look at the place and decide by hand")


def fresh_chromosome(outline: Outline) -> Chromosome:
    """Make a chromosome of an outline, with its axis, and no name."""
    mask, origin = mask_of(outline.points, outline.holes)
    axis = medial_axis(mask) + np.asarray(origin, dtype=np.float64)
    chord = axis[0] - axis[-1]
    length = float(np.hypot(*chord))
    p_arm: Point = (0.0, -1.0) if length < 1e-6 else (float(chord[0] / length), float(chord[1] / length))
    return Chromosome(
        id=ChromosomeId(new_id()),
        outline=outline,
        axis=tuple((round(float(x), 2), round(float(y), 2)) for x, y in axis[:: max(1, len(axis) // 40)]),
        p_arm=p_arm,
        decided=frozenset({Aspect.OUTLINE}),
    )
