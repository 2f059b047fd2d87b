from __future__ import annotations

import json

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.simulated import fill_case

pytestmark = pytest.mark.display

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None, f"nothing has the focus for {key}"
    QTest.keyClick(focus, key, modifiers)


@pytest.fixture
def window(new_window, until):
    window = new_window()
    window.open_case(fill_case(window.workplace, cells=2))
    until(lambda: window.session.picture is not None)
    until(lambda: QApplication.focusWidget() is not None)
    return window


def open_keys(window, until):
    press(Qt.Key.Key_F1)
    until(lambda: window.comfort.keys_dialog is not None and window.comfort.keys_dialog.isActiveWindow())
    return window.comfort.keys_dialog


def test_that_a_key_is_given_by_pressing_it_and_works_at_once_and_after_a_restart(window, until, new_window):
    keys = open_keys(window, until)
    QTest.keyClicks(keys.search, "180")
    press(Qt.Key.Key_Down)
    assert keys.tree.currentItem().text(0) == "Turn by 180°"
    press(Qt.Key.Key_Return)
    until(lambda: QApplication.focusWidget() is keys.catcher)
    press(Qt.Key.Key_F12)
    assert keys.keymap.keys_of("turn") == ("F", "F12")
    press(Qt.Key.Key_Escape)
    until(lambda: not keys.isVisible() and window.isActiveWindow())

    assert "F or F12" in window.actions_["turn"].toolTip()
    window.show_page("case")
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_F12)
    until(lambda: window.session.undo_label == "Turn chromosome")
    window.close()
    assert new_window().actions_.keys_of("turn") == ("F", "F12")


def test_that_a_key_in_use_is_told_and_given_only_when_taken_over(window, until):
    keys = open_keys(window, until)
    keys.choose("turn")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: keys.take_over.isVisible())
    assert keys.keymap.keys_of("turn") == ("F",)
    until(lambda: QApplication.focusWidget() is keys.keep)
    press(Qt.Key.Key_Return)
    assert not keys.take_over.isVisible()
    assert keys.keymap.keys_of("turn") == ("F",)

    keys.choose("turn")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: QApplication.focusWidget() is keys.keep)
    press(Qt.Key.Key_Tab, SHIFT)
    press(Qt.Key.Key_Space)
    assert keys.keymap.keys_of("turn") == ("F", "Ctrl+Z")
    assert keys.keymap.keys_of("undo") == ()
    assert keys.keymap.collisions() == ()
    keys.back.click()
    assert keys.keymap.keys_of("undo") == ("Ctrl+Z",)


def test_that_tab_and_a_digit_are_caught_as_keys(window, until):
    keys = open_keys(window, until)
    keys.choose("cut")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Tab)
    until(lambda: keys.take_over.isVisible())
    keys.keep.click()
    keys.choose("cut")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_5)
    until(lambda: keys.take_over.isVisible())
    keys.take_over.click()
    assert keys.keymap.keys_of("cut") == ("C", "5")
    assert keys.keymap.keys_of("digit_5") == ()
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_Delete)
    assert keys.keymap.keys_of("cut") == ()


def test_that_an_imported_map_with_a_key_twice_is_marked(window, until, tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"format": "centromere keys", "version": 1, "keys": {"turn": ["Ctrl+Z"]}}))
    keys = open_keys(window, until)
    keys.read(file)
    keys.choose("undo")
    assert "Turn by 180°" in keys.tree.currentItem().text(3)
    keys.write(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text())["keys"]["turn"] == ["Ctrl+Z"]


def test_that_the_key_map_is_printed_on_one_or_two_pages(window, until, tmp_path):
    keys = open_keys(window, until)
    keys.print_to(tmp_path / "keys.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "keys.pdf")
    assert 1 <= len(document) <= 2
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Turn by 180°" in text
    assert "Ctrl+Shift+Z" in text
    width, height = document[0].get_size()
    assert (round(width), round(height)) == (842, 595)


def open_palette(window, until):
    until(lambda: window.isActiveWindow() and QApplication.focusWidget() is not None)
    press(Qt.Key.Key_K, CTRL)
    until(lambda: window.comfort.palette_dialog is not None and window.comfort.palette_dialog.isVisible())
    until(lambda: QApplication.focusWidget() is window.comfort.palette_dialog.field)
    return window.comfort.palette_dialog


def test_that_a_few_letters_find_an_action_and_enter_runs_it(window, until):
    first = window.session.cell.id
    palette = open_palette(window, until)
    QTest.keyClicks(palette.field, "nxtce")
    assert palette.found[0].text == "Next cell"
    assert palette.found[0].keys == "PgDown"
    press(Qt.Key.Key_Return)
    until(lambda: window.session.cell is not None and window.session.cell.id != first)
    assert open_palette(window, until).found[0].key == "next_cell"


def test_that_what_cannot_be_done_now_says_why_and_does_not_run(window, until):
    palette = open_palette(window, until)
    QTest.keyClicks(palette.field, "join")
    assert palette.found[0].key == "join"
    press(Qt.Key.Key_Return)
    assert palette.isVisible()
    assert palette.note == "Not now: select two pieces first."


def test_that_classes_cells_cases_and_pages_are_found(window, until):
    press(Qt.Key.Key_Tab)
    (chosen,) = window.session.selection
    palette = open_palette(window, until)
    QTest.keyClicks(palette.field, "name 17")
    assert palette.found[0].key == "class:17"
    press(Qt.Key.Key_Return)
    until(lambda: window.session.cell.chromosome(chosen).chromosome_class == "17")

    palette = open_palette(window, until)
    QTest.keyClicks(palette.field, "cell 002")
    press(Qt.Key.Key_Return)
    until(lambda: window.session.cell.label == "002")

    palette = open_palette(window, until)
    QTest.keyClicks(palette.field, "sim-")
    until(lambda: any(entry.kind == "Case" for entry in palette.found))
    press(Qt.Key.Key_Escape)

    palette = open_palette(window, until)
    QTest.keyClicks(palette.field, "models")
    assert palette.found[0].key == "page_models"
    press(Qt.Key.Key_Return)
    until(lambda: window.page == "models")
