"""The measured curve behind the sensitivity slider."""

from __future__ import annotations

from datetime import date

import pytest

from models.card import ModelCard
from models.sensitivity import SensitivityCurve, curve_of

CURVE = SensitivityCurve(
    model="structure@9.9.9",
    alarms=(0.05, 0.2, 1.0),
    thresholds_one=(5.0, 3.0, 1.5),
    thresholds_five=(2.5, 1.5, 0.8),
    found_one=(0.2, 0.4, 0.6),
    found_five=(0.5, 0.7, 0.9),
)


def card(**changed: list[float]) -> ModelCard:
    parts: dict[str, list[float]] = {
        "curve_alarms": [1.0, 0.2, 0.05],
        "curve_thresholds_one": [1.5, 3.0, 5.0],
        "curve_thresholds_five": [0.8, 1.5, 2.5],
        "curve_found_one": [0.6, 0.4, 0.2],
        "curve_found_five": [0.9, 0.7, 0.5],
        **changed,
    }
    return ModelCard(
        name="structure", version="9.9.9", created=date(2026, 1, 1), purpose="p", inputs="i", outputs="o",
        parameters=dict(parts), licence="l", sha256="0" * 64,
    )  # fmt: skip


def test_that_a_curve_is_read_in_order() -> None:
    assert curve_of(card()) == CURVE


@pytest.mark.parametrize(
    "changed", [{"curve_found_one": []}, {"curve_alarms": [0.1, 0.2]}, {"curve_alarms": [0, 1, 2]}]
)
def test_that_half_a_curve_is_none(changed: dict[str, list[float]]) -> None:
    assert curve_of(card(**changed)) is None


def test_that_more_alarms_find_more_at_lower_thresholds() -> None:
    usual = {1: 3.2, 5: 1.5, 20: 1.0}
    strict, loose = CURVE.thresholds(0.05, usual), CURVE.thresholds(0.8, usual)
    assert all(loose[number] < strict[number] for number in usual)
    assert CURVE.thresholds(0.2, usual) == pytest.approx({1: 3.0, 5: 1.5, 20: 1.0})


def test_that_what_was_measured_is_told_for_thresholds_between_the_points() -> None:
    assert CURVE.measured(3.0, 1.5) == pytest.approx((0.2, 0.2, 0.4, 0.7))
    alarm, alarms, one, five = CURVE.measured(2.0, 2.0)
    assert 0.2 < alarm < 1.0
    assert 0.05 < alarms < 0.2
    assert 0.4 < one < 0.6
    assert 0.5 < five < 0.7
