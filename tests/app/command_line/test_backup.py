"""`main.py backup` and `main.py restore` as a person or cron runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.backup.folder import new_folder
from core.backup.kept_key import keep_key
from core.paths import Folders
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import open_database
from tests.core.backup.conftest import PASSPHRASE, QUICK
from tests.core.editing.bench_cells import EVA, empty_case, empty_cell

ROOT = Path(__file__).resolve().parents[3]


def main(home: Path, *words: str, passphrase: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CENTROMERE_HOME": str(home)}
    environment.pop("CENTROMERE_BACKUP_PASSPHRASE", None)
    if passphrase:
        environment["CENTROMERE_BACKUP_PASSPHRASE"] = passphrase
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *words],
        check=False, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, timeout=300,
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    places = Folders(home=tmp_path / "home").made()
    database = open_database(places.database)
    store = CaseStore(database)
    case = empty_case("Ärmel 7")
    store.create_case(case, EVA)
    picture = Originals(places.originals).keep(b"a picture")
    store.add_cells(case.id, [replace(empty_cell(), image=picture)], EVA)
    database.close()
    return places.home


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    new_folder(tmp_path / "drive", PASSPHRASE, QUICK)
    return tmp_path / "drive"


def test_that_a_backup_is_made_listed_and_restored_on_another_computer(home: Path, tmp_path: Path) -> None:
    drive = tmp_path / "stick"
    made = main(home, "backup", "--new", "--to", str(drive), passphrase=PASSPHRASE)
    assert made.returncode == 0, made.stderr
    assert "Without this passphrase nothing can be restored" in made.stdout
    assert "1 cases, 1 cells, 1 pictures" in made.stdout
    listed = main(home, "backup", "--list", "--to", str(drive), passphrase=PASSPHRASE)
    assert "found equal" in listed.stdout
    other = tmp_path / "other"
    restored = main(other, "restore", str(drive), passphrase=PASSPHRASE)
    assert restored.returncode == 0, restored.stderr
    database = open_database(Folders(home=other).database)
    assert [row.name for row in CaseStore(database).list_cases()] == ["Ärmel 7"]
    database.close()
    again = main(other, "restore", str(drive), passphrase=PASSPHRASE)
    assert again.returncode == 1
    assert "holds data already" in again.stderr


def test_that_a_wrong_passphrase_and_a_missing_one_are_told(home: Path, drive: Path) -> None:
    wrong = main(home, "backup", "--to", str(drive), passphrase="lamp river seven Birnen")
    assert (wrong.returncode, "does not open" in wrong.stderr) == (1, True)
    missing = main(home, "backup", "--to", str(drive))
    assert (missing.returncode, "--passphrase-file" in missing.stderr) == (1, True)


def test_that_a_passphrase_comes_from_a_file(home: Path, drive: Path, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    answer = main(home, "backup", "--to", str(drive), "--passphrase-file", str(file))
    assert answer.returncode == 0, answer.stderr
    assert "can be read by others" in answer.stderr
    file.chmod(0o600)
    checked = main(home, "backup", "--check", "--to", str(drive), "--passphrase-file", str(file))
    assert (checked.returncode, checked.stderr) == (0, "")


def test_that_cron_makes_a_backup_only_when_one_is_due(home: Path, drive: Path) -> None:
    from core.backup.folder import open_folder

    folder = open_folder(drive)
    keep_key(Folders(home=home), folder, folder.unlock(PASSPHRASE))
    settings = {"backup": {"folder": str(drive), "every": "hours", "hours": 4}}
    Folders(home=home).settings.write_text(json.dumps(settings))
    first, second = main(home, "backup", "--if-due"), main(home, "backup", "--if-due")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "found equal" in first.stdout
    assert "no backup is due" in second.stdout
    assert len(folder.names()) == 1


def test_that_a_drive_that_is_not_connected_is_told(home: Path, tmp_path: Path) -> None:
    answer = main(home, "backup", "--to", str(tmp_path / "gone"), passphrase=PASSPHRASE)
    assert answer.returncode == 1
    assert "connect the drive" in answer.stderr
    assert not (tmp_path / "gone").exists()


def test_that_a_passphrase_is_never_an_argument(home: Path, drive: Path) -> None:
    answer = main(home, "backup", "--to", str(drive), "--passphrase", PASSPHRASE)
    assert (answer.returncode, "unrecognized" in answer.stderr) == (2, True)
