from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.chromosome import Aspect, Chromosome, ExclusionReason
from core.domain.metaphase import ExcludedObject, Metaphase
from core.domain.outline import Outline
from core.editing import operations as op
from core.editing.codec import operation_from_json, operation_to_json

SQUARE = Outline(points=((0, 0), (10, 0), (10, 40), (0, 40)))
WIDER = Outline(points=((0, 0), (14, 0), (14, 40), (0, 40)))
BOX = (50.0, 50.0, 70.0, 90.0)


def one(name: str, **more) -> Chromosome:
    return Chromosome(id=name, outline=SQUARE, axis=((5, 0), (5, 40)), p_arm=(0.0, -1.0), **more)


def cell(*chromosomes: Chromosome, **more) -> Metaphase:
    return Metaphase(
        id="c", label="1", image="0" * 64, width=200, height=200, chromosomes=chromosomes, **more
    )


def test_that_a_crossing_gives_two_chromosomes_that_know_each_other():
    step = op.SeparateCrossing(ids=("a",), pieces=(one("b", overlaps=("c",)), one("c")))
    after = step.apply(cell(one("a")))
    assert [c.id for c in after.chromosomes] == ["b", "c"]
    assert after.chromosome("b").overlaps == ("c",)
    assert after.chromosome("c").overlaps == ("b",)
    assert all(Aspect.OUTLINE in c.decided for c in after.chromosomes)


def test_that_two_pieces_without_a_common_crossing_are_refused():
    with pytest.raises(op.Refused, match="share no crossing"):
        op.SeparateCrossing(ids=("a",), pieces=(one("b"), one("c"))).apply(cell(one("a")))


def test_that_another_outline_keeps_what_a_person_decided_and_takes_the_rest_of_the_reading():
    known = one(
        "a", chromosome_class="3", decided=frozenset({Aspect.CLASS, Aspect.POLARITY, Aspect.CENTROMERE}),
        centromere=(5, 15), homolog=1,
    )  # fmt: skip
    read = replace(
        known, outline=WIDER, chromosome_class="9", axis=((7, 40), (7, 0)), p_arm=(0.0, 1.0),
        centromere=(7, 30),
    )  # fmt: skip
    after = op.Reshape(pieces=(read,), verb="Brush").apply(cell(known)).chromosome("a")
    assert after.outline == WIDER
    assert (after.chromosome_class, after.centromere, after.p_arm) == ("3", (5, 15), (0.0, -1.0))
    assert after.axis == ((7, 0), (7, 40))
    free = op.Reshape(pieces=(read,)).apply(cell(one("a", chromosome_class="3"))).chromosome("a")
    assert (free.chromosome_class, free.axis, free.centromere) == ("9", ((7, 40), (7, 0)), (7, 30))


def test_that_a_drawn_axis_survives_reading_again_and_a_brush():
    drawn = replace(one("a"), axis=((2, 0), (8, 40)))
    after = op.MoveAxis(piece=drawn).apply(cell(one("a")))
    assert after.chromosome("a").axis == ((2, 0), (8, 40))
    read = replace(one("a"), axis=((5, 40), (5, 0)), p_arm=(0.0, 1.0))
    again = op.Reread(readings=(read,)).apply(after)
    assert again.chromosome("a").axis == ((8, 40), (2, 0))
    brushed = op.Reshape(pieces=(replace(read, outline=WIDER),)).apply(again)
    assert brushed.chromosome("a").axis == ((8, 40), (2, 0))


def test_that_a_new_chromosome_explains_the_amber_box():
    before = cell(one("a"), unexplained=(BOX, (0.0, 0.0, 5.0, 5.0)))
    after = op.AddChromosome(pieces=(one("b"),), explains=(BOX,)).apply(before)
    assert after.unexplained == ((0.0, 0.0, 5.0, 5.0),)


def test_that_stain_is_marked_as_nucleus_and_comes_back_as_a_chromosome():
    before = cell(one("a"), unexplained=(BOX,))
    marked = op.MarkObject(box=BOX, reason=ExclusionReason.NUCLEUS).apply(before)
    assert marked.unexplained == ()
    assert marked.excluded == (ExcludedObject(box=BOX, reason=ExclusionReason.NUCLEUS),)
    debris = op.MarkObject(box=BOX, reason=ExclusionReason.DEBRIS).apply(marked)
    assert [found.reason for found in debris.excluded] == [ExclusionReason.DEBRIS]
    assert op.AddChromosome(pieces=(one("b"),), explains=(BOX,)).apply(debris).excluded == ()


def test_that_the_last_chromosome_is_neither_deleted_nor_excluded():
    last = cell(one("a"), one("b", excluded=ExclusionReason.DEBRIS))
    with pytest.raises(op.Refused, match="last chromosomes"):
        op.Exclude(ids=("a",), reason=ExclusionReason.DEBRIS).apply(last)
    with pytest.raises(op.Refused, match="last chromosomes"):
        op.Remove(ids=("a", "b")).apply(last)
    assert op.Remove(ids=("b",)).apply(last).count == 1


def test_that_a_line_through_two_chromosomes_cuts_both_in_one_step():
    step = op.Cut(ids=("a", "b"), pieces=(one("c"), one("d"), one("e"), one("f")))
    assert step.apply(cell(one("a"), one("b"))).count == 4
    assert step.label == "Cut 2 chromosomes into 4"
    with pytest.raises(op.Refused, match="cuts nothing"):
        op.Cut(ids=("a", "b"), pieces=(one("c"), one("d"))).apply(cell(one("a"), one("b")))


@pytest.mark.parametrize(
    "step",
    [
        op.SeparateCrossing(ids=("a",), pieces=(one("b", overlaps=("c",)), one("c"))),
        op.Reshape(pieces=(one("a"),), verb="Erase"),
        op.MoveAxis(piece=one("a")),
        op.MarkObject(box=BOX, reason=ExclusionReason.NUCLEUS),
        op.AddChromosome(pieces=(one("b"),), explains=(BOX,)),
        op.Remove(ids=("a",)),
    ],
)
def test_that_each_step_goes_to_json_and_back(step):
    assert operation_from_json(*operation_to_json(step)) == step


def test_that_a_journal_written_before_boxes_were_explained_is_still_read():
    kind, text = operation_to_json(op.AddChromosome(pieces=(one("b"),)))
    old = text.replace('"explains":[],', "").replace(',"explains":[]', "").replace(', "explains": []', "")
    assert "explains" not in old
    assert operation_from_json(kind, old).explains == ()
