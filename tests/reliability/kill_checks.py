"""The next start after a kill: what was said to be saved is there, nothing is half, work goes on."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from PIL import Image

from core.editing.codec import to_json
from core.store.cases import CaseStore
from core.store.database import open_database
from core.store.schema import NEWEST
from tests.reliability.kill_works import EVA, PICTURES, Window, sha


def faults_after(home: Path, kind: str, said: list[dict[str, Any]]) -> list[str]:
    """Look at a home after a kill and go on working in it; every fault as a sentence."""
    faults = list(_of_the_old(home)) if kind == "migration" else []
    window = Window(home)  # opens, and brings an older database up to date
    store, originals = window.session.store, window.workplace.originals
    faults += _of_the_database(home / "centromere.sqlite")
    faults += [f"the original {name[:12]} is damaged" for name in originals.damaged()]
    records = {}
    for row in store.list_cases(limit=10_000):
        case = store.load_case(row.id)
        if not case.complete:
            faults.append(f"the log of the case {row.name} does not lead to its state")
        if set(case.case.cells) != {cell.id for cell in case.cells}:
            faults.append(f"the cells of {row.name} are not those of its rows")
        for cell in case.cells:
            record = records[cell.id] = store.load_cell(cell.id)
            if not record.complete:
                faults.append(f"the log of the cell {cell.label} does not lead to its state")
            if not originals.holds(cell.image):
                faults.append(f"the cell {cell.label} has no original")
            if record.cell.proposal is not None:
                store.load_proposal(record.cell.proposal)
    faults += _lost(said, records, store)
    faults += _half_files(home, said)
    faults += _goes_on(window, home, kind)
    window.workplace.close()
    return faults


def _of_the_database(place: Path) -> list[str]:
    faults = []
    with sqlite3.connect(place) as connection:
        answer = connection.execute("PRAGMA integrity_check").fetchall()
        if answer != [("ok",)]:
            faults.append(f"integrity_check: {answer}")
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            faults.append("foreign keys are broken")
        if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(NEWEST,)]:
            faults.append("the schema is not the newest")
        questions = {
            "the log of a cell has a gap": "SELECT count(*) FROM cells c WHERE (SELECT count(*) FROM log l "
            "WHERE l.cell_id = c.id) != c.revision + 1 OR (SELECT max(revision) FROM log l WHERE "
            "l.cell_id = c.id) != c.revision",
            "the log of a case has a gap": "SELECT count(*) FROM cases c WHERE (SELECT count(*) FROM log l "
            "WHERE l.case_id = c.id AND l.cell_id IS NULL) != c.revision + 1",
            "a cell has no state of its revision": "SELECT count(*) FROM cells c LEFT JOIN states s ON "
            "s.cell_id = c.id WHERE s.revision IS NULL OR s.revision != c.revision",
            "a row of the log takes back a later one": "SELECT count(*) FROM log "
            "WHERE takes_back >= sequence",
        }
        for what, question in questions.items():
            if connection.execute(question).fetchone()[0]:
                faults.append(what)
    return faults


def _of_the_old(home: Path) -> list[str]:
    """A database killed while it was brought up to date is the old one or the new one."""
    faults = []
    expected = json.loads((home / "rows.json").read_text())
    places = [home / "centromere.sqlite", *(home / "backups").glob("*.sqlite")]
    for place in places:
        with sqlite3.connect(place) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                faults.append(f"{place.name} is damaged")
                continue
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            if version not in ("0001", NEWEST) or (place.parent.name == "backups" and version != "0001"):
                faults.append(f"{place.name} has the schema {version}")
            if (version == NEWEST) != bool(
                connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'corrections'").fetchone()
            ):
                faults.append(f"{place.name} is half migrated")
            for table, rows in expected.items():
                if connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] != rows:
                    faults.append(f"{place.name} lost rows of {table}")
    return faults


def _lost(said: list[dict[str, Any]], records: dict[str, Any], store: CaseStore) -> list[str]:
    faults = []
    last: dict[str, list[Any]] = {}
    case_state: list[Any] = []
    for line in said:
        for cell, image in line.get("cells", ()):
            if cell not in records or records[cell].cell.image != image:
                faults.append(f"the imported cell {cell} is lost")
        for cell, proposal in line.get("placed", {}).items():
            if cell not in records or records[cell].cell.proposal != proposal:
                faults.append(f"the analysis of the cell {cell} is lost")
        last.update(line.get("states", {}))
        case_state = line.get("case", case_state)
    for cell, (revision, digest) in last.items():
        found = records.get(cell)
        if found is None or found.revision < revision:
            faults.append(f"a step of the cell {cell} is lost")
        elif found.revision == revision and sha(to_json(found.cell)) != digest:
            faults.append(f"the cell {cell} stands otherwise than it was shown")
        elif found.revision > revision + 1:
            faults.append(f"the cell {cell} has steps that nobody did")
    if case_state:
        found = store.load_case(store.list_cases()[0].id)
        if found.revision < case_state[0]:
            faults.append("a step of the case is lost")
        elif found.revision == case_state[0] and sha(to_json(found.case)) != case_state[1]:
            faults.append("the case stands otherwise than it was shown")
    return faults


def whole(path: Path) -> bool:
    """Tell whether a result file can be read to its end."""
    try:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".png":
            Image.open(path).load()
        elif path.suffix == ".pdf":
            import pypdfium2

            with pypdfium2.PdfDocument(path) as document:
                return len(document) > 0
    except Exception:  # noqa: BLE001 - whatever a reader complains about, the file is not whole
        return False
    return True


def _half_files(home: Path, said: list[dict[str, Any]]) -> list[str]:
    faults = []
    results = [path for name in ("out", "reports") for path in (home / name).rglob("*") if path.is_file()]
    for path in results:
        if not path.name.startswith(".") and not whole(path):
            faults.append(f"{path.name} is half written")
    for line in said:
        if "file" in line and not Path(line["file"]).exists():
            faults.append(f"the file {line['file']} is lost")
        if ".png: " in line.get("line", ""):
            name = line["line"].split(": ")[0]
            for suffix in (".json", ".karyogram.png", ".overlay.png"):
                if not list((home / "out").rglob(name + suffix)):
                    faults.append(f"{name}{suffix} is lost")
    return faults


def _goes_on(window: Window, home: Path, kind: str) -> list[str]:
    """Undo works, an import that was broken off is completed, and nothing is there twice."""
    faults = []
    session = window.session
    if kind == "import":
        window.take(sorted((home / "drop").glob("*.png")))
        rows = session.store.list_cases()
        if (len(rows), sum(row.cells for row in rows)) != (3, PICTURES):
            faults.append(f"imported again: {len(rows)} cases, {sum(row.cells for row in rows)} cells")
    if kind in ("editing", "sign-off", "migration"):
        window.open_first()
        steps, told = len(session.history.done), []
        session.message.connect(told.append)
        session.undo()
        window.until(lambda: session.saved.pending == 0)
        if any("has gone on since" in words for words in told):
            # A step of several cells whose other cells have later steps: those come first, as the words say.
            return faults
        if len(session.history.done) != steps - 1:
            faults.append(f"undo does not work: {told}")
        session.redo()
        window.until(lambda: session.saved.pending == 0)
        if len(session.history.done) != steps:
            faults.append("redo does not work")
    return faults


def reopened(place: Path) -> int:
    """Number of cases that a fresh start sees."""
    database = open_database(place)
    rows = CaseStore(database).list_cases(limit=10_000)
    database.close()
    return len(rows)


__all__ = ["EVA", "faults_after", "reopened", "whole"]
