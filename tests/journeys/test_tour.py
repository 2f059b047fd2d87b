from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.comfort import SAMPLE
from app.settings import SettingsFile
from core.domain.ids import PersonName
from core.simulation.metaphase import simulate_metaphase
from tests.app.simulated import truth_as_proposal

pytestmark = pytest.mark.display

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


class Person:
    """Somebody who follows the tour with the keyboard."""

    def __init__(self, window, until) -> None:
        self.window, self.until = window, until

    @property
    def tour(self):
        return self.window.comfort.tour

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.until(lambda: QApplication.focusWidget() is not None)
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)

    def at(self, name: str) -> None:
        try:
            self.until(lambda: self.tour.step is not None and self.tour.step.name == name)
        except AssertionError:
            now = self.tour.step.name if self.tour.step else "no step"
            raise AssertionError(f"expected {name}, got {now}; {self.window.status_line.message}") from None
        assert self.tour.bubble.isVisible()
        assert self.window.rect().contains(self.tour.bubble.geometry())

    def open_sample(self) -> None:
        self.press(Qt.Key.Key_K, CTRL)
        self.until(lambda: self.palette is not None and QApplication.focusWidget() is self.palette.field)
        QTest.keyClicks(self.palette.field, "sample")
        assert self.palette.found[0].key == "open_sample"
        self.press(Qt.Key.Key_Return)

    @property
    def palette(self):
        return self.window.comfort.palette_dialog

    def let_models_answer(self) -> None:
        """Place what models might have answered for the first cell: there are no weights in this test."""
        session = self.window.session
        self.until(lambda: session.cell is not None)
        drawn = simulate_metaphase("47,XY,+21", seed=21)
        session.place(truth_as_proposal(drawn, session.cell.id), person=PersonName("program"))


@pytest.fixture
def person(new_window, until):
    window = new_window()
    window.comfort.offer_tour()
    return Person(window, until)


def kept(window) -> str:
    return SettingsFile(window.workplace.folders.settings).current.tour


def test_that_the_tour_is_done_by_real_keys_and_is_not_offered_again(person):
    window = person.window
    person.at("welcome")
    assert "simulated" in person.tour.bubble.text
    person.press(Qt.Key.Key_Return)
    person.at("open")
    assert person.tour.ring.isVisible()
    person.open_sample()
    person.at("wait")
    assert window.session.case.name.startswith("simulated")
    person.let_models_answer()
    person.at("doubt")
    person.press(Qt.Key.Key_Tab)
    person.at("name")
    (chosen,) = window.session.selection
    before = window.session.cell.chromosome(chosen).chromosome_class
    person.press(Qt.Key.Key_2 if before != "2" else Qt.Key.Key_3)
    person.press(Qt.Key.Key_Return)
    person.at("undo")
    person.press(Qt.Key.Key_Z, CTRL)
    person.at("confirm")
    assert window.session.cell.chromosome(chosen).chromosome_class == before
    person.press(Qt.Key.Key_Return)
    person.at("report")
    person.press(Qt.Key.Key_4, ALT)
    person.at("end")
    assert window.page == "report"
    person.press(Qt.Key.Key_Return)
    assert person.tour.step is None
    assert not person.tour.bubble.isVisible()
    assert kept(window) == "done"


def test_that_the_tour_can_be_declined_is_not_offered_again_and_starts_from_the_help(person, until):
    window = person.window
    person.at("welcome")
    person.press(Qt.Key.Key_Escape)
    assert person.tour.step is None
    assert kept(window) == "declined"
    window.comfort.offer_tour()
    assert person.tour.step is None
    window.actions_["tour"].trigger()
    person.at("welcome")
    person.press(Qt.Key.Key_Return)
    person.at("open")
    person.press(Qt.Key.Key_F1, CTRL)
    person.at("wait")
    person.press(Qt.Key.Key_Escape)
    assert person.tour.step is None
    assert not person.tour.ring.isVisible()


def test_that_the_tour_names_the_keys_as_they_stand(person):
    person.at("welcome")
    keymap = person.window.comfort.keymap.give("palette", ["Ctrl+Shift+Space"])
    person.window.comfort.use_keys(keymap)
    person.press(Qt.Key.Key_Return)
    person.at("open")
    assert "Ctrl+Shift+Space" in person.tour.bubble.text


def test_that_the_sample_says_of_itself_that_it_is_simulated():
    truths = sorted(SAMPLE.glob("*.truth.json"))
    assert truths
    assert all(json.loads(truth.read_text())["simulated"] is True for truth in truths)
    assert all(picture.name.startswith("simulated-") for picture in SAMPLE.glob("*.png"))
