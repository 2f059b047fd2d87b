from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.compare.class_bar import ALL
from app.pages.compare import COMPOSITE, MEANS, SIDES, STRIP, ComparePage
from core.domain.chromosome import ObjectType
from core.domain.metaphase import Verdict
from core.editing.operations import Judge, Reclassify
from tests.app.simulated import fill_case

TRANSLOCATION = "46,XX,t(9;22)(q34;q11.2)"


class Look:
    """A Compare page beside an open case of two cells with a translocation."""

    def __init__(self, workplace, until, *, karyotype=TRANSLOCATION, cells=2, name="SIM-0001", seed=300):
        self.workplace, self.session, self.until = workplace, workplace.session, until
        self.case = fill_case(workplace, karyotype=karyotype, cells=cells, name=name, seed=seed)
        self.session.open_case(self.case)
        until(lambda: len(self.session.cells) == cells)
        self.page = ComparePage(self.session)
        self.page.resize(1208, 716)
        self.page.show()
        self.page.refresh()

    def ready(self):
        self.until(lambda: self.page.comparison.cells and not self.page.comparison.busy)
        self.until(lambda: self.page.comparison.study("22") is not None)

    def press(self, *keys):
        for key in keys:
            QTest.keyClick(self.page, key)

    def close(self):
        self.page.close()
        self.page.deleteLater()


@pytest.fixture
def look(workplace, until):
    look = Look(workplace, until)
    look.ready()
    yield look
    look.close()


def is_derivative(deviation) -> bool:
    return deviation.strand.chromosome.object_type is ObjectType.DERIVATIVE


def test_that_the_page_opens_on_the_translocation(look):
    look.until(lambda: look.page.chosen_class in ("9", "22"))
    look.press(Qt.Key.Key_2, Qt.Key.Key_2)
    usual, others = look.page.strip.shown
    assert not any(is_derivative(one) for one in usual)
    assert all(is_derivative(one) for one in others)
    assert "the homologs differ: q arm −" in look.page.summary
    assert "deviating in 2 of 2 cells" in look.page.summary


def test_that_a_class_is_typed_and_brackets_step(look):
    look.press(Qt.Key.Key_2)
    assert look.page.chosen_class == "2"
    look.press(Qt.Key.Key_1)
    assert look.page.chosen_class == "21"
    look.press(Qt.Key.Key_BracketRight)
    assert look.page.chosen_class == "22"
    look.press(Qt.Key.Key_X)
    assert look.page.chosen_class == "X"
    look.press(Qt.Key.Key_0)
    assert look.page.chosen_class == "X"


def test_that_arrows_walk_through_the_strip_and_enter_opens(look):
    look.press(Qt.Key.Key_9)
    wanted = []
    look.page.chromosome_wanted.connect(lambda *ids: wanted.append(ids))
    look.press(Qt.Key.Key_Home, Qt.Key.Key_Left)
    first = look.page.current
    look.press(Qt.Key.Key_Down)
    second = look.page.current
    assert first is not second
    assert first.score >= second.score
    look.press(Qt.Key.Key_Right)
    assert is_derivative(look.page.current)
    look.press(Qt.Key.Key_Return)
    assert wanted == [(look.page.current.strand.cell, look.page.current.strand.id)]


def test_that_a_click_opens_what_is_under_the_mouse(look):
    look.press(Qt.Key.Key_9)
    look.until(lambda: look.page.strip._boxes)
    wanted = []
    look.page.chromosome_wanted.connect(lambda *ids: wanted.append(ids))
    box, at = look.page.strip._boxes[-1]
    QTest.mouseClick(look.page.strip, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    shown = look.page.strip._rows[at].deviation.strand
    assert wanted == [(shown.cell, shown.id)]


def test_that_bands_are_named_under_the_mouse(look):
    look.press(Qt.Key.Key_9)
    look.until(lambda: look.page.strip._boxes)
    seen = []
    look.page.strip.band_hovered.connect(seen.append)
    waist = round(look.page.strip._waist(0))
    QTest.mouseMove(look.page.strip, QPoint(waist + 30, 30))
    look.until(lambda: any(name.startswith("9q") for name in seen))


def test_that_the_composite_marks_what_deviates_and_can_be_straightened(look):
    look.press(Qt.Key.Key_C, Qt.Key.Key_2, Qt.Key.Key_2)
    assert look.page.view == COMPOSITE
    composite = look.page.composite
    marked = {chromosome for _, chromosome in composite.marked}
    study = look.page.comparison.study("22")
    assert marked == {one.strand.id for one in study.deviations if one.outlying}
    assert len(composite.places) == 4
    assert composite.captured
    look.press(Qt.Key.Key_S)
    assert not composite.captured
    look.press(Qt.Key.Key_0)
    assert look.page.chosen_class == ALL
    assert len(composite.places) == 92
    before = composite.current
    look.press(Qt.Key.Key_Right)
    assert composite.current is not before
    down = composite.current
    look.press(Qt.Key.Key_Down)
    assert composite.current.box.center().y() > down.box.center().y()


def test_that_mean_chromosomes_lead_to_their_class(look):
    look.press(Qt.Key.Key_M, Qt.Key.Key_0)
    assert (look.page.view, look.page.chosen_class) == (MEANS, ALL)
    assert [place.key[0] for place in look.page.means.places][:3] == ["1", "2", "3"]
    look.press(Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert look.page.chosen_class == "2"
    look.page.grab()
    look.press(Qt.Key.Key_E)
    assert look.page.view == STRIP


def test_that_an_edited_cell_is_compared_anew(look):
    cell = look.session.cells[0]
    one = next(c for c in cell.chromosomes if c.chromosome_class == "21")
    before = look.page.comparison.study("21")
    look.session.do_in(cell.id, Reclassify(ids=(one.id,), chromosome_class="20"))
    look.until(lambda: len((look.page.comparison.study("21") or before).deviations) == 3)
    look.until(lambda: not look.page.comparison.busy)
    assert len(look.page.comparison.study("20").deviations) == 5
    assert look.page.comparison.numbers["20"].different == (cell.id,)
    assert look.page.comparison.study("3") is not None


def test_that_accepted_cells_are_compared_as_soon_as_there_are_two(look):
    page = look.page
    assert not page.comparison.accepted_only
    for cell in look.session.cells:
        look.session.do_in(cell.id, Judge(verdict=Verdict.ACCEPTED))
    look.until(lambda: page.comparison.accepted_only)
    look.until(lambda: "2" in page.cells_box.itemText(0))
    look.session.do_in(look.session.cells[0].id, Judge(verdict=Verdict.REJECTED, reason="bands too weak"))
    look.until(lambda: len(page.comparison.wanted) == 1)
    look.until(lambda: page._empty_title.text() == "Accept two cells to compare")
    assert page._empty_title.isVisible()
    look.press(Qt.Key.Key_Return)


def test_that_the_page_says_what_to_do_without_a_case_or_with_one_cell(workplace, until):
    page = ComparePage(workplace.session)
    page.show()
    page.refresh()
    assert page._empty_title.text() == "No case is open"
    page.close()
    page.deleteLater()
    look = Look(workplace, until, cells=1)
    assert look.page._empty_title.text() == "Accept two cells to compare"
    assert "One cell" in look.page._empty_words.text()
    look.close()


def test_that_comparing_can_be_stopped_and_goes_on(workplace, until):
    look = Look(workplace, until, cells=2)
    look.page.comparison.stop()
    until(lambda: not look.page.comparison.busy)
    assert look.page.comparison.stopped
    look.page._stop.click()
    look.ready()
    assert not look.page.comparison.stopped
    look.close()


def test_that_two_cells_stand_side_by_side_and_move_as_one(look):
    look.press(Qt.Key.Key_B)
    assert look.page.view == SIDES
    sides = look.page.sides
    look.until(lambda: all(sides.sides))
    assert [side.cell.label for side in sides.sides] == ["001", "002"]
    left, right = (panel.view for panel in sides.panels)
    look.press(Qt.Key.Key_Plus)
    left.zoom_by(2.0)
    assert left.zoomed[0] > 1.5
    assert right.zoomed[0] == left.zoomed[0]
    left.horizontalScrollBar().setValue(left.horizontalScrollBar().value() + 60)
    assert right.zoomed[1].x() == pytest.approx(left.zoomed[1].x(), abs=0.01)
    look.press(Qt.Key.Key_2, Qt.Key.Key_2)
    slots = [place for place in left.scene()._slots if place.name == "22"]
    assert left.scene().class_at(QPointF(slots[0].x + 5, slots[0].waist)) == "22"
    assert [slot.name for slot in left.scene()._slots] == [slot.name for slot in right.scene()._slots]
    look.press(Qt.Key.Key_S)
    assert left.scene().sceneRect().width() == sides.sides[0].cell.width
    look.press(Qt.Key.Key_Up)
    look.until(lambda: sides.sides[1].cell.label == "001")


def test_that_two_cases_stand_side_by_side(look, workplace):
    other = fill_case(workplace, karyotype="47,XY,+21", cells=1, name="SIM-0002", seed=1)
    look.press(Qt.Key.Key_B)
    sides = look.page.sides
    look.until(lambda: all(sides.sides) and sides.panels[1].cases.findData(other) >= 0)
    panel = sides.panels[1]
    panel.cases.setCurrentIndex(panel.cases.findData(other))
    panel.cases.activated.emit(panel.cases.currentIndex())
    look.until(lambda: sides.sides[1].case == other)
    assert "47" in panel.count.text()
    wanted = []
    look.page.cell_wanted.connect(lambda *ids: wanted.append(ids))
    look.press(Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_Return)
    assert wanted[0][:2] == (other, sides.sides[1].cell.id)
    chosen = sides.sides[1].cell.chromosome(wanted[0][2])
    assert chosen.chromosome_class == "21"


def test_that_what_is_shown_is_written(look, tmp_path):
    told = []
    look.session.message.connect(told.append)
    look.press(Qt.Key.Key_9)
    look.page.export(tmp_path / "evidence.pdf")
    look.until(lambda: len(told) == 1)
    look.press(Qt.Key.Key_C)
    look.page.export(tmp_path / "composite.png")
    look.until(lambda: len(told) == 2)
    assert (tmp_path / "evidence.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "composite.png").read_bytes().startswith(b"\x89PNG")
    (tmp_path / "file").write_text("")
    look.page.export(tmp_path / "file" / "composite.png")
    look.until(lambda: len(told) == 3)
    assert "cannot be written" in told[2]
