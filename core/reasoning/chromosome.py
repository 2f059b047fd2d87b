"""Second level: how the other chromosomes of the cell changed what the bands alone said."""

from __future__ import annotations

from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect, Chromosome
from core.domain.metaphase import Metaphase
from core.reasoning.step import ReasoningLevel, ReasoningStep, Steps
from core.reasoning.words import named, per_cent

_LEVEL = ReasoningLevel.CHROMOSOME


def chromosome_steps(cell: Metaphase) -> Steps:
    """Compare the reading of each chromosome alone, among the others, and as it stands.

    Returns
    -------
    tuple of ReasoningStep
        Chromosomes whose name changed on the way; orientation and outlines in doubt; what people said.
    """
    steps: list[ReasoningStep] = []
    confirmed = 0
    compared = [one for one in cell.counting if one.alone and one.alternatives]
    for one in compared:
        alone, among = one.alone[0], one.alternatives[0]
        if alone.chromosome_class == among.chromosome_class:
            confirmed += 1
            continue
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{_first(named(one))}: alone it reads {alone.chromosome_class}"
                f" ({per_cent(alone.probability)}), beside the other chromosomes of the cell"
                f" {among.chromosome_class} ({per_cent(among.probability)})",
                hence=f"handed on as {among.chromosome_class}",
                changed=True,
                chromosomes=(one.id,),
                cells=(cell.id,),
                probability=among.probability,
            )
        )
    if confirmed:
        steps.insert(
            0,
            ReasoningStep(
                level=_LEVEL,
                seen=f"{confirmed} of {len(compared)} chromosomes read the same beside the others as alone",
                hence="handed on unchanged",
                cells=(cell.id,),
            ),
        )
    for one in cell.counting:
        steps += _doubts(cell, one)
        if one.decided or one.confirmed:
            steps.append(_decided(cell, one))
    return tuple(steps)


def _doubts(cell: Metaphase, one: Chromosome) -> list[ReasoningStep]:
    found = []
    if one.p_arm_confidence < 0.9 and Aspect.POLARITY not in one.decided and not one.confirmed:
        found.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{_first(named(one))}: the p arm may be at the other end",
                hence="offered for a look",
                chromosomes=(one.id,),
                cells=(cell.id,),
                probability=one.p_arm_confidence,
            )
        )
    if one.outline_confidence < 0.8 and Aspect.OUTLINE not in one.decided and not one.confirmed:
        what = f"crosses {len(one.overlaps)} other" if one.overlaps else "touches others"
        found.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{_first(named(one))}: the outline may not be one whole chromosome ({what})",
                hence="offered for a look; counts less surely",
                chromosomes=(one.id,),
                cells=(cell.id,),
                probability=one.outline_confidence,
            )
        )
    return found


def _decided(cell: Metaphase, one: Chromosome) -> ReasoningStep:
    aspects = ", ".join(sorted(aspect.value for aspect in one.decided))
    said = f"a person decided {aspects}" if aspects else "a person looked at it and agreed"
    before = one.alternatives[0].chromosome_class if one.alternatives else ""
    overruled = Aspect.CLASS in one.decided and before not in ("", one.chromosome_class)
    instead = f" (the program read {before})" if overruled and before != UNKNOWN else ""
    return ReasoningStep(
        level=_LEVEL,
        seen=f"{_first(named(one))}: {said}{instead}",
        hence="stands, whatever the program reads",
        changed=overruled,
        chromosomes=(one.id,),
        cells=(cell.id,),
    )


def _first(text: str) -> str:
    return text[0].upper() + text[1:]
