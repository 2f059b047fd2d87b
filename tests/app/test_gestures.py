from __future__ import annotations

import numpy as np
import pytest

from app.gestures import chromosome_under_line, joined, pieces_of_cut
from core.domain.chromosome import Aspect, Chromosome
from core.domain.metaphase import Metaphase
from core.domain.outline import Outline
from core.editing.operations import Cut, Join, Refused
from core.imaging.outline import mask_of


def bar(name: str, left: float, top: float, *, width: float = 12, height: float = 60) -> Chromosome:
    corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    return Chromosome(id=name, outline=Outline(points=corners))


def cell(*chromosomes: Chromosome) -> Metaphase:
    return Metaphase(id="c", label="1", image="0" * 64, width=200, height=200, chromosomes=chromosomes)


def area(chromosome: Chromosome) -> int:
    return int(mask_of(chromosome.outline.points)[0].sum())


ACROSS = ((0.0, 40.0), (100.0, 40.0))


def test_that_a_line_means_the_chromosome_it_crosses_longest():
    thin, thick = bar("thin", 10, 10), bar("thick", 50, 10, width=20)
    assert chromosome_under_line(cell(thin, thick), ACROSS, frozenset()).id == "thick"


def test_that_a_selected_chromosome_is_cut_rather_than_its_neighbour():
    thin, thick = bar("thin", 10, 10), bar("thick", 50, 10, width=20)
    assert chromosome_under_line(cell(thin, thick), ACROSS, frozenset({"thin"})).id == "thin"


def test_that_a_line_beside_everything_is_refused():
    with pytest.raises(Refused, match="crosses no chromosome"):
        chromosome_under_line(cell(bar("a", 10, 10)), ((0.0, 0.0), (5.0, 5.0)), frozenset())


def test_that_cut_pieces_together_are_the_whole():
    whole = bar("a", 10, 10)
    pieces = pieces_of_cut(whole, ((0.0, 30.0), (40.0, 34.0)))
    assert len(pieces) == 2
    assert abs(sum(area(piece) for piece in pieces) - area(whole)) <= 14
    assert all(Aspect.OUTLINE in piece.decided for piece in pieces)
    after = Cut(ids=("a",), pieces=pieces).apply(cell(whole))
    assert after.count == 2


def test_that_a_line_that_ends_inside_cuts_nothing():
    with pytest.raises(Refused, match="leaves it whole"):
        pieces_of_cut(bar("a", 10, 10), ((0.0, 30.0), (14.0, 30.0)))


def test_that_joined_pieces_are_one_and_their_axis_runs_through_both():
    upper, lower = bar("a", 10, 10, height=30), bar("b", 10, 42, height=30)
    whole = joined(cell(upper, lower), frozenset({"a", "b"}))
    assert whole.outline.box[1] < 12
    assert whole.outline.box[3] > 70
    assert np.ptp([y for _, y in whole.axis]) > 50
    assert Join(ids=("a", "b"), pieces=(whole,)).apply(cell(upper, lower)).count == 1


def test_that_joining_one_piece_or_distant_ones_is_refused():
    near, far = bar("a", 10, 10), bar("b", 150, 10)
    with pytest.raises(Refused, match="at least two pieces"):
        joined(cell(near, far), frozenset({"a"}))
    with pytest.raises(Refused, match="px apart"):
        joined(cell(near, far), frozenset({"a", "b"}))
