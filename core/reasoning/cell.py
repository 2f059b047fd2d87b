"""Third level: what the cell as a whole made of its chromosomes."""

from __future__ import annotations

from core.analysis.numerical import cell_karyotype, findings_of, why_no_karyotype
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect
from core.domain.judgement import FindingAnswer
from core.domain.metaphase import Metaphase
from core.reasoning.step import ReasoningLevel, ReasoningStep, Steps
from core.reasoning.structure import suspicion_steps
from core.reasoning.words import named, per_cent

_LEVEL = ReasoningLevel.CELL


def cell_steps(cell: Metaphase) -> Steps:
    """Say which names the numbers of the cell changed, what is too many or missing, and what it adds up to.

    Parameters
    ----------
    cell
        State as it stands.
    """
    steps: list[ReasoningStep] = []
    for one in cell.counting:
        if not one.alternatives or Aspect.CLASS in one.decided:
            continue
        read = one.alternatives[0]
        if read.chromosome_class != one.chromosome_class:
            taken = "left without a name" if one.chromosome_class == UNKNOWN else "taken as"
            steps.append(
                ReasoningStep(
                    level=_LEVEL,
                    seen=f"An object reads {read.chromosome_class} ({per_cent(read.probability)}); with the"
                    " numbers of all classes together another answer is likelier",
                    hence=taken if one.chromosome_class == UNKNOWN else f"{taken} {named(one)}",
                    changed=True,
                    chromosomes=(one.id,),
                    cells=(cell.id,),
                    probability=one.confidence,
                )
            )
    steps += _findings(cell)
    steps += suspicion_steps(cell)
    if cell.unexplained:
        number = len(cell.unexplained)
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{number} stained place{'s' if number > 1 else ''} in no outline",
                hence="a loss is not believed before somebody looked there",
                cells=(cell.id,),
            )
        )
    for change in cell.changes:
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{change.person} states {change.text}",
                hence="part of the karyotype of this cell",
                changed=True,
                chromosomes=change.chromosomes,
                cells=(cell.id,),
            )
        )
    steps.append(_conclusion(cell))
    return tuple(steps)


def _findings(cell: Metaphase) -> list[ReasoningStep]:
    steps = []
    for finding in findings_of(cell):
        answer = cell.judgement(finding)
        hence = "a deviation of this cell; whether it is clonal the case tells"
        if answer is not None:
            verb = {
                FindingAnswer.ACCEPTED: "accepted",
                FindingAnswer.REJECTED: "rejected",
                FindingAnswer.RENAMED: f"renamed to {answer.named}",
            }[answer.answer]
            hence = f"{verb} by {answer.person}" + (f": {answer.reason}" if answer.reason else "")
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=finding.text[0].upper() + finding.text[1:],
                hence=hence,
                changed=answer is not None and answer.answer is not FindingAnswer.ACCEPTED,
                chromosomes=finding.supporting,
                cells=(cell.id,),
                probability=finding.confidence,
            )
        )
    return steps


def _conclusion(cell: Metaphase) -> ReasoningStep:
    reason = why_no_karyotype(cell)
    if reason is not None:
        return ReasoningStep(
            level=_LEVEL,
            seen=f"{cell.count} chromosomes; no karyotype of this cell: {reason}",
            hence="left out of the case",
            changed=True,
            cells=(cell.id,),
        )
    return ReasoningStep(
        level=_LEVEL,
        seen=f"{cell.count} chromosomes: {cell_karyotype(cell)}",
        hence="handed to the case",
        cells=(cell.id,),
        probability=cell.right_probability,
    )
