from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.pages.cards import Card
from app.pages.findings import FindingsPanel
from core.domain.bands import UNKNOWN
from core.editing.case_operations import EditCase, WriteKaryotype
from core.editing.operations import Reclassify
from tests.app.simulated import fill_case


class Reader:
    """A findings panel beside an open case, and eyes."""

    def __init__(self, workplace, until, *, karyotype: str, cells: int) -> None:
        self.session = workplace.session
        self.until = until
        self.panel = FindingsPanel(self.session)
        self.panel.resize(270, 900)
        self.panel.show()
        self.session.open_case(fill_case(workplace, karyotype=karyotype, cells=cells))
        until(lambda: len(self.session.cells) == cells and self.session.picture is not None)
        self.until(lambda: self.panel.cell_section.texts != () and "No cell is open." not in self.text)

    @property
    def text(self) -> str:
        labels = self.panel.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisibleTo(self.panel))

    def type(self, text: str) -> None:
        field = self.panel.line.field
        field.selectAll()
        QTest.keyClicks(field, text)

    def card(self, words: str) -> Card:
        return next(card for card in self.panel.findChildren(Card) if words in card.words.text())


@pytest.fixture
def trisomy(workplace, until):
    reader = Reader(workplace, until, karyotype="47,XY,+21", cells=2)
    yield reader
    reader.panel.close()
    reader.panel.deleteLater()


def test_that_a_finding_leads_to_the_chromosomes_that_show_it(trisomy):
    card = trisomy.card("Chromosome 21: 3 instead of 2")
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    chosen = {c.chromosome_class for c in trisomy.session.selected}
    assert chosen == {"21"}
    assert len(trisomy.session.selected) == 3


def test_that_it_is_said_that_structure_was_not_assessed(trisomy):
    assert "Structure not assessed by the program" in trisomy.text


def test_that_the_case_shows_its_line_with_the_cells_that_carry_it(trisomy):
    assert "2 of 2" in trisomy.text
    assert "2 cells alike exclude ≥ 77.6 % at 95 %; twelve more → 20 %" in trisomy.text


def test_that_a_cell_without_a_numerical_change_is_never_called_normal(workplace, until):
    reader = Reader(workplace, until, karyotype="46,XX", cells=1)
    assert "46 chromosomes, no numerical change." in reader.text
    assert "normal" not in reader.text.lower()
    reader.panel.close()


def test_that_chromosomes_without_a_name_are_the_reason_why_there_is_no_karyotype(trisomy):
    one = trisomy.session.cell.chromosomes[0]
    trisomy.session.do(Reclassify(ids=(one.id,), chromosome_class=UNKNOWN))
    trisomy.until(lambda: "No karyotype of this cell: 1 of 47 chromosomes without a name." in trisomy.text)


def test_that_a_wrong_string_is_explained_and_the_likely_one_is_offered(trisomy):
    trisomy.type("47,XY,+21,t(9,22)(q34;q11.2)")
    trisomy.until(lambda: "Did you mean" in trisomy.panel.line.verdict_label.text())
    assert "✗" in trisomy.panel.line.verdict_label.text()
    trisomy.panel.line.verdict_label.linkActivated.emit("take")
    assert trisomy.panel.line.text == "47,XY,t(9;22)(q34;q11.2),+21"
    assert "translocation between chromosomes 9 and 22" in trisomy.panel.line.explanation_label.text()


def test_that_enter_writes_the_karyotype_of_the_case_and_a_wrong_one_is_not_written(trisomy):
    trisomy.type("47,XY,+21,t(9")
    QTest.keyClick(trisomy.panel.line.field, Qt.Key.Key_Return)
    assert "Not written" in trisomy.panel.line.verdict_label.text()
    assert trisomy.session.saved.pending == 0
    trisomy.type("47,XY,+21[2]")
    QTest.keyClick(trisomy.panel.line.field, Qt.Key.Key_Return)
    trisomy.until(lambda: trisomy.session.case.karyotype == "47,XY,+21[2]")


def test_that_a_string_that_contradicts_the_picture_is_shown_in_red_words(trisomy):
    trisomy.type("46,XY")
    trisomy.until(lambda: "chromosome 21: two in the string, three in this cell" in trisomy.text)
    card = trisomy.card("three in this cell")
    assert card.words.property("role") == "contradiction"
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert {c.chromosome_class for c in trisomy.session.selected} == {"21"}


def test_that_esc_takes_back_what_was_typed(trisomy):
    trisomy.type("46,X")
    QTest.keyClick(trisomy.panel.line.field, Qt.Key.Key_Escape)
    assert trisomy.panel.line.text == ""
    assert "String against pictures" not in trisomy.text


def test_that_words_of_the_comment_that_contradict_the_string_lead_to_the_comment(trisomy):
    asked: list[tuple[str, str]] = []
    trisomy.panel.field_wanted.connect(lambda name, words: asked.append((name, words)))
    trisomy.session.do(EditCase(after=replace(trisomy.session.case, comment="Trisomy 18 in all cells.")))
    trisomy.until(lambda: trisomy.session.case.comment != "")
    trisomy.type("47,XY,+21")
    trisomy.until(lambda: "The text says Trisomy 18" in trisomy.text)
    QTest.mouseClick(trisomy.card("The text says Trisomy 18"), Qt.MouseButton.LeftButton)
    assert asked == [("comment", "Trisomy 18")]


def test_that_a_line_that_no_cell_shows_leads_to_the_chromosomes_it_names(trisomy):
    trisomy.type("47,XY,+21/48,XY,+8,+21")
    trisomy.until(lambda: "No cell shows 48,XY,+8,+21." in trisomy.text)
    QTest.mouseClick(trisomy.card("No cell shows 48,XY,+8,+21"), Qt.MouseButton.LeftButton)
    assert {c.chromosome_class for c in trisomy.session.selected} == {"8"}


def test_that_cells_that_the_string_does_not_name_are_opened_with_what_differs(trisomy):
    first = trisomy.session.cell.id
    trisomy.type("46,XY")
    trisomy.until(lambda: "2 cells show 47,XY,+21" in trisomy.text)
    QTest.mouseClick(trisomy.card("2 cells show 47,XY,+21"), Qt.MouseButton.LeftButton)
    trisomy.until(lambda: trisomy.session.cell is not None and trisomy.session.cell.id != first)
    trisomy.until(lambda: {c.chromosome_class for c in trisomy.session.selected} == {"21"})


def test_that_a_change_goes_into_the_line_that_is_asked_for(trisomy):
    trisomy.session.do(WriteKaryotype(karyotype="46,XY/47,XY,+21"))
    trisomy.until(lambda: trisomy.panel.line.text == "46,XY/47,XY,+21")
    trisomy.panel.put("t(9;22)(q34;q11.2)")
    lines = trisomy.panel.lines_menu.actions()
    assert [line.text() for line in lines] == ["Into 46,XY", "Into 47,XY,+21  (this cell)"]
    lines[1].trigger()
    trisomy.panel.lines_menu.close()
    trisomy.until(lambda: trisomy.session.case.karyotype == "46,XY/47,XY,t(9;22)(q34;q11.2),+21")


def test_that_a_narrow_pane_keeps_everything_inside_and_the_buttons_readable(trisomy):
    trisomy.type("47,XY,t(9;22)(q34;q11.2),+21")
    trisomy.until(lambda: trisomy.panel.picture.isVisible())
    trisomy.panel.resize(240, 900)
    trisomy.until(lambda: trisomy.panel.width() == 240)
    inside = trisomy.panel.inside
    trisomy.until(lambda: inside.width() <= inside.parentWidget().width())
    for button in (trisomy.panel.picture.larger_button, trisomy.panel.picture.save_button):
        trisomy.until(lambda button=button: button.width() >= button.sizeHint().width())
    for card in trisomy.panel.findChildren(Card):
        if card.isVisibleTo(trisomy.panel):
            assert card.mapTo(trisomy.panel, card.rect().topRight()).x() <= 240
