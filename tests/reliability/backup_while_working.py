"""A backup of a large database while seats go on editing it, restored and compared.

    python -m tests.reliability.backup_while_working --folder DIR [--server] [--cases 5000] [--seats 2]

Fills a database (SQLite in DIR, or with `--server` a PostgreSQL server of its own), starts seats in processes
of their own that do ten edits a second together, backs up meanwhile with the check, restores into an empty
home folder, and compares the restored database with the one that went on:

- every row of the backup is as it was in the live database at the moment of the backup: rows of the
  append-only tables are equal, cells that nobody edited are equal, edited ones equal the state that their
  live history had at that revision;
- the moment is one: no edit that is missing was acknowledged before one that is there was begun.

Prints one line of JSON; the exit status is 0 where everything was equal.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.backup.folder import new_folder
from core.backup.restore import restore_backup
from core.backup.run import Plan, back_up
from core.domain.ids import CaseId, CellId
from core.editing.case_operations import AddCells
from core.editing.codec import operation_to_json, to_json
from core.editing.operations import CountPoint
from core.paths import Folders
from core.store import case_rows, cells
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import Database, open_database, utc_now
from core.store.edits import write_do
from core.store.failures import Conflict
from core.store.schema import cases as cases_table
from core.store.schema import cells as cells_table
from core.store.schema import corrections, log, proposals, states
from installers.servers import postgres_server
from tests.core.editing.bench_cells import EVA, empty_case, empty_cell, proposal_for

PASSPHRASE = "lamp river seven stone"
EDITS_A_SECOND = 10


def fill(
    database: Database, folders: Folders, number: int, *, each: int = 4, analysed_in: int = 5
) -> list[str]:
    """Write cases with cells as the program does; gives the cells that are analysed.

    One case in `analysed_in` has a cell with outlines of a real size.
    """
    originals = Originals(folders.originals)
    pictures = [originals.keep(os.urandom(200_000)) for _ in range(min(number, 500))]
    store = CaseStore(database)
    analysed = []
    for first in range(0, number, 100):
        with database.write() as connection:
            for index in range(first, min(first + 100, number)):
                case = empty_case(f"K24-{index:05d}")
                now = utc_now()
                case_rows.insert_case(connection, case, EVA, now)
                fresh = [
                    replace(empty_cell(f"{place}"), image=pictures[(index * each + place) % len(pictures)])
                    for place in range(each)
                ]
                cells.insert_cells(connection, case.id, fresh, first_position=0, person=EVA, now=now)
                operation = AddCells(cells=tuple(cell.id for cell in fresh))
                payload = operation_to_json(operation)[1]
                case_rows.write_case(
                    connection, case.id,
                    lambda connection, entry, history, operation=operation, payload=payload: write_do(
                        connection, entry, history, operation, payload, undoable=False
                    ),
                    expected_revision=0, person=EVA, now=now,
                )  # fmt: skip
                if index % analysed_in == 0:
                    analysed.append(fresh[0])
    for cell in analysed:
        store.place(proposal_for(cell, corners=100), EVA, 0)
    return [cell.id for cell in analysed]


def edit(place: str, wanted: list[str], pause: float, stop: Event, told: Any) -> None:
    """One seat: edits at a steady pace until told to stop; tells when each began and was acknowledged."""
    database = open_database(place)
    store = CaseStore(database)
    done, number = [], 0
    start = time.monotonic()
    while not stop.is_set():
        began = time.monotonic()
        cell = CellId(wanted[number % len(wanted)])
        with contextlib.suppress(Conflict):
            record = store.load_cell(cell)
            record = store.do(cell, CountPoint(point=(float(number % 300), 5.0)), EVA, record.revision)
            done.append((cell, record.revision, began, time.monotonic()))
        number += 1
        time.sleep(max(0.0, start + number * pause - time.monotonic()))
    database.close()
    told.put(done)


def compare(live: Database, restored: Database, edits: list[tuple[str, int, float, float]]) -> dict[str, Any]:
    """Count what differs; every number but `rows`, `seen` and `missing` must be 0."""
    edited = {cell for cell, *_ in edits}
    found: dict[str, Any] = {"rows": 0}
    with live.read() as now, restored.read() as then:
        for table in (log, proposals, corrections):
            key = next(iter(table.primary_key.columns))
            wanted = select(table).order_by(key).execution_options(yield_per=200)
            rest = iter(now.execute(wanted))
            different = 0
            for row in then.execute(wanted):
                found["rows"] += 1
                different += not any(other == row for other in _until(rest, row, key.name))
            found[f"{table.name} differ"] = different
        going_on = {
            cases_table: ("id", _cases_of(now, edited)),
            cells_table: ("id", edited),
            states: ("cell_id", edited),
        }
        for table, (name, passed_over) in going_on.items():
            wanted = select(table).order_by(table.c[name]).execution_options(yield_per=200)
            different = 0
            for row, other in zip(then.execute(wanted), now.execute(wanted), strict=True):
                found["rows"] += 1
                different += getattr(row, name) not in passed_over and row != other
            found[f"{table.name} differ"] = different
    before, after = CaseStore(restored), CaseStore(live)
    revisions, wrong = {}, 0
    for cell in sorted(edited):
        record, later = before.load_cell(CellId(cell)), after.load_cell(CellId(cell))
        revisions[cell] = record.revision
        steps = len(record.history.done)
        wrong += to_json(later.history.done[steps - 1].after) != to_json(record.cell) or not record.complete
    found["edited cells differ"] = wrong
    seen = [one for one in edits if one[1] <= revisions[one[0]]]
    missing = [one for one in edits if one[1] > revisions[one[0]]]
    found |= {"seen": len(seen), "missing": len(missing)}
    last_begun = max((began for *_, began, _ in seen), default=0.0)
    found["out of order"] = sum(acknowledged < last_begun for *_, acknowledged in missing)
    return found


def _until(rows: Iterator[Any], like: Any, key: str) -> Iterator[Any]:
    for row in rows:
        yield row
        if getattr(row, key) == getattr(like, key):
            return


def _cases_of(connection: Any, edited: set[str]) -> set[CaseId]:
    wanted = select(cells_table.c.case_id).where(cells_table.c.id.in_(edited))
    return set(connection.execute(wanted).scalars())


def measure(place: str, folder: Path, number: int, seats: int) -> dict[str, Any]:
    """Fill, edit, back up, restore, compare."""
    folders = Folders(home=folder / "home").made()
    database = open_database(place)
    start = time.monotonic()
    analysed = fill(database, folders, number)
    seconds = {"fill": time.monotonic() - start}
    context = multiprocessing.get_context("spawn")
    stop, told = context.Event(), context.Queue()
    workers = [
        context.Process(
            target=edit, args=(place, analysed[seat::seats][:40], seats / EDITS_A_SECOND, stop, told)
        )
        for seat in range(seats)
    ]
    for worker in workers:
        worker.start()
    try:
        time.sleep(15)
        began = time.monotonic()
        drive, key = new_folder(folder / "drive", PASSPHRASE)
        status = back_up(Plan(folder=drive.path), key, database, folders)
        ended = time.monotonic()
        seconds["backup and check"] = ended - began
        time.sleep(5)
    finally:
        stop.set()
        edits = [one for _ in workers for one in told.get(timeout=120)]
        for worker in workers:
            worker.join()
    start = time.monotonic()
    other = Folders(home=folder / "other computer")
    restore_backup(drive, drive.unlock(PASSPHRASE), status.name, other)
    seconds["restore"] = time.monotonic() - start
    restored = open_database(other.database)
    found = compare(database, restored, edits)
    restored.close()
    database.close()
    during = [one for one in edits if began <= one[2] <= ended]
    equal = not any(value for name, value in found.items() if name.endswith(("differ", "out of order")))
    return {
        "kind": database.engine.dialect.name,
        "cases": status.cases,
        "cells": status.cells,
        "database_MB": round(sum(p.stat().st_size for p in folders.home.glob("*.sqlite*")) / 1e6),
        "backup_MB": round(sum(p.stat().st_size for p in drive.path.rglob("*") if p.is_file()) / 1e6),
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "edits": len(edits),
        "edits_during": len(during),
        "edits_a_second_during": round(len(during) / (ended - began), 1),
        "edit_s_median_before": _median(one[3] - one[2] for one in edits if one[2] < began),
        "edit_s_median_during": _median(one[3] - one[2] for one in during),
        "edit_s_longest_during": round(max((one[3] - one[2] for one in during), default=0.0), 2),
        "peak_MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "notes": list(status.notes),
        **found,
        "equal": equal and status.checked is not None and not status.notes and found["seen"] > 0,
    }


def _median(values: Iterator[float]) -> float:
    known = list(values)
    return round(statistics.median(known), 3) if known else 0.0


def main() -> int:
    """Measure once and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="a new folder for everything")
    parser.add_argument("--server", action="store_true", help="on a PostgreSQL server of its own")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seats", type=int, default=2)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    try:
        with contextlib.ExitStack() as stack:
            place = str(arguments.folder / "home" / "centromere.sqlite")
            if arguments.server:
                place = stack.enter_context(postgres_server())
            found = measure(place, arguments.folder, arguments.cases, arguments.seats)
    finally:
        shutil.rmtree(arguments.folder, ignore_errors=True)
    print(json.dumps(found))
    return 0 if found["equal"] else 1


if __name__ == "__main__":
    sys.exit(main())
