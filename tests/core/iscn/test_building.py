"""Building karyotypes: drafts by picking, shorthand by typing, changes put in and taken out."""

from __future__ import annotations

import pytest

from core.iscn.change import judge_change
from core.iscn.check import judge
from core.iscn.drafts import (
    KINDS,
    Draft,
    allowed_bands,
    may_take,
    with_band,
    with_chromosome,
    with_kind,
)
from core.iscn.edit import with_cell_numbers, with_change, with_doubt, with_origin, without_change
from core.iscn.parser import parse, parse_change
from core.iscn.rules.remark import Context
from core.iscn.shorthand import RECURRENT, completions
from core.iscn.writer import write, write_abnormality


def _picked(kind: str, *picks: str) -> Draft:
    """A draft from picks such as `9`, `22`, `9:q34`."""
    draft = Draft(kind=kind)
    for pick in picks:
        name, _, band = pick.partition(":")
        draft = with_band(draft, name, band) if band else with_chromosome(draft, name)
    return draft


@pytest.mark.parametrize(
    ("kind", "picks", "text"),
    [
        ("t", ("22", "9", "22:q11.2", "9:q34"), "t(9;22)(q34;q11.2)"),
        ("t", ("9", "22", "11", "9:q34", "22:q11.2", "11:q23"), "t(9;22;11)(q34;q11.2;q23)"),
        ("t", ("22", "9", "9:q34"), "t(9;22)(q34;…)"),
        ("t", ("9",), "t(9;…)(…;…)"),
        ("der", ("22", "9", "22:q11.2", "9:q34"), "der(22)t(9;22)(q34;q11.2)"),
        ("der", ("1", "7", "1:q10", "7:p10"), "der(1;7)(q10;p10)"),
        ("del", ("5", "5:q33", "5:q13"), "del(5)(q13q33)"),
        ("del", ("5", "5:q13"), "del(5)(q13)"),
        ("inv", ("16", "16:q22", "16:p13.1"), "inv(16)(p13.1q22)"),
        ("ins", ("5", "2", "5:p14", "2:q22", "2:q32"), "ins(5;2)(p14;q22q32)"),
        ("i", ("17", "17:q10"), "i(17)(q10)"),
        ("r", ("7", "7:q36", "7:p22"), "r(7)(p22q36)"),
        ("rob", ("21", "14"), "rob(14;21)(q10;q10)"),
        ("+", ("8",), "+8"),
        ("-", ("X",), "-X"),
    ],
)
def test_that_a_change_grows_with_each_pick(kind: str, picks: tuple[str, ...], text: str) -> None:
    draft = _picked(kind, *picks)
    assert draft.text == text
    assert draft.is_complete == ("…" not in text)
    if draft.is_complete:
        assert [one.what for one in judge_change(draft.text)[1] if one.severity == "error"] == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_that_only_what_makes_sense_can_be_picked(kind: str) -> None:
    """Whatever band is offered for the last pick, the change that it ends is right."""
    draft = Draft(kind=kind)
    for name in ("14", "21"):
        if may_take(draft, name) and len(draft.chromosomes) < KINDS[kind].chromosomes[0]:
            draft = with_chromosome(draft, name)
    for name in draft.chromosomes:
        while offered := sorted(allowed_bands(draft, name, 400)):
            for band in offered:
                ended = with_band(draft, name, band)
                if ended.is_complete:
                    remarks = judge_change(ended.text)[1]
                    assert not [one for one in remarks if one.severity == "error"], ended.text
            draft = with_band(draft, name, offered[-1])
    assert draft.is_complete


def test_that_another_kind_keeps_the_picks_that_fit() -> None:
    draft = _picked("t", "22", "9", "22:q11.2", "9:q34")
    assert with_kind(draft, "der").text == "der(22)t(9;22)(q34;q11.2)"
    assert with_kind(draft, "i").text == "i(9)(…)"
    assert with_kind(draft, "rob").text == "rob(22;…)(q10;…)"


def test_that_a_pick_is_taken_back_by_picking_again() -> None:
    draft = _picked("t", "9", "22", "9:q34", "9:q34")
    assert draft.text == "t(9;22)(…;…)"
    assert with_chromosome(draft, "22").text == "t(9;…)(…;…)"
    assert with_band(with_band(draft, "9", "q34"), "9", "q22").text == "t(9;22)(q22;…)"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("t 9 22", "t(9;22)(q34;q11.2)"),
        ("9;22", "t(9;22)(q34;q11.2)"),
        ("t 9 22 q34.1 q11.2", "t(9;22)(q34.1;q11.2)"),
        ("del5q", "del(5)(q13q33)"),
        ("del 5 q13 q31", "del(5)(q13q31)"),
        ("i17q", "i(17)(q10)"),
        ("+i12p", "+i(12)(p10)"),
        ("rob 13 14", "rob(13;14)(q10;q10)"),
        ("ins 5 2 p14 q22 q32", "ins(5;2)(p14;q22q32)"),
        ("-7", "-7"),
        ("8", "+8"),
        ("+x", "+X"),
    ],
)
def test_that_haste_is_written_out(typed: str, first: str) -> None:
    assert completions(typed)[0] == first


def test_that_what_is_offered_is_right() -> None:
    assert completions("") == ()
    assert completions("no such thing") == ()
    for text in RECURRENT:
        assert not [one for one in judge_change(text)[1] if one.severity == "error"]


@pytest.mark.parametrize(
    ("before", "change", "after", "context"),
    [
        ("46,XX", "t(9;22)(q34;q11.2)", "46,XX,t(9;22)(q34;q11.2)", None),
        ("46,XY[20]", "+8", "47,XY,+8[20]", "neoplastic"),
        ("46,XY", "-Y", "45,X,-Y", "neoplastic"),
        ("46,XX", "i(X)(q10)", "46,X,i(X)(q10)", None),
        ("46,XX", "rob(13;14)(q10;q10)", "45,XX,rob(13;14)(q10;q10)", None),
        ("47,XY,+21", "del(5)(q13q33)", "47,XY,del(5)(q13q33),+21", None),
        ("45~48,XX,+8[cp5]", "+9", "46~49,XX,+8,+9[cp5]", "neoplastic"),
        ("46,XY", "t(X;Y)(p22.3;q11.2)", "46,t(X;Y)(p22.3;q11.2)", None),
        (
            "46,XX,t(8;21)(q22;q22)[12]/47,idem,+8[8]", "+21",
            "47,XX,t(8;21)(q22;q22),+21[12]/48,idem,+8[8]", "neoplastic",
        ),
    ],
)  # fmt: skip
def test_that_order_count_and_letters_follow_a_change(
    before: str, change: str, after: str, context: Context | None
) -> None:
    tree = with_change(parse(before), 0, parse_change(change), context=context)
    assert write(tree) == after
    assert judge(after).kind != "error"
    at = [write_abnormality(one) for one in tree.lines[0].abnormalities].index(change)
    assert write(without_change(tree, 0, at)) == before


def test_that_the_letters_tell_a_gained_x_of_a_constitution() -> None:
    tree = with_change(parse("46,XY"), 0, parse_change("+X"), context="constitutional")
    assert write(tree) == "47,XXY"


def test_that_origin_doubt_and_cells_are_written() -> None:
    tree = parse("46,XX,t(2;5)(q21;q31)")
    assert write(with_origin(tree, 0, 0, "mat")) == "46,XX,t(2;5)(q21;q31)mat"
    assert write(with_doubt(tree, 0, 0, True)) == "46,XX,?t(2;5)(q21;q31)"
    lines = parse("47,XX,+8/46,XX")
    assert write(with_cell_numbers(lines, (12, 8))) == "47,XX,+8[12]/46,XX[8]"
    assert write(with_cell_numbers(parse("46,XX[20]"), (None,))) == "46,XX"
