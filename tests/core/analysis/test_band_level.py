"""Band level: counted bands against the tables."""

from __future__ import annotations

import numpy as np

from core.analysis.band_level import band_level, level_in_words, visible_bands
from core.domain.bands import AUTOSOMES, bands_of


def _drawn(name: str, level: int, rows: int = 160) -> np.ndarray:
    """Profile with every band of a table, dark and light in turn."""
    bands = len(bands_of(name, level))
    return 0.5 + 0.4 * np.sin(np.linspace(0.0, np.pi * bands, rows))


def test_that_the_bands_of_a_wave_are_counted() -> None:
    assert visible_bands(_drawn("1", 400), 0.9) in range(
        len(bands_of("1", 400)) - 2, len(bands_of("1", 400)) + 2
    )


def test_that_noise_below_the_contrast_is_no_band() -> None:
    flat = 0.5 + np.random.default_rng(0).normal(0.0, 0.002, 200)

    assert visible_bands(flat, 0.9) == 1


def test_that_more_bands_give_a_higher_level() -> None:
    coarse = band_level([(name, _drawn(name, 400)) for name in AUTOSOMES])
    fine = band_level([(name, _drawn(name, 850, 400)) for name in AUTOSOMES])

    assert coarse is not None
    assert fine is not None
    assert coarse.value < fine.value
    assert coarse.low < coarse.value < coarse.high


def test_that_a_few_chromosomes_say_nothing() -> None:
    assert band_level([("1", _drawn("1", 400))] * 5) is None


def test_that_a_level_below_300_is_said_so() -> None:
    assert level_in_words(240.0, 190.0, 310.0) == "below 300"
    assert level_in_words(434.0, 351.0, 522.0) == "about 430 (350 to 520)"
    assert level_in_words(900.0, 700.0, 1100.0) == "above 850"
