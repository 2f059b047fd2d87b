from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from core.analysis.duplicates import duplicates_of
from core.domain.bands import CLASSES
from core.domain.outline import Outline
from tests.core.analysis.cells import cell_of
from tests.core.analysis.faulty_cells import cell_and_stain


def spread(name: str, seed: int, sexes: str = "XX"):
    """A cell whose chromosomes lie anywhere in a disc."""
    rng = np.random.default_rng(seed)
    cell = cell_of(name, sexes=sexes)
    places = rng.uniform(-400, 400, (len(cell.chromosomes), 2))
    return at(replace(cell, image=f"{seed:064d}"), places)


def at(cell, places):
    chromosomes = tuple(
        replace(
            c, outline=Outline(points=((x - 5, y - 20), (x + 5, y - 20), (x + 5, y + 20), (x - 5, y + 20)))
        )
        for c, (x, y) in zip(cell.chromosomes, places, strict=True)
    )
    return replace(cell, chromosomes=chromosomes)


def photographed_again(cell, *, seed: int, degrees=0.0, scale=1.0, lost=0.0, misnamed=0.0, noise=3.0):
    rng = np.random.default_rng(seed)
    centres = np.array([c.outline.centre for c in cell.chromosomes])
    turn = np.deg2rad(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    places = centres @ matrix.T + rng.uniform(-200, 200, 2) + rng.normal(0, noise, centres.shape)
    again = at(replace(cell, id=f"{cell.id}-again", image=f"{seed + 1000:064d}"), places)
    kept = tuple(
        replace(c, id=f"{c.id}-again", chromosome_class=str(rng.choice(CLASSES)))
        if rng.random() < misnamed
        else replace(c, id=f"{c.id}-again")
        for c in again.chromosomes
        if rng.random() >= lost
    )
    return replace(again, chromosomes=kept)


@pytest.mark.parametrize(
    ("degrees", "scale", "lost", "misnamed"),
    [(0, 1, 0, 0), (90, 1, 0, 0), (-37, 1, 0.05, 0.05), (180, 1.4, 0.1, 0.1), (12, 0.7, 0.1, 0.1)],
)
def test_that_a_metaphase_photographed_twice_is_found(degrees, scale, lost, misnamed):
    cells = [spread(f"{n}", n) for n in range(6)]
    again = photographed_again(cells[2], seed=9, degrees=degrees, scale=scale, lost=lost, misnamed=misnamed)
    found = duplicates_of([*cells, again])
    assert [(one.first, one.second) for one in found] == [(cells[2].id, again.id)]
    assert found[0].share > 0.7
    assert found[0].scale == pytest.approx(scale, rel=0.1)
    assert abs((found[0].degrees - degrees + 180) % 360 - 180) < 5


def test_that_different_cells_of_a_case_raise_no_alarm():
    cells = [spread(f"{n}", n, sexes="XX" if n % 2 else "XY") for n in range(25)]
    assert len(list(combinations(cells, 2))) == 300
    assert duplicates_of(cells) == ()


def test_that_simulated_metaphases_of_one_case_raise_no_alarm():
    cells = [replace(cell_and_stain("46,XX", seed)[0], id=f"cell-{seed}") for seed in (1, 2)]
    assert duplicates_of(cells) == ()


def test_that_a_mirrored_picture_is_another_one():
    cell = spread("1", 1)
    mirrored = at(
        replace(cell, id="mirrored", image="f" * 64),
        [(-c.outline.centre[0], c.outline.centre[1]) for c in cell.chromosomes],
    )
    assert duplicates_of([cell, mirrored]) == ()


def test_that_the_same_file_twice_is_told_even_before_it_is_analysed():
    blank = replace(spread("1", 1), chromosomes=())
    found = duplicates_of([blank, replace(blank, id="2"), replace(blank, id="3", page=1)])
    assert [(one.first, one.second, one.same_file) for one in found] == [("1", "2", True)]
