from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from core.domain.ids import CellId
from core.store.cases import CaseStore
from core.store.database import Database
from tests.core.editing.bench_cells import EVA, empty_case, empty_cell, proposal_for

ROOT = Path(__file__).resolve().parents[3]
WORK = """
import sys
from core.domain.ids import CellId, PersonName
from core.editing.operations import CountPoint, Turn
from core.store.cases import CaseStore
from core.store.database import open_database

store = CaseStore(open_database(sys.argv[1]))
cell, person = CellId(sys.argv[2]), PersonName("Eva")
record = store.load_cell(cell)
ids = (record.cell.chromosomes[0].id,)
while True:
    kind = record.revision % 5
    if kind == 3:
        record = store.undo(cell, person, record.revision)
    elif kind == 4:
        record = store.redo(cell, person, record.revision)
    elif kind == 2:
        record = store.do(cell, Turn(ids=ids), person, record.revision)
    else:
        record = store.do(cell, CountPoint(point=(float(record.revision), 0.5)), person, record.revision)
    print(record.revision, len(record.cell.counted_points), record.cell.chromosomes[0].p_arm[1], flush=True)
"""


@pytest.mark.slow
def test_that_every_acknowledged_step_is_there_after_kill_9(
    place: str, opened: Callable[[], Database]
) -> None:
    store = CaseStore(opened())
    case, cell = empty_case(), empty_cell()
    store.create_case(case, EVA)
    store.add_cells(case.id, [cell], EVA)
    store.place(proposal_for(cell), EVA, 0)
    moments = random.Random(9)
    for _ in range(4):
        acknowledged = _work_until_killed(place, cell.id, moments.uniform(0.0, 0.4))
        database = opened()
        record = CaseStore(database).load_cell(cell.id)
        # The step that was being written is there whole or not at all.
        assert record.revision in (acknowledged[-1][0], acknowledged[-1][0] + 1)
        assert record.complete
        if record.revision == acknowledged[-1][0]:
            standing = (len(record.cell.counted_points), record.cell.chromosomes[0].p_arm)
            assert standing == (acknowledged[-1][1], (0.0, acknowledged[-1][2]))
        with database.read() as connection:
            counts = "SELECT count(*), max(revision) FROM log WHERE cell_id = :cell"
            assert connection.execute(text(counts), {"cell": cell.id}).one() == (
                record.revision + 1,
                record.revision,
            )
            states = connection.execute(
                text("SELECT s.revision, c.revision FROM states s JOIN cells c ON c.id = s.cell_id")
            ).one()
            assert states == (record.revision, record.revision)
            if database.engine.dialect.name == "sqlite":
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        database.close()


def _work_until_killed(place: str, cell: CellId, seconds: float) -> list[tuple[int, int, float]]:
    """Let another process edit; kill it some time after its first step; tell what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, place, cell],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    # Only whole lines were acknowledged.
    lines = (first + rest).split("\n")[:-1]
    return [(int(r), int(n), float(p)) for r, n, p in (line.split() for line in lines)]
