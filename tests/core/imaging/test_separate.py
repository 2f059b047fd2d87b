from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from core.imaging.separate import cut, join


def bar(height: int = 10, width: int = 60) -> np.ndarray:
    return np.ones((height, width), dtype=bool)


@settings(max_examples=40, deadline=None)
@given(at=st.integers(5, 55), lean=st.integers(-12, 12), x=st.integers(-50, 500), y=st.integers(-50, 500))
def test_that_the_pieces_of_a_cut_are_the_whole(at, lean, x, y):
    pieces = cut(bar(), (x, y), [(x + at - lean / 2, y - 2), (x + at + lean / 2, y + 13)])
    assert len(pieces) == 2
    whole = np.zeros((10, 60), dtype=int)
    for mask, (left, top) in pieces:
        whole[top - y : top - y + mask.shape[0], left - x : left - x + mask.shape[1]] += mask
    assert (whole == 1).all()
    assert pieces[0][0].sum() >= pieces[1][0].sum()


@settings(max_examples=20, deadline=None)
@given(at=st.integers(8, 52), gap=st.integers(0, 6))
def test_that_what_was_cut_can_be_joined(at, gap):
    first, second = (np.ones((10, n), dtype=bool) for n in (at, 60 - at))
    mask, origin = join([(first, (3, 4)), (second, (3 + at + gap, 4))])
    assert ndimage.label(mask)[1] == 1
    assert origin == (3, 4)
    assert mask.sum() >= 600


def test_that_a_line_beside_the_chromosome_is_refused():
    with pytest.raises(ValueError, match="leaves it whole"):
        cut(bar(), (0, 0), [(0, 20), (60, 20)])


def test_that_a_line_that_ends_inside_is_refused():
    with pytest.raises(ValueError, match="leaves it whole"):
        cut(bar(), (0, 0), [(30, -3), (30, 5)])


def test_that_distant_pieces_are_not_joined():
    with pytest.raises(ValueError, match="at most 8 px apart"):
        join([(bar(10, 10), (0, 0)), (bar(10, 10), (40, 0))])


def test_that_one_piece_cannot_be_joined():
    with pytest.raises(ValueError, match="at least 2 pieces"):
        join([(bar(), (0, 0))])


def test_that_three_pieces_in_a_row_become_one():
    mask, _ = join([(bar(10, 10), (0, 0)), (bar(10, 10), (30, 0)), (bar(10, 10), (15, 0))])
    assert ndimage.label(mask)[1] == 1
