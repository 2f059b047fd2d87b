"""The string against stated changes and the words of the case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.analysis.contradictions import cells_of_lines
from core.analysis.contradictions_of_report import contradictions_of_report
from core.domain.case import Case, Edition
from core.domain.ids import CaseId, PersonName
from core.domain.metaphase import Metaphase, StatedChange
from core.iscn.parser import parse
from tests.core.analysis.cells import cell_of

_CASE = Case(id=CaseId("case"), name="A")


def _stating(cell: Metaphase, *texts: str) -> Metaphase:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    changes = tuple(StatedChange(text=text, person=PersonName("Ada"), time=noon) for text in texts)
    return replace(cell, changes=changes)


def _said(text: str, *, comment: str = "", cells: tuple[Metaphase, ...] = ()) -> str:
    found = contradictions_of_report(parse(text), replace(_CASE, comment=comment), cells)
    return " | ".join(one.text for one in found)


@pytest.mark.parametrize(
    ("comment", "string", "said"),
    [
        ("Trisomy 18 was found.", "47,XX,+21", "the text says Trisomy 18, the string says +21"),
        ("Trisomy 21 was found.", "47,XX,+21", ""),
        ("Trisomy 21 was found.", "46,XX,rob(14;21)(q10;q10),+21", ""),
        ("No trisomy 18.", "47,XX,+21", ""),
        ("Monosomy X in all cells.", "45,X", ""),
        ("Down syndrome", "46,XX", "the text says Down syndrome, the string does not"),
        ("A male karyotype.", "46,XX", "the text says male, the string has no Y"),
        ("Female karyotype.", "46,XY", "the text says Female, the string has a Y"),
        ("Normal female karyotype.", "47,XX,+8", "the text says Normal female karyotype"),
        ("Normal female karyotype.", "46,XX", ""),
        ("t(9;22)(q34;q11.2) in all cells", "46,XX,t(8;21)(q22;q22)", "the text says t(9;22)(q34;q11.2)"),
        ("t(9;22) in all cells", "46,XX,t(9;22)(q34.1;q11.2)", ""),
        ("20 cells analysed.", "46,XX,t(9;22)(q34;q11.2)[18]/46,XX[2]", ""),
        ("30 cells analysed.", "46,XX[20]", "the text says 30 cells analysed, the string 20 in all"),
        ("Written by ISCN 2020.", "46,XX", "the case is written by ISCN 2024"),
    ],
)
def test_that_the_words_are_held_against_the_string(comment: str, string: str, said: str) -> None:
    found = _said(string, comment=comment)
    assert (said in found) if said else found == ""


def test_that_what_the_edition_does_not_know_is_said() -> None:
    case = replace(_CASE, edition=Edition.OF_2020)
    found = contradictions_of_report(parse("46,XX.ogm[GRCh38] (1-22,X)x2"), case, ())
    assert any("came with ISCN 2024" in one.text for one in found)


def test_that_stated_changes_are_held_against_the_string() -> None:
    cells = tuple(_stating(cell_of(f"c{n}"), "t(9;22)(q34;q11.2)") for n in range(3))
    assert "3 cells are stated to show t(9;22)(q34;q11.2)" in _said("46,XX", cells=cells)
    assert _said("46,XX,t(9;22)(q34.1;q11.2)", cells=cells) == ""
    found = contradictions_of_report(parse("46,XX,t(9;22)(q34;q11.2),inv(16)(p13.1q22)"), _CASE, cells)
    assert [one.classes for one in found] == [("16",)]
    assert "no cell is stated to show it" in found[0].text


def test_that_a_y_in_string_or_pictures_alone_asks_for_the_patient() -> None:
    women = tuple(cell_of(f"c{n}") for n in range(3))
    found = contradictions_of_report(parse("46,XY"), _CASE, women)
    assert "is it this patient?" in found[0].text
    assert len(found[0].cells) == 3


def test_that_the_cells_of_each_line_are_counted_by_numbers_and_stated_changes() -> None:
    normal = tuple(cell_of(f"n{n}") for n in range(2))
    changed = tuple(_stating(cell_of(f"c{n}"), "t(9;22)(q34;q11.2)") for n in range(3))
    text = parse("46,XX,t(9;22)(q34;q11.2)/46,XX")
    assert cells_of_lines(text, normal + changed) == (3, 2)
    other = (_stating(cell_of("o"), "del(5)(q13q33)"),)
    assert cells_of_lines(text, normal + changed + other) == (None, None)
