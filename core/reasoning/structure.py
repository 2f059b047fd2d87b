"""What the comparison of structure adds to the levels of bands, cell and case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from core.analysis.structural import (
    findings_of_structure,
    is_structure_compared,
    suspicions_of_case,
    threshold_for,
    variants_of_structure,
    why_not_compared,
)
from core.domain.metaphase import Metaphase
from core.domain.suspicion import Suspicion
from core.reasoning.step import ReasoningLevel, ReasoningStep, Steps
from core.reasoning.words import named

_HOT: Final = 0.5
_MOST_CLASSES: Final = 5


def comparison_steps(cell: Metaphase) -> Steps:
    """Level of bands: which chromosomes differ from homolog and class, where, and by how much."""
    compared = [one for one in cell.counting if one.suspicion is not None]
    if not compared:
        return ()
    steps = [
        ReasoningStep(
            level=ReasoningLevel.BANDS,
            seen=f"{len(compared)} of {cell.count} chromosomes compared with their homolog and their class",
            hence=why_not_compared(cell) or "",
            cells=(cell.id,),
        )
    ]
    single = threshold_for(1)
    for one in sorted(compared, key=lambda one: -_deviation(one.suspicion)):
        said = one.suspicion
        if said is None or said.deviation < 0.6 * single:
            break
        enough = "over" if said.deviation >= single else "under"
        steps.append(
            ReasoningStep(
                level=ReasoningLevel.BANDS,
                seen=f"Bands of {named(one)} differ from its homolog and its class {_where(said)}, most like"
                f" {said.kind.value}; {said.deviation:.1f} standard deviations above normal chromosomes",
                hence=f"{enough} the threshold of {single:.1f} for one cell",
                chromosomes=(one.id,),
                cells=(cell.id,),
                probability=said.probability,
            )
        )
    return tuple(steps)


def suspicion_steps(cell: Metaphase) -> Steps:
    """Level of the cell: what became of the differences."""
    steps = [
        ReasoningStep(
            level=ReasoningLevel.CELL,
            seen=finding.text[0].upper() + finding.text[1:],
            hence="a suspicion: it waits for a person and writes nothing into the karyotype",
            chromosomes=finding.supporting,
            cells=(cell.id,),
            probability=finding.confidence,
        )
        for finding in findings_of_structure(cell)
    ]
    for chromosome, variant in variants_of_structure(cell):
        steps.append(
            ReasoningStep(
                level=ReasoningLevel.CELL,
                seen=f"{named(cell.chromosome(chromosome))} looks like {variant}",
                hence="a variant of the normal: told in words, kept out of the string",
                changed=True,
                chromosomes=(chromosome,),
                cells=(cell.id,),
            )
        )
    return tuple(steps)


def pooled_steps(cells: Sequence[Metaphase]) -> Steps:
    """Level of the case: the pooled deviation of each class against the threshold for so many cells."""
    compared = [cell for cell in cells if is_structure_compared(cell)]
    if len(compared) < 2:
        return ()
    pooled = suspicions_of_case(compared)
    raised = [one for one in pooled if one.raised]
    steps = [
        ReasoningStep(
            level=ReasoningLevel.CASE,
            seen=f"Chromosome {one.chromosome_class}: mean deviation {one.score:.1f} over {one.compared}"
            f" cells, most like {one.kind.value}{_near(one.breaks)}",
            hence=f"over the threshold of {one.threshold:.1f} for so many cells: a suspicion of the case",
            cells=one.cells,
        )
        for one in raised
    ]
    rest = pooled[len(raised) : len(raised) + _MOST_CLASSES]
    if rest:
        highest = ", ".join(f"{one.chromosome_class} ({one.score:.1f})" for one in rest)
        steps.append(
            ReasoningStep(
                level=ReasoningLevel.CASE,
                seen=f"Pooled deviations of the other classes over {len(compared)} cells: {highest} at most",
                hence=f"under their threshold of {rest[0].threshold:.1f}",
                cells=tuple(cell.id for cell in compared),
            )
        )
    return tuple(steps)


def _deviation(said: Suspicion | None) -> float:
    return -np.inf if said is None else said.deviation


def _where(said: Suspicion) -> str:
    if said.breaks:
        places = " and ".join(
            place.band if place.low == place.high else f"{place.band} ({place.low} to {place.high})"
            for place in said.breaks
        )
        return f"near {places}"
    hot = [at for at, value in enumerate(said.heat) if value >= _HOT]
    if not hot:
        return "along its axis"
    low, high = (100 * at / len(said.heat) for at in (hot[0], hot[-1] + 1))
    return f"from {low:.0f} to {high:.0f} % of its length"


def _near(bands: Sequence[str]) -> str:
    return f" near {', '.join(bands)}" if bands else ""
