from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.imaging.rotate import upright
from tests.core.imaging.chromosome_shapes import bent_body


@settings(max_examples=25, deadline=None)
@given(turn=st.floats(0, 6.28))
def test_that_the_p_arm_comes_up(turn):
    mask, line = bent_body(50, 12, turn=turn)
    picture = np.full((200, 200), 230, dtype=np.uint8)
    # The p arm, at the line's start, is dark.
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]] + 0.5
    near_start = np.hypot(x - line[0, 0], y - line[0, 1]) < np.hypot(x - line[-1, 0], y - line[-1, 1])
    part = picture[60 : 60 + mask.shape[0], 70 : 70 + mask.shape[1]]
    part[mask] = np.where(near_start, 40, 160)[mask]
    image, alpha = upright(picture, mask, (70, 60), (-math.cos(turn), -math.sin(turn)))
    assert image.shape == alpha.shape
    middle = image.shape[0] // 2
    inside = alpha == 255
    assert image[: middle - 3][inside[: middle - 3]].mean() < 60
    assert image[middle + 3 :][inside[middle + 3 :]].mean() > 140
    assert abs(image.shape[0] - 52) <= 3
    assert (image[alpha == 0] == 255).all()


def test_that_captured_pixels_are_unchanged_when_it_stands_upright():
    picture = np.random.default_rng(0).integers(0, 255, (30, 30)).astype(np.uint8)
    mask = np.ones((11, 7), dtype=bool)
    image, alpha = upright(picture, mask, (5, 6), (0.0, -1.0))
    assert (image[alpha == 255].reshape(11, 7) == picture[6:17, 5:12]).all()


def test_that_a_chromosome_beyond_the_edge_is_white_there():
    image, _ = upright(np.zeros((10, 10), np.uint8), np.ones((10, 10), bool), (5, 0), (0, -1))
    assert (image == 255).any()


def test_that_no_direction_is_refused():
    with pytest.raises(ValueError, match="orient the chromosome"):
        upright(np.zeros((10, 10), np.uint8), np.ones((4, 4), bool), (0, 0), (0, 0))
