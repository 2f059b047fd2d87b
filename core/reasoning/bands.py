"""First level: what the bands of each chromosome say by themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.homolog_kinds import idiogram_bands
from core.analysis.strands import CellStrands, Strand
from core.domain.chromosome import Alternative
from core.domain.metaphase import Metaphase
from core.reasoning.step import ReasoningLevel, ReasoningStep, Steps
from core.reasoning.structure import comparison_steps
from core.reasoning.words import named, per_cent, proper

_SURE: Final = 0.9
_POOR: Final = 0.0
"""Agreement below which a chromosome is named: one in twenty of the chromosomes of real cells (547 of
validation cases: 5 % lie under 0.02, half of them over 0.45; small and bent ones are the usual reason)."""
_LEVEL: Final = ReasoningLevel.BANDS


def band_steps(cell: Metaphase, strands: CellStrands | None) -> Steps:
    """Say what was read along the axis of each chromosome.

    Parameters
    ----------
    cell
        State as it stands.
    strands
        Its chromosomes laid straight; None where the picture is not at hand, then only what the namer
        kept is told.

    Returns
    -------
    tuple of ReasoningStep
        The cell as a whole, then every chromosome whose bands alone do not name it surely.
    """
    steps: list[ReasoningStep] = []
    by_id = {one.id: one for one in strands.strands} if strands else {}
    agreement = {name: agreement_with(one, one.chromosome_class) for name, one in by_id.items()}
    if agreement:
        values = sorted(agreement.values())
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{len(values)} chromosomes laid straight; their bands agree with the idiogram of their"
                f" class by {np.median(values):.2f} in the median, {values[0]:.2f} at least"
                " (correlation at 400 bands)",
                cells=(cell.id,),
            )
        )
    steps += [
        ReasoningStep(
            level=_LEVEL,
            seen=f"Bands of {named(one)} agree with their idiogram by {agreement[one.id]:.2f} only",
            hence="compare it with its homolog",
            chromosomes=(one.id,),
            cells=(cell.id,),
        )
        for one in cell.counting
        if agreement.get(one.id, 1.0) < _POOR
    ]
    steps += _quality_steps(cell)
    sure = 0
    for one in cell.counting:
        if not one.alone:
            continue
        first = one.alone[0]
        if first.probability >= _SURE:
            sure += 1
            continue
        seen = f"Bands of {named(one)} alone say {_said(one.alone)}"
        strand = by_id.get(one.id)
        if strand is not None and len(one.alone) > 1:
            fits = [
                f"{agreement_with(strand, said.chromosome_class):.2f} with the idiogram of"
                f" {said.chromosome_class}"
                for said in one.alone
            ]
            seen += "; they agree " + ", ".join(fits)
        if strand is not None and strand.crossed.any():
            seen += f"; {per_cent(float(strand.crossed.mean()))} of its length lie under another chromosome"
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=seen,
                hence="left to the comparison with the other chromosomes of the cell",
                chromosomes=(one.id,),
                cells=(cell.id,),
                probability=first.probability,
            )
        )
    if sure:
        steps.insert(
            1 if agreement else 0,
            ReasoningStep(
                level=_LEVEL,
                seen=f"The bands of {sure} of {cell.count} chromosomes name them by themselves"
                f" (at least {per_cent(_SURE)})",
                hence="taken as they are",
                cells=(cell.id,),
            ),
        )
    return (*steps, *comparison_steps(cell))


def agreement_with(strand: Strand, name: str) -> float:
    """Correlation (-1..1) of the bands of a chromosome with the idiogram of a class at 400 bands."""
    own = np.concatenate([strand.p_bands[::-1], strand.q_bands])
    clear = ~np.concatenate([strand.p_crossed[::-1], strand.q_crossed])
    if clear.sum() < 8:
        return 0.0
    drawn = idiogram_bands(name, len(strand.p_bands), len(own))
    return _correlation(own[clear], drawn[clear])


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if one.std() < 1e-9 or other.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _quality_steps(cell: Metaphase) -> list[ReasoningStep]:
    quality = cell.quality
    if quality is None:
        return []
    steps = []
    if quality.band_level is not None:
        low, high = quality.band_level_low, quality.band_level_high
        within = f" ({low:.0f} to {high:.0f})" if low is not None and high is not None else ""
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"About {quality.band_level:.0f} bands per haploid set{within}",
                hence="changes smaller than a band of this level cannot be seen in this cell",
                cells=(cell.id,),
            )
        )
    banding = cell.banding.value
    if cell.banding_stated:
        steps.append(proper(_LEVEL, f"Banding {banding}, as a person or the file states", cell.id))
    elif cell.banding_confidence is not None:
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"Banding {banding}: {cell.banding_reason}" if cell.banding_reason else banding,
                cells=(cell.id,),
                probability=cell.banding_confidence,
            )
        )
    return steps


def _said(alternatives: tuple[Alternative, ...]) -> str:
    return ", ".join(f"{one.chromosome_class} ({per_cent(one.probability)})" for one in alternatives)
