"""Clicks on idiograms become ISCN."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bands import CLASSES, bands_of
from core.iscn.change import judge_change
from core.whatif.plan import Break, ChangeKind, Plan, clicked, plan_of


def _clicks(kind: ChangeKind, chromosome: str, *breaks: str, partner: str | None = None) -> Plan:
    plan = Plan(kind=kind, chromosome=chromosome, partner=partner)
    for text in breaks:
        name, band = text.split(":")
        plan = plan.with_break(Break(chromosome=name, band=band))
    return plan


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (_clicks(ChangeKind.TRANSLOCATION, "22", "22:q11.2", "9:q34", partner="9"), "t(9;22)(q34;q11.2)"),
        (_clicks(ChangeKind.TRANSLOCATION, "1", "1:q21", "X:p11", partner="X"), "t(X;1)(p11;q21)"),
        (_clicks(ChangeKind.INVERSION, "9", "9:q13", "9:p12"), "inv(9)(p12q13)"),
        (_clicks(ChangeKind.INVERSION, "3", "3:q26.2", "3:q21"), "inv(3)(q21q26.2)"),
        (_clicks(ChangeKind.DELETION, "5", "5:q33", "5:q13"), "del(5)(q13q33)"),
        (_clicks(ChangeKind.DELETION, "7", "7:q22"), "del(7)(q22)"),
        (_clicks(ChangeKind.DUPLICATION, "1", "1:q25", "1:q22"), "dup(1)(q22q25)"),
        (_clicks(ChangeKind.ISOCHROMOSOME, "17", "17:q21"), "i(17)(q10)"),
        (_clicks(ChangeKind.RING, "20", "20:q13.3", "20:p13"), "r(20)(p13q13.3)"),
        (_clicks(ChangeKind.ADDITION, "19", "19:p13.3"), "add(19)(p13.3)"),
        (_clicks(ChangeKind.ROBERTSONIAN, "14", partner="13"), "der(13;14)(q10;q10)"),
        (
            _clicks(ChangeKind.INSERTION, "2", "2:q32", "2:q22", "5:p14", partner="5"),
            "ins(5;2)(p14;q22q32)",
        ),
        (
            replace(
                _clicks(ChangeKind.INSERTION, "5", "2:q32", "2:q22", "5:p14", partner="2"), inverted=True
            ),
            "ins(5;2)(p14;q32q22)",
        ),
    ],
)
def test_that_clicks_are_written_as_iscn_writes_them(plan: Plan, text: str) -> None:
    assert plan.text == text
    change, remarks = judge_change(text)
    assert change is not None
    assert not [one for one in remarks if one.severity == "error"]
    again = plan_of(text, plan.chromosome)
    assert again is not None
    assert again.text == text


def test_that_missing_clicks_are_asked_for() -> None:
    assert "on 9 and on 22" in _clicks(ChangeKind.TRANSLOCATION, "9", partner="22").wanted
    assert "other chromosome" in _clicks(ChangeKind.TRANSLOCATION, "9").wanted
    assert "second" in _clicks(ChangeKind.INVERSION, "3", "3:q21").wanted
    assert "each arm" in _clicks(ChangeKind.RING, "20", "20:q13").wanted
    assert "short arm" in _clicks(ChangeKind.ROBERTSONIAN, "1", partner="14").wanted
    assert _clicks(ChangeKind.INVERSION, "3", "3:q21").text is None


def test_that_one_click_too_many_moves_the_oldest_of_that_chromosome() -> None:
    plan = _clicks(ChangeKind.TRANSLOCATION, "9", "9:q34", "22:q11.2", "9:q22", partner="22")
    assert plan.text == "t(9;22)(q22;q11.2)"
    plan = _clicks(ChangeKind.DELETION, "5", "5:q13", "5:q33", "5:q35")
    assert plan.text == "del(5)(q33q35)"


def test_that_a_break_moved_by_keys_stays_on_its_chromosome() -> None:
    names = [band.name for band in bands_of("21", 550)]
    one = Break(chromosome="21", band=names[0])
    assert one.moved(-5, 550).band == names[0]
    assert one.moved(1, 550).band == names[1]
    assert one.moved(500, 550).band == names[-1]
    assert Break(chromosome="9", band="q34").moved(0, 550).band.startswith("q34")


def test_that_kinds_that_cannot_be_clicked_have_no_plan() -> None:
    assert plan_of("idic(15)(q13)", "15") is None
    assert plan_of("t(1;2;3)(p32;q21;q27)", "1") is None
    assert plan_of("no change", "1") is None
    assert plan_of("t(9;22)(q34;q11.2)", "5") is None


@given(
    kind=st.sampled_from(list(ChangeKind)),
    chromosome=st.sampled_from(CLASSES),
    partner=st.sampled_from(CLASSES),
    clicks=st.lists(st.tuples(st.booleans(), st.floats(0, 0.999)), max_size=6),
)
def test_that_no_row_of_clicks_breaks_the_rules(
    kind: ChangeKind, chromosome: str, partner: str, clicks: list[tuple[bool, float]]
) -> None:
    plan = Plan(
        kind=kind, chromosome=chromosome, partner=partner if kind.value in ("t", "ins", "rob") else None
    )
    for on_partner, fraction in clicks:
        name = partner if on_partner and plan.has_partner else chromosome
        plan = plan.with_break(clicked(name, fraction, 550))
    assert (plan.text is None) == bool(plan.wanted)
    if plan.text is not None:
        assert judge_change(plan.text)[0] is not None
