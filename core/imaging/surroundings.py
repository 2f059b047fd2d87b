"""Stained things of a picture that lie in no chromosome's outline: nuclei, debris, and what may be missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain.chromosome import ExclusionReason
from core.domain.outline import Box

_NUCLEUS: Final = 3.5
_SPECK: Final = 0.12
_LEAST_CHROMOSOME: Final = 0.3
_LEAST_LIKENESS: Final = 0.45


class _Placed(Protocol):
    @property
    def origin(self) -> tuple[int, int]: ...

    @property
    def mask(self) -> NDArray[np.bool_]: ...


def excluded_objects(
    stain: NDArray[np.float32], masks: Sequence[_Placed]
) -> tuple[tuple[Box, ExclusionReason], ...]:
    """Find nuclei, debris and what else is stained but is no chromosome of this cell.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    masks
        Chromosomes of the cell, each a mask at its origin (x, y).

    Returns
    -------
    tuple of (box, reason)
        Large ones first; specks below an eighth of a median chromosome are not listed. What is
        chromosome-like and lies among the chromosomes is not listed either: `unexplained_boxes` has it.
    """
    listed = []
    for box, area, among, slender in _foreign(stain, masks):
        if _chromosome_like(area, slender):
            if not among:
                listed.append((area, box, ExclusionReason.OTHER_CELL))
        elif area >= _NUCLEUS:
            listed.append((area, box, ExclusionReason.NUCLEUS))
        else:
            listed.append((area, box, ExclusionReason.DEBRIS))
    return tuple((box, reason) for _, box, reason in sorted(listed, key=lambda entry: -entry[0]))


def unexplained_boxes(stain: NDArray[np.float32], masks: Sequence[_Placed]) -> tuple[Box, ...]:
    """Find stained material among the chromosomes that is as large as one but lies in no outline.

    Returns
    -------
    tuple of box
        Where a chromosome may have been missed.
    """
    return tuple(
        box
        for box, area, among, slender in _foreign(stain, masks)
        if among and _chromosome_like(area, slender)
    )


def _chromosome_like(area: float, slender: float) -> bool:
    # No upper limit: two crossing chromosomes that were missed together are large but no thicker.
    return area >= _LEAST_CHROMOSOME and slender >= _LEAST_LIKENESS


def _foreign(stain: NDArray[np.float32], masks: Sequence[_Placed]) -> list[tuple[Box, float, bool, float]]:
    """Return (box, area in median chromosomes, among the chromosomes, likeness in width) of each thing."""
    if not masks:
        return []
    cover = np.zeros(stain.shape, dtype=np.uint8)
    areas, widths, levels = [], [], []
    corners = []
    for placed in masks:
        x, y = placed.origin
        height, width = placed.mask.shape
        window = cover[y : y + height, x : x + width]
        window[placed.mask] = 1
        areas.append(float(placed.mask.sum()))
        widths.append(2.0 * float(cv2.distanceTransform(placed.mask.astype(np.uint8), cv2.DIST_L2, 3).max()))
        levels.append(float(stain[y : y + height, x : x + width][placed.mask].mean()))
        corners += [(x, y), (x + width, y + height), (x, y + height), (x + width, y)]
    area, breadth = float(np.median(areas)), float(np.median(widths))
    reach = max(3, round(breadth / 3))
    known = cv2.dilate(cover, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)))
    foreign = (stain > 0.5 * float(np.median(levels))) & (known == 0)
    labels, count = ndimage.label(foreign)
    if count == 0:
        return []
    hull = cv2.convexHull(np.array(corners, dtype=np.float32))
    sizes = np.bincount(labels.ravel())
    found = []
    for index, place in enumerate(ndimage.find_objects(labels), start=1):
        share = float(sizes[index]) / area
        if share < _SPECK or place is None:
            continue
        piece = labels[place] == index
        depth = 2.0 * float(cv2.distanceTransform(np.pad(piece.astype(np.uint8), 1), cv2.DIST_L2, 3).max())
        rows, columns = place
        box = (float(columns.start), float(rows.start), float(columns.stop), float(rows.stop))
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        among = cv2.pointPolygonTest(hull, middle, True) > -breadth
        slender = min(depth, breadth) / max(depth, breadth, 1e-6)
        found.append((box, share, among, slender))
    return found
