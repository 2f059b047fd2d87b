from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.chromosome import Aspect, Chromosome, ExclusionReason, ObjectType
from core.domain.ids import ChromosomeId, PersonName
from core.domain.metaphase import MarkKind, Metaphase, Verdict
from core.editing import operations as op
from core.editing.order import renumber_homologs
from core.editing.placing import placing, proposal_of
from tests.core.editing.any_step import any_step
from tests.core.editing.bench_cells import MODELS, NOON, cell_of, chromosome, mark, proposal_for

NAMES = ("1", "1", "1", "2", "X", "unknown")


def ids(*numbers: int) -> tuple[ChromosomeId, ...]:
    return tuple(ChromosomeId(f"c{number:02d}") for number in numbers)


def by_id(cell: Metaphase) -> dict[ChromosomeId, Chromosome]:
    return {one.id: one for one in cell.chromosomes}


def row_of(cell: Metaphase, name: str) -> list[str]:
    members = [c for c in cell.chromosomes if c.chromosome_class == name and c.excluded is None]
    return [c.id for c in sorted(members, key=lambda c: c.homolog or 0)]


@pytest.fixture
def cell() -> Metaphase:
    return placed(cell_of(NAMES))


def placed(cell: Metaphase) -> Metaphase:
    """The same cell, its homologs numbered."""
    return replace(cell, chromosomes=renumber_homologs(cell.chromosomes))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_that_whatever_is_done_a_cell_stays_sound(data: st.DataObject) -> None:
    cell = placed(cell_of(NAMES))
    for _ in range(data.draw(st.integers(1, 6))):
        step = data.draw(any_step(cell))
        before = cell
        try:
            cell = step.apply(cell)
        except op.Refused:
            continue
        assert cell.id == before.id
        assert len(by_id(cell)) == len(cell.chromosomes)
        present = set(by_id(cell))
        places = defaultdict(list)
        for one in cell.chromosomes:
            assert present.issuperset(one.overlaps)
            if one.excluded is None:
                places[one.chromosome_class].append(one.homolog)
            else:
                assert one.homolog is None
        for taken in places.values():
            assert sorted(taken) == list(range(1, len(taken) + 1))  # type: ignore[type-var]
        changed = {i for i, one in by_id(cell).items() if by_id(before).get(i) != one} - step.touched
        if step.touched:
            # Others may only have moved up or down within their class, or lost a crossing.
            for identity in changed & set(by_id(before)):
                one, other = by_id(before)[identity], by_id(cell)[identity]
                assert replace(one, homolog=None, overlaps=()) == replace(other, homolog=None, overlaps=())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_that_what_a_person_decided_survives_the_machine(data: st.DataObject) -> None:
    cell = placed(cell_of(NAMES))
    for _ in range(3):
        step = data.draw(any_step(cell))
        try:
            cell = step.apply(cell)
        except op.Refused:
            continue
    again = placing(proposal_for(cell, ("3", "4"))).apply(cell)
    for one in cell.chromosomes:
        if one.decided or one.confirmed:
            kept = by_id(again)[one.id]
            assert replace(kept, homolog=None, overlaps=()) == replace(one, homolog=None, overlaps=())
    readings = tuple(replace(chromosome(one.id, "22"), p_arm=(1.0, 0.0)) for one in cell.chromosomes)
    read = by_id(op.Reread(readings=readings).apply(cell))
    for one in cell.chromosomes:
        if Aspect.CLASS in one.decided or one.confirmed:
            assert read[one.id].chromosome_class == one.chromosome_class
        else:
            assert read[one.id].chromosome_class == "22"
        if Aspect.POLARITY in one.decided or one.confirmed:
            assert read[one.id].p_arm == one.p_arm
        assert read[one.id].outline == one.outline


def test_that_turning_twice_is_turning_not_at_all(cell: Metaphase) -> None:
    once = op.Turn(ids=ids(0, 3)).apply(cell)
    assert by_id(once)[ids(0)[0]].p_arm == (0.0, 1.0)
    assert by_id(once)[ids(1)[0]] == by_id(cell)[ids(1)[0]]
    twice = op.Turn(ids=ids(0, 3)).apply(once)
    for identity in ids(0, 3):
        assert replace(by_id(twice)[identity], decided=frozenset()) == by_id(cell)[identity]


@pytest.mark.parametrize(
    ("place", "row"), [(1, [0, 1, 2]), (2, [1, 0, 2]), (3, [1, 2, 0]), (9, [1, 2, 0]), (None, [0, 1, 2])]
)
def test_that_a_homolog_goes_to_the_place_it_was_dropped_on(
    cell: Metaphase, place: int | None, row: list[int]
) -> None:
    moved = op.Reclassify(ids=ids(0), chromosome_class="1", place=place).apply(cell)
    assert row_of(moved, "1") == list(ids(*row))


def test_that_a_chromosome_of_another_class_is_put_between_homologs(cell: Metaphase) -> None:
    moved = op.Reclassify(ids=ids(4, 3), chromosome_class="1", place=2).apply(cell)
    assert row_of(moved, "1") == list(ids(0, 4, 3, 1, 2))
    assert row_of(moved, "X") == []
    assert Aspect.CLASS in by_id(moved)[ids(4)[0]].decided
    appended = op.Reclassify(ids=ids(4), chromosome_class="1").apply(cell)
    assert row_of(appended, "1") == list(ids(0, 1, 2, 4))


def test_that_a_marker_is_counted_but_has_no_class(cell: Metaphase) -> None:
    marked = op.Reclassify(ids=ids(3), chromosome_class="unknown", object_type=ObjectType.MARKER)
    assert marked.label == "Name chromosome marker"
    assert marked.apply(cell).count == cell.count
    assert len(marked.apply(cell).unnamed) == 2


def test_that_an_excluded_chromosome_stays_visible_and_comes_back_last(cell: Metaphase) -> None:
    left_out = op.Exclude(ids=ids(0), reason=ExclusionReason.DEBRIS).apply(cell)
    assert left_out.count == cell.count - 1
    assert len(left_out.chromosomes) == len(cell.chromosomes)
    assert row_of(left_out, "1") == list(ids(1, 2))
    back = op.Restore(ids=ids(0)).apply(left_out)
    assert row_of(back, "1") == list(ids(1, 2, 0))


def test_that_homologs_swap_only_within_their_class_and_where_both_have_a_place(cell: Metaphase) -> None:
    swapped = op.SwapHomologs(ids=(ids(0)[0], ids(2)[0])).apply(cell)
    assert row_of(swapped, "1") == list(ids(2, 1, 0))
    with pytest.raises(op.Refused, match="same class"):
        op.SwapHomologs(ids=(ids(0)[0], ids(3)[0])).apply(cell)
    with pytest.raises(op.Refused, match="select two"):
        op.SwapHomologs(ids=(ids(0)[0], ChromosomeId("gone"))).apply(cell)
    left_out = op.Exclude(ids=ids(0), reason=ExclusionReason.EDGE).apply(cell)
    with pytest.raises(op.Refused, match="restore it first"):
        op.SwapHomologs(ids=(ids(0)[0], ids(1)[0])).apply(left_out)


def test_that_pieces_stand_where_the_whole_stood(cell: Metaphase) -> None:
    pieces = (chromosome("left", "2"), chromosome("right", "2"))
    cut = op.Cut(ids=ids(3), pieces=pieces).apply(cell)
    assert [c.id for c in cut.chromosomes] == [*ids(0, 1, 2), "left", "right", *ids(4, 5)]
    assert all(Aspect.OUTLINE in c.decided for c in cut.chromosomes if c.id in ("left", "right"))
    joined = op.Join(
        ids=(ChromosomeId("left"), ChromosomeId("right")), pieces=(chromosome("whole", "2"),)
    ).apply(cut)
    assert [c.id for c in joined.chromosomes] == [*ids(0, 1, 2), "whole", *ids(4, 5)]


def test_that_a_cut_forgets_crossings_with_what_is_gone(cell: Metaphase) -> None:
    first, second = ids(0, 1)
    crossing = tuple(replace(c, overlaps=(second,)) if c.id == first else c for c in cell.chromosomes)
    cut = op.Cut(ids=(second,), pieces=(chromosome("a"), chromosome("b")))
    assert by_id(cut.apply(replace(cell, chromosomes=crossing)))[first].overlaps == ()


@pytest.mark.parametrize(
    "step",
    [
        op.Turn(ids=()),
        op.Turn(ids=(ChromosomeId("gone"),)),
        op.Reclassify(ids=ids(0), chromosome_class="23"),
        op.Cut(ids=ids(0), pieces=(chromosome("one"),)),
        op.Cut(ids=ids(0, 1), pieces=(chromosome("one"), chromosome("two"))),
        op.Join(ids=ids(0), pieces=(chromosome("one"),)),
        op.Recut(ids=ids(0), pieces=(chromosome("c01"),)),
        op.Recut(ids=ids(0), pieces=(chromosome("new"), chromosome("new"))),
        op.AddChromosome(pieces=()),
        op.ClearMark(kind=MarkKind.COUNTED),
        op.ClearCountPoints(),
        op.Judge(verdict=Verdict.REJECTED),
        mark(MarkKind.CHECKED, PersonName("  ")),
    ],
)
def test_that_a_step_without_sense_is_refused(cell: Metaphase, step: op.CellOperation) -> None:
    with pytest.raises(op.Refused):
        step.apply(cell)


def test_that_a_proposal_and_the_step_that_places_it_hold_the_same(cell: Metaphase) -> None:
    proposal = proposal_for(cell)
    step = placing(proposal, frozenset({proposal.chromosomes[0].id}))
    again = proposal_of(step, cell=cell.id, created=NOON, models=MODELS, seconds=proposal.seconds)
    assert again == proposal
    assert step.apply(cell_of(())).count == 45


def test_that_a_mark_of_another_person_takes_the_place_of_the_first(cell: Metaphase) -> None:
    marked = mark(MarkKind.COUNTED, PersonName("Otto")).apply(mark(MarkKind.COUNTED).apply(cell))
    (only,) = marked.marks
    assert only.person == "Otto"
    assert op.ClearMark(kind=MarkKind.COUNTED).apply(marked).marks == ()
