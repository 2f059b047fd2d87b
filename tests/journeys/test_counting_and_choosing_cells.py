from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.analysis.suggestion import Fault
from core.domain.chromosome import Alternative
from core.domain.metaphase import MarkKind, Verdict
from core.editing.operations import Recut
from tests.app.simulated import fill_case
from tests.core.analysis.faulty_cells import alone, with_copy, with_split

pytestmark = pytest.mark.display

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


@pytest.fixture
def window(new_window, until):
    window = new_window()
    window.open_case(fill_case(window.workplace, cells=3))
    until(lambda: window.session.picture is not None and len(window.session.cells) == 3)
    until(lambda: QApplication.focusWidget() is not None)
    return window


def spoil(session, until) -> None:
    """Cut a chromosome in two and outline another one twice, as a program might."""
    cell = session.cell
    split = with_split(cell, "4")
    known = {c.id for c in cell.chromosomes}
    pieces = tuple(replace(c, decided=frozenset()) for c in split.chromosomes if c.id not in known)
    session.do(Recut(ids=(alone(cell, "4").id,), pieces=pieces))
    _, copy = with_copy(cell, "8")
    session.do(Recut(ids=(), pieces=(copy,)))
    until(lambda: session.cell.count == cell.count + 2)


def test_that_wrong_outlines_are_repaired_by_one_key_each(window, until):
    session = window.session
    before = session.cell.count
    spoil(session, until)
    panel_of = window.case_page.side.tab("count")
    press(Qt.Key.Key_K, CTRL | SHIFT)
    until(lambda: panel_of.hasFocus())
    until(lambda: len(panel_of.rows) >= 2)
    assert f"found {before + 2}" in panel_of.headline.text()
    assert panel_of.chosen is not None
    assert window.guide.preview is not None
    assert window.guide.isVisible()
    assert {row.suggestion.fault for row in panel_of.rows[:2]} == {Fault.SPLIT, Fault.DOUBLE}

    steps = len(session.history.done)
    press(Qt.Key.Key_1)
    # The next key means the next suggestion, however fast it comes.
    press(Qt.Key.Key_Return)
    until(lambda: session.cell.count == before)
    assert len(session.history.done) == steps + 2
    press(Qt.Key.Key_Z, CTRL)
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: session.cell.count == before + 2)
    # A digit without a row, and Del, change nothing of the cell.
    until(lambda: len(panel_of.rows) >= 2)
    rows = len(panel_of.rows)
    press(Qt.Key.Key_9)
    panel_of.choose(0)
    press(Qt.Key.Key_Delete)
    until(lambda: len(panel_of.rows) == rows - 1)
    assert session.cell.count == before + 2


def test_that_suggestions_are_reached_from_the_metaphase(window, until):
    session = window.session
    before = session.cell.count
    spoil(session, until)
    panel = window.case_page.side.tab("count")
    press(Qt.Key.Key_J)
    until(lambda: panel.chosen is not None)
    assert set(panel.chosen.ids) <= set(session.selection)
    press(Qt.Key.Key_J, SHIFT)
    until(lambda: session.cell.count == before + 1)


def test_that_cells_are_judged_by_key_in_the_gallery(window, until):
    session = window.session
    press(Qt.Key.Key_F5)
    gallery = window.case_page.pane("gallery")
    until(lambda: gallery.isVisible() and QApplication.focusWidget() is gallery.view)
    assert not window.case_page.workspace.isVisible()
    order = [cell.id for cell in gallery.model.cells]
    gallery.go(order[0])

    def verdicts() -> list[Verdict]:
        cells = {cell.id: cell for cell in session.cells}
        return [cells[one].verdict for one in order]

    press(Qt.Key.Key_A)
    until(lambda: verdicts()[0] is Verdict.ACCEPTED)
    assert [cell.id for cell in gallery.selected] == [order[1]]
    press(Qt.Key.Key_R)
    press(Qt.Key.Key_2)
    until(lambda: verdicts()[1] is Verdict.REJECTED)
    assert {c.id: c for c in session.cells}[order[1]].verdict_reason == "too many overlaps"
    press(Qt.Key.Key_N)
    until(lambda: verdicts()[2] is Verdict.COUNT_ONLY)
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: verdicts()[2] is Verdict.OPEN)

    press(Qt.Key.Key_A, CTRL)
    assert len(gallery.selected) == 3
    press(Qt.Key.Key_A)
    until(lambda: set(verdicts()) == {Verdict.ACCEPTED})
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: verdicts() == [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.OPEN])

    QTest.mouseClick(gallery.filter_buttons["Rejected"], Qt.MouseButton.LeftButton)
    assert [cell.id for cell in gallery.model.cells] == [order[1]]
    QTest.mouseClick(gallery.filter_buttons["All"], Qt.MouseButton.LeftButton)
    gallery.threshold.setValue(100)
    assert gallery.model.cells == ()
    gallery.threshold.setValue(0)
    gallery.setFocus()
    gallery.go(order[1])
    press(Qt.Key.Key_Return)
    until(lambda: session.cell is not None and session.cell.id == order[1])
    until(lambda: window.case_page.workspace.isVisible() and not gallery.isVisible())


def test_that_pairs_are_ticked_on_the_metaphase_and_kept(window, until):
    session = window.session
    press(Qt.Key.Key_A, SHIFT)
    mode = window.pair_by_pair
    until(lambda: mode.on and mode.current == "1")
    ones = {c.id for c in session.cell.counting if c.chromosome_class == "1"}
    assert window.guide.lit == ones
    press(Qt.Key.Key_Space)
    until(lambda: session.cell.tick("1") is not None)
    assert set(session.cell.tick("1").chromosomes) == ones
    until(lambda: mode.current == "2")
    press(Qt.Key.Key_BracketRight)
    until(lambda: mode.current == "3")
    press(Qt.Key.Key_Space)
    until(lambda: session.cell.tick("3") is not None)
    press(Qt.Key.Key_BracketLeft)
    until(lambda: mode.current == "3")
    press(Qt.Key.Key_Space)
    until(lambda: session.cell.tick("3") is None)
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: session.cell.tick("3") is not None)
    assert session.cell.marked(MarkKind.ANALYSED) is None
    press(Qt.Key.Key_A, SHIFT)
    until(lambda: not mode.on)
    assert window.guide.lit is None


def test_that_the_analysis_sheet_is_printed(window, until, tmp_path):
    import pypdfium2

    path = tmp_path / "sheet.pdf"
    window.pair_by_pair.write_sheet(path, (window.session.cell,))
    until(path.exists)
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    assert "Analysis sheet" in text
    assert "Checked by" in text


def test_that_a_correction_spreads_to_the_other_cells_as_one_step(window, until):
    session = window.session
    for cell in session.cells:
        wrong = alone(cell, "14")
        unsure = replace(
            wrong,
            id=f"{wrong.id}-unsure",
            chromosome_class="15",
            confidence=0.55,
            alternatives=(
                Alternative(chromosome_class="15", probability=0.55),
                Alternative(chromosome_class="14", probability=0.4),
            ),
        )
        session.do_in(cell.id, Recut(ids=(wrong.id,), pieces=(unsure,)))
    until(lambda: all(cell.class_counts["15"] == 3 for cell in session.cells))
    here = next(c for c in session.cell.chromosomes if c.id.endswith("-unsure"))
    session.select({here.id})
    window.case_page.pane("metaphase").setFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_4, Qt.Key.Key_Return):
        press(key)
    until(lambda: len(window.spreading.places) == 2)
    press(Qt.Key.Key_J, CTRL | SHIFT)
    until(lambda: getattr(window, "similar_places", None) is not None)
    until(lambda: len(window.similar_places.rows) == 2 and window.similar_places.isActiveWindow())
    QTest.keyClick(window.similar_places, Qt.Key.Key_Return, CTRL)
    until(lambda: all(cell.class_counts["14"] == 2 for cell in session.cells))
    assert session.case_history.undo_label == "Name chromosome 14 in 2 cells"
    assert window.spreading.places == ()
    until(lambda: window.isActiveWindow())
    press(Qt.Key.Key_Z, CTRL)
    until(lambda: sum(cell.class_counts["15"] == 3 for cell in session.cells) == 2)
