"""Structural changes that people state for a cell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.domain.ids import CellId, PersonName
from core.domain.metaphase import Metaphase, StatedChange
from core.editing.codec import from_json, operation_from_json, operation_to_json, to_json
from core.editing.operations import Refused, StateChange, WithdrawChange

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_CELL = Metaphase(id=CellId("c"), label="c", image="0" * 64, width=10, height=10)


def _said(text: str, person: str = "Ada") -> StatedChange:
    return StatedChange(text=text, person=PersonName(person), time=_NOON)


def test_that_a_stated_change_is_kept_withdrawn_and_replaced() -> None:
    stated = StateChange(stated=_said("t(9;22)(q34;q11.2)")).apply(_CELL)
    assert [change.text for change in stated.changes] == ["t(9;22)(q34;q11.2)"]
    assert from_json(to_json(stated), Metaphase) == stated
    finer = StateChange(stated=_said("t(9;22)(q34.1;q11.2)"), replaces="t(9;22)(q34;q11.2)").apply(stated)
    assert [change.text for change in finer.changes] == ["t(9;22)(q34.1;q11.2)"]
    assert WithdrawChange(text="t(9;22)(q34.1;q11.2)").apply(finer) == _CELL


def test_that_stating_the_same_change_twice_keeps_one() -> None:
    once = StateChange(stated=_said("del(5)(q13q33)")).apply(_CELL)
    again = StateChange(stated=_said("del(5)(q13q33)", "Bo")).apply(once)
    assert [change.person for change in again.changes] == ["Bo"]


def test_that_the_operations_come_back_from_the_log() -> None:
    operations = (StateChange(stated=_said("del(5)(q13q33)")), WithdrawChange(text="del(5)(q13q33)"))
    for operation in operations:
        assert operation_from_json(*operation_to_json(operation)) == operation


def test_that_a_cell_written_before_changes_could_be_stated_is_read() -> None:
    old = json.loads(to_json(_CELL))
    del old["changes"]
    assert from_json(json.dumps(old), Metaphase) == _CELL


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("del(5)(q13q99)", "no band 5q99"),
        ("t(9;22", "closing parenthesis"),
        ("+8", "counted"),
        ("+mar", "counted"),
        ("16qh+", "notes"),
        ("del(5)(q13q33)[3]", "number of cells"),
    ],
)
def test_that_what_is_no_structural_change_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        StateChange(stated=_said(text)).apply(_CELL)


def test_that_nobody_states_a_change_namelessly_or_withdraws_what_is_not_there() -> None:
    with pytest.raises(Refused, match="needs a person"):
        StateChange(stated=replace(_said("del(5)(q13q33)"), person=PersonName(""))).apply(_CELL)
    with pytest.raises(Refused, match="nobody states"):
        WithdrawChange(text="del(5)(q13q33)").apply(_CELL)
    with pytest.raises(Refused, match="no longer stated"):
        StateChange(stated=_said("del(5)(q31)"), replaces="del(5)(q13q33)").apply(_CELL)
