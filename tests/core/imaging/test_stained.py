from __future__ import annotations

import numpy as np
import pytest

from core.imaging.stained import level_of, stained_at, stained_inside

SIZE = {"level": 0.3, "length": 40.0, "area": 400.0}


@pytest.fixture
def stain() -> np.ndarray:
    picture = np.zeros((160, 160), dtype=np.float32)
    picture[20:60, 20:30] = 0.8
    picture[35:40, 20:30] = 0.1
    picture[20:60, 80:90] = 0.8
    return picture


def nothing() -> np.ndarray:
    return np.zeros((160, 160), dtype=bool)


def test_that_the_region_under_a_point_is_outlined(stain):
    mask, (x, y) = stained_at(stain, (85.0, 40.0), nothing(), **SIZE)
    assert (x, y) == (80, 20)
    assert mask.sum() == pytest.approx(400, abs=20)


def test_that_a_click_may_miss_by_a_few_pixels(stain):
    assert stained_at(stain, (93.0, 40.0), nothing(), **SIZE)[1] == (80, 20)


def test_that_empty_ground_a_known_chromosome_and_the_outside_are_refused(stain):
    known = nothing()
    known[18:62, 78:92] = True
    for point, words in (((130.0, 130.0), "none"), ((85.0, 40.0), "a chromosome"), ((400.0, 5.0), "outside")):
        with pytest.raises(ValueError, match=words):
            stained_at(stain, point, known, **SIZE)


def test_that_a_nucleus_is_no_chromosome(stain):
    stain[70:150, 70:150] = 0.9
    with pytest.raises(ValueError, match="far larger"):
        stained_at(stain, (110.0, 110.0), nothing(), **SIZE)


def test_that_a_ring_takes_the_stain_inside_and_bridges_a_pale_band(stain):
    mask, (x, y) = stained_inside(stain, [(15, 15), (40, 15), (40, 65), (15, 65)], level=0.3)
    assert (x, y) == (20, 20)
    assert mask.shape == (40, 10)
    assert mask.sum() >= 370


def test_that_a_ring_on_empty_ground_or_outside_is_refused(stain):
    with pytest.raises(ValueError, match="almost none"):
        stained_inside(stain, [(110, 110), (150, 110), (150, 150), (110, 150)], level=0.3)
    with pytest.raises(ValueError, match="outside"):
        stained_inside(stain, [(210, 110), (250, 110), (250, 150)], level=0.3)


def test_that_the_level_follows_the_stain_of_the_chromosomes(stain):
    assert level_of(stain, [(np.ones((15, 10), dtype=bool), (80, 25))]) == pytest.approx(0.36, abs=0.01)
    assert 0.0 < level_of(stain, []) < 0.8
