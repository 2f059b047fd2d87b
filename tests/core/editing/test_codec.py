from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.case import Case
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.editing.codec import (
    CASE_OPERATIONS,
    CELL_OPERATIONS,
    from_json,
    operation_from_json,
    operation_to_json,
    to_json,
)
from tests.core.editing.any_value import any_value

KINDS = {**CELL_OPERATIONS, **CASE_OPERATIONS}
LARGE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("kind", sorted(KINDS))
@LARGE
@given(data=st.data())
def test_that_every_operation_comes_back_from_json_as_it_was(kind: str, data: st.DataObject) -> None:
    operation = data.draw(any_value(KINDS[kind]))
    name, text = operation_to_json(operation)
    assert name == kind
    again = operation_from_json(name, text)
    assert again == operation
    assert again.label == operation.label
    assert type(again) is type(operation)


@pytest.mark.parametrize("kind", [Metaphase, Case, Proposal])
@LARGE
@given(data=st.data())
def test_that_every_state_comes_back_from_json_as_it_was(kind: type, data: st.DataObject) -> None:
    state = data.draw(any_value(kind))
    again = from_json(to_json(state), kind)
    assert again == state
    assert to_json(again) == to_json(state)


def test_that_the_json_of_an_operation_needs_nothing_but_ascii() -> None:
    for text in ("Ü", "\udcff", "\0"):
        operation = CASE_OPERATIONS["WriteKaryotype"](karyotype=text)  # type: ignore[call-arg]
        written = operation_to_json(operation)[1]
        assert written.isascii()
        assert json.loads(written) == {"karyotype": text}
        assert operation_from_json("WriteKaryotype", written) == operation


def test_that_an_operation_of_another_version_is_not_guessed_at() -> None:
    with pytest.raises(KeyError):
        operation_from_json("Mirror", "{}")
