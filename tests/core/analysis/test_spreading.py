from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.mending import operation_of, pieces_of
from core.analysis.spreading import similar_places, without_taken
from core.analysis.suggestion import Fault
from core.domain.chromosome import Alternative, Aspect, ExclusionReason
from core.domain.metaphase import Verdict
from core.editing.operations import Confirm, Exclude, Join, Reclassify
from tests.core.analysis.faulty_cells import alone, cell_and_stain, with_split


def cell_with_confusion(seed: int, *, confidence: float = 0.55):
    """One 14 is called 15, the other classes stand."""
    cell = replace(cell_and_stain("46,XX", seed)[0], id=f"cell-{seed}", label=f"{seed:03d}")
    wrong = alone(cell, "14")
    called = replace(
        wrong,
        chromosome_class="15",
        confidence=confidence,
        alternatives=(
            Alternative(chromosome_class="15", probability=confidence),
            Alternative(chromosome_class="14", probability=0.95 - confidence),
        ),
    )
    return replace(cell, chromosomes=tuple(called if c is wrong else c for c in cell.chromosomes)), called


def test_that_the_same_confusion_is_found_in_the_other_cells():
    (here, wrong), (other, also) = cell_with_confusion(1), cell_with_confusion(2)
    done = Reclassify(ids=(wrong.id,), chromosome_class="14")
    (place,) = similar_places(here, done, [here, other])
    assert place.cell.id == other.id
    assert place.suggestion.ids == (also.id,)
    assert "3 of 15" in place.suggestion.reason
    mended = operation_of(place.suggestion).apply(other)
    assert mended.class_counts == cell_and_stain("46,XX", 2)[0].class_counts


@pytest.mark.parametrize("change", ["sure", "confirmed", "decided", "rejected"])
def test_that_what_is_sure_or_decided_is_left_alone(change):
    here, wrong = cell_with_confusion(1)
    other, also = cell_with_confusion(2, confidence=0.92 if change == "sure" else 0.55)
    marks = {"confirmed": {"confirmed": True}, "decided": {"decided": frozenset({Aspect.CLASS})}}
    touched = replace(also, **marks.get(change, {}))
    other = replace(
        other,
        chromosomes=tuple(touched if c is also else c for c in other.chromosomes),
        verdict=Verdict.REJECTED if change == "rejected" else Verdict.OPEN,
    )
    assert similar_places(here, Reclassify(ids=(wrong.id,), chromosome_class="14"), [other]) == ()


def test_that_a_join_finds_the_same_split_elsewhere_and_can_be_repeated():
    here = with_split(cell_and_stain("46,XX", 1)[0], "4")
    other = replace(with_split(cell_and_stain("46,XX", 2)[0], "4"), id="other")
    pieces = tuple(c.id for c in here.chromosomes if c.id.endswith(("-0", "-1")))
    places = similar_places(here, Join(ids=pieces, pieces=()), [other])
    assert places[0].suggestion.fault is Fault.SPLIT
    first = places[0].suggestion
    joined = operation_of(first, pieces_of(first)).apply(other)
    assert joined.count == 46


def test_that_debris_of_the_same_shape_is_found_where_it_is_doubtful():
    def with_debris(seed: int):
        cell = with_split(cell_and_stain("46,XX", seed)[0], "21", names=("unknown", "unknown"))
        return replace(cell, id=f"cell-{seed}")

    here, other = with_debris(1), with_debris(2)
    crumb = next(c for c in here.chromosomes if c.chromosome_class == "unknown")
    places = similar_places(here, Exclude(ids=(crumb.id,), reason=ExclusionReason.DEBRIS), [other])
    assert places
    assert all(other.chromosome(p.suggestion.ids[0]).chromosome_class == "unknown" for p in places)
    mended = operation_of(places[0].suggestion).apply(other)
    assert mended.count == other.count - 1


def test_that_steps_that_correct_nothing_do_not_spread():
    (here, wrong), (other, _) = cell_with_confusion(1), cell_with_confusion(2)
    assert similar_places(here, Confirm(ids=(wrong.id,)), [other]) == ()
    assert similar_places(here, Reclassify(ids=("gone",), chromosome_class="14"), [other]) == ()


def test_that_one_chromosome_is_offered_once():
    (here, wrong), (other, _) = cell_with_confusion(1), cell_with_confusion(2)
    places = similar_places(here, Reclassify(ids=(wrong.id,), chromosome_class="14"), [other])
    assert without_taken([*places, *places]) == places
