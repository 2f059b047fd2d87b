"""Steps that a person could take on a cell as it stands, sensible ones and others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from core.domain.annotation import Annotation, AnnotationId, AnnotationKind
from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import Chromosome, ExclusionReason, ObjectType
from core.domain.ids import ChromosomeId, PersonName
from core.domain.metaphase import Banding, MarkKind, Metaphase, Origin, PairTick, Verdict
from core.editing import operations as op
from core.editing.placing import placing
from tests.core.editing.bench_cells import box_outline, chromosome, mark, proposal_for

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_POINT = st.tuples(st.floats(0, 300, width=32), st.floats(0, 250, width=32))


@st.composite
def any_step(draw: st.DrawFn, cell: Metaphase) -> op.CellOperation:
    present = [c.id for c in cell.chromosomes]
    ids = tuple(draw(st.lists(st.sampled_from(present), unique=True, max_size=3))) if present else ()
    fresh = ChromosomeId(f"n{draw(st.integers(0, 10**9))}")
    name = draw(st.sampled_from((*CLASSES[:4], "X", UNKNOWN)))
    kind = draw(st.sampled_from(list(MarkKind)))
    return draw(
        st.sampled_from(
            [
                op.Reclassify(ids=ids, chromosome_class=name, place=draw(st.none() | st.integers(1, 4))),
                op.Reclassify(ids=ids, chromosome_class=UNKNOWN, object_type=ObjectType.MARKER),
                op.SwapHomologs(ids=(*ids, fresh, fresh)[:2]),  # type: ignore[arg-type]
                op.Turn(ids=ids),
                op.RotateBy(ids=ids, degrees=draw(st.floats(-720, 720))),
                op.Nudge(ids=ids, by=draw(_POINT)),
                op.ShowMirrored(ids=ids, mirrored=draw(st.booleans())),
                op.ShowStraight(ids=ids, straightened=draw(st.booleans())),
                op.StandAsCaptured(ids=ids),
                op.SetKind(ids=ids, object_type=draw(st.sampled_from(list(ObjectType)))),
                op.MoveToSlot(ids=ids, chromosome_class=name, place=draw(st.none() | st.integers(1, 4))),
                op.Annotate(annotation=_annotation(ids[0] if ids else fresh, draw(_POINT))),
                op.ChangeAnnotation(annotation=_annotation(ids[0] if ids else fresh, draw(_POINT))),
                op.EraseAnnotations(annotations=(AnnotationId("a"),)),
                op.Rotate(ids=ids, degrees=draw(st.floats(-720, 720))),
                op.Exclude(ids=ids, reason=draw(st.sampled_from(list(ExclusionReason)))),
                op.Restore(ids=ids),
                op.Cut(ids=ids[:1], pieces=_pieces(cell, ids[:1], fresh)),
                op.Join(ids=ids, pieces=(chromosome(fresh, name),)),
                op.Recut(ids=ids[:1], pieces=_pieces(cell, ids[:1], fresh)[:1]),
                op.AddChromosome(pieces=(chromosome(fresh, name, place=draw(st.integers(0, 40))),)),
                op.SeparateCrossing(ids=ids, pieces=_pieces(cell, ids[:1], fresh)),
                op.Remove(ids=ids),
                op.Reshape(pieces=tuple(chromosome(one, name) for one in ids), verb="Brush"),
                op.MoveAxis(piece=chromosome(ids[0] if ids else fresh, name)),
                op.MarkObject(box=(1, 1, 9, 9), reason=draw(st.sampled_from(list(ExclusionReason)))),
                op.Reread(readings=tuple(chromosome(one, name) for one in ids), right_probability=0.5),
                op.MoveCentromere(ids=ids, point=draw(_POINT)),
                op.Confirm(ids=ids),
                op.TickPair(tick=PairTick(chromosome_class=name, person=PersonName("MK"), time=_NOON)),
                op.ClearTick(chromosome_class=name),
                op.WriteNotes(notes="a little blurred"),
                mark(kind),
                op.ClearMark(kind=kind),
                op.CountPoint(point=draw(_POINT)),
                op.ClearCountPoints(),
                op.Judge(verdict=draw(st.sampled_from(list(Verdict))), reason=draw(st.none() | st.just("x"))),
                op.Describe(origin=Origin(slide="2"), pixel_size_um=draw(st.none() | st.floats(0, 1)),
                            banding=Banding.G),
                placing(proposal_for(cell, ("1", "1", "X")), frozenset(ids)),
            ]
        )
    )  # fmt: skip


def _annotation(chromosome_id: ChromosomeId, point: tuple[float, float]) -> Annotation:
    return Annotation(
        id=AnnotationId("a"), chromosome=chromosome_id, kind=AnnotationKind.ARROW, points=((0.0, 0.0), point)
    )


def _pieces(cell: Metaphase, ids: tuple[ChromosomeId, ...], fresh: ChromosomeId) -> tuple[Chromosome, ...]:
    """Upper and lower half of a chromosome, the upper one with the identity of the whole."""
    if not ids:
        return ()
    whole = cell.chromosome(ids[0])
    xmin, ymin, xmax, ymax = whole.outline.box
    half = (ymax - ymin) / 2
    return (
        replace(whole, outline=box_outline(xmin, ymin, xmax - xmin, half)),
        replace(whole, id=fresh, outline=box_outline(xmin, ymin + half, xmax - xmin, half)),
    )
