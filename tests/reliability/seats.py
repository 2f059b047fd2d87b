"""Two seats on one PostgreSQL edit the same cell at once: every edit is saved, or refused with words."""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.domain.case import Case
from core.domain.ids import CaseId, CellId, PersonName, new_id
from core.editing.operations import CountPoint
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import open_database
from installers.servers import postgres_server
from tests.app.simulated import cell_of, truth_as_proposal
from tests.reliability.kill_works import Window, without_output
from tests.reliability.processes import Say, forked
from tests.reliability.small_pictures import drawn, png_of


def _fill(url: str, home: Path) -> tuple[CaseId, CellId]:
    database = open_database(url)
    store, case = CaseStore(database), Case(id=CaseId(new_id()), name="two seats")
    store.create_case(case, PersonName("Eva"))
    truth = drawn(0)
    cell = cell_of(truth, label="001", image=Originals(home / "originals").keep(png_of(truth.picture)))
    store.add_cells(case.id, [cell], PersonName("Eva"))
    store.place(truth_as_proposal(truth, cell.id), PersonName("Eva"), 0)
    database.close()
    return case.id, cell.id


def _seat(number: int, url: str, home: Path, case: CaseId, edits: int, seed: int, say: Say) -> None:
    """Edit without ever looking for news, so that the other seat is met again and again."""
    without_output()
    os.environ["CENTROMERE_DATABASE_URL"] = url
    window = Window(home)
    window.workplace.settings.current.person = f"seat {number}"
    session, told = window.session, []
    session.message.connect(told.append)
    session.open_case(case)
    window.until(lambda: session.cell is not None)
    rng = random.Random(seed * 10 + number)
    say(ready=True)
    for edit in range(edits):
        point = (float(number), float(edit))
        told.clear()
        session.do(CountPoint(point=point))
        window.until(lambda: session.saved.pending == 0)
        saved = point in session.cell.counted_points
        say(point=point, saved=saved, told=list(told))
        if not saved:
            # The state of the other seat comes by itself; then the author repeats what was refused.
            window.until(lambda: not window.workplace.lanes.busy)
        if rng.random() < 0.2:
            window.until(lambda: not window.workplace.lanes.busy)
    window.workplace.close()


def run(results: Path, *, seed: int, edits: int) -> dict[str, Any]:
    """Let two seats do `edits` edits together; what was said is held against the log."""
    with postgres_server() as url, tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / "1", Path(folder) / "2"]
        for home in homes:
            home.mkdir()
        case, cell = _fill(url, homes[0])
        (homes[1] / "originals").symlink_to(homes[0] / "originals")
        children = [
            forked(lambda say, n=n, home=home: _seat(n, url, home, case, edits // 2, seed, say))
            for n, home in enumerate(homes, start=1)
        ]
        status = [child.finish(540.0) for child in children]
        said = [line for child in children for line in child.said if "point" in line]
        errors = [line for child in children for line in child.said if "error" in line]
        database = open_database(url)
        with database.read() as connection:
            rows = connection.execute(
                text("SELECT payload FROM log WHERE kind = 'CountPoint' AND cell_id = :cell"), {"cell": cell}
            )
            logged = Counter(tuple(json.loads(row.payload)["point"]) for row in rows)
        record = CaseStore(database).load_cell(cell)
        database.close()
    silent = [
        line for line in said
        if (line["saved"] and logged[tuple(line["point"])] != 1)
        or (not line["saved"] and (logged[tuple(line["point"])] or not line["told"]))
    ]  # fmt: skip
    answer = {
        "edits": len(said),
        "saved": sum(line["saved"] for line in said),
        "refused_with_words": sum(not line["saved"] and bool(line["told"]) for line in said),
        "lost_silently": len(silent),
        "log_complete": record.complete and record.revision == sum(logged.values()) + 1,
        "words": next((line["told"][0] for line in said if line["told"]), ""),
        "errors": errors + list(silent[:5]),
        "seed": seed,
    }
    answer["passed"] = (
        status == [0, 0] and not silent and not errors and answer["log_complete"] and len(said) == edits
    )
    results.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    return answer


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), seed=int(sys.argv[2]), edits=int(sys.argv[3])))
