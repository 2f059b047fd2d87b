from __future__ import annotations

import pytest

from app.finding import best, fit


@pytest.mark.parametrize(
    ("wanted", "better", "worse"),
    [
        ("nxtc", "Next cell", "Export karyogram"),
        ("cut", "Cut", "Cut along a curve"),
        ("cell next", "Next cell", "Previous cell"),
        ("rep", "Report", "Repair the whole press"),
        ("name 1", "Name it 1", "Name it 21"),
    ],
)
def test_that_the_better_fit_comes_first(wanted, better, worse):
    assert fit(wanted, better) > fit(wanted, worse)


def test_that_letters_that_are_missing_fit_nothing():
    assert fit("xyz", "Next cell") == 0
    assert fit("cell zzz", "Next cell") == 0
    assert fit("", "Next cell") == 0


def test_that_an_explanation_is_found_but_counts_less_than_the_word_itself():
    assert 0 < best("tissue", ("Import", "Images of tissue")) < best("tissue", ("Tissue", ""))
