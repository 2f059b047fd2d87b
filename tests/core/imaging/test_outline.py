from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.imaging.outline import largest_piece, mask_of, outline_of
from tests.core.imaging.chromosome_shapes import bent_body


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@settings(max_examples=25, deadline=None)
@given(
    length=st.floats(14, 110),
    width=st.floats(7, 16),
    bend=st.floats(-2.5, 2.5),
    turn=st.floats(0, 6.28),
    corner=st.tuples(st.integers(0, 900), st.integers(0, 900)),
)
def test_that_a_mask_survives_the_way_through_its_outline(length, width, bend, turn, corner):
    mask, _ = bent_body(max(length, width + 2), width, bend=bend, turn=turn)
    points, holes = outline_of(mask, corner)
    back, _ = mask_of(points, holes, shape=mask.shape, origin=corner)
    assert overlap(largest_piece(mask), back) > 0.98


def test_that_a_single_pixel_has_an_outline_round_its_centre():
    mask = np.zeros((3, 4), dtype=bool)
    mask[1, 2] = True
    points, holes = outline_of(mask, (10, 20))
    assert holes == ()
    assert np.allclose(points.mean(axis=0), [12.5, 21.5])


def test_that_the_hole_of_a_ring_stays_open():
    y, x = np.mgrid[0:40, 0:40] + 0.5
    far = np.hypot(x - 20, y - 20)
    ring = (far < 15) & (far > 6)
    points, holes = outline_of(ring)
    assert len(holes) == 1
    back, origin = mask_of(points, holes)
    full = np.zeros((60, 60), dtype=bool)
    full[origin[1] : origin[1] + back.shape[0], origin[0] : origin[0] + back.shape[1]] = back
    assert overlap(full[:40, :40], ring) > 0.98


def test_that_an_outline_beyond_the_picture_is_clipped_to_it():
    mask, origin = mask_of([(-5, -5), (5, -5), (5, 5), (-5, 5)], shape=(10, 10))
    assert origin == (0, 0)
    assert mask.sum() == 25


def test_that_an_empty_mask_is_refused():
    with pytest.raises(ValueError, match="at least one pixel"):
        outline_of(np.zeros((5, 5), dtype=bool))


def test_that_two_points_are_no_outline():
    with pytest.raises(ValueError, match="at least 3 points"):
        mask_of([(0, 0), (1, 1)])
