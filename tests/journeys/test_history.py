"""Undo, the time machine and steps of several cells, in the real window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from core.domain.case import Case
from core.domain.ids import PersonName
from core.domain.metaphase import MarkKind, Verdict
from core.editing.case_operations import EditCase, RemoveCells, WriteKaryotype
from core.editing.operations import CountPoint, Judge, Reclassify, Turn
from core.store.cases import CaseStore
from tests.app.conftest import Until
from tests.app.simulated import fill_case, truth_as_proposal

pytestmark = pytest.mark.display
CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier,
)  # fmt: skip


class Seat:
    """A person at the window."""

    def __init__(self, window: MainWindow, until: Until) -> None:
        self.window, self.until, self.session = window, until, window.session
        self.said: list[str] = []
        self.session.message.connect(self.said.append)

    def open(self, case: str, cells: int) -> None:
        self.window.open_case(case)
        self.until(lambda: self.session.picture is not None and len(self.session.cells) == cells)
        self.until(lambda: QApplication.focusWidget() is not None)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget(), key, modifiers)

    def written(self) -> None:
        self.until(lambda: not self.session.saved.pending)

    @property
    def undo_text(self) -> str:
        return self.window.actions_["undo"].text()

    def history(self):
        self.press(Qt.Key.Key_H, CTRL)
        panel = self.window.case_page.side.tab("history")
        self.until(panel.isVisible)
        self.until(lambda: panel.model.rowCount() and all(m.person for m in panel.model.moments))
        return panel


@pytest.fixture
def seat(new_window, until) -> Seat:
    return Seat(new_window(), until)


def edited(seat: Seat) -> list[object]:
    """Do four things to the open cell and return the states between them."""
    session = seat.session
    first, second = (chromosome.id for chromosome in session.cell.chromosomes[:2])
    states = [session.cell]
    for operation in (
        Turn(ids=(first,)),
        Reclassify(ids=(second,), chromosome_class="9"),
        Judge(verdict=Verdict.ACCEPTED),
        CountPoint(point=(10.0, 10.0)),
    ):
        session.do(operation)
        seat.written()
        states.append(session.cell)
    return states


def test_that_the_menu_names_what_undo_takes_back_also_after_a_restart(seat: Seat, new_window, until) -> None:
    case = fill_case(seat.window.workplace, cells=1)
    seat.open(case, 1)
    states = edited(seat)
    assert seat.undo_text == "Undo: Count one"
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.written()
    assert seat.session.cell == states[3]
    seat.session.do(WriteKaryotype(karyotype="46,XX"))
    seat.written()
    seat.window.close()
    seat.window.workplace.close()

    again = Seat(new_window(), until)
    again.open(case, 1)
    assert again.session.cell == states[3]
    assert again.undo_text == "Undo: Accept cell"
    assert again.window.actions_["redo"].text() == "Redo: Count one"
    again.press(Qt.Key.Key_Y, CTRL)
    again.written()
    assert again.session.cell == states[4]
    for state in reversed(states[:-1]):
        again.press(Qt.Key.Key_Z, CTRL)
        again.written()
        assert again.session.cell == state
    again.window.show_page("report")
    assert again.undo_text == "Undo: Write karyotype"
    again.session.undo()
    again.written()
    assert again.session.case.karyotype is None


def test_that_any_moment_is_one_click_or_some_arrows_away_and_later_steps_stay(seat: Seat) -> None:
    seat.open(fill_case(seat.window.workplace, cells=1), 1)
    states = edited(seat)
    panel = seat.history()
    assert QApplication.focusWidget() is panel.list
    assert [one.words for one in panel.model.moments][2:] == [
        "Turn chromosome", "Name chromosome 9", "Accept cell", "Count one",
    ]  # fmt: skip
    line = panel.model.index(2)
    QTest.mouseClick(
        panel.list.viewport(), Qt.MouseButton.LeftButton, NONE, panel.list.visualRect(line).center()
    )
    seat.until(lambda: seat.session.cell == states[1])
    seat.until(lambda: panel.model.present == 2)
    assert [one.standing.value for one in panel.model.moments[3:]] == ["taken back"] * 3
    assert "cuts the 3 steps" in panel.note.text()
    assert panel.note.isVisible()
    seat.until(panel.picture.isVisible)

    for _ in range(2):
        seat.press(Qt.Key.Key_Down)
    seat.press(Qt.Key.Key_Return)
    seat.until(lambda: seat.session.cell == states[3])
    seat.until(lambda: panel.model.present == 4)
    seat.press(Qt.Key.Key_Up)
    seat.until(lambda: seat.session.cell == states[2])

    seat.session.do(CountPoint(point=(5.0, 5.0)))
    seat.written()
    seat.until(lambda: panel.model.rowCount() == 5)
    assert any("2 steps that were taken back are cut off" in one for one in seat.said)
    panel.show_scope("all")
    seat.until(lambda: any("Accept cell" in one.words for one in panel.model.moments))


def test_that_the_history_is_filtered_by_person_and_kind(seat: Seat) -> None:
    seat.open(fill_case(seat.window.workplace, cells=1), 1)
    edited(seat)
    panel = seat.history()
    panel.kinds.setFocus()
    panel.kinds.setCurrentText("Marks and counts")
    panel.kinds.activated.emit(panel.kinds.currentIndex())
    assert [one.words for one in panel.model.moments] == ["Accept cell", "Count one"]
    panel.kinds.setCurrentIndex(0)
    panel.people.setCurrentText("program")
    panel.people.activated.emit(panel.people.currentIndex())
    assert [one.person for one in panel.model.moments][:1] == ["program"]
    assert panel.model.rowCount() == 2


def test_that_a_correction_in_two_cells_is_one_step_wherever_it_is_taken_back(seat: Seat) -> None:
    seat.open(fill_case(seat.window.workplace, cells=2), 2)
    session = seat.session
    before = session.cells
    session.do_in_cells({cell.id: Turn(ids=(cell.chromosomes[0].id,)) for cell in before}, "Turn in 2 cells")
    seat.written()
    after = session.cells
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert seat.undo_text == "Undo: Turn in 2 cells"
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.written()
    assert session.cells == before
    session.open_cell(before[1].id)
    seat.press(Qt.Key.Key_Z, CTRL | SHIFT)
    seat.written()
    assert session.cells == after

    session.do(CountPoint(point=(1.0, 1.0)))
    session.open_cell(before[0].id)
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.written()
    assert "has gone on since" in seat.said[-1]
    assert session.cells[0] == after[0]


def test_that_a_cell_taken_out_comes_back_and_another_seat_is_told(seat: Seat) -> None:
    case = fill_case(seat.window.workplace, cells=3)
    seat.open(case, 3)
    session, store = seat.session, CaseStore(seat.window.workplace.database)
    first, second, _ = (cell.id for cell in session.cells)
    seat.window.actions_["remove_cell"].trigger()
    seat.until(lambda: session.cell is not None and session.cell.id == second)
    assert len(session.cells) == 2
    assert seat.undo_text == "Undo: Take 001 out of the case"
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.until(lambda: len(session.cells) == 3)
    assert session.case.cells[0] == first

    other = store.load_case(case)
    store.do_case(case, RemoveCells(cells=(second,), words="002"), PersonName("Otto"), other.revision)
    state = session.cell
    session.do(CountPoint(point=(1.0, 1.0)))
    seat.until(lambda: len(session.cells) == 2)
    assert any("this cell was taken out of the case" in one.lower() for one in seat.said)
    assert store.load_cell(second).cell == state
    assert session.cell is not None


def test_that_two_seats_on_one_case_lose_nothing(seat: Seat) -> None:
    case = fill_case(seat.window.workplace, cells=1)
    seat.open(case, 1)
    session, store = seat.session, CaseStore(seat.window.workplace.database)
    seen: Case = session.case

    def theirs(operation) -> None:
        record = store.load_case(case)
        store.do_case(case, operation, PersonName("Otto"), record.revision)

    theirs(WriteKaryotype(karyotype="47,XX,+21"))
    session.do(EditCase(after=replace(seen, specimen="bone marrow")))
    seat.written()
    seat.until(lambda: session.case.karyotype == "47,XX,+21")
    assert session.case.specimen == "bone marrow"

    theirs(WriteKaryotype(karyotype="46,XX"))
    session.do(WriteKaryotype(karyotype="45,X"))
    seat.written()
    assert "another seat changed the karyotype" in seat.said[-1].lower()
    seat.until(lambda: session.case.karyotype == "46,XX")

    cell = session.cell
    store.do(cell.id, CountPoint(point=(4.0, 4.0)), PersonName("Otto"), store.load_cell(cell.id).revision)
    session.look_for_news()
    seat.until(lambda: session.cell.counted_points == ((4.0, 4.0),))
    seat.press(Qt.Key.Key_Z, CTRL)
    seat.written()

    theirs(EditCase(after=replace(store.load_case(case).case, comment="seen")))
    seat.window.show_page("report")
    session.undo()
    seat.written()
    assert "another seat changed this case" in seat.said[-1].lower()
    assert store.load_case(case).case.comment == "seen"


def test_that_undo_is_safe_while_an_analysis_arrives(seat: Seat) -> None:
    case = fill_case(seat.window.workplace, cells=1)
    seat.open(case, 1)
    states = edited(seat)
    session = seat.session
    from tests.app.simulated import simulate_metaphase

    proposal = truth_as_proposal(simulate_metaphase("47,XY,+21", seed=1), session.cell.id)
    session.undo()
    session.place(proposal, person=PersonName("program"))
    session.undo()
    seat.written()
    assert session.cell == states[3]
    assert seat.window.actions_["redo"].text().startswith("Redo: ")
    assert any("cut off" in one for one in seat.said)
    assert session.cell.verdict is Verdict.ACCEPTED
    assert session.cell.marked(MarkKind.COUNTED) is None
