"""Tabs of the side pane: every word whole at every width and size of text; turned by keys and by mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.accessible import spoken_name
from app.pages.side_tabs import SideTabs
from app.theme import apply_theme

_WORDS = ("Findings", "Change", "Count", "View", "History", "Why", "What if")


@pytest.fixture
def tabs(qapp, qtbot):
    pane = QWidget()
    rows = QVBoxLayout(pane)
    rows.setContentsMargins(0, 0, 0, 0)
    tabs = SideTabs()
    rows.addWidget(tabs)
    rows.addStretch(1)
    for word in _WORDS:
        tabs.add(word)
    qtbot.addWidget(pane)
    pane.resize(250, 400)
    pane.show()
    yield tabs
    apply_theme(qapp, "dark")


@pytest.mark.parametrize("percent", [80, 100, 200])
@pytest.mark.parametrize("width", [232, 300, 1200])
def test_that_no_word_is_cut_and_none_lies_on_another(qapp, tabs, until, percent, width):
    apply_theme(qapp, "light", percent=percent)
    tabs.window().resize(width, 400)
    until(lambda: tabs.width() == width and tabs.height() == tabs.heightForWidth(width))
    places = [button.geometry() for button in tabs.buttons]
    for button, place in zip(tabs.buttons, places, strict=True):
        assert place.width() >= button.sizeHint().width(), button.text()
        assert tabs.rect().contains(place), button.text()
    assert not any(one.intersects(two) for at, one in enumerate(places) for two in places[at + 1 :])
    if width == 1200:
        assert len({place.top() for place in places}) == 1, "one row where there is room"


def test_that_arrows_and_the_mouse_turn_the_tabs_and_tab_goes_to_the_current_one_only(tabs):
    turned = []
    tabs.turned.connect(turned.append)
    first, last = tabs.buttons[0], tabs.buttons[-1]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Left)
    assert tabs.current == len(_WORDS) - 1
    assert last.hasFocus()
    QTest.keyClick(last, Qt.Key.Key_Right)
    QTest.mouseClick(tabs.buttons[2], Qt.MouseButton.LeftButton)
    assert turned == [6, 0, 2]
    reached = [b.text() for b in tabs.buttons if b.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert reached == ["Count"]
    assert [spoken_name(button) for button in tabs.buttons] == list(_WORDS)
