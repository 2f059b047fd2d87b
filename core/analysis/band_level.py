"""How many bands a cell shows: counted on its chromosomes, set against the tables, with an interval.

The band level of a preparation is the number of bands seen in a haploid set. Bands are counted along each
chromosome that lies free and has a name; the sum over the cell is compared with the sum that the 550 table
has for the same chromosomes. How the share that is seen belongs to a level was fitted on drawn cells whose
level is known (`python -m tests.benchmarks.band_level` repeats that and prints the spread).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES, bands_of

LOWEST: Final = 300.0
"""Below this level, structural analysis is not possible; it is said as "below 300"."""
HIGHEST: Final = 850.0
_TABLE: Final = 550
_FEWEST: Final = 12
_PROMINENCE: Final = 0.03
_INTERCEPT: Final = 7.04
_SLOPE: Final = 0.95
_SPREAD: Final = 0.13


@dataclass(frozen=True, slots=True, kw_only=True)
class BandLevel:
    """Band level of one cell.

    Attributes
    ----------
    value
        Bands in a haploid set.
    low, high
        95 % interval.
    bands, chromosomes
        How many bands were counted, on how many chromosomes.
    """

    value: float
    low: float
    high: float
    bands: int
    chromosomes: int


def level_in_words(value: float, low: float, high: float) -> str:
    """Band level for people, such as "about 430 (350 to 520)", "below 300" or "above 850"."""
    if value < LOWEST:
        return "below 300"
    if value > HIGHEST:
        return "above 850"
    about, least, most = (10 * round(number / 10) for number in (value, low, high))
    return f"about {about} ({least} to {most})"


def visible_bands(profile: NDArray[np.floating], contrast: float) -> int:
    """Count the bands that stand out along a chromosome.

    Parameters
    ----------
    profile
        Shape (L,), mean stain across, one value a pixel.
    contrast
        Stain of dark bands in this cell, 0..1; a band stands out by 3 % of it.

    Returns
    -------
    int
        Dark and light bands together, at least 1.
    """
    if len(profile) < 5:
        return 1
    smooth = np.convolve(np.pad(profile, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")
    least = _PROMINENCE * max(contrast, 1e-3)
    # scipy.signal takes a fifth of the start of the window, which has no bands to count yet.
    from scipy.signal import find_peaks

    dark, _ = find_peaks(smooth, prominence=least)
    light, _ = find_peaks(-smooth, prominence=least)
    return max(1, len(dark) + len(light))


def band_level(profiles: Sequence[tuple[str, NDArray[np.floating]]]) -> BandLevel | None:
    """Estimate the band level of a cell.

    Parameters
    ----------
    profiles
        Class ("1".."22", "X", "Y") and band profile of the chromosomes that lie free.

    Returns
    -------
    BandLevel or None
        None where fewer than twelve chromosomes can be used.
    """
    usable = [(name, profile) for name, profile in profiles if name in CLASSES and len(profile) >= 5]
    if len(usable) < _FEWEST:
        return None
    contrast = float(np.median([np.percentile(profile, 90) for _, profile in usable]))
    seen = np.array([visible_bands(profile, contrast) for _, profile in usable], dtype=np.float64)
    listed = np.array([len(bands_of(name, _TABLE)) for name, _ in usable], dtype=np.float64)
    share = float(seen.sum() / listed.sum())
    log_level = _INTERCEPT + _SLOPE * float(np.log(share))
    # Chromosomes of one cell differ in what they show; few of them say less.
    scatter = float(np.std(seen / listed) / max(share, 1e-6) / np.sqrt(len(usable)))
    margin = 1.96 * float(np.hypot(_SPREAD, scatter))
    return BandLevel(
        value=float(np.exp(log_level)),
        low=float(np.exp(log_level - margin)),
        high=float(np.exp(log_level + margin)),
        bands=int(seen.sum()),
        chromosomes=len(usable),
    )
