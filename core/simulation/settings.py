"""How a simulated metaphase looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

_LEAST_RATIO: Final = 7.2
_BANDS_AT_LEAST_RATIO: Final = 330.0
_BANDS_PER_RATIO: Final = 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaphaseSettings:
    """Everything about a simulated metaphase except its karyotype.

    The defaults give a moderately easy cell; `varied` draws settings that scatter like captured cells.

    Attributes
    ----------
    height, width
        Size of the picture, pixels.
    longest
        Length of a normal chromosome 1 along its axis, pixels; all other lengths follow from the band table.
    thickness
        Width of a chromosome, pixels.
    band_level
        Bands of a haploid set that can be told apart, about 300 to 700.
    dark, light
        Optical density (base 10) of the darkest and the palest band.
    unevenness
        Relative scatter of the stain from band to band and from place to place.
    chromatid_split
        Depth of the cleft between the sister chromatids, 0 (fused) to 1.
    bending
        Typical turn of the axis over the length of chromosome 1, radians.
    touching, crossing
        Share of chromosomes placed so that they touch, or cross, another one.
    crowding
        Share of the spread's area that chromosomes cover.
    homolog_difference
        Relative scatter of length between homologs.
    heteromorphism
        Scatter of the variable regions (1qh, 9qh, 16qh, Yqh, satellites, stalks) on a logarithmic scale.
    nuclei, specks
        Number of interphase nuclei and of debris specks.
    haze
        Optical density of the cytoplasm round the spread.
    mottle
        Scatter of optical density of the empty slide.
    background
        Grey level of the empty slide, 0..255; above 255 it is clipped as after a contrast stretch.
    light_fall
        Relative fall of light across the picture.
    blur
        Gaussian blur of the optics, pixels (standard deviation).
    noise
        Camera noise, grey levels (standard deviation).
    compression
        JPEG quality that the picture went through, or None.
    """

    height: int = 720
    width: int = 760
    longest: float = 152.0
    thickness: float = 15.0
    band_level: float = 450.0
    dark: float = 0.54
    light: float = 0.14
    unevenness: float = 0.08
    chromatid_split: float = 0.22
    bending: float = 0.9
    touching: float = 0.15
    crossing: float = 0.08
    crowding: float = 0.17
    homolog_difference: float = 0.03
    heteromorphism: float = 0.2
    nuclei: int = 1
    specks: int = 12
    haze: float = 0.012
    mottle: float = 0.003
    background: float = 246.0
    light_fall: float = 0.03
    blur: float = 1.1
    noise: float = 1.2
    compression: int | None = None

    def __post_init__(self) -> None:
        """Refuse settings that cannot be drawn."""
        if min(self.height, self.width) < 2 * self.thickness or self.longest < 2 * self.thickness:
            raise ValueError(
                f"expected a picture and a chromosome 1 larger than two thicknesses, got picture "
                f"{self.width}x{self.height}, longest {self.longest}, thickness {self.thickness}; "
                "use larger values"
            )
        if not 0.0 < self.light < self.dark:
            raise ValueError(
                f"expected optical densities 0 < light < dark, got light {self.light} and dark {self.dark}; "
                "swap or change them"
            )

    @classmethod
    def easy(cls, rng: np.random.Generator) -> MetaphaseSettings:
        """Draw settings of a well spread, clean cell, as one shows for an introduction."""
        longest = float(np.clip(rng.normal(150, 9), 130, 172))
        return cls(
            longest=longest,
            thickness=float(np.clip(rng.normal(15.2, 0.5), 14, 16.5)),
            band_level=float(np.clip(450 + 2.5 * (longest - 150), 380, 520)),
            dark=float(rng.uniform(0.5, 0.6)),
            touching=0.12,
            crossing=0.05,
            crowding=0.145,
            nuclei=int(rng.integers(0, 3)),
            specks=int(rng.integers(4, 22)),
            background=float(rng.uniform(240, 250)),
            blur=float(rng.uniform(1.0, 1.25)),
        )

    @classmethod
    def varied(cls, rng: np.random.Generator) -> MetaphaseSettings:
        """Draw settings that scatter like cells captured in a laboratory.

        Parameters
        ----------
        rng
            Source of all randomness.

        Returns
        -------
        MetaphaseSettings
            Medians of chromosome sizes, grey levels, extent and share of isolated chromosomes follow
            90 G-banded metaphases from amniotic fluid (Tseng et al., Sci Data 10:104, 2023).
        """
        thickness = float(np.clip(rng.normal(15.2, 1.6), 12.0, 19.5))
        ratio = float(np.clip(rng.normal(10.4, 1.6), _LEAST_RATIO, 14.0))
        level = _BANDS_AT_LEAST_RATIO + _BANDS_PER_RATIO * (ratio - _LEAST_RATIO) + float(rng.normal(0, 25))
        dark = float(np.clip(rng.normal(0.52, 0.09), 0.34, 0.78))
        nuclei = int(rng.choice([0, 1, 2, 3], p=[0.5, 0.27, 0.15, 0.08]))
        crowding = float(rng.uniform(0.12, 0.22))
        span = np.sqrt(46 * 0.56 * ratio * thickness**2 / crowding * 4 / np.pi)
        return cls(
            height=int(np.clip(span * rng.uniform(0.88, 1.12) + 25, 480, 1024)),
            width=int(np.clip(span * rng.uniform(0.88, 1.25) + 25, 480, 1360)),
            longest=ratio * thickness,
            thickness=thickness,
            band_level=float(np.clip(level, 300, 650)),
            dark=dark,
            light=float(np.clip(dark * rng.normal(0.33, 0.06), 0.07, 0.6 * dark)),
            unevenness=float(rng.uniform(0.06, 0.18)),
            chromatid_split=float(rng.beta(1.3, 2.6)),
            bending=float(rng.uniform(0.6, 2.0)),
            touching=float(rng.uniform(0.15, 0.45)),
            crossing=float(rng.uniform(0.02, 0.22)),
            crowding=crowding,
            homolog_difference=float(rng.uniform(0.02, 0.06)),
            heteromorphism=float(rng.uniform(0.1, 0.4)),
            nuclei=nuclei,
            specks=int(rng.gamma(1.2, 18.0)),
            haze=float(abs(rng.normal(0, 0.02))),
            mottle=float(abs(rng.normal(0, 0.006))),
            background=float(rng.choice([rng.uniform(205, 240), rng.uniform(242, 275)], p=[0.22, 0.78])),
            light_fall=float(abs(rng.normal(0, 0.04))),
            blur=float(rng.uniform(0.8, 1.7)),
            noise=float(rng.uniform(0.4, 3.0)),
            compression=int(rng.integers(70, 96)) if rng.random() < 0.7 else None,
        )
