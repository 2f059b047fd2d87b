"""Suspicions of structure in the findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.pages.cards import Card
from app.pages.structure_section import HeatLine, StructureSection
from app.plots.straight_pair import StraightHomolog, StraightPair
from core.analysis.homologs import StraightChromosome
from core.domain.finding import Finding
from core.domain.metaphase import Metaphase
from tests.core.analysis.cells import cell_of
from tests.core.analysis.compared_cells import LOST, TURNED, compared
from tests.models.test_sensitivity import CURVE


class Reader:
    """A section that notes where it leads."""

    def __init__(self, curve=CURVE) -> None:
        self.opened: list[object] = []
        self.section = StructureSection(
            curve,
            card_of=self._card,
            go=self.opened.append,
            evidence=self.opened.append,
            select=self.opened.append,
        )
        self.section.resize(260, 600)
        self.section.show()

    def _card(self, finding: Finding, cell: Metaphase) -> Card:
        return Card(finding.text, tip="there")

    @property
    def text(self) -> str:
        return " ".join(self.section.texts)

    def card(self, words: str) -> Card:
        return next(card for card in self.section.findChildren(Card) if words in card.words.text())


@pytest.fixture
def reader(qapp):
    made = Reader()
    yield made
    made.section.close()
    made.section.deleteLater()


def test_that_a_cell_that_was_not_compared_says_so(reader) -> None:
    reader.section.show_structure(cell_of("a"), [cell_of("a")])
    assert "Structure not assessed by the program" in reader.text
    assert reader.section.slider is None


def test_that_too_few_bands_are_the_reason_given(reader) -> None:
    cell = compared("a", chromosome_5=LOST)
    poor = replace(cell, quality=replace(cell.quality, band_level=250.0))
    reader.section.show_structure(poor, [poor])
    assert "Below 300 bands" in reader.text
    assert "looks changed" not in reader.text


def test_that_a_suspicion_shows_its_heat(reader) -> None:
    cell = compared("a", chromosome_5=LOST)
    reader.section.show_structure(cell, [cell])
    assert "chromosome 5 looks changed" in reader.text
    (heat,) = reader.section.findChildren(HeatLine)
    assert "hottest 73 %" in heat.toolTip()


def test_that_a_variant_is_told_as_one_and_leads_to_its_chromosome(reader) -> None:
    cell = compared("a", chromosome_9=TURNED)
    reader.section.show_structure(cell, [cell])
    assert "looks changed" not in reader.text.replace("No chromosome of this cell looks changed", "")
    QTest.mouseClick(reader.card("looks like inv(9)(p12q13)"), Qt.MouseButton.LeftButton)
    assert reader.opened == [("a-9-0",)]


def test_that_the_case_names_the_cells_and_leads_to_them(reader) -> None:
    cells = [compared(str(number), chromosome_5=LOST) for number in range(3)]
    reader.section.show_structure(cells[0], cells)
    card = reader.card("Case: chromosome 5 looks changed")
    assert "3 of 3 cells" in card.words.text()
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert reader.opened == [("0", "1", "2")]


def test_that_the_slider_tells_what_was_measured_and_moves_the_threshold(reader) -> None:
    weak = compared("a", chromosome_5=replace(LOST, deviation=2.6))
    reader.section.show_structure(weak, [weak])
    assert "chromosome 5 looks changed" not in reader.text
    before = reader.text
    slider = reader.section.slider.slider
    slider.setFocus()
    for _ in range(15):
        QTest.keyClick(reader.section.slider.slider, Qt.Key.Key_Right)
    assert "chromosome 5 looks changed" in reader.text
    assert "structure@9.9.9, measured on" in reader.text
    assert reader.text != before


def test_that_a_model_without_a_curve_has_no_slider(qapp) -> None:
    reader = Reader(None)
    cell = compared("a")
    reader.section.show_structure(cell, [cell])
    assert reader.section.slider is None
    assert "No chromosome of this cell looks changed." in reader.text
    reader.section.close()


def test_that_the_straight_pair_paints_heat_only_where_it_is_warm(qapp) -> None:
    straight = StraightChromosome(
        image=np.full((80, 20), 120, np.uint8), profile=np.full(80, 0.5, np.float32), centromere=30.0
    )
    pair = StraightPair()
    pair.resize(160, 200)

    def reds(heat: tuple[float, ...]) -> int:
        pair.show_homologs([StraightHomolog(label="A", straight=straight, chosen=True, heat=heat)], "5", 550)
        image = pair.grab().toImage()
        colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        return sum(one.red() > one.green() + 60 and one.red() > one.blue() + 40 for one in colours)

    cold = reds((0.1,) * 28)
    assert reds((0.1,) * 14 + (0.95,) * 14) > cold + 100
    pair.deleteLater()
