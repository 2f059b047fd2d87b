"""The tabs at the right edge of the Case page, by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.main_window import MainWindow
from tests.app.conftest import Until


def test_that_keys_turn_the_tabs_at_the_right_edge_and_bring_them_into_sight(
    new_window: Callable[[], MainWindow], until: Until
) -> None:
    window = new_window()

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)

    window.show_page("case")
    until(lambda: QApplication.focusWidget() is not None)
    page = window.case_page
    page.use_layout("count")
    side = page.side
    assert side is not None
    side.add("notes", "Notes", QLabel("three clones"), "Words of the person")
    assert not side.isVisible()

    press(Qt.Key.Key_F9)
    until(side.isVisible)
    assert side.current == "findings"
    press(Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert side.current == "notes"
    assert side.tab("notes").isVisible()
    press(Qt.Key.Key_F7)
    assert side.current == "findings"
    press(Qt.Key.Key_F9)
    until(lambda: not side.isVisible())
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(Qt.Key.Key_F, modifiers)
    until(side.isVisible)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert side.tab("findings").isAncestorOf(focus)
    page.use_layout("count")
    assert not side.isVisible()
