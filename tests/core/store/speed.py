"""How long the store takes: `python -m tests.core.store.speed [URL]` prints seconds."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert

from core.domain.ids import CellId
from core.editing.codec import to_json
from core.editing.operations import CountPoint, Reclassify, Turn
from core.store.cases import CaseStore
from core.store.columns import case_columns, cell_columns
from core.store.database import Database, open_database, utc_now
from core.store.schema import cases, cells
from tests.core.editing.bench_cells import EVA, empty_case, empty_cell, proposal_for


def fill_worklist(database: Database, number: int, *, cells_each: int = 20) -> None:
    """Write many small cases at once."""
    now = utc_now()
    case_values, cell_values = [], []
    for index in range(number):
        case = replace(empty_case(f"K24-{index:05d}"), karyotype="47,XX,+21" if index % 50 == 0 else None)
        text = to_json(case)
        case_values.append(
            {"id": case.id, "origin": text, "revision": 0, "created": now, "changed": now}
            | case_columns(case, "46,XX")
            | {"proposed_karyotype": "46,XX"}
        )
        for position in range(cells_each):
            cell = empty_cell(f"{position}")
            cell_values.append(
                {"id": cell.id, "case_id": case.id, "position": position, "image": cell.image, "page": 0}
                | {"origin": "{}", "revision": 0, "created": now, "changed": now}
                | cell_columns(cell)
            )
    with database.write() as connection:
        connection.execute(insert(cases), case_values)
        connection.execute(insert(cells), cell_values)


def edited_cell(store: CaseStore, steps: int) -> CellId:
    """Analyse a cell with outlines of a real size and edit it many times."""
    cell = empty_cell()
    case = empty_case("long history")
    store.create_case(case, EVA)
    store.add_cells(case.id, [cell], EVA)
    record = store.place(proposal_for(cell, corners=100), EVA, 0)
    ids = [chromosome.id for chromosome in record.cell.chromosomes]
    for step in range(steps - 1):
        one = (ids[step % len(ids)],)
        kinds = (
            Turn(ids=one),
            Reclassify(ids=one, chromosome_class=str(step % 22 + 1)),
            CountPoint(point=(1.0, step)),
        )
        record = store.do(cell.id, kinds[step % 3], EVA, record.revision)
    return cell.id


def best_of(times: int, work: Callable[[], object]) -> float:
    """Shortest time of several, in seconds: the machine may be busy with other things."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure(place: str | Path) -> dict[str, float]:
    """Measure on an empty database; seconds by what was done."""
    database = open_database(place)
    store = CaseStore(database)
    fill_worklist(database, 10_000)
    long, short = edited_cell(store, 500), edited_cell(store, 2)
    revision = store.load_cell(short).revision

    def step() -> None:
        nonlocal revision
        revision = store.do(short, CountPoint(point=(1.0, 1.0)), EVA, revision).revision

    found = {
        "list 500 of 10,000 cases": best_of(5, store.list_cases),
        "list all 10,000 cases": best_of(3, lambda: store.list_cases(limit=10_000)),
        "search a name": best_of(5, lambda: store.list_cases("k24-0777")),
        "search +21": best_of(5, lambda: store.list_cases("+21")),
        "load a cell of 2 rows": best_of(5, lambda: CaseStore(database).load_cell(short)),
        "load a cell of 500 rows": best_of(5, lambda: CaseStore(database).load_cell(long)),
        "do one step": best_of(10, step),
        "open the database": best_of(3, lambda: open_database(place).close()),
    }
    database.close()
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for what, seconds in measure(sys.argv[1] if sys.argv[1:] else Path(folder) / "speed.sqlite").items():
            print(f"{what:28s} {seconds:7.3f} s")
