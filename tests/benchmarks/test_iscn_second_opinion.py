"""Where the other checker is installed, every difference has its reason."""

from __future__ import annotations

import pytest

from tests.benchmarks.iscn_second_opinion import compare, main, other_checker


def test_that_every_difference_from_the_second_opinion_is_explained() -> None:
    check = other_checker()
    if check is None:
        pytest.skip("iscn-authenticator is not installed; pip install iscn-authenticator")
    table, found = compare(check)
    assert sum(table.values()) > 1000
    assert [one.text for one in found if one.why == "not explained"] == []


def test_that_a_missing_second_opinion_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "skipped" in told or "alike" in told
