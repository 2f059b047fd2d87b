from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.learning.examples import NOBODY_SAID, Answers, Example
from models.evaluation.gate import Contender, GateResult, asked_of, changed_copy, examine
from models.evaluation.lessons import prepared_of
from models.evaluation.reference_cells import simulated_example
from models.inference.namer import OnnxNamer
from models.registry import newest
from models.releases import Verdict

pytest.importorskip("torch", reason="tuning needs the extra train")

from models.training.tuning.adapter import PULLS, TaughtCell, fit
from models.training.tuning.compose import write_tuned_namer
from models.training.tuning.frozen import FrozenNamer

Harm = Callable[[Answers], Answers]


@pytest.fixture(scope="module")
def drawn() -> list[Example]:
    return [simulated_example(seed) for seed in (100, 101)]


@pytest.fixture(scope="module")
def shipped() -> Contender:
    return Contender(namer=OnnxNamer.open(newest("namer"), 1), stored_mb=0.0)


@pytest.fixture(scope="module")
def handfuls(drawn: list[Example]) -> list[Example]:
    """24 small cells of 8 cases: a few chromosomes each, so that a slow computer can name them all."""
    rng = np.random.default_rng(0)
    cells = []
    for number in range(24):
        whole = drawn[number % 2]
        some = rng.permutation(len(whole.chromosomes))[:6]
        cells.append(
            replace(
                whole,
                case=f"case {number % 8}",
                chromosomes=tuple(whole.chromosomes[i] for i in some),
                truth=Answers(classes=whole.truth.classes[some], first=whole.truth.first[some]),
            )
        )
    return cells


def swapped(truth: Answers) -> Answers:
    """A third of the classes called by the name of their neighbour."""
    neighbour = np.arange(25)
    neighbour[[0, 1, 3, 4, 8, 9, 15, 16]] = [1, 0, 4, 3, 9, 8, 16, 15]
    return Answers(classes=neighbour[truth.classes], first=truth.first)


def turned_over(truth: Answers) -> Answers:
    return Answers(classes=truth.classes, first=np.where(truth.first >= 0, 1 - truth.first, NOBODY_SAID))


def without_one_class(truth: Answers) -> Answers:
    return Answers(classes=np.where(truth.classes == 20, 21, truth.classes), first=truth.first)


@pytest.fixture(scope="module")
def tuned(drawn: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Callable[[Harm], Contender]:
    frozen = FrozenNamer(newest("namer"))
    answers = [frozen.read(prepared_of(one)) for one in drawn]

    def learn(harm: Harm) -> Contender:
        cells = [
            TaughtCell(
                case=one.case,
                answers=said,
                classes=harm(one.truth).classes,
                first=harm(one.truth).first,
            )
            for one, said in zip(drawn, answers, strict=True)
        ]
        folder = tmp_path_factory.mktemp("tuned") / "namer"
        write_tuned_namer(newest("namer"), fit(cells, [], PULLS[-1], steps=120), folder,
                          version="0.4.0-1", learned="2 cells of 2 cases")  # fmt: skip
        return Contender(namer=OnnxNamer.open(folder, 1), stored_mb=7.0)

    return learn


def ok(result: GateResult, measure: str) -> bool:
    return next(row.ok for row in result.rows if row.measure.startswith(measure))


def test_that_what_changes_nothing_is_not_better(shipped: Contender, handfuls: list[Example]) -> None:
    result = examine(shipped, shipped, handfuls, [])
    assert result.verdict is Verdict.REFUSED
    assert [row.measure for row in result.rows if not row.ok] == ["edits_per_cell"]


def test_that_few_cells_judge_nothing(shipped: Contender, handfuls: list[Example]) -> None:
    result = examine(shipped, shipped, handfuls[:5], [])
    assert result.verdict is Verdict.CANDIDATE
    assert result.cells == 5
    assert examine(shipped, shipped, [], []).verdict is Verdict.CANDIDATE


@pytest.mark.parametrize("harm", [swapped, turned_over])
def test_that_a_harmful_queue_does_not_pass_even_where_the_checked_cells_are_as_wrong(
    harm: Harm,
    shipped: Contender,
    handfuls: list[Example],
    drawn: list[Example],
    tuned: Callable[[Harm], Contender],
) -> None:
    wrong = [replace(one, truth=harm(one.truth)) for one in handfuls]
    result = examine(shipped, tuned(harm), wrong, drawn[:1])
    assert ok(result, "edits_per_cell")
    assert not ok(result, "sure_answers_kept")
    assert result.verdict is Verdict.REFUSED


def test_that_a_queue_without_one_class_does_not_pass(
    shipped: Contender,
    handfuls: list[Example],
    drawn: list[Example],
    tuned: Callable[[Harm], Contender],
) -> None:
    assert examine(shipped, tuned(without_one_class), handfuls, drawn[:1]).verdict is Verdict.REFUSED


def test_that_a_copy_with_another_number_is_told_right(drawn: list[Example]) -> None:
    cell = asked_of(drawn[0])
    for seed in range(3):
        made = changed_copy(cell, seed)
        assert made is not None
        copy, index = made
        before, after = (cell.classes == index).sum(), (copy.classes == index).sum()
        assert abs(int(after) - int(before)) == 1
        assert len(copy.prepared) == len(copy.classes) == len(copy.first)
