from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.importing import Importing, ImportReport
from tests.app.simulated import fill_case, png_of, simulate_metaphase


@pytest.fixture(scope="module")
def picture() -> bytes:
    # Bytes after the end of a PNG: another file than the one that `fill_case` keeps.
    return png_of(simulate_metaphase("47,XY,+21", seed=1).picture) + b"another"


@pytest.fixture
def take(workplace, until):
    """Import paths and return the report; `decisions` answers for held names, `asked` collects them."""

    def do(*paths: Path, decisions: dict[str, str] | None = None, asked: list | None = None) -> ImportReport:
        reports: list[ImportReport] = []

        def decide(held, open_case):
            if asked is not None:
                asked.extend(group.case for group in held)
            return decisions

        importing = Importing(workplace.session, workplace.originals, decide)
        importing.finished.connect(reports.append)
        importing.take(paths)
        until(lambda: reports or (decisions is None and asked))
        return reports[0] if reports else ImportReport()

    return do


def names(workplace) -> dict[str, int]:
    return {row.name: row.cells for row in workplace.store.list_cases()}


def write(folder: Path, name: str, content: bytes, *, salt: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    # Bytes after the end of a PNG change its SHA-256 and nothing else.
    path.write_bytes(content + bytes([salt]) * salt)
    return path


def test_that_two_cases_in_one_drop_are_split(take, workplace, picture, tmp_path):
    for salt, name in enumerate(("8129A.001.A.png", "8129A.002.A.png", "77.001.A.png"), start=1):
        write(tmp_path / "drop", name, picture, salt=salt)
    report = take(tmp_path / "drop")
    assert names(workplace) == {"8129A": 2, "77": 1}
    assert len(report.taken) == 3
    assert not report.refused


def test_that_the_original_bytes_are_kept_unchanged(take, workplace, picture, tmp_path):
    file = write(tmp_path, "8129A.001.A.png", picture)
    take(file)
    row = workplace.store.list_cases()[0]
    cell = workplace.store.load_states(row.id)[0]
    assert workplace.originals.read(cell.image) == file.read_bytes()
    assert cell.label == "001"


def test_that_a_name_that_differs_from_the_open_case_is_held_until_decided(
    take, workplace, picture, tmp_path, until
):
    case = fill_case(workplace, name="8129A", cells=1)
    workplace.session.open_case(case)
    until(lambda: workplace.session.cell is not None)
    asked: list[str] = []
    file = write(tmp_path, "9000B.001.A.png", picture)
    take(file, decisions=None, asked=asked)
    assert asked == ["9000B"]
    assert names(workplace) == {"8129A": 1}
    take(file, decisions={"9000B": "new"}, asked=asked)
    assert names(workplace) == {"8129A": 1, "9000B": 1}


def test_that_putting_a_foreign_name_into_the_open_case_is_logged(take, workplace, picture, tmp_path, until):
    case = fill_case(workplace, name="8129A", cells=1)
    workplace.session.open_case(case)
    until(lambda: workplace.session.cell is not None)
    take(write(tmp_path, "9000B.001.A.png", picture), decisions={"9000B": "open"})
    record = workplace.store.load_case(case)
    assert len(record.case.cells) == 2
    assert "named for 9000B" in record.case.comment
    assert workplace.store.load_log(case)[0].person == "Maria Keller"


def test_that_bad_files_are_refused_with_a_reason_and_the_rest_goes_on(take, workplace, picture, tmp_path):
    folder = tmp_path / "8129A"
    write(folder, "good.png", picture)
    write(folder, "broken.png", picture[: len(picture) // 3])
    write(folder, "empty.tif", b"")
    write(folder, "letter.png", b"Dear colleague, " * 20)
    report = take(folder)
    assert names(workplace) == {"8129A": 1}
    assert {Path(line.file).name for line in report.refused} == {"broken.png", "empty.tif", "letter.png"}
    assert all(line.outcome and line.outcome.endswith(".") for line in report.refused)
    assert report.summary == "Imported 1 cell into 8129A, 3 files refused."


def test_that_a_zip_is_opened_and_karyograms_are_passed_over(take, workplace, picture, tmp_path):
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("8129A.001.A.png", picture)
        packed.writestr("8129A.001.K.png", picture + b"\0")
    report = take(archive)
    assert names(workplace) == {"8129A": 1}
    assert "karyogram" in report.passed[0].outcome


def test_that_the_same_image_twice_in_a_case_is_passed_over(take, workplace, picture, tmp_path):
    file = write(tmp_path, "8129A.001.A.png", picture)
    take(file)
    report = take(file)
    assert names(workplace) == {"8129A": 1}
    assert report.passed[0].outcome == "already in this case"
    assert report.summary == "Every image is already in 8129A."


def test_that_a_drop_without_images_says_so(take, workplace, tmp_path):
    (tmp_path / "nothing").mkdir()
    report = take(tmp_path / "nothing")
    assert report.summary == "No image was found in what was dropped."
    assert names(workplace) == {}


def test_that_a_stopped_import_keeps_what_it_has_read(workplace, picture, tmp_path, until):
    folder = tmp_path / "8129A"
    for number in range(1, 41):
        write(folder, f"8129A.{number:03d}.A.png", picture, salt=number)
    reports: list[ImportReport] = []
    importing = Importing(workplace.session, workplace.originals, lambda held, case: None)
    importing.finished.connect(reports.append)
    importing.take([folder])
    until(lambda: workplace.lanes.files.current is not None and workplace.lanes.files.current.at >= 3)
    workplace.lanes.files.cancel_all()
    until(lambda: reports)
    assert not importing.busy
    assert reports[0].stopped == "Stopped; what was imported before stays."
    assert 0 < names(workplace)["8129A"] == len(reports[0].taken) < 40
