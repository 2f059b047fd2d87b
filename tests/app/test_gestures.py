from __future__ import annotations

import numpy as np
import pytest

from app.gestures import (
    Scene,
    axis_moved,
    axis_nodes,
    brushed,
    cut_along,
    grown_by,
    joined,
    marked,
    outlined_at,
    outlined_in,
    pieces_of_cut,
    ringed,
    rubbed_out,
    separated_by_corners,
    separated_by_strokes,
    with_ring,
)
from app.gestures.edit import shared_pixels
from core.domain.chromosome import Aspect, Chromosome, ExclusionReason
from core.domain.metaphase import ExcludedObject, Metaphase
from core.domain.outline import Outline
from core.editing.operations import AddChromosome, Cut, Join, MarkObject, Refused, Reshape, SeparateCrossing
from core.imaging.outline import mask_of


def bar(name: str, left: float, top: float, *, width: float = 12, height: float = 60, **more) -> Chromosome:
    corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    middle = left + width / 2
    axis = tuple((middle, top + height * k / 20) for k in range(21))
    return Chromosome(id=name, outline=Outline(points=corners), axis=axis, p_arm=(0.0, -1.0), **more)


def cell(*chromosomes: Chromosome, **more) -> Metaphase:
    return Metaphase(
        id="c", label="1", image="0" * 64, width=200, height=200, chromosomes=chromosomes, **more
    )


def scene(state: Metaphase, *selected: str, stained: tuple[tuple[int, int, int, int], ...] = ()) -> Scene:
    """The chromosomes of a cell are stained, and more boxes (left, top, right, bottom) are."""
    stain = np.zeros((200, 200), dtype=np.float32)
    for chromosome in state.chromosomes:
        stain[mask_of(chromosome.outline.points, shape=(200, 200))[0]] = 0.8
    for left, top, right, bottom in stained:
        stain[top:bottom, left:right] = 0.8
    return Scene(cell=state, selection=frozenset(selected), stain=lambda: stain, outliner=lambda: None)


def after(seen: Scene, edit) -> Metaphase:
    return edit.step(edit.pieces).apply(seen.cell)


def area(chromosome: Chromosome) -> int:
    return int(mask_of(chromosome.outline.points)[0].sum())


ACROSS = ((0.0, 40.0), (100.0, 40.0))
UPRIGHT = bar("u", 50, 20, width=12, height=80)
CROSS = Chromosome(
    id="x",
    outline=Outline(
        points=((50, 20), (62, 20), (62, 54), (96, 54), (96, 66), (62, 66), (62, 100), (50, 100), (50, 66),
                (16, 66), (16, 54), (50, 54))
    ),
)  # fmt: skip


def test_that_a_line_cuts_every_chromosome_it_divides_in_one_step():
    seen = scene(cell(bar("a", 10, 10), bar("b", 50, 10), bar("c", 150, 10)))
    edit = cut_along(seen, ACROSS)
    assert isinstance(edit.step(edit.pieces), Cut)
    assert after(seen, edit).count == 5


def test_that_only_the_selected_chromosome_is_cut_where_the_line_divides_it():
    seen = scene(cell(bar("a", 10, 10), bar("b", 50, 10)), "b")
    assert cut_along(seen, ACROSS).instead_of == {"b"}


def test_that_a_line_beside_everything_or_into_a_chromosome_is_refused():
    seen = scene(cell(bar("a", 10, 10)))
    with pytest.raises(Refused, match="crosses no chromosome"):
        cut_along(seen, ((0.0, 0.0), (5.0, 5.0)))
    with pytest.raises(Refused, match="leaves it whole"):
        cut_along(seen, ((0.0, 30.0), (14.0, 30.0)))


def test_that_cut_pieces_together_are_the_whole():
    whole = bar("a", 10, 10)
    pieces = pieces_of_cut(whole, ((0.0, 30.0), (40.0, 34.0)))
    assert len(pieces) == 2
    assert abs(sum(area(piece) for piece in pieces) - area(whole)) <= 14
    assert all(Aspect.OUTLINE in piece.decided for piece in pieces)


def test_that_a_name_given_by_a_person_stays_with_the_large_piece():
    whole = bar("a", 10, 10, chromosome_class="3", decided=frozenset({Aspect.CLASS}))
    large, small = cut_along(scene(cell(whole)), ((0.0, 60.0), (40.0, 60.0))).pieces
    assert large.chromosome_class == "3"
    assert small.chromosome_class == "unknown"


def test_that_joined_pieces_are_one_and_their_axis_runs_through_both():
    seen = scene(cell(bar("a", 10, 10, height=30), bar("b", 10, 42, height=30)))
    edit = joined(seen.cell, frozenset({"a", "b"}))
    (whole,) = edit.pieces
    assert whole.outline.box[1] < 12
    assert whole.outline.box[3] > 70
    assert np.ptp([y for _, y in whole.axis]) > 50
    assert isinstance(edit.step(edit.pieces), Join)
    assert after(seen, edit).count == 1


def test_that_joining_one_piece_or_distant_ones_is_refused():
    state = cell(bar("a", 10, 10), bar("b", 150, 10))
    with pytest.raises(Refused, match="at least two pieces"):
        joined(state, frozenset({"a"}))
    with pytest.raises(Refused, match="px apart"):
        joined(state, frozenset({"a", "b"}))


def test_that_two_strokes_give_both_chromosomes_and_their_crossing():
    seen = scene(cell(CROSS, bar("far", 150, 20)))
    edit = separated_by_strokes(seen, ((56, 24), (56, 96)), ((20, 60), (92, 60)))
    first, second = edit.pieces
    assert edit.instead_of == {"x"}
    assert isinstance(edit.step(edit.pieces), SeparateCrossing)
    assert area(first) + area(second) - area(CROSS) == pytest.approx(144, abs=40)
    assert second.id in first.overlaps
    assert after(seen, edit).count == 3


def test_that_two_strokes_find_a_crossing_that_nobody_outlined():
    seen = scene(
        cell(bar("far", 150, 20), unexplained=((16.0, 20.0, 96.0, 100.0),)),
        stained=((50, 20, 62, 100), (16, 54, 96, 66)),
    )
    edit = separated_by_strokes(seen, ((56, 24), (56, 96)), ((20, 60), (92, 60)))
    assert edit.instead_of == frozenset()
    assert after(seen, edit).count == 3


def test_that_a_stroke_takes_in_the_end_that_was_taken_for_debris():
    debris = ExcludedObject(box=(48.0, 98.0, 64.0, 122.0), reason=ExclusionReason.DEBRIS)
    seen = scene(
        cell(CROSS, excluded=(debris,)),
        stained=((50, 100, 62, 120), (100, 20, 140, 60)),
    )
    edit = separated_by_strokes(seen, ((56, 24), (56, 116)), ((20, 60), (92, 60)))
    longer = max(edit.pieces, key=area)
    assert area(longer) == pytest.approx(12 * 100, abs=60)
    assert after(seen, edit).excluded == ()


def test_that_a_chromosome_told_apart_before_stays_when_the_next_crossing_of_it_is_parted():
    wide = Chromosome(  # a bar across, 40 px of which the upright one shares
        id="told", outline=Outline(points=((20, 20), (90, 20), (90, 60), (20, 60)))
    )
    seen = scene(cell(CROSS, wide))
    edit = separated_by_strokes(seen, ((56, 24), (56, 96)), ((20, 60), (92, 60)))
    assert edit.instead_of == {"x"}
    assert {"told"} < {c.id for c in after(seen, edit).chromosomes}
    assert after(seen, edit).count == 3


def test_that_four_corners_do_the_same():
    seen = scene(cell(CROSS))
    edit = separated_by_corners(seen, ((50, 54), (62, 54), (62, 66), (50, 66)))
    assert sorted(area(piece) for piece in edit.pieces) == [pytest.approx(960, abs=60)] * 2


def test_that_strokes_that_do_not_cross_or_lie_beside_are_refused():
    seen = scene(cell(CROSS))
    with pytest.raises(Refused, match="do not cross"):
        separated_by_strokes(seen, ((56, 24), (56, 44)), ((20, 60), (44, 60)))
    with pytest.raises(Refused, match="beside everything"):
        separated_by_strokes(seen, ((120, 120), (120, 180)), ((140, 120), (140, 180)))
    with pytest.raises(Refused, match="nothing is stained"):
        separated_by_corners(seen, ((150, 150), (160, 150), (160, 160), (150, 160)))


def test_that_a_brush_paints_at_the_selection_and_leaves_the_neighbour_its_pixels():
    seen = scene(cell(bar("a", 10, 10), bar("b", 26, 10)), "a")
    edit = brushed(seen, ((20, 40), (40, 40)), 3)
    assert isinstance(edit.step(edit.pieces), Reshape)
    (piece,) = edit.pieces
    assert piece.id == "a"
    assert area(piece) > 720
    assert piece.outline.box[2] <= 26.5
    assert piece.overlaps == ()
    (over,) = brushed(seen, ((20, 40), (34, 40)), 3, over_others=True).pieces
    assert over.overlaps == ("b",)


def test_that_a_brush_on_empty_ground_adds_a_chromosome():
    seen = scene(cell(bar("a", 10, 10)))
    edit = brushed(seen, ((100, 100), (100, 140)), 5)
    assert isinstance(edit.step(edit.pieces), AddChromosome)
    with pytest.raises(Refused, match="select the chromosome"):
        brushed(seen, ((5, 40), (40, 40)), 3)


def test_that_an_eraser_takes_the_edge_cuts_right_through_and_never_everything():
    seen = scene(cell(bar("a", 10, 10)), "a")
    (piece,) = rubbed_out(seen, ((8, 40), (14, 40)), 3).pieces
    assert area(piece) < 710
    assert len(rubbed_out(seen, ((0, 40), (40, 40)), 3).pieces) == 2
    with pytest.raises(Refused, match="whole chromosome"):
        rubbed_out(seen, ((16, 0), (16, 90)), 20)
    with pytest.raises(Refused, match="beside it"):
        rubbed_out(seen, ((150, 150), (160, 150)), 3)


def test_that_growing_stops_at_a_neighbour_and_shrinking_needs_a_selection():
    seen = scene(cell(bar("a", 10, 10), bar("b", 22, 10)), "a")
    (piece,) = grown_by(seen, 2).pieces
    assert shared_pixels(piece, seen.cell.chromosome("b")) == 0
    assert piece.outline.box[0] == pytest.approx(8, abs=0.6)
    with pytest.raises(Refused, match="nothing is selected"):
        grown_by(scene(seen.cell), -1)


def test_that_a_ring_on_free_stain_adds_and_explains_the_amber_box():
    box = (99.0, 99.0, 113.0, 141.0)
    seen = scene(cell(bar("a", 10, 10), unexplained=(box,)), stained=((100, 100, 112, 140),))
    edit = ringed(seen, ((95, 95), (118, 95), (118, 145), (95, 145)))
    state = after(seen, edit)
    assert state.count == 2
    assert state.unexplained == ()


def test_that_a_ring_around_a_part_of_a_chromosome_takes_it_out():
    seen = scene(cell(bar("a", 10, 10)))
    edit = ringed(seen, ((5, 45), (30, 45), (30, 80), (5, 80)))
    assert isinstance(edit.step(edit.pieces), Cut)
    assert after(seen, edit).count == 2


def test_that_a_ring_around_a_whole_chromosome_becomes_its_outline():
    seen = scene(cell(bar("a", 10, 10)), stained=((22, 30, 26, 40),))
    (piece,) = ringed(seen, ((5, 5), (30, 5), (30, 80), (5, 80))).pieces
    assert piece.id == "a"
    assert piece.outline.box[2] == pytest.approx(26, abs=1)


def test_that_a_ring_on_empty_ground_is_refused_and_a_ringed_nucleus_is_marked():
    seen = scene(cell(bar("a", 10, 10)), stained=((100, 100, 180, 180),))
    with pytest.raises(Refused, match="almost none"):
        ringed(seen, ((50, 20), (90, 20), (90, 60)))
    step = marked(seen, ((90, 90), (190, 90), (190, 190), (90, 190)), ExclusionReason.NUCLEUS)
    assert isinstance(step, MarkObject)
    assert step.box == (100.0, 100.0, 180.0, 180.0)


def test_that_a_click_outlines_stain_and_refuses_ground_and_chromosomes():
    seen = scene(cell(bar("a", 10, 10)), stained=((100, 100, 112, 160),))
    (piece,) = outlined_at(seen, (106.0, 130.0)).pieces
    assert area(piece) == pytest.approx(720, abs=60)
    with pytest.raises(Refused, match="none"):
        outlined_at(seen, (60.0, 150.0))
    with pytest.raises(Refused, match="a chromosome"):
        outlined_at(seen, (16.0, 40.0))


def test_that_an_amber_or_excluded_box_is_outlined_as_a_whole():
    box = (98.0, 98.0, 114.0, 162.0)
    seen = scene(cell(bar("a", 10, 10), unexplained=(box,)), stained=((100, 100, 112, 160),))
    assert after(seen, outlined_in(seen, box)).unexplained == ()
    with pytest.raises(Refused, match="nothing is stained"):
        outlined_in(seen, (50.0, 50.0, 60.0, 60.0))


def test_that_a_pulled_contour_is_the_new_outline_and_vanishing_ones_are_refused():
    seen = scene(cell(bar("a", 10, 10)))
    (piece,) = with_ring(seen, "a", ((10, 10), (30, 10), (22, 70), (10, 70))).pieces
    assert piece.outline.box[2] == pytest.approx(30, abs=1)
    with pytest.raises(Refused, match="hardly anything"):
        with_ring(seen, "a", ((10, 10), (11, 10), (11, 11)))


def test_that_a_moved_handle_bends_the_axis_and_leaving_the_chromosome_is_refused():
    known = bar("a", 10, 10, width=24)
    seen = scene(cell(known))
    nodes = axis_nodes(known)
    assert len(nodes) == 5
    bent = nodes.copy()
    bent[2] += (6, 0)
    edit = axis_moved(seen, "a", bent)
    moved = after(seen, edit).chromosome("a")
    assert max(x for x, _ in moved.axis) == pytest.approx(28, abs=0.5)
    assert Aspect.AXIS in moved.decided
    assert moved.outline == known.outline
    with pytest.raises(Refused, match="leave the chromosome"):
        axis_moved(seen, "a", nodes + np.array((80.0, 0.0)))
