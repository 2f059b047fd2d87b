from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.imaging.straighten import axis_length, end_direction, medial_axis, straighten
from tests.core.imaging.chromosome_shapes import bent_body, splayed_body


@settings(max_examples=25, deadline=None)
@given(
    aspect=st.floats(3.5, 9),
    width=st.floats(9, 14),
    bend=st.floats(-1.8, 1.8),
    turn=st.floats(0, 6.28),
)
def test_that_a_bent_chromosome_keeps_its_length_within_three_per_cent(aspect, width, bend, turn):
    length = aspect * width
    mask, _ = bent_body(length, width, bend=bend, turn=turn)
    assert axis_length(medial_axis(mask)) == pytest.approx(length, rel=0.03, abs=1.0)


def test_that_the_axis_of_a_u_follows_the_bend():
    mask, truth = bent_body(90, 11, bend=3.0)
    axis = medial_axis(mask)
    nearest = np.hypot(*(axis[:, None] - truth[None]).transpose(2, 0, 1)).min(axis=1)
    assert nearest.max() < 3.0
    assert np.median(nearest) < 1.0
    assert axis_length(axis) == pytest.approx(90, rel=0.03)


def test_that_the_axis_runs_between_splayed_chromatids():
    axis = medial_axis(splayed_body())
    assert np.abs(axis[:, 0] - 15).max() < 1.5
    assert axis_length(axis) == pytest.approx(24, abs=2)


def test_that_a_dot_has_an_axis():
    mask = np.zeros((12, 12), dtype=bool)
    mask[4:7, 5:7] = True
    axis = medial_axis(mask)
    assert len(axis) >= 2
    assert axis_length(axis) == pytest.approx(3, abs=0.6)


def test_that_axis_points_are_one_pixel_apart():
    axis = medial_axis(bent_body(70, 12, bend=1.0)[0])
    steps = np.hypot(*np.diff(axis, axis=0).T)
    assert np.allclose(steps, 1.0, atol=0.05)


def test_that_a_straightened_mask_fills_its_rows_evenly():
    mask, _ = bent_body(80, 12, bend=1.8, turn=0.7)
    laid = straighten(mask, medial_axis(mask), 10)
    width = laid.sum(axis=1)
    assert laid.shape[1] == 20
    assert np.allclose(width[8:-8], 12, atol=1.2)


def test_that_bands_stay_level_when_a_bent_chromosome_is_straightened():
    mask, truth = bent_body(80, 12, bend=2.0)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]] + 0.5
    nearest = np.hypot(x[..., None] - truth[:, 0], y[..., None] - truth[:, 1]).argmin(axis=2)
    bands = (np.sin(nearest / 4 / 80 * 2 * np.pi * 5) > 0).astype(np.float32)
    laid = straighten(bands, medial_axis(mask), 4, rows=80)
    assert laid.std(axis=1).mean() < 0.15
    assert laid.mean(axis=1).std() > 0.35


def test_that_end_directions_are_opposite_on_a_straight_chromosome():
    axis = np.stack([np.full(20, 3.0), np.arange(20.0)], axis=1)
    assert end_direction(axis, at_start=True) == pytest.approx((0, -1))
    assert end_direction(axis, at_start=False) == pytest.approx((0, 1))


def test_that_an_axis_of_one_point_is_refused():
    with pytest.raises(ValueError, match="at least 2 points"):
        straighten(np.zeros((5, 5)), np.array([[1.0, 1.0]]), 3)
