from __future__ import annotations

import numpy as np
import pytest

from core.analysis.pointing import ground_of, outline_at
from core.imaging.intensity import stain_of
from core.imaging.separate import tight
from core.simulation.metaphase import simulate_metaphase


@pytest.fixture(scope="module")
def cell():
    return simulate_metaphase("46,XX", seed=2)


def alone(cell) -> int:
    """Index of a long chromosome that touches no other."""
    free = [k for k, one in enumerate(cell.chromosomes) if not one.overlaps]
    return max(free, key=lambda k: len(cell.chromosomes[k].axis))


def ground_without(cell, lost: int):
    shape = cell.picture.shape
    standing = [tight(c.mask_in(shape), (0, 0)) for k, c in enumerate(cell.chromosomes) if k != lost]
    return ground_of(stain_of(cell.picture), standing)


def test_that_a_lone_chromosome_is_outlined_where_one_points(cell):
    lost = alone(cell)
    truth = cell.chromosomes[lost].mask_in(cell.picture.shape)
    x, y = cell.chromosomes[lost].axis[len(cell.chromosomes[lost].axis) // 3]
    mask, (left, top) = outline_at(ground_without(cell, lost), (float(x), float(y)))
    found = np.zeros_like(truth)
    found[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    assert (found & truth).sum() / (found | truth).sum() > 0.88


def test_that_pointing_at_a_known_chromosome_or_at_empty_ground_is_refused(cell):
    lost = alone(cell)
    ground = ground_without(cell, lost)
    other = next(k for k in range(len(cell.chromosomes)) if k != lost)
    x, y = cell.chromosomes[other].axis[len(cell.chromosomes[other].axis) // 2]
    with pytest.raises(ValueError, match="a chromosome"):
        outline_at(ground, (float(x), float(y)))
    with pytest.raises(ValueError, match=r"none|speck"):
        outline_at(ground, (1.0, 1.0))
