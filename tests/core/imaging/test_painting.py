from __future__ import annotations

import numpy as np
import pytest

from core.imaging.painting import contour_nodes, erased, grown, painted, pulled, stroke_mask
from core.imaging.separate import Placed


def block(x: int, y: int, width: int, height: int) -> Placed:
    return np.ones((height, width), dtype=bool), (x, y)


def picture_of(placed: Placed, shape: tuple[int, int] = (80, 80)) -> np.ndarray:
    mask, (x, y) = placed
    whole = np.zeros(shape, dtype=bool)
    whole[y : y + mask.shape[0], x : x + mask.shape[1]] = mask
    return whole


def test_that_a_brush_stroke_is_as_wide_as_the_brush():
    mask, (x, y) = stroke_mask([(20, 20), (40, 20)], 4.0)
    assert (x, y) == (16, 16)
    assert mask.shape == (8, 28)
    assert mask[:, 10].all()
    assert not mask[0, 0]
    assert stroke_mask([(20.5, 20.5)], 0.5)[0].sum() == 1


def test_that_painting_across_an_edge_adds_and_leaves_forbidden_ground_free():
    forbidden = np.zeros((80, 80), dtype=bool)
    forbidden[:, 36:] = True
    after = picture_of(painted(block(20, 20, 10, 40), stroke_mask([(28, 40), (44, 40)], 3), forbidden))
    assert after[40, 33]
    assert not after[40, 38]
    assert after.sum() > 400


def test_that_painting_apart_or_over_itself_is_refused():
    with pytest.raises(ValueError, match="begin on its edge"):
        painted(block(20, 20, 10, 40), stroke_mask([(60, 60), (65, 60)], 3))
    with pytest.raises(ValueError, match="over free ground"):
        painted(block(20, 20, 10, 40), stroke_mask([(25, 40), (25, 42)], 2))


def test_that_an_eraser_right_through_leaves_both_pieces_and_crumbs_go():
    pieces = erased(block(20, 20, 10, 40), stroke_mask([(10, 40), (40, 40)], 3))
    assert len(pieces) == 2
    assert sum(int(mask.sum()) for mask, _ in pieces) == 400 - 60
    assert len(erased(block(20, 20, 10, 40), stroke_mask([(10, 22), (40, 22)], 1.6))) == 1
    assert erased(block(20, 20, 6, 6), stroke_mask([(23, 23)], 9)) == ()
    with pytest.raises(ValueError, match="beside it"):
        erased(block(20, 20, 10, 40), stroke_mask([(60, 60)], 3))


def test_that_growing_and_shrinking_are_inverse_on_a_plain_shape():
    wider = grown(block(20, 20, 12, 40), 1)
    assert wider[0].shape == (42, 14)
    assert picture_of(grown(wider, -1)).sum() == pytest.approx(480, abs=4)
    with pytest.raises(ValueError, match="cannot shrink"):
        grown(block(20, 20, 4, 4), -3)


def test_that_growing_stops_at_a_neighbour():
    neighbour = np.zeros((80, 80), dtype=bool)
    neighbour[:, 32:] = True
    after = picture_of(grown(block(20, 20, 12, 40), 2, neighbour))
    assert not after[:, 32:].any()
    assert after[30, 18]


def test_that_pulling_a_node_moves_what_lies_between_its_neighbours_only():
    along, down = np.arange(40.0), np.arange(20.0)
    sides = [(along, 0 * along), (0 * down + 40, down), (40 - along, 0 * along + 20), (0 * down, 20 - down)]
    ring = np.concatenate([np.stack(side, axis=1) for side in sides])
    nodes = contour_nodes(ring)
    assert len(nodes) >= 6
    node = 2
    to = tuple(ring[nodes[node]] + (0.0, -5.0))
    after = pulled(ring, nodes, node, to)
    assert tuple(after[nodes[node]]) == to
    for other in (k for k in range(len(nodes)) if k != node):
        assert (after[nodes[other]] == ring[nodes[other]]).all()
