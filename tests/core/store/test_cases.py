from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from core.domain.case import Status
from core.domain.chromosome import ExclusionReason
from core.domain.ids import CaseId, CellId, PersonName
from core.domain.metaphase import MarkKind, Metaphase, Origin, Verdict
from core.editing.case_operations import EditCase, WriteKaryotype
from core.editing.operations import CountPoint, Describe, Exclude, Judge, Reclassify, Refused, Turn
from core.store.cases import CaseStore
from core.store.failures import Conflict, Missing
from core.store.records import CellRecord
from tests.core.editing.bench_cells import EVA, OTTO, empty_case, empty_cell, mark, proposal_for

Seat = Callable[[], CaseStore]


def imported(store: CaseStore, *cells: Metaphase) -> CaseId:
    case = empty_case()
    store.create_case(case, EVA)
    store.add_cells(case.id, cells, EVA)
    return case.id


def analysed(store: CaseStore) -> CellRecord:
    cell = empty_cell()
    imported(store, cell)
    return store.place(proposal_for(cell), EVA, 0)


def test_that_a_new_case_is_loaded_as_it_was_made(seat: Seat) -> None:
    case = replace(empty_case("Ärmel 7"), due=date(2026, 4, 1), assigned=OTTO, specimen="blood")
    made = seat().create_case(case, EVA)
    loaded = seat().load_case(case.id)
    assert loaded == made
    assert loaded.case == case
    assert loaded.revision == 0


def test_that_imported_cells_come_in_order_and_only_once(seat: Seat) -> None:
    cells = [empty_cell(f"Metaphase {number}") for number in range(1, 5)]
    case = imported(seat(), *cells[:3])
    record = seat().add_cells(case, cells[2:], OTTO)
    assert [row.label for row in record.cells] == [cell.label for cell in cells]
    assert record.case.cells == tuple(cell.id for cell in cells)
    assert record == seat().load_case(case)
    assert seat().load_states(case) == tuple(cells)


def test_that_an_import_cannot_be_undone_but_the_edits_around_it_can(seat: Seat) -> None:
    store = seat()
    case = empty_case()
    store.create_case(case, EVA)
    store.do_case(case.id, EditCase(after=replace(case, name="K24-118")), EVA, 0)
    store.add_cells(case.id, [empty_cell()], EVA)
    record = store.undo_case(case.id, EVA, 2)
    assert record.case.name == "K24-117"
    assert len(record.case.cells) == 1
    again = seat().load_case(case.id)
    assert again == record
    assert again.history.undo_label is None
    assert seat().redo_case(case.id, EVA, 3).case.name == "K24-118"


def test_that_an_edit_is_there_after_a_restart_and_can_be_undone(seat: Seat) -> None:
    record = analysed(seat())
    first = record.cell.chromosomes[0].id
    edited = seat().do(record.cell.id, Turn(ids=(first,)), EVA, 1)
    assert edited.revision == 2
    loaded = seat().load_cell(record.cell.id)
    assert loaded.history == edited.history
    assert loaded.complete
    back = seat().undo(record.cell.id, OTTO, 2)
    assert back.cell == record.cell
    assert seat().load_cell(record.cell.id) == back
    assert seat().redo(record.cell.id, OTTO, 3).cell == edited.cell


def test_that_undo_stops_at_the_import_and_says_so(store: CaseStore) -> None:
    record = analysed(store)
    empty = store.undo(record.cell.id, EVA, 1)
    assert empty.cell.chromosomes == ()
    with pytest.raises(Refused, match="nothing is left to undo"):
        store.undo(record.cell.id, EVA, 2)
    with pytest.raises(Refused, match="nothing is left to redo"):
        store.redo_case(record.case, EVA, 1)
    assert store.load_cell(record.cell.id).revision == 2


def test_that_a_step_of_another_seat_is_noticed(seat: Seat) -> None:
    mine, theirs = seat(), seat()
    record = analysed(mine)
    ids = (record.cell.chromosomes[0].id,)
    theirs.do(record.cell.id, Turn(ids=ids), OTTO, 1)
    with pytest.raises(Conflict, match="another seat changed this cell"):
        mine.do(record.cell.id, Exclude(ids=ids, reason=ExclusionReason.DEBRIS), EVA, 1)
    reloaded = mine.load_cell(record.cell.id)
    assert reloaded.revision == 2
    assert reloaded.cell.chromosomes[0].p_arm == (0.0, 1.0)
    assert mine.do(record.cell.id, Exclude(ids=ids, reason=ExclusionReason.DEBRIS), EVA, 2).revision == 3


def test_that_a_step_of_another_seat_on_the_case_is_noticed(seat: Seat) -> None:
    mine, theirs = seat(), seat()
    case = imported(mine)
    theirs.do_case(case, WriteKaryotype(karyotype="46,XX"), OTTO, 1)
    with pytest.raises(Conflict, match="another seat changed this case"):
        mine.do_case(case, WriteKaryotype(karyotype="46,XY"), EVA, 1)
    assert mine.load_case(case).case.karyotype == "46,XX"


def test_that_a_refused_step_leaves_nothing_behind(seat: Seat) -> None:
    store = seat()
    record = analysed(store)
    with pytest.raises(Refused):
        store.do(record.cell.id, Turn(ids=()), EVA, 1)
    assert seat().load_cell(record.cell.id) == record
    assert len(store.load_log(record.case, record.cell.id)) == 2


def test_that_a_cell_or_case_that_is_not_there_is_said_to_be_missing(store: CaseStore) -> None:
    with pytest.raises(Missing, match="no such cell"):
        store.load_cell(CellId("nowhere"))
    with pytest.raises(Missing, match="no such cell"):
        store.undo(CellId("nowhere"), EVA, 0)
    with pytest.raises(Missing, match="no such case"):
        store.load_case(CaseId("nowhere"))
    with pytest.raises(Missing, match="no such case"):
        store.add_cells(CaseId("nowhere"), [], EVA)
    with pytest.raises(Missing, match="analyse the cell again"):
        store.load_proposal("nowhere")


def test_that_a_proposal_is_kept_as_it_was_whatever_becomes_of_the_cell(seat: Seat) -> None:
    store = seat()
    cell = empty_cell()
    imported(store, cell)
    proposal = proposal_for(cell)
    record = store.place(proposal, EVA, 0)
    assert record.cell.count == 46
    assert record.history.undo_label == "Analyse"
    store.do(cell.id, Reclassify(ids=(proposal.chromosomes[0].id,), chromosome_class="2"), EVA, 1)
    assert seat().load_proposal(proposal.id) == proposal
    assert seat().load_cell(cell.id).cell.chromosomes[0].chromosome_class == "2"


def test_that_the_log_tells_who_did_what_and_what_was_taken_back(store: CaseStore) -> None:
    record = analysed(store)
    store.do(record.cell.id, CountPoint(point=(3.0, 4.0)), EVA, 1)
    store.undo(record.cell.id, OTTO, 2)
    store.redo(record.cell.id, PersonName("Ada"), 3)
    rows = store.load_log(record.case, record.cell.id)[::-1]
    assert [row.action for row in rows] == ["create", "do", "do", "undo", "redo"]
    assert [row.revision for row in rows] == [0, 1, 2, 3, 4]
    assert rows[3].takes_back == rows[4].takes_back == rows[2].sequence
    assert [row.person for row in rows[2:]] == ["Eva", "Otto", "Ada"]
    assert rows[3].label == "Undo: Count one"
    assert rows[4].time > rows[3].time
    assert {row.kind for row in store.load_log(record.case)} >= {"CreateCase", "AddCells", "PlaceProposal"}


def test_that_the_list_of_cells_follows_every_edit(seat: Seat) -> None:
    store = seat()
    record = analysed(store)
    cell = record.cell
    store.do(cell.id, mark(MarkKind.COUNTED), EVA, 1)
    slide = Origin(culture="A", slide="3", colony="2", stage_x=1200.5, stage_y=-3.0)
    store.do(cell.id, Describe(origin=slide, pixel_size_um=0.1, banding=cell.banding), EVA, 2)
    case = seat().load_case(record.case)
    (row,) = case.cells
    assert row.count == 46
    assert row.quality == 0.8
    assert row.origin == slide
    assert row.marked(MarkKind.COUNTED) is not None
    assert row.marked(MarkKind.ANALYSED) is None
    assert case.ledger.line == "counted 1/20 · analysed 0/5 · karyotyped 0/2"


def test_that_the_worklist_shows_the_ledger_without_rejected_cells(seat: Seat) -> None:
    store = seat()
    cells = [empty_cell(f"{number}") for number in range(3)]
    case = imported(store, *cells)
    for cell in cells:
        store.do(cell.id, mark(MarkKind.COUNTED), EVA, 0)
    store.do(cells[0].id, mark(MarkKind.CHECKED), OTTO, 1)
    store.do(cells[1].id, Judge(verdict=Verdict.REJECTED, reason="overlaps"), EVA, 1)
    (row,) = seat().list_cases()
    assert (row.id, row.cells) == (case, 3)
    assert (row.ledger.counted, row.ledger.analysed, row.ledger.checked) == (2, 0, 1)


def test_that_the_worklist_finds_names_and_parts_of_karyotypes(store: CaseStore) -> None:
    first, second, third = empty_case("K24-1"), empty_case("Übung 100%"), empty_case("K25_2")
    for case in (first, second, third):
        store.create_case(case, EVA)
    store.do_case(first.id, WriteKaryotype(karyotype="47,XX,+21"), EVA, 0)
    store.note_proposed_karyotype(third.id, "45,X")
    assert {row.id for row in store.list_cases("k2")} == {first.id, third.id}
    assert [row.id for row in store.list_cases("+21")] == [first.id]
    assert [row.id for row in store.list_cases("übung")] == [second.id]
    assert [row.id for row in store.list_cases("0%")] == [second.id]
    assert [row.id for row in store.list_cases("5_")] == [third.id]
    assert [row.proposed_karyotype for row in store.list_cases("45,x")] == ["45,X"]
    assert store.list_cases("nothing") == ()
    store.do_case(third.id, EditCase(after=replace(third, name="New", status=Status.REVIEW)), EVA, 0)
    assert [row.status for row in store.list_cases("45,X")] == [Status.REVIEW]


def test_that_the_case_touched_last_comes_first(store: CaseStore) -> None:
    cells = [empty_cell(), empty_cell()]
    first, second = imported(store, cells[0]), imported(store, cells[1])
    assert [row.id for row in store.list_cases()] == [second, first]
    store.do(cells[0].id, CountPoint(point=(1.0, 1.0)), EVA, 0)
    assert [row.id for row in store.list_cases()] == [first, second]
    assert [row.id for row in store.list_cases(limit=1)] == [first]


def test_that_a_picture_is_found_in_the_cases_that_have_it(store: CaseStore) -> None:
    cell = empty_cell()
    case = imported(store, cell)
    assert store.find_image(cell.image) == ((case, cell.id),)
    assert store.find_image("00" * 32) == ()
