"""Where everything stands, and the picture of one chromosome."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.annotation import Annotation, AnnotationId, AnnotationKind
from core.domain.chromosome import ObjectType
from core.domain.karyogram import karyogram_of
from core.domain.template import BUILT_IN, DENVER_ROWS, Spacing
from core.report.arrangement import Alignment, Body, Place, arrange
from core.report.chromosome_picture import upright_chromosome
from core.report.idiogram_shapes import band_shapes
from core.report.karyogram_figure import MEASURES, WIDTH, draw_karyogram, plans_of, truth_of_pixels
from core.report.karyogram_style import KaryogramStyle
from tests.core.analysis.cells import cell_of
from tests.synthetic import simulated_cell


@pytest.fixture(scope="module")
def drawn():
    return simulated_cell("46,XY,t(9;22)(q34;q11.2)", seed=3)


def placed_of(cell, style, *, seed=0):
    bodies = {
        c.id: Body(width=18.0 + (seed + n) % 30, height=40.0 + 3 * ((seed + n) % 40), centromere=13.0)
        for n, c in enumerate(cell.chromosomes)
    }
    plans = plans_of(karyogram_of(cell, style.template).rows, style)
    return bodies, arrange(plans, bodies, MEASURES.spaced(style.template.spacing), width=WIDTH,
                           largest=0.2, alignment=style.alignment)  # fmt: skip


@given(
    template=st.sampled_from(BUILT_IN),
    alignment=st.sampled_from(list(Alignment)),
    idiograms=st.booleans(),
    spacing=st.floats(0.4, 3.0),
    extra=st.lists(st.sampled_from(["1", "8", "21", "X"]), max_size=12),
    marked=st.integers(0, 2**20),
    seed=st.integers(0, 40),
)
@settings(max_examples=25, deadline=None)
def test_that_nothing_overlaps_or_leaves_the_page(
    template, alignment, idiograms, spacing, extra, marked, seed
):
    cell = cell_of("c", sexes="XY", extra=tuple(extra))
    chromosomes = tuple(
        replace(
            c,
            straightened=bool(marked >> (n % 20) & 1),
            object_type=ObjectType.DERIVATIVE if (marked + n) % 9 == 0 else ObjectType.NORMAL,
        )
        for n, c in enumerate(cell.chromosomes)
    )
    cell = replace(cell, chromosomes=chromosomes)
    wide = Spacing(pair=spacing, slot=spacing)
    style = KaryogramStyle(template=replace(template, spacing=wide), alignment=alignment, idiograms=idiograms)
    bodies, placed = placed_of(cell, style, seed=seed)
    for slot in placed.slots:
        edges = [] if slot.idiogram is None else [(slot.idiogram.place.left, slot.idiogram.place.right)]
        for member in slot.plan.members:
            stand, body = placed.bodies[member.id], bodies[member.id]
            edges.append((stand.x, stand.x + body.width * stand.scale))
            assert stand.y + body.height * stand.scale <= slot.line.top + 1e-6
        for (_, right), (left, _) in pairwise(edges):
            assert right <= left + 1e-6
        assert all(left >= -1e-6 and right <= WIDTH + 1e-6 for left, right in edges)
        for caption in slot.captions:
            assert caption.y + MEASURES.caption <= slot.line.top + 1e-6
    lines = sorted((s.line.top, s.line.left, s.line.right) for s in placed.slots)
    for (top, _, right), (other, left, _) in pairwise(lines):
        assert top != other or right <= left + 1e-6


def test_that_a_row_stands_on_its_centromeres_or_on_one_line():
    cell = cell_of("c")
    bodies, placed = placed_of(cell, KaryogramStyle())
    _, standing = placed_of(cell, KaryogramStyle(alignment=Alignment.BASELINE))
    for row in karyogram_of(cell).rows:
        members = [c.id for group in row for slot in group for c in slot.chromosomes]
        waists = {round(placed.bodies[m].y + bodies[m].centromere * placed.scale, 6) for m in members}
        feet = {round(standing.bodies[m].y + bodies[m].height * standing.scale, 6) for m in members}
        assert len(waists) == len(feet) == 1


def test_that_what_goes_for_a_whole_slot_is_said_once():
    cell = cell_of("c")
    chromosomes = tuple(replace(c, straightened=c.chromosome_class in ("1",)) for c in cell.chromosomes)
    _, placed = placed_of(replace(cell, chromosomes=chromosomes), KaryogramStyle())
    (slot,) = [s for s in placed.slots if s.captions]
    assert [caption.text for caption in slot.captions] == ["straightened"]


def test_that_a_nudge_moves_one_chromosome_by_captured_pixels():
    cell = cell_of("c")
    one = replace(cell.chromosomes[0], nudged=(10.0, -5.0))
    _, before = placed_of(cell, KaryogramStyle())
    _, after = placed_of(replace(cell, chromosomes=(one, *cell.chromosomes[1:])), KaryogramStyle())
    assert after.bodies[one.id].x - before.bodies[one.id].x == pytest.approx(10 * before.scale)
    assert after.bodies[one.id].y - before.bodies[one.id].y == pytest.approx(-5 * before.scale)


@pytest.mark.parametrize("straightened", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turned", [0.0, 25.0, -140.0])
def test_that_a_point_is_found_again_on_the_shown_chromosome(drawn, straightened, mirrored, turned):
    cell, grey = drawn
    for chromosome in cell.chromosomes[:8]:
        shown = upright_chromosome(
            grey, replace(chromosome, straightened=straightened, mirrored=mirrored, turned=turned)
        )
        again = shown.placement.captured(shown.placement.shown(chromosome.axis))
        assert np.abs(again - np.asarray(chromosome.axis)).max() < 0.6
        (_, y), height = shown.placement.shown(chromosome.centromere)[0], shown.image.shape[0]
        assert abs(np.clip(y, 0, height) - shown.centromere) < 2.0


def test_that_a_mirror_image_is_the_captured_one_the_other_way_round(drawn):
    cell, grey = drawn
    one = cell.chromosomes[0]
    plain, mirrored = upright_chromosome(grey, one), upright_chromosome(grey, replace(one, mirrored=True))
    assert np.array_equal(plain.image[:, ::-1], mirrored.image)


def test_that_the_print_says_what_is_no_captured_picture(drawn):
    cell, grey = drawn
    assert truth_of_pixels(cell) == "Captured pixels, only rotated."
    first = replace(cell.chromosomes[0], straightened=True)
    second = replace(cell.chromosomes[4], mirrored=True)
    changed = replace(cell, chromosomes=(first, *cell.chromosomes[1:4], second, *cell.chromosomes[5:]))
    assert "straightened or mirrored" in truth_of_pixels(changed)
    words = {one.text for one in draw_karyogram(changed, grey).words}
    assert {"straightened", "mirrored", "der(9)", "der(22)"} <= words


def test_that_annotations_and_idiograms_are_printed_by_choice(drawn):
    cell, grey = drawn
    one = cell.chromosomes[0]
    note = Annotation(
        id=AnnotationId("a"), chromosome=one.id, kind=AnnotationKind.ARROW,
        points=(one.axis[0], one.centromere), text="here", colour="#1464be",
    )  # fmt: skip
    cell = replace(cell, annotations=(note,))
    plain = draw_karyogram(cell, grey)
    assert "here" in {words.text for words in plain.words}
    assert any(contour.fill == (20, 100, 190) for contour in plain.contours)
    bare = draw_karyogram(cell, grey, style=KaryogramStyle(annotations=False))
    assert not bare.contours
    full = draw_karyogram(cell, grey, style=KaryogramStyle(template=DENVER_ROWS, idiograms=True, level=850))
    words = {one.text for one in full.words}
    assert {"A", "G", "Idiograms: 850 bands (ISCN)."} <= words
    assert len(full.contours) > 800


def test_that_the_level_of_the_idiograms_is_that_of_the_cell(drawn):
    cell, _ = drawn
    fine = replace(cell, quality=replace(cell.quality, band_level=790.0))
    coarse = replace(cell, quality=replace(cell.quality, band_level=420.0))
    levels = [KaryogramStyle().level_for(one) for one in (cell, fine, coarse)]
    assert levels == [550, 850, 400]
    assert KaryogramStyle(level=400).level_for(fine) == 400


def test_that_bands_follow_each_other_and_the_centromere_lies_where_it_is_wanted():
    bands, _ = band_shapes(Place(left=0, top=10, width=8, height=100), "9", 550, 0.4)
    assert bands[0].top == pytest.approx(10)
    assert bands[-1].bottom == pytest.approx(110)
    assert all(one.bottom == pytest.approx(two.top) for one, two in pairwise(bands))
    assert max(band.bottom for band in bands if band.name[0] == "p") == pytest.approx(50)
