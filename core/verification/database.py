"""Round trips through the database, the originals and the report: what goes in comes out again."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from sqlalchemy import Column, Integer, MetaData, Table, Unicode, insert, select

from core.domain.case import Case
from core.domain.ids import CaseId, CellId, PersonName, new_id
from core.domain.metaphase import Metaphase
from core.editing.case_operations import EditCase
from core.errors import StorageError
from core.paths import Folders
from core.readers.registry import read_picture
from core.report.content import content_of
from core.report.pdf import report_bytes
from core.report.pdf_reading import text_of
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import open_database
from core.store.engine import engine_of, url_of
from core.store.failures import failures_explained
from core.store.migrate import check_not_newer, revision_of
from core.store.schema import NEWEST
from core.version import RESEARCH_USE

_PERSON: Final = PersonName("Verification")
_STEPS: Final = 4
_SIDE: Final = 64
_AGAIN: Final = "check the disk and install Centromere again"
#: Signs of many scripts, and what would be markup or a command: what a database loses, it loses here.
WORDS: Final = "Prüfung µ ≥ žluť Ελλ 染色体 <b>x</b> '); DROP TABLE cases; --"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a round trip wrote: a case, its cell, and the bytes of the picture."""

    case: Case
    cell: Metaphase
    picture: bytes


def store_round_trip(folders: Folders) -> Written:
    """Make a database in an empty home folder, write a case with a picture, close, open, and compare.

    Raises
    ------
    StorageError
        Where something cannot be written, or comes back otherwise than it was.
    """
    drawn = np.arange(_SIDE * _SIDE, dtype=np.uint16).reshape(_SIDE, _SIDE) * 16
    picture = io.BytesIO()
    Image.fromarray(drawn).save(picture, "PNG")
    case = Case(id=CaseId(new_id()), name="Verification", comment=WORDS)
    folders.made()
    database = open_database(folders.database, backups=folders.backups)
    try:
        image = Originals(folders.originals).keep(picture.getvalue())
        cell = Metaphase(id=CellId(new_id()), label="1", image=image, width=_SIDE, height=_SIDE)
        store = CaseStore(database)
        store.create_case(case, _PERSON)
        record = store.add_cells(case.id, [cell], _PERSON)
        edited = replace(record.history.state, referral=WORDS)
        record = store.do_case(case.id, EditCase(after=edited), _PERSON, record.revision)
        record = store.undo_case(case.id, _PERSON, record.revision)
        record = store.redo_case(case.id, _PERSON, record.revision)
        written = Written(case=record.history.state, cell=cell, picture=picture.getvalue())
    finally:
        database.close()
    compare_with(written, folders)
    pixels = read_picture((written.picture, "verification"), 0).grey
    _expect("the pixels of the picture", drawn.tolist(), pixels.tolist())
    return written


def compare_with(written: Written, folders: Folders) -> None:
    """Read what a round trip wrote from a home folder.

    Raises
    ------
    StorageError
        Where it is not there or not as it was written.
    """
    database = open_database(folders.database, backups=folders.backups)
    try:
        store = CaseStore(database)
        _expect("the case", written.case, store.load_case(written.case.id).history.state)
        _expect("its words", WORDS, written.case.referral)
        _expect("the cell", written.cell, store.load_cell(written.cell.id).history.state)
        _expect("the log", True, len(store.load_log(written.case.id)) >= _STEPS)
    finally:
        database.close()
    _expect("the picture", written.picture, Originals(folders.originals).read(written.cell.image))


def database_in_use(place: str | Path) -> str:
    """Look at the database that this installation works with; nothing in it is changed.

    Returns
    -------
    str
        Its schema and what was done: a table of this connection only, written, read and forgotten.

    Raises
    ------
    StorageError
        Where it cannot be reached, is newer than the program, or loses what is written.
    """
    url = url_of(place)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return f"no database yet; the first start makes one with schema {NEWEST}"
    where = str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()
    engine = engine_of(url)
    trial = Table(
        f"verification_{new_id()}", MetaData(),
        Column("number", Integer, primary_key=True), Column("words", Unicode(200)),
        prefixes=["TEMPORARY"],
    )  # fmt: skip
    try:
        with failures_explained(where), engine.begin() as connection:
            revision = revision_of(connection)
            check_not_newer(revision, where)
            trial.create(connection)
            connection.execute(insert(trial).values(number=1, words=WORDS))
            _expect("words", WORDS, connection.execute(select(trial.c.words)).scalar_one())
            trial.drop(connection)
            kind = engine.dialect.name
            version = ".".join(str(part) for part in engine.dialect.server_version_info or ())
    finally:
        engine.dispose()
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    said = f"{names.get(kind, kind)} {version}".strip() + f", schema {revision or 'none yet'}"
    if revision is not None and revision != NEWEST:
        said += f" (the next start makes it {NEWEST}, after a copy)"
    return said


def report_round_trip(now: datetime) -> str:
    """Write a report as PDF in memory and read it back.

    Raises
    ------
    StorageError
        Where what was written is not what is read.
    """
    case = Case(id=CaseId("verification"), name="Verification 4711", comment="Ελλ ≥ µ žluť")
    pages = text_of(report_bytes(content_of(case, [], models={}, created=now), []))
    whole = "\n".join(pages)
    for words in (case.name, case.comment, RESEARCH_USE):
        _expect("the words of the report", True, words in whole)
    return f"a report written and read back, {len(pages)} page{'' if len(pages) == 1 else 's'}"


def _expect(what: str, written: object, read: object) -> None:
    if written != read:
        raise StorageError(f"{what} came back otherwise than written", _AGAIN)
