"""Stain beside the outlines: what no chromosome of the cell accounts for, clusters included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain.metaphase import Leftover

_LEVEL: Final = 0.5
"""Share of the stain of a median chromosome above which a pixel is stained."""
_RIM: Final = 2
"""Pixels round each outline that are its blurred edge."""
_THIN: Final = 0.3
"""Pieces thinner than this share of a chromosome's width are rims of outlines."""
_LEAST: Final = 0.03
_MOST: Final = 2.5
"""Pieces below and above these shares of a median chromosome are specks, and nuclei."""


class Placed(Protocol):
    """A mask and its place."""

    @property
    def origin(self) -> tuple[int, int]:
        """Pixel (x, y) of the upper left corner of `mask`."""

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Shape (h, w)."""


def leftovers(stain: NDArray[np.float32], masks: Sequence[Placed]) -> tuple[Leftover, ...]:
    """Find stain that no outline covers, the largest piece first.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1.
    masks
        Chromosomes of the cell, each a mask at its origin (x, y).

    Returns
    -------
    tuple of Leftover
        Within the reach of the chromosomes; rims, specks and nuclei are left out. Empty without masks.
    """
    if not masks:
        return ()
    cover = np.zeros(stain.shape, dtype=np.uint8)
    rows_of, columns_of = stain.shape
    areas, widths, levels, corners = [], [], [], []
    for placed in masks:
        x, y = placed.origin
        height, width = placed.mask.shape
        inside = placed.mask[max(0, -y) : max(0, rows_of - y), max(0, -x) : max(0, columns_of - x)]
        window = (
            slice(max(0, y), max(0, y) + inside.shape[0]),
            slice(max(0, x), max(0, x) + inside.shape[1]),
        )
        if not inside.any():
            continue
        cover[window][inside] = 1
        areas.append(float(placed.mask.sum()))
        framed = np.pad(placed.mask, 1).astype(np.uint8)
        widths.append(2.0 * float(cv2.distanceTransform(framed, cv2.DIST_L2, 3).max()))
        levels.append(float(stain[window][inside].mean()))
        corners += [(x, y), (x + width, y + height), (x, y + height), (x + width, y)]
    if not areas:
        return ()
    area, breadth = float(np.median(areas)), float(np.median(widths))
    near = cv2.dilate(cover, _disc(_RIM))
    free = ((stain > _LEVEL * float(np.median(levels))) & (near == 0)).astype(np.uint8)
    free = cv2.morphologyEx(free, cv2.MORPH_OPEN, _disc(max(1, round(_THIN * breadth / 2.0))))
    labels, count = ndimage.label(free)
    if count == 0:
        return ()
    touch = cv2.dilate(near, _disc(_RIM))
    hull = cv2.convexHull(np.array(corners, dtype=np.float32))
    sizes = np.bincount(labels.ravel())
    pieces = []
    for index, place in enumerate(ndimage.find_objects(labels), start=1):
        if place is None or not _LEAST <= sizes[index] / area <= _MOST:
            continue
        rows, columns = place
        box = (float(columns.start), float(rows.start), float(columns.stop), float(rows.stop))
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        if cv2.pointPolygonTest(hull, middle, True) < -breadth:
            continue
        touching = bool((touch[place][labels[place] == index] > 0).any())
        pieces.append(Leftover(box=box, area=float(sizes[index]), touching=touching))
    return tuple(sorted(pieces, key=lambda piece: -piece.area))


def _disc(radius: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))
