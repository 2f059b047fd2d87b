"""Light, optics and camera: from optical density to grey levels."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.simulation.noise import cloud
from core.simulation.settings import MetaphaseSettings

_DEEPEST: Final = 0.92
"""Optical density at which the camera saw no more light in real pictures."""
_SATURATION: Final = 4.0


def capture(
    density: NDArray[np.float32], *, settings: MetaphaseSettings, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Take the picture of a slide.

    Light passes everything that lies in its way, so the densities of a crossing have been added before;
    the darkest places saturate.

    Parameters
    ----------
    density
        Optical density (base 10), shape (H, W), 0 where the slide is empty.
    settings
        Background, uneven light, blur, noise and compression.
    rng
        Source of all randomness.

    Returns
    -------
    ndarray
        Grey levels, uint8, shape (H, W), dark on light.
    """
    shape = (density.shape[0], density.shape[1])
    # Bubbles gather light: their density is a little below zero.
    seen = density / (1 + (np.maximum(density, 0) / _DEEPEST) ** _SATURATION) ** (1 / _SATURATION)
    light = settings.background * np.power(10.0, -seen) * _uneven_light(shape, settings, rng)
    picture = cv2.GaussianBlur(light.astype(np.float32), (0, 0), max(settings.blur, 0.05))
    noise = 0.6 * rng.standard_normal(shape, dtype=np.float32) + 0.8 * cloud(shape, 1.0, rng)
    picture = picture + settings.noise * noise
    grey = np.clip(np.round(picture), 0, 255).astype(np.uint8)
    if settings.compression is None:
        return grey
    done, coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, settings.compression])
    if not done:
        raise ValueError(f"expected a JPEG quality of 1 to 100, got {settings.compression}; change it")
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _uneven_light(
    shape: tuple[int, int], settings: MetaphaseSettings, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Share of the light that reaches each pixel: a slope and a fall to the corners."""
    y = np.linspace(-1, 1, shape[0])[:, None]
    x = np.linspace(-1, 1, shape[1])[None, :]
    angle = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(angle) * x + np.sin(angle) * y) * rng.uniform(0, 0.5)
    corners = ((x - rng.normal(0, 0.2)) ** 2 + (y - rng.normal(0, 0.2)) ** 2) * rng.uniform(0.1, 0.5)
    found: NDArray[np.float64] = 1 - settings.light_fall * (slope + corners)
    return found
