"""Stain that no outline covers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.leftover import leftovers


@dataclass(frozen=True)
class _Placed:
    origin: tuple[int, int]
    mask: NDArray[np.bool_]


def _bar(x: int, y: int, width: int, height: int) -> _Placed:
    return _Placed(origin=(x, y), mask=np.ones((height, width), dtype=np.bool_))


def _stained(*bars: _Placed) -> NDArray[np.float32]:
    stain = np.zeros((200, 200), dtype=np.float32)
    for bar in bars:
        (x, y), (height, width) = bar.origin, bar.mask.shape
        stain[y : y + height, x : x + width] = 0.8
    return stain


def test_that_nothing_is_left_where_every_chromosome_is_outlined() -> None:
    bars = [_bar(20 + 30 * k, 40, 10, 60) for k in range(5)]
    assert leftovers(_stained(*bars), bars) == ()


def test_that_a_chromosome_missed_in_a_crossing_leaves_its_arms() -> None:
    bars = [_bar(20 + 30 * k, 40, 10, 60) for k in range(5)]
    crossing = _bar(30, 65, 60, 10)
    pieces = leftovers(_stained(*bars, crossing), bars)
    assert pieces
    assert all(piece.touching for piece in pieces)
    assert sum(piece.area for piece in pieces) > 150


def test_that_a_chromosome_missed_alone_stands_apart_and_a_nucleus_does_not_count() -> None:
    bars = [_bar(20 + 30 * k, 20, 10, 60) for k in range(5)]
    pieces = leftovers(_stained(*bars, _bar(36, 30, 8, 30), _bar(20, 120, 70, 70)), bars)
    assert [piece.touching for piece in pieces] == [False]


def test_that_outlines_beyond_the_edge_of_the_picture_are_cut_there() -> None:
    bars = [_bar(20 + 30 * k, 20, 10, 60) for k in range(5)]
    assert leftovers(_stained(*bars), [*bars, _bar(-5, -8, 10, 60), _bar(195, 190, 10, 60)]) == ()
