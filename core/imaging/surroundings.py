"""Stained things of a picture that lie in no chromosome's outline: nuclei, debris, and what may be missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is stained and lies in no outline.

    Attributes
    ----------
    excluded
        Boxes and reasons of nuclei, debris and what else is no chromosome of this cell, large ones first.
    unexplained
        Boxes of material among the chromosomes that is as large and as thick as one: where a chromosome
        may have been missed.
    """

    excluded: tuple[tuple[Box, ExclusionReason], ...]
    unexplained: tuple[Box, ...]


def surroundings_of(stain: NDArray[np.float32], masks: Sequence[_Placed]) -> Surroundings:
    """Look for what is stained outside the chromosomes.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    masks
        Chromosomes of the cell, each a mask at its origin (x, y).

    Returns
    -------
    Surroundings
        Without specks below an eighth of a median chromosome; empty without chromosomes.
    """
    excluded = []
    unexplained = []
    for box, area, among, slender in _foreign(stain, masks):
        if _chromosome_like(area, slender):
            if among:
                unexplained.append(box)
            else:
                excluded.append((area, box, ExclusionReason.OTHER_CELL))
        else:
            reason = ExclusionReason.NUCLEUS if area >= _NUCLEUS else ExclusionReason.DEBRIS
            excluded.append((area, box, reason))
    return Surroundings(
        excluded=tuple((box, reason) for _, box, reason in sorted(excluded, key=lambda entry: -entry[0])),
        unexplained=tuple(unexplained),
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
