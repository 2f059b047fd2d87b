from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.analysis.numerical import findings_of
from core.analysis.strands import lay_cell_straight
from core.domain.chromosome import Alternative
from core.domain.ids import PersonName
from core.domain.judgement import FindingAnswer, judgement_of
from core.domain.metaphase import Metaphase
from core.editing import operations as op
from core.reasoning.bands import agreement_with, band_steps
from core.reasoning.case import case_steps
from core.reasoning.cell import cell_steps
from core.reasoning.chromosome import chromosome_steps
from core.reasoning.document import json_of, text_of
from core.reasoning.step import ReasoningLevel
from tests.synthetic import simulated_cell


def _said(name: str, probability: float) -> tuple[Alternative, ...]:
    return (Alternative(chromosome_class=name, probability=probability),)


@pytest.fixture(scope="module")
def read() -> tuple[Metaphase, object]:
    cell, picture = simulated_cell("47,XY,+21", seed=4)
    chromosomes = [replace(one, alone=_said(one.chromosome_class, 0.97)) for one in cell.chromosomes]
    at = next(i for i, one in enumerate(chromosomes) if one.chromosome_class == "9")
    chromosomes[at] = replace(
        chromosomes[at],
        alone=(*_said("11", 0.55), *_said("9", 0.4)),
        alternatives=_said("9", 0.93),
    )
    return replace(cell, chromosomes=tuple(chromosomes)), picture


def test_that_doubtful_bands_are_told_with_their_agreement_to_both_idiograms(read) -> None:
    cell, picture = read
    steps = band_steps(cell, lay_cell_straight(cell, picture))
    doubtful = [step for step in steps if step.chromosomes]
    assert len(doubtful) == 1
    assert "alone say 11 (55 %), 9 (40 %)" in doubtful[0].seen
    assert "with the idiogram of 11" in doubtful[0].seen
    assert "with the idiogram of 9" in doubtful[0].seen
    assert any("of 47 chromosomes name them by themselves" in step.seen for step in steps)


def test_that_bands_of_the_right_class_agree_better_than_those_of_another(read) -> None:
    cell, picture = read
    strands = lay_cell_straight(cell, picture).strands
    own = [agreement_with(one, one.chromosome_class) for one in strands]
    other = [agreement_with(one, "1" if one.chromosome_class != "1" else "2") for one in strands]
    assert sum(a > b for a, b in zip(own, other, strict=True)) > 0.9 * len(own)


def test_that_a_name_changed_by_the_other_chromosomes_is_told(read) -> None:
    changed = [step for step in chromosome_steps(read[0]) if step.changed]
    assert len(changed) == 1
    assert "alone it reads 11 (55 %), beside the other chromosomes of the cell 9 (93 %)" in changed[0].seen


def test_that_a_name_changed_by_the_numbers_of_the_cell_is_told(read) -> None:
    cell = read[0]
    first = cell.chromosomes[0]
    other = replace(first, alternatives=_said("22" if first.chromosome_class != "22" else "21", 0.5))
    steps = cell_steps(replace(cell, chromosomes=(other, *cell.chromosomes[1:])))
    changed = [step for step in steps if step.changed]
    assert [step.chromosomes for step in changed] == [(first.id,)]
    assert "with the numbers of all classes together" in changed[0].seen


def test_that_a_gain_leads_from_cell_to_case(read) -> None:
    cell = read[0]
    steps = cell_steps(cell)
    gain = next(step for step in steps if "Chromosome 21" in step.seen)
    assert len(gain.chromosomes) == 3
    assert "47,XY,+21" in steps[-1].seen
    others = [simulated_cell("47,XY,+21", seed=seed, label=f"00{seed}")[0] for seed in (5, 6)]
    case = case_steps([cell, *others])
    assert any(step.seen == "47,XY,+21 in 3 of 3 cells" and step.hence.startswith("clonal") for step in case)
    assert case[-1].hence == "written as 47,XY,+21"


def test_that_what_people_said_stands_in_it(read) -> None:
    cell = read[0]
    finding = findings_of(cell)[0]
    answer = judgement_of(
        finding,
        FindingAnswer.REJECTED,
        person=PersonName("MK"),
        time=datetime(2026, 1, 1, tzinfo=UTC),
        reason="a 22",
    )
    judged = op.JudgeFinding(judgement=answer).apply(cell)
    step = next(step for step in cell_steps(judged) if "Chromosome 21" in step.seen)
    assert step.changed
    assert step.hence == "rejected by MK: a 22"


def test_that_the_reasoning_can_be_taken_away_as_text_and_as_json(read) -> None:
    cell = read[0]
    steps = (*band_steps(cell, None), *chromosome_steps(cell), *cell_steps(cell), *case_steps([cell]))
    text = text_of("Cell 001", steps)
    for heading in ("## Bands", "## Chromosomes", "## Cell", "## Case"):
        assert heading in text
    rows = json.loads(json_of(steps, [cell]))
    assert {row["level"] for row in rows} == {level.value for level in ReasoningLevel}
    assert all(row["cells"] in ([], ["001"]) for row in rows)
