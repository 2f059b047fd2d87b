from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from core.domain.chromosome import Chromosome, ExclusionReason, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Outline
from core.domain.proposal import Proposal
from core.editing import operations as op
from core.editing.placing import placing
from core.learning.corrections import Correction, CorrectionKind, corrections_between
from core.learning.overlap import footprint_of, likeness, shared_pixels
from tests.core.editing.bench_cells import box_outline, chromosome, empty_cell, proposal_for

NAMES = ("1", "1", "2", "X")


@pytest.fixture
def proposal() -> Proposal:
    return proposal_for(empty_cell(), NAMES)


def after(proposal: Proposal, *steps: op.CellOperation) -> Metaphase:
    cell = placing(proposal).apply(empty_cell())
    for step in steps:
        cell = step.apply(cell)
    return cell


def changed(proposal: Proposal, *steps: op.CellOperation) -> list[Correction]:
    return [one for one in corrections_between(proposal, after(proposal, *steps)) if one.changed]


def ids(proposal: Proposal, *places: int) -> tuple[ChromosomeId, ...]:
    return tuple(proposal.chromosomes[place].id for place in places)


def halves(whole: Chromosome) -> tuple[Chromosome, Chromosome]:
    xmin, ymin, xmax, ymax = whole.outline.box
    half = (ymax - ymin) / 2
    return (
        replace(whole, id=ChromosomeId("upper"), outline=box_outline(xmin, ymin, xmax - xmin, half)),
        replace(whole, id=ChromosomeId("lower"), outline=box_outline(xmin, ymin + half, xmax - xmin, half)),
    )


def test_that_everything_is_confirmed_where_nothing_was_changed(proposal: Proposal) -> None:
    found = corrections_between(proposal, after(proposal, op.Confirm(ids=ids(proposal, 0))))
    assert not any(one.changed for one in found)
    assert Counter(one.kind for one in found) == {
        CorrectionKind.EXCLUSION: 4,
        CorrectionKind.OUTLINE: 4,
        CorrectionKind.CLASS: 4,
        CorrectionKind.POLARITY: 4,
    }
    first = next(one for one in found if one.kind is CorrectionKind.CLASS)
    assert first == Correction(
        kind=CorrectionKind.CLASS,
        changed=False,
        chromosomes=ids(proposal, 0),
        proposed="1",
        confirmed="1",
        model="namer@0.2",
        confidence=0.9,
    )


def test_that_another_class_is_a_correction_of_the_namer(proposal: Proposal) -> None:
    (one,) = changed(proposal, op.Reclassify(ids=ids(proposal, 1), chromosome_class="3"))
    assert (one.kind, one.proposed, one.confirmed) == (CorrectionKind.CLASS, "1", "3")
    assert one.model == "namer@0.2"
    (one,) = changed(
        proposal,
        op.Reclassify(ids=ids(proposal, 1), chromosome_class="unknown", object_type=ObjectType.MARKER),
    )
    assert one.confirmed == "unknown (marker)"


def test_that_the_same_class_typed_again_is_no_correction(proposal: Proposal) -> None:
    assert changed(proposal, op.Reclassify(ids=ids(proposal, 1), chromosome_class="1")) == []


def test_that_a_turn_is_a_correction_and_two_turns_are_none(proposal: Proposal) -> None:
    turn = op.Turn(ids=ids(proposal, 2))
    (one,) = changed(proposal, turn)
    assert (one.kind, one.confidence) == (CorrectionKind.POLARITY, 0.95)
    assert changed(proposal, turn, turn) == []


def test_that_an_excluded_object_is_corrected_once_and_asked_nothing_else(proposal: Proposal) -> None:
    exclude = op.Exclude(ids=ids(proposal, 0), reason=ExclusionReason.OTHER_CELL)
    state = after(proposal, exclude, op.Turn(ids=ids(proposal, 0)))
    found = [one for one in corrections_between(proposal, state) if one.chromosomes == ids(proposal, 0)]
    (one,) = found
    assert (one.kind, one.proposed, one.confirmed) == (
        CorrectionKind.EXCLUSION,
        "chromosome",
        "other cell",
    )
    assert one.changed
    assert changed(proposal, exclude, op.Restore(ids=ids(proposal, 0))) == []


def test_that_a_cut_names_its_pieces(proposal: Proposal) -> None:
    pieces = halves(proposal.chromosomes[0])
    (one,) = changed(proposal, op.Cut(ids=ids(proposal, 0), pieces=pieces))
    assert (one.kind, one.proposed, one.confirmed) == (CorrectionKind.CUT, "1 object", "2 objects")
    assert set(one.chromosomes) == {"upper", "lower"}
    assert (one.model, one.confidence) == ("outliner@0.1", 0.97)


def test_that_a_cut_is_seen_where_one_piece_keeps_the_identity(proposal: Proposal) -> None:
    upper, lower = halves(proposal.chromosomes[0])
    pieces = (replace(upper, id=proposal.chromosomes[0].id), lower)
    (one,) = changed(proposal, op.Cut(ids=ids(proposal, 0), pieces=pieces))
    assert one.kind is CorrectionKind.CUT


def test_that_pieces_joined_again_are_no_correction_of_class(proposal: Proposal) -> None:
    whole = proposal.chromosomes[0]
    again = replace(whole, id=ChromosomeId("again"))
    steps = (
        op.Cut(ids=(whole.id,), pieces=halves(whole)),
        op.Join(ids=(ChromosomeId("upper"), ChromosomeId("lower")), pieces=(again,)),
    )
    assert changed(proposal, *steps) == []


def test_that_a_join_names_the_whole() -> None:
    upper, lower = halves(chromosome("whole", "1"))
    proposal = replace(proposal_for(empty_cell(), ()), chromosomes=(upper, lower))
    (one,) = changed(proposal, op.Join(ids=(upper.id, lower.id), pieces=(chromosome("whole", "1"),)))
    assert (one.kind, one.chromosomes) == (CorrectionKind.JOIN, ("whole",))
    assert (one.proposed, one.confirmed) == ("2 objects", "1 object")


def test_that_a_redrawn_outline_is_a_correction_however_small(proposal: Proposal) -> None:
    whole = proposal.chromosomes[3]
    xmin, ymin, xmax, ymax = whole.outline.box
    drawn = replace(whole, outline=box_outline(xmin, ymin, xmax - xmin, ymax - ymin + 1))
    (one,) = changed(proposal, op.Recut(ids=(whole.id,), pieces=(drawn,)))
    assert (one.kind, one.confirmed) == (CorrectionKind.OUTLINE, "97% shared")


def test_that_a_missed_chromosome_is_a_correction_unless_it_is_excluded(proposal: Proposal) -> None:
    added = op.AddChromosome(pieces=(chromosome("added", "5", place=30),))
    (one,) = changed(proposal, added)
    assert (one.kind, one.proposed, one.confirmed) == (CorrectionKind.ADDED, None, "5")
    assert (one.model, one.confidence) == ("finder@0.1", None)
    left_out = op.Exclude(ids=(ChromosomeId("added"),), reason=ExclusionReason.DEBRIS)
    assert changed(proposal, added, left_out) == []


def test_that_an_object_without_successor_was_removed(proposal: Proposal) -> None:
    (one,) = changed(proposal, op.Recut(ids=ids(proposal, 2), pieces=()))
    assert (one.kind, one.proposed, one.chromosomes) == (CorrectionKind.REMOVED, "2", ids(proposal, 2))


def test_that_a_moved_centromere_is_a_correction(proposal: Proposal) -> None:
    (one,) = changed(proposal, op.MoveCentromere(ids=ids(proposal, 0), point=(10.0, 20.0)))
    assert (one.kind, one.proposed, one.confirmed) == (CorrectionKind.CENTROMERE, "10.0, 15.0", "10.0, 20.0")


def test_that_a_second_analysis_is_compared_by_pixels(proposal: Proposal) -> None:
    first = proposal.chromosomes[0]
    decided = op.Reclassify(ids=(first.id,), chromosome_class="7")
    state = after(proposal, decided)
    second = proposal_for(state, NAMES)
    superseded = frozenset({second.chromosomes[0].id})
    state = placing(second, superseded).apply(state)
    found = [one for one in corrections_between(second, state) if one.changed]
    assert [(one.kind, one.chromosomes, one.confirmed) for one in found] == [
        (CorrectionKind.CLASS, (first.id,), "7")
    ]


def test_that_crossing_chromosomes_are_not_taken_for_pieces_of_each_other() -> None:
    upright = replace(chromosome("upright", "1"), outline=box_outline(50, 20, 10, 60))
    lying = replace(chromosome("lying", "2"), outline=box_outline(20, 45, 70, 10))
    proposal = replace(proposal_for(empty_cell(), ()), chromosomes=(upright, lying))
    drawn = replace(upright, outline=box_outline(50, 20, 10, 62))
    redrawn = replace(lying, outline=box_outline(18, 45, 70, 10))
    steps = (op.Recut(ids=(upright.id,), pieces=(drawn,)), op.Recut(ids=(lying.id,), pieces=(redrawn,)))
    assert [one.kind for one in changed(proposal, *steps)] == [CorrectionKind.OUTLINE] * 2


def test_that_overlap_counts_shared_pixels() -> None:
    one, other = footprint_of(box_outline(0, 0, 10, 10)), footprint_of(box_outline(5, 0, 10, 10))
    assert one.area == other.area == 100
    assert shared_pixels(one, other) == 50
    assert likeness(one, other) == pytest.approx(1 / 3)
    assert shared_pixels(one, footprint_of(box_outline(40, 40))) == 0
    frame = Outline(points=box_outline(0, 0, 10, 10).points, holes=(box_outline(2, 2, 6, 6).points,))
    assert footprint_of(frame).area == 64
