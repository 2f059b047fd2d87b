from __future__ import annotations

import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.actions import Actions
from app.board.board import KaryogramBoard
from app.board.export import ExportWish, PictureFormat
from app.board.scene import BoardScene
from core.domain.chromosome import ObjectType
from core.domain.ids import ChromosomeId
from tests.app.simulated import fill_case
from tests.synthetic import simulated_cell

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Bench:
    """A board with an open cell, and hands."""

    def __init__(self, workplace, until) -> None:
        self.until = until
        self.session = workplace.session
        self.window = QWidget()
        self.actions = Actions(self.window)
        self.board = KaryogramBoard(self.session, self.actions, self.window)
        self.window.resize(760, 620)
        self.board.resize(760, 620)
        self.window.show()
        case = fill_case(workplace, cells=1)
        self.session.open_case(case)
        until(lambda: self.session.picture is not None)
        self.view = self.board.view

    def of_class(self, name: str):
        found = [
            c for c in self.session.cell.chromosomes if c.chromosome_class == name and c.excluded is None
        ]
        return sorted(found, key=lambda c: c.homolog or 0)

    def at(self, chromosome) -> QPoint:
        return self.view.screen_point(chromosome.id)

    def slot(self, name: str):
        return next(s for s in self.view.board.slots if s.place.name == name)

    def in_slot(self, name: str, share: float = 0.5) -> QPoint:
        area = self.slot(name).place.area
        point = area.topLeft()
        point.setX(area.left() + share * area.width())
        point.setY(area.center().y())
        return self.view.mapFromScene(point)

    def take(self, chromosome, to: QPoint) -> None:
        start = self.at(chromosome)
        QTest.mousePress(self.view.viewport(), LEFT, NONE, start)
        for step in range(1, 9):
            QTest.mouseMove(self.view.viewport(), start + (to - start) * step / 8)

    def drag(self, chromosome, to: QPoint) -> None:
        self.take(chromosome, to)
        QTest.mouseRelease(self.view.viewport(), LEFT, NONE, to)

    def now(self, chromosome):
        return self.session.cell.chromosome(chromosome.id)


@pytest.fixture
def bench(workplace, until):
    bench = Bench(workplace, until)
    yield bench
    bench.window.close()
    bench.window.deleteLater()


def test_that_three_of_a_class_are_shown_with_an_amber_number(bench):
    assert bench.slot("21").number == 3
    assert bench.slot("8").number is None
    assert bench.slot("Y").number is None


def test_that_selection_and_hover_go_both_ways(bench):
    one, other = bench.of_class("9")
    QTest.mouseClick(bench.view.viewport(), LEFT, NONE, bench.at(one))
    assert bench.session.selection == {one.id}
    QTest.mouseClick(bench.view.viewport(), LEFT, CONTROL, bench.at(other))
    assert bench.session.selection == {one.id, other.id}

    def hovered() -> bool:
        # The pointer of the screen itself may enter or leave the window meanwhile.
        QTest.mouseMove(bench.view.viewport(), QPoint(2, 2))
        QTest.mouseMove(bench.view.viewport(), bench.at(one))
        return bench.session.hover == one.id

    bench.until(hovered)
    bench.session.select({other.id})
    assert bench.view.board.item_of(other.id).zValue() == 2


def test_that_a_drag_to_another_slot_names_the_chromosome_anew_and_undo_takes_it_back(bench):
    lost = bench.of_class("21")[0]
    bench.drag(lost, bench.in_slot("8"))
    bench.until(lambda: bench.now(lost).chromosome_class == "8")
    assert bench.now(lost).homolog == 2
    assert bench.slot("8").number == 3
    assert bench.slot("21").number is None
    bench.session.undo()
    bench.until(lambda: bench.now(lost).chromosome_class == "21")
    assert bench.slot("21").number == 3


def test_that_esc_puts_everything_back_and_keeps_the_selection(bench):
    lost = bench.of_class("21")[0]
    bench.take(lost, bench.in_slot("8"))
    assert bench.view.carrying is not None
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    assert bench.view.carrying is None
    QTest.mouseRelease(bench.view.viewport(), LEFT, NONE, bench.in_slot("8"))
    assert bench.session.saved.pending == 0
    assert bench.now(lost).chromosome_class == "21"
    assert bench.session.selection == {lost.id}


def test_that_targets_are_shown_while_one_carries(bench):
    lost = bench.of_class("21")[0]
    bench.take(lost, bench.in_slot("8"))
    offers = {slot.place.name: slot.offer.name for slot in bench.view.board.slots}
    assert offers.pop("8") == "HERE"
    assert set(offers.values()) == {"POSSIBLE"}
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    assert {slot.offer.name for slot in bench.view.board.slots} == {"NONE"}


def test_that_a_drag_within_the_slot_swaps_the_homologs(bench):
    first, second = bench.of_class("9")
    bench.drag(first, bench.in_slot("9", 0.97))
    bench.until(lambda: bench.now(first).homolog == 2)
    assert bench.now(second).homolog == 1
    assert bench.session.undo_label == "Swap homologs"


def test_that_several_are_carried_to_the_marker_tray_together(bench):
    pair = bench.of_class("22")
    bench.session.select({c.id for c in pair})
    bench.drag(pair[0], bench.in_slot("mar"))
    bench.until(lambda: bench.now(pair[0]).object_type is ObjectType.MARKER)
    assert bench.now(pair[1]).object_type is ObjectType.MARKER
    assert set(bench.slot("mar").place.members) == {c.id for c in pair}


def test_that_a_drop_where_nothing_counts_asks_for_the_reason(bench):
    asked = []
    bench.view.reason_wanted.connect(lambda: asked.append(bench.session.selection))
    one = bench.of_class("22")[0]
    bench.drag(one, bench.in_slot("out"))
    assert asked == [{one.id}]


def test_that_a_double_click_turns(bench):
    one = bench.of_class("9")[0]
    QTest.mouseDClick(bench.view.viewport(), LEFT, NONE, bench.at(one))
    bench.until(lambda: bench.now(one).p_arm != one.p_arm)
    assert bench.now(one).p_arm == (-one.p_arm[0], -one.p_arm[1])


def test_that_arrows_walk_over_the_board_and_shift_takes_more(bench):
    layout = bench.view.board.layout
    bench.session.select({layout.order[0]})
    QTest.keyClick(bench.view, Qt.Key.Key_Right)
    assert bench.session.selection == {layout.order[1]}
    QTest.keyClick(bench.view, Qt.Key.Key_Right, SHIFT)
    assert bench.session.selection == set(layout.order[1:3])
    QTest.keyClick(bench.view, Qt.Key.Key_Down)
    (below,) = bench.session.selection
    assert layout.slot_of(below).name in ("6", "7", "8", "9", "10", "11", "12")


def test_that_a_band_round_a_pair_selects_it(bench):
    area = bench.slot("13").place.area
    start = bench.view.mapFromScene(area.topLeft()) + QPoint(1, 1)
    end = bench.view.mapFromScene(area.bottomRight()) - QPoint(1, 1)
    QTest.mousePress(bench.view.viewport(), LEFT, NONE, start)
    QTest.mouseMove(bench.view.viewport(), (start + end) / 2)
    QTest.mouseMove(bench.view.viewport(), end)
    QTest.mouseRelease(bench.view.viewport(), LEFT, NONE, end)
    assert bench.session.selection == {c.id for c in bench.of_class("13")}


def test_that_only_what_was_turned_is_cut_out_of_the_picture_anew(bench):
    one, other = bench.of_class("9")
    pictures = bench.view.board.pictures
    before = pictures.get(one.id), pictures.get(other.id)
    bench.session.select({one.id})
    QTest.mouseDClick(bench.view.viewport(), LEFT, NONE, bench.at(one))
    bench.until(lambda: bench.now(one).p_arm != one.p_arm)
    assert pictures.get(one.id) is not before[0]
    assert pictures.get(other.id) is before[1]


def test_that_the_tooltip_names_the_likely_classes_with_their_probability(bench):
    one = bench.of_class("9")[0]
    tip = bench.view.board.item_of(one.id).toolTip()
    assert "Chromosome 9" in tip
    assert "%" in tip
    assert "named by the program" in tip


@pytest.mark.parametrize("kind", list(PictureFormat))
def test_that_a_karyogram_is_written_at_print_resolution(bench, tmp_path, kind):
    path = tmp_path / f"karyogram.{kind.value}"
    bench.board.write(path, ExportWish(format=kind, dpi=600))
    bench.until(path.exists)
    if kind is PictureFormat.SVG:
        assert path.read_text(encoding="utf-8").startswith("<svg")
    else:
        with Image.open(path) as picture:
            assert round(float(picture.info["dpi"][0])) == 600
            assert picture.width == round(180 / 25.4 * 600)


def test_that_a_place_that_cannot_be_written_is_told(bench, tmp_path):
    said = []
    bench.session.message.connect(said.append)
    (tmp_path / "file").write_text("x")
    bench.board.write(tmp_path / "file" / "karyogram.png", ExportWish())
    bench.until(lambda: said)
    assert "cannot be written" in said[-1]


def test_that_our_own_code_takes_less_than_eight_milliseconds_in_a_drag_event_with_100_objects(qapp):
    cell, picture = simulated_cell("46,XX", seed=4)
    doubled = tuple(replace(c, id=ChromosomeId(f"{c.id}-again")) for c in cell.chromosomes)
    more = tuple(replace(c, id=ChromosomeId(f"{c.id}-third")) for c in cell.chromosomes[:8])
    cell = replace(cell, chromosomes=(*cell.chromosomes, *doubled, *more))
    assert len(cell.chromosomes) == 100
    scene = BoardScene()
    scene.fit_into(900, 700)
    scene.show_cell(cell, picture)
    from app.board.carrying import Carrying

    start = scene.middles[cell.chromosomes[0].id]
    carrying = Carrying(scene, cell, (cell.chromosomes[0].id,), start)
    spent = []
    for x in np.linspace(10, 890, 60):
        start.setX(float(x))
        begun = time.process_time()
        carrying.move(start, 16.0)
        spent.append(time.process_time() - begun)
    carrying.end()
    assert statistics.median(spent) < 0.008
    assert sorted(spent)[-3] < 0.008
