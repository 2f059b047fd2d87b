from __future__ import annotations

from functools import lru_cache

import numpy as np
import pypdfium2

from core.analysis.consensus import study_class
from core.analysis.strands import CellStrands, lay_cell_straight
from core.imaging.intensity import dark_on_light_of
from core.report.chromosome_picture import upright_chromosome
from core.report.comparison_figure import (
    CompositeMember,
    CompositeRow,
    draw_composite,
    draw_evidence,
    pages_of,
)
from core.report.rendering import to_pixels, to_svg
from core.version import RESEARCH_USE
from tests.synthetic import simulated_cell


@lru_cache(maxsize=4)
def cell(seed: int):
    return simulated_cell("46,XX,t(9;22)(q34;q11.2)", seed=seed, label=f"{seed:03d}")


@lru_cache(maxsize=4)
def strands(seed: int) -> CellStrands:
    return lay_cell_straight(*cell(seed))


def evidence():
    study = study_class([one for seed in (300, 301) for one in strands(seed).of_class("22")])
    return study, draw_evidence(study, title="A-1, chromosome 22")


def test_that_the_evidence_strip_shows_every_chromosome_and_the_means():
    study, drawing = evidence()
    assert len(drawing.pictures) == len(study.deviations) + 2
    said = [words.text for words in drawing.words]
    assert "300 ▲" in said
    assert "301" in said
    assert any("q arm −" in text for text in said)
    assert any(RESEARCH_USE in text for text in said)
    assert all(picture.x >= 0 and picture.x + picture.width <= drawing.width for picture in drawing.pictures)


def test_that_centromeres_of_a_column_lie_on_one_line():
    study, drawing = evidence()
    places = {round(one.x + one.width, 1) for one in drawing.pictures}
    assert len(places) > 1
    scale = drawing.pictures[0].width / study.consensus.rows
    for one in study.group(0):
        picture = next(
            p for p in drawing.pictures if p.image.shape == np.rot90(one.strand.straight.image).shape
        )
        assert picture.width > 5 * scale


def test_that_the_strip_is_a_picture_and_a_page():
    _, drawing = evidence()
    pixels = to_pixels(drawing, dpi=60)
    assert pixels.min() < 80
    assert "<svg" in to_svg(drawing)
    document = pypdfium2.PdfDocument(pages_of([drawing, drawing], title="Evidence"))
    assert len(document) == 2
    text = document[0].get_textpage().get_text_range()
    assert "chromosome 22" in text
    assert RESEARCH_USE in text
    document.close()


def test_that_the_composite_marks_numbers_and_outliers_and_fits_the_page():
    state, picture = cell(300)
    printed = dark_on_light_of(picture, dark_on_light=True)
    rows = []
    for name in ("9", "22"):
        own = strands(300).of_class(name)
        members = tuple(
            CompositeMember(
                upright=upright_chromosome(printed, one.chromosome),
                pixels=one.pixels,
                outlying=at == 1,
            )
            for at, one in enumerate(own)
        )
        rows.append(CompositeRow(name=name, members=(members, members[:1])))
    drawing = draw_composite(rows, ["001", "002"], title="A-1, composite")
    assert len(drawing.pictures) == 6
    assert len(drawing.contours) == 2
    assert [words.text for words in drawing.words].count("×1") == 2
    assert all(picture.x + picture.width <= drawing.width for picture in drawing.pictures)
    assert drawing.height < 260
    assert state.count == 46
