"""Compares each chromosome with its homolog and its class: what has changed, where, and how surely."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.bands import relative_length

ROWS: Final = 112
COLUMNS: Final = 16
"""Size of a chromosome as the network sees it, end to end."""
BINS: Final = 40
"""Places on the idiogram, from pter to qter, between which a break is told."""
_WIDTHS_ACROSS: Final = 1.5
_MEDIAN_SHARE: Final = 0.0455
"""Share of the haploid set that the median chromosome has."""


def laid(
    stain: NDArray[np.float32], mask: NDArray[np.float32], name: str, typical: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Lay a straight chromosome on the rows of the network.

    Parameters
    ----------
    stain, mask
        Shape (R, C), 0..1, the p end first, the axis in the middle column.
    name
        Its class.
    typical
        Rows of a chromosome of the typical length of its cell.

    Returns
    -------
    picture : ndarray
        Shape (2, 112, 16), uint8: stain against its own darkest, and mask.
    sizes : ndarray
        Shape (3,), float32: logarithm of its length against what its class has, of its width against its
        length, and its mean stain.
    """
    width = np.asarray(mask.sum(axis=1))
    body = float(np.median(width[width > 0.5])) if (width > 0.5).any() else 1.0
    half = 0.5 * _WIDTHS_ACROSS * body
    columns = mask.shape[1]
    across = columns / 2 - 0.5 + np.linspace(-half, half, COLUMNS)
    along = (np.arange(ROWS) + 0.5) * len(stain) / ROWS - 0.5
    soft = max(0.0, 0.5 * (len(stain) / ROWS - 1.0))
    if soft > 0.2:
        stain = np.asarray(cv2.GaussianBlur(stain, (0, 0), sigmaX=0.1, sigmaY=soft), dtype=np.float32)
    grid = (
        np.repeat(across[None], ROWS, axis=0).astype(np.float32),
        np.repeat(along[:, None], COLUMNS, axis=1).astype(np.float32),
    )
    inner = stain[mask > 0.5]
    low, dark = np.percentile(inner, [2, 95]) if len(inner) else (0.0, 1.0)
    seen = np.clip((stain - 0.7 * low) / max(dark - 0.7 * low, 0.05), 0.0, 1.2) / 1.2
    seen = np.where(mask > 0.05, seen, 0.0).astype(np.float32)
    picture = np.stack(
        [
            cv2.remap(layer, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
            for layer in (seen, mask.astype(np.float32))
        ]
    )
    expected = typical * relative_length(name) / _MEDIAN_SHARE
    sizes = np.array(
        [
            np.log(max(len(stain), 1) / max(expected, 1.0)),
            np.log(max(body, 1.0) / max(len(stain), 1)),
            float(inner.mean()) if len(inner) else 0.0,
        ],
        dtype=np.float32,
    )
    return np.asarray(np.clip(picture * 255.0 + 0.5, 0, 255), dtype=np.uint8), sizes
