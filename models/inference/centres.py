"""From the finder's maps to boxes: peaks of the heat maps, sides, and one box for each chromosome."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

SAME_CHROMOSOME_IOU: Final = 0.65
"""Two boxes that overlap more than this are taken for one chromosome shown on two heat maps."""


def boxes_at_peaks(
    heat: NDArray[np.float32],
    sides: NDArray[np.float32],
    *,
    least_score: float,
    cell: float,
    same_iou: float = SAME_CHROMOSOME_IOU,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Read boxes off the finder's maps.

    Parameters
    ----------
    heat
        Probability of a centre, shape (k, h, w), 0..1, one map a shape of box.
    sides
        Distances to the four sides (left, upper, right, lower) in cells, shape (4 k, h, w).
    least_score
        Peaks below this are left out.
    cell
        Pixels for one cell.
    same_iou
        Of two boxes with a larger intersection over union only the one with the higher peak stays.

    Returns
    -------
    boxes : ndarray
        Shape (n, 4), xmin, ymin, xmax, ymax in pixels, the highest peak first.
    scores : ndarray
        Shape (n,), height of the peaks.
    """
    count = heat.shape[0]
    peaks = (maximum_filter(heat, size=(1, 3, 3), mode="constant") == heat) & (heat >= least_score)
    shape, row, column = np.nonzero(peaks)
    scores = heat[shape, row, column]
    order = np.argsort(-scores, kind="stable")
    shape, row, column, scores = shape[order], row[order], column[order], scores[order]
    left, upper, right, lower = sides.reshape(count, 4, *heat.shape[1:])[shape, :, row, column].T
    x, y = column + 0.5, row + 0.5
    boxes = np.stack([x - left, y - upper, x + right, y + lower], axis=1).astype(np.float32) * np.float32(
        cell
    )
    keep = distinct(boxes, same_iou)
    return boxes[keep], np.asarray(scores[keep], dtype=np.float32)


def distinct(boxes: NDArray[np.float32], same_iou: float) -> NDArray[np.intp]:
    """Indices of boxes that no earlier kept box overlaps by more than `same_iou`; shape (m,), ascending."""
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    kept: list[int] = []
    for index, box in enumerate(boxes):
        others = boxes[kept]
        size = np.clip(np.minimum(others[:, 2:], box[2:]) - np.maximum(others[:, :2], box[:2]), 0.0, None)
        shared = size[:, 0] * size[:, 1]
        if not np.any(shared > same_iou * (area[kept] + area[index] - shared)):
            kept.append(index)
    return np.array(kept, dtype=np.intp)
