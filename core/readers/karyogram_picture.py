"""Recognise a picture of a finished karyogram, which is no metaphase to analyse."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import is_dark_on_light

_WORKING_SIDE: Final = 1000  # pixels of the longer side; karyograms are drawn at about that size
_DARK: Final = 0.75  # of the ground; underlines are thin and drawn with soft edges
_LEAST_CONTRAST: Final = 0.15  # of the brightest value
_LEAST_LINES: Final = 8
_LEAST_IN_ROW: Final = 2
_LEAST_LINE_ROWS: Final = 2
_LEAST_OBJECTS: Final = 20
_LEAST_ROWS: Final = 3
_MOST_ROWS: Final = 12
_LEAST_OBJECTS_IN_ROW: Final = 3
_UPRIGHT_DEGREES: Final = 25.0
_LEAST_UPRIGHT: Final = 0.8


def looks_like_karyogram(grey: NDArray[np.generic]) -> bool:
    """Tell whether a picture shows chromosomes that were already arranged.

    Parameters
    ----------
    grey
        Picture, shape (H, W), any unsigned integer dtype, either polarity.

    Returns
    -------
    bool
        True where thin level lines stand in rows, as below the places of a karyogram, or where
        upright objects stand in rows with empty bands between them. A metaphase has neither.
    """
    if _is_empty(grey):
        return False
    small = _working_copy(grey)
    return _has_rows_of_underlines(small) or _has_rows_of_upright_objects(small)


def _is_empty(grey: NDArray[np.generic]) -> bool:
    """Tell whether nothing is drawn: noise of an empty slide, stretched, would show lines and bodies."""
    image = np.asarray(grey[:: max(1, grey.shape[0] // 500)], dtype=np.float32)
    low, middle, high = (float(value) for value in np.percentile(image, [0.2, 50, 99.8]))
    return max(middle - low, high - middle) < _LEAST_CONTRAST * max(high, 1.0)


def _working_copy(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Dark on light, 8 bit, ground near 255, at most `_WORKING_SIDE` pixels long."""
    image = np.asarray(grey, dtype=np.float32)
    if not is_dark_on_light(np.asarray(grey)):
        image = image.max() - image
    ground = float(np.percentile(image[:: max(1, image.shape[0] // 500)], 60))
    low = float(image.min())
    image = (image - low) * (255.0 / max(ground - low, 1.0))
    eight = np.clip(image, 0, 255).astype(np.uint8)
    scale = _WORKING_SIDE / max(eight.shape)
    if scale >= 1:
        return eight
    # The darkest of each neighbourhood first, or a line one pixel thin would fade.
    reach = max(1, round(0.6 / scale))
    dark = cv2.erode(eight, np.ones((reach, reach), np.uint8))
    size = (max(1, round(eight.shape[1] * scale)), max(1, round(eight.shape[0] * scale)))
    return np.asarray(cv2.resize(dark, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _has_rows_of_underlines(small: NDArray[np.uint8]) -> bool:
    width = small.shape[1]
    dark = (small < 255 * _DARK).astype(np.uint8)
    # Dotted lines are closed first; 7 px bridge the dots and not the gap between two places.
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8))
    level = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, max(24, width // 25)), np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(level, connectivity=8)
    lines: list[tuple[int, int]] = []
    for left, top, length, height, _area in boxes[1:count]:
        if height <= 4 and _stands_free(dark, left, top, length, height):
            lines.append((int(top), int(length)))
    rows: list[int] = []
    for top, _length in sorted(lines):
        near = sum(abs(top - other) <= 2 for other, _ in lines)
        if near >= _LEAST_IN_ROW and (not rows or top - rows[-1] > 6):
            rows.append(top)
    in_rows = sum(any(abs(top - row) <= 3 for row in rows) for top, _ in lines)
    return in_rows >= _LEAST_LINES and len(rows) >= _LEAST_LINE_ROWS


def _stands_free(dark: NDArray[np.uint8], left: int, top: int, length: int, height: int) -> bool:
    """Tell a drawn line from the edge of a body: paper lies right above and below most of it."""
    span = slice(left, left + length)
    above = dark[max(top - 3, 0) : max(top - 1, 1), span]
    below = dark[top + height + 1 : top + height + 3, span]
    return float(above.mean()) < 0.3 and below.size > 0 and float(below.mean()) < 0.3


def _has_rows_of_upright_objects(small: NDArray[np.uint8]) -> bool:
    threshold, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = (small <= threshold).astype(np.uint8)
    count, labels, boxes, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    least = max(30, dark.size // 20_000)
    bodies = [number for number in range(1, count) if boxes[number, cv2.CC_STAT_AREA] >= least]
    if len(bodies) < _LEAST_OBJECTS:
        return False
    rows = _rows(np.isin(labels, bodies), centres[bodies, 1])
    full = [row for row in rows if row >= _LEAST_OBJECTS_IN_ROW]
    if not _LEAST_ROWS <= len(full) <= _MOST_ROWS or sum(full) < 0.9 * len(bodies):
        return False
    tilts = [tilt for number in bodies if (tilt := _tilt(labels, boxes[number], number)) is not None]
    upright = sum(tilt <= _UPRIGHT_DEGREES for tilt in tilts)
    return len(tilts) >= _LEAST_OBJECTS // 2 and upright >= _LEAST_UPRIGHT * len(tilts)


def _rows(mask: NDArray[np.bool_], middles: NDArray[np.floating[Any] | np.integer[Any]]) -> list[int]:
    """Count the objects in each run of picture rows that an empty band ends."""
    filled = np.concatenate(([False], mask.any(axis=1), [False]))
    edges = np.flatnonzero(filled[1:] != filled[:-1])
    starts, ends = edges[::2], edges[1::2]
    return [int(((middles >= a) & (middles < b)).sum()) for a, b in zip(starts, ends, strict=True)]


def _tilt(labels: NDArray[Any], box: NDArray[Any], number: int) -> float | None:
    """Angle in degrees between the long axis of an object and the vertical; None where it is round."""
    left, top, width, height, _ = (int(value) for value in box)
    ys, xs = np.nonzero(labels[top : top + height, left : left + width] == number)
    spread = np.cov(np.vstack([xs, ys]))
    values, axes = np.linalg.eigh(spread)
    if values[1] < 2.5 * max(float(values[0]), 1e-6):
        return None
    return float(np.degrees(np.arctan2(abs(axes[0, 1]), abs(axes[1, 1]))))
