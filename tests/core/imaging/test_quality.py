from __future__ import annotations

from dataclasses import asdict, replace

import cv2
import numpy as np

from core.imaging.quality import assess_quality
from tests.core.imaging.chromosome_shapes import bent_body

Cell = tuple[np.ndarray, list[tuple[np.ndarray, tuple[int, int]]]]


def cell(spacing: int = 60, count: int = 46) -> Cell:
    stain = np.zeros((8 * spacing + 80, 6 * spacing + 80), dtype=np.float32)
    masks = []
    for index in range(count):
        mask, _ = bent_body(34, 10, turn=0.4 * index)
        x, y = 20 + (index % 6) * spacing, 20 + (index // 6) * spacing
        rows = np.arange(mask.shape[0])[:, None]
        bands = 0.65 + 0.3 * np.sin(rows * 0.9) * np.ones(mask.shape)
        part = stain[y : y + mask.shape[0], x : x + mask.shape[1]]
        np.maximum(part, np.where(mask, bands, 0), out=part)
        masks.append((mask, (x, y)))
    return cv2.GaussianBlur(stain, (0, 0), 0.8), masks


def test_that_every_part_lies_between_zero_and_one():
    for value in asdict(assess_quality(*cell())).values():
        assert 0.0 <= value <= 1.0


def test_that_a_good_spread_scores_high():
    assert assess_quality(*cell()).score > 0.7


def test_that_blur_costs_focus_and_bands():
    stain, masks = cell()
    sharp, soft = assess_quality(stain, masks), assess_quality(cv2.GaussianBlur(stain, (0, 0), 3), masks)
    assert soft.focus < sharp.focus
    assert soft.band_clarity < sharp.band_clarity


def test_that_touching_chromosomes_cost_overlap_and_spread():
    crowded, apart = assess_quality(*cell(spacing=20)), assess_quality(*cell())
    assert crowded.overlap < apart.overlap
    assert crowded.spread < apart.spread


def test_that_lost_chromosomes_cost_completeness_only_in_proportion():
    one, ten = assess_quality(*cell(count=45)), assess_quality(*cell(count=36))
    assert ten.completeness < one.completeness < assess_quality(*cell()).completeness


def test_that_debris_within_the_cell_is_noticed():
    stain, masks = cell(spacing=80)
    dirty = stain.copy()
    for x in range(70, 400, 80):
        for y in range(70, 500, 80):
            cv2.circle(dirty, (x + 10, y + 10), 8, 0.9, -1)
    assert assess_quality(dirty, masks).debris < assess_quality(stain, masks).debris


def test_that_a_picture_without_chromosomes_scores_nothing():
    empty = assess_quality(np.zeros((50, 50), dtype=np.float32), [])
    assert empty == replace(empty, spread=0.0, score=0.0)
