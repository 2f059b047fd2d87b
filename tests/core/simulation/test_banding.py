"""Stain along a chromosome, from the band tables."""

from __future__ import annotations

import numpy as np
import pytest

from core.domain.bands import CLASSES, bands_of, relative_length
from core.simulation.banding import BandPattern, Stretch, pattern_of
from core.simulation.idiogram import TABLE_LEVEL
from core.simulation.settings import MetaphaseSettings

STILL = MetaphaseSettings(unevenness=0.0, homolog_difference=0.0, heteromorphism=0.0, band_level=600)


def pattern(*stretches: Stretch, seed: int = 0, look: MetaphaseSettings = STILL) -> BandPattern:
    return pattern_of(stretches, settings=look, rng=np.random.default_rng(seed))


def whole(name: str) -> Stretch:
    return Stretch(chromosome=name, start=0.0, stop=1.0)


@pytest.mark.parametrize("name", CLASSES)
def test_that_dark_bands_of_the_table_are_drawn_darker_than_light_ones(name: str) -> None:
    drawn = pattern(whole(name))
    middles = [(band.middle, band.stain) for band in bands_of(name, TABLE_LEVEL)]
    at = {
        stain: np.mean([drawn.density[int(place * drawn.length)] for place, kind in middles if kind == stain])
        for stain in ("gneg", "gpos100", "gpos75")
        if any(kind == stain for _, kind in middles)
    }
    darkest = max((value for stain, value in at.items() if stain != "gneg"), default=None)
    if darkest is not None:
        assert darkest > at["gneg"] + 0.05


def test_that_lengths_keep_the_order_of_the_idiogram() -> None:
    lengths = {name: pattern(whole(name)).length for name in CLASSES}
    table = {name: relative_length(name, scale="iscn") for name in CLASSES}
    assert np.corrcoef([lengths[name] for name in CLASSES], [table[name] for name in CLASSES])[0, 1] > 0.99
    assert lengths["1"] == pytest.approx(STILL.longest, rel=0.02)


def test_that_every_normal_chromosome_has_one_centromere() -> None:
    for name in CLASSES:
        assert len(pattern(whole(name)).centromeres) == 1


def test_that_a_robertsonian_chromosome_has_one_centromere_and_both_long_arms() -> None:
    from core.domain.bands import centromere_fraction

    thirteen, fourteen = (centromere_fraction(name, TABLE_LEVEL) for name in ("13", "14"))
    joined = pattern(
        Stretch(chromosome="13", start=1.0, stop=thirteen), Stretch(chromosome="14", start=fourteen, stop=1.0)
    )
    assert len(joined.centromeres) == 1
    assert joined.length > 1.5 * pattern(whole("13")).length


def test_that_the_stalk_of_an_acrocentric_is_thin_and_pale() -> None:
    drawn = pattern(whole("14"))
    stalk = next(band for band in bands_of("14", TABLE_LEVEL) if band.stain == "stalk")
    at = int(stalk.middle * drawn.length)
    assert drawn.thickness[at] < 0.8 * np.median(drawn.thickness)
    assert drawn.density[at] < np.median(drawn.density)


def test_that_homologs_differ_when_heteromorphism_is_on() -> None:
    look = MetaphaseSettings(heteromorphism=0.4)
    lengths = {round(pattern(whole("9"), seed=seed, look=look).length) for seed in range(8)}
    assert len(lengths) > 2


def test_that_unknown_material_is_as_long_as_it_says_and_a_marker_has_a_centromere() -> None:
    marker = pattern(Stretch(chromosome="unknown", start=0.0, stop=0.18))
    assert marker.length == pytest.approx(0.18 * STILL.longest, rel=0.25)
    assert len(marker.centromeres) == 1


def test_that_no_stretch_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one stretch"):
        pattern()
