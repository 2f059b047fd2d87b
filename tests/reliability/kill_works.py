"""What the program is doing when it is killed: every line said is something that was shown as saved."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.domain.case import Case, Status
from core.domain.ids import CaseId, CellId, PersonName, new_id
from core.domain.metaphase import Mark, MarkKind
from core.editing.case_operations import EditCase, WriteKaryotype
from core.editing.codec import to_json
from core.editing.operations import CountPoint, Reclassify, SetMark, Turn
from core.report.content import content_of
from core.report.figures import figure_of
from core.report.pdf import write_report
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import open_database, utc_now
from core.store.engine import engine_of, url_of
from core.store.migrate import bring_up_to_date
from tests.app.simulated import cell_of, truth_as_proposal
from tests.reliability.processes import Say
from tests.reliability.small_pictures import drawn, png_of, small_picture

EVA = PersonName("Eva")
PICTURES = 24


def sha(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def fill(home: Path, *, cells: int = 3, cases: int = 1) -> list[tuple[CaseId, list[CellId]]]:
    """Write cases with read cells of 14 chromosomes."""
    database = open_database(home / "centromere.sqlite", backups=home / "backups")
    store, originals, made = CaseStore(database), Originals(home / "originals"), []
    for number in range(cases):
        case = Case(id=CaseId(new_id()), name=f"K-{number:03d}")
        store.create_case(case, EVA)
        truths = [drawn(k % 3) for k in range(cells)]
        fresh = [
            cell_of(truth, label=f"{k:03d}", image=originals.keep(png_of(truth.picture)))
            for k, truth in enumerate(truths)
        ]
        store.add_cells(case.id, fresh, EVA)
        for truth, cell in zip(truths, fresh, strict=True):
            store.place(truth_as_proposal(truth, cell.id), EVA, 0)
        made.append((case.id, [cell.id for cell in fresh]))
    database.close()
    return made


def write_drop(folder: Path) -> list[Path]:
    """Write pictures of three cases."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"80{k % 3:02d}.{k // 3:03d}.A.png" for k in range(PICTURES)]
    for k, path in enumerate(paths):
        path.write_bytes(png_of(small_picture(k)))
    return paths


def old_database(home: Path) -> None:
    """Turn the database of a home into one of schema 0001 with the same rows."""
    place, new = home / "centromere.sqlite", home / "new.sqlite"
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place.rename(new)
    for rest in ("-wal", "-shm"):
        (home / f"centromere.sqlite{rest}").unlink(missing_ok=True)
    old = engine_of(url_of(place), foreign_keys=False)
    bring_up_to_date(old, where="", backups=None, now=utc_now(), program="old", target="0001")
    old.dispose()
    with contextlib.closing(sqlite3.connect(place)) as connection:
        connection.execute("ATTACH ? AS new", (str(new),))
        for table in ("cases", "cells", "states", "log", "proposals"):
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            columns = ", ".join(names)
            connection.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}")
        connection.commit()
    new.unlink()


class Window:
    """The parts of a window that work: workplace, session, event loop."""

    def __init__(self, home: Path) -> None:
        from app.bootstrap import load_analyst, make_application
        from app.settings import SettingsFile
        from app.workplace import Workplace
        from core.paths import Folders

        self.application = make_application()
        folders = Folders(home=home).made()
        settings = SettingsFile(folders.settings)
        settings.current.person = EVA
        self.workplace = Workplace(folders, settings, load_analyst)
        self.workplace.analyses.work_by_itself(False)
        self.session = self.workplace.session

    def until(self, condition: Callable[[], object], seconds: float = 300.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("waited in vain")
            self.application.processEvents()
            time.sleep(0.0005)

    def take(self, paths: list[Path]) -> Any:
        from app.importing import Importing

        reports: list[Any] = []
        importing = Importing(
            self.session, self.workplace.originals, lambda held, name: {one.case: "new" for one in held}
        )
        importing.finished.connect(reports.append)
        importing.take(paths)
        self.until(lambda: reports)
        return reports[0]

    def open_first(self) -> None:
        self.session.open_case(self.session.store.list_cases()[0].id)
        self.until(lambda: self.session.case and len(self.session.cells) == len(self.session.case.cells))
        self.until(lambda: self.session.cell is not None)


def importing(home: Path, rng: random.Random, say: Say) -> None:
    """Import drop after drop."""
    window = Window(home)
    paths = sorted((home / "drop").glob("*.png"))
    rng.shuffle(paths)
    say(begin=True)
    at = 0
    while at < len(paths):
        several = rng.randint(1, 6)
        report = window.take(paths[at : at + several])
        if report.stopped:
            raise RuntimeError(report.stopped)
        say(cells=[[cell.id, cell.image] for cell in report.cells])
        at += several


def analysing_window(home: Path, rng: random.Random, say: Say) -> None:
    """Analyse the cells of an imported case."""
    window = Window(home)
    session = window.session
    session.open_case(session.store.list_cases()[0].id)
    window.until(lambda: session.case and len(session.cells) == len(session.case.cells))
    told: set[str] = set()

    def tell() -> None:
        fresh = {cell.id: cell.proposal for cell in session.cells if cell.proposal and cell.id not in told}
        told.update(fresh)
        if fresh:
            say(placed=fresh)

    session.cells_changed.connect(tell)
    say(begin=True)
    window.workplace.analyses.analyse(session.cells)
    window.until(lambda: len(told) == len(session.cells) or not window.workplace.analyses.working)


def analysing_files(home: Path, rng: random.Random, say: Say) -> None:
    """Run the command `analyse` on a folder."""
    from app.command_line import analyse

    class Told(io.TextIOBase):
        def write(self, text: str) -> int:
            if text.strip():
                say(line=text.strip())
            return len(text)

    parser = argparse.ArgumentParser()
    analyse.add_arguments(parser)
    few = sorted((home / "drop").glob("*.png"))[:4]
    arguments = parser.parse_args([*map(str, few), "--out", str(home / "out"), "--report"])
    say(begin=True)
    with contextlib.redirect_stdout(Told()):
        status = analyse.run(arguments)
    if status:
        raise RuntimeError(f"analyse gave {status}")


def editing(home: Path, rng: random.Random, say: Say) -> None:
    """Edit, take back, do again, in one cell and in several, until killed."""
    window = Window(home)
    window.open_first()
    session = window.session
    say(begin=True)
    while True:
        if rng.random() < 0.1:
            session.open_cell(rng.choice(session.case.cells))
            window.until(lambda: session.picture is not None and session.cell is not None)
        before = {cell: session._cells[cell].revision for cell in session.case.cells}
        some = rng.choice(session.cell.chromosomes).id
        kind = rng.random()
        if kind < 0.35:
            session.do(Turn(ids=(some,)))
        elif kind < 0.6:
            session.do(Reclassify(ids=(some,), chromosome_class=str(rng.randint(1, 22))))
        elif kind < 0.7:
            session.do(CountPoint(point=(rng.random() * 100, 5.0)))
        elif kind < 0.8:
            point = (rng.random() * 100, 7.0)
            session.do_in_cells(
                {cell: CountPoint(point=point) for cell in session.case.cells}, "Count in all"
            )
        elif kind < 0.92 and session.history.done[1:]:
            session.undo()
        elif session.history.undone:
            session.redo()
        else:
            continue
        window.until(lambda: session.saved.pending == 0)
        states = {
            cell: [session._cells[cell].revision, sha(to_json(session._cells[cell].cell))]
            for cell in session.case.cells
            if session._cells[cell].revision != before[cell]
        }
        if states:
            say(states=states)


def signing(home: Path, rng: random.Random, say: Say) -> None:
    """Mark cells, write the karyotype, print the report and sign, over and over until killed."""
    window = Window(home)
    window.open_first()
    session = window.session
    grey = session.pictures.read_now(session.cell)
    say(begin=True)
    for turn in range(10_000):
        for kind in (MarkKind.COUNTED, MarkKind.ANALYSED, MarkKind.KARYOTYPED, MarkKind.CHECKED):
            known = session._cells[session.cell.id].revision
            session.do(SetMark(mark=Mark(kind=kind, person=EVA, time=datetime.now(UTC))))
            window.until(lambda known=known: session._cells[session.cell.id].revision > known)
            record = session._cells[session.cell.id]
            say(states={record.cell.id: [record.revision, sha(to_json(record.cell))]})
        for status in (Status.REVIEW, Status.SIGNED):
            for step in (
                WriteKaryotype(karyotype=f"46,XY[{turn + 1}]"),
                EditCase(after=replace(session.case, karyotype=f"46,XY[{turn + 1}]", status=status)),
            ):
                known = session._case.revision
                session.do(step)
                window.until(lambda known=known: session._case.revision > known)
                say(case=[session._case.revision, sha(to_json(session.case))])
        path = home / "reports" / f"{turn % 3}.pdf"
        cells = session.cells[:1]
        content = content_of(session.case, cells, models={}, created=datetime.now(UTC))
        write_report(path, content, [figure_of(cells[0], grey)])
        say(file=str(path))


def migrating(home: Path, rng: random.Random, say: Say) -> None:
    """Open a database of an older version."""
    say(begin=True)
    window = Window(home)
    say(migrated=window.workplace.database.migration.backup)


WORKS: dict[str, tuple[Callable[[Path, random.Random, Say], None], ...]] = {
    "import": (importing,),
    "analysis": (analysing_window, analysing_files),
    "editing": (editing,),
    "sign-off": (signing,),
    "migration": (migrating,),
}


def without_output() -> None:
    """Keep warnings of libraries out of the campaign's own words."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
