"""From stored values to unsigned 8 or 16 bit, without alpha, at native depth."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import Refusal
from core.readers.picture import GreyPixels

_ROWS: Final = 256
_SAMPLES: Final = 1_000_000


def unsigned(values: NDArray[np.generic]) -> GreyPixels:
    """Bring stored values to uint8 or uint16.

    Parameters
    ----------
    values
        Any shape; bool, integer or float. 8 and 16 bit unsigned come back as they are, signed ones
        are shifted to start at 0, deeper ones and floats stretched to 0..65535.

    Returns
    -------
    ndarray
        Same shape, uint8 or uint16.

    Raises
    ------
    Refusal
        For complex numbers and other things that are no brightness.
    """
    if values.dtype == np.bool_:
        return np.asarray(values, dtype=np.uint8) * np.uint8(255)
    if values.dtype in (np.uint8, np.uint16):
        native = np.uint8 if values.dtype.itemsize == 1 else np.uint16
        return np.ascontiguousarray(values, dtype=native)
    if values.dtype == np.int8:
        return (values.astype(np.int16) + 128).astype(np.uint8)
    if values.dtype == np.int16:
        wide = values.astype(np.int32)
        return (wide - int(wide.min())).astype(np.uint16)
    if values.dtype.kind not in "iuf":
        raise Refusal(f"the values of the picture are of type {values.dtype}", "export it in 8 or 16 bit")
    real = values.astype(np.float64)
    finite = np.isfinite(real)
    if not finite.any():
        raise Refusal("the picture holds no finite values", "export it in 8 or 16 bit")
    low, high = float(real[finite].min()), float(real[finite].max())
    real = np.nan_to_num(real, nan=low, posinf=high, neginf=low)
    scale = 65535.0 / (high - low) if high > low else 0.0
    return ((real - low) * scale + 0.5).astype(np.uint16)


def widened(values: GreyPixels, bits: int) -> GreyPixels:
    """Stretch 1, 2 or 4 bit values to the whole of 8 bit; others come back as they are."""
    if values.dtype != np.uint8 or bits >= 8 or int(values.max(initial=0)) >= 1 << bits:
        return values
    return (values.astype(np.uint16) * 255 // ((1 << bits) - 1)).astype(np.uint8)


def without_alpha(values: GreyPixels) -> tuple[GreyPixels, bool]:
    """Lay a picture with transparency on white paper, as viewers do.

    Parameters
    ----------
    values
        Shape (H, W, 2) grey with alpha or (H, W, 4) RGB with alpha, uint8 or uint16.

    Returns
    -------
    pixels : ndarray
        Shape (H, W) or (H, W, 3), same dtype.
    was_transparent : bool
        Whether any pixel was not opaque.
    """
    colour, alpha = values[..., :-1], values[..., -1]
    top = int(np.iinfo(values.dtype).max)
    colour = np.ascontiguousarray(colour[..., 0] if colour.shape[-1] == 1 else colour)
    if int(alpha.min()) == top:
        return colour, False
    # In strips, because the product needs four times the memory of the picture.
    for start in range(0, colour.shape[0], _ROWS):
        strip = slice(start, start + _ROWS)
        cover = alpha[strip].astype(np.uint64)
        if colour.ndim == 3:
            cover = cover[..., None]
        colour[strip] = (colour[strip] * cover + np.uint64(top) * (np.uint64(top) - cover)) // np.uint64(top)
    return colour, True


def rgb_of_cmyk(values: GreyPixels) -> GreyPixels:
    """Turn ink (H, W, 4), 0 = no ink, into light (H, W, 3) of the same dtype."""
    top = np.uint64(np.iinfo(values.dtype).max)
    light = np.empty((*values.shape[:2], 3), dtype=values.dtype)
    for start in range(0, values.shape[0], _ROWS):
        strip = slice(start, start + _ROWS)
        ink = values[strip].astype(np.uint64)
        light[strip] = (top - ink[..., :3]) * (top - ink[..., 3:]) // top
    return light


def inverted(values: GreyPixels, bits: int) -> GreyPixels:
    """Turn light into dark for files in which 0 means white."""
    top = max((1 << bits) - 1, int(values.max(initial=0)))
    return np.asarray(values.dtype.type(top) - values, dtype=values.dtype)


def sparse(values: GreyPixels) -> GreyPixels:
    """Take every n-th pixel of both axes, so that statistics of large pictures stay quick."""
    step = max(1, int((values.shape[0] * values.shape[1] / _SAMPLES) ** 0.5))
    return values[::step, ::step]


def is_colourless(rgb: GreyPixels) -> bool:
    """Tell whether a picture (H, W, 3) is grey but for the colour noise of JPEG."""
    few = sparse(rgb).astype(np.int32)
    spread = few.max(axis=2) - few.min(axis=2)
    return float(np.percentile(spread, 99)) <= 0.05 * max(int(few.max()), 1)


def grey_of(rgb: GreyPixels) -> GreyPixels:
    """Turn colour into the one brightness that shows chromosomes best.

    Parameters
    ----------
    rgb
        Shape (H, W, 3), uint8 or uint16.

    Returns
    -------
    ndarray
        Shape (H, W), same dtype. Equal channels: that channel. Near-grey: luminance. Colour: green,
        which Giemsa absorbs most, unless another channel shows clearly more (blue for DAPI).
    """
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return np.ascontiguousarray(green)
    if is_colourless(rgb):
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), dtype=rgb.dtype)
    few = sparse(rgb).reshape(-1, 3)
    low, high = np.percentile(few, [0.5, 99.5], axis=0)
    contrast = high - low
    best = int(np.argmax(contrast))
    if contrast[1] >= 0.8 * contrast[best]:
        best = 1
    return np.ascontiguousarray(rgb[..., best])
