"""What a person says of the findings of the program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.judgement import FindingAnswer, FindingJudgement, is_structural
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFinding(CellOperation):
    """A person accepts, rejects or renames a finding; an earlier answer to the same one is replaced."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    judgement: FindingJudgement

    @property
    @override
    def label(self) -> str:
        verb = {
            FindingAnswer.ACCEPTED: "Accept",
            FindingAnswer.REJECTED: "Reject",
            FindingAnswer.RENAMED: "Rename",
        }[self.judgement.answer]
        return f"{verb} finding ({self.judgement.proposed})"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not self.judgement.person.strip():
            raise Refused("an answer to a finding needs a person, enter your name in the settings")
        if self.judgement.answer is FindingAnswer.RENAMED and not self.judgement.named:
            raise Refused("a renamed finding needs its new name, write what it is")
        others = tuple(one for one in cell.judgements if not _same(one, self.judgement))
        return replace(cell, judgements=(*others, self.judgement))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetJudgement(CellOperation):
    """Take the answer to a finding back: it is open again."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    judgement: FindingJudgement

    @property
    @override
    def label(self) -> str:
        return f"Reopen finding ({self.judgement.proposed})"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        left = tuple(one for one in cell.judgements if not _same(one, self.judgement))
        if len(left) == len(cell.judgements):
            raise Refused("this finding was not judged")
        return replace(cell, judgements=left)


def _same(one: FindingJudgement, other: FindingJudgement) -> bool:
    same = (one.kind, one.chromosomes) == (other.kind, other.chromosomes)
    if not same or not is_structural(one.kind):
        return same
    return bool(set(one.shown_by) & set(other.shown_by))
