"""Derivative chromosomes from strips."""

from __future__ import annotations

import numpy as np
import pytest

from core.derivative.build import Piece, build, build_change, build_from_pieces
from core.derivative.strip import Strip, strip_of_rows
from core.domain.bands import bands_of, centromere_fraction, relative_length, span_of
from core.iscn.segments import PTER, QTER, Point, Segment, whole

COLUMNS = 24


def drawn(chromosome: str, *, scale: float = 12.0, noise: float = 0.0, seed: int = 0) -> Strip:
    """A strip whose stain follows the bands of the idiogram, with a waist and round ends."""
    rows = round(100 * relative_length(chromosome, scale="iscn") * scale)
    place = (np.arange(rows) + 0.5) / rows
    dark = np.zeros(rows)
    for band in bands_of(chromosome, 550):
        dark[(place >= band.start) & (place < band.end)] = 0.2 + 0.6 * band.density
    width = np.full(rows, 9.0)
    waist = centromere_fraction(chromosome) * rows
    width -= 3.0 * np.exp(-(((np.arange(rows) + 0.5 - waist) / 3.0) ** 2))
    ends = np.minimum(np.arange(rows) + 0.5, rows - np.arange(rows) - 0.5)
    width *= np.sqrt(np.clip(1 - (1 - np.minimum(ends, 4) / 4) ** 2, 0.05, 1))
    x = np.abs(np.arange(COLUMNS) + 0.5 - COLUMNS / 2)
    mask = np.clip(width[:, None] / 2 - x[None] + 0.5, 0, 1)
    rough = np.random.default_rng(seed).normal(0.0, noise, mask.shape)
    stain = np.clip(dark[:, None] + rough, 0, 1) * mask
    return strip_of_rows(chromosome, stain, mask, scale=scale, centromere=waist)


def test_that_a_whole_chromosome_built_from_one_piece_stays_as_it_is() -> None:
    strip = drawn("5", noise=0.02)
    built = build({"5": strip}, whole("5"))
    assert built.rows == strip.rows
    assert np.abs(built.stain - strip.stain).max() < 0.15
    assert np.abs(built.fraction - strip.fraction).max() < 0.02


def test_that_a_terminal_deletion_is_shorter_by_what_is_lost_and_ends_round() -> None:
    strip = drawn("5")
    built = build({"5": strip}, (Segment(chromosome="5", begin=PTER, finish=Point(band="q31")),))
    lost = 1 - Point(band="q31").fraction("5")
    assert built.rows == pytest.approx(strip.rows * (1 - lost), abs=1.5)
    assert built.width[-1] < 0.75 * built.width[-8]
    assert built.fraction[-1] == pytest.approx(1 - lost, abs=0.02)


def test_that_an_inversion_keeps_the_length_and_reads_the_middle_backwards() -> None:
    strip = drawn("3")
    ((carrier, built),) = build_change({"3": strip}, "inv(3)(q21q26)")
    assert carrier == "3"
    assert abs(built.rows - strip.rows) <= 2
    inside = built.piece == 1
    assert (np.diff(built.fraction[inside]) < 0).all()
    assert len(built.joints) == 2


def test_that_a_translocation_gives_both_derivatives_with_every_row_named() -> None:
    sources = {"9": drawn("9"), "22": drawn("22")}
    made = dict(build_change(sources, "t(9;22)(q34;q11.2)"))
    philadelphia = made["22"]
    assert philadelphia.chromosome_at(0) == "22"
    assert philadelphia.chromosome_at(philadelphia.rows - 1) == "9"
    band = philadelphia.band_at(philadelphia.rows - 1)
    assert band is not None
    assert band.name.startswith("q34")
    assert made["9"].rows + philadelphia.rows == pytest.approx(sources["9"].rows + sources["22"].rows, abs=4)


@pytest.mark.parametrize(
    "change",
    [
        "del(5)(q13q33)", "del(7)(q22)", "dup(1)(q21q32)", "dup(1)(q32q21)", "inv(16)(p13.1q22)",
        "rob(13;14)(q10;q10)", "ins(5;2)(p14;q22q32)", "ins(2)(p13q21q31)", "i(17)(q10)", "i(X)(q10)",
        "r(13)(p11q34)", "dic(5;17)(q11.2;p11.2)", "idic(X)(q13)", "add(19)(p13.3)", "trp(1)(q21q32)",
    ],
)  # fmt: skip
def test_that_every_kind_of_change_is_built(change: str) -> None:
    names = ("1", "2", "5", "7", "13", "14", "16", "17", "19", "X")
    sources = {name: drawn(name, scale=8.0) for name in names}
    for _, built in build_change(sources, change):
        assert built.rows >= 10
        assert built.stain.shape == built.mask.shape == (built.rows, COLUMNS)
        assert np.isfinite(built.stain).all()
        assert built.stain.min() >= 0
        assert built.stain.max() <= 1
        assert (built.width > 0.5).all()
        assert len(built.fraction) == len(built.piece) == built.rows


def test_that_a_joint_has_no_step_in_width_or_offset() -> None:
    thin = drawn("9")
    wide = Strip(
        chromosome="22",
        stain=np.roll(drawn("22").stain, 2, axis=1),
        mask=np.roll(drawn("22").mask, 2, axis=1),
        fraction=drawn("22").fraction,
        scale=12.0,
    )
    made = dict(build_change({"9": thin, "22": wide}, "t(9;22)(q22;q12)"))["22"]
    joint = round(made.joints[0])
    # A few rows of 9 are all that follows; its rounded end lies close behind the joint.
    steps = np.abs(np.diff(made.width))
    assert steps[joint - 3 : joint + 1].max() < 1.5
    centre = (made.mask * np.arange(COLUMNS)).sum(axis=1) / made.width
    assert np.abs(np.diff(centre))[joint - 3 : joint + 1].max() < 0.6


def test_that_a_telomere_inside_a_chromosome_loses_its_rounding() -> None:
    strip = drawn("18")
    pieces = (
        Piece(segment=Segment(chromosome="18"), strip=strip),
        Piece(segment=Segment(chromosome="18", begin=QTER, finish=Point(band="q21")), strip=strip),
    )
    built = build_from_pieces(pieces)
    joint = round(built.joints[0])
    assert built.width[joint - 2 : joint + 2].min() > 0.75 * np.median(built.width)


def test_that_unknown_material_is_as_long_as_it_says() -> None:
    strip = drawn("19")
    built = build({"19": strip}, (Segment(chromosome="unknown", length=0.1), *whole("19")))
    one = 100 * relative_length("1", scale="iscn") * 12.0
    assert (built.piece == 0).sum() == pytest.approx(0.1 * one, abs=3)
    assert built.band_at(0) is None


def test_that_a_missing_strip_is_named() -> None:
    with pytest.raises(ValueError, match="expected a strip of chromosome 22"):
        build_change({"9": drawn("9")}, "t(9;22)(q34;q11.2)")


def test_that_nothing_left_is_refused() -> None:
    strip = drawn("9")
    with pytest.raises(ValueError, match="next to nothing"):
        build({"9": strip}, (Segment(chromosome="9", begin=PTER, finish=PTER),))


def test_that_bands_are_found_again_on_the_strip() -> None:
    strip = drawn("9")
    start, end = span_of("9", "q34", 550)
    assert strip.row_at((start + end) / 2) == pytest.approx(strip.rows * (start + end) / 2, abs=1)
