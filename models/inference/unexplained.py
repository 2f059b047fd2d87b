"""Stain that looks like a chromosome and that no outline explains: a reason to doubt the count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inference.outliner import OutlinedMask

_HIGHEST_OTSU: Final = 110.0 / 255.0
_LIGHT_SHARE: Final = 0.7
_LEAST_AREA_SHARE: Final = 0.2
_WIDTHS: Final = (0.5, 1.8)


def unexplained_stain(stain: NDArray[np.float32], masks: Sequence[OutlinedMask]) -> NDArray[np.bool_]:
    """Find stained pieces as wide as a chromosome that lie among the outlined ones and belong to none.

    Parameters
    ----------
    stain
        Shape (H, W), float32 in 0..1.
    masks
        The outlined chromosomes of the picture.

    Returns
    -------
    ndarray
        Shape (H, W), bool. Nuclei are too wide to be meant, debris too small or too thin; what lies more than
        one chromosome's length from all outlines is another cell's.
    """
    left = np.zeros(stain.shape, dtype=np.uint8)
    if not masks:
        return left.astype(bool)
    eight_bit = np.asarray(stain * 255.0, dtype=np.uint8)
    threshold, _ = cv2.threshold(eight_bit, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    explained = np.zeros(stain.shape, dtype=np.uint8)
    for one in masks:
        (x, y), (height, width) = one.origin, one.mask.shape
        explained[y : y + height, x : x + width] |= one.mask.astype(np.uint8)
    area = float(np.median([one.mask.sum() for one in masks]))
    length = float(np.median([max(one.mask.shape) for one in masks]))
    width = area / length
    # The rim of an outline is no piece of its own.
    rim = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, round(width / 6)) + 1,) * 2)
    stained = eight_bit > _LIGHT_SHARE * min(threshold, _HIGHEST_OTSU * 255.0)
    rest = (stained & (cv2.dilate(explained, rim) == 0)).astype(np.uint8)
    rest = np.asarray(cv2.morphologyEx(rest, cv2.MORPH_OPEN, rim), dtype=np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    depth = cv2.distanceTransform(rest, cv2.DIST_L2, 3)
    away = cv2.distanceTransform(1 - explained, cv2.DIST_L2, 3)
    for label in range(1, count):
        piece = labels == label
        wide = 2.0 * float(depth[piece].max())
        if (
            statistics[label, cv2.CC_STAT_AREA] >= _LEAST_AREA_SHARE * area
            and _WIDTHS[0] * width <= wide <= _WIDTHS[1] * width
            and float(away[piece].min()) <= length
        ):
            left[piece] = 1
    return left.astype(bool)
