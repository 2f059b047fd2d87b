"""Copies of real metaphases with one chromosome too few or too many: "always 46" shows as what it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.evaluation.archives import LabelledMetaphase
from models.evaluation.metrics import box_iou

_AIR: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EditedCopy:
    """A picture with one chromosome too few or too many, and which one that is."""

    picture: NDArray[np.uint8]
    count: int
    chromosome_class: str
    gained: bool


def edited_copy(metaphase: LabelledMetaphase) -> EditedCopy | None:
    """Paint one isolated chromosome out, or paste one in; which one, a hash of the file name decides.

    Returns
    -------
    EditedCopy or None
        None where no chromosome lies alone.
    """
    seed = int(hashlib.sha256(metaphase.file.encode()).hexdigest()[:12], 16)
    overlap = box_iou(metaphase.boxes, metaphase.boxes)
    np.fill_diagonal(overlap, 0.0)
    alone = [i for i in np.flatnonzero(overlap.max(axis=1) == 0.0) if _is_alone(metaphase, int(i))]
    if not alone:
        return None
    index = int(alone[seed % len(alone)])
    pasted = _pasted_in(metaphase, index, np.random.default_rng(seed)) if seed // 97 % 2 else None
    return EditedCopy(
        picture=_painted_out(metaphase, index) if pasted is None else pasted,
        count=len(metaphase.boxes) + (-1 if pasted is None else 1),
        chromosome_class=metaphase.classes[index],
        gained=pasted is not None,
    )


def _window(metaphase: LabelledMetaphase, index: int) -> tuple[slice, slice]:
    height, width = metaphase.grey.shape
    xmin, ymin, xmax, ymax = metaphase.boxes[index]
    return (
        slice(max(0, int(ymin) - _AIR), min(height, int(ymax) + _AIR)),
        slice(max(0, int(xmin) - _AIR), min(width, int(xmax) + _AIR)),
    )


def _rim(window: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([window[0], window[-1], window[:, 0], window[:, -1]])


def _is_alone(metaphase: LabelledMetaphase, index: int) -> bool:
    """Whether the rim of the box is background on all sides."""
    window = metaphase.grey[_window(metaphase, index)]
    if min(window.shape) < 12:
        return False
    ground = float(np.percentile(window, 90))
    dark = float(np.percentile(window, 2))
    return float(_rim(window).min()) > ground - 0.35 * (ground - dark)


def _painted_out(metaphase: LabelledMetaphase, index: int) -> NDArray[np.uint8]:
    picture = metaphase.grey.copy()
    place = _window(metaphase, index)
    window = picture[place]
    rim = _rim(window).astype(np.float32)
    rng = np.random.default_rng(index)
    ground = rng.choice(rim, size=window.shape).astype(np.float32)
    smooth = cv2.GaussianBlur(ground, (0, 0), 1.0)
    window[...] = np.clip(smooth, 0, 255).astype(np.uint8)
    return picture


def _pasted_in(
    metaphase: LabelledMetaphase, index: int, rng: np.random.Generator
) -> NDArray[np.uint8] | None:
    """Put a turned copy on free ground; None where there is none."""
    picture = metaphase.grey.copy()
    piece = np.rot90(picture[_window(metaphase, index)], int(rng.integers(4))).astype(np.float32)
    height, width = piece.shape
    ground_piece = float(np.median(_rim(piece.astype(np.uint8))))
    for _ in range(400):
        y = int(rng.integers(0, max(1, picture.shape[0] - height)))
        x = int(rng.integers(0, max(1, picture.shape[1] - width)))
        target = picture[y : y + height, x : x + width]
        if target.shape != piece.shape:
            continue
        ground = float(np.percentile(target, 50))
        light = float(np.percentile(picture, 80))
        if float(target.min()) < light - 14 or abs(ground - light) > 12:
            continue
        mixed = np.minimum(target.astype(np.float32), piece * (ground / max(ground_piece, 1.0)))
        target[...] = np.clip(mixed, 0, 255).astype(np.uint8)
        return picture
    return None
