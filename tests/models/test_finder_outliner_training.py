"""What finder and outliner learn from; skipped where the training extra is not installed."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from models.training.compose import CutOut, PlacedMask, cut_out, isolated, lay_over, turned
from models.training.finder_samples import CELLS, CROP, with_targets
from models.training.metaphases import is_laboratory_part, is_validation_part


def test_that_a_centre_is_asked_for_on_the_map_of_its_shape():
    stain = np.zeros((CROP, CROP), dtype=np.float32)
    boxes = np.array([[40.0, 20.0, 60.0, 100.0], [100.0, 100.0, 180.0, 120.0]])
    sample = with_targets(stain, boxes, np.array([0, 5]))
    centres = np.argwhere(sample.heat == 1.0)
    assert centres.tolist() == [[0, 30, 25], [2, 55, 70]]
    assert sample.heat.shape == (3, CELLS, CELLS)


def test_that_sides_and_cell_give_the_box_back():
    stain = np.zeros((CROP, CROP), dtype=np.float32)
    box = np.array([41.0, 23.0, 77.0, 60.0])
    sample = with_targets(stain, box[None], np.array([3]))
    for (_, row, column), (left, upper, right, lower) in zip(sample.cells, sample.sides, strict=True):
        x, y = column + 0.5, row + 0.5
        assert 2 * np.array([x - left, y - upper, x + right, y + lower]) == pytest.approx(box, abs=1e-3)


def test_that_a_chromosome_whose_centre_lies_outside_is_not_asked_for():
    stain = np.zeros((CROP, CROP), dtype=np.float32)
    sample = with_targets(stain, np.array([[-90.0, 20.0, 60.0, 60.0]]), np.array([0]))
    assert len(sample.cells) == 0
    assert sample.heat.max() == 0.0


def test_that_touching_chromosomes_are_not_taken_for_isolated():
    stained = np.zeros((60, 120), dtype=bool)
    stained[10:20, 10:50] = True
    stained[40:50, 10:50] = True
    stained[40:50, 50:100] = True
    boxes = np.array([[10, 10, 50, 20], [10, 40, 50, 50], [50, 40, 100, 50]], dtype=np.float32)
    alone = isolated(stained, boxes)
    assert list(alone) == [0]
    assert alone[0].bounds.tolist() == [10, 10, 50, 20]


def test_that_two_stains_add_up_and_saturate():
    picture = np.full((40, 40), 128, dtype=np.uint8)
    piece = CutOut(stain=np.full((10, 10), 128, np.uint8), mask=np.ones((10, 10), bool))
    placed = lay_over(picture, piece, np.array([20.0, 20.0]), density=1.0)
    assert picture[placed.frame].min() == picture[placed.frame].max() == pytest.approx(192, abs=1)
    lay_over(picture, piece, np.array([20.0, 20.0]), density=0.0)
    assert picture[20, 20] == 255


def test_that_a_cut_out_keeps_its_area_when_turned():
    stain = np.zeros((60, 60), dtype=np.uint8)
    stain[20:30, 10:50] = 200
    piece = cut_out(stain, PlacedMask(left=10, upper=20, mask=np.ones((10, 40), bool)))
    for degrees in (0.0, 33.0, 90.0):
        assert turned(piece, degrees, 1.0, True).mask.sum() == pytest.approx(400, rel=0.04)


def test_that_no_case_is_both_for_choosing_and_for_the_laboratory():
    cases = [str(number) for number in range(2000)]
    kept = [case for case in cases if not is_laboratory_part(case)]
    chosen = [case for case in kept if is_validation_part(case)]
    assert 0.03 < len(chosen) / len(kept) < 0.07
    assert not any(is_laboratory_part(case) for case in chosen)
