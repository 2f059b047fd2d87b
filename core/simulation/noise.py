"""Smooth noise of unit standard deviation."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d


def cloud(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise of unit standard deviation with grains of about `scale` pixels, shape (H, W)."""
    step = max(1, int(scale / 2))
    rough = rng.standard_normal((shape[0] // step + 4, shape[1] // step + 4), dtype=np.float32)
    soft = cv2.GaussianBlur(rough, (0, 0), max(scale / step, 0.6))
    small = np.asarray(soft / max(float(soft.std()), 1e-6), dtype=np.float32)
    if step == 1:
        return np.asarray(small[: shape[0], : shape[1]], dtype=np.float32)
    return np.asarray(cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def wander(rng: np.random.Generator, count: int, scale: float) -> NDArray[np.float64]:
    """Smooth noise along a line of `count` samples that changes over about `scale` samples."""
    spare = int(4 * scale) + 1
    rough = gaussian_filter1d(rng.normal(size=count + 2 * spare), scale)[spare : spare + count]
    found: NDArray[np.float64] = rough * np.sqrt(2 * np.sqrt(np.pi) * max(scale, 0.5))
    return found
