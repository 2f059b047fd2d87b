from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.expected import expectation_of, reweighed
from core.analysis.suggestion import Fault, Repair
from core.domain.chromosome import Alternative
from core.domain.metaphase import Mark, MarkKind
from core.imaging.outline import mask_of
from tests.core.analysis.faulty_cells import (
    alone,
    cell_and_stain,
    with_copy,
    with_merged,
    with_split,
    without,
)

SEEDS = (1, 2)


def faults_of(expectation):
    return [one.fault for one in expectation.suggestions if one.fault is not Fault.ABSENT]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["1", "4", "9", "14", "18"])
def test_that_a_chromosome_in_two_pieces_is_the_first_suggestion(seed, name):
    cell, stain = cell_and_stain("46,XX", seed)
    spoilt = with_split(cell, name)
    found = expectation_of(spoilt, stain)
    assert found.headline == "Expected 46, found 47"
    first = found.suggestions[0]
    pieces = {c.id for c in spoilt.chromosomes} - {c.id for c in cell.chromosomes}
    assert (first.fault, first.repair, set(first.ids)) == (Fault.SPLIT, Repair.JOIN, pieces)
    mask, _ = mask_of(first.outlines[0].points)
    whole, _ = mask_of(alone(cell, name).outline.points)
    assert mask.sum() == pytest.approx(whole.sum(), rel=0.1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["2", "8", "16", "21"])
def test_that_a_second_outline_of_one_chromosome_is_the_first_suggestion(seed, name):
    cell, stain = cell_and_stain("46,XY", seed)
    spoilt, copy = with_copy(cell, name)
    first = expectation_of(spoilt, stain).suggestions[0]
    assert (first.fault, first.repair, first.effect) == (Fault.DOUBLE, Repair.REMOVE, -1)
    assert first.ids == (copy.id,)
    assert f"3 of {name}" in first.reason


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_two_chromosomes_in_one_outline_are_the_first_suggestion(seed):
    cell, stain = cell_and_stain("46,XX", seed)
    spoilt, both = with_merged(cell)
    found = expectation_of(spoilt, stain)
    assert found.headline == "Expected 46, found 45"
    first = found.suggestions[0]
    assert (first.fault, first.ids, first.effect) == (Fault.MERGED, (both.id,), 1)
    assert len(first.outlines) == 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["3", "13", "22"])
def test_that_a_missed_chromosome_is_outlined_where_its_stain_lies(seed, name):
    cell, stain = cell_and_stain("46,XY", seed)
    missed = alone(cell, name)
    first = expectation_of(without(cell, name), stain).suggestions[0]
    assert (first.fault, first.repair) == (Fault.MISSED, Repair.OUTLINE)
    shape = stain.shape
    mask, _ = mask_of(first.outlines[0].points, shape=shape)
    truth, _ = mask_of(missed.outline.points, shape=shape)
    assert (mask & truth).sum() / (mask | truth).sum() > 0.6


@pytest.mark.parametrize("karyotype", ["46,XX", "46,XY", "47,XY,+21", "45,X"])
def test_that_a_faultless_cell_is_left_in_peace(karyotype):
    for seed in SEEDS:
        cell, stain = cell_and_stain(karyotype, seed)
        likely = [one.likely for one in expectation_of(cell, stain).suggestions]
        assert all(value < 0.5 for value in likely), (karyotype, seed, likely)


def test_that_an_extra_whole_chromosome_is_never_proposed_for_removal():
    cell, stain = cell_and_stain("47,XX,+18", 1)
    assert not [
        one
        for one in expectation_of(cell, stain).suggestions
        if one.repair in (Repair.REMOVE, Repair.EXCLUDE) and one.likely > 0.3
    ]


def test_that_a_missing_class_names_the_member_too_many_that_fits_it():
    cell, stain = cell_and_stain("46,XX", 1)
    wrong = alone(cell, "14")
    unsure = replace(
        wrong,
        chromosome_class="15",
        confidence=0.6,
        alternatives=(
            Alternative(chromosome_class="15", probability=0.6),
            Alternative(chromosome_class="14", probability=0.38),
        ),
    )
    spoilt = replace(cell, chromosomes=tuple(unsure if c is wrong else c for c in cell.chromosomes))
    found = expectation_of(spoilt, stain)
    assert found.headline == "Found 46, as expected"
    first = found.suggestions[0]
    assert (first.fault, first.ids, first.chromosome_class) == (Fault.MISNAMED, (wrong.id,), "14")
    assert first.effect == 0


def test_that_chromosomes_far_from_the_spread_are_thought_of_another_cell():
    cell, stain = cell_and_stain("46,XX", 2)
    reach = max(point[0] for c in cell.counting for point in c.outline.points)
    guests = tuple(shifted(alone(cell, name), reach + 300.0) for name in ("5", "12", "17"))
    found = expectation_of(replace(cell, chromosomes=(*cell.chromosomes, *guests)), stain)
    assert found.suggestions[0].fault is Fault.STRANGER
    strangers = [one for one in found.suggestions if one.fault is Fault.STRANGER and one.likely > 0.3]
    assert {i for one in strangers for i in one.ids} == {guest.id for guest in guests}
    assert sum(one.effect for one in strangers) == -3


def shifted(chromosome, by: float):
    outline = replace(
        chromosome.outline, points=tuple((x + by, y) for x, y in chromosome.outline.points), holes=()
    )
    axis = tuple((x + by, y) for x, y in chromosome.axis)
    return replace(chromosome, id=f"{chromosome.id}-guest", outline=outline, axis=axis)


def test_that_a_person_who_confirmed_is_not_asked_again():
    cell, stain = cell_and_stain("46,XX", 1)
    spoilt = with_split(cell, "4")
    sure = replace(spoilt, chromosomes=tuple(replace(c, confirmed=True) for c in spoilt.chromosomes))
    assert Fault.SPLIT not in faults_of(expectation_of(sure, stain))


def test_that_nothing_is_suggested_without_outlines():
    cell, stain = cell_and_stain("46,XX", 1)
    assert expectation_of(replace(cell, chromosomes=()), stain).suggestions == ()


def test_that_no_picture_means_fewer_suggestions_but_no_error():
    cell, _ = cell_and_stain("46,XX", 1)
    found = expectation_of(without(cell, "13"))
    assert found.suggestions[0].repair is Repair.LOOK


def test_that_counted_cells_that_agree_set_what_is_expected(a_time):
    cell, _ = cell_and_stain("47,XY,+21", 1)
    mark = Mark(kind=MarkKind.COUNTED, person="Maria Keller", time=a_time)
    others = [replace(cell, id=f"cell-{n}", marks=(mark,)) for n in range(4)]
    found = expectation_of(cell, None, others)
    assert (found.expected, found.headline) == (47, "Found 47, as expected")
    assert "4 counted cells" in found.why
    assert expectation_of(cell, None, others[:2]).expected == 46


@pytest.fixture
def a_time():
    from datetime import UTC, datetime

    return datetime(2026, 1, 1, tzinfo=UTC)


def test_that_a_better_second_reading_lifts_a_suggestion():
    cell, stain = cell_and_stain("46,XX", 1)
    first = expectation_of(with_split(cell, "4"), stain).suggestions[0]
    unsure = replace(first, likely=0.5)
    assert reweighed(unsure, (0.4, 0.3), (0.95,)).likely > 0.6
    assert "better" in reweighed(unsure, (0.4, 0.3), (0.95,)).reason
    assert reweighed(unsure, (0.9, 0.9), (0.2,)).likely < 0.4
    assert reweighed(unsure, (0.9,), (0.9,)) == unsure


def test_that_every_outline_offered_lies_in_the_picture():
    cell, stain = cell_and_stain("46,XX", 3)
    spoilt, _ = with_merged(with_split(cell, "6"))
    for one in expectation_of(spoilt, stain).suggestions:
        for outline in one.outlines:
            points = np.array(outline.points)
            assert points.min() > -2
            assert (points.max(axis=0) < np.array(stain.shape[::-1]) + 2).all()
