"""A change built from normal homologs, held against the chromosome that carries it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from core.domain.chromosome import ObjectType
from core.report.drawing import Drawing
from core.report.rendering import to_pixels, to_svg
from core.report.what_if_figure import draw_what_if, score_words
from core.whatif.likeness import agreement_of, laid_together, likeness_of
from core.whatif.plan import Break, ChangeKind, Plan, plan_of
from core.whatif.sources import LaidCell, LaidChromosome, at_scale, lay_cell
from core.whatif.would_be import best_breaks, fit_to_idiogram, normal_agreement, ranked_sources, would_be
from tests.synthetic import simulated_cell


@lru_cache(maxsize=4)
def _laid(change: str, seed: int = 101) -> LaidCell:
    return lay_cell(*simulated_cell(f"46,XX,{change}", seed=seed))


def _suspect(laid: LaidCell, name: str) -> LaidChromosome:
    return next(one for one in laid.of_class(name) if one.chromosome.object_type is not ObjectType.NORMAL)


def _plan(change: str, name: str) -> Plan:
    plan = plan_of(change, name)
    assert plan is not None
    return plan


def test_that_a_profile_is_most_like_itself_however_long() -> None:
    rng = np.random.default_rng(3)
    profile = np.interp(np.arange(120), np.arange(0, 121, 6), rng.random(21))
    longer = np.interp(np.arange(128) / 128 * 120, np.arange(120), profile)
    assert likeness_of(profile, profile).score == pytest.approx(1.0)
    assert likeness_of(profile, longer).score > 0.9
    assert likeness_of(profile, profile[:60]).score < 0.7
    assert likeness_of(profile, rng.random(120)).score < 0.7


def test_that_a_piece_that_only_one_of_them_has_is_laid_beyond_the_end() -> None:
    profile = 0.5 + 0.4 * np.sin(np.arange(100) / 5.0)
    found = likeness_of(profile, profile[10:])
    first, second, start = laid_together(profile, profile[10:], found)
    assert len(first) == len(second) >= 100
    assert start >= 0
    assert np.isnan(second).any()


def test_that_profiles_of_one_row_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 rows"):
        likeness_of(np.ones(1), np.ones(30))


def test_that_the_derivative_looks_more_like_the_suspect_than_the_unchanged_homolog() -> None:
    for change, name in (("t(9;22)(q34;q11.2)", "9"), ("del(5)(q13q33)", "5"), ("i(17)(q10)", "17")):
        laid = _laid(change)
        found = would_be(_plan(change, name), _suspect(laid, name), [laid])
        first = found.built[0]
        assert found.score is not None
        assert first.unchanged is not None
        assert found.score > first.unchanged + 0.1
        assert first.carrier == name


def test_that_both_derivatives_of_a_translocation_are_held_against_theirs() -> None:
    change = "t(9;22)(q34;q11.2)"
    laid = _laid(change)
    found = would_be(_plan(change, "22"), _suspect(laid, "22"), [laid])
    assert [one.label for one in found.built] == ["der(22)", "der(9)"]
    assert all(one.seen is not None for one in found.built)
    assert found.built[1].seen is _suspect(laid, "9")
    assert set(found.sources) == {"9", "22"}
    assert all(one.chromosome.object_type is ObjectType.NORMAL for one in found.sources.values())


def test_that_the_true_bands_are_among_the_best_when_the_clicks_were_beside_them() -> None:
    change = "del(5)(q13q33)"
    laid = _laid(change)
    wrong = Plan(
        kind=ChangeKind.DELETION,
        chromosome="5",
        breaks=(Break(chromosome="5", band="q14"), Break(chromosome="5", band="q31.3")),
    )
    suspect = _suspect(laid, "5")
    offered = best_breaks(wrong, suspect, [laid], level=400)
    assert [one.score for one in offered] == sorted((one.score for one in offered), reverse=True)
    start = would_be(wrong, suspect, [laid]).score
    assert start is not None
    assert offered[0].score > start
    regions = {one.band[:2] for one in offered[0].plan.breaks}
    assert regions <= {"q1", "q3"}


def test_that_missing_clicks_and_missing_homologs_are_told() -> None:
    laid = _laid("del(5)(q13q33)")
    suspect = _suspect(laid, "5")
    with pytest.raises(ValueError, match="Click the break on 5"):
        would_be(Plan(kind=ChangeKind.DELETION, chromosome="5"), suspect, [laid])
    alone = replace(laid, chromosomes=(suspect,))
    with pytest.raises(ValueError, match="got none in these cells"):
        would_be(_plan("del(5)(q13q33)", "5"), suspect, [alone])


def test_that_homologs_of_another_cell_serve_at_the_scale_of_this_one() -> None:
    laid, other = _laid("del(5)(q13q33)"), _laid("t(9;22)(q34;q11.2)")
    suspect = _suspect(laid, "5")
    alone = replace(laid, chromosomes=(suspect,))
    found = would_be(_plan("del(5)(q13q33)", "5"), suspect, [alone, other])
    assert found.sources["5"].cell == other.cell.id
    assert found.built[0].derivative.scale == pytest.approx(suspect.strip.scale)
    strip = other.of_class("5")[0].strip
    scaled = at_scale(strip, 2 * strip.scale, 41)
    assert scaled.stain.shape[1] == 41
    assert scaled.rows == pytest.approx(2 * strip.rows, abs=1)
    assert np.all(np.diff(scaled.fraction) > 0)


def test_that_sources_leave_the_suspect_out_and_prefer_what_is_normal() -> None:
    laid = _laid("del(5)(q13q33)")
    suspect = _suspect(laid, "5")
    ranked = ranked_sources("5", suspect, [laid])
    assert suspect not in ranked
    assert fit_to_idiogram(ranked[0]) > fit_to_idiogram(suspect)


def test_that_normal_homologs_of_a_cell_agree_with_each_other() -> None:
    found = normal_agreement([_laid("t(9;22)(q34;q11.2)")], ("9", "22"))
    assert found is not None
    assert 0.5 < found.low < found.middle < found.high <= 1.0
    assert agreement_of([0.9, 0.9]) is None


def _inside(drawing: Drawing) -> bool:
    points = [point for contour in drawing.contours for point in contour.points]
    points += [(words.x, words.y) for words in drawing.words]
    return all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points)


def test_that_the_figure_shows_both_and_knows_its_bands() -> None:
    change = "t(9;22)(q34;q11.2)"
    laid = _laid(change)
    plan, suspect = _plan(change, "9"), _suspect(laid, "9")
    found = would_be(plan, suspect, [laid])
    agreement = normal_agreement([laid], ("9", "22"))
    figure = draw_what_if(
        plan, 550, suspect=suspect, found=found, agreement=agreement, active=0, title=change
    )
    words = {one.text for one in figure.drawing.words}
    assert {"9", "22", "built", "seen", "q11.2"} <= words
    assert len(figure.drawing.pictures) == 4
    assert _inside(figure.drawing)
    assert [target.chromosome for target in figure.targets] == ["9", "22"]
    place = figure.targets[1].place
    hit = figure.target_at(place.left + 1, place.top + place.height / 2)
    assert hit is not None
    assert hit[0].chromosome == "22"
    assert hit[1] == pytest.approx(0.5)
    assert figure.target_at(1.0, 1.0) is None
    assert "normal homologs of this case" in score_words(found, agreement)
    assert "too few" in score_words(found, None)
    assert to_pixels(figure.drawing, dpi=60).shape[2] == 3
    assert "der(22)" in to_svg(figure.drawing)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("inv(3)(q21q26.2)", "3"), ("dup(1)(q22q25)", "1"), ("r(20)(p13q13.3)", "20"),
        ("add(19)(p13.3)", "19"), ("ins(5;2)(p14;q22q32)", "2"), ("der(13;14)(q10;q10)", "14"),
    ],
)  # fmt: skip
def test_that_every_kind_is_built_from_a_normal_cell(change: str, name: str) -> None:
    laid = _laid("t(9;22)(q34;q11.2)")
    suspect = laid.of_class(name)[0]
    plan = _plan(change, name)
    found = would_be(plan, suspect, [laid])
    assert found.text == change
    assert found.built[0].derivative.rows > 10
    assert found.score is not None
    figure = draw_what_if(plan, 850, suspect=suspect, found=found)
    assert _inside(figure.drawing)
