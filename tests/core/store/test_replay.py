from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.editing.codec import to_json
from core.editing.history import History
from core.editing.operations import CountPoint, Refused
from core.store.cases import CaseStore
from core.store.database import Database, open_database
from core.store.replay import LoggedStep, replayed
from core.store.schema import states
from tests.core.editing.any_step import any_step
from tests.core.editing.bench_cells import EVA, cell_of, empty_case, empty_cell

NAMES = ("1", "1", "2", "X", "unknown")


def added(store: CaseStore, names: tuple[str, ...] = NAMES) -> History:  # type: ignore[type-arg]
    cell = replace(cell_of(names), id=empty_cell().id)
    case = empty_case()
    store.create_case(case, EVA)
    store.add_cells(case.id, [cell], EVA)
    return store.load_cell(cell.id).history


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def _walk(database: Database, data: st.DataObject) -> None:
    store = CaseStore(database)
    history = added(store)
    cell_id = history.state.id
    revision = 0
    for _ in range(data.draw(st.integers(1, 10))):
        move = data.draw(st.sampled_from(("do", "do", "do", "undo", "redo")))
        # Sometimes another seat goes on, which knows only what was written.
        seat = data.draw(st.sampled_from((store, CaseStore(database))))
        try:
            if move == "do":
                step = data.draw(any_step(history.state))
                record = seat.do(cell_id, step, EVA, revision)
                history = history.do(step, row=record.history.done[-1].row)
            elif move == "undo":
                record = seat.undo(cell_id, EVA, revision)
                history = history.undo()
            else:
                record = seat.redo(cell_id, EVA, revision)
                history = history.redo()
        except Refused:
            continue
        revision += 1
        assert record.history == history
        loaded = CaseStore(database).load_cell(cell_id)
        assert loaded == record
        assert loaded.complete
        assert loaded.revision == revision


def test_that_any_walk_is_the_same_after_a_restart(tmp_path: Path) -> None:
    database = open_database(tmp_path / "walk.sqlite")
    try:
        _walk(database)
    finally:
        database.close()


def test_that_the_stored_state_stands_where_the_log_leads_elsewhere(tmp_path: Path) -> None:
    database = open_database(tmp_path / "other.sqlite")
    store = CaseStore(database)
    cell = added(store).state
    store.do(cell.id, CountPoint(point=(1.0, 1.0)), EVA, 0)
    stands = replace(cell, counted_points=((9.0, 9.0),))
    with database.write() as connection:
        connection.execute(states.update().values(state=to_json(stands)))
    loaded = CaseStore(database).load_cell(cell.id)
    assert loaded.cell == stands
    assert not loaded.complete
    assert loaded.history.undo_label is None
    assert CaseStore(database).do(cell.id, CountPoint(point=(2.0, 2.0)), EVA, 1).cell.counted_points == (
        (9.0, 9.0),
        (2.0, 2.0),
    )
    database.close()


def test_that_a_log_that_contradicts_itself_is_not_followed() -> None:
    cell = empty_cell()
    rows = (
        LoggedStep(sequence=1, action="do", kind="CountPoint", payload="{}", takes_back=None),
        LoggedStep(sequence=2, action="undo", kind="CountPoint", payload="{}", takes_back=7),
    )
    history, complete = replayed(cell, rows, lambda row: CountPoint(point=(0.0, 0.0)), cell)
    assert not complete
    assert history == History(origin=cell)
