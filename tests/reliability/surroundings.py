"""Clock set back, read-only folder, decimal commas, names of every script; database locked, away and back.

`python -m tests.reliability.surroundings SCRATCH RESULTS` tries each in a process of its own.
"""

from __future__ import annotations

import contextlib
import io
import json
import locale
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app.report.press import write_report
from core.domain.case import Case
from core.domain.ids import CaseId, PersonName, new_id
from core.editing.operations import CountPoint
from core.errors import CentromereError
from core.iscn.check import judge
from core.paths import Folders
from core.report.content import content_of
from core.report.figures import figure_of
from core.store.cases import CaseStore
from core.store.database import open_database, utc_now
from installers.servers import postgres_server
from tests.reliability.kill_works import EVA, Window, fill, without_output
from tests.reliability.processes import Say, forked
from tests.reliability.small_pictures import png_of, small_picture

NAMES: Final = (
    "染色体-陳大文", "حالة-رقم-٧", "🧬👩‍🔬", "e\u0301tude\u0308", "ø" * 120, "Ώμέγα", "שלום", "<b>x</b>&amp;",
)  # fmt: skip


def _step(store: CaseStore, cell: Any, number: float) -> Any:
    return store.do(cell, CountPoint(point=(number, 1.0)), EVA, store.load_cell(cell).revision)


def clock_set_back(scratch: Path) -> str:
    """The clock goes back ten years between two steps: order and undo go by the log, not by the time."""
    ((_, cells),) = fill(scratch)
    now = [utc_now()]
    database = open_database(scratch / "centromere.sqlite")
    store = CaseStore(database, clock=lambda: now[0])
    _step(store, cells[0], 1.0)
    now[0] -= timedelta(days=3650)
    record = _step(store, cells[0], 2.0)
    record = store.undo(cells[0], EVA, record.revision)
    assert record.cell.counted_points[-1][0] == 1.0
    database.close()
    again = CaseStore(open_database(scratch / "centromere.sqlite")).load_cell(cells[0])
    assert again.complete
    assert again.cell == record.cell
    return "steps, undo and reopening as before (the clock of the store is handed in)"


def read_only_folder(scratch: Path) -> str:
    """The data folder is mounted read-only."""
    home = scratch / "home"
    home.mkdir()
    fill(home)
    subprocess.run(["mount", "--bind", str(home), str(home)], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(home)], check=True)
    try:
        Window(home)
    except CentromereError as error:
        return str(error).replace(str(scratch), "…")
    raise AssertionError("the window opened on a read-only folder")


def decimal_commas(scratch: Path) -> str:
    """Under de_DE numbers in JSON, CSV and ISCN keep their points."""
    folder = scratch / "locale"
    folder.mkdir()
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")], check=False)
    os.environ |= {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8"}
    locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
    assert locale.str(1.5) == "1,5"
    picture = scratch / "a.png"
    picture.write_bytes(png_of(small_picture(1)))
    import argparse

    from app.command_line import analyse
    from app.command_line.origins import read_origins
    from core.analysis import measure_table

    parser = argparse.ArgumentParser()
    analyse.add_arguments(parser)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert analyse.run(parser.parse_args([str(picture), "--out", str(scratch / "out")])) == 0
    result = json.loads((scratch / "out" / "a.png.json").read_text(encoding="utf-8"))
    assert result
    table = scratch / "cells.csv"
    table.write_text("file,culture,slide,colony,x,y\na.png,A,1,,10.5,7\n", encoding="utf-8")
    origin = next(iter(read_origins(table)._rows.values()))
    assert (origin.stage_x, origin.stage_y) == (10.5, 7.0)
    assert judge("46,XY,t(9;22)(q34.1;q11.2)[20]").kind != "error"
    assert measure_table
    return "JSON of an analysis, table of origins and ISCN read and written with points"


def names_of_every_script(scratch: Path) -> str:
    """Folders, files, cases, persons and reports with names of every script."""
    for name in NAMES:
        home = scratch / name[:60].replace("/", "-") / "home"
        home.mkdir(parents=True)
        drop = home / "drop"
        drop.mkdir()
        (drop / f"{name[:60].replace('/', '-')}.png").write_bytes(png_of(small_picture(1)))
        window = Window(home)
        window.workplace.settings.change(person=name)
        report = window.take([drop])
        assert len(report.taken) == 1, report.summary
        case = Case(id=CaseId(new_id()), name=name)
        assert window.session.store.create_case(case, PersonName(name)).case.name == name
        ((_, cells),) = fill(scratch / name[:60].replace("/", "-") / "filled", cells=1)
        database = open_database(scratch / name[:60].replace("/", "-") / "filled" / "centromere.sqlite")
        cell = CaseStore(database).load_cell(cells[0]).cell
        database.close()
        content = content_of(case, [cell], models={}, created=datetime.now(UTC))
        write_report(home / "report.pdf", content, [figure_of(cell, small_picture(0))])
        window.workplace.close()
        again = CaseStore(open_database(home / "centromere.sqlite")).list_cases()
        assert name in {row.name for row in again}
    return f"{len(NAMES)} names: imported, saved, reported, read again unchanged"


def sqlite_locked(scratch: Path) -> str:
    """Another program holds the database during an edit."""
    ((_, cells),) = fill(scratch)
    store = CaseStore(open_database(scratch / "centromere.sqlite", patience_s=0.3))
    other = sqlite3.connect(scratch / "centromere.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    words = ""
    try:
        _step(store, cells[0], 1.0)
    except CentromereError as error:
        words = str(error).replace(str(scratch), "…")
    assert words
    other.execute("ROLLBACK")
    assert _step(store, cells[0], 1.0).cell.counted_points == ((1.0, 1.0),)
    return words


def postgres_stopped(scratch: Path) -> str:
    """PostgreSQL ends during edits and comes back; the step that was refused is done again."""
    with postgres_server() as url:
        database = open_database(url)
        store = CaseStore(database)
        from tests.core.editing.bench_cells import empty_case, empty_cell

        case, cell = empty_case(), empty_cell()
        store.create_case(case, EVA)
        store.add_cells(case.id, [cell], EVA)
        _step(store, cell.id, 1.0)
        with database.read() as connection:
            folder = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
        command = (folder / "postmaster.opts").read_text().replace('"', "").split()
        owner = folder.stat().st_uid
        os.kill(pid, signal.SIGINT)
        end = time.monotonic() + 60
        while (folder / "postmaster.pid").exists() and time.monotonic() < end:
            time.sleep(0.1)
        words = ""
        try:
            _step(store, cell.id, 2.0)
        except CentromereError as error:
            words = str(error)
        assert words
        server = subprocess.Popen(
            command, user=owner, group=owner, extra_groups=[],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=folder.parent, env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )  # fmt: skip
        try:
            end = time.monotonic() + 60
            while True:
                try:
                    record = _step(store, cell.id, 2.0)
                    break
                except CentromereError:
                    assert time.monotonic() < end, "the server came back, the program did not"
                    time.sleep(0.2)
            assert [point[0] for point in record.cell.counted_points] == [1.0, 2.0]
            database.close()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    return words.split("@")[-1] if "@" in words else words


PLACES: Final[dict[str, Callable[[Path], str]]] = {
    "clock set back by ten years": clock_set_back,
    "SQLite held by another program": sqlite_locked,
    "PostgreSQL stopped and started": postgres_stopped,
    "read-only data folder": read_only_folder,
    "locale with decimal commas (de_DE)": decimal_commas,
    "names of every script": names_of_every_script,
}


def run(scratch: Path, results: Path) -> None:
    """Try what is not in the results yet."""
    known = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    done = {json.loads(line)["place"] for line in known}
    for number, (name, work) in enumerate(PLACES.items()):
        if name in done:
            continue
        place = scratch / str(number)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)

        def program(say: Say, work: Callable[[Path], str] = work, place: Path = place) -> None:
            without_output()
            say(words=work(place))

        child = forked(program)
        status = child.finish(300.0)
        last = child.said[-1] if child.said else {"error": f"ended with {status}"}
        faults = [last["error"], last.get("trace", "")[-700:]] if "error" in last or status else []
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"place": name, "words": last.get("words", ""), "faults": faults}) + "\n")


if __name__ == "__main__":
    assert Folders
    run(Path(sys.argv[1]), Path(sys.argv[2]))
