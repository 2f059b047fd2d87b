"""Uncleaned images of several makers, where the shared data are present."""

from __future__ import annotations

from pathlib import Path

from core.readers.gather import gather
from core.readers.naming import sort_into_cases
from core.readers.registry import read_picture


def test_that_every_field_image_is_read_and_sorted_into_its_case(shared_data: Path) -> None:
    found = gather([shared_data / "chromosomes" / "field_images"])
    assert len(found.images) == 10
    assert found.skipped == ()
    for image in found.images:
        picture = read_picture(image.to_read())
        assert picture.dark_on_light
        assert picture.banding == "G"
        assert picture.bit_depth == 8
        assert picture.pixel_size_um is None
    sorted_images = sort_into_cases(found.images)
    assert {case: len(images) for case, images in sorted_images.cases} == {
        "100864": 1,
        "8129A": 2,
        "98917NVG": 1,
        "L1903012841": 1,
        "L1903042890": 1,
        "L1903073342": 1,
    }
    assert len(sorted_images.karyograms) == 3
    held = sort_into_cases(found.images, open_case="8129A").held
    assert {group.case for group in held} == {
        "100864",
        "98917NVG",
        "L1903012841",
        "L1903042890",
        "L1903073342",
    }


def test_that_every_dicom_of_the_studies_is_read(shared_data: Path) -> None:
    for path in sorted((shared_data / "studies").glob("*.dcm")):
        picture = read_picture(path)
        assert picture.format == "DICOM"
        assert picture.frames >= 1
