from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from app.board.dropping import operation_for, target_in, words_for
from app.board.layout import OUT_SLOT, UNKNOWN_SLOT, Body, lay_out
from app.board.words import percent, unusual_counts
from core.domain.bands import UNKNOWN
from core.domain.chromosome import ExclusionReason, ObjectType
from core.domain.karyogram import MARKER_SLOT
from core.editing.operations import Reclassify, SwapHomologs
from tests.core.analysis.cells import cell_of


def bodies_of(cell, seed: int = 0):
    return {
        c.id: Body(width=18.0 + (seed + n) % 25, height=30.0 + 3 * ((seed + n) % 40), centromere=12.0)
        for n, c in enumerate(cell.chromosomes)
    }


def areas_of(layout, bodies) -> dict[str, QRectF]:
    return {
        name: QRectF(
            stand.at.x(), stand.at.y(), bodies[name].width * stand.scale, bodies[name].height * stand.scale
        )
        for name, stand in layout.stands.items()
    }


@given(
    width=st.integers(220, 2000),
    height=st.integers(260, 1400),
    extra=st.lists(st.sampled_from(["1", "8", "21", "X", "Y", "unknown"]), max_size=30),
    seed=st.integers(0, 50),
)
@settings(max_examples=40, deadline=None)
def test_that_chromosomes_never_overlap_and_stand_above_their_own_label(width, height, extra, seed):
    cell = cell_of("c", extra=tuple(extra), markers=2)
    bodies = bodies_of(cell, seed)
    layout = lay_out(cell, bodies, width, height)
    areas = areas_of(layout, bodies)
    assert set(areas) == {c.id for c in cell.chromosomes}
    for slot in layout.slots:
        for before, after in zip(slot.members, slot.members[1:], strict=False):
            assert areas[before].right() <= areas[after].left() + 1e-6
        for member in slot.members:
            assert slot.area.adjusted(-1, -1, 1, 1).contains(areas[member].center())
            assert areas[member].bottom() <= slot.line.top() + 1e-6


def test_that_all_but_the_excluded_stand_at_one_scale():
    cell = cell_of("c")
    out = replace(cell.chromosomes[0], excluded=ExclusionReason.DEBRIS)
    cell = replace(cell, chromosomes=(out, *cell.chromosomes[1:]))
    layout = lay_out(cell, bodies_of(cell), 700, 500)
    assert len({stand.scale for name, stand in layout.stands.items() if name != out.id}) == 1
    assert layout.slot_of(out.id).name == OUT_SLOT


def test_that_pairs_are_aligned_on_their_centromeres():
    cell = cell_of("c")
    bodies = {
        c.id: Body(width=20.0, height=60.0 + 5 * (n % 3), centromere=15.0 + 7 * (n % 2))
        for n, c in enumerate(cell.chromosomes)
    }
    layout = lay_out(cell, bodies, 800, 600)
    for slot in layout.slots:
        lines = {
            round(layout.stands[m].at.y() + bodies[m].centromere * layout.stands[m].scale, 3)
            for m in slot.members
        }
        assert len(lines) <= 1


@pytest.mark.parametrize(
    ("sexes", "unusual"),
    [
        ("XX", {}), ("XY", {}), ("X", {"X": 1}), ("XXY", {"X": 2}), ("XYY", {"Y": 2}),
        ("XXX", {"X": 3}),
    ],
)  # fmt: skip
def test_that_sex_chromosomes_are_judged_together(sexes, unusual):
    assert unusual_counts(cell_of("c", sexes=sexes)) == unusual


def place_of(cell, slot_name: str, x: float, carried: tuple[str, ...]):
    layout = lay_out(cell, bodies_of(cell), 800, 600)
    slot = next(s for s in layout.slots if s.name == slot_name)
    bodies = bodies_of(cell)
    middles = {
        m: layout.stands[m].at.x() + bodies[m].width * layout.stands[m].scale / 2 for m in slot.members
    }
    at = slot.area.left() + x * slot.area.width()
    return target_in(slot, at, carried, middles)


def test_that_a_drop_between_two_homologs_takes_the_place_between_them():
    cell = cell_of("c")
    carried = ("c-8-0",)
    operation = operation_for(cell, carried, place_of(cell, "9", 0.5, carried))
    assert operation == Reclassify(ids=carried, chromosome_class="9", place=2)


def test_that_a_drop_beyond_the_homolog_swaps_and_one_at_home_does_nothing():
    cell = cell_of("c")
    carried = ("c-8-0",)
    assert operation_for(cell, carried, place_of(cell, "8", 0.95, carried)) == SwapHomologs(
        ids=("c-8-0", "c-8-1")
    )
    stays = place_of(cell, "8", 0.05, carried)
    assert operation_for(cell, carried, stays) is None
    assert words_for(carried, stays, None) == "stays here"


def test_that_a_derivative_stays_a_derivative_when_its_class_is_corrected():
    cell = cell_of("c")
    der = replace(cell.chromosomes[0], object_type=ObjectType.DERIVATIVE)
    cell = replace(cell, chromosomes=(der, *cell.chromosomes[1:]))
    operation = operation_for(cell, (der.id,), place_of(cell, "22", 0.9, (der.id,)))
    assert operation.object_type is ObjectType.DERIVATIVE


def test_that_the_trays_make_markers_and_take_names_away():
    cell = cell_of("c")
    marker = operation_for(cell, ("c-8-0",), place_of(cell, MARKER_SLOT, 0.5, ("c-8-0",)))
    assert marker == Reclassify(ids=("c-8-0",), chromosome_class=UNKNOWN, object_type=ObjectType.MARKER)
    unknown = operation_for(cell, ("c-8-0",), place_of(cell, UNKNOWN_SLOT, 0.5, ("c-8-0",)))
    assert unknown == Reclassify(ids=("c-8-0",), chromosome_class=UNKNOWN)


def test_that_no_probability_is_shown_as_certain():
    assert (percent(1.0), percent(0.0), percent(0.876)) == ("> 99 %", "< 1 %", "88 %")
