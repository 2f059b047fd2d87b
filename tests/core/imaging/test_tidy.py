"""A chromosome keeps its shape and loses the crumbs of its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.imaging.tidy import without_crumbs


def _rod() -> NDArray[np.bool_]:
    mask = np.zeros((90, 60), dtype=np.bool_)
    mask[10:80, 20:34] = True
    return mask


def test_that_a_whole_chromosome_stays_as_it_is() -> None:
    assert np.array_equal(without_crumbs(_rod()), _rod())


def test_that_a_piece_apart_is_dropped() -> None:
    mask = _rod()
    mask[20:30, 45:55] = True
    assert np.array_equal(without_crumbs(mask), _rod())


def test_that_a_piece_on_a_thin_bridge_is_dropped() -> None:
    mask = _rod()
    mask[20:30, 45:55] = True
    mask[25, 34:45] = True
    tidy = without_crumbs(mask)
    assert not tidy[:, 40:].any()
    assert (tidy & _rod()).sum() == _rod().sum()


def test_that_a_narrow_centromere_does_not_cut_a_chromosome_in_two() -> None:
    mask = _rod()
    mask[40:44, 20:24] = False
    mask[40:44, 30:34] = False
    tidy = without_crumbs(mask)
    assert tidy[12:38, 22:32].all()
    assert tidy[46:78, 22:32].all()
