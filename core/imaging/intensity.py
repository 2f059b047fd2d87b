"""Brightness: polarity of a picture, and the stain it shows."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

_BACKGROUND_GRID: Final = 64
_DARKEST_QUANTILE: Final = 0.02
_GLOW_STEP: Final = 4
_GLOW_REACH: Final = 17
_GLOW_SMOOTH: Final = 5.0
_GLOW_POWER: Final = 0.8


def is_dark_on_light(grey: NDArray[np.generic]) -> bool:
    """Tell whether chromosomes are dark on a light ground.

    Parameters
    ----------
    grey
        Picture, shape (H, W), any unsigned integer or float dtype.

    Returns
    -------
    bool
        True for brightfield (G, R, C banding), False for fluorescence (Q, DAPI).

    Notes
    -----
    Most of a metaphase picture is background, so the median lies near the background's end of the
    range that the picture uses.
    """
    low, middle, high = np.percentile(np.asarray(grey, dtype=np.float32), [0.2, 50, 99.8])
    return bool(middle - low >= high - middle)


def stain_of(grey: NDArray[np.generic], *, dark_on_light: bool | None = None) -> NDArray[np.float32]:
    """Turn a picture into the amount of stain at each pixel.

    Parameters
    ----------
    grey
        Picture, shape (H, W), any unsigned integer or float dtype.
    dark_on_light
        Polarity of the picture; recognised from the picture when None.

    Returns
    -------
    ndarray
        Shape (H, W), float32 in 0..1: 0 is background (uneven light removed), 1 the darkest
        chromosome material.
    """
    image = np.asarray(grey, dtype=np.float32)
    if dark_on_light is None:
        dark_on_light = is_dark_on_light(grey)
    if not dark_on_light:
        image = -image
    image = image - float(np.percentile(image, 0.05))
    deficit = np.maximum(_background_of(image) - image, 0.0)
    if not dark_on_light:
        deficit = _evened(deficit)
    scale = _chromosome_depth(deficit)
    return np.asarray(np.clip(deficit / max(scale, 1e-6), 0.0, 1.0), dtype=np.float32)


def _background_of(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Estimate the light without specimen: a coarse upper envelope, shape of `image`."""
    height, width = image.shape
    rows = max(2, round(height / _BACKGROUND_GRID))
    columns = max(2, round(width / _BACKGROUND_GRID))
    small = cv2.resize(image, (columns * 8, rows * 8), interpolation=cv2.INTER_AREA)
    tiles = small.reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3).reshape(rows, columns, 64)
    envelope = np.percentile(tiles, 85, axis=2).astype(np.float32)
    # A tile that lies inside a nucleus knows no background; the rest of the picture does.
    plain = float(np.percentile(envelope, 60))
    envelope = np.where(envelope < 0.85 * plain, np.float32(plain), envelope)
    smooth = cv2.GaussianBlur(envelope, (0, 0), 1.0)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _evened(glow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring pale and bright regions of a fluorescence picture nearer to each other, shape kept.

    Fluorescence fades over a picture, and nuclei outshine chromosomes several times; one scale for all
    would leave the pale ones out. Brightness is divided by a power of the brightest nearby, within limits
    that keep empty ground dark.
    """
    height, width = glow.shape
    size = (max(1, width // _GLOW_STEP), max(1, height // _GLOW_STEP))
    small = cv2.resize(glow, size, interpolation=cv2.INTER_AREA)
    round_about = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GLOW_REACH, _GLOW_REACH))
    brightest = cv2.GaussianBlur(cv2.dilate(small, round_about), (0, 0), _GLOW_SMOOTH)
    brightest = np.asarray(cv2.resize(brightest, (width, height)), dtype=np.float32)
    lit = brightest[glow > 0.5 * brightest]
    usual = float(np.median(lit)) if lit.size else float(brightest.max())
    if usual <= 0.0:
        return glow
    nearby = np.clip(brightest, 0.3 * usual, 3.0 * usual)
    return np.asarray(glow * (usual / nearby) ** _GLOW_POWER, dtype=np.float32)


def _chromosome_depth(deficit: NDArray[np.float32]) -> float:
    """Deficit of dark chromosome material, so that pictures of every exposure compare."""
    eight_bit = np.clip(deficit * (255.0 / max(float(deficit.max()), 1e-6)), 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(eight_bit, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    material = deficit[eight_bit > threshold]
    if material.size < 50:
        return float(deficit.max())
    return float(np.quantile(material, 1.0 - _DARKEST_QUANTILE))


def eight_bit_of(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return a picture of any depth as uint8 of the same shape, stretched over its own range if deeper."""
    if grey.dtype == np.uint8:
        return np.asarray(grey, dtype=np.uint8)
    values = np.asarray(grey, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    return np.asarray((values - low) * (255.0 / max(high - low, 1e-6)) + 0.5, dtype=np.uint8)


def dark_on_light_of(grey: NDArray[np.generic], *, dark_on_light: bool) -> NDArray[np.uint8]:
    """Return a picture for print: uint8, chromosomes dark; fluorescence is inverted."""
    eight_bit = eight_bit_of(grey)
    return eight_bit if dark_on_light else np.asarray(255 - eight_bit, dtype=np.uint8)
