"""What a person says of a finding of the program: right, wrong, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.finding import Finding, FindingKind
from core.domain.ids import ChromosomeId, PersonName


class FindingAnswer(StrEnum):
    """What becomes of a finding."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingJudgement:
    """One answer of one person to one finding of one cell, at one time (UTC).

    Parameters
    ----------
    kind, chromosomes
        Of the finding as the program made it; together they say which one is meant.
    shown_by
        Chromosomes that showed it then. For a change of structure they belong to its identity; for a number
        they may be others later (one more is found, the finding is the same).
    proposed
        The finding in words, as it was judged.
    confidence
        Probability (0..1) that the program gave it.
    named
        What a person calls it instead, in ISCN where it is a change; empty unless renamed.
    reason
        Why, as far as the person said.
    """

    kind: FindingKind
    chromosomes: tuple[str, ...]
    shown_by: tuple[ChromosomeId, ...]
    proposed: str
    confidence: float
    answer: FindingAnswer
    person: PersonName
    time: datetime
    named: str = ""
    reason: str = ""

    def means(self, finding: Finding) -> bool:
        """Whether it is an answer to this finding."""
        same = (self.kind, self.chromosomes) == (finding.kind, finding.chromosomes)
        if not same or not is_structural(finding.kind):
            return same
        return bool(set(self.shown_by) & set(finding.supporting))


NUMERICAL = frozenset({FindingKind.GAIN, FindingKind.LOSS, FindingKind.POLYPLOIDY, FindingKind.MARKER})
"""Kinds that speak of numbers; all others speak of the build of one chromosome."""


def is_structural(kind: FindingKind) -> bool:
    """Whether a kind of finding speaks of the build of a chromosome."""
    return kind not in NUMERICAL


def judgement_of(
    finding: Finding,
    answer: FindingAnswer,
    *,
    person: PersonName,
    time: datetime,
    named: str = "",
    reason: str = "",
) -> FindingJudgement:
    """Answer a finding."""
    return FindingJudgement(
        kind=finding.kind,
        chromosomes=finding.chromosomes,
        shown_by=finding.supporting,
        proposed=finding.text,
        confidence=finding.confidence,
        answer=answer,
        person=person,
        time=time,
        named=named.strip(),
        reason=reason.strip(),
    )
