"""Fit and check of the band level on drawn cells of known level (`python -m tests.benchmarks.band_level`)."""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.analysis.band_level import band_level, level_in_words, visible_bands
from core.domain.bands import bands_of
from core.imaging.intensity import stain_of
from core.imaging.profile import band_profile
from core.imaging.straighten import straighten
from core.simulation.metaphase import simulate_metaphase
from core.simulation.settings import MetaphaseSettings


def profiles_at(level: float, seed: int) -> list[tuple[str, NDArray[np.floating]]]:
    """Band profiles of the free chromosomes of a drawn cell of that level."""
    rng = np.random.default_rng(seed)
    settings = MetaphaseSettings.varied(rng)
    # As in life, cells that show more bands have longer chromosomes (see `MetaphaseSettings.varied`).
    slenderness = max(5.0, 7.2 + (level - 330.0 + rng.normal(0.0, 25.0)) / 42.0)
    settings = replace(
        settings, band_level=level, longest=slenderness * settings.thickness, height=1100, width=1300
    )
    cell = simulate_metaphase("46,XY", seed=seed, settings=settings)
    stain = stain_of(cell.picture, dark_on_light=True)
    found = []
    for one in cell.chromosomes:
        if one.overlaps:
            continue
        x0, y0 = int(one.box[0]), int(one.box[1])
        height, width = one.mask.shape
        pixels = np.where(one.mask, stain[y0 : y0 + height, x0 : x0 + width], 0.0).astype(np.float32)
        axis = np.asarray(one.axis, dtype=np.float64) - (x0, y0)
        half = max(6.0, one.mask.sum() / max(len(axis), 1))
        straight_mask = straighten(one.mask.astype(np.float32), axis, half)
        found.append((one.chromosome_class, band_profile(straighten(pixels, axis, half), straight_mask)))
    return found


def main() -> None:
    """Print the line from the share of bands seen to the level, and the spread about it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=24)
    cells = parser.parse_args().cells
    levels = np.exp(np.linspace(np.log(250.0), np.log(850.0), cells))
    shares, estimates = [], []
    for seed, level in enumerate(levels):
        profiles = profiles_at(float(level), 100 + seed)
        contrast = float(np.median([np.percentile(p, 90) for _, p in profiles]))
        seen = sum(visible_bands(p, contrast) for _, p in profiles)
        shares.append(seen / sum(len(bands_of(name, 550)) for name, _ in profiles))
        said = band_level(profiles)
        estimates.append(said)
        words = level_in_words(said.value, said.low, said.high) if said else "-"
        print(f"{level:6.0f}  share {shares[-1]:.3f}  {words}", flush=True)
    slope, intercept = np.polyfit(np.log(shares), np.log(levels), 1)
    spread = np.std(np.log(levels) - slope * np.log(shares) - intercept)
    inside = np.mean([s.low <= level <= s.high for s, level in zip(estimates, levels, strict=True) if s])
    print(
        f"log level = {intercept:.3f} + {slope:.3f} log share, spread {spread:.3f}; in interval {inside:.2f}"
    )
    print("rank correlation", np.corrcoef(np.argsort(np.argsort(shares)), np.arange(cells))[0, 1])


if __name__ == "__main__":
    main()
