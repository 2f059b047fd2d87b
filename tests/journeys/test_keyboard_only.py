"""A cell from the worklist to the report without a mouse: only keys, sent to whatever has the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.tools.kinds import Tool
from core.domain.metaphase import MarkKind
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Presses keys; a key goes where the focus is, or into the menu that is open."""

    def __init__(self, window, until) -> None:
        self.window, self.until = window, until
        self.session = window.session

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.until(lambda: QApplication.activePopupWidget() or QApplication.focusWidget())
        QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key, modifiers)

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)

    def said(self, label: str) -> None:
        self.until(lambda: (self.session.undo_label or "").startswith(label))

    def to_pane(self, place: str) -> None:
        pane = self.window.case_page.pane(place)
        for _ in range(8):
            focus = QApplication.focusWidget()
            if focus is pane or (focus is not None and pane.isAncestorOf(focus)):
                assert self.window.case_page.focus_frame.pane is pane
                return
            self.press(Qt.Key.Key_F6)
        raise AssertionError(f"F6 never leads to {place}")

    def to_frame_on(self, pane: str) -> bool:
        return self.window.case_page.focus_frame.pane is self.window.case_page.pane(pane)


@pytest.fixture
def keyboard(new_window, until) -> Keyboard:
    window = new_window()
    fill_case(window.workplace, name="SIM-0001", cells=2)
    window.worklist_page.refresh()
    until(lambda: window.worklist_page._model.total == 1)
    return Keyboard(window, until)


def test_that_a_cell_is_karyotyped_and_reported_without_the_mouse(keyboard, until, tmp_path):
    session, window, press = keyboard.session, keyboard.window, keyboard.press

    # The case is found and opened.
    press(Qt.Key.Key_F, CTRL)
    until(lambda: QApplication.focusWidget() is not None)
    keyboard.type("SIM-0001")
    press(Qt.Key.Key_Return)
    until(lambda: session.picture is not None and window.page == "case")
    first = session.cell.id

    # The most doubtful one is turned, named anew, confirmed.
    press(Qt.Key.Key_Tab)
    (doubtful,) = session.selection
    p_arm = session.cell.chromosome(doubtful).p_arm
    press(Qt.Key.Key_F)
    until(lambda: session.cell.chromosome(doubtful).p_arm != p_arm)
    press(Qt.Key.Key_2)
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Return)
    until(lambda: session.cell.chromosome(doubtful).chromosome_class == "21")
    press(Qt.Key.Key_Return)
    until(lambda: session.cell.chromosome(doubtful).confirmed)

    # It is left out with a reason from the menu, and taken back.
    press(Qt.Key.Key_D)
    until(lambda: QApplication.activePopupWidget() is not None)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    until(lambda: session.cell.chromosome(doubtful).excluded is not None)
    press(Qt.Key.Key_D, SHIFT)
    until(lambda: session.cell.chromosome(doubtful).excluded is None)

    # On the karyogram the arrows walk, Shift adds, Alt carries into another slot.
    keyboard.to_pane("board")
    assert keyboard.to_frame_on("board")
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Right)
    (walked,) = session.selection
    press(Qt.Key.Key_Right, SHIFT)
    assert len(session.selection) == 2
    press(Qt.Key.Key_Left)
    before = session.undo_label
    press(Qt.Key.Key_Down, ALT)
    until(lambda: session.undo_label != before)
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: session.undo_label == before)
    assert walked in {c.id for c in session.cell.chromosomes}

    # Every chromosome is agreed with, the cell is marked, and the next one opens.
    press(Qt.Key.Key_Return, CTRL)
    until(lambda: all(c.confirmed for c in session.cell.counting))
    press(Qt.Key.Key_3, CTRL)
    until(lambda: session.cell.marked(MarkKind.KARYOTYPED) is not None)
    press(Qt.Key.Key_A)
    keyboard.said("Accept")
    press(Qt.Key.Key_PageDown)
    until(lambda: session.cell is not None and session.cell.id != first)

    # The report is reached and left again.
    press(Qt.Key.Key_4, ALT)
    until(lambda: window.page == "report")
    press(Qt.Key.Key_2, ALT)
    until(lambda: window.page == "case")


def test_that_a_chromosome_is_cut_and_joined_again_with_the_pointer_of_the_keys(keyboard, until):
    session, window, press = keyboard.session, keyboard.window, keyboard.press
    press(Qt.Key.Key_F, CTRL)
    keyboard.type("SIM")
    press(Qt.Key.Key_Return)
    until(lambda: session.picture is not None and window.page == "case")
    overlay = window.case_page.pane("metaphase").overlay
    until(lambda: overlay.width() > 200)
    count = session.cell.count

    # A chromosome that stands rather upright is cut by a line from left to right.
    upright = max(
        (c for c in session.cell.chromosomes if not c.overlaps),
        key=lambda c: abs(c.axis[0][1] - c.axis[-1][1]) - 2 * abs(c.axis[0][0] - c.axis[-1][0]),
    )
    session.select({upright.id})
    press(Qt.Key.Key_F8)
    assert window.actions_["key_pointer"].isChecked()
    press(Qt.Key.Key_C)
    assert overlay.tool is Tool.CUT
    for _ in range(4):
        press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Return)
    for _ in range(8):
        press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return)
    keyboard.said("Cut")
    assert session.cell.count == count + 1
    assert len(session.selection) == 2
    press(Qt.Key.Key_G)
    keyboard.said("Join")
    assert session.cell.count == count

    # Esc puts the pointer away; letters and Enter mean again what they mean without it.
    press(Qt.Key.Key_Escape)
    until(lambda: not window.actions_["key_pointer"].isChecked())


def test_that_panes_are_torn_off_and_put_back_by_keys_and_keep_working(keyboard, until):
    session, window, press = keyboard.session, keyboard.window, keyboard.press
    press(Qt.Key.Key_F, CTRL)
    keyboard.type("SIM")
    press(Qt.Key.Key_Return)
    until(lambda: session.picture is not None and window.page == "case")
    for place in ("board", "metaphase"):
        keyboard.to_pane(place)
        pane = window.case_page.pane(place)
        press(Qt.Key.Key_F6, SHIFT)
        until(lambda place=place: place in window.comfort.torn.windows)
        torn = window.comfort.torn.windows[place]
        until(lambda torn=torn: torn.isActiveWindow())
        assert pane.window() is torn
        assert pane.isVisible()
        press(Qt.Key.Key_Tab)
        assert len(session.selection) == 1
        press(Qt.Key.Key_9)
        press(Qt.Key.Key_Return)
        keyboard.said("Name chromosome 9")
        press(Qt.Key.Key_Z, CTRL)
        until(lambda: not (session.undo_label or "").startswith("Name"))
        assert window.comfort.torn.state()["torn.open"] == place
        press(Qt.Key.Key_F6, SHIFT)
        until(lambda: not window.comfort.torn.windows and window.isActiveWindow())
        assert pane.window() is window
        assert pane.isVisible()
