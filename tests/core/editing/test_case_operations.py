"""Steps of a case that another seat changed meanwhile, and views beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.ids import CellId
from core.domain.view import CellView, View
from core.editing.case_operations import (
    AddCells,
    EditCase,
    InCells,
    LookThrough,
    RemoveCells,
    WriteKaryotype,
)
from core.editing.history import History
from core.editing.operations import Refused
from tests.core.editing.bench_cells import empty_case

ONE, TWO = CellId("one"), CellId("two")


def test_that_details_of_two_seats_stand_side_by_side() -> None:
    seen = empty_case()
    now = replace(seen, karyotype="46,XX", cells=(ONE,))
    mine = EditCase(after=replace(seen, specimen="blood")).onto(seen, now)
    after = mine.apply(now)
    assert (after.specimen, after.karyotype, after.cells) == ("blood", "46,XX", (ONE,))


def test_that_the_same_detail_changed_twice_is_refused_unless_both_agree() -> None:
    seen = empty_case()
    now = replace(seen, karyotype="46,XX")
    with pytest.raises(Refused, match="another seat changed the karyotype"):
        WriteKaryotype(karyotype="45,X").onto(seen, now)
    assert WriteKaryotype(karyotype="46,XX").onto(seen, now).apply(now) == now


def test_that_a_view_is_kept_apart_from_what_is_undone() -> None:
    case = empty_case()
    view = CellView(cell=ONE, view=View(gamma=2.0))
    history = History(origin=case).record(AddCells(cells=(ONE, TWO)))
    history = history.do(EditCase(after=replace(case, specimen="blood")), row=1)
    history = history.record(LookThrough(views=(view,)))
    assert history.state.view_of(ONE) == view
    assert history.state.view_of(TWO).is_plain
    assert history.undo().state.view_of(ONE) == view
    assert history.undo_label == "Edit case"
    assert history.record(LookThrough(views=(CellView(cell=ONE),))).state.views == ()


def test_that_a_shared_step_leaves_from_under_others_and_comes_back_on_top() -> None:
    history = History(origin=empty_case()).record(AddCells(cells=(ONE, TWO)))
    history = history.do(InCells(step="s", words="Turn in 2 cells", cells=(ONE, TWO)), row=1)
    history = history.do(WriteKaryotype(karyotype="46,XX"), row=2)
    without = history.undo_row(1)
    assert without.state.karyotype == "46,XX"
    assert [step.row for step in without.done] == [2]
    assert [step.row for step in without.redo_row(1).done] == [2, 1]
    assert without.redo().state.karyotype == "46,XX"
    with pytest.raises(IndexError, match="expected a step with row 9"):
        history.undo_row(9)


def test_that_a_shared_step_is_refused_where_one_of_its_cells_left_the_case() -> None:
    case = replace(empty_case(), cells=(ONE, TWO))
    left = RemoveCells(cells=(ONE,)).apply(case)
    with pytest.raises(Refused, match="no longer in the case"):
        InCells(step="s", words="Turn", cells=(ONE, TWO)).apply(left)
    with pytest.raises(Refused, match="no cell is chosen"):
        RemoveCells(cells=()).apply(case)
