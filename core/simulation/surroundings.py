"""What else lies on the slide: nuclei, specks of dirt, cytoplasm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.domain.chromosome import ExclusionReason
from core.domain.outline import Box
from core.simulation.noise import cloud
from core.simulation.settings import MetaphaseSettings

Density = NDArray[np.float32]

_ATTEMPTS: Final = 40
_SMALLEST_BOX: Final = 6
"""Specks smaller than this (pixels) are dust, not objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedObject:
    """Something on the slide that is not a chromosome of the cell.

    Attributes
    ----------
    reason
        Nucleus or debris.
    box
        Bounds (xmin, ymin, xmax, ymax), pixels, clipped to the picture.
    """

    reason: ExclusionReason
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Optical density of all that is not chromosome, shape (H, W), and the objects in it."""

    density: Density
    objects: tuple[ExcludedObject, ...]


def lay_surroundings(
    chromosomes: NDArray[np.bool_], *, settings: MetaphaseSettings, rng: np.random.Generator
) -> Surroundings:
    """Draw nuclei beside the spread, dirt anywhere, cytoplasm under the spread.

    Parameters
    ----------
    chromosomes
        Pixels of chromosomes, shape (H, W).
    settings
        Number of nuclei and specks, density of the cytoplasm.
    rng
        Source of all randomness.

    Returns
    -------
    Surroundings
    """
    density = _cytoplasm(chromosomes, settings, rng)
    empty = (~chromosomes).astype(np.uint8)
    distance = np.asarray(cv2.distanceTransform(empty, cv2.DIST_L2, 3), dtype=np.float32)
    objects: list[ExcludedObject] = []
    for _ in range(settings.nuclei):
        box = _add_nucleus(density, distance, settings, rng)
        if box is not None:
            objects.append(ExcludedObject(reason=ExclusionReason.NUCLEUS, box=box))
    for _ in range(settings.specks):
        box = _add_speck(density, distance, settings, rng)
        if box is not None:
            objects.append(ExcludedObject(reason=ExclusionReason.DEBRIS, box=box))
    return Surroundings(density=density, objects=tuple(objects))


def _cytoplasm(
    chromosomes: NDArray[np.bool_], settings: MetaphaseSettings, rng: np.random.Generator
) -> Density:
    shape = chromosomes.shape
    small = cv2.resize(chromosomes.astype(np.float32), (shape[1] // 8 + 1, shape[0] // 8 + 1))
    spread = cv2.GaussianBlur(small, (0, 0), 5.0)
    spread = cv2.resize(spread, shape[::-1], interpolation=cv2.INTER_LINEAR)
    spread = np.clip(spread / max(0.4 * float(spread.max()), 1e-6), 0, 1)
    stain = settings.haze * spread * (1 + 0.5 * cloud((shape[0], shape[1]), 40.0, rng))
    grain = 0.15 * settings.haze * cloud((shape[0], shape[1]), 2.0, rng)
    mottle = settings.mottle * (
        cloud((shape[0], shape[1]), 22.0, rng) + 0.7 * cloud((shape[0], shape[1]), 5.0, rng)
    )
    return np.asarray(np.maximum(stain + grain * spread, 0) + mottle, dtype=np.float32)


def _add_nucleus(
    density: Density, distance: Density, settings: MetaphaseSettings, rng: np.random.Generator
) -> Box | None:
    height, width = density.shape
    radius = settings.longest * rng.uniform(0.36, 0.62)
    for _ in range(_ATTEMPTS):
        # Anywhere up to half outside the picture, off the chromosomes.
        x, y = (
            rng.uniform(-0.3 * radius, width + 0.3 * radius),
            rng.uniform(-0.3 * radius, height + 0.3 * radius),
        )
        at = (int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1)))
        if distance[at] > 1.18 * radius:
            break
    else:
        return None
    shape = (height, width)
    body = _blob_mask(shape, (x, y), radius, rng, roughness=0.06, oblong=rng.uniform(1.0, 1.35))
    if not body.any():
        return None
    ys, xs = np.nonzero(body)
    window = (slice(max(ys.min() - 8, 0), ys.max() + 9), slice(max(xs.min() - 8, 0), xs.max() + 9))
    soft = cv2.GaussianBlur(body[window].astype(np.float32), (0, 0), rng.uniform(1.0, 2.5))
    texture = 1 + 0.1 * cloud(soft.shape, 9.0, rng) + 0.08 * cloud(soft.shape, 2.5, rng)
    # The next nucleus lies beside this one.
    away = np.hypot(*np.meshgrid(np.arange(width) - x, np.arange(height) - y)) - 1.1 * radius
    np.minimum(distance, np.maximum(away, 0), out=distance)
    density[window] += soft * np.float32(rng.uniform(0.6, 0.9) * settings.dark) * texture
    return (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))


def _add_speck(
    density: Density, distance: Density, settings: MetaphaseSettings, rng: np.random.Generator
) -> Box | None:
    height, width = density.shape
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    if distance[int(y), int(x)] < 8 and rng.random() < 0.8:
        return None
    kind = rng.choice(["dot", "cluster", "bubble", "blur"], p=[0.62, 0.1, 0.16, 0.12])
    size = 48
    left, top = int(x) - size // 2, int(y) - size // 2
    patch = np.zeros((size, size), np.float32)
    middle = np.array([size / 2, size / 2])
    if kind == "dot":
        mask = _blob_mask((size, size), middle, rng.gamma(2.0, 0.9) + 0.6, rng, roughness=0.15,
                          oblong=rng.uniform(1, 2.0))  # fmt: skip
        patch += mask.astype(np.float32) * rng.uniform(0.25, 1.0)
    elif kind == "cluster":
        for _ in range(int(rng.integers(4, 16))):
            spot = middle + rng.normal(0, 5, 2)
            mask = _blob_mask((size, size), spot, rng.uniform(0.8, 2.6), rng, roughness=0.2, oblong=1.2)
            patch += mask.astype(np.float32) * rng.uniform(0.2, 0.6)
    elif kind == "bubble":
        radius = rng.uniform(2, 5)
        mask = _blob_mask((size, size), middle, radius, rng, roughness=0.03, oblong=1.0)
        rim = mask & ~_blob_mask((size, size), middle, radius - 1.2, rng, roughness=0.02, oblong=1.0)
        # A bubble gathers light in its middle.
        patch += rim.astype(np.float32) * rng.uniform(0.06, 0.2) - (mask & ~rim) * np.float32(
            rng.uniform(0, 0.05)
        )
    else:
        radius = rng.uniform(4, 9)
        mask = _blob_mask((size, size), middle, radius, rng, roughness=0.05, oblong=1.2)
        patch += cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 3.0) * rng.uniform(0.02, 0.1)
    patch = np.asarray(cv2.GaussianBlur(np.clip(patch, -0.1, 1.2), (0, 0), 0.6), dtype=np.float32)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + size, width), min(top + size, height)
    if x1 <= x0 or y1 <= y0:
        return None
    seen = patch[y0 - top : y1 - top, x0 - left : x1 - left]
    density[y0:y1, x0:x1] += seen
    ys, xs = np.nonzero(seen > 0.12)
    if not len(ys) or max(np.ptp(xs), np.ptp(ys)) + 1 < _SMALLEST_BOX:
        return None
    return (float(x0 + xs.min()), float(y0 + ys.min()), float(x0 + xs.max() + 1), float(y0 + ys.max() + 1))


def _blob_mask(
    shape: tuple[int, int],
    centre: NDArray[np.float64] | tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    *,
    roughness: float,
    oblong: float,
) -> NDArray[np.bool_]:
    """Filled uneven ellipse, shape `shape`."""
    count = 64
    angle = np.arange(count) * 2 * np.pi / count
    waves = gaussian_filter1d(rng.normal(size=count), 4.0, mode="wrap")
    waves /= max(float(np.abs(waves).max()), 1e-6)
    reach = max(radius, 0.3) * (1 + roughness * 2 * waves)
    turn = rng.uniform(0, np.pi)
    x, y = reach * np.cos(angle) * np.sqrt(oblong), reach * np.sin(angle) / np.sqrt(oblong)
    corners = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], 1)
    corners = np.round((corners + np.asarray(centre) - 0.5) * 8).astype(np.int32)
    canvas = np.zeros(shape, np.uint8)
    cv2.fillPoly(canvas, [corners[:, None, :]], 1, cv2.LINE_8, 3)
    return canvas.astype(np.bool_)
