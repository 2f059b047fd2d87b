"""The switches of the clone rule, structural changes, and how lines are written."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.analysis.clones import karyotype_of_case
from core.analysis.numerical import cell_karyotype
from core.domain.case import Case, Context
from core.domain.clone_rules import CloneRules
from core.domain.ids import CaseId, PersonName
from core.domain.metaphase import Metaphase, Origin, StatedChange
from core.editing.case_operations import SetCloneRules
from core.editing.operations import Refused
from core.iscn.check import judge
from tests.core.analysis.cells import cell_of

_T = "t(8;21)(q22;q22)"


def _stating(cell: Metaphase, *texts: str) -> Metaphase:
    when = datetime(2026, 1, 5, tzinfo=UTC)
    return replace(
        cell,
        changes=tuple(StatedChange(text=text, person=PersonName("MK"), time=when) for text in texts),
    )


def _cells(number: int, name: str, *texts: str, **changes: object) -> list[Metaphase]:
    return [_stating(cell_of(f"{name}{i}", **changes), *texts) for i in range(number)]  # type: ignore[arg-type]


def _tumour(cells: list[Metaphase], **rules: object) -> str:
    found = karyotype_of_case(cells, context=Context.NEOPLASTIC, rules=CloneRules(**rules))  # type: ignore[arg-type]
    text = found.iscn or ""
    assert judge(text).kind != "error", (text, judge(text).remarks)
    return text


def test_that_a_stated_translocation_in_two_cells_is_a_clone() -> None:
    cells = [*_cells(2, "t", _T, sexes="XY"), *_cells(3, "n", sexes="XY")]
    assert _tumour(cells) == f"46,XY,{_T}[2]/46,XY[3]"


def test_that_a_stated_translocation_in_one_cell_is_listed_only() -> None:
    result = karyotype_of_case([*_cells(1, "t", _T), *_cells(5, "n")], context=Context.NEOPLASTIC)
    assert result.iscn == "46,XX[6]"
    assert result.non_clonal == (f"{_T} in 1 cell",)


def test_that_the_karyotype_of_a_cell_has_what_people_stated_of_its_structure() -> None:
    assert cell_karyotype(_cells(1, "t", _T, extra=("8",))[0]) == f"47,XX,+8,{_T}"
    assert cell_karyotype(_cells(1, "r", "rob(13;14)(q10;q10)", missing=("14",))[0]) == (
        "45,XX,rob(13;14)(q10;q10)"
    )
    assert cell_karyotype(_cells(1, "n")[0]) == "46,XX"


def test_that_a_robertsonian_translocation_explains_the_missing_chromosome() -> None:
    cells = _cells(5, "r", "rob(13;14)(q10;q10)", missing=("14",))
    assert karyotype_of_case(cells, context=Context.CONSTITUTIONAL).iscn == "45,XX,rob(13;14)(q10;q10)"


def test_that_a_sideline_is_written_by_what_it_has_more() -> None:
    cells = [*_cells(6, "a", _T), *_cells(4, "b", _T, extra=("8",)), *_cells(3, "n")]
    assert _tumour(cells) == f"46,XX,{_T}[6]/47,idem,+8[4]/46,XX[3]"
    assert _tumour(cells, stemlines="sl") == f"46,XX,{_T}[6]/47,sl,+8[4]/46,XX[3]"
    assert _tumour(cells, stemlines="") == f"46,XX,{_T}[6]/47,XX,+8,{_T}[4]/46,XX[3]"


def test_that_related_clones_stand_by_complexity_and_unrelated_ones_by_size() -> None:
    cells = [*_cells(3, "a", _T), *_cells(5, "b", _T, extra=("8",)), *_cells(4, "c", "del(20)(q11.2q13.3)")]
    assert _tumour(cells) == f"46,XX,{_T}[3]/47,idem,+8[5]/46,XX,del(20)(q11.2q13.3)[4]"


def test_that_a_known_clone_is_reported_from_one_cell_at_follow_up() -> None:
    cells = [*_cells(1, "t", _T), *_cells(19, "n")]
    assert _tumour(cells) == "46,XX[20]"
    assert _tumour(cells, known=(_T,)) == f"46,XX,{_T}[1]/46,XX[19]"


def test_that_a_single_cell_confirmed_by_another_method_is_reported() -> None:
    cells = [*_cells(1, "t", missing=("7",)), *_cells(9, "n")]
    assert _tumour(cells) == "46,XX[10]"
    assert _tumour(cells, confirmed=("-7",)) == "45,XX,-7[1]/46,XX[9]"


def test_that_a_loss_in_two_cells_counts_only_beside_a_shared_change_and_where_the_laboratory_says_so() -> (
    None
):
    cells = [*_cells(3, "a", _T), *_cells(2, "b", _T, missing=("7",))]
    assert _tumour(cells) == f"46,XX,{_T}[5]"
    assert _tumour(cells, shared_losses=True) == f"46,XX,{_T}[3]/45,idem,-7[2]"
    alone = [*_cells(2, "c", missing=("7",)), *_cells(5, "n")]
    assert _tumour(alone, shared_losses=True) == "46,XX[7]"


def test_that_a_change_from_birth_carries_a_c_in_every_line_and_makes_no_clone() -> None:
    cells = [*_cells(4, "a", _T, extra=("21",)), *_cells(3, "n", extra=("21",))]
    assert _tumour(cells, constitutional=("+21",)) == f"47,XX,{_T},+21c[4]/47,XX,+21c[3]"


def test_that_a_composite_karyotype_gives_the_cells_of_each_change() -> None:
    cells = [
        *_cells(2, "a", "del(5)(q13q33)"),
        *_cells(2, "b", "del(5)(q13q33)", extra=("8",)),
        *_cells(3, "c", "del(5)(q13q33)", missing=("7",)),
        *_cells(2, "n"),
    ]
    text = _tumour(cells, composite=True)
    assert text == "45~47,XX,del(5)(q13q33)[7],-7[3],+8[2][cp7]/46,XX[2]"


def test_that_cells_of_one_colony_count_once_in_situ() -> None:
    def grown(cell: Metaphase, colony: str) -> Metaphase:
        return replace(cell, origin=Origin(culture="A", colony=colony))

    one = [grown(cell, "3") for cell in _cells(3, "t", extra=("8",))]
    two = [*one[:2], grown(one[2], "7")]
    normal = [grown(cell, str(20 + at)) for at, cell in enumerate(_cells(8, "n"))]
    rules = CloneRules(in_situ=True)
    assert karyotype_of_case([*one, *normal], rules=rules).iscn == "46,XX"
    assert karyotype_of_case([*two, *normal], rules=rules).iscn == "mos 47,XX,+8[3]/46,XX[8]"


def test_that_the_rules_of_a_case_are_set_by_an_operation_that_refuses_nonsense() -> None:
    case = Case(id=CaseId("c"), name="K")
    rules = CloneRules(known=(_T, "-7"), composite=True)
    assert SetCloneRules(rules=rules).apply(case).clone_rules == rules
    with pytest.raises(Refused, match="no change of a karyotype"):
        SetCloneRules(rules=CloneRules(known=("t(8;21",))).apply(case)
