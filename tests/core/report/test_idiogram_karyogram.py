"""The picture of a karyotype: every chromosome from its string."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pypdfium2
import pytest

from app.report.press import PDFIUM
from core.domain.bands import bands_of
from core.iscn.parser import parse
from core.iscn.pictured import Kind, PicturedChromosome, PicturedLine, pictured_lines
from core.iscn.segments import whole
from core.report.drawing_files import write_drawing
from core.report.idiogram_karyogram import colours_of, draw_karyotype, stacked
from core.report.idiogram_pieces import LaidOut, lay_out, length_of
from core.report.rendering import to_svg


def _line(text: str) -> PicturedLine:
    return pictured_lines(parse(text))[0]


def _changed(text: str) -> list[PicturedChromosome]:
    return [one for one in _line(text).chromosomes if one.kind is not Kind.NORMAL]


def _laid(text: str) -> LaidOut:
    (one,) = _changed(text)
    return lay_out(one.segments, 550, is_ring=one.kind is Kind.RING, growth=one.growth)


@pytest.mark.parametrize(
    ("text", "labels", "count"),
    [
        ("46,XX,t(9;22)(q34;q11.2)", ["der(9)", "der(22)"], 46),
        ("45,XY,der(13;14)(q10;q10)", ["der(13;14)"], 45),
        ("46,XX,inv(9)(p12q13)", ["inv(9)"], 46),
        ("46,XX,r(20)(p13q13.3)", ["r(20)"], 46),
        ("46,X,i(X)(q10)", ["i(X)"], 46),
        ("45,XX,dic(13;14)(p11.2;p11.2)", ["dic(13;14)"], 45),
        ("46,XX,ins(5;2)(p14;q32q22)", ["der(2)", "der(5)"], 46),
        ("46,XX,del(5)(q13q33)", ["del(5)"], 46),
        ("46,XX,dup(1)(q22q25)", ["dup(1)"], 46),
        ("46,XX,add(19)(p13.3)", ["add(19)"], 46),
        ("47,XX,+mar", ["mar"], 47),
        ("46,XX,hsr(1)(q23)", ["hsr(1)"], 46),
        ("46,XX,2dmin", ["dmin", "dmin"], 48),
        ("46,XX,9qh+", ["9qh+"], 46),
        ("47,XX,+der(22)t(11;22)(q23;q11.2)", ["der(22)"], 47),
    ],
)
def test_that_every_kind_of_change_is_drawn(text: str, labels: list[str], count: int) -> None:
    assert [one.short_label for one in _changed(text)] == labels
    (picture,) = draw_karyotype(parse(text))
    assert len(picture.shown) == count
    written = {words.text for words in picture.drawing.words}
    assert {label for label in labels if label not in ("mar", "dmin")} <= written


def test_that_each_cell_line_has_its_own_picture() -> None:
    pages = draw_karyotype(parse("46,XX,t(9;22)(q34;q11.2)[12]/47,idem,+8[8]"))
    assert [len(page.shown) for page in pages] == [46, 47]
    both = stacked(pages)
    assert len(both.shown) == 93
    assert both.drawing.height > sum(page.drawing.height for page in pages)


def test_that_the_pieces_of_a_derivative_stand_in_order_with_the_bands_that_broke() -> None:
    (nine, _) = _changed("46,XX,t(9;22)(q34;q11.2)")
    laid = lay_out(nine.segments, 550)
    assert laid.origins == ("9", "22")
    assert [join.text for join in laid.joins] == ["9q34::22q11.2"]
    assert laid.pieces[0].bands[0].name == "p24"
    assert laid.pieces[1].bands[-1].name == bands_of("22", 550)[-1].name


def test_that_a_normal_chromosome_keeps_its_length_and_bands_at_every_level() -> None:
    for level in (400, 550, 850):
        laid = lay_out(whole("7"), level)
        assert laid.length == pytest.approx(length_of("7"))
        assert [band.name for band in laid.pieces[0].bands] == [band.name for band in bands_of("7", level)]
        assert len(laid.waists) == 1
        assert laid.joins == ()


def test_that_an_isochromosome_has_one_centromere_and_a_dicentric_two() -> None:
    assert len(_laid("46,X,i(X)(q10)").waists) == 1
    assert len(_laid("45,XX,dic(13;14)(p11.2;p11.2)").waists) == 2
    assert len(_laid("45,XY,der(13;14)(q10;q10)").waists) == 1


def test_that_an_inverted_piece_lies_upside_down() -> None:
    laid = _laid("46,XX,inv(3)(q21q26.2)")
    assert [piece.is_reversed for piece in laid.pieces] == [False, True, False]
    names = [band.name for band in laid.pieces[1].bands]
    assert names[0] == "q26.2"
    assert names[-1].startswith("q21")
    assert laid.length == pytest.approx(length_of("3"))


def test_that_a_terminal_deletion_tells_where_it_ends() -> None:
    laid = _laid("46,XX,del(5)(q13)")
    assert [join.text for join in laid.joins] == ["q13"]
    assert laid.joins[0].at == pytest.approx(laid.length)


def test_that_material_of_unknown_origin_has_no_bands() -> None:
    laid = _laid("46,XX,add(19)(p13.3)")
    assert [piece.is_unknown for piece in laid.pieces] == [True, False]
    assert laid.pieces[0].bands == ()


def test_that_a_variant_lengthens_its_region_only() -> None:
    laid = _laid("46,XX,9qh+")
    assert laid.length > length_of("9")
    lengths = {band.name: band.end - band.start for band in laid.pieces[0].bands}
    usual = {band.name: band.end - band.start for band in lay_out(whole("9"), 550).pieces[0].bands}
    assert [name for name in usual if lengths[name] > usual[name] + 1e-9] == ["q12"]


def test_that_a_change_that_cannot_be_worked_out_leaves_the_others_drawn() -> None:
    line = _line("46,XX,der(1)(pter->q21::q31->qter),t(9;22)(q34;q11.2)")
    assert len(line.chromosomes) == 46
    assert [one.kind for one in line.chromosomes if one.carrier == "1"] == [Kind.NORMAL, Kind.UNSOLVED]
    assert [one.short_label for one in line.chromosomes if one.carrier == "9"] == ["", "der(9)"]
    assert "is not worked out" in line.notes[0]


def test_that_a_count_that_does_not_fit_is_told() -> None:
    (picture,) = draw_karyotype(parse("46,XX,+21"))
    assert picture.notes == ("the karyotype says 46 chromosomes, its changes give 47",)


def test_that_undisclosed_sex_chromosomes_are_not_drawn() -> None:
    line = _line("46,U")
    assert len(line.chromosomes) == 44
    assert "not told" in line.notes[0]


def test_that_the_colours_of_those_that_take_part_differ() -> None:
    lines = pictured_lines(parse("46,XX,t(1;2;3)(p32;q21;q27),t(9;22)(q34;q11.2),inv(16)(p13q22)"))
    colours = colours_of(lines)
    assert list(colours) == ["1", "2", "3", "9", "16", "22"]
    assert len(set(colours.values())) == 6


def test_that_narrow_pictures_show_changed_pairs_only() -> None:
    text = "47,XX,t(9;22)(q34;q11.2),+8"
    (picture,) = draw_karyotype(parse(text), width=78.0, changed_only=True)
    assert {one.chromosome.carrier for one in picture.shown} == {"8", "9", "22"}
    (normal,) = draw_karyotype(parse("46,XX"), width=78.0, changed_only=True)
    assert normal.shown == ()
    assert any(words.text == "Nothing is changed." for words in normal.drawing.words)


@pytest.mark.parametrize("width", [78.0, 180.0])
@pytest.mark.parametrize(
    "text",
    [
        "46,XX,t(9;22)(q34;q11.2)[12]/47,idem,+8[8]",
        "92,XXYY",
        "45,X,i(X)(q10),dup(1)(q22q25),del(5)(q13q33),ins(5;2)(p14;q32q22),r(20)(p13q13.3),+mar,8~50dmin",
    ],
)
def test_that_nothing_is_drawn_beyond_the_paper(text: str, width: float) -> None:
    for picture in draw_karyotype(parse(text), width=width, changed_only=width < 100):
        drawing = picture.drawing
        for contour in drawing.contours:
            assert all(0 <= x <= width and 0 <= y <= drawing.height for x, y in contour.points)
        for words in drawing.words:
            assert 0 <= words.x <= width
            assert 0 <= words.y <= drawing.height


def test_that_a_chromosome_is_found_at_its_place_with_its_bands() -> None:
    (picture,) = draw_karyotype(parse("46,XX,t(9;22)(q34;q11.2)"))
    nine = next(one for one in picture.shown if one.chromosome.short_label == "der(9)")
    found = picture.chromosome_at((nine.left + nine.right) / 2, (nine.top + nine.bottom) / 2)
    assert found is nine
    assert nine.bands[0].name == "9p24"
    assert nine.bands[-1].name.startswith("22q13")
    assert picture.chromosome_at(0.5, 0.5) is None


def test_that_it_is_written_as_svg_and_as_pdf_with_a_page_for_each_line(tmp_path: Path) -> None:
    pages = draw_karyotype(parse("45,X[3]/46,XX[17]"))
    drawings, whole_one = [page.drawing for page in pages], stacked(pages).drawing
    for name in ("a.svg", "a.pdf"):
        write_drawing(tmp_path / name, drawings, whole_one)
    ElementTree.fromstring((tmp_path / "a.svg").read_text(encoding="utf-8"))
    with PDFIUM, pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        assert len(document) == 2
        page = document[0]
        text = page.get_textpage()
        assert "45,X[3]" in text.get_text_bounded()
        text.close()
        page.close()
    assert "45,X[3]" in to_svg(whole_one)


def test_that_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    pages = draw_karyotype(parse("46,XX"))
    with pytest.raises(ValueError, match="expected a file name"):
        write_drawing(tmp_path / "a.gif", [pages[0].drawing], pages[0].drawing)
    assert list(tmp_path.iterdir()) == []
