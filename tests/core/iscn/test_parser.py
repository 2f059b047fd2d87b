"""Reading strings: trees, and the place where a string stops making sense."""

from __future__ import annotations

import pytest

from core.iscn.parser import IscnSyntaxError, parse
from core.iscn.tree import NUMERICAL, Abnormality


def _only(text: str) -> Abnormality:
    (line,) = parse(text).lines
    (change,) = line.abnormalities
    return change


def test_that_a_translocation_has_chromosomes_and_breakpoints() -> None:
    change = _only("46,XX,t(9;22)(q34;q11.2)")
    assert change.kind == "t"
    assert change.names == ("9", "22")
    assert [[point.text for point in group] for group in change.breakpoints] == [["q34"], ["q11.2"]]


def test_that_a_trisomy_is_a_gain_of_a_chromosome() -> None:
    change = _only("47,XY,+21")
    assert (change.kind, change.sign, change.names) == (NUMERICAL, "+", ("21",))


def test_that_a_number_of_cells_belongs_to_the_line_and_before_it_to_the_change() -> None:
    (line,) = parse("45~48,XX,-7[4],+8[3][cp10]").lines
    assert line.cells is not None
    assert (line.cells.high, line.cells.composite) == (10, True)
    assert [change.cells.high for change in line.abnormalities if change.cells] == [4, 3]
    (line,) = parse("47,XX,+8[12]").lines
    assert line.cells is not None
    assert line.cells.high == 12
    assert line.abnormalities[0].cells is None


def test_that_a_derivative_holds_its_changes_in_order() -> None:
    change = _only("46,XX,der(1)t(1;3)(p32;q21)dup(1)(q25q42)dn")
    assert [part.kind for part in change.parts] == ["t", "dup"]
    assert change.origin == "dn"


@pytest.mark.parametrize(
    ("text", "band", "uncertain"),
    [("q34", "q34", False), ("q?34", "q34", True), ("?q34", "q34", True), ("q2?", "q2", True),
     ("?", None, True), ("q21~24", "q21", True), ("q21~q24", "q21", True)],
)  # fmt: skip
def test_that_doubt_about_a_band_is_kept(text: str, band: str | None, uncertain: bool) -> None:
    point = _only(f"46,XX,del(1)({text})").breakpoints[0][0]
    assert point.band == band
    assert point.uncertain == uncertain


def test_that_both_ends_of_a_range_of_bands_are_known() -> None:
    assert _only("46,XX,del(1)(q21~24)").breakpoints[0][0].bands == ("q21", "q24")
    assert _only("46,XX,add(1)(q21 or q24)").breakpoints[0][0].bands == ("q21", "q24")


def test_that_ascii_and_typographic_signs_give_the_same_tree() -> None:
    assert parse("45,X,−Y[20]") == parse("45,X,-Y[20]")
    assert parse("48,XX,+mar1×2[10]") == parse("48,XX,+mar1x2[10]")
    assert parse("46,XX,del(5)(pter→q13:)") == parse("46,XX,del(5)(pter->q13:)")


def test_that_donor_lines_stand_behind_two_slashes() -> None:
    assert [line.donor for line in parse("46,XX[3]//46,XY[17]").lines] == [False, True]
    assert [line.donor for line in parse("//46,XY[20]").lines] == [True]


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("hello", 0),
        ("46,xx", 3),
        ("46, XX", 3),
        ("46,XX t(9;22)(q34;q11.2)", 5),
        ("46,XX,t(9,22)(q34;q11.2)", 9),
        ("46,XX,tr(9;22)(q34;q11.2)", 6),
        ("46,XX,t(9;22)(q34;q11.2", 23),
        ("47,XX,+", 7),
        ("46,XX\n", 5),
        ("46,XX,t(9;22)(q34;q11.2),XY", 25),
        ("46,XX,+8,idem", 9),
    ],
)
def test_that_an_error_names_the_first_character_that_does_not_fit(text: str, position: int) -> None:
    with pytest.raises(IscnSyntaxError) as caught:
        parse(text)
    assert caught.value.position == position
    assert caught.value.what


def test_that_a_very_long_string_is_read_in_reasonable_time() -> None:
    text = "46,XX" + ",del(5)(q13q33)" * 3000
    assert len(parse(text).lines[0].abnormalities) == 3000
