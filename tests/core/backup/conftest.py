from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.backup.folder import BackupFolder, new_folder
from core.backup.passphrase import Hardness
from core.domain.ids import CaseId, CellId
from core.editing.operations import CountPoint
from core.paths import Folders
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import Database, open_database
from tests.core.editing.bench_cells import EVA, empty_case, empty_cell, proposal_for
from tests.core.store.conftest import place, postgres_place  # noqa: F401 - fixtures

PASSPHRASE = "lamp river seven Äpfel"
#: The smallest cost of scrypt: what is tested is not how long a guess takes.
QUICK = Hardness(n=2, r=1, p=1)


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    """A computer with cases in its database and pictures in its originals."""

    folders: Folders
    database: Database
    store: CaseStore
    case: CaseId
    cells: tuple[CellId, ...]

    def edit(self, times: int = 1) -> None:
        for number in range(times):
            cell = self.cells[number % len(self.cells)]
            record = self.store.load_cell(cell)
            self.store.do(cell, CountPoint(point=(float(number), 7.0)), EVA, record.revision)


@pytest.fixture
def laboratory(place: str, tmp_path: Path) -> Iterator[Laboratory]:  # noqa: F811
    folders = Folders(home=tmp_path / "home").made()
    database = open_database(place)
    store = CaseStore(database)
    originals = Originals(folders.originals)
    case = empty_case("Ärmel 7")
    store.create_case(case, EVA)
    cells = []
    for number in range(3):
        picture = originals.keep(f"picture {number} ".encode() + os.urandom(700_000 * (number == 0)))
        cells.append(replace(empty_cell(f"Metaphase {number}"), image=picture))
    store.add_cells(case.id, cells, EVA)
    store.place(proposal_for(cells[0]), EVA, 0)
    folders.settings.write_text('{"person": "Eva", "database_url": "postgresql://elsewhere/x"}')
    (folders.weights / "namer" / "1.0.0").mkdir(parents=True)
    (folders.weights / "namer" / "1.0.0" / "model.onnx").write_bytes(b"tuned" * 1000)
    lab = Laboratory(
        folders=folders,
        database=database,
        store=store,
        case=case.id,
        cells=tuple(cell.id for cell in cells),
    )
    lab.edit(4)
    yield lab
    database.close()


@pytest.fixture
def drive(tmp_path: Path) -> tuple[BackupFolder, bytes]:
    """A new folder of backups and its key."""
    return new_folder(tmp_path / "drive" / "backups", PASSPHRASE, QUICK)


@pytest.fixture
def fresh_home(tmp_path: Path) -> Callable[[], Folders]:
    """Home folders of other computers."""
    numbers = iter(range(100))
    return lambda: Folders(home=tmp_path / f"other {next(numbers)}")
