from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.analysis.numerical import findings_of
from core.domain.finding import FindingKind
from core.domain.ids import ChromosomeId, PersonName
from core.domain.judgement import FindingAnswer, judgement_of
from core.editing.operations import ForgetJudgement, JudgeFinding, Refused
from core.editing.placing import placing
from core.learning.corrections import CorrectionKind, corrections_between
from tests.core.editing.bench_cells import empty_cell, proposal_for

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MK = PersonName("MK")


@pytest.fixture
def proposal():
    return proposal_for(empty_cell(), ("21", "21", "21"))


@pytest.fixture
def cell(proposal):
    return placing(proposal).apply(empty_cell())


@pytest.fixture
def gain(cell):
    return next(one for one in findings_of(cell) if one.kind is FindingKind.GAIN)


def test_that_a_finding_is_accepted_and_opened_again(cell, gain) -> None:
    answer = judgement_of(gain, FindingAnswer.ACCEPTED, person=MK, time=NOON)
    judged = JudgeFinding(judgement=answer).apply(cell)
    assert judged.judgement(gain) == answer
    assert ForgetJudgement(judgement=answer).apply(judged) == cell


def test_that_a_second_answer_replaces_the_first(cell, gain) -> None:
    for kind in (FindingAnswer.ACCEPTED, FindingAnswer.REJECTED):
        cell = JudgeFinding(judgement=judgement_of(gain, kind, person=MK, time=NOON)).apply(cell)
    assert [one.answer for one in cell.judgements] == [FindingAnswer.REJECTED]


def test_that_a_new_name_and_a_person_are_asked_for(cell, gain) -> None:
    for answer in (
        judgement_of(gain, FindingAnswer.RENAMED, person=MK, time=NOON),
        judgement_of(gain, FindingAnswer.ACCEPTED, person=PersonName(" "), time=NOON),
    ):
        with pytest.raises(Refused):
            JudgeFinding(judgement=answer).apply(cell)


def test_that_an_answer_about_structure_speaks_of_one_chromosome_only(gain) -> None:
    one = replace(gain, kind=FindingKind.DERIVATIVE, supporting=(ChromosomeId("a"),))
    answer = judgement_of(one, FindingAnswer.ACCEPTED, person=MK, time=NOON)
    assert answer.means(one)
    assert not answer.means(replace(one, supporting=(ChromosomeId("b"),)))


def test_that_answers_are_kept_for_learning(cell, gain, proposal) -> None:
    answer = judgement_of(gain, FindingAnswer.RENAMED, person=MK, time=NOON, named="+mar")
    judged = JudgeFinding(judgement=answer).apply(cell)
    kept = [one for one in corrections_between(proposal, judged) if one.kind is CorrectionKind.FINDING]
    assert [(one.changed, one.confirmed, one.confidence) for one in kept] == [(True, "+mar", gain.confidence)]
