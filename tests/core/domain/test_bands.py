"""The idiogram."""

import itertools

import pytest

from core.domain.bands import (
    CLASSES,
    LEVELS,
    bands_of,
    breakpoint_fraction,
    centromere_fraction,
    is_band,
    nearest_band,
    relative_length,
    span_of,
)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("chromosome", CLASSES)
def test_that_bands_tile_each_chromosome_from_pter_to_qter(chromosome: str, level: int) -> None:
    bands = bands_of(chromosome, level)
    assert bands[0].start == 0
    assert bands[-1].end == 1
    for before, after in itertools.pairwise(bands):
        assert before.end == after.start
        assert before.start < before.end
        assert before.bp_end + 1 == after.bp_start
    assert all(0 <= band.arm_start < band.arm_end <= 1 for band in bands)
    assert [band.arm for band in bands] == sorted(band.arm for band in bands)


def test_that_the_levels_hold_the_known_numbers_of_bands() -> None:
    counts = {level: sum(len(bands_of(name, level)) for name in CLASSES) for level in LEVELS}
    assert counts == {400: 393, 550: 553, 850: 862}


def test_that_centromeres_lie_where_the_groups_say() -> None:
    assert centromere_fraction("1") == pytest.approx(0.49, abs=0.01)
    assert centromere_fraction("13") < 0.2
    assert centromere_fraction("18") < 0.3
    assert relative_length("1") > relative_length("2") > relative_length("21")
    assert sum(relative_length(name) for name in CLASSES if name != "Y") == pytest.approx(1)


@pytest.mark.parametrize(
    ("chromosome", "name"),
    [("9", "q34"), ("9", "q34.1"), ("22", "q11.2"), ("22", "q11.21"), ("17", "p1"), ("13", "q10"),
     ("13", "p10"), ("5", "pter"), ("X", "cen"), ("Y", "q11.223"), ("X", "q27.3"), ("21", "q22.13")],
)  # fmt: skip
def test_that_existing_bands_are_known(chromosome: str, name: str) -> None:
    assert is_band(chromosome, name)
    start, end = span_of(chromosome, name, 400)
    assert 0 <= start <= end <= 1


@pytest.mark.parametrize(
    ("chromosome", "name"),
    [("9", "q35"), ("22", "q14"), ("21", "q23"), ("1", "p40"), ("23", "q11"), ("9", "q34."), ("9", ""),
     ("X", "q29"), ("5", "q13.9"), ("9", "34"), ("9", "q3 4")],
)  # fmt: skip
def test_that_bands_that_do_not_exist_are_refused(chromosome: str, name: str) -> None:
    assert not is_band(chromosome, name)


def test_that_a_sub_band_lies_inside_its_band_at_every_level() -> None:
    for level in LEVELS:
        outer = span_of("22", "q11.2", level)
        inner = span_of("22", "q11.21", level)
        assert outer[0] <= inner[0] < inner[1] <= outer[1]


def test_that_the_band_at_a_breakpoint_is_the_band_itself() -> None:
    for band in bands_of("9", 550):
        assert nearest_band("9", breakpoint_fraction("9", band.name)) == band
