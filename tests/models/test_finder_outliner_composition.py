"""Cut-outs, pasting, windows and targets, on pictures small enough to know."""

from __future__ import annotations

import numpy as np
import pytest

from models.inference.centres import boxes_at_peaks
from models.inference.choice import Candidate, Choice, judge
from models.inference.window import cut, prompt, uncut, window_of

STRAIGHT = Choice(weights=(1.0, 0.0, 0.0, 0.0), offset=0.0, least=0.5)


def _bar(x: int, y: int, width: int, height: int, found: float) -> Candidate:
    mask = np.ones((height, width), dtype=bool)
    return Candidate(
        origin=(x, y), mask=mask, crossing=np.zeros_like(mask), found=found, valid=0.0, reach=1.0
    )


def test_that_both_peaks_of_a_crossing_survive():
    heat = np.zeros((3, 32, 32), dtype=np.float32)
    sides = np.ones((12, 32, 32), dtype=np.float32)
    heat[0, 10, 10] = 0.9
    heat[2, 10, 10] = 0.8
    sides[0:4, 10, 10] = [2, 8, 2, 8]
    sides[8:12, 10, 10] = [8, 2, 8, 2]
    boxes, scores = boxes_at_peaks(heat, sides, least_score=0.3, cell=4.0)
    assert boxes.tolist() == [[34.0, 10.0, 50.0, 74.0], [10.0, 34.0, 74.0, 50.0]]
    assert scores == pytest.approx([0.9, 0.8])


def test_that_one_chromosome_on_two_maps_is_found_once():
    heat = np.zeros((3, 32, 32), dtype=np.float32)
    sides = np.full((12, 32, 32), 4.0, dtype=np.float32)
    heat[0, 10, 10] = 0.9
    heat[1, 10, 11] = 0.8
    boxes, _ = boxes_at_peaks(heat, sides, least_score=0.3, cell=4.0)
    assert len(boxes) == 1


def test_that_a_window_and_the_way_back_keep_every_pixel_in_place():
    picture = np.zeros((120, 160), dtype=np.float32)
    picture[40:70, 50:130] = 1.0
    window = window_of(np.array([50.0, 40.0, 130.0, 70.0]))
    seen = cut(picture, window)
    back, (x, y) = uncut(seen[..., None].astype(np.float32), window, (120, 160))
    height, width = back.shape[:2]
    wanted = picture[y : y + height, x : x + width] > 0.5
    assert np.array_equal(back[..., 0] > 0.5, wanted)


def test_that_the_prompt_is_one_at_the_sides_of_the_box():
    box = np.array([20.0, 30.0, 60.0, 50.0])
    window = window_of(box)
    channels = prompt(box, np.array([[20.0, 30.0, 40.0, 50.0]]), window)
    inside = (np.abs(channels[:2]) <= 1.0).all(axis=0)
    assert inside.sum() == pytest.approx(40 * 20 * window.zoom**2, rel=0.05)
    assert channels[2].max() == 0.5
    assert (channels[2] > 0).sum() == pytest.approx(inside.sum() / 2, rel=0.1)


def test_that_a_chromosome_given_twice_is_kept_once():
    judged = judge([_bar(10, 10, 60, 12, 3.0), _bar(11, 10, 60, 12, 2.0)], (100, 100), STRAIGHT)
    assert [one.index for one in judged] == [0]


def test_that_both_arms_of_a_crossing_are_kept():
    judged = judge([_bar(10, 40, 60, 12, 2.0), _bar(34, 10, 12, 60, 3.0)], (100, 100), STRAIGHT)
    assert [one.index for one in judged] == [1, 0]
    assert judged[1].features[2] == pytest.approx(0.8)


def test_that_a_candidate_which_explains_nothing_new_is_doubted():
    choice = Choice(weights=(1.0, 0.0, 6.0, 0.0), offset=-5.0, least=0.5)
    parts = [_bar(10, 10, 30, 12, 4.0), _bar(40, 10, 30, 12, 4.0), _bar(15, 10, 40, 12, 0.5)]
    judged = judge(parts, (100, 100), choice)
    assert [one.probability >= choice.least for one in judged] == [True, True, False]
