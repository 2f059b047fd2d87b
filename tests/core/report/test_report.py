"""Karyogram, overlay and PDF of simulated cells."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.domain.case import Case, Edition
from core.domain.ids import CaseId, PersonName
from core.domain.metaphase import Mark, MarkKind, Metaphase, Verdict
from core.domain.view import CellView, View
from core.errors import StorageError
from core.report.content import content_of, figures_of
from core.report.figures import Figure, figure_of
from core.report.karyogram_figure import draw_karyogram
from core.report.metaphase_figure import draw_metaphase
from core.report.open_points import Concern, open_points
from core.report.overlay import draw_overlay
from core.report.pdf import report_bytes, write_report
from core.report.rendering import save_pixels, to_pixels, to_svg
from tests.synthetic import simulated_cell

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """A cell and its picture."""

    cell: Metaphase
    grey: NDArray[np.uint8]

    @property
    def figure(self) -> Figure:
        return figure_of(self.cell, self.grey)


@pytest.fixture(scope="module")
def trisomy() -> Drawn:
    cell, grey = simulated_cell("47,XY,+21", seed=3)
    return Drawn(cell=cell, grey=grey)


def test_that_every_chromosome_stands_on_the_karyogram(trisomy: Drawn) -> None:
    drawing = draw_karyogram(trisomy.cell, trisomy.grey)
    assert len(drawing.pictures) == 47
    assert {words.text for words in drawing.words} >= {"1", "21", "X", "Y"}


def test_that_the_karyogram_shows_captured_values_and_no_others(trisomy: Drawn) -> None:
    darkest = int(trisomy.grey.min())
    for picture in draw_karyogram(trisomy.cell, trisomy.grey).pictures:
        assert int(picture.image.min()) >= darkest - 12  # cubic rotation may overshoot a little


def test_that_no_picture_leaves_the_page(trisomy: Drawn) -> None:
    drawing = draw_karyogram(trisomy.cell, trisomy.grey)
    for picture in drawing.pictures:
        assert picture.x >= 0
        assert picture.x + picture.width <= drawing.width
        assert picture.y + picture.height <= drawing.height


def test_that_an_inverted_picture_is_printed_dark_on_white(trisomy: Drawn) -> None:
    bright = replace(trisomy.cell, dark_on_light=False)
    there = to_pixels(draw_karyogram(bright, 255 - trisomy.grey), dpi=72)
    here = to_pixels(draw_karyogram(trisomy.cell, trisomy.grey), dpi=72)
    assert np.array_equal(there, here)


@pytest.mark.parametrize("dpi", [300, 600])
def test_that_a_saved_karyogram_knows_its_resolution(trisomy: Drawn, tmp_path: Path, dpi: int) -> None:
    drawing = draw_karyogram(trisomy.cell, trisomy.grey)
    for suffix in (".png", ".tif"):
        path = tmp_path / f"karyogram{suffix}"
        save_pixels(to_pixels(drawing, dpi=dpi), path, dpi=dpi)
        with Image.open(path) as image:
            assert round(image.info["dpi"][0]) == dpi
            assert abs(image.width - drawing.width / 25.4 * dpi) < 2


def test_that_the_svg_holds_every_chromosome(trisomy: Drawn) -> None:
    assert to_svg(draw_karyogram(trisomy.cell, trisomy.grey)).count("<image ") == 47


def test_that_the_overlay_has_the_pixels_of_the_picture(trisomy: Drawn) -> None:
    overlay = draw_overlay(trisomy.cell, trisomy.grey)
    assert overlay.shape == (*trisomy.grey.shape, 3)


def text_of(written: bytes) -> str:
    document = pypdfium2.PdfDocument(written)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def marked(cell: Metaphase, kind: MarkKind, person: str) -> Metaphase:
    mark = Mark(kind=kind, person=PersonName(person), time=NOW)
    return replace(cell, marks=(*cell.marks, mark))


def test_that_the_metaphase_keeps_its_captured_pixels_and_sharp_outlines(trisomy: Drawn) -> None:
    drawing = draw_metaphase(trisomy.cell, trisomy.grey, width=180, height=84)
    assert np.array_equal(drawing.pictures[0].image, trisomy.grey)
    assert len(drawing.contours) == 47
    assert drawing.width <= 180
    assert drawing.height <= 84 + 1e-6
    page = to_pixels(drawing, dpi=300)
    assert (page[..., 0] != page[..., 2]).any()
    assert to_svg(drawing).count("<polygon ") == 47


def test_that_a_picture_finer_than_print_is_averaged(trisomy: Drawn) -> None:
    large = np.kron(trisomy.grey, np.ones((4, 4), dtype=np.uint8))
    cell = replace(trisomy.cell, width=large.shape[1], height=large.shape[0])
    image = draw_metaphase(cell, large, width=180, height=84).pictures[0].image
    assert abs(image.shape[0] - 84 / 25.4 * 600) <= 1


def test_that_the_report_says_what_was_found_and_what_was_not_assessed(
    trisomy: Drawn, tmp_path: Path
) -> None:
    second, _ = simulated_cell("47,XY,+21", seed=4, label="002")
    case = Case(id=CaseId("k"), name="Übung Ж-17", specimen="amniotic fluid, simulated", comment="a\n<b>&")
    content = content_of(
        case,
        [trisomy.cell, second],
        models={"finder": "finder@1.0.0"},
        created=NOW,
        identity="Ann\x00 Example",
    )
    path = tmp_path / "report.pdf"
    write_report(path, content, [trisomy.figure])
    text = text_of(path.read_bytes())
    for wanted in (
        "47,XY,+21",
        "Übung Ж-17",
        "ISCN 2024",
        "preliminary, not signed",
        "Ann",
        "structure not assessed",
        "in 2 of 2 cells with a karyotype",
        "<b>&",
        "finder@1.0.0",
        "Centromere",
    ):
        assert wanted in text
    assert b"/FontFile2" in path.read_bytes()
    assert b"/Helvetica" not in path.read_bytes()


def test_that_every_page_says_that_it_is_for_research_only(trisomy: Drawn) -> None:
    case = Case(id=CaseId("k"), name="k")
    content = content_of(case, [trisomy.cell], models={}, created=NOW)
    document = pypdfium2.PdfDocument(report_bytes(content, [trisomy.figure]))
    assert len(document) == 2
    for page in document:
        assert "For research use only" in page.get_textpage().get_text_range()


def test_that_the_report_counts_marks_of_people_with_their_initials(trisomy: Drawn) -> None:
    first = marked(marked(trisomy.cell, MarkKind.COUNTED, "Maria Keller"), MarkKind.CHECKED, "Jo Soto")
    content = content_of(Case(id=CaseId("k"), name="k"), [first], models={}, created=NOW)
    rows = {row.kind: row for row in content.ledger_rows}
    assert rows[MarkKind.COUNTED].line == "MK 1"
    assert (rows[MarkKind.COUNTED].done, rows[MarkKind.COUNTED].asked) == (1, 20)
    assert rows[MarkKind.CHECKED].line == "JS 1"
    assert rows[MarkKind.ANALYSED].done == 0
    text = text_of(report_bytes(content, []))
    assert "MK Maria Keller" in text
    assert "nobody" in text


def test_that_cells_that_people_karyotyped_are_shown_unless_others_are_chosen(trisomy: Drawn) -> None:
    second, _ = simulated_cell("47,XY,+21", seed=4, label="002")
    third, _ = simulated_cell("47,XY,+21", seed=5, label="003")
    case = Case(id=CaseId("k"), name="k")
    cells = [trisomy.cell, second, marked(third, MarkKind.KARYOTYPED, "Maria Keller")]
    assert figures_of(case, cells) == (cells[2],)
    assert figures_of(replace(case, figures=(second.id,)), cells) == (second,)
    assert figures_of(replace(case, figures=()), cells) == ()
    rejected = replace(second, verdict=Verdict.REJECTED, verdict_reason="overlaps")
    assert figures_of(case, [rejected, third]) == (third,)


def test_that_a_report_without_cells_says_why_there_is_no_karyotype() -> None:
    content = content_of(Case(id=CaseId("k"), name="k"), [], models={}, created=NOW)
    text = text_of(report_bytes(content, []))
    assert "no karyotype: no cell could be karyotyped" in text
    assert "None: no cell could be karyotyped." in text
    assert "No numerical change" not in text


def test_that_the_edition_of_the_case_stands_on_the_report(trisomy: Drawn) -> None:
    case = Case(id=CaseId("k"), name="k", edition=Edition.OF_2020, karyotype="47,XY,+21")
    text = text_of(report_bytes(content_of(case, [trisomy.cell], models={}, created=NOW), []))
    assert "ISCN 2020" in text
    assert "Written by a person" in text


def test_that_a_case_with_nothing_done_lists_everything_that_is_open(trisomy: Drawn) -> None:
    content = content_of(Case(id=CaseId("k"), name="k"), [trisomy.cell], models={}, created=NOW)
    points = open_points(content, [trisomy.cell])
    texts = [point.text for point in points]
    assert "counted 0 of 20" in texts
    assert "no cell is checked by a person" in texts
    assert any(text.startswith("cell 001: 47 doubtful chromosomes") for text in texts)
    assert any("chromosome 21: 3 instead of 2" in text and "nobody confirmed" in text for text in texts)
    assert any("no person wrote it" in text for text in texts)
    assert {point.concern for point in points} >= {Concern.DETAILS, Concern.DOUBT, Concern.FINDING}


def test_that_nothing_is_open_when_people_did_everything(trisomy: Drawn) -> None:
    cells = []
    for number in range(20):
        cell = replace(
            trisomy.cell,
            id=f"cell-{number}",
            label=f"{number:03d}",
            chromosomes=tuple(replace(c, confirmed=True) for c in trisomy.cell.chromosomes),
        )
        for kind in MarkKind:
            cell = marked(cell, kind, "Maria Keller")
        cells.append(cell)
    case = Case(id=CaseId("k"), name="k", karyotype="47,XY,+21", specimen="blood", referral="study")
    assert open_points(content_of(case, cells, models={}, created=NOW), cells) == ()


def test_that_a_written_karyotype_is_held_against_the_cells_and_the_rules(trisomy: Drawn) -> None:
    second, _ = simulated_cell("47,XY,+21", seed=4, label="002")
    cells = [trisomy.cell, second]
    for written, wanted in (("46,XY", "the written karyotype differs"), ("47,XY,+27", "is wrong")):
        case = Case(id=CaseId("k"), name="k", karyotype=written)
        points = open_points(content_of(case, cells, models={}, created=NOW), cells)
        assert any(wanted in point.text for point in points if point.concern is Concern.KARYOTYPE)


def test_that_words_of_the_comment_that_contradict_the_karyotype_are_open(trisomy: Drawn) -> None:
    case = Case(id=CaseId("k"), name="k", karyotype="47,XY,+21", comment="Trisomy 18 was found.")
    points = open_points(content_of(case, [trisomy.cell], models={}, created=NOW), [trisomy.cell])
    (point,) = [point for point in points if "the text says Trisomy 18" in point.text]
    assert (point.concern, point.field, point.words) == (Concern.KARYOTYPE, "comment", "Trisomy 18")


def test_that_pictures_in_the_report_are_the_captured_pixels(trisomy: Drawn) -> None:
    content = content_of(Case(id=CaseId("k"), name="k"), [trisomy.cell], models={}, created=NOW)
    document = pypdfium2.PdfDocument(report_bytes(content, [trisomy.figure]))
    sizes = {
        image.get_px_size() for image in document[1].get_objects() if isinstance(image, pypdfium2.PdfImage)
    }
    height, width = trisomy.grey.shape
    assert (width, height) in sizes


def test_that_a_report_into_a_forbidden_place_leaves_nothing_behind(trisomy: Drawn, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder")
    content = content_of(Case(id=CaseId("k"), name="k"), [trisomy.cell], models={}, created=NOW)
    with pytest.raises(StorageError, match="choose another folder"):
        write_report(place / "report.pdf", content, [])
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_that_a_view_is_printed_only_when_it_is_asked_for_and_named_under_the_karyogram(
    trisomy: Drawn, tmp_path: Path
) -> None:
    view = CellView(cell=trisomy.cell.id, view=View(sharpen=0.5, gamma=1.5))
    plain, seen = trisomy.figure, figure_of(trisomy.cell, trisomy.grey, view=view)
    assert figure_of(trisomy.cell, trisomy.grey, view=CellView(cell=trisomy.cell.id)).view is None
    assert not np.array_equal(plain.karyogram.pictures[0].image, seen.karyogram.pictures[0].image)
    assert np.array_equal(plain.metaphase.pictures[0].image, seen.metaphase.pictures[0].image)
    case = Case(id=CaseId("c"), name="S-1", figures=(trisomy.cell.id,), cells=(trisomy.cell.id,))
    content = content_of(case, (trisomy.cell,), models={}, created=NOW)
    texts = []
    for figure in (plain, seen):
        with pypdfium2.PdfDocument(report_bytes(content, [figure])) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
        texts.append(" ".join(" ".join(pages).split()))
    assert "Captured pixels, only rotated." in texts[0]
    assert "Pixels looked at through a view (sharpened 50 %, gamma 1.5), only rotated." in texts[1]
