"""What would it look like: in the real window, by mouse and by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.karyotype_window import KaryotypeWindow
from app.main_window import MainWindow
from app.pages.what_if import WhatIfPanel
from core.domain.chromosome import ObjectType
from core.whatif.plan import Break, ChangeKind
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def opened(window: MainWindow, until) -> WhatIfPanel:
    session = window.session
    window.open_case(fill_case(window.workplace, karyotype="46,XX,t(9;22)(q34;q11.2)", cells=2, seed=300))
    until(lambda: len(session.cells) == 2 and session.picture is not None)
    derivative = next(
        c for c in session.cell.chromosomes
        if c.object_type is ObjectType.DERIVATIVE and c.chromosome_class == "9"
    )  # fmt: skip
    session.select({derivative.id})
    window.case_page.workspace.setFocus()
    press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    panel = window.case_page.side.tab("what_if")
    until(lambda: panel.isVisible() and panel.suspect is not None and len(panel.reading.cells) == 2)
    return panel


def test_that_a_translocation_is_clicked_used_and_taken_back(new_window, until, tmp_path: Path):
    window = new_window()
    session = window.session
    panel = opened(window, until)
    panel.partner_box.setCurrentIndex(panel.partner_box.findData("22"))
    panel.partner_box.activated.emit(panel.partner_box.currentIndex())
    assert "Click the break on 9 and on 22" in panel.change_label.text()
    for one in (Break(chromosome="9", band="q34.1"), Break(chromosome="22", band="q11.2")):
        until(lambda one=one: panel.canvas.place_of(one) is not None)
        QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=panel.canvas.place_of(one).toPoint())
    until(lambda: panel.found is not None)
    assert panel.plan.text.startswith("t(9;22)(q34")
    assert "normal homologs of this case" in panel.score_label.text()
    assert panel.found.score > panel.found.built[0].unchanged

    panel.source_button.menu().aboutToShow.emit()
    entries = [one.text() for one in panel.source_button.menu().actions()]
    assert entries.count("The best one") == 2
    used = panel.found.sources["22"]
    other = next(one for one in panel.reading.cells[1].of_class("22") if one is not used)
    panel.choose_source("22", other)
    assert panel.found.sources["22"] is other
    panel.choose_source("22", None)
    assert panel.found.sources["22"] is used

    QTest.mouseClick(panel.best_button, Qt.MouseButton.LeftButton)
    until(lambda: panel.suggestions)
    assert panel.plan == panel.suggestions[0].plan
    assert "Best fitting nearby" in panel.near_label.text()

    panel.save(tmp_path / "change.svg")
    until(lambda: (tmp_path / "change.svg").exists())
    text = panel.plan.text
    QTest.mouseClick(panel.use_button, Qt.MouseButton.LeftButton)
    until(lambda: session.cell.changes)
    stated = session.cell.changes[0]
    assert stated.text == text
    assert panel.suspect.id in stated.chromosomes
    session.undo()
    until(lambda: not session.cell.changes)


def test_that_a_change_is_built_with_keys_only(new_window, until):
    window = new_window()
    session = window.session
    panel = opened(window, until)
    until(lambda: QApplication.focusWidget() is panel.canvas)
    press(Qt.Key.Key_V)
    assert panel.plan.kind is ChangeKind.INVERSION
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Space)
    until(lambda: panel.found is not None)
    assert {one.arm for one in panel.plan.breaks} == {"p", "q"}
    before = panel.plan
    press(Qt.Key.Key_Down)
    assert panel.plan != before
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Up)
    text = panel.plan.text
    press(Qt.Key.Key_Return)
    until(lambda: [one.text for one in session.cell.changes] == [text])
    press(Qt.Key.Key_Delete)
    assert panel.plan.breaks == ()
    press(Qt.Key.Key_T)
    assert panel.plan.has_partner
    session.select(())
    until(lambda: "Select the chromosome" in panel.suspect_label.text())


def test_that_the_karyotype_is_drawn_while_it_is_typed(new_window, until):
    window = new_window()
    session = window.session
    window.open_case(fill_case(window.workplace, karyotype="46,XX,t(9;22)(q34;q11.2)", cells=2, seed=300))
    until(lambda: len(session.cells) == 2 and session.picture is not None)
    window.actions_["karyotype_picture"].trigger()
    shown = next(one for one in window.findChildren(KaryotypeWindow))
    until(shown.isVisible)
    line = window.case_page.side.tab("findings").line
    line.field.setPlainText("46,XX,t(9;22)(q34;q11.2)[12]/47,idem,+8[8]")
    until(lambda: len(shown.view.pages) == 2)
    assert [len(page.shown) for page in shown.view.pages] == [46, 47]
    line.field.setPlainText("46,XX,t(9;22)(q34;q11.2")
    until(lambda: shown.view.paper.stale)
    shown.close()
