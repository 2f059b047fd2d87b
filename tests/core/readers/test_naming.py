"""Laboratory names sort the images of a drop into cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.readers.naming import LaboratoryName, laboratory_name, sort_into_cases


@dataclass(frozen=True)
class Dropped:
    relative: PurePosixPath


def dropped(*names: str) -> list[Dropped]:
    return [Dropped(PurePosixPath(name)) for name in names]


@pytest.mark.parametrize(
    ("name", "case", "cell", "kind", "certain"),
    [
        ("8129A.001.A.TIF", "8129A", "001", "metaphase", True),
        ("8129A.001.K.TIF", "8129A", "001", "karyogram", True),
        ("98917NVG.002.k.jpg", "98917NVG", "002", "karyogram", True),
        ("L1903012841.003.A.JPG", "L1903012841", "003", "metaphase", True),
        ("24.0815.017.A.png", "24.0815", "017", "metaphase", True),
        ("folder\\100864.013.A.png", "100864", "013", "metaphase", True),
        ("a/b/8129A.004.A", "8129A", "004", "metaphase", True),
        ("103064.webp", "10306", "4", "metaphase", False),
        ("1055603.webp", "105560", "3", "metaphase", False),
    ],
)
def test_that_a_laboratory_name_is_understood(
    name: str, case: str, cell: str, kind: str, certain: bool
) -> None:
    found = laboratory_name(name)
    assert found is not None
    assert (found.case, found.cell, found.kind, found.certain) == (case, cell, kind, certain)


@pytest.mark.parametrize(
    "name", ["cell.png", "IMG_1234.JPG", "001.A.TIF", "1.png", "000123.png", "20261123_1.tif"]
)
def test_that_another_name_says_nothing(name: str) -> None:
    assert laboratory_name(name) is None


@given(
    case=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12),
    cell=st.integers(0, 99_999),
    kind=st.sampled_from("AK"),
)
def test_that_every_export_name_is_taken_apart_as_it_was_put_together(
    case: str, cell: int, kind: str
) -> None:
    expected = LaboratoryName(
        case=case, cell=f"{cell:03d}", kind="metaphase" if kind == "A" else "karyogram", certain=True
    )
    assert laboratory_name(f"{case}.{cell:03d}.{kind}.TIF") == expected


def test_that_two_cases_in_one_drop_become_two_cases() -> None:
    found = sort_into_cases(
        dropped("8129A.001.A.TIF", "98917NVG.002.A.JPG", "8129a.004.A.TIF", "8129A.001.K.TIF")
    )
    assert [(case, len(images)) for case, images in found.cases] == [("8129A", 2), ("98917NVG", 1)]
    assert [str(image.relative) for image in found.karyograms] == ["8129A.001.K.TIF"]
    assert found.held == ()


def test_that_a_name_that_differs_from_the_open_case_is_held() -> None:
    found = sort_into_cases(
        dropped("8129A.001.A.TIF", "98917NVG.002.A.JPG", "98917NVG.003.A.JPG", "photo.png"),
        open_case="8129a ",
    )
    assert [(case, len(images)) for case, images in found.cases] == [("8129a ", 2)]
    assert len(found.held) == 1
    assert found.held[0].case == "98917NVG"
    assert len(found.held[0].images) == 2
    assert "open case" in found.held[0].reason


def test_that_running_numbers_are_held_only_against_a_case_that_is_such_a_number() -> None:
    files = dropped("103064.webp", "103071.webp")
    assert sort_into_cases(files, open_case="Patient 7").held == ()
    found = sort_into_cases(files, open_case="10306")
    assert [held.case for held in found.held] == ["10307"]
    assert [case for case, _ in sort_into_cases(files).cases] == ["10306", "10307"]


def test_that_the_folder_names_the_case_where_the_file_does_not() -> None:
    found = sort_into_cases(dropped("P-17/a.png", "P-17/b.png", "P-18/a.png", "alone.png"))
    assert [(case, len(images)) for case, images in found.cases] == [("P-17", 2), ("P-18", 1), (None, 1)]
