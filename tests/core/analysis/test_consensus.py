from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from core.analysis.composite import numbers_of
from core.analysis.consensus import (
    OUTLIER,
    band_at,
    consensus_of,
    differing_rows,
    idiogram_bands,
    said_of,
    settled,
    study_class,
)
from core.analysis.strands import ROW, CellStrands, lay_cell_straight, scale_of
from core.domain.bands import centromere_fraction, relative_length
from core.domain.chromosome import ObjectType
from core.progress import CallbackProgress, Cancelled
from tests.synthetic import simulated_cell


@lru_cache(maxsize=32)
def cell(karyotype: str, seed: int):
    return simulated_cell(karyotype, seed=seed, label=f"{seed:03d}")


@lru_cache(maxsize=32)
def strands(karyotype: str, seed: int) -> CellStrands:
    return lay_cell_straight(*cell(karyotype, seed))


def normal(number: int) -> list[CellStrands]:
    return [strands("46,XX", seed) for seed in range(100, 100 + number)]


def of_class(cells: list[CellStrands], name: str):
    return [one for found in cells for one in found.of_class(name)]


def is_derivative(deviation) -> bool:
    return deviation.strand.chromosome.object_type is ObjectType.DERIVATIVE


def test_that_a_deletion_in_one_of_four_cells_is_the_largest_deviation():
    cells = [*normal(3), strands("46,XX,del(5)(p13)", 300)]
    study = study_class(of_class(cells, "5"))
    assert is_derivative(study.deviations[0])
    assert [one.outlying for one in study.deviations] == [True] + [False] * 7
    assert study.outlying_cells == 1
    first = study.deviations[0]
    assert first.p_change < -0.4
    assert "p arm −" in said_of(first, study.consensus)
    assert study.other is None


def test_that_homologs_of_a_translocation_in_every_cell_are_parted_and_the_normal_ones_lead():
    cells = [strands("46,XX,t(9;22)(q34;q11.2)", seed) for seed in (300, 301)]
    for name, grown in (("9", True), ("22", False)):
        study = study_class(of_class(cells, name))
        assert study.other is not None
        assert [is_derivative(one) for one in study.group(0)] == [False, False]
        assert [is_derivative(one) for one in study.group(1)] == [True, True]
        assert all(one.outlying for one in study.group(1))
        assert (study.group(1)[0].q_change > 0) is grown
        first, last = differing_rows(study)
        bands = band_at(study.consensus, first, 400), band_at(study.consensus, last, 400)
        assert all(band.startswith(f"{name}q") for band in bands)


def test_that_homologs_of_normal_cells_are_one_kind():
    for name in ("1", "7", "12", "20"):
        study = study_class(of_class(normal(3), name))
        assert study.other is None
        assert {one.group for one in study.deviations} == {0}
        assert study.most < 2 * OUTLIER


def test_that_a_trisomy_is_told_by_the_cell_that_has_it_and_by_the_class():
    cells = [cell("46,XX", seed)[0] for seed in (100, 101)] + [cell("47,XX,+21", 310)[0]]
    numbers = numbers_of(cells)
    assert numbers["21"].different == (cells[2].id,)
    assert numbers["21"].said == "3 in 1 of 3"
    assert numbers["1"].said == ""
    assert numbers["1"].different == ()


def test_that_a_class_gained_in_every_cell_is_usual_there_and_still_said():
    numbers = numbers_of([cell("47,XX,+21", 310)[0]])["21"]
    assert (numbers.usual, numbers.normal, numbers.different) == (3, 2, ())
    assert numbers.said == "3 in 1 of 1"


def test_that_sex_chromosomes_are_judged_by_what_most_cells_have():
    numbers = numbers_of([cell("46,XX", seed)[0] for seed in (100, 101)])
    assert (numbers["X"].normal, numbers["Y"].normal) == (2, 0)
    assert numbers["X"].said == numbers["Y"].said == ""


def test_that_the_consensus_has_the_length_and_centromere_of_its_class():
    consensus = consensus_of(of_class(normal(3), "4"))
    assert consensus.p + consensus.q == pytest.approx(100 * relative_length("4"), rel=0.12)
    assert consensus.waist / consensus.rows == pytest.approx(centromere_fraction("4"), abs=0.05)
    assert consensus.image.shape[0] == consensus.rows == len(consensus.spread)
    assert consensus.rows == pytest.approx((consensus.p + consensus.q) / ROW, abs=2)
    assert consensus.image.dtype == np.uint8
    assert consensus.members == 6
    drawn = idiogram_bands("4", consensus.waist, consensus.rows)
    assert np.corrcoef(drawn, consensus.mean)[0, 1] > 0.5


def test_that_more_cells_make_the_mean_no_less_like_the_idiogram():
    few, many = (consensus_of(of_class(normal(number), "3")) for number in (1, 3))
    like = [np.corrcoef(idiogram_bands("3", c.waist, c.rows), c.mean)[0, 1] for c in (few, many)]
    assert like[1] > like[0] - 0.05


def test_that_a_centromere_found_in_the_wrong_place_is_put_where_the_bands_say():
    state, picture = cell("46,XX", 101)
    mean = consensus_of(of_class(normal(3), "1"))
    one = next(c for c in state.chromosomes if c.chromosome_class == "1")
    axis = np.asarray(one.axis)
    away = np.hypot(*(axis - one.centromere).T)
    wrong = axis[min(int(away.argmin()) + 3, len(axis) - 2)]
    moved = replace(one, centromere=(float(wrong[0]), float(wrong[1])))
    strand = lay_cell_straight(replace(state, chromosomes=(moved,)), picture).strands[0]
    right = next(s for s in strands("46,XX", 101).strands if s.id == one.id)
    strand = replace(strand, pixels=right.pixels)
    before, after = abs(strand.waist - right.waist), abs(settled(strand, mean).waist - right.waist)
    assert before > 6
    assert after < 0.5 * before


def test_that_a_lost_arm_does_not_move_the_centromere():
    mean = consensus_of(of_class(normal(3), "5"))
    lost = next(
        one for one in strands("46,XX,del(5)(p13)", 300).of_class("5")
        if one.chromosome.object_type is ObjectType.DERIVATIVE
    )  # fmt: skip
    assert abs(settled(lost, mean).p - lost.p) < 0.3


def test_that_a_class_that_no_cell_has_gives_nothing():
    assert study_class(of_class(normal(1), "Y")) is None


def test_that_strands_of_two_classes_are_refused():
    cells = normal(1)
    with pytest.raises(ValueError, match="one class"):
        study_class([*cells[0].of_class("1"), *cells[0].of_class("2")])


def test_that_one_chromosome_alone_deviates_from_nothing():
    study = study_class(normal(1)[0].of_class("1")[:1])
    assert study.deviations[0].score < 0.5
    assert study.cells == 1


def test_that_the_scale_of_a_cell_does_not_follow_a_lost_arm():
    whole, _ = cell("46,XX", 100)
    assert scale_of(whole) == pytest.approx(normal(1)[0].pixels)
    assert scale_of(type(whole)(id=whole.id, label="", image="", width=1, height=1)) is None


def test_that_chromosomes_that_lie_as_they_lay_are_not_straightened_again():
    state, picture = cell("46,XX", 100)
    before = strands("46,XX", 100)
    again = lay_cell_straight(state, picture, before=before)
    assert all(a.straight is b.straight for a, b in zip(before.strands, again.strands, strict=True))


def test_that_straightening_a_cell_can_be_cancelled():
    state, picture = cell("46,XX", 100)
    progress = CallbackProgress()
    progress.cancel()
    with pytest.raises(Cancelled):
        lay_cell_straight(state, picture, progress=progress)


def test_that_crossed_rows_are_left_out_of_the_comparison():
    for seed in range(100, 103):
        for one in strands("46,XX", seed).strands:
            if one.crossed.any():
                assert one.chromosome.overlaps
                study = study_class(of_class(normal(3), one.chromosome_class))
                found = next(d for d in study.deviations if d.strand is one)
                rows = found.source[np.isfinite(found.source)].astype(int)
                hidden = one.crossed[np.clip(rows, 0, len(one.crossed) - 1)]
                assert (found.difference[np.isfinite(found.source)][hidden] == 0).mean() > 0.8
                return
    pytest.skip("no crossing in these cells")
