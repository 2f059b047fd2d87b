from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.class_typing import ClassTyping
from core.domain.chromosome import ObjectType


@pytest.fixture
def desk(qtbot):
    """An area with a plain pane and a text field, and what was typed."""

    class Desk:
        def __init__(self) -> None:
            self.area = QWidget()
            qtbot.addWidget(self.area)
            self.pane, self.field = QWidget(), QLineEdit()
            self.pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            rows = QVBoxLayout(self.area)
            rows.addWidget(self.pane)
            rows.addWidget(self.field)
            self.typing = ClassTyping(self.area)
            self.named: list[tuple[str, ObjectType]] = []
            self.other: list[object] = []
            self.typing.named.connect(lambda name, kind: self.named.append((name, kind)))
            self.typing.confirmed.connect(lambda: self.other.append("confirmed"))
            self.typing.reason_chosen.connect(self.other.append)
            self.typing.drawing_hidden.connect(self.other.append)
            self.area.show()
            self.area.activateWindow()
            self.pane.setFocus()
            qtbot.waitUntil(lambda: self.pane.hasFocus(), timeout=5000)

        def type(self, text: str) -> None:
            for letter in text:
                key = Qt.Key.Key_Return if letter == "\n" else None
                if key is None:
                    QTest.keyClicks(self.pane, letter)
                else:
                    QTest.keyClick(self.pane, key)

    return Desk()


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("21\n", "21"), ("7\n", "7"), ("x", "X"), ("Y", "Y"), ("0", "unknown"), ("10\n", "10"), ("25\n", "5"),
    ],
)  # fmt: skip
def test_that_a_class_is_typed(desk, typed, named):
    desk.type(typed)
    assert desk.named == [(named, ObjectType.NORMAL)]


def test_that_a_dot_is_a_marker(desk):
    desk.type(".")
    assert desk.named == [("unknown", ObjectType.MARKER)]


def test_that_enter_alone_confirms_and_escape_forgets_digits(desk):
    desk.type("2")
    QTest.keyClick(desk.pane, Qt.Key.Key_Escape)
    desk.type("\n")
    assert desk.named == []
    assert desk.other == ["confirmed"]


def test_that_backspace_takes_a_digit_back(desk):
    desk.type("21")
    QTest.keyClick(desk.pane, Qt.Key.Key_Backspace)
    desk.type("2\n")
    assert desk.named == [("22", ObjectType.NORMAL)]


def test_that_a_text_field_keeps_its_letters(desk, qtbot):
    desk.field.setFocus()
    qtbot.waitUntil(lambda: desk.field.hasFocus(), timeout=5000)
    QTest.keyClicks(desk.field, "47,XX 21")
    assert desk.field.text() == "47,XX 21"
    assert desk.named == []


def test_that_space_hides_while_it_is_held(desk):
    QTest.keyPress(desk.pane, Qt.Key.Key_Space)
    QTest.keyRelease(desk.pane, Qt.Key.Key_Space)
    assert desk.other == [True, False]


def test_that_a_digit_after_a_rejection_is_its_reason(desk):
    desk.typing.ask_reason("Reject because")
    desk.type("3")
    desk.type("4\n")
    assert desk.other == [3]
    assert desk.named == [("4", ObjectType.NORMAL)]
