from __future__ import annotations

import numpy as np
import pytest

from core.imaging.profile import align_profiles, band_profile, fit_arm, resample, scaled_correlation


def bands(rows: int, warp: float = 0.0) -> np.ndarray:
    t = np.linspace(0, 1, rows)
    t = t + warp * np.sin(np.pi * t) * t * (1 - t)
    return (0.5 + 0.3 * np.sin(13 * t) + 0.2 * np.cos(31 * t * t)).astype(np.float32)


def test_that_the_profile_reads_the_bands_inside_the_mask_only():
    mask = np.zeros((40, 20), dtype=bool)
    mask[:, 6:14] = True
    stain = np.where(mask, bands(40)[:, None], 0.9)
    assert np.allclose(band_profile(stain, mask), bands(40), atol=0.02)


def test_that_a_row_without_material_takes_its_neighbours_value():
    mask = np.ones((10, 8), dtype=bool)
    mask[4] = False
    profile = band_profile(np.full((10, 8), 0.4), mask)
    assert np.allclose(profile, 0.4, atol=0.01)


def test_that_a_profile_agrees_with_its_stretched_copy():
    assert scaled_correlation(bands(60), resample(bands(60), 83)) > 0.99


def test_that_alignment_undoes_local_stretch():
    plain = scaled_correlation(bands(70), bands(70, warp=0.5))
    found = align_profiles(bands(70), bands(70, warp=0.5))
    assert found.similarity > max(plain, 0.97)
    assert found.rows[0] == (0, 0)
    assert found.rows[-1] == (69, 69)


def test_that_a_turned_chromosome_does_not_agree():
    assert align_profiles(bands(70), bands(70)[::-1]).similarity < 0.7


def test_that_a_flat_profile_correlates_with_nothing():
    assert scaled_correlation(np.full(20, 0.5), bands(20)) == 0.0


def test_that_a_profile_of_one_row_is_refused():
    with pytest.raises(ValueError, match="at least 2 rows"):
        align_profiles(np.ones(1), np.ones(5))


def standard(profile: np.ndarray) -> np.ndarray:
    return (profile - profile.mean()) / profile.std()


def test_that_a_shortened_arm_is_not_stretched_to_the_length_of_the_other():
    whole = standard(bands(60))
    fit = fit_arm(whole[:40], whole)
    assert np.allclose(fit.source[:38], np.arange(38), atol=1.0)
    assert np.isnan(fit.source[42:]).all()
    assert fit.beyond == 0


def test_that_an_arm_with_more_material_reaches_beyond():
    whole = standard(bands(60))
    fit = fit_arm(whole, whole[:40])
    assert np.isfinite(fit.source).all()
    assert 18 <= fit.beyond <= 22


def test_that_a_little_stretch_of_an_arm_is_followed_to_its_end():
    whole = standard(bands(60))
    fit = fit_arm(standard(resample(bands(60), 64)), whole)
    assert np.isfinite(fit.source).all()
    assert fit.source[-1] == pytest.approx(63, abs=1)


def test_that_an_arm_of_no_rows_lies_nowhere():
    assert np.isnan(fit_arm(np.empty(0), np.ones(4)).source).all()
    assert fit_arm(np.ones(3), np.empty(0)).beyond == 3
