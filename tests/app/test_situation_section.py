"""Numbers of the case and named situations stand in the findings panel and lead to their cells."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.pages.cards import Card
from app.pages.findings import FindingsPanel
from tests.app.simulated import fill_case


def test_that_numbers_and_situations_stand_in_the_panel_and_lead_to_their_cells(workplace, until):
    session = workplace.session
    panel = FindingsPanel(session)
    panel.resize(270, 1000)
    panel.show()
    session.open_case(fill_case(workplace, karyotype="47,XY,+21", cells=2))
    until(lambda: len(session.cells) == 2 and session.picture is not None)
    until(lambda: any("+21" in text or "−21" in text for text in panel.situation_section.texts))
    text = "\n".join(label.text() for label in panel.situation_section.findChildren(QLabel))
    assert "Numbers: +21 in 2 of 2 cells" in text
    card = next(card for card in panel.findChildren(Card) if "Numbers:" in card.words.text())
    before = session.cell.id
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    until(lambda: session.cell is not None and session.cell.id != before)
    if os.environ.get("CENTROMERE_SHOW"):
        panel.grab().save(os.environ["CENTROMERE_SHOW"])
    panel.close()
    panel.deleteLater()
