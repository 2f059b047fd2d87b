"""Scoring rules of the contract on boxes small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.evaluation.metrics import (
    bootstrap_over_cases,
    box_iou,
    count_exact,
    found_f1,
    found_iou,
    match_boxes,
    widened,
)


def _tight(boxes: list[list[float]]) -> np.ndarray:
    return np.array(boxes, dtype=np.float64) + np.array([4.0, 4.0, -4.0, -4.0])


def test_that_a_box_is_widened_by_four_pixels_on_each_side():
    assert widened(np.array([[10.0, 20.0, 30.0, 60.0]])).tolist() == [[6.0, 16.0, 34.0, 64.0]]


def test_that_half_overlapping_squares_share_a_third():
    iou = box_iou(np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0], [5.0, 5.0, 6.0, 6.0]]))
    assert iou == pytest.approx(np.array([[1 / 3, 0.0]]))


def test_that_a_tight_box_matches_the_box_drawn_with_air_perfectly():
    annotated = np.array([[10.0, 10.0, 40.0, 90.0]])
    match = match_boxes(_tight([[10, 10, 40, 90]]), annotated)
    assert match.pairs == ((0, 0, 1.0),)


def test_that_matching_prefers_more_pairs_to_one_better_pair():
    # The first prediction fits both annotations, the second fits only the one the first fits best.
    annotated = np.array([[0.0, 0.0, 100.0, 100.0], [0.0, 0.0, 100.0, 60.0]])
    predicted = _tight([[0, 0, 100, 95], [0, 40, 100, 100]])
    match = match_boxes(predicted, annotated)
    assert sorted(pair[:2] for pair in match.pairs) == [(0, 1), (1, 0)]


def test_that_an_extra_and_a_missed_chromosome_lower_f1():
    annotated = np.array([[0.0, 0.0, 50.0, 50.0], [100.0, 0.0, 150.0, 50.0], [200.0, 0.0, 250.0, 50.0]])
    predicted = _tight([[0, 0, 50, 50], [100, 0, 150, 50], [0, 200, 50, 250], [0, 300, 50, 350]])
    match = match_boxes(predicted, annotated)
    assert found_f1([match]) == pytest.approx(2 * 2 / (4 + 3))
    assert found_iou([match]) == pytest.approx(1.0)
    assert count_exact([match]) == 0.0


def test_that_a_picture_without_any_answer_has_no_pairs():
    match = match_boxes(np.zeros((0, 4)), np.array([[0.0, 0.0, 9.0, 9.0]]))
    assert match.pairs == ()
    assert found_f1([match]) == 0.0


@given(
    arrays(np.float64, st.tuples(st.integers(1, 8), st.just(4)), elements=st.floats(0, 300, width=32)).map(
        lambda b: np.concatenate(
            [np.minimum(b[:, :2], b[:, 2:]), np.maximum(b[:, :2], b[:, 2:]) + 20], axis=1
        )
    )
)
def test_that_every_annotated_box_is_found_by_itself(boxes: np.ndarray):
    match = match_boxes(boxes, boxes, margin=0.0)
    assert len(match.pairs) == len(boxes)
    assert found_f1([match]) == 1.0


def test_that_the_interval_over_cases_holds_the_value_and_draws_whole_cases():
    scores = [1.0, 1.0, 1.0, 0.0]
    cases = ["a", "a", "a", "b"]
    interval = bootstrap_over_cases(scores, cases, lambda values: float(np.mean(values)), rounds=200, seed=1)
    assert interval.value == 0.75
    assert interval.low == 0.0
    assert interval.high == 1.0


def test_that_scores_without_a_case_are_refused():
    with pytest.raises(ValueError, match="one case a score"):
        bootstrap_over_cases([1.0], [], lambda values: 0.0)
