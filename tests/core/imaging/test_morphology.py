from __future__ import annotations

import pytest

from core.imaging.morphology import measure, relative_lengths
from core.imaging.straighten import medial_axis
from tests.core.imaging.chromosome_shapes import bent_body


def test_that_length_width_and_arms_are_measured():
    mask, _ = bent_body(60, 12)
    axis = medial_axis(mask)
    shape = measure(mask, axis, 20.0)
    assert shape.length == pytest.approx(60, rel=0.03)
    assert shape.width == pytest.approx(mask.sum() / shape.length)
    assert shape.p_arm == pytest.approx(20)
    assert shape.arm_ratio == pytest.approx(shape.q_arm / 20)
    assert shape.centromeric_index == pytest.approx(100 * 20 / shape.length)


def test_that_turning_the_axis_swaps_the_arms():
    mask, _ = bent_body(60, 12)
    axis = medial_axis(mask)
    shape = measure(mask, axis, 20.0, p_at_start=False)
    assert shape.q_arm == pytest.approx(20)


def test_that_a_centromere_beyond_the_end_is_refused():
    mask, _ = bent_body(60, 12)
    with pytest.raises(ValueError, match="expected a centromere between"):
        measure(mask, medial_axis(mask), 90.0)


def test_that_relative_lengths_of_a_cell_add_up_to_two_haploid_sets():
    assert sum(relative_lengths([10.0, 20.0, 30.0, 40.0])) == pytest.approx(200)
    assert relative_lengths([10.0], haploid_length=200.0) == (5.0,)
    assert relative_lengths([]) == ()
