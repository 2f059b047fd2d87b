"""Cells in a row through one running program: memory, handles and threads may not grow.

`python -m tests.reliability.endurance HOME MEASURES CELLS SEED` imports, analyses, edits and reports in one
process, with the real models and through the same session as the window, and writes a line for each cell.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

CELLS_EACH: Final = 20
FROM_CELL: Final = 200
MOST_GROWTH_PERCENT: Final = 5.0
MOST_HANDLES: Final = 4
"""Connections that the pool of the database may open later, when lanes read at the same moment."""
_PATIENCE_S: Final = 1800.0
_MEDIAN_OF: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the process held after a cell: MB of memory, open files, threads."""

    cell: int
    rss_mb: float
    own_mb: float
    handles: int
    threads: int
    seconds: float


def run(home: Path, measures: Path, cells: int, seed: int) -> None:
    """Work through the cells; ends the process' own event loop when all are done."""
    import psutil

    from app.bootstrap import load_analyst, make_application
    from app.importing import Importing, ImportReport
    from app.report.press import Order, Press
    from app.settings import SettingsFile
    from app.workplace import Workplace
    from core.domain.ids import CellId
    from core.editing.operations import Turn
    from core.paths import Folders
    from core.report.karyogram_style import KaryogramStyle
    from tests.reliability.small_pictures import png_of, small_picture

    application = make_application()
    folders = Folders(home=home).made()
    settings = SettingsFile(folders.settings)
    settings.current.person = "Maria Keller"
    workplace = Workplace(folders, settings, load_analyst)
    workplace.analyses.work_by_itself(False)
    session = workplace.session
    importing = Importing(session, workplace.originals, lambda held, name: {one.case: "new" for one in held})
    press = Press(workplace.lanes.compute, workplace.pictures)
    reports: list[ImportReport] = []
    importing.finished.connect(reports.append)
    process = psutil.Process()
    start = time.monotonic()

    def until(condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain until {what}")
            application.processEvents()
            time.sleep(0.002)

    def note(number: int) -> None:
        memory = process.memory_full_info()
        one = Measure(
            cell=number, rss_mb=memory.rss / 1e6, own_mb=memory.uss / 1e6, handles=process.num_fds(),
            threads=process.num_threads(), seconds=time.monotonic() - start,
        )  # fmt: skip
        with measures.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(one)) + "\n")

    def read(cell_id: CellId) -> None:
        session.open_cell(cell_id)
        until(lambda: session.cell is not None and session.cell.id == cell_id, "the cell is open")
        until(lambda: session.picture is not None, "its picture is read")
        workplace.analyses.analyse([session.cell])
        until(
            lambda: (
                (session.cell.proposal is not None and not workplace.analyses.working)
                or workplace.analyses.reason_of(cell_id)
            ),
            "it is analysed",
        )
        if session.cell.chromosomes:
            steps = len(session.history.done)
            session.do(Turn(ids=(session.cell.chromosomes[0].id,)))
            until(lambda: len(session.history.done) == steps + 1, "a chromosome is turned")
            session.undo()
            until(lambda: len(session.history.done) == steps, "the step is taken back")

    done = 0
    while done < cells:
        name = f"E{seed}-{done // CELLS_EACH:04d}"
        drop = home / "drop"
        drop.mkdir(exist_ok=True)
        wanted = min(CELLS_EACH, cells - done)
        paths = [drop / f"{name}.{number:03d}.A.png" for number in range(1, wanted + 1)]
        for number, path in enumerate(paths):
            path.write_bytes(png_of(small_picture(seed * 1_000_003 + done + number)))
        session.close_case()
        reports.clear()
        importing.take(paths)
        until(lambda: reports, "the pictures are imported")
        if len(reports[0].taken) != wanted:
            raise RuntimeError(f"expected {wanted} imported cells, got {reports[0].summary}")
        session.open_case(reports[0].cases[0][0])
        until(
            lambda wanted=wanted: session.case is not None and len(session.cells) == wanted,
            "the case is open",
        )
        for cell_id in session.case.cells:
            read(cell_id)
            done += 1
            note(done)
        written: list[object] = []
        order = Order(
            case=session.case, cells=session.cells, models={}, identity=name, style=KaryogramStyle()
        )
        press.save(order, home / f"{name}.pdf", written.append, written.append)
        until(lambda written=written: written, "the report is written")
        if isinstance(written[0], Exception):
            raise written[0]
        for path in (*paths, home / f"{name}.pdf"):
            path.unlink()
    workplace.close()


def judged(measures: Iterable[Measure], *, first: int = FROM_CELL) -> dict[str, object]:
    """Compare the end with cell `first`: medians of 20 cells, because memory breathes from cell to cell."""
    lines = sorted(measures, key=lambda one: one.cell)
    if not lines:
        return {"cells": 0, "passed": False}
    last = lines[-1].cell
    early = [one for one in lines if first - _MEDIAN_OF < one.cell <= first] or lines[:1]
    late = lines[-len(early) :]

    def median(of: list[Measure], name: str) -> float:
        values = sorted(float(getattr(one, name)) for one in of)
        return values[len(values) // 2]

    growth = {
        name: (median(early, name), median(late, name)) for name in ("rss_mb", "own_mb", "handles", "threads")
    }
    percent = 100.0 * (growth["rss_mb"][1] / growth["rss_mb"][0] - 1.0)
    passed = (
        percent <= MOST_GROWTH_PERCENT
        and growth["handles"][1] <= growth["handles"][0] + MOST_HANDLES
        and growth["threads"][1] <= growth["threads"][0]
    )
    return {
        "cells": last,
        "from_cell": first,
        "rss_growth_percent": round(percent, 2),
        **{name: {"early": round(a, 1), "late": round(b, 1)} for name, (a, b) in growth.items()},
        "minutes": round(lines[-1].seconds / 60, 1),
        "passed": passed,
    }


def read_measures(path: Path) -> list[Measure]:
    """Read what `run` wrote."""
    if not path.exists():
        return []
    return [Measure(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
