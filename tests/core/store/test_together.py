"""Steps in several cells at once, jumps to another moment, and cells taken out of a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.domain.ids import CaseId, CellId
from core.editing.case_operations import InCells, RemoveCells, WriteKaryotype
from core.editing.operations import CellOperation, CountPoint, Reclassify, Refused, Turn
from core.store.cases import CaseStore
from core.store.failures import Conflict, Missing
from tests.core.editing.bench_cells import EVA, OTTO, empty_case, empty_cell, proposal_for

Seat = Callable[[], CaseStore]


def two_cells(store: CaseStore) -> tuple[CaseId, CellId, CellId]:
    case, first, second = empty_case(), empty_cell("Cell 1"), empty_cell("Cell 2")
    store.create_case(case, EVA)
    store.add_cells(case.id, [first, second], EVA)
    for cell in (first, second):
        store.place(proposal_for(cell), EVA, 0)
    return case.id, first.id, second.id


def turning(store: CaseStore, *cells: CellId) -> dict[CellId, CellOperation]:
    return {cell: Turn(ids=(store.load_cell(cell).cell.chromosomes[0].id,)) for cell in cells}


def states(store: CaseStore, *cells: CellId) -> list[object]:
    return [store.load_cell(cell).cell for cell in cells]


def the_step(store: CaseStore, case: CaseId, *, undone: bool = False) -> str:
    history = store.load_case(case).history
    operation = (history.undone if undone else history.done)[-1].operation
    assert isinstance(operation, InCells)
    return operation.step


def test_that_a_step_in_two_cells_is_taken_back_and_done_again_in_both(seat: Seat) -> None:
    store = seat()
    case, first, second = two_cells(store)
    before = states(store, first, second)
    written = store.do_in_cells(case, turning(store, first, second), "Turn in 2 cells", EVA, {first: 1})
    after = states(store, first, second)
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert [record.cell for record in sorted(written.cells, key=lambda r: r.cell.label)] == after
    assert written.case.history.undo_label == "Turn in 2 cells"
    assert {seat().load_cell(cell).history.undo_label for cell in (first, second)} == {"Turn in 2 cells"}

    again = seat()
    again.move_in_cells(case, the_step(again, case), -1, OTTO, {first: 2, second: 2})
    assert states(seat(), first, second) == before
    assert seat().load_case(case).history.redo_label == "Turn in 2 cells"
    again.move_in_cells(case, the_step(again, case, undone=True), 1, OTTO, {})
    assert states(seat(), first, second) == after
    assert all(seat().load_cell(cell).complete for cell in (first, second))
    assert seat().load_case(case).complete


def test_that_a_refusal_in_one_cell_leaves_all_as_they_were(seat: Seat) -> None:
    store = seat()
    case, first, second = two_cells(store)
    before, log = states(store, first, second), len(store.load_log(case))
    gone = {**turning(store, first), second: Reclassify(ids=("nobody",), chromosome_class="21")}  # type: ignore[arg-type]
    with pytest.raises(Refused, match=r"Cell 2: the chromosome is no longer"):
        store.do_in_cells(case, gone, "Name 21 in 2 cells", EVA, {})
    assert states(seat(), first, second) == before
    assert len(store.load_log(case)) == log


def test_that_a_cell_changed_on_another_seat_stops_the_step_in_all(seat: Seat) -> None:
    store = seat()
    case, first, second = two_cells(store)
    steps = turning(store, first, second)
    seat().do(second, CountPoint(point=(3.0, 3.0)), OTTO, 1)
    before = states(seat(), first, second)
    with pytest.raises(Conflict):
        store.do_in_cells(case, steps, "Turn in 2 cells", EVA, {first: 1, second: 1})
    assert states(seat(), first, second) == before


def test_that_a_shared_step_is_not_taken_back_while_one_of_its_cells_has_gone_on(seat: Seat) -> None:
    store = seat()
    case, first, second = two_cells(store)
    store.do_in_cells(case, turning(store, first, second), "Turn in 2 cells", EVA, {})
    store.do(second, CountPoint(point=(3.0, 3.0)), OTTO, 2)
    before = states(store, first, second)
    with pytest.raises(Refused, match=r"Cell 2 has gone on since “Turn in 2 cells”"):
        store.move_in_cells(case, the_step(store, case), -1, EVA, {})
    with pytest.raises(Refused, match="several cells at once"):
        store.undo(first, EVA, 2)
    assert states(seat(), first, second) == before
    store.undo(second, EVA, 3)
    store.move_in_cells(case, the_step(store, case), -1, EVA, {})
    assert states(seat(), first, second) != before


def test_that_a_shared_step_is_taken_back_from_under_later_steps_of_the_case(seat: Seat) -> None:
    store = seat()
    case, first, second = two_cells(store)
    before = states(store, first, second)
    store.do_in_cells(case, turning(store, first, second), "Turn in 2 cells", EVA, {})
    step = the_step(store, case)
    store.do_case(case, WriteKaryotype(karyotype="46,XX"), EVA, store.load_case(case).revision)
    record = store.move_in_cells(case, step, -1, EVA, {}).case
    assert states(seat(), first, second) == before
    assert record.case.karyotype == "46,XX"
    assert seat().load_case(case) == record
    record = store.undo_case(case, EVA, record.revision)
    assert record.case.karyotype is None
    record = store.move_in_cells(case, step, 1, EVA, {}).case
    assert seat().load_case(case) == record
    assert record.complete


def test_that_any_moment_of_a_cell_is_reached_in_one_transaction(seat: Seat) -> None:
    store = seat()
    _, first, _ = two_cells(store)
    moments = [store.load_cell(first)]
    for number in range(5):
        moments.append(store.do(first, CountPoint(point=(number, 1.0)), EVA, moments[-1].revision))
    back = store.go(first, -5, OTTO, moments[-1].revision)
    assert back.cell == moments[0].cell
    assert back.revision == moments[-1].revision + 5
    assert seat().load_cell(first) == back
    middle = seat().go(first, 3, OTTO, back.revision)
    assert middle.cell == moments[3].cell
    assert len(middle.history.undone) == 2
    assert seat().load_cell(first) == middle
    with pytest.raises(Refused, match="nothing is left to redo"):
        store.go(first, 3, OTTO, middle.revision)
    assert seat().load_cell(first) == middle
    rows = [row for row in store.load_log(middle.case, first) if row.action == "undo"]
    assert len(rows) == 5
    assert {row.person for row in rows} == {OTTO}


def test_that_a_cell_taken_out_of_the_case_comes_back_with_all_its_steps(seat: Seat) -> None:
    store = seat()
    case, first, second = two_cells(store)
    whole = store.load_cell(first)
    record = store.do_case(
        case, RemoveCells(cells=(first,), words="Cell 1"), EVA, store.load_case(case).revision
    )
    assert record.case.cells == (second,)
    assert [row.id for row in record.cells] == [second]
    assert record.history.undo_label == "Take Cell 1 out of the case"
    assert seat().load_case(case) == record
    assert [cell.id for cell in seat().load_states(case)] == [second]
    assert seat().list_cases()[0].cells == 1
    assert store.find_image(whole.cell.image) == () or first not in dict(store.find_image(whole.cell.image))
    with pytest.raises(Missing, match="taken out of the case"):
        seat().do(first, CountPoint(point=(1.0, 1.0)), OTTO, whole.revision)
    with pytest.raises(Refused, match="no longer in this case"):
        store.do_case(case, RemoveCells(cells=(first,)), EVA, record.revision)
    back = store.undo_case(case, EVA, record.revision)
    assert back.case.cells == (first, second)
    assert [row.id for row in back.cells] == [first, second]
    assert seat().list_cases()[0].cells == 2
    assert seat().load_cell(first) == whole
    assert seat().do(first, CountPoint(point=(1.0, 1.0)), OTTO, whole.revision).cell.counted_points
