"""The numerical karyotype of counted cells and cases."""

from __future__ import annotations

import pytest

from core.domain.bands import AUTOSOMES
from core.iscn.check import judge
from core.iscn.rules import Setting
from core.iscn.rules.remark import Context
from core.iscn.writer import case_of, cell_line_of, write, write_case, write_cell

PAIRS = dict.fromkeys(AUTOSOMES, 2)


def _cell(**differences: int) -> dict[str, int]:
    """Counts of a cell with two of each autosome; `c21=3` names autosomes, X and Y as they are."""
    return PAIRS | {name.removeprefix("c"): number for name, number in differences.items()}


@pytest.mark.parametrize(
    ("counts", "karyotype"),
    [
        (_cell(X=2), "46,XX"),
        (_cell(X=1, Y=1), "46,XY"),
        (_cell(X=1), "45,X"),
        (_cell(X=2, Y=1), "47,XXY"),
        (_cell(X=1, Y=2), "47,XYY"),
        (_cell(X=3), "47,XXX"),
        (_cell(X=4, Y=1), "49,XXXXY"),
        (_cell(X=1, Y=1, c21=3), "47,XY,+21"),
        (_cell(X=2, c18=3), "47,XX,+18"),
        (_cell(X=1, Y=1, c7=1), "45,XY,-7"),
        (_cell(X=1, c21=3), "46,X,+21"),
        (_cell(X=2, c8=3, unknown=1), "48,XX,+8,+mar"),
        (_cell(X=2, unknown=1), "47,XX,+mar"),
        (_cell(X=2, unknown=3), "49,XX,+3mar"),
        (_cell(X=2, c5=1, c7=1, c8=3, c21=4), "47,XX,-5,-7,+8,+21,+21"),
        (_cell(X=2, c10=3, c9=1), "46,XX,-9,+10"),
        (_cell(X=2, c7=0), "44,XX,-7,-7"),
        (dict.fromkeys(AUTOSOMES, 3) | {"X": 3}, "69,XXX"),
        (dict.fromkeys(AUTOSOMES, 3) | {"X": 2, "Y": 1}, "69,XXY"),
        (dict.fromkeys(AUTOSOMES, 3) | {"X": 2, "Y": 1, "8": 4}, "70,XXY,+8"),
        (dict.fromkeys(AUTOSOMES, 4) | {"X": 2, "Y": 2}, "92,XXYY"),
        (dict.fromkeys(AUTOSOMES, 4) | {"X": 4, "7": 3}, "91,XXXX,-7"),
        (dict.fromkeys(AUTOSOMES, 1) | {"X": 1}, "23,X"),
    ],
)
def test_that_counts_give_their_karyotype(counts: dict[str, int], karyotype: str) -> None:
    assert write_cell(counts) == karyotype
    assert judge(karyotype).kind in ("ok", "note")


@pytest.mark.parametrize(
    ("counts", "sex", "karyotype"),
    [
        (_cell(X=1), "XY", "45,X,-Y"),
        (_cell(X=1), "XX", "45,X,-X"),
        (_cell(X=1), None, "45,X,-X"),
        (_cell(X=1, Y=1), "XY", "46,XY"),
        (_cell(X=2, Y=1), "XY", "47,XY,+X"),
        (_cell(X=1, Y=2), "XY", "47,XY,+Y"),
        (_cell(X=3), "XX", "47,XX,+X"),
        (_cell(X=1, c7=1), "XX", "44,X,-X,-7"),
    ],
)
def test_that_a_tumour_gains_and_loses_sex_chromosomes(
    counts: dict[str, int], sex: str | None, karyotype: str
) -> None:
    assert write_cell(counts, context="neoplastic", expected_sex=sex) == karyotype
    assert judge(f"{karyotype}[5]", Setting(context="neoplastic")).kind == "ok"


@pytest.mark.parametrize(
    ("lines", "context", "karyotype"),
    [
        ([(_cell(X=2), 20)], "constitutional", "46,XX"),
        ([(_cell(X=2, c21=3), 20)], "constitutional", "47,XX,+21"),
        ([(_cell(X=2), 3), (_cell(X=1), 17)], "constitutional", "mos 45,X[17]/46,XX[3]"),
        ([(_cell(X=3), 3), (_cell(X=1), 17)], "constitutional", "mos 45,X[17]/47,XXX[3]"),
        (
            [(_cell(X=1, Y=1), 10), (_cell(X=1), 5), (_cell(X=1, Y=2), 7)],
            "constitutional",
            "mos 47,XYY[7]/45,X[5]/46,XY[10]",
        ),
        ([(_cell(X=2), 20)], "neoplastic", "46,XX[20]"),
        ([(_cell(X=2), 15), (_cell(X=2, c8=3), 5)], "neoplastic", "47,XX,+8[5]/46,XX[15]"),
        ([(_cell(X=1, Y=1, c7=1), 18), (_cell(X=1, Y=1), 2)], "neoplastic", "45,XY,-7[18]/46,XY[2]"),
    ],
)
def test_that_a_case_is_written_from_its_lines(
    lines: list[tuple[dict[str, int], int]], context: Context, karyotype: str
) -> None:
    written = write_case(lines, context=context)
    assert written == karyotype
    assert judge(written, Setting(context=context)).kind == "ok"


def test_that_a_line_without_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one cell"):
        write_case([(_cell(X=2), 0)])
    with pytest.raises(ValueError, match="at least one cell"):
        write_case([])


def test_that_minus_and_times_can_be_typographic() -> None:
    karyotype = case_of([(cell_line_of(_cell(X=1, Y=1, c7=1)), 3)], context="neoplastic")
    assert write(karyotype) == "45,XY,-7[3]"
    assert write(karyotype, typographic=True) == "45,XY,−7[3]"
