from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.imaging.centromere import locate_centromere
from core.imaging.straighten import medial_axis, straighten
from tests.core.imaging.chromosome_shapes import bent_body


@settings(max_examples=15, deadline=None)
@given(waist=st.floats(0.25, 0.75), bend=st.floats(-0.8, 0.8), length=st.floats(60, 100))
def test_that_the_constriction_is_found_within_four_per_cent_of_the_length(waist, bend, length):
    mask, line = bent_body(length, 12, bend=bend, waist=waist)
    axis = medial_axis(mask)
    found = locate_centromere(straighten(mask, axis, 10))
    place = found.row / (len(axis) - 1)
    if np.hypot(*(axis[0] - line[0])) > np.hypot(*(axis[-1] - line[0])):
        place = 1 - place
    assert place == pytest.approx(waist, abs=0.04)
    assert found.confidence > 0.25


def test_that_a_rod_without_constriction_has_no_confident_centromere():
    found = locate_centromere(np.ones((50, 12), dtype=bool))
    assert found.confidence == 0.0
    assert found.row == pytest.approx(25)


def test_that_the_class_decides_between_two_constrictions():
    width = np.full(100, 12.0)
    for at in (30, 70):
        width -= 5 * np.exp(-0.5 * ((np.arange(100) - at) / 3) ** 2)
    mask = np.abs(np.arange(20) + 0.5 - 10)[None] <= width[:, None] / 2
    assert locate_centromere(mask, expected=0.7).row == pytest.approx(70, abs=3)
    assert locate_centromere(mask, expected=0.3).row == pytest.approx(30, abs=3)


def test_that_an_empty_mask_is_refused():
    with pytest.raises(ValueError, match="straighten again"):
        locate_centromere(np.zeros((10, 5), dtype=bool))
