"""Cells with structural changes that a person stated, and lines written by what they have more."""

from __future__ import annotations

import pytest

from core.domain.bands import AUTOSOMES
from core.iscn.cell_writer import line_of_cell
from core.iscn.check import judge
from core.iscn.parser import parse, parse_change
from core.iscn.related import Word, with_stemlines
from core.iscn.writer import write, write_line


def _cell(sex: str, **numbers: int) -> dict[str, int]:
    counts = dict.fromkeys(AUTOSOMES, 2) | {"X": sex.count("X"), "Y": sex.count("Y")}
    return counts | {name.removeprefix("c"): number for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("counts", "changes", "markers", "born", "written"),
    [
        (_cell("XY"), ["t(9;22)(q34;q11.2)"], 0, None, "46,XY,t(9;22)(q34;q11.2)"),
        (_cell("XX", c14=1), ["rob(13;14)(q10;q10)"], 0, None, "45,XX,rob(13;14)(q10;q10)"),
        (_cell("XX", c13=1), ["der(13;14)(q10;q10)"], 0, None, "45,XX,der(13;14)(q10;q10)"),
        (_cell("XX"), ["rob(14;21)(q10;q10)"], 0, None, "46,XX,rob(14;21)(q10;q10),+21"),
        (_cell("XX"), ["i(X)(q10)"], 0, None, "46,X,i(X)(q10)"),
        (_cell("XX"), ["t(X;18)(p11.2;q11.2)"], 0, None, "46,X,t(X;18)(p11.2;q11.2)"),
        (_cell("X"), [], 1, "XX", "46,X,-X,+mar"),
        (_cell("XX"), ["i(X)(q10)"], 0, "XX", "46,X,i(X)(q10)"),
        (
            _cell("XY", c8=3, c22=3), ["t(9;22)(q34;q11.2)", "+der(22)t(9;22)(q34;q11.2)"], 0, "XY",
            "48,XY,+8,t(9;22)(q34;q11.2),+der(22)t(9;22)(q34;q11.2)",
        ),
        (_cell("X", c8=3), ["t(8;21)(q22;q22)"], 0, "XY", "46,X,-Y,+8,t(8;21)(q22;q22)"),
        (_cell("XX"), ["+r"], 1, None, "47,XX,+r"),
        (_cell("XX"), ["dmin"], 0, None, "46,XX,dmin"),
    ],
)  # fmt: skip
def test_that_stated_changes_explain_what_the_counts_show(
    counts: dict[str, int], changes: list[str], markers: int, born: str | None, written: str
) -> None:
    line = line_of_cell(
        counts,
        [parse_change(change) for change in changes],
        markers=markers,
        context="neoplastic" if born else "constitutional",
        expected_sex=born,
    )
    assert write_line(line) == written
    assert judge(written).kind != "error"


def test_that_a_gain_is_not_stated_but_counted() -> None:
    with pytest.raises(ValueError, match="follow from the counted chromosomes"):
        line_of_cell(_cell("XX"), [parse_change("+8")])


@pytest.mark.parametrize(
    ("word", "full", "short"),
    [
        (
            "idem",
            "46,XX,t(8;21)(q22;q22)[12]/47,XX,+8,t(8;21)(q22;q22)[8]/46,XX[3]",
            "46,XX,t(8;21)(q22;q22)[12]/47,idem,+8[8]/46,XX[3]",
        ),
        (
            "sl",
            "46,XX,t(8;21)(q22;q22)[9]/47,XX,+8,t(8;21)(q22;q22)[8]/48,XX,+8,+9,t(8;21)(q22;q22)[4]",
            "46,XX,t(8;21)(q22;q22)[9]/47,sl,+8[8]/48,sdl1,+9[4]",
        ),
        (
            "idem",
            "46,XY,t(8;21)(q22;q22)[12]/45,X,-Y,t(8;21)(q22;q22)[4]",
            "46,XY,t(8;21)(q22;q22)[12]/45,idem,-Y[4]",
        ),
        ("idem", "46,XX,del(5)(q13q33)[9]/47,XX,+8[8]", "46,XX,del(5)(q13q33)[9]/47,XX,+8[8]"),
        ("idem", "46,XX[9]/47,XX,+8[8]", "46,XX[9]/47,XX,+8[8]"),
    ],
)
def test_that_a_line_is_written_by_what_it_has_more_than_an_earlier_one(
    word: Word, full: str, short: str
) -> None:
    assert write(with_stemlines(parse(full), word=word)) == short
