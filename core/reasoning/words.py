"""Words that all levels share."""

from __future__ import annotations

from core.domain.bands import UNKNOWN
from core.domain.chromosome import Chromosome
from core.domain.ids import CellId
from core.reasoning.step import ReasoningLevel, ReasoningStep


def per_cent(value: float) -> str:
    """A probability as people read it: 97 %, never 100 % for what is not certain."""
    if 0.995 <= value < 1.0:
        return "> 99 %"
    if 0.0 < value < 0.005:
        return "< 1 %"
    return f"{100 * value:.0f} %"


def named(chromosome: Chromosome) -> str:
    """How a chromosome is spoken of: `the second 17`, `an unnamed object`."""
    if chromosome.chromosome_class == UNKNOWN:
        return "an unnamed object"
    places = {1: "first", 2: "second", 3: "third", 4: "fourth"}
    place = places.get(chromosome.homolog or 0)
    return f"the {place} {chromosome.chromosome_class}" if place else f"a {chromosome.chromosome_class}"


def proper(level: ReasoningLevel, seen: str, cell: CellId) -> ReasoningStep:
    """A step that only tells what was seen in a cell."""
    return ReasoningStep(level=level, seen=seen, cells=(cell,))
