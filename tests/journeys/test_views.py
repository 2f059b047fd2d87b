"""Views of a picture by real events: canvas and board show them, nothing is changed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.domain.view import PLAIN, View
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display
NONE = Qt.KeyboardModifier.NoModifier
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def test_that_a_view_is_seen_on_canvas_and_board_kept_and_reset(new_window, until) -> None:
    window = new_window()
    session = window.session
    case_id = fill_case(window.workplace, cells=2)
    window.open_case(case_id)
    until(lambda: session.picture is not None and len(session.cells) == 2)
    until(lambda: QApplication.focusWidget() is not None)
    page = window.case_page
    canvas, board = page.pane("metaphase").canvas, page.pane("board").view.board
    until(lambda: len(board.pictures.bodies) > 40)
    captured = session.picture.copy()
    first, second = session.cells
    one = first.chromosomes[0].id

    def on_canvas() -> np.ndarray:
        return np.asarray(canvas._image.data)

    def on_board(which: str) -> bytes:
        return bytes(board.pictures.get(which).pixmap.toImage().constBits())

    plain_board = on_board(one)
    press(Qt.Key.Key_V, CTRL_SHIFT)
    panel = page.side.tab("view")
    until(panel.isVisible)
    assert QApplication.focusWidget() is panel.sliders["flatten"]
    panel.sliders["gamma"].setFocus()
    for _ in range(3):
        press(Qt.Key.Key_PageDown)
    until(lambda: session.case.view_of(first.id).view == View(gamma=0.7))
    until(lambda: not np.array_equal(on_canvas(), captured))
    until(lambda: on_board(one) != plain_board)
    assert session.undo_label is not None
    assert "Look" not in session.undo_label

    held = QKeySequence(window.actions_.keys_of("show_captured")[0])[0].key()
    page.pane("metaphase").setFocus()
    QTest.keyPress(QApplication.focusWidget(), held)
    until(lambda: np.array_equal(on_canvas(), captured) and on_board(one) == plain_board)
    QTest.keyRelease(QApplication.focusWidget(), held)
    until(lambda: not np.array_equal(on_canvas(), captured))

    session.select({one})
    panel.chosen.click()
    panel.invert.click()
    until(lambda: session.case.view_of(first.id).of(one).invert)
    assert not session.case.view_of(first.id).view.invert
    whole = on_board(first.chromosomes[1].id)
    panel.whole.click()
    panel.everywhere.click()
    until(lambda: session.case.view_of(second.id).view == View(gamma=0.7))
    session.open_cell(second.id)
    until(lambda: session.picture is not None and session.cell.id == second.id)
    until(lambda: on_canvas().dtype == np.uint8 and not np.array_equal(on_canvas(), session.picture))
    session.open_cell(first.id)
    until(lambda: session.cell.id == first.id and first.chromosomes[1].id in board.pictures.bodies)
    until(lambda: on_board(first.chromosomes[1].id) == whole)

    panel.reset.click()
    until(lambda: session.case.view_of(first.id).is_plain)
    until(lambda: np.array_equal(on_canvas(), captured) and on_board(one) == plain_board)
    assert np.array_equal(session.picture, captured)
    window.close()
    window.workplace.close()

    again = new_window()
    again.open_case(case_id)
    until(lambda: len(again.session.cells) == 2)
    assert again.session.case.view_of(first.id).view == PLAIN
    assert again.session.case.view_of(second.id).view == View(gamma=0.7)
