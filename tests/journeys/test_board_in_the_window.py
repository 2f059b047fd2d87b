from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.simulated import fill_case

pytestmark = pytest.mark.display


def test_that_keys_work_while_the_board_has_the_focus(new_window, until):
    window = new_window()
    session = window.session
    window.open_case(fill_case(window.workplace, cells=1))
    until(lambda: session.picture is not None)
    board = window.case_page.pane("board")
    until(lambda: board.view.board.layout is not None and board.view.isVisible())

    def press(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget(), key)

    one = next(c for c in session.cell.chromosomes if c.chromosome_class == "21")
    place = board.view.screen_point(one.id)
    QTest.mouseClick(board.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    until(lambda: QApplication.focusWidget() is board.view)
    assert session.selection == {one.id}

    press(Qt.Key.Key_F)
    until(lambda: session.cell.chromosome(one.id).p_arm != one.p_arm)
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_Return)
    until(lambda: session.cell.chromosome(one.id).chromosome_class == "22")
    press(Qt.Key.Key_Return)
    until(lambda: session.cell.chromosome(one.id).confirmed)
    press(Qt.Key.Key_Right)
    assert session.selection != {one.id}
    before = session.selection
    press(Qt.Key.Key_Tab)
    assert session.selection != before
    assert QApplication.focusWidget() is board.view

    for _ in range(3):
        session.undo()
    until(lambda: session.cell.chromosome(one.id) == one)

    inspector, findings = window.case_page.pane("inspector"), window.case_page.pane("findings")
    window.case_page.use_layout("karyotype")
    until(lambda: inspector.isVisible() and findings.isVisible())
