"""Why the program says what it says, by real events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.pages.cards import Card
from core.reasoning.step import ReasoningLevel
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_that_each_step_leads_to_its_place_and_can_be_taken_away(new_window, until, tmp_path: Path) -> None:
    window = new_window()
    window.open_case(fill_case(window.workplace, cells=3))
    session = window.session
    until(lambda: session.picture is not None and len(session.cells) == 3)
    until(lambda: QApplication.focusWidget() is not None)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_W, CTRL_SHIFT)
    panel = window.case_page.side.tab("reasoning")
    until(lambda: panel.isVisible() and panel.steps)
    shown = {step.level for step in panel.steps}
    assert shown >= {ReasoningLevel.BANDS, ReasoningLevel.CELL, ReasoningLevel.CASE}

    case = panel.sections[ReasoningLevel.CASE]
    other = next(card for card in case.findChildren(Card) if " of 3 cells" in card.words.text())
    before = session.cell.id
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_Return)
    until(lambda: session.cell.id != before)

    until(lambda: panel.steps and panel.isVisible())
    panel.write(tmp_path / "why.md", as_json=False)
    panel.write(tmp_path / "why.json", as_json=True)
    until(lambda: (tmp_path / "why.json").exists())
    assert "## Cell" in (tmp_path / "why.md").read_text("utf-8")
    assert len(json.loads((tmp_path / "why.json").read_text("utf-8"))) == len(panel.steps)
