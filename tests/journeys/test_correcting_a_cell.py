from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from core.domain.chromosome import ObjectType
from core.domain.metaphase import MarkKind, Verdict
from tests.app.simulated import fill_case, png_of, simulate_metaphase

pytestmark = pytest.mark.display


class Hands:
    """What a technician does at the window: keys where the focus is, the mouse on the metaphase."""

    def __init__(self, window: MainWindow, until) -> None:
        self.window, self.until = window, until
        self.session = window.session

    @property
    def overlay(self):
        return self.window.case_page.pane("metaphase").overlay

    def open(self, case: str) -> None:
        self.window.open_case(case)
        self.until(lambda: self.session.picture is not None and self.overlay.width() > 200)
        self.until(lambda: QApplication.focusWidget() is not None)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)

    def point(self, place: tuple[float, float]) -> QPoint:
        return self.overlay.screen_point(place).toPoint()

    def click(
        self,
        place: tuple[float, float],
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        QTest.mouseClick(self.overlay, Qt.MouseButton.LeftButton, modifiers, self.point(place))

    def draw(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        start, end = self.point(first), self.point(last)
        QTest.mousePress(self.overlay, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        for step in range(1, 9):
            QTest.mouseMove(self.overlay, start + (end - start) * step / 8)
        QTest.mouseRelease(self.overlay, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)

    def one(self, name: str):
        """A chromosome of that class that touches no other."""
        found = [c for c in self.session.cell.chromosomes if c.chromosome_class == name]
        return min(found, key=lambda c: len(c.overlaps))


def middle(chromosome) -> tuple[float, float]:
    return chromosome.axis[len(chromosome.axis) // 2]


def across(chromosome, reach: float = 24.0):
    at = len(chromosome.axis) // 2
    (x0, y0), (x1, y1) = chromosome.axis[at - 3], chromosome.axis[at + 3]
    x, y = chromosome.axis[at]
    dx, dy = -(y1 - y0), x1 - x0
    length = (dx * dx + dy * dy) ** 0.5
    dx, dy = dx / length * reach, dy / length * reach
    return (x - dx, y - dy), (x + dx, y + dy)


@pytest.fixture
def hands(new_window, until) -> Hands:
    window = new_window()
    case = fill_case(window.workplace, cells=2)
    hands = Hands(window, until)
    hands.open(case)
    return hands


def test_that_a_cell_is_corrected_by_keyboard_undone_and_found_again_after_a_restart(
    hands, until, new_window
):
    session = hands.session
    before = session.cell
    hands.press(Qt.Key.Key_Tab)
    (doubtful,) = session.selection
    hands.press(Qt.Key.Key_9)
    hands.press(Qt.Key.Key_Return)
    until(lambda: session.undo_label == "Name chromosome 9")
    hands.press(Qt.Key.Key_F)
    until(lambda: session.undo_label == "Turn chromosome")
    hands.press(Qt.Key.Key_Return)
    until(lambda: session.undo_label == "Confirm chromosome")
    assert session.cell.chromosome(doubtful).confirmed
    for _ in range(3):
        hands.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: session.cell.chromosomes == before.chromosomes)
    hands.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    until(lambda: session.undo_label == "Name chromosome 9" and session.redo_label == "Turn chromosome")
    state, case = session.cell, session.case.id
    hands.window.close()

    again = Hands(new_window(), until)
    again.open(case)
    assert again.session.cell == state
    assert again.session.redo_label == "Turn chromosome"


def test_that_a_line_cuts_and_g_joins_what_it_cut(hands, until):
    session = hands.session
    whole = hands.one("1")
    hands.press(Qt.Key.Key_C)
    hands.draw(*across(whole))
    until(lambda: session.undo_label == "Cut into 2")
    assert session.cell.count == 48
    assert len(session.selection) == 2
    hands.press(Qt.Key.Key_G)
    until(lambda: session.undo_label == "Join 2 pieces")
    assert session.cell.count == 47


def test_that_clicks_select_and_a_rectangle_selects_several(hands):
    first, second = hands.one("13"), hands.one("Y")
    hands.click(middle(first))
    assert hands.session.selection == {first.id}
    hands.click(middle(second), Qt.KeyboardModifier.ControlModifier)
    assert hands.session.selection == {first.id, second.id}
    width, height = hands.session.cell.width, hands.session.cell.height
    hands.draw((1.0, 1.0), (width - 1.0, height - 1.0))
    assert len(hands.session.selection) == 47
    hands.press(Qt.Key.Key_Escape)
    assert hands.session.selection == frozenset()


def test_that_hovering_lights_a_chromosome_up_for_every_view(hands, until):
    seen = []
    hands.session.hover_changed.connect(seen.append)
    # The mouse may already be where it is sent: then nothing moves.
    for name in ("13", "Y"):
        chromosome = hands.one(name)
        QTest.mouseMove(hands.overlay, hands.point(middle(chromosome)))
        until(lambda chromosome=chromosome: seen and seen[-1] == chromosome.id)


def test_that_a_marker_an_unknown_and_an_exclusion_are_set_by_keys(hands, until):
    session = hands.session
    chromosome = hands.one("Y")
    hands.click(middle(chromosome))
    hands.press(Qt.Key.Key_Period)
    until(lambda: session.cell.chromosome(chromosome.id).object_type is ObjectType.MARKER)
    hands.press(Qt.Key.Key_0)
    until(lambda: session.cell.chromosome(chromosome.id).object_type is ObjectType.NORMAL)
    assert session.cell.chromosome(chromosome.id).chromosome_class == "unknown"
    hands.press(Qt.Key.Key_D)
    until(lambda: QApplication.activePopupWidget() is not None)
    QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Return)
    until(lambda: session.cell.chromosome(chromosome.id).excluded is not None)
    assert session.cell.count == 46
    hands.press(Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: session.cell.count == 47)


def test_that_counting_by_click_numbers_chromosomes_and_the_mark_carries_the_name(hands, until):
    session = hands.session
    hands.press(Qt.Key.Key_K)
    for name in ("1", "2", "3"):
        hands.click(middle(hands.one(name)))
    until(lambda: len(session.cell.counted_points) == 3)
    hands.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    until(lambda: session.cell.marked(MarkKind.COUNTED) is not None)
    assert session.cell.marked(MarkKind.COUNTED).person == "Maria Keller"
    assert "counted 1/20" in hands.window.context_line.text


def test_that_page_keys_change_the_cell_and_a_digit_after_r_rejects_it(hands, until):
    session = hands.session
    until(lambda: len(session.cells) == 2)
    hands.press(Qt.Key.Key_PageDown)
    until(lambda: session.cell.label == "002")
    hands.press(Qt.Key.Key_R)
    hands.press(Qt.Key.Key_3)
    until(lambda: session.cell.verdict is Verdict.REJECTED)
    assert session.cell.verdict_reason == "bands too weak"
    hands.press(Qt.Key.Key_PageUp)
    until(lambda: session.cell.label == "001")


def test_that_images_dropped_on_the_canvas_become_a_case(new_window, until, tmp_path):
    window = new_window()
    file = tmp_path / "8129A.001.A.png"
    file.write_bytes(png_of(simulate_metaphase("47,XY,+21", seed=1).picture))
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(file))])
    place = QPointF(400, 300)
    arguments = (Qt.DropAction.CopyAction, files, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    entered = QDragEnterEvent(place.toPoint(), *arguments)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, *arguments))
    until(lambda: window.session.case is not None and window.session.cell is not None)
    assert window.session.case.name == "8129A"
    assert window.page == "case"
    assert not window.case_page.pane("metaphase").canvas.surface.acceptDrops()


def test_that_the_notice_is_visible_on_every_page(new_window, until):
    window = new_window()
    for page in ("worklist", "case", "models", "settings"):
        window.show_page(page)
        notice = window.findChild(object, "notice")
        assert notice.isVisible()
        assert notice.text() == "For research use only, not a medical device"


def test_that_the_window_remembers_size_layout_and_theme(new_window, until):
    window = new_window()
    window.show_page("case")
    window.case_page.use_layout("count")
    window.use_theme("light")
    window.resize(1100, 700)
    until(lambda: window.width() == 1100)
    window.close()
    again = new_window()
    again.show_page("case")
    assert again.case_page.layout_name == "count"
    assert again.workplace.settings.current.theme == "light"
    again.use_theme("dark")
