"""Karyogram, overlay and PDF of simulated cells."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from core.domain.case import Case
from core.domain.ids import CaseId
from core.errors import StorageError
from core.report.content import ReportCell, content_of
from core.report.karyogram_figure import draw_karyogram
from core.report.overlay import draw_overlay
from core.report.pdf import write_report
from core.report.rendering import save_pixels, to_pixels, to_svg
from tests.synthetic import simulated_cell


@pytest.fixture(scope="module")
def trisomy() -> ReportCell:
    cell, grey = simulated_cell("47,XY,+21", seed=3)
    return ReportCell(cell=cell, grey=grey)


def test_that_every_chromosome_stands_on_the_karyogram(trisomy: ReportCell) -> None:
    drawing = draw_karyogram(trisomy.cell, trisomy.grey)
    assert len(drawing.pictures) == 47
    assert {words.text for words in drawing.words} >= {"1", "21", "X", "Y"}


def test_that_the_karyogram_shows_captured_values_and_no_others(trisomy: ReportCell) -> None:
    darkest = int(trisomy.grey.min())
    for picture in draw_karyogram(trisomy.cell, trisomy.grey).pictures:
        assert int(picture.image.min()) >= darkest - 12  # cubic rotation may overshoot a little


def test_that_no_picture_leaves_the_page(trisomy: ReportCell) -> None:
    drawing = draw_karyogram(trisomy.cell, trisomy.grey)
    for picture in drawing.pictures:
        assert picture.x >= 0
        assert picture.x + picture.width <= drawing.width
        assert picture.y + picture.height <= drawing.height


def test_that_an_inverted_picture_is_printed_dark_on_white(trisomy: ReportCell) -> None:
    from dataclasses import replace

    bright = replace(trisomy.cell, dark_on_light=False)
    there = to_pixels(draw_karyogram(bright, 255 - trisomy.grey), dpi=72)
    here = to_pixels(draw_karyogram(trisomy.cell, trisomy.grey), dpi=72)
    assert np.array_equal(there, here)


@pytest.mark.parametrize("dpi", [300, 600])
def test_that_a_saved_karyogram_knows_its_resolution(trisomy: ReportCell, tmp_path: Path, dpi: int) -> None:
    drawing = draw_karyogram(trisomy.cell, trisomy.grey)
    for suffix in (".png", ".tif"):
        path = tmp_path / f"karyogram{suffix}"
        save_pixels(to_pixels(drawing, dpi=dpi), path, dpi=dpi)
        with Image.open(path) as image:
            assert round(image.info["dpi"][0]) == dpi
            assert abs(image.width - drawing.width / 25.4 * dpi) < 2


def test_that_the_svg_holds_every_chromosome(trisomy: ReportCell) -> None:
    assert to_svg(draw_karyogram(trisomy.cell, trisomy.grey)).count("<image ") == 47


def test_that_the_overlay_has_the_pixels_of_the_picture(trisomy: ReportCell) -> None:
    overlay = draw_overlay(trisomy.cell, trisomy.grey)
    assert overlay.shape == (*trisomy.grey.shape, 3)


def test_that_the_report_says_what_was_found_and_what_was_not_assessed(
    trisomy: ReportCell, tmp_path: Path
) -> None:
    second, grey = simulated_cell("47,XY,+21", seed=4, label="002")
    case = Case(id=CaseId("k"), name="Übung Ж-17", specimen="amniotic fluid, simulated")
    content = content_of(
        case,
        [trisomy, ReportCell(cell=second, grey=grey)],
        models={"finder": "finder@1.0.0"},
        created=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )
    path = tmp_path / "report.pdf"
    write_report(path, content)
    document = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    for wanted in (
        "47,XY,+21",
        "Übung Ж-17",
        "ISCN 2024",
        "counted 0/20",
        "structure not assessed",
        "For research use only",
        "finder@1.0.0",
        "Centromere",
    ):
        assert wanted in text
    assert b"/FontFile2" in path.read_bytes()
    assert b"/Helvetica" not in path.read_bytes()


def test_that_a_report_into_a_forbidden_place_leaves_nothing_behind(
    trisomy: ReportCell, tmp_path: Path
) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder")
    content = content_of(
        Case(id=CaseId("k"), name="k"), [trisomy], models={}, created=datetime(2026, 1, 1, tzinfo=UTC)
    )
    with pytest.raises(StorageError, match="choose another folder"):
        write_report(place / "report.pdf", content)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
