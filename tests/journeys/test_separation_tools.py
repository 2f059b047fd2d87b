from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.boxes import chip_centre
from app.canvas.overlay import Tool
from app.gestures.edit import holds
from core.domain.chromosome import Aspect, ExclusionReason
from core.domain.metaphase import ExcludedObject
from core.editing.operations import Exclude, PlaceProposal, Reclassify, Remove
from tests.app.simulated import fill_case
from tests.journeys.test_correcting_a_cell import Hands, across, middle

pytestmark = pytest.mark.display

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Drawing(Hands):
    """Hands that draw strokes, follow axes and read the status line."""

    def stroke(self, points, modifiers: Qt.KeyboardModifier = NONE) -> None:
        places = [self.point(point) for point in points]
        QTest.mousePress(self.overlay, Qt.MouseButton.LeftButton, modifiers, places[0])
        for place in places[1:]:
            QTest.mouseMove(self.overlay, place)
        QTest.mouseRelease(self.overlay, Qt.MouseButton.LeftButton, modifiers, places[-1])

    def done(self, label: str) -> None:
        self.until(lambda: self.session.undo_label == label)

    def undo(self) -> None:
        before = self.session.cell
        self.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        self.until(lambda: self.session.cell is not before)

    def told(self, words: str) -> None:
        self.until(lambda: words in self.window.status_line.message)

    def alone(self):
        """Long chromosomes that touch no other."""
        found = [c for c in self.session.cell.chromosomes if not c.overlaps and len(c.axis) > 20]
        return sorted(found, key=lambda c: -len(c.axis))

    def crossing(self):
        """Two chromosomes that lie right across each other."""
        cell = self.session.cell
        for one in cell.chromosomes:
            for other in (cell.chromosome(name) for name in one.overlaps):
                inner = one.axis[5:-5]
                if any(holds(other, point) for point in inner) and any(
                    holds(one, point) for point in other.axis[5:-5]
                ):
                    return one, other
        raise AssertionError("the simulated cell has no crossing")


@pytest.fixture
def hands(new_window, until) -> Drawing:
    window = new_window()
    window.show_page("case")
    window.case_page.use_layout("count")
    case = fill_case(window.workplace, karyotype="46,XX", cells=1, seed=2)
    hands = Drawing(window, until)
    hands.open(case)
    return hands


def test_that_strokes_cuts_and_joins_are_one_step_each(hands):
    session = hands.session
    start = session.cell
    first, second = hands.alone()[:2]
    hands.press(Qt.Key.Key_C)
    hands.draw(*across(first))
    hands.done("Cut into 2")
    assert session.cell.count == 47
    hands.press(Qt.Key.Key_G)
    hands.done("Join 2 pieces")
    assert session.cell.count == 46
    hands.undo()
    hands.undo()
    assert session.cell == start
    hands.press(Qt.Key.Key_C, SHIFT)
    assert hands.overlay.tool is Tool.CUT_FREE
    begin, end = across(second)
    at = middle(second)
    hands.stroke([begin, ((begin[0] + at[0]) / 2, (begin[1] + at[1]) / 2 + 2), at, end])
    hands.done("Cut into 2")
    hands.undo()
    assert session.cell == start


def test_that_two_strokes_separate_a_crossing_and_the_hatch_is_drawn(hands):
    session = hands.session
    start = session.cell
    one, other = hands.crossing()
    hatched = len(hands.overlay.contours.crossings)
    # As if nobody had told them apart: one outline around both.
    session.select({one.id, other.id})
    hands.press(Qt.Key.Key_G)
    hands.done("Join 2 pieces")
    assert len(hands.overlay.contours.crossings) < hatched
    hands.press(Qt.Key.Key_W)
    hands.stroke(one.axis)
    assert session.undo_label == "Join 2 pieces"
    hands.stroke(other.axis)
    hands.done("Separate crossing")
    assert session.cell.count == 46
    first, second = session.selected
    assert second.id in first.overlaps
    assert len(hands.overlay.contours.crossings) == hatched
    hands.undo()
    hands.undo()
    assert session.cell == start


def test_that_brush_eraser_and_outline_keys_reshape_the_selection(hands):
    session = hands.session
    target = hands.alone()[0]
    hands.click(middle(target))
    hands.press(Qt.Key.Key_B)
    begin, end = across(target, 9.0)
    hands.stroke([middle(target), end])
    hands.done("Brush chromosome")
    assert session.cell.chromosome(target.id).outline != target.outline
    assert session.cell.chromosome(target.id).chromosome_class == target.chromosome_class
    hands.press(Qt.Key.Key_E)
    hands.press(Qt.Key.Key_E, SHIFT)
    hands.stroke([begin, across(target, 5.0)[0]])
    hands.done("Erase chromosome")
    hands.press(Qt.Key.Key_Plus)
    hands.done("Grow chromosome")
    hands.press(Qt.Key.Key_Minus)
    hands.done("Shrink chromosome")
    for _ in range(4):
        hands.undo()
    assert session.cell.chromosome(target.id) == target


def test_that_lasso_polygon_and_click_outline_what_was_missed(hands):
    session = hands.session
    start = session.cell
    lost = hands.alone()[3]
    session.do(Remove(ids=(lost.id,)))
    hands.done("Delete chromosome")
    left, top, right, bottom = lost.outline.box
    ring = [(left - 3, top - 3), (right + 3, top - 3), (right + 3, bottom + 3), (left - 3, bottom + 3)]
    hands.press(Qt.Key.Key_M)
    hands.click(middle(lost))
    hands.done("Add chromosome")
    (found,) = session.selected
    assert holds(found, middle(lost))
    hands.undo()
    hands.press(Qt.Key.Key_L)
    hands.stroke([*ring, ring[0]])
    hands.done("Add chromosome")
    hands.undo()
    hands.press(Qt.Key.Key_L, SHIFT)
    for corner in ring:
        hands.click(corner)
    assert session.undo_label == "Delete chromosome"
    hands.press(Qt.Key.Key_Return)
    hands.done("Add chromosome")
    hands.undo()
    hands.undo()
    assert session.cell == start


def test_that_ringed_stain_is_marked_with_ctrl_and_a_ring_around_a_part_takes_it_out(hands, until):
    session = hands.session
    lost = hands.alone()[3]
    session.do(Remove(ids=(lost.id,)))
    hands.done("Delete chromosome")
    left, top, right, bottom = lost.outline.box
    ring = [(left - 3, top - 3), (right + 3, top - 3), (right + 3, bottom + 3), (left - 3, bottom + 3)]
    hands.press(Qt.Key.Key_L)
    hands.stroke([*ring, ring[0]], Qt.KeyboardModifier.ControlModifier)
    until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    menu.actions()[0].trigger()
    menu.close()
    hands.done("Mark nucleus")
    assert session.cell.excluded[-1].reason is ExclusionReason.NUCLEUS
    whole = hands.alone()[0]
    half = whole.axis[: len(whole.axis) // 2]
    xs, ys = [x for x, _ in half], [y for _, y in half]
    low, high = (min(xs) - 9, min(ys) - 9), (max(xs) + 9, max(ys) + 9)
    hands.stroke([low, (high[0], low[1]), high, (low[0], high[1]), low])
    hands.done("Cut into 2")


def test_that_contour_points_axis_and_centromere_are_dragged(hands):
    session = hands.session
    target = hands.alone()[1]
    hands.click(middle(target))
    hands.press(Qt.Key.Key_P)
    tool = hands.overlay._tools[Tool.CONTOUR]
    node = tuple(tool._ring[tool._nodes[0]])
    hands.draw(node, (node[0] + 6, node[1] + 3))
    hands.done("Move contour of chromosome")
    hands.press(Qt.Key.Key_Q)
    known = session.cell.chromosome(target.id)
    nodes = hands.overlay._tools[Tool.AXIS]._nodes
    handle = tuple(nodes[1])
    hands.draw(handle, (handle[0] + 3, handle[1] + 2))
    hands.done("Move axis")
    moved = session.cell.chromosome(target.id)
    assert moved.axis != known.axis
    assert Aspect.AXIS in moved.decided
    hands.draw(moved.centromere, moved.axis[len(moved.axis) // 2 + 6])
    hands.done("Move centromere")
    assert Aspect.CENTROMERE in session.cell.chromosome(target.id).decided


def test_that_the_amber_box_is_outlined_by_its_button_by_a_key_and_dismissed_by_its_menu(hands, until):
    session = hands.session
    lost = hands.alone()[2]
    box = tuple(float(v) for v in lost.outline.box)
    session.do(Remove(ids=(lost.id,)))
    hands.done("Delete chromosome")
    # As the program says it: stain that no outline explains.
    cell = session.cell
    session.do(
        PlaceProposal(
            proposal="again", chromosomes=cell.chromosomes, excluded=cell.excluded, unexplained=(box,)
        )
    )
    until(lambda: session.cell.unexplained == (box,))
    to_screen = hands.overlay._canvas.to_screen()
    QTest.mouseClick(hands.overlay, Qt.MouseButton.LeftButton, NONE, chip_centre(box, to_screen).toPoint())
    hands.done("Add chromosome")
    assert session.cell.unexplained == ()
    hands.undo()
    hands.press(Qt.Key.Key_M, SHIFT)
    hands.done("Add chromosome")
    hands.undo()
    QTest.mouseClick(hands.overlay, Qt.MouseButton.RightButton, NONE, hands.point(middle(lost)))
    until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    next(action for action in menu.actions() if "Debris" in action.text()).trigger()
    menu.close()
    hands.done("Mark debris")
    assert session.cell.excluded[-1] == ExcludedObject(box=box, reason=ExclusionReason.DEBRIS)
    QTest.mouseClick(hands.overlay, Qt.MouseButton.RightButton, NONE, hands.point(middle(lost)))
    until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    menu.actions()[0].trigger()
    menu.close()
    hands.done("Add chromosome")
    assert all(found.box != box for found in session.cell.excluded)


def test_that_gestures_that_mean_nothing_are_told_quietly_and_change_nothing(hands):
    session = hands.session
    start = session.cell
    first, second = hands.alone()[0], hands.alone()[-1]
    hands.press(Qt.Key.Key_C)
    hands.draw(middle(first), across(first)[1])
    hands.told("leaves it whole")
    hands.draw((2.0, 2.0), (2.0, 40.0))
    hands.told("crosses no chromosome")
    hands.press(Qt.Key.Key_W)
    hands.stroke(first.axis)
    hands.stroke(second.axis)
    hands.told("do not cross")
    hands.stroke(first.axis)
    hands.press(Qt.Key.Key_Escape)
    assert hands.overlay.tool is Tool.OVERLAP
    hands.press(Qt.Key.Key_Escape)
    assert hands.overlay.tool is Tool.SELECT
    session.select({first.id, second.id})
    hands.press(Qt.Key.Key_G)
    hands.told("px apart")
    hands.press(Qt.Key.Key_M)
    hands.click((3.0, 3.0))
    hands.told("none")
    session.select(c.id for c in start.chromosomes)
    session.do(Exclude(ids=tuple(c.id for c in start.chromosomes), reason=ExclusionReason.DEBRIS))
    hands.told("last chromosomes")
    hands.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    hands.told("last chromosomes")
    assert session.cell == start
    assert session.undo_label == "Analyse"


def test_that_a_gesture_on_a_cell_under_analysis_waits_for_nobody(hands, until):
    session = hands.session
    start, target = session.cell, hands.alone()[0]
    analyses = hands.window.workplace.analyses
    analyses.analyse([session.cell])
    assert session.cell.id in analyses.working
    hands.press(Qt.Key.Key_C)
    hands.draw(*across(target))
    hands.told("being analysed")
    label = session.undo_label
    hands.window.actions_["undo"].trigger()
    assert session.undo_label == label
    until(lambda: not analyses.working)
    assert session.cell == start


def test_that_what_a_person_named_stays_named_after_brush_and_cut(hands):
    session = hands.session
    target = hands.alone()[0]
    session.do(Reclassify(ids=(target.id,), chromosome_class="7"))
    hands.done("Name chromosome 7")
    hands.click(middle(target))
    hands.press(Qt.Key.Key_B)
    hands.stroke([middle(target), across(target, 9.0)[1]])
    hands.done("Brush chromosome")
    named = session.cell.chromosome(target.id)
    assert named.chromosome_class == "7"
    assert Aspect.CLASS in named.decided


def test_that_no_tool_is_cut_off_in_a_small_window(hands, until):
    hands.window.case_page.use_layout("analyse")
    bar = hands.window.case_page.pane("metaphase").tool_bar
    until(lambda: bar.isVisible() and bar.width() > 100)
    QApplication.processEvents()
    for button in bar.buttons:
        assert bar.rect().contains(button.geometry()), button.text()
        assert button.toolTip()
    assert hands.overlay.mapTo(hands.window, QPoint(0, 0)).y() > 0
