"""The disk is full at twenty places: clear words, earlier data intact, and it works once there is space.

`python -m tests.reliability.disk VOLUME RESULTS` fills the volume again and again; the campaign mounts a
small tmpfs there in a mount namespace of its own, which needs root.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from app.board.export import ExportWish, PictureFormat, write_karyogram
from app.settings import SettingsFile
from core.backup.folder import new_folder
from core.backup.make import make_backup
from core.backup.passphrase import Hardness
from core.backup.restore import restore_backup
from core.domain.case import Case, Status
from core.domain.ids import CaseId, new_id
from core.domain.metaphase import Mark, MarkKind
from core.editing.case_operations import EditCase
from core.editing.operations import CountPoint, SetMark, Turn
from core.errors import CentromereError
from core.paths import Folders
from core.report.analysis_sheet import AnalysisSheet, write_analysis_sheets
from core.report.content import content_of
from core.report.figures import figure_of
from core.report.pdf import write_report
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import open_database
from tests.app.simulated import cell_of, truth_as_proposal
from tests.reliability.kill_works import EVA, fill, old_database
from tests.reliability.small_pictures import drawn, png_of, small_picture

VOLUME_MB: Final = 48
_TRIES: Final = 3000


class Place:
    """A filled home on the small volume."""

    def __init__(self, volume: Path) -> None:
        self.volume = volume
        self.home = volume / "home"
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir()
        self.made = fill(self.home)
        self.case, self.cells = self.made[0]
        self.database = open_database(self.home / "centromere.sqlite", backups=self.home / "backups")
        self.store = CaseStore(self.database)
        self.originals = Originals(self.home / "originals")
        self.out = self.home / "out"
        self.out.mkdir()
        self.cell = self.store.load_cell(self.cells[0]).cell
        self.grey = small_picture(0)
        (self.home / "a.png").write_bytes(png_of(small_picture(3)))
        self.at = 0

    def next(self) -> int:
        self.at += 1
        return self.at

    def fresh(self) -> Any:
        truth = drawn(0)
        return cell_of(truth, label=f"n{self.next()}", image="ab" * 32)


@contextmanager
def full(volume: Path, leave: int) -> Iterator[None]:
    """Fill the volume but for some bytes."""
    ballast = volume / "ballast"
    with ballast.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
        for size in (1 << 16, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))
    os.truncate(ballast, max(0, ballast.stat().st_size - leave))
    try:
        yield
    finally:
        ballast.unlink()


def _do(place: Place, operation: Any) -> None:
    place.store.do(place.cells[0], operation, EVA, place.store.load_cell(place.cells[0]).revision)


def _undo_redo(place: Place) -> None:
    revision = place.store.load_cell(place.cells[0]).revision
    revision = place.store.undo(place.cells[0], EVA, revision).revision
    place.store.redo(place.cells[0], EVA, revision)


def _in_cells(place: Place) -> None:
    steps = {cell: CountPoint(point=(1.0, float(place.next()))) for cell in place.cells}
    place.store.do_in_cells(place.case, steps, "Count", EVA, {})


def _place(place: Place) -> None:
    revision = place.store.load_cell(place.cells[1]).revision
    place.store.place(truth_as_proposal(drawn(1), place.cells[1]), EVA, revision)


def _sign(place: Place) -> None:
    record = place.store.load_case(place.case)
    from dataclasses import replace

    after = replace(record.case, status=Status.SIGNED, comment=f"{place.next()}" * 500)
    place.store.do_case(place.case, EditCase(after=after), EVA, record.revision)


def _report(place: Place) -> None:
    case = place.store.load_case(place.case).case
    content = content_of(case, [place.cell], models={}, created=datetime.now(UTC))
    write_report(place.out / "report.pdf", content, [figure_of(place.cell, place.grey)])


def _sheet(place: Place) -> None:
    case = place.store.load_case(place.case).case
    sheets = [AnalysisSheet(cell=place.cell, grey=place.grey)]
    write_analysis_sheets(place.out / "sheet.pdf", case, sheets, created=datetime.now(UTC))


def _karyogram(form: PictureFormat) -> Callable[[Place], None]:
    return lambda place: write_karyogram(
        place.cell, place.grey, "K", ExportWish(format=form), place.out / f"k.{form.value.lower()}"
    )


def _analyse(place: Place) -> None:
    from app.command_line import analyse

    drop = place.home / "a.png"
    parser = argparse.ArgumentParser()
    analyse.add_arguments(parser)
    words = io.StringIO()
    with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
        status = analyse.run(parser.parse_args([str(drop), "--out", str(place.out / "results"), "--report"]))
    if status:
        raise CentromereError(words.getvalue().strip(), "free some space")


def _settings(place: Place) -> None:
    SettingsFile(place.home / "settings.json").change(last_folder="x" * 9000 + str(place.next()))


def _backup(place: Place) -> None:
    where = place.home / "sealed"
    if not where.exists():
        folder, key = new_folder(where, "correct horse battery staple", Hardness(n=1 << 12))
        place.keys = (folder, key)  # type: ignore[attr-defined]
    folder, key = place.keys  # type: ignore[attr-defined]
    with folder.lock():
        make_backup(folder, key, place.database, Folders(home=place.home).made())


def _restore(place: Place) -> None:
    if not hasattr(place, "keys"):
        _backup(place)
    folder, key = place.keys
    target = place.volume / "restored"
    shutil.rmtree(target, ignore_errors=True)
    restore_backup(folder, key, folder.names()[-1], Folders(home=target))


def _new_database(place: Place) -> None:
    where = place.volume / "fresh" / "centromere.sqlite"
    shutil.rmtree(where.parent, ignore_errors=True)
    open_database(where).close()


def _migrate(place: Place) -> None:
    old = place.volume / "old"
    if not old.exists():
        old.mkdir()
        fill(old, cells=2, cases=3)
        old_database(old)
    open_database(old / "centromere.sqlite", backups=old / "backups").close()


def _simulate(place: Place) -> None:
    from app.command_line import simulate

    parser = argparse.ArgumentParser()
    simulate.add_arguments(parser)
    words = io.StringIO()
    with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
        status = simulate.run(parser.parse_args(["46,XY", "--out", str(place.out), "--cells", "1"]))
    if status:
        raise CentromereError(words.getvalue().strip(), "see above")


def _many(place: Place) -> None:
    place.store.add_cells(place.case, [place.fresh() for _ in range(10)], EVA)


PLACES: Final[dict[str, tuple[Callable[[Place], object], int]]] = {
    "import: the original": (lambda p: p.originals.keep(png_of(small_picture(500 + p.next()))), 0),
    "import: the original, half written": (
        lambda p: p.originals.keep(os.urandom(60_000) + bytes([p.next() % 256])), 20_000,
    ),
    "import: a new case": (
        lambda p: p.store.create_case(
            Case(id=CaseId(new_id()), name=f"n{p.next()}", comment="c" * 4000), EVA
        ),
        0,
    ),
    "import: cells": (_many, 0),
    "analysis: the proposal": (_place, 0),
    "analysis: results and report of the command": (_analyse, 0),
    "analysis: results, half written": (_analyse, 40_000),
    "edit: a step": (lambda p: _do(p, Turn(ids=(p.cell.chromosomes[0].id,))), 0),
    "edit: a count": (lambda p: _do(p, CountPoint(point=(2.0, float(p.next())))), 4096),
    "edit: undo and redo": (_undo_redo, 0),
    "edit: a step in several cells": (_in_cells, 8192),
    "sign-off: a mark": (
        lambda p: _do(p, SetMark(mark=Mark(kind=MarkKind.CHECKED, person=EVA, time=datetime.now(UTC)))), 0,
    ),
    "sign-off: the case": (_sign, 0),
    "report PDF": (_report, 4096),
    "analysis sheet PDF": (_sheet, 4096),
    "karyogram PNG": (_karyogram(PictureFormat.PNG), 4096),
    "karyogram SVG": (_karyogram(PictureFormat.SVG), 4096),
    "settings": (_settings, 0),
    "backup": (_backup, 4096),
    "restoring a backup": (_restore, 100_000),
    "migration: the copy before it": (_migrate, 20_000),
    "a new database": (_new_database, 8192),
    "simulated pictures": (_simulate, 4096),
}  # fmt: skip


def _state(place: Place) -> dict[str, Any]:
    """What must stay: rows of the log, originals, finished files."""
    with sqlite3.connect(place.home / "centromere.sqlite") as connection:
        rows = connection.execute("SELECT sequence, payload FROM log").fetchall()
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return {"rows": {row[0]: row[1] for row in rows}, "sound": sound, "damaged": place.originals.damaged()}


def try_place(volume: Path, name: str) -> dict[str, Any]:
    """Fill the disk, do it until it fails, look, make space, do it again."""
    work, leave = PLACES[name]
    for child in volume.iterdir():
        shutil.rmtree(child) if child.is_dir() else child.unlink()
    place = Place(volume)
    faults, words, done = [], "", 0
    if name in ("backup", "restoring a backup"):
        _backup(place)
        place.originals.keep(os.urandom(300_000))
    elif name.startswith("migration"):
        _migrate_template(place)
    before = _state(place)
    with full(volume, leave):
        for _ in range(_TRIES):
            try:
                work(place)
                done += 1
            except CentromereError as error:
                words = str(error)
                break
            except Exception as error:  # noqa: BLE001 - whatever comes is what a person would see
                words = f"{type(error).__name__}: {error}"
                faults.append(f"no clear words: {words}")
                faults.append(traceback.format_exc()[-800:])
                break
        else:
            faults.append("the full disk was never noticed")
        left = [
            str(path.relative_to(volume)) for path in volume.rglob("*")
            if path.name.startswith(".") or path.suffix in (".part", ".new")
        ]  # fmt: skip
    after = _state(place)
    if not after["sound"] or after["damaged"]:
        faults.append(f"damaged: {after['damaged']}")
    if any(after["rows"].get(number) != payload for number, payload in before["rows"].items()):
        faults.append("earlier rows of the log are gone")
    try:
        work(place)
    except Exception as error:  # noqa: BLE001 - told in the result
        faults.append(f"does not work after space was made: {type(error).__name__}: {error}")
    place.database.close()
    return {
        "place": name, "worked_before_full": done, "words": words.replace(str(volume), "…"),
        "unfinished_left": left, "faults": faults,
    }  # fmt: skip


def _migrate_template(place: Place) -> None:
    old = place.volume / "old"
    old.mkdir()
    fill(old, cells=2, cases=3)
    old_database(old)


def run(volume: Path, results: Path, names: list[str] | None = None) -> None:
    """Try every place."""
    known = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    done = {json.loads(line)["place"] for line in known}
    with results.open("a", encoding="utf-8") as file:
        for name in [one for one in names or PLACES if one not in done]:
            try:
                line = try_place(volume, name)
            except Exception as error:  # noqa: BLE001 - a fault of the trial itself is told as one
                line = {
                    "place": name,
                    "words": "",
                    "faults": [f"trial: {error!r}", traceback.format_exc()[-900:]],
                }
            file.write(json.dumps(line) + "\n")
            file.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or None)
