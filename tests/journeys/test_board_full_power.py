"""The karyogram board with mouse and keys: carried, turned, nudged, drawn on, laid out and looked at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.domain.annotation import AnnotationKind
from core.domain.chromosome import ObjectType
from core.domain.template import DENVER_ROWS
from core.report.arrangement import Alignment
from tests.app.simulated import fill_case

pytestmark = pytest.mark.display

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


class Hands:
    """Mouse and keys on the board of an open window."""

    def __init__(self, window, until, *, karyotype: str = "47,XY,+21") -> None:
        self.window, self.until, self.session = window, until, window.session
        window.open_case(fill_case(window.workplace, cells=1, karyotype=karyotype, seed=3))
        until(lambda: self.session.picture is not None)
        window.case_page.use_layout("karyotype")
        self.board = window.case_page.pane("board")
        self.view = self.board.view
        until(lambda: self.view.board.layout is not None and self.view.isVisible())
        self.view.setFocus()
        until(lambda: QApplication.focusWidget() is self.view)

    def of_class(self, name: str):
        found = [
            c for c in self.session.cell.chromosomes if c.chromosome_class == name and c.excluded is None
        ]
        return sorted(found, key=lambda c: c.homolog or 0)

    def now(self, chromosome):
        return self.session.cell.chromosome(chromosome.id)

    def at(self, chromosome) -> QPoint:
        return self.view.screen_point(chromosome.id)

    def label(self, name: str) -> QPoint:
        slot = next(s for s in self.view.board.slots if s.place.name == name)
        return self.view.mapFromScene(slot.place.line.center())

    def click(self, point: QPoint, modifiers=NONE) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, point)

    def drag(self, start: QPoint, end: QPoint, modifiers=NONE, *, let_go: bool = True) -> None:
        viewport = self.view.viewport()
        QTest.mousePress(viewport, LEFT, modifiers, start)
        for step in range(1, 7):
            position = QPointF(start + (end - start) * step / 6)
            self._move(position, modifiers)
        if let_go:
            QTest.mouseRelease(viewport, LEFT, modifiers, end)

    def _move(self, position: QPointF, modifiers) -> None:
        viewport = self.view.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove, position, viewport.mapToGlobal(position), Qt.MouseButton.NoButton, LEFT,
            modifiers,
        )  # fmt: skip
        QApplication.sendEvent(viewport, event)

    def wheel(self, point: QPoint, turns: int, modifiers=NONE) -> None:
        position = QPointF(point)
        event = QWheelEvent(
            position, self.view.viewport().mapToGlobal(position), QPoint(), QPoint(0, turns * 120),
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.view.viewport(), event)

    def key(self, key: Qt.Key, modifiers=NONE) -> None:
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)

    def undo(self, label: str) -> None:
        self.until(lambda: not self.session.saved.pending)
        assert self.session.undo_label == label
        self.key(Qt.Key.Key_Z, CONTROL)
        self.until(lambda: self.session.undo_label != label)


def test_that_chromosomes_are_selected_carried_and_put_back_by_keys_and_mouse(new_window, until):
    hands = Hands(new_window(), until)
    session = hands.session
    nine, twenty_one = hands.of_class("9"), hands.of_class("21")

    hands.click(hands.label("9"))
    assert session.selection == {c.id for c in nine}
    hands.click(hands.label("21"), CONTROL)
    assert session.selection == {c.id for c in (*nine, *twenty_one)}
    hands.click(hands.label("9"), CONTROL)
    assert session.selection == {c.id for c in twenty_one}

    hands.click(hands.at(nine[0]))
    hands.key(Qt.Key.Key_Right, ALT)
    until(lambda: hands.now(nine[0]).homolog == 2)
    hands.key(Qt.Key.Key_Right, ALT)
    until(lambda: hands.now(nine[0]).chromosome_class == "10")
    assert hands.now(nine[0]).homolog == 1
    hands.key(Qt.Key.Key_Up, ALT)
    until(lambda: hands.now(nine[0]).chromosome_class in ("1", "2", "3", "4", "5"))
    assert session.selection == {nine[0].id}
    for label in ("Name chromosome " + hands.now(nine[0]).chromosome_class, "Name chromosome 10"):
        hands.undo(label)
    hands.undo("Swap homologs")
    assert hands.now(nine[0]) == nine[0]

    said = []
    session.message.connect(said.append)
    hands.drag(hands.at(twenty_one[0]), hands.label("8") - QPoint(0, 30), let_go=False)
    assert hands.view.carrying.target.slot == "8"
    hands.key(Qt.Key.Key_Escape)
    assert hands.view.carrying is None
    assert "nothing was changed" in said[-1]
    QTest.mouseRelease(hands.view.viewport(), LEFT, NONE, hands.label("8"))
    assert session.saved.pending == 0
    hands.drag(hands.at(twenty_one[0]), hands.label("mar") - QPoint(0, 20))
    until(lambda: hands.now(twenty_one[0]).object_type is ObjectType.MARKER)
    hands.undo("Name chromosome marker")


def test_that_chromosomes_are_turned_nudged_mirrored_and_straightened_and_marked(new_window, until):
    hands = Hands(new_window(), until, karyotype="46,XX,t(9;22)(q34;q11.2)")
    session, view, board = hands.session, hands.view, hands.view.board
    one = hands.of_class("12")[0]
    hands.click(hands.at(one))

    hands.wheel(hands.at(one), 2, SHIFT)
    assert view.tweak.pending
    hands.key(Qt.Key.Key_Less)
    until(lambda: hands.now(one).turned == pytest.approx(3.0))
    before = hands.now(one).turned
    start = view.handle_point
    hands.drag(start, start + QPoint(14, 2))
    until(lambda: hands.now(one).turned > before + 2)
    hands.key(Qt.Key.Key_Right, CONTROL)
    hands.key(Qt.Key.Key_Right, CONTROL)
    until(lambda: hands.now(one).nudged == (2.0, 0.0))
    hands.drag(hands.at(one), hands.at(one) + QPoint(0, -9), ALT)
    until(lambda: hands.now(one).nudged[1] < -2)
    assert hands.now(one).chromosome_class == "12"

    hands.key(Qt.Key.Key_F, SHIFT)
    until(lambda: hands.now(one).mirrored)
    hands.key(Qt.Key.Key_S)
    until(lambda: hands.now(one).straightened)

    def captions() -> set[str]:
        return {caption.text for slot in board.layout.slots for caption in slot.captions}

    assert {"mirrored", "straightened", "der(9)", "der(22)"} <= captions()
    hands.window.actions_["stand_as_captured"].trigger()
    until(lambda: hands.now(one) == one)
    hands.undo("Put chromosome back as captured")
    until(lambda: hands.now(one).mirrored)

    hands.window.actions_["kind_ring"].trigger()
    until(lambda: "r(12)" in captions())
    nine = next(slot for slot in board.layout.slots if slot.name == "9")
    assert session.cell.chromosome(nine.members[-1]).object_type is ObjectType.DERIVATIVE
    hands.click(hands.at(session.cell.chromosome(nine.members[-1])))
    said = []
    session.message.connect(said.append)
    hands.drag(hands.at(session.cell.chromosome(nine.members[-1])), hands.label("9") - QPoint(24, 40))
    assert "right of its homolog" in said[-1]


def test_that_arrows_and_words_are_drawn_moved_edited_and_erased(new_window, until):
    hands = Hands(new_window(), until)
    session, view = hands.session, hands.view
    one = hands.of_class("2")[0]

    hands.key(Qt.Key.Key_U)
    assert view.pen.kind is AnnotationKind.ARROW
    hands.key(Qt.Key.Key_Escape)
    assert view.pen.kind is None
    hands.key(Qt.Key.Key_U)
    hands.drag(hands.at(one) + QPoint(40, -20), hands.at(one))
    until(lambda: len(session.cell.annotations) == 1)
    (arrow,) = session.cell.annotations
    assert arrow.chromosome == one.id
    assert view.pen.kind is None

    item = view.board.annotations[arrow.id]
    tail = view.mapFromScene(item.points[0])
    hands.drag(tail, tail + QPoint(0, 15))
    until(lambda: session.cell.annotations[0].points[0] != arrow.points[0])
    assert session.cell.annotations[0].points[1] == pytest.approx(arrow.points[1], abs=0.01)

    middle = (item.points[0] + item.points[1]) / 2
    QTest.mouseDClick(view.viewport(), LEFT, NONE, view.mapFromScene(middle))
    until(lambda: QApplication.focusWidget() is view.pen.editor.field)
    QTest.keyClicks(view.pen.editor.field, "q21 S?")
    view.pen.editor.buttons["#1464be"].click()
    hands.key(Qt.Key.Key_Return)
    until(lambda: session.cell.annotations[0].text == "q21 S?")
    assert session.cell.annotations[0].colour == "#1464be"
    assert one == hands.now(one)

    tip = item.points[1]
    hands.click(hands.at(one) + QPoint(0, 30))
    assert view.pen.selected is None
    hands.key(Qt.Key.Key_F)
    until(lambda: hands.now(one).p_arm != one.p_arm)
    assert view.board.annotations[arrow.id].points[1] != tip
    hands.undo("Turn chromosome")

    hands.key(Qt.Key.Key_T)
    hands.click(hands.at(hands.of_class("17")[0]) + QPoint(4, 0))
    until(lambda: QApplication.focusWidget() is view.pen.editor.field)
    QTest.keyClicks(view.pen.editor.field, "17p-")
    hands.key(Qt.Key.Key_Return)
    until(lambda: len(session.cell.annotations) == 2)
    until(lambda: view.pen.selected == session.cell.annotations[1].id)
    until(lambda: QApplication.focusWidget() is view)
    hands.key(Qt.Key.Key_Delete)
    until(lambda: len(session.cell.annotations) == 1)
    hands.undo("Erase annotation")
    until(lambda: len(session.cell.annotations) == 2)


def test_that_the_board_is_laid_out_by_choice_looked_at_closely_and_remembered(new_window, until):
    window = new_window()
    hands = Hands(window, until)
    view, choices = hands.view, window.workplace.karyogram
    hands.click(hands.at(hands.of_class("9")[0]))

    hands.key(Qt.Key.Key_I)
    until(lambda: len(view.board.idiograms) == 24)
    nine = next(i for i in view.board.idiograms if i.chromosome == "9")
    assert view.board.band_at(nine.middle_of("q34.1")) == "9q34.1"
    choices.choose(level="850")
    assert nine.level == 850

    hands.key(Qt.Key.Key_Z)
    assert view.loupe.isVisible()
    assert {c.id for c in view.loupe.shown} == {c.id for c in hands.of_class("9")}
    hands.key(Qt.Key.Key_BracketRight)
    assert {c.chromosome_class for c in view.loupe.shown} == {"10"}
    before = hands.session.selection
    hands.key(Qt.Key.Key_Escape)
    assert not view.loupe.isVisible()
    assert hands.session.selection == before

    window.actions_["align_baseline"].trigger()
    assert choices.style.alignment is Alignment.BASELINE
    choices.choose(template=DENVER_ROWS.name)
    assert next(s for s in view.board.layout.slots if s.name == "X").row == 1
    choices.choose_for_case(DENVER_ROWS)
    until(lambda: hands.session.case.template == DENVER_ROWS)
    choices.choose(template="ISCN rows")
    assert choices.style.template == DENVER_ROWS
    assert choices.printed(hands.session.case).template == DENVER_ROWS
    case = hands.session.case.id
    until(lambda: not hands.session.saved.pending)
    window.close()

    again = new_window()
    assert again.workplace.karyogram.kept.idiograms
    again.open_case(case)
    until(lambda: again.session.case is not None)
    assert again.workplace.karyogram.style.template == DENVER_ROWS
    assert again.workplace.karyogram.style.alignment is Alignment.BASELINE
