from __future__ import annotations

from dataclasses import replace

from core.analysis.contradictions import contradictions_of_case, contradictions_of_cell, line_of_cell
from core.domain.metaphase import Metaphase, Verdict
from core.iscn.parser import parse
from tests.core.analysis.cells import cell_of


def cells_of(number: int, *, extra: tuple[str, ...] = (), missing: tuple[str, ...] = ()) -> list[Metaphase]:
    return [cell_of(f"{extra}{missing}{place}", extra=extra, missing=missing) for place in range(number)]


def test_that_a_cell_that_fits_the_string_is_no_contradiction():
    (cell,) = cells_of(1, extra=("21",))
    assert contradictions_of_cell(parse("47,XX,+21"), cell) == ()


def test_that_a_string_with_a_trisomy_contradicts_a_normal_cell_in_words():
    (cell,) = cells_of(1)
    (found,) = contradictions_of_cell(parse("47,XX,+21"), cell)
    assert found.classes == ("21",)
    assert "47 chromosomes, this cell has 46" in found.text
    assert "chromosome 21: three in the string, two in this cell" in found.text


def test_that_derivatives_count_where_their_centromere_is():
    (cell,) = cells_of(1)
    assert contradictions_of_cell(parse("46,XX,t(9;22)(q34;q11.2)"), cell) == ()


def test_that_the_nearest_line_of_a_mosaic_is_compared():
    (cell,) = cells_of(1, extra=("8",))
    (found,) = contradictions_of_cell(parse("mos 47,XX,+21[10]/46,XX[10]"), cell)
    assert "46,XX" in found.text
    assert found.classes == ("8",)


def test_that_a_line_no_cell_shows_is_told():
    (found,) = contradictions_of_case(parse("47,XX,+21"), cells_of(1))
    assert found.text == "no cell shows 47,XX,+21"


def test_that_more_cells_in_the_string_than_in_the_pictures_are_told():
    found = contradictions_of_case(parse("46,XX[20]"), cells_of(3))
    assert [one.text for one in found] == ["46,XX: 20 cells in the string, 3 in the pictures"]


def test_that_a_line_of_two_cells_missing_in_the_string_is_told_and_a_single_cell_is_not():
    cells = [*cells_of(3), *cells_of(2, extra=("8",)), *cells_of(1, missing=("5",))]
    found = contradictions_of_case(parse("46,XX"), cells)
    assert [one.text for one in found] == ["2 cells show 47,XX,+8, which the string does not say"]
    assert len(found[0].cells) == 2


def test_that_rejected_cells_contradict_nothing():
    (cell,) = cells_of(1)
    rejected = replace(cell, verdict=Verdict.REJECTED, verdict_reason="broken cell")
    assert contradictions_of_cell(parse("47,XX,+21"), rejected) == ()
    assert contradictions_of_case(parse("47,XX,+21"), [rejected]) == ()


def test_that_a_range_fits_every_count_inside_it():
    (cell,) = cells_of(1)
    assert contradictions_of_cell(parse("46~48,XX,+8"), cell) == ()
    (found,) = contradictions_of_cell(parse("47~48,XX,+8[cp5]"), cell)
    assert "this cell has 46" in found.text


def test_that_a_marker_in_the_string_asks_for_a_marker_in_the_picture():
    (cell,) = cells_of(1)
    (found,) = contradictions_of_cell(parse("47,XX,+mar"), cell)
    assert "markers: one in the string, none in this cell" in found.text


def test_that_a_line_that_no_cell_shows_names_what_the_nearest_cells_lack():
    (found,) = contradictions_of_case(parse("46,XX/47,XX,+8"), cells_of(1))
    assert (found.text, found.classes) == ("no cell shows 47,XX,+8", ("8",))


def test_that_a_cell_belongs_to_the_line_with_its_numbers_or_the_nearest_one():
    string = parse("46,XX/47,XX,+21/48,XX,+8,+21")
    places = [line_of_cell(string, *cells_of(1, extra=extra)) for extra in ((), ("21",), ("8",), ("8", "21"))]
    assert places == [0, 1, 0, 2]
