"""Simulated metaphases: what is drawn, and that the truth is true."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.chromosome import ExclusionReason, ObjectType
from core.simulation.banding import Stretch
from core.simulation.complement import PlannedChromosome
from core.simulation.metaphase import SimulatedMetaphase, draw_chromosome, draw_metaphase, simulate_metaphase
from core.simulation.settings import MetaphaseSettings

CLEAN = MetaphaseSettings(
    nuclei=0, specks=0, haze=0.0, mottle=0.0, noise=0.0, light_fall=0.0, blur=0.3, background=250.0
)
CROWDED = MetaphaseSettings(crossing=0.5, touching=0.3, crowding=0.3, nuclei=2, specks=30)


@lru_cache(maxsize=8)
def cell(karyotype: str, seed: int = 3, look: MetaphaseSettings = CLEAN) -> SimulatedMetaphase:
    return simulate_metaphase(karyotype, seed=seed, settings=look)


def counts(metaphase: SimulatedMetaphase) -> dict[str, int]:
    names = [one.chromosome_class for one in metaphase.chromosomes]
    return {name: names.count(name) for name in sorted(set(names))}


def axis_length(axis: np.ndarray) -> float:
    return float(np.hypot(*np.diff(axis, axis=0).T).sum())


@pytest.mark.parametrize(
    ("karyotype", "number", "expected"),
    [
        ("46,XX", 46, {"X": 2, "21": 2}),
        ("46,XY", 46, {"X": 1, "Y": 1}),
        ("47,XY,+21", 47, {"21": 3, "X": 1, "Y": 1}),
        ("45,X", 45, {"X": 1}),
        ("69,XXX", 69, {"X": 3, "1": 3}),
        ("47,XX,+mar", 47, {"unknown": 1}),
    ],
)
def test_that_a_cell_holds_the_chromosomes_its_karyotype_names(
    karyotype: str, number: int, expected: dict[str, int]
) -> None:
    metaphase = cell(karyotype)
    assert len(metaphase.chromosomes) == number
    found = counts(metaphase)
    assert {name: found.get(name) for name in expected} == expected


def test_that_the_philadelphia_chromosome_is_shorter_and_its_partner_longer() -> None:
    metaphase = cell("46,XX,t(9;22)(q34;q11.2)")
    lengths = {one.designation: axis_length(one.axis) for one in metaphase.chromosomes}
    changed = {
        one.chromosome_class: one for one in metaphase.chromosomes if one.object_type is not ObjectType.NORMAL
    }
    assert set(changed) == {"9", "22"}
    assert all(one.object_type is ObjectType.DERIVATIVE for one in changed.values())
    assert axis_length(changed["22"].axis) < 0.8 * lengths["22"]
    assert axis_length(changed["9"].axis) > 1.03 * lengths["9"]
    joined = sum(axis_length(one.axis) for one in changed.values())
    assert joined == pytest.approx(lengths["9"] + lengths["22"], rel=0.15)


def test_that_masks_cover_the_stain_and_nothing_else() -> None:
    metaphase = cell("46,XY")
    union = np.zeros(metaphase.picture.shape, bool)
    for one in metaphase.chromosomes:
        union |= one.mask_in(metaphase.picture.shape)
    dark = metaphase.picture < 250 * 0.9
    border = cv2.morphologyEx(union.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    assert (dark & ~union & ~border).sum() <= 0.0005 * union.sum()
    assert (union & ~dark & ~border).sum() <= 0.002 * union.sum()


def test_that_a_crossing_belongs_to_both_and_each_names_the_other() -> None:
    metaphase = cell("46,XX", 5, CROWDED)
    shape = metaphase.picture.shape
    masks = [one.mask_in(shape) for one in metaphase.chromosomes]
    assert any(one.overlaps for one in metaphase.chromosomes)
    for index, one in enumerate(metaphase.chromosomes):
        shared = {
            other for other, mask in enumerate(masks) if other != index and (mask & masks[index]).sum() >= 6
        }
        assert shared == set(one.overlaps)


def test_that_a_crossing_is_darker_than_either_chromosome() -> None:
    metaphase = cell("46,XX", 5, CROWDED)
    layers = np.sum([one.mask_in(metaphase.picture.shape) for one in metaphase.chromosomes], axis=0)
    assert metaphase.picture[layers > 1].mean() < metaphase.picture[layers == 1].mean() - 15


def test_that_the_p_arm_direction_points_to_the_p_end() -> None:
    for one in cell("46,XY").chromosomes:
        assert one.p_arm is not None
        assert np.hypot(*one.p_arm) == pytest.approx(1.0)
        ys, xs = np.nonzero(one.mask)
        centre = np.array([xs.mean() + 0.5 + one.box[0], ys.mean() + 0.5 + one.box[1]])
        towards = one.axis[0] - centre
        assert np.dot(towards, one.p_arm) == pytest.approx(np.hypot(*towards), rel=1e-3)


def test_that_the_p_arm_is_the_shorter_one() -> None:
    for one in cell("46,XX").chromosomes:
        assert one.centromere is not None
        at = int(np.argmin(np.hypot(*(one.axis - one.centromere).T)))
        # Metacentric chromosomes may be equal within the scatter of their arms.
        assert at <= 0.53 * len(one.axis)


def test_that_the_axis_and_centromere_lie_inside_the_mask() -> None:
    metaphase = cell("46,XY", 4, CROWDED)
    for one in metaphase.chromosomes:
        mask = one.mask_in(metaphase.picture.shape)
        inside = [mask[int(y), int(x)] for x, y in one.axis[2:-2]]
        assert np.mean(inside) > 0.97
        assert one.centromere is not None
        assert mask[int(one.centromere[1]), int(one.centromere[0])]


def test_that_chromosome_1_is_the_longest_and_has_the_length_of_the_settings() -> None:
    longest = [axis_length(one.axis) for one in cell("46,XX").chromosomes if one.chromosome_class == "1"]
    assert np.mean(longest) == pytest.approx(CLEAN.longest, rel=0.12)


def test_that_the_same_seed_draws_the_same_cell_and_another_seed_another() -> None:
    first = simulate_metaphase("47,XY,+21", seed=11)
    again = simulate_metaphase("47,XY,+21", seed=11)
    other = simulate_metaphase("47,XY,+21", seed=12)
    assert np.array_equal(first.picture, again.picture)
    assert [one.box for one in first.chromosomes] == [one.box for one in again.chromosomes]
    assert not np.array_equal(first.picture, other.picture)


def test_that_nuclei_and_debris_are_reported_as_excluded() -> None:
    metaphase = cell("46,XX", 5, CROWDED)
    reasons = {one.reason for one in metaphase.excluded}
    assert reasons == {ExclusionReason.NUCLEUS, ExclusionReason.DEBRIS}


def test_that_a_ring_has_no_p_end() -> None:
    rings = [one for one in cell("46,XX,r(20)(p13q13.3)").chromosomes if one.object_type is ObjectType.RING]
    assert len(rings) == 1
    assert rings[0].p_arm is None
    assert rings[0].chromosome_class == "20"


def test_that_a_mosaic_is_drawn_in_the_proportion_of_its_cell_lines() -> None:
    small = MetaphaseSettings(height=420, width=420, longest=70, thickness=9, specks=0, nuclei=0)
    lines = [
        simulate_metaphase("mos 45,X[10]/46,XX[10]", seed=seed, settings=small).cell_line
        for seed in range(12)
    ]
    assert 0 < sum(lines) < 12


@pytest.mark.parametrize("text", ["", "nonsense", "46,XX,+21", "46,XX,t(9;22)", "46,XX,del(5)(p99)"])
def test_that_a_karyotype_that_cannot_be_drawn_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        simulate_metaphase(text, seed=0)


def test_that_settings_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        MetaphaseSettings(height=20)
    with pytest.raises(ValueError, match="light"):
        MetaphaseSettings(light=0.8, dark=0.5)


def test_that_a_single_chromosome_is_drawn_upright() -> None:
    planned = PlannedChromosome(
        chromosome_class="1", object_type=ObjectType.NORMAL, designation="1",
        stretches=(Stretch(chromosome="1", start=0.0, stop=1.0),),
    )  # fmt: skip
    picture = draw_chromosome(planned, seed=1, settings=CLEAN)
    ys, xs = np.nonzero(picture < 225)
    assert np.ptp(ys) == pytest.approx(CLEAN.longest, rel=0.12)
    assert np.ptp(xs) < 1.4 * CLEAN.thickness


def test_that_an_inverted_chromosome_shows_its_bands_the_other_way_round() -> None:
    def profile(start: float, stop: float) -> np.ndarray:
        planned = PlannedChromosome(
            chromosome_class="9", object_type=ObjectType.DERIVATIVE, designation="9",
            stretches=(Stretch(chromosome="9", start=start, stop=stop),),
        )  # fmt: skip
        still = MetaphaseSettings(
            unevenness=0.0, homolog_difference=0.0, heteromorphism=0.0, chromatid_split=0.0, noise=0.0
        )
        picture = draw_chromosome(planned, seed=1, settings=still)
        rows = 255.0 - picture[:, picture.shape[1] // 2 - 2 : picture.shape[1] // 2 + 3].mean(axis=1)
        return np.interp(np.linspace(0, 1, 100), np.linspace(0, 1, len(rows)), rows)

    assert np.corrcoef(profile(0.0, 1.0), profile(1.0, 0.0)[::-1])[0, 1] > 0.97


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_that_every_varied_cell_keeps_all_chromosomes_in_the_picture(seed: int) -> None:
    look = MetaphaseSettings.varied(np.random.default_rng(seed))
    metaphase = simulate_metaphase("46,XY", seed=seed, settings=look)
    height, width = metaphase.picture.shape
    assert (height, width) == (look.height, look.width)
    assert len(metaphase.chromosomes) == 46
    for one in metaphase.chromosomes:
        xmin, ymin, xmax, ymax = one.box
        assert 0 <= xmin < xmax <= width
        assert 0 <= ymin < ymax <= height
        assert one.mask.any(axis=0).all()
        assert one.mask.shape == (int(ymax - ymin), int(xmax - xmin))


def test_that_nothing_is_drawn_from_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        draw_metaphase([], karyotype="", seed=0)


def test_that_a_variant_lengthens_one_homolog_only() -> None:
    alike = MetaphaseSettings(homolog_difference=0.0, heteromorphism=0.0, nuclei=0, specks=0)
    metaphase = cell("46,XX,9qh+", 3, alike)
    lengths = {one.designation: axis_length(one.axis) for one in metaphase.chromosomes}
    assert len(metaphase.chromosomes) == 46
    assert lengths["9qh+"] > 1.05 * lengths["9"]


def test_that_double_minutes_are_drawn_beside_the_count() -> None:
    metaphase = cell("46,XX,4dmin")
    minutes = [one for one in metaphase.chromosomes if one.object_type is ObjectType.DMIN]
    assert (len(metaphase.chromosomes), len(minutes)) == (50, 4)
    assert all(one.centromere is None for one in minutes)
    assert max(axis_length(one.axis) for one in minutes) < CLEAN.thickness
