from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from core.imaging.crossing import Crossing, part_by_corners, part_by_strokes
from core.imaging.separate import Placed, tight
from core.simulation.metaphase import simulate_metaphase

SEEDS = (2, 4, 7, 11)


def crosses() -> list[tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray, NDArray]]:
    """True masks and axes of every pair of simulated chromosomes that lie across each other."""
    found = []
    for seed in SEEDS:
        cell = simulate_metaphase("46,XX", seed=seed)
        for index, one in enumerate(cell.chromosomes):
            for other in (cell.chromosomes[k] for k in one.overlaps if k > index):
                gaps = np.hypot(*(one.axis[:, None] - other.axis[None]).transpose(2, 0, 1))
                if gaps[8:-8, 8:-8].min(initial=9.0) < 1.0:
                    shape = cell.picture.shape
                    found.append((one.mask_in(shape), other.mask_in(shape), one.axis, other.axis))
    return found


def by_hand(axis: NDArray, seed: int) -> NDArray:
    """A stroke that wavers by a pixel or two and ends three pixels short."""
    rng = np.random.default_rng(seed)
    line = axis[3:-3].astype(float)
    waver = ndimage.gaussian_filter1d(rng.normal(size=line.shape), 8, axis=0, mode="nearest")
    return (line + waver * 1.2 / waver.std())[::4]


def agreement(placed: Placed, truth: NDArray[np.bool_]) -> float:
    mask, (x, y) = placed
    whole = np.zeros_like(truth)
    whole[y : y + mask.shape[0], x : x + mask.shape[1]] = mask
    return float((whole & truth).sum() / (whole | truth).sum())


def whole_of(crossing: Crossing, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    cover = np.zeros(shape, dtype=bool)
    for mask, (x, y) in (crossing.first, crossing.second):
        cover[y : y + mask.shape[0], x : x + mask.shape[1]] |= mask
    return cover


def bar(length: int, width: int, *, upright: bool) -> NDArray[np.bool_]:
    mask = np.zeros((80, 80), dtype=bool)
    along, across = slice(40 - length // 2, 40 + length // 2), slice(40 - width // 2, 40 + width // 2)
    mask[(along, across) if upright else (across, along)] = True
    return mask


UPRIGHT, LYING = bar(60, 12, upright=True), bar(64, 10, upright=False)
CROSS = tight(UPRIGHT | LYING, (0, 0))


def test_that_two_strokes_give_both_chromosomes_of_simulated_crossings_whole():
    agreements = []
    for number, (one, other, first, second) in enumerate(crosses()):
        parted = part_by_strokes(
            tight(one | other, (0, 0)), by_hand(first, number), by_hand(second, number + 50)
        )
        agreements += [agreement(parted.first, one), agreement(parted.second, other)]
    assert len(agreements) >= 10
    assert np.mean(agreements) >= 0.93
    assert min(agreements) >= 0.8


def test_that_every_captured_pixel_is_given_out_and_none_is_invented():
    for one, other, first, second in crosses()[:6]:
        parted = part_by_strokes(tight(one | other, (0, 0)), by_hand(first, 1), by_hand(second, 2))
        assert not (whole_of(parted, one.shape) & ~(one | other)).any()
        assert (whole_of(parted, one.shape) ^ (one | other)).sum() <= 0.01 * (one | other).sum()


def test_that_the_crossing_of_two_bars_is_their_square_and_belongs_to_both():
    parted = part_by_strokes(CROSS, [(40, 12), (40, 68)], [(10, 40), (70, 40)])
    assert agreement(parted.first, UPRIGHT) > 0.97
    assert agreement(parted.second, LYING) > 0.97
    assert parted.shared == pytest.approx(120, abs=30)


def test_that_four_corners_give_both_bars():
    parted = part_by_corners(CROSS, [(46, 45), (34, 35), (46, 35), (34, 45)])
    agreed = max(
        agreement(parted.first, UPRIGHT) + agreement(parted.second, LYING),
        agreement(parted.first, LYING) + agreement(parted.second, UPRIGHT),
    )
    assert agreed > 1.94


def test_that_strokes_side_by_side_are_refused():
    with pytest.raises(ValueError, match="do not cross"):
        part_by_strokes(CROSS, [(40, 12), (40, 30)], [(12, 38), (30, 38)])


def test_that_a_stroke_beside_the_material_is_refused():
    with pytest.raises(ValueError, match="beside it"):
        part_by_strokes(CROSS, [(40, 12), (40, 68)], [(2, 2), (12, 4)])


def test_that_three_corners_or_corners_on_empty_ground_are_refused():
    with pytest.raises(ValueError, match="4 corners"):
        part_by_corners(CROSS, [(46, 45), (34, 35), (46, 35)])
    with pytest.raises(ValueError, match="around stained material"):
        part_by_corners(CROSS, [(0, 0), (6, 0), (6, 6), (0, 6)])
