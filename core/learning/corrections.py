"""What a person changed in a proposal, and what they confirmed unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.domain.chromosome import Aspect, Chromosome, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.judgement import FindingAnswer, FindingJudgement, is_structural
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.learning.matching import Descent, descents
from core.learning.overlap import footprint_of, likeness

_SAME_OUTLINE: Final = 0.9
"""Outlines of two analyses that share this much are one answer; an outline drawn by a person never is."""


class CorrectionKind(StrEnum):
    """What can be right or wrong in a proposal."""

    CLASS = "class"
    POLARITY = "polarity"
    CENTROMERE = "centromere"
    OUTLINE = "outline"
    CUT = "cut"
    JOIN = "join"
    EXCLUSION = "exclusion"
    ADDED = "added"
    REMOVED = "removed"
    FINDING = "finding"


STAGE_OF: Final = {
    CorrectionKind.CLASS: "namer",
    CorrectionKind.POLARITY: "namer",
    CorrectionKind.CENTROMERE: "centromere",
    CorrectionKind.OUTLINE: "outliner",
    CorrectionKind.CUT: "outliner",
    CorrectionKind.JOIN: "outliner",
    CorrectionKind.EXCLUSION: "finder",
    CorrectionKind.ADDED: "finder",
    CorrectionKind.REMOVED: "finder",
    CorrectionKind.FINDING: "findings",
}
"""Stage of the analysis that answers for each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One answer of the program as a person left it.

    Parameters
    ----------
    changed
        False where the answer was confirmed as it was.
    chromosomes
        Identities in the confirmed cell; in the proposal where nothing is left of them.
    proposed, confirmed
        The two answers in words; None where there is none.
    model
        `name@version` of the stage that answered; empty where the proposal does not tell.
    confidence
        Probability (0..1) that the program gave its answer; None where it gave none.
    """

    kind: CorrectionKind
    changed: bool
    chromosomes: tuple[ChromosomeId, ...]
    proposed: str | None
    confirmed: str | None
    model: str
    confidence: float | None


def corrections_between(proposal: Proposal, state: Metaphase) -> tuple[Correction, ...]:
    """Compare a confirmed cell with what the program had proposed.

    Every object is compared for being a chromosome at all, outline, class and polarity; `changed`
    tells the corrected answers from those that were confirmed. What is excluded is compared for
    nothing else.

    Parameters
    ----------
    proposal
        The one that `state.proposal` names.
    state
        The cell as a person confirmed it.
    """
    comparison = _Comparison(proposal)
    found: list[Correction] = []
    for descent in descents(proposal.chromosomes, state.chromosomes):
        found.extend(comparison.of(descent))
    found.extend(comparison.of_finding(judgement) for judgement in state.judgements)
    return tuple(found)


class _Comparison:
    def __init__(self, proposal: Proposal) -> None:
        self._models = proposal.models

    def of(self, descent: Descent) -> Iterator[Correction]:
        before, after = descent.proposed, descent.confirmed
        if len(before) == 1 and len(after) == 1:
            yield from self._one(before[0], after[0])
        elif not before:
            # What no person counts was not missed.
            if any(chromosome.excluded is None for chromosome in after):
                yield self._correction(CorrectionKind.ADDED, after, None, _class_of(after[0]), None)
        elif not after:
            if all(chromosome.excluded is not None for chromosome in before):
                return
            sure = before[0].outline_confidence
            yield self._correction(CorrectionKind.REMOVED, before, _class_of(before[0]), None, sure)
        else:
            yield self._recut(before, after)

    def of_finding(self, judgement: FindingJudgement) -> Correction:
        """An answer to a finding: numbers rest on the namer, structure on the model of that name."""
        stage = "structure" if is_structural(judgement.kind) else "namer"
        return Correction(
            kind=CorrectionKind.FINDING,
            changed=judgement.answer is not FindingAnswer.ACCEPTED,
            chromosomes=judgement.shown_by,
            proposed=judgement.proposed,
            confirmed=judgement.named or judgement.answer.value,
            model=self._models.get(stage, ""),
            confidence=judgement.confidence,
        )

    def _one(self, before: Chromosome, after: Chromosome) -> Iterator[Correction]:
        yield self._correction(
            CorrectionKind.EXCLUSION,
            (after,),
            _standing_of(before),
            _standing_of(after),
            before.outline_confidence,
            changed=(before.excluded is None) != (after.excluded is None),
        )
        if after.excluded is not None:
            return
        yield self._outline(before, after)
        yield self._correction(
            CorrectionKind.CLASS, (after,), _class_of(before), _class_of(after), before.confidence
        )
        turned = _turned(before, after)
        if turned is not None:
            yield self._correction(
                CorrectionKind.POLARITY,
                (after,),
                "as proposed",
                "turned" if turned else "as proposed",
                before.p_arm_confidence,
                changed=turned,
            )
        if Aspect.CENTROMERE in after.decided and before.centromere != after.centromere:
            yield self._correction(
                CorrectionKind.CENTROMERE, (after,), _place_of(before), _place_of(after), None, changed=True
            )

    def _outline(self, before: Chromosome, after: Chromosome) -> Correction:
        shared = 1.0
        if before.outline != after.outline:
            shared = likeness(footprint_of(before.outline), footprint_of(after.outline))
        drawn = Aspect.OUTLINE in after.decided and before.outline != after.outline
        return self._correction(
            CorrectionKind.OUTLINE,
            (after,),
            "as proposed",
            f"{shared:.0%} shared" if before.outline != after.outline else "as proposed",
            before.outline_confidence,
            changed=drawn or shared < _SAME_OUTLINE,
        )

    def _recut(self, before: tuple[Chromosome, ...], after: tuple[Chromosome, ...]) -> Correction:
        kind = CorrectionKind.OUTLINE
        if len(after) > len(before):
            kind = CorrectionKind.CUT
        elif len(after) < len(before):
            kind = CorrectionKind.JOIN
        return self._correction(
            kind,
            after,
            _number(len(before)),
            _number(len(after)),
            min(chromosome.outline_confidence for chromosome in before),
            changed=True,
        )

    def _correction(
        self,
        kind: CorrectionKind,
        chromosomes: tuple[Chromosome, ...],
        proposed: str | None,
        confirmed: str | None,
        confidence: float | None,
        *,
        changed: bool | None = None,
    ) -> Correction:
        return Correction(
            kind=kind,
            changed=proposed != confirmed if changed is None else changed,
            chromosomes=tuple(chromosome.id for chromosome in chromosomes),
            proposed=proposed,
            confirmed=confirmed,
            model=self._models.get(STAGE_OF[kind], ""),
            confidence=confidence,
        )


def _class_of(chromosome: Chromosome) -> str:
    if chromosome.object_type is ObjectType.NORMAL:
        return chromosome.chromosome_class
    kind = chromosome.object_type.value.replace("_", " ")
    return f"{chromosome.chromosome_class} ({kind})"


def _standing_of(chromosome: Chromosome) -> str:
    return "chromosome" if chromosome.excluded is None else chromosome.excluded.value.replace("_", " ")


def _turned(before: Chromosome, after: Chromosome) -> bool | None:
    """Tell whether the p arm is at the other end; None where one of the two does not say."""
    if before.p_arm is None or after.p_arm is None:
        return True if Aspect.POLARITY in after.decided and after.p_arm is not None else None
    return before.p_arm[0] * after.p_arm[0] + before.p_arm[1] * after.p_arm[1] < 0.0


def _place_of(chromosome: Chromosome) -> str | None:
    if chromosome.centromere is None:
        return None
    return f"{chromosome.centromere[0]:.1f}, {chromosome.centromere[1]:.1f}"


def _number(count: int) -> str:
    return "1 object" if count == 1 else f"{count} objects"
