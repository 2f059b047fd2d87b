from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.pages.finding_card import FindingCard
from core.analysis.evidence import evidence_for
from core.analysis.numerical import findings_of
from core.domain.ids import PersonName
from core.domain.judgement import FindingAnswer
from core.editing.operations import ForgetJudgement, JudgeFinding
from tests.synthetic import simulated_cell

MK = PersonName("MK")


@pytest.fixture(scope="module")
def cells():
    return [
        simulated_cell("47,XY,+21", seed=1, label="001")[0],
        simulated_cell("47,XY,+21", seed=2, label="002")[0],
        simulated_cell("46,XY", seed=3, label="003")[0],
    ]


def card_of(cells, judgement=None) -> FindingCard:
    finding = next(one for one in findings_of(cells[0]) if one.chromosomes == ("21",))
    labels = {cell.id: cell.label for cell in cells}
    return FindingCard(finding, evidence_for(finding, cells), judgement, labels, lambda: MK)


def answer_of(card: FindingCard, key: Qt.Key) -> list:
    given: list = []
    card.answered.connect(given.append)
    QTest.keyClick(card, key)
    return given


def test_that_cells_for_and_against_are_told_apart(cells) -> None:
    finding = next(one for one in findings_of(cells[0]) if one.chromosomes == ("21",))
    evidence = evidence_for(finding, cells)
    assert evidence.shown == (cells[0].id, cells[1].id)
    assert evidence.against == (cells[2].id,)
    assert evidence.words == "seen in 2 of 3 cells"


def test_that_a_rejected_finding_counts_against_itself(qapp, cells) -> None:
    finding = next(one for one in findings_of(cells[0]) if one.chromosomes == ("21",))
    card = card_of(cells)
    given: list = []
    card.answered.connect(given.append)
    card.give(FindingAnswer.REJECTED, words="one of them is a 22")
    judged = given[0].apply(cells[0])
    evidence = evidence_for(finding, [judged, *cells[1:]])
    assert evidence.shown == (cells[1].id,)
    assert evidence.rejected == (cells[0].id,)


def test_that_one_key_accepts_and_the_same_key_takes_it_back(qapp, cells) -> None:
    (accept,) = answer_of(card_of(cells), Qt.Key.Key_A)
    assert isinstance(accept, JudgeFinding)
    assert accept.judgement.answer is FindingAnswer.ACCEPTED
    assert accept.judgement.time <= datetime.now(UTC)
    (back,) = answer_of(card_of(cells, accept.judgement), Qt.Key.Key_A)
    assert isinstance(back, ForgetJudgement)


def test_that_cells_and_the_evidence_strip_are_one_click_away(qapp, cells) -> None:
    card = card_of(cells)
    opened, strips = [], []
    card.cell_wanted.connect(opened.append)
    card.evidence_wanted.connect(strips.append)
    buttons = {button.text(): button for button in card.findChildren(QToolButton)}
    QTest.mouseClick(buttons["003"], Qt.MouseButton.LeftButton)
    QTest.keyClick(card, Qt.Key.Key_E)
    assert opened == [cells[2].id]
    assert strips == ["21"]
