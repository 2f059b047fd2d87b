"""Chromosomes with exact masks: isolated ones cut out of real metaphases, and pasted so that they touch and cross.

There are no masks for G-banded metaphases. A chromosome that lies alone is its Otsu component; pasted across real
chromosomes its mask is known at every pixel, and so is the part that lies over others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import box_iou

_ALONE_IOU: Final = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOut:
    """One isolated chromosome at the canonical scale.

    Attributes
    ----------
    stain
        Shape (h, w), uint8, 0 outside the chromosome.
    mask
        Shape (h, w), bool, tight in its frame but for two pixels.
    """

    stain: NDArray[np.uint8]
    mask: NDArray[np.bool_]


def foreground(stain: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Stained pixels of a picture by Otsu's threshold, shape kept."""
    threshold, _ = cv2.threshold(stain, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # Nuclei pull the threshold up; light bands of chromosomes must stay.
    return np.asarray(stain > min(threshold, 110.0))


def isolated(
    stain: NDArray[np.uint8], boxes: NDArray[np.float32]
) -> tuple[NDArray[np.bool_], dict[int, NDArray[np.bool_]]]:
    """Find the chromosomes that lie alone.

    Parameters
    ----------
    stain
        Shape (h, w), 0..255.
    boxes
        Tight boxes of all chromosomes, shape (n, 4), in pixels of `stain`.

    Returns
    -------
    stained : ndarray
        Foreground of the whole picture, shape (h, w).
    alone : dict
        For the index of each box that holds one component and no other chromosome: its mask, shape (h, w) of the
        component's frame, cut from the picture at `frame_of` the box.
    """
    stained = foreground(stain)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(stained.astype(np.uint8), connectivity=8)
    corner = statistics[:, :2].astype(np.float32)
    bounds = np.concatenate([corner, corner + statistics[:, 2:4]], axis=1)
    overlap = box_iou(boxes, bounds)
    overlap[:, 0] = 0.0
    component = overlap.argmax(axis=1)
    fits = overlap[np.arange(len(boxes)), component] >= _ALONE_IOU
    shared = np.bincount(component[fits], minlength=len(bounds)) > 1
    fits &= ~shared[component]
    alone = {}
    for index in np.nonzero(fits)[0]:
        box = boxes[index]
        inner = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
        share = np.prod(np.clip(inner, 0.0, None), axis=1) / np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
        share[index] = 0.0
        # Another chromosome inside this box without a component of its own may lie across it.
        if np.any(fits[share > 0.4] == False):  # noqa: E712
            continue
        rows, columns = frame_of(bounds[component[index]], stain.shape)
        mask = (labels[rows, columns] == component[index]).astype(np.uint8)
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(mask, outlines, -1, 1, cv2.FILLED)
        alone[int(index)] = _placed(mask.astype(bool), rows, columns, stain.shape)
    return stained, alone


def frame_of(box: NDArray[np.floating], shape: tuple[int, ...], margin: int = 2) -> tuple[slice, slice]:
    """Rows and columns round a box, inside a picture of `shape`."""
    x0, y0 = max(0, int(box[0]) - margin), max(0, int(box[1]) - margin)
    x1, y1 = min(shape[1], int(np.ceil(box[2])) + margin), min(shape[0], int(np.ceil(box[3])) + margin)
    return slice(y0, y1), slice(x0, x1)
