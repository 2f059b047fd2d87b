from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.annotation import Annotation, AnnotationId, AnnotationKind
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect, ExclusionReason, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.karyogram import annotations_of, designation_of, karyogram_of, marks_of
from core.domain.outline import Outline
from core.editing import operations as op
from tests.core.analysis.cells import cell_of


def arrow(owner: str, *, name: str = "a", text: str = "") -> Annotation:
    return Annotation(
        id=AnnotationId(name), chromosome=ChromosomeId(owner), kind=AnnotationKind.ARROW,
        points=((0.0, 0.0), (9.0, 9.0)), text=text,
    )  # fmt: skip


def test_that_turns_add_up_and_a_full_circle_is_none():
    cell = cell_of("c")
    one = cell.chromosomes[0].id
    for degrees in (30.0, 20.0):
        cell = op.RotateBy(ids=(one,), degrees=degrees).apply(cell)
    assert cell.chromosome(one).turned == pytest.approx(50.0)
    cell = op.RotateBy(ids=(one,), degrees=310.0).apply(cell)
    assert cell.chromosome(one).turned == 0.0


def test_that_a_nudge_is_kept_and_does_not_lead_out_of_the_slot():
    cell = cell_of("c")
    one = cell.chromosomes[0].id
    cell = op.Nudge(ids=(one,), by=(3.0, -2.0)).apply(cell)
    assert cell.chromosome(one).nudged == (3.0, -2.0)
    cell = op.Nudge(ids=(one,), by=(1e6, 0.0)).apply(cell)
    assert cell.chromosome(one).nudged == (60.0, -2.0)


def test_that_what_is_no_captured_picture_is_marked_and_can_be_taken_back():
    cell = cell_of("c")
    one = cell.chromosomes[0].id
    cell = op.ShowMirrored(ids=(one,), mirrored=True).apply(cell)
    cell = op.ShowStraight(ids=(one,), straightened=True).apply(cell)
    assert marks_of(cell.chromosome(one)) == ("straightened", "mirrored")
    cell = op.StandAsCaptured(ids=(one,)).apply(cell)
    assert marks_of(cell.chromosome(one)) == ()


@pytest.mark.parametrize(
    ("kind", "designation"),
    [
        (ObjectType.DERIVATIVE, "der(9)"), (ObjectType.RING, "r(9)"), (ObjectType.DICENTRIC, "dic(9)"),
        (ObjectType.ACENTRIC_FRAGMENT, "ace"), (ObjectType.DMIN, "dmin"), (ObjectType.MARKER, "mar"),
        (ObjectType.NORMAL, ""),
    ],
)  # fmt: skip
def test_that_an_abnormal_chromosome_is_called_as_iscn_begins_it(kind, designation):
    cell = cell_of("c")
    nine = next(c for c in cell.chromosomes if c.chromosome_class == "9")
    cell = op.SetKind(ids=(nine.id,), object_type=kind).apply(cell)
    after = cell.chromosome(nine.id)
    assert designation_of(after) == designation
    assert Aspect.CLASS in after.decided
    classless = kind in (ObjectType.DMIN, ObjectType.MARKER)
    assert after.chromosome_class == (UNKNOWN if classless else "9")


def test_that_the_derivative_stands_right_of_its_homolog_and_markers_last():
    cell = cell_of("c")
    first, second = (c for c in cell.chromosomes if c.chromosome_class == "9")
    third, fourth = (c for c in cell.chromosomes if c.chromosome_class == "8")
    cell = op.SetKind(ids=(first.id,), object_type=ObjectType.DERIVATIVE).apply(cell)
    cell = op.SetKind(ids=(third.id,), object_type=ObjectType.DMIN).apply(cell)
    cell = op.SetKind(ids=(fourth.id,), object_type=ObjectType.MARKER).apply(cell)
    karyogram = karyogram_of(cell)
    nine = next(s for row in karyogram.rows for group in row for s in group if s.name == "9")
    assert [c.id for c in nine.chromosomes] == [second.id, first.id]
    assert [c.id for c in karyogram.markers] == [fourth.id, third.id]
    assert cell.count == 45


def test_that_several_kinds_move_to_a_slot_and_stay_what_they_are():
    cell = cell_of("c")
    der = replace(cell.chromosomes[0], object_type=ObjectType.DERIVATIVE, nudged=(4.0, 4.0))
    out = replace(cell.chromosomes[5], excluded=ExclusionReason.DEBRIS)
    cell = replace(cell, chromosomes=(der, *cell.chromosomes[1:5], out, *cell.chromosomes[6:]))
    cell = op.MoveToSlot(ids=(der.id, out.id), chromosome_class="22", place=1).apply(cell)
    assert cell.chromosome(der.id).object_type is ObjectType.DERIVATIVE
    assert cell.chromosome(der.id).nudged == (0.0, 0.0)
    assert cell.chromosome(out.id).excluded is None
    assert {cell.chromosome(i).homolog for i in (der.id, out.id)} == {1, 2}
    with pytest.raises(op.Refused):
        op.MoveToSlot(ids=(der.id,), chromosome_class="23").apply(cell)


def test_that_an_annotation_is_drawn_changed_and_erased():
    cell = cell_of("c")
    owner = cell.chromosomes[0].id
    cell = op.Annotate(annotation=arrow(owner)).apply(cell)
    cell = op.ChangeAnnotation(annotation=arrow(owner, text="  q34   here ")).apply(cell)
    (only,) = cell.annotations
    assert only.text == "q34 here"
    assert annotations_of(cell) == {owner: (only,)}
    assert op.EraseAnnotations(annotations=(only.id,)).apply(cell).annotations == ()


@pytest.mark.parametrize(
    "operation",
    [
        op.Annotate(annotation=arrow("nobody")),
        op.Annotate(annotation=replace(arrow("c-1-0"), points=((0.0, 0.0),))),
        op.Annotate(annotation=replace(arrow("c-1-0"), kind=AnnotationKind.TEXT, points=((0.0, 0.0),))),
        op.Annotate(annotation=replace(arrow("c-1-0"), colour="red")),
        op.Annotate(annotation=arrow("c-1-0", text="x" * 81)),
        op.ChangeAnnotation(annotation=arrow("c-1-0")),
        op.EraseAnnotations(annotations=(AnnotationId("a"),)),
        op.RotateBy(ids=("c-1-0",), degrees=float("nan")),
        op.Nudge(ids=(), by=(1.0, 1.0)),
    ],
)  # fmt: skip
def test_that_what_makes_no_sense_is_refused_in_words(operation):
    with pytest.raises(op.Refused, match=r"\w"):
        operation.apply(cell_of("c"))


def test_that_an_annotation_of_a_chromosome_that_was_cut_belongs_to_the_nearest_piece():
    cell = cell_of("c")
    far_off = Outline(points=((70.0, 70.0), (80.0, 70.0), (80.0, 90.0)))
    near = replace(cell.chromosomes[3], outline=far_off)
    cell = replace(cell, chromosomes=(*cell.chromosomes[:3], near, *cell.chromosomes[4:]))
    lost = replace(arrow("cut away"), points=((0.0, 0.0), (79.0, 72.0)))
    assert set(annotations_of(replace(cell, annotations=(lost,)))) == {near.id}
