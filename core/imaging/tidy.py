"""A chromosome without the crumbs of its neighbours."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.outline import largest_piece

_BRIDGE: Final = 0.2
_LEAST_LEFT: Final = 0.6


def without_crumbs(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Drop pieces that hang on a chromosome by a thin bridge or not at all.

    Parameters
    ----------
    mask
        Shape (H, W), bool.

    Returns
    -------
    ndarray
        Shape (H, W), bool, one piece. Bridges thinner than a fifth of the chromosome's width are cut;
        where that would cost more than two fifths of the area, the mask is broken rather than crumbed,
        and only pieces without any bridge are dropped.
    """
    whole = largest_piece(mask)
    padded = np.pad(whole, 2).astype(np.uint8)
    half_width = float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())
    radius = max(1, round(_BRIDGE * half_width))
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = cv2.morphologyEx(padded, cv2.MORPH_OPEN, brush)
    if not opened.any():
        return whole
    body = largest_piece(opened.astype(np.bool_)).astype(np.uint8)
    # What opening took off the rim belongs to the body; what lies beyond a bridge does not come back.
    grown = cv2.dilate(body, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 3, 2 * radius + 3)))
    tidy = (grown[2:-2, 2:-2] > 0) & whole
    return tidy if tidy.sum() >= _LEAST_LEFT * whole.sum() else whole
