from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.gestures import pieces_of_cut
from app.session import CaseSession
from core.domain.chromosome import ExclusionReason
from core.domain.metaphase import Mark, MarkKind
from core.editing.changes import Aspects
from core.editing.operations import ClearMark, Cut, Exclude, Reclassify, SetMark, SwapHomologs, Turn
from tests.app.simulated import fill_case


@pytest.fixture
def session(workplace, until) -> CaseSession:
    case = fill_case(workplace, cells=2)
    workplace.session.open_case(case)
    until(lambda: len(workplace.session.cells) == 2 and workplace.session.picture is not None)
    return workplace.session


def of_class(session: CaseSession, name: str):
    return [c for c in session.cell.chromosomes if c.chromosome_class == name]


def test_that_opening_a_case_opens_its_first_cell_with_picture_and_loads_the_others(session):
    assert session.cell.label == "001"
    assert session.picture.shape == (session.cell.height, session.cell.width)
    assert [cell.label for cell in session.cells] == ["001", "002"]
    assert session.ledger.line == "counted 0/20 · analysed 0/5 · karyotyped 0/2"


def test_that_an_edit_tells_views_what_changed_and_undo_takes_it_back(session, until):
    told = []
    session.cell_changed.connect(lambda cell, change: told.append(change))
    x = of_class(session, "X")[0]
    before = session.cell
    session.do(Reclassify(ids=(x.id,), chromosome_class="9"))
    until(lambda: told)
    assert told[0].aspects & Aspects.CLASSES
    assert x.id in told[0].chromosomes
    assert session.undo_label == "Name chromosome 9"
    session.undo()
    until(lambda: session.redo_label is not None)
    assert session.cell == before
    session.redo()
    until(lambda: session.undo_label == "Name chromosome 9")
    assert session.cell.chromosome(x.id).chromosome_class == "9"


def test_that_edits_typed_faster_than_they_are_written_all_arrive_in_order(session, until):
    ids = [c.id for c in session.cell.chromosomes][:12]
    for chromosome_id in ids:
        session.do(Turn(ids=(chromosome_id,)))
    for _ in range(3):
        session.undo()
    until(lambda: session.saved.pending == 0)
    before = {c.id: c.p_arm for c in session.store.load_cell(session.cell.id).history.origin.chromosomes}
    assert before == {}
    turned = [c.id for c in session.cell.chromosomes if "polarity" in {a.value for a in c.decided}]
    assert turned == ids[:9]


def test_that_a_refused_step_becomes_a_sentence_and_changes_nothing(session, until):
    said = []
    session.message.connect(said.append)
    one, other = of_class(session, "1")[0], of_class(session, "2")[0]
    before = session.cell
    session.do(SwapHomologs(ids=(one.id, other.id)))
    until(lambda: said)
    assert said[0] == "Homologs have one class, select two chromosomes of the same class."
    assert session.cell is before


def test_that_the_step_of_another_seat_is_shown_and_ours_is_refused(session, until):
    said = []
    session.message.connect(said.append)
    cell = session.cell
    other_seat = session.store.load_cell(cell.id)
    session.store.do(
        cell.id, Turn(ids=(cell.chromosomes[0].id,)), "Other Seat", expected_revision=other_seat.revision
    )
    session.do(Turn(ids=(cell.chromosomes[1].id,)))
    until(lambda: said)
    until(lambda: session.cell.chromosomes[0].p_arm != cell.chromosomes[0].p_arm)
    assert session.cell.chromosomes[1].p_arm == cell.chromosomes[1].p_arm
    session.do(Turn(ids=(cell.chromosomes[1].id,)))
    until(lambda: session.cell.chromosomes[1].p_arm != cell.chromosomes[1].p_arm)


def test_that_the_pieces_of_a_cut_are_selected_in_its_place(session, until):
    whole = of_class(session, "1")[0]
    x, y = whole.axis[len(whole.axis) // 2]
    (x0, y0), (x1, y1) = whole.axis[len(whole.axis) // 2 - 2], whole.axis[len(whole.axis) // 2 + 2]
    across = (-(y1 - y0), x1 - x0)
    length = (across[0] ** 2 + across[1] ** 2) ** 0.5
    line = tuple((x + across[0] / length * f, y + across[1] / length * f) for f in (-25.0, 25.0))
    pieces = pieces_of_cut(whole, line)
    session.select({whole.id})
    session.do(Cut(ids=(whole.id,), pieces=pieces))
    until(lambda: session.cell.count == 48)
    assert session.selection == {piece.id for piece in pieces}


def test_that_tab_walks_from_the_most_doubtful_down_and_goes_on_after_a_confirmation(session, until):
    order = sorted(session.cell.chromosomes, key=lambda c: (-c.doubt, c.id))
    session.next_doubtful()
    assert session.selection == {order[0].id}
    session.next_doubtful()
    assert session.selection == {order[1].id}
    session.confirm_selection()
    until(lambda: session.cell.chromosome(order[1].id).confirmed)
    session.next_doubtful()
    assert session.selection == {order[2].id}
    session.previous_doubtful()
    assert session.selection == {order[0].id}


def test_that_marks_carry_the_name_and_are_counted(session, until):
    mark = Mark(kind=MarkKind.COUNTED, person=session.person, time=datetime.now(UTC))
    session.do(SetMark(mark=mark))
    until(lambda: session.cell.marked(MarkKind.COUNTED))
    assert session.cell.marked(MarkKind.COUNTED).person == "Maria Keller"
    assert session.ledger.line.startswith("counted 1/20")
    session.do(ClearMark(kind=MarkKind.COUNTED))
    until(lambda: not session.cell.marked(MarkKind.COUNTED))


def test_that_an_excluded_object_stays_in_the_cell_and_leaves_the_count(session, until):
    first = session.cell.chromosomes[0]
    session.do(Exclude(ids=(first.id,), reason=ExclusionReason.DEBRIS))
    until(lambda: session.cell.count == 46)
    assert session.cell.chromosome(first.id).excluded is ExclusionReason.DEBRIS


def test_that_changing_the_cell_clears_selection_and_hover(session, until):
    session.select({session.cell.chromosomes[0].id})
    session.hover_over(session.cell.chromosomes[1].id)
    session.open_cell(session.cells[1].id)
    until(lambda: session.cell.label == "002")
    assert session.selection == frozenset()
    assert session.hover is None


def test_that_a_restart_shows_the_same_state_with_its_undo(session, until, new_workplace):
    x = of_class(session, "X")[0]
    session.do(Reclassify(ids=(x.id,), chromosome_class="9"))
    until(lambda: session.undo_label == "Name chromosome 9")
    state, case = session.cell, session.case.id
    again = new_workplace().session
    again.open_case(case)
    until(lambda: again.cell is not None)
    assert again.cell == state
    assert again.undo_label == "Name chromosome 9"
    again.undo()
    until(lambda: again.redo_label == "Name chromosome 9")
    assert again.cell.chromosome(x.id).chromosome_class == "X"
