"""The clone rule, and the karyotype of a case."""

from core.analysis.clones import karyotype_of_case
from core.analysis.mosaicism import cells_needed, excluded_above
from core.domain.case import Context
from core.domain.metaphase import Metaphase
from tests.core.analysis.cells import cell_of


def _normal(number: int, sexes: str = "XX") -> list[Metaphase]:
    return [cell_of(f"n{i}", sexes=sexes) for i in range(number)]


def test_that_twenty_normal_cells_make_a_normal_karyotype_and_exclude_mosaicism() -> None:
    result = karyotype_of_case(_normal(20))
    assert result.iscn == "46,XX"
    assert result.mosaicism_excluded_above is not None
    assert round(result.mosaicism_excluded_above, 3) == 0.139


def test_that_a_gain_in_two_cells_is_a_clone() -> None:
    result = karyotype_of_case([*_normal(8), *(cell_of(f"t{i}", extra=("8",)) for i in range(2))])
    assert result.iscn == "mos 47,XX,+8[2]/46,XX[8]"
    assert result.mosaicism_excluded_above is None


def test_that_a_gain_in_one_cell_is_listed_and_not_written() -> None:
    result = karyotype_of_case([*_normal(9), cell_of("t", extra=("8",))])
    assert result.iscn == "46,XX"
    assert result.non_clonal == ("+8 in 1 cell",)


def test_that_a_loss_needs_three_cells() -> None:
    two = karyotype_of_case([*_normal(8), *(cell_of(f"l{i}", missing=("7",)) for i in range(2))])
    three = karyotype_of_case([*_normal(8), *(cell_of(f"l{i}", missing=("7",)) for i in range(3))])
    assert two.iscn == "46,XX"
    assert three.iscn == "mos 45,XX,-7[3]/46,XX[8]"


def test_that_random_loss_of_different_chromosomes_does_not_enter() -> None:
    cells = [*_normal(7), *(cell_of(f"l{c}", missing=(c,)) for c in ("3", "9", "17"))]
    assert karyotype_of_case(cells).iscn == "46,XX"


def test_that_a_turner_mosaic_with_a_male_line_is_written_with_both_lines() -> None:
    cells = [*_normal(5, "XY"), *(cell_of(f"x{i}", sexes="X") for i in range(4))]
    assert karyotype_of_case(cells).iscn == "mos 45,X[4]/46,XY[5]"


def test_that_a_constitutional_trisomy_in_all_cells_carries_no_numbers() -> None:
    cells = [cell_of(f"t{i}", sexes="XY", extra=("21",)) for i in range(6)]
    assert karyotype_of_case(cells, context=Context.CONSTITUTIONAL).iscn == "47,XY,+21"


def test_that_a_neoplastic_case_always_carries_numbers_and_loses_its_y_by_name() -> None:
    cells = [*_normal(10, "XY"), *(cell_of(f"y{i}", sexes="X") for i in range(5))]
    result = karyotype_of_case(cells, context=Context.NEOPLASTIC)
    assert result.iscn == "45,X,-Y[5]/46,XY[10]"


def test_that_one_abnormal_cell_alone_makes_no_karyotype_but_a_reason() -> None:
    result = karyotype_of_case([cell_of("t", sexes="XY", extra=("21",))])
    assert result.iscn is None
    assert "47,XY,+21" in result.limits[0]


def test_that_a_case_without_usable_cells_says_so() -> None:
    result = karyotype_of_case([cell_of("c", extra=("unknown",))])
    assert result.iscn is None
    assert result.unused[0][1].endswith("without a name")


def test_that_the_power_of_counting_is_exact() -> None:
    assert [cells_needed(p) for p in (0.2, 0.1, 0.05, 0.01)] == [14, 29, 59, 299]
    assert round(excluded_above(30) or 0, 3) == 0.095
    assert excluded_above(0) is None


def test_that_one_cell_with_two_clonal_changes_joins_the_line_it_descends_from() -> None:
    cells = [
        *_normal(5),
        *(cell_of(f"a{i}", extra=("8",)) for i in range(4)),
        *(cell_of(f"b{i}", extra=("21",)) for i in range(3)),
        cell_of("both", extra=("8", "21")),
    ]
    result = karyotype_of_case(cells, context=Context.NEOPLASTIC)
    assert result.iscn == "47,XX,+8[5]/47,XX,+21[3]/46,XX[5]"


def test_that_a_broken_cell_of_a_trisomy_is_no_normal_line() -> None:
    cells = [*(cell_of(f"t{i}", extra=("21",)) for i in range(4)), cell_of("broken", missing=("3", "X"))]
    result = karyotype_of_case(cells)
    assert result.iscn == "47,XX,+21"
    assert [cell for cell, _ in result.unused] == ["broken"]


def test_that_a_whole_normal_cell_beside_a_trisomy_is_a_line() -> None:
    cells = [*(cell_of(f"t{i}", extra=("21",)) for i in range(4)), cell_of("normal")]
    assert karyotype_of_case(cells).iscn == "mos 47,XX,+21[4]/46,XX[1]"
