from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.domain.chromosome import ObjectType
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def test_that_the_translocation_is_found_and_opened_with_keys_only(new_window, until):
    window = new_window()
    session = window.session
    window.open_case(fill_case(window.workplace, karyotype="46,XX,t(9;22)(q34;q11.2)", cells=3, seed=300))
    until(lambda: len(session.cells) == 3 and session.picture is not None)

    press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    until(lambda: window.page == "compare")
    page = window.compare_page
    until(lambda: QApplication.focusWidget() is page)
    until(lambda: page.comparison.study("9") and page.comparison.study("22") and not page.comparison.busy)
    until(lambda: page.chosen_class in ("9", "22"))

    press(Qt.Key.Key_2)
    press(Qt.Key.Key_2)
    assert page.chosen_class == "22"
    assert "deviating in 3 of 3 cells" in page.summary
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Down)
    chosen = page.current.strand
    assert chosen.chromosome.object_type is ObjectType.DERIVATIVE
    press(Qt.Key.Key_Return)
    until(lambda: window.page == "case" and session.cell.id == chosen.cell)
    until(lambda: session.selection == {chosen.id})

    press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    until(lambda: window.page == "compare" and QApplication.focusWidget() is page)
    assert page.chosen_class == "22"
    for key, view in ((Qt.Key.Key_C, "composite"), (Qt.Key.Key_M, "means"), (Qt.Key.Key_B, "sides")):
        press(key)
        assert page.view == view
    until(lambda: all(page.sides.sides))
    press(Qt.Key.Key_Down)
    until(lambda: page.sides.sides[1].cell.label == "003")
    press(Qt.Key.Key_Return)
    until(lambda: window.page == "case" and session.cell.label == "003")


def test_that_the_inspector_of_an_opened_chromosome_compares_it(new_window, until):
    window = new_window()
    session = window.session
    window.open_case(fill_case(window.workplace, karyotype="46,XX,t(9;22)(q34;q11.2)", cells=1, seed=300))
    until(lambda: session.picture is not None)
    inspector = window.case_page.pane("inspector")
    derivative = next(c for c in session.cell.chromosomes if c.object_type is ObjectType.DERIVATIVE)
    session.select({derivative.id})
    until(lambda: inspector.isVisible() and inspector.plot.shown == 2)
    QTest.mouseClick(inspector._tabled, Qt.MouseButton.LeftButton)
    until(lambda: inspector.table.shown and inspector.table.isVisible())
    inspector.table.table.setFocus()
    press(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    press(Qt.Key.Key_Down)
    until(lambda: session.selection and session.selection != {derivative.id})
    press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    until(lambda: "\t" in QApplication.clipboard().text())
