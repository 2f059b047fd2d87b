"""Stating t(9;22) by a few keys and clicks, and what the case makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.pages.cards import Card
from app.pages.change_builder import ChangeBuilder
from app.pages.findings import FindingsPanel
from core.editing.case_operations import EditCase, WriteKaryotype
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display


@pytest.fixture
def opened(new_window, until):
    window = new_window()
    window.workplace.settings.person = "Ada"
    case = fill_case(window.workplace, karyotype="46,XY", cells=2)
    window.session.open_case(case)
    window.show_page("case")
    until(lambda: len(window.session.cells) == 2 and window.session.picture is not None)
    builder = window.findChild(ChangeBuilder)
    return window, builder


def test_that_a_translocation_is_typed_in_haste_and_stated_for_every_cell(opened, until):
    window, builder = opened
    session = window.session
    window.actions_["show_change"].trigger()
    until(lambda: builder.line.isVisible())
    builder.line.setFocus()
    QTest.keyClicks(builder.line, "t922")
    assert "t(9;22)(q34;q11.2)" in builder.offers.text()
    QTest.keyClick(builder.line, Qt.Key.Key_Down)
    assert builder.line.text() == "t(9;22)(q34;q11.2)"
    builder.cells.setCurrentText("all cells")
    QTest.keyClick(builder.line, Qt.Key.Key_Return)
    until(lambda: all(one.stated("t(9;22)(q34;q11.2)") for one in session.cells))
    QTest.keyClick(builder.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(lambda: "t(9;22)(q34;q11.2)" in (session.case.karyotype or ""))
    session.undo()
    until(lambda: session.case.karyotype is None)


def test_that_chromosomes_of_the_board_and_bands_of_the_idiogram_make_a_change(opened, until):
    window, builder = opened
    session = window.session
    chosen = [next(c.id for c in session.cell.counting if c.chromosome_class == name) for name in ("9", "22")]
    session.select(chosen)
    window.actions_["state_change"].trigger()
    until(lambda: builder.line.isVisible() and builder.picker.width() > 100)
    assert builder.line.text() == "t(9;22)(…;…)"
    for name, band in (("22", "q11.2"), ("9", "q34.1")):
        place = builder.picker.place_of(name, band).toPoint()
        picked = builder.picker.band_at(place.toPointF())
        QTest.mouseClick(builder.picker, Qt.MouseButton.LeftButton, pos=place)
        assert picked is not None
    assert builder.line.text().startswith("t(9;22)(q34")
    QTest.mouseClick(builder.state, Qt.MouseButton.LeftButton)
    until(lambda: len(session.cell.changes) == 1)
    assert set(session.cell.changes[0].chromosomes) == set(chosen)
    session.undo()
    until(lambda: not session.cell.changes)


def test_that_a_change_is_stated_for_ticked_cells_and_goes_into_the_line_that_is_chosen(opened, until):
    window, builder = opened
    session = window.session
    session.do(WriteKaryotype(karyotype="46,XY/47,XY,+8"))
    until(lambda: session.case.karyotype is not None)
    window.actions_["show_change"].trigger()
    until(lambda: builder.line.isVisible() and builder.into.isVisible())
    assert builder.into.currentText() == "46,XY"
    builder.show_text("t(9;22)(q34;q11.2)")
    builder.cells.setCurrentText("picked cells")
    until(lambda: builder.picks.isVisible())
    here = session.cell.id
    assert builder.picks.ticked == {here}
    for row in range(2):
        builder.picks.setCurrentRow(row)
        QTest.keyClick(builder.picks, Qt.Key.Key_Space)
    (other,) = builder.picks.ticked
    assert other != here
    QTest.mouseClick(builder.state, Qt.MouseButton.LeftButton)
    until(
        lambda: [len(one.changes) for one in session.cells] == [int(one.id == other) for one in session.cells]
    )
    builder.into.setCurrentIndex(1)
    builder.do_put()
    until(lambda: session.case.karyotype == "46,XY/47,XY,+8,t(9;22)(q34;q11.2)")


def test_that_words_that_contradict_the_string_are_shown_in_the_comment_of_the_report(opened, until):
    window, _ = opened
    session = window.session
    session.do(EditCase(after=replace(session.case, comment="Seen twice. Trisomy 18 in all cells.")))
    session.do(WriteKaryotype(karyotype="46,XY"))
    findings = window.findChild(FindingsPanel)
    window.actions_["show_findings"].trigger()

    def card() -> Card | None:
        cards = findings.findChildren(Card)
        return next((one for one in cards if "The text says Trisomy 18" in one.words.text()), None)

    until(lambda: card() is not None)
    QTest.mouseClick(card(), Qt.MouseButton.LeftButton)
    until(lambda: window.page == "report")
    comment = window.report_page.fields.box("comment")
    until(lambda: comment.textCursor().selectedText() == "Trisomy 18")
    assert window.report_page.fields.focusWidget() is comment
