"""Chromosomes of a class with too many that may belong to a class with too few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.shapes import Shape, Shapes
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect

_LEAST: Final = 0.04


def misnamed_of(shapes: Shapes) -> Iterator[Suggestion]:
    """Propose another name, for the member of a class too many that fits a missing class best."""
    for wanted in shapes.missing:
        fitting = [
            (likely, shape) for shape in shapes.each if (likely := _likely(shapes, shape, wanted)) >= _LEAST
        ]
        if not fitting:
            continue
        likely, shape = max(fitting, key=lambda entry: entry[0])
        name = shape.chromosome.chromosome_class
        has = "it has no name" if name == UNKNOWN else f"{shapes.surplus[name] + 2} of {name}"
        yield Suggestion(
            fault=Fault.MISNAMED,
            repair=Repair.RENAME,
            ids=(shape.chromosome.id,),
            likely=likely,
            title=f"The missing {wanted}?",
            reason=f"{has}; {wanted} is its next likely class ({100 * _second(shape, wanted):.0f} %)"
            if _second(shape, wanted) >= 0.01
            else f"{has}; its length fits {wanted}",
            chromosome_class=wanted,
        )


def _second(shape: Shape, wanted: str) -> float:
    return next((a.probability for a in shape.chromosome.alternatives if a.chromosome_class == wanted), 0.0)


def _likely(shapes: Shapes, shape: Shape, wanted: str) -> float:
    chromosome = shape.chromosome
    name = chromosome.chromosome_class
    if chromosome.confirmed or Aspect.CLASS in chromosome.decided or chromosome.object_type != "normal":
        return 0.0
    if name != UNKNOWN and not shapes.surplus.get(name):
        return 0.0
    fit = abs(float(np.log(shape.length / shapes.expected_length(wanted))))
    if fit > 0.4:
        return 0.0
    support = _second(shape, wanted)
    if name == UNKNOWN:
        return min(0.8, 0.25 + support) * (1.0 - fit)
    # Bayes against its own name, with even odds for the exchange that makes both classes whole.
    return support / max(support + chromosome.confidence * 0.5, 1e-6) * (1.0 - fit) * 0.9
