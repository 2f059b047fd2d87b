"""The second look of the outliner: its windows, the clusters it learns from, and how it is measured."""

from __future__ import annotations

import numpy as np
import pytest

from core.imaging.intensity import stain_of
from core.simulation.metaphase import simulate_metaphase
from models.evaluation.crossings import crossed_picture
from models.evaluation.mfish import MfishCell, expected_counts, instances_of
from models.evaluation.score_mfish import InstanceScore, average_precision
from models.inference.closer_window import (
    FirstLook,
    closer_channels,
    cut_strip,
    edge_of_picture,
    strip_of,
    uncut_strip,
)
from models.training.clusters import WAYS, bar_of, bent, lay_cluster
from models.training.compose import CutOut, PlacedMask, foreground


def _leaning_bar() -> tuple[np.ndarray, np.ndarray]:
    """A bar of 80 x 14 pixels that leans by 35 degrees, and its box."""
    y, x = np.mgrid[0:160, 0:200] + 0.5
    along = (x - 100.0) * np.sin(np.radians(35)) + (y - 80.0) * np.cos(np.radians(35))
    across = (x - 100.0) * np.cos(np.radians(35)) - (y - 80.0) * np.sin(np.radians(35))
    mask = (np.abs(along) < 40) & (np.abs(across) < 7)
    rows, columns = np.nonzero(mask)
    return mask, np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], dtype=np.float32)


def test_that_a_leaning_chromosome_stands_upright_in_the_second_look():
    mask, box = _leaning_bar()
    maps = np.stack([mask, np.zeros_like(mask)], axis=-1).astype(np.float32)
    look = FirstLook(maps=maps, origin=(0, 0))
    seen = cut_strip(maps[..., 0], strip_of(look, box, 1.0)) > 0.5
    rows, columns = np.nonzero(seen)
    assert np.ptp(rows) == pytest.approx(80 * 1.5, abs=3)
    assert np.ptp(columns) == pytest.approx(14 * 1.5, abs=3)
    assert rows.mean() == pytest.approx(71.5, abs=1.5)
    assert columns.mean() == pytest.approx(31.5, abs=1.5)


def test_that_the_way_back_from_the_second_look_keeps_every_pixel_in_place():
    mask, box = _leaning_bar()
    maps = np.stack([mask, np.zeros_like(mask)], axis=-1).astype(np.float32)
    look = FirstLook(maps=maps[20:140, 30:170], origin=(30, 20))
    strip = strip_of(look, box, 1.0)
    seen = np.asarray(cut_strip(look.maps, strip, look.origin), dtype=np.float32)
    back = uncut_strip(seen, strip, (160, 200))
    (x, y), (height, width) = back.origin, back.maps.shape[:2]
    whole = np.zeros((160, 200), dtype=bool)
    whole[y : y + height, x : x + width] = back.maps[..., 0] > 0.5
    assert (whole & mask).sum() / (whole | mask).sum() > 0.96


def test_that_a_neighbour_with_the_same_first_mask_is_not_shown_as_a_neighbour():
    mask, box = _leaning_bar()
    maps = np.stack([mask, np.zeros_like(mask)], axis=-1).astype(np.float32)
    look = FirstLook(maps=maps, origin=(0, 0))
    elsewhere = FirstLook(maps=np.roll(maps, 20, axis=1), origin=(0, 0))
    strip = strip_of(look, box, 1.0)
    stain = mask.astype(np.float32)
    alone = closer_channels(stain, strip, look, [look], box, 0.3)
    beside = closer_channels(stain, strip, look, [look, elsewhere], box, 0.3)
    assert alone.shape == (6, 144, 64)
    assert alone[3].max() == 0.0
    assert beside[3].max() > 0.9


@pytest.mark.parametrize("way", WAYS)
def test_that_a_laid_chromosome_darkens_the_picture_under_its_mask_only(way: str):
    rng = np.random.default_rng(3)
    picture = np.zeros((300, 300), dtype=np.uint8)
    body = np.zeros((88, 22), dtype=bool)
    body[4:-4, 4:-4] = True
    piece = CutOut(stain=(body * 180).astype(np.uint8), mask=body)
    lying = PlacedMask(left=140, upper=110, mask=np.ones((80, 14), dtype=bool))
    picture[lying.frame] = 150
    before = picture.copy()
    placed = lay_cluster(picture, bar_of(lying), [piece], rng, density=0.6, way=way)
    changed = picture != before
    covered = np.zeros_like(changed)
    for one in placed:
        covered[one.frame] |= one.mask
    assert len(placed) == (2 if way == "three" else 1)
    assert (changed & covered).sum() > 0.95 * covered.sum()
    assert (changed & ~covered).sum() < 0.35 * covered.sum()


def test_that_bending_keeps_the_area_of_a_chromosome():
    rng = np.random.default_rng(0)
    body = np.zeros((108, 22), dtype=bool)
    body[4:-4, 4:-4] = True
    piece = CutOut(stain=(body * 200).astype(np.uint8), mask=body)
    areas = [bent(piece, rng).mask.sum() / body.sum() for _ in range(30)]
    assert np.mean(areas) == pytest.approx(1.05, abs=0.08)


def test_that_composed_crossings_are_darker_where_both_lie_and_follow_from_the_name():
    cell = simulate_metaphase("46,XX", seed=11)
    boxes = np.array([one.box for one in cell.chromosomes], dtype=float) + np.array([-4, -4, 4, 4])
    grey = np.asarray(cell.picture, dtype=np.uint8)
    first, again = crossed_picture("a", grey, boxes), crossed_picture("a", grey, boxes)
    assert first.crossings
    assert np.array_equal(first.grey, again.grey)
    for crossing in first.crossings:
        both = np.zeros(grey.shape, dtype=bool)
        both[crossing.under.frame] = crossing.under.mask
        over = np.zeros(grey.shape, dtype=bool)
        over[crossing.over.frame] = crossing.over.mask
        assert first.grey[both & over].mean() < grey[both & over].mean()


def test_that_edges_of_the_picture_agree_with_the_foreground_that_masks_are_made_of():
    cell = simulate_metaphase("46,XY", seed=4)
    stain = stain_of(cell.picture, dark_on_light=True)
    eight_bit = (stain * 255.0 + 0.5).astype(np.uint8)
    same = (stain > edge_of_picture(stain)) == foreground(eight_bit)
    assert same.mean() > 0.995


@pytest.mark.parametrize(
    ("iscn", "value", "count"),
    [("46,XY", 24, 1), ("45, XY, -12", 12, 1), ("42, XY, -1,-7,-9,-22", 9, 1), ("46, XX, t(4;9)", 5, 2)],
)
def test_that_free_hand_karyotypes_tell_how_many_of_each_class(iscn: str, value: int, count: int):
    assert expected_counts(iscn)[value] == count


def test_that_rearranged_classes_and_contradicting_sums_are_not_counted():
    assert not {4, 9} & set(expected_counts("46, XX, t(4;9)"))
    assert expected_counts("47,XY") == {}


def test_that_only_classes_with_as_many_components_as_chromosomes_are_instances():
    class_map = np.zeros((60, 60), dtype=np.uint8)
    class_map[5:15, 5:15] = 1
    class_map[30:40, 5:15] = 1
    class_map[5:15, 30:40] = 2
    cell = MfishCell(cell="c", slide="06", grey=class_map, class_map=class_map, expected={1: 2, 2: 2, 24: 0})
    assert {value: len(pieces) for value, pieces in instances_of(cell).items()} == {1: 2}


def test_that_a_wrong_outline_that_is_surer_than_the_right_ones_lowers_the_precision():
    right = ((0.9, True), (0.8, True))
    good = InstanceScore(slide="06", cell="a", scored=right, ious=(0.9, 0.8), seconds=1.0)
    bad = InstanceScore(slide="06", cell="b", scored=((0.95, False), *right), ious=(0.9, 0.8), seconds=1.0)
    assert average_precision([good]) == 1.0
    assert average_precision([bad]) == pytest.approx(2.0 / 3.0)
