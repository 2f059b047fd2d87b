from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.metaphase import Metaphase
from core.editing.case_operations import AddCells, EditCase, WriteKaryotype
from core.editing.history import History
from core.editing.operations import CountPoint, Refused
from tests.core.editing.any_step import any_step
from tests.core.editing.bench_cells import cell_of, empty_case, empty_cell


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_that_undo_and_redo_walk_through_the_same_states(data: st.DataObject) -> None:
    history = History(origin=cell_of(("1", "1", "2", "X", "unknown")))
    past: list[Metaphase] = []
    future: list[Metaphase] = []
    for row in range(data.draw(st.integers(1, 12))):
        before = history.state
        move = data.draw(st.sampled_from(("do", "do", "undo", "redo")))
        if move == "undo":
            if not past:
                with pytest.raises(IndexError):
                    history.undo()
                continue
            history = history.undo()
            future.append(before)
            assert history.state == past.pop()
        elif move == "redo":
            if not future:
                with pytest.raises(IndexError):
                    history.redo()
                continue
            history = history.redo()
            past.append(before)
            assert history.state == future.pop()
        else:
            step = data.draw(any_step(history.state))
            try:
                history = history.do(step, row=row)
            except Refused:
                assert history.state is before
                continue
            past.append(before)
            future.clear()
            assert history.undo_label == step.label
        assert len(history.done) == len(past)
        assert len(history.undone) == len(future)
        assert (history.redo_label is None) == (not future)


def test_that_do_undo_redo_do_leaves_the_stacks_right() -> None:
    start = History(origin=empty_cell())
    one = start.do(CountPoint(point=(1.0, 1.0)), row=1)
    assert (one.undo_label, one.redo_label) == ("Count one", None)
    back = one.undo()
    assert (back.undo_label, back.redo_label) == (None, "Count one")
    assert back.state == start.state
    again = back.redo()
    assert again == one
    other = again.undo().do(CountPoint(point=(2.0, 2.0)), row=3)
    assert (len(other.done), len(other.undone)) == (1, 0)
    assert other.state.counted_points == ((2.0, 2.0),)


def test_that_a_recorded_import_lies_beneath_what_can_be_undone_and_redone() -> None:
    case = empty_case()
    cell = empty_cell().id
    history = (
        History(origin=case)
        .do(WriteKaryotype(karyotype="46,XX"), row=1)
        .do(EditCase(after=replace(case, specimen="blood", karyotype="46,XX")), row=2)
        .undo()
        .record(AddCells(cells=(cell,)))
    )
    assert history.state.cells == (cell,)
    assert history.state.karyotype == "46,XX"
    assert history.redo().state.cells == (cell,)
    assert history.redo().state.specimen == "blood"
    assert history.undo().state.karyotype is None
    assert history.undo().state.cells == (cell,)
