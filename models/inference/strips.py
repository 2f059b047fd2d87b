"""A chromosome as the namer sees it: laid straight, and upright as it lies in its picture.

Training and inference both come through here, so the network never meets two ways of straightening.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.outline import largest_piece
from core.imaging.straighten import axis_length, medial_axis, straighten

ROWS: Final = 96
COLUMNS: Final = 16
"""Size of the strip that goes into the network."""

ROW_MARGIN: Final = 6
COLUMN_MARGIN: Final = 4
"""What a strip keeps beyond that on each side, for the small shifts of training."""

WIDTHS_ACROSS: Final = 1.8
"""Columns of the network's strip together, in widths of a typical chromosome of the cell."""

SIDE: Final = 48
"""Rows and columns of the upright picture."""

CONTEXT: Final = 0.4
"""How far around its outline a chromosome is shown in the picture, in typical widths."""

_ROOM: Final = 1.12
_CLOSEST: Final = 1.7

MEASURES: Final = ("length", "width", "area", "stain", "slenderness", "chord")
"""Sizes given beside the strip, see `CellStrips.measures`."""

_WHITE_FLOOR: Final = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedChromosome:
    """One chromosome cut out of its picture, with its axis.

    Attributes
    ----------
    stain
        Shape (h, w), float32 0..1.
    mask
        Shape (h, w), bool.
    axis
        Shape (K, 2), (x, y) in pixels of `stain`.
    length, area
        Pixels.
    """

    stain: NDArray[np.float32]
    mask: NDArray[np.bool_]
    axis: NDArray[np.float64]
    length: float
    area: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStrips:
    """All chromosomes of a cell, straight.

    Attributes
    ----------
    stain, mask
        Shape (N, ROWS + 2 ROW_MARGIN, COLUMNS + 2 COLUMN_MARGIN), float32 0..1; stain is relative to
        the dark bands of the cell. Row ROW_MARGIN is the first end of the axis.
    measures
        Shape (N, 6), float32: logarithms of length, width and area over the cell's median, of the
        mean stain over the cell's mean, of length over the typical width; and end-to-end distance over
        length.
    pictures
        Shape (N, 2, SIDE, SIDE), float32 0..1: stain, not straightened, with what lies close around the
        outline, and mask. The first end of the axis is up. A small chromosome is shown at the scale of
        its cell, a large one shrunk to fit. All 0 where no picture was kept.
    """

    stain: NDArray[np.float32]
    mask: NDArray[np.float32]
    measures: NDArray[np.float32]
    pictures: NDArray[np.float32]


def prepare(
    stain: NDArray[np.float32],
    mask: NDArray[np.bool_],
    origin: tuple[int, int] = (0, 0),
    axis: NDArray[np.float64] | None = None,
) -> PreparedChromosome:
    """Cut a chromosome out of a metaphase.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1, the picture.
    mask
        Shape (h, w), bool, the chromosome.
    origin
        (x, y) of the mask's upper left pixel in the picture.
    axis
        Shape (K, 2), (x, y) in picture coordinates; found from the mask when None.

    Returns
    -------
    PreparedChromosome
        With some pixels of surroundings.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    x, y = origin
    if axis is None:
        axis = medial_axis(mask) + np.array([x, y], dtype=np.float64)
    border = 12
    left, top = max(x - border, 0), max(y - border, 0)
    right = min(x + mask.shape[1] + border, stain.shape[1])
    bottom = min(y + mask.shape[0] + border, stain.shape[0])
    placed = np.zeros((max(bottom - top, 1), max(right - left, 1)), dtype=np.bool_)
    y0, x0 = max(y, 0), max(x, 0)
    y1, x1 = min(y + mask.shape[0], stain.shape[0]), min(x + mask.shape[1], stain.shape[1])
    if y1 > y0 and x1 > x0:
        placed[y0 - top : y1 - top, x0 - left : x1 - left] = mask[y0 - y : y1 - y, x0 - x : x1 - x]
    if not placed.any():
        raise ValueError(
            f"expected a mask within the picture, got none of it there from {origin}, outline again"
        )
    return PreparedChromosome(
        stain=np.ascontiguousarray(stain[top:bottom, left:right], dtype=np.float32),
        mask=placed,
        axis=axis - np.array([left, top], dtype=np.float64),
        length=max(axis_length(axis), 1.0),
        area=float(np.count_nonzero(placed)),
    )


def prepare_crop(grey: NDArray[np.uint8]) -> PreparedChromosome:
    """Take a single chromosome, dark on a white background, from a karyogram.

    Parameters
    ----------
    grey
        Shape (H, W), uint8.

    Returns
    -------
    PreparedChromosome
        Axis in pixels of the crop moved by the border of 4 pixels that is added.

    Raises
    ------
    ValueError
        If the crop is white.
    """
    stain = 1.0 - np.pad(np.asarray(grey, dtype=np.float32), 4, constant_values=255.0) / 255.0
    soft = cv2.GaussianBlur(stain, (0, 0), 0.6)
    mask = soft > _WHITE_FLOOR
    if not mask.any():
        raise ValueError("expected a dark chromosome on white, got a white picture, check the crop")
    return prepare(stain.astype(np.float32), largest_piece(mask))


def dark_on_white(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Invert a crop whose rim is black."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return grey if float(np.median(rim)) > 127 else np.asarray(255 - grey, dtype=np.uint8)


def strips_of(cell: Sequence[PreparedChromosome]) -> CellStrips:
    """Lay all chromosomes of a cell straight, at one scale of width and stain.

    Parameters
    ----------
    cell
        The chromosomes of one metaphase; a single one is its own measure.

    Returns
    -------
    CellStrips
        In the order of `cell`.
    """
    rows, columns = ROWS + 2 * ROW_MARGIN, COLUMNS + 2 * COLUMN_MARGIN
    if not cell:
        empty = np.zeros((0, rows, columns), dtype=np.float32)
        return CellStrips(
            stain=empty,
            mask=empty,
            measures=np.zeros((0, len(MEASURES)), dtype=np.float32),
            pictures=np.zeros((0, 2, SIDE, SIDE), dtype=np.float32),
        )
    lengths = np.array([one.length for one in cell])
    areas = np.array([one.area for one in cell])
    means = np.array([float(one.stain[one.mask].mean()) for one in cell])
    width = float(np.median(areas / lengths))
    dark = max(float(np.median([np.percentile(one.stain[one.mask], 90) for one in cell])), 0.05)
    half = 0.5 * WIDTHS_ACROSS * width * columns / COLUMNS
    stain = np.empty((len(cell), rows, columns), dtype=np.float32)
    mask = np.empty_like(stain)
    for index, one in enumerate(cell):
        line = _continued(one.axis, one.length * ROW_MARGIN / ROWS)
        stain[index] = straighten(one.stain, line, half, rows=rows, columns=columns)
        mask[index] = straighten(one.mask, line, half, rows=rows, columns=columns)
    chords = np.array([float(np.hypot(*(one.axis[-1] - one.axis[0]))) for one in cell])
    measures = np.stack(
        [
            np.log(lengths / np.median(lengths)),
            np.log(areas / lengths / width),
            np.log(areas / np.median(areas)),
            np.log(np.maximum(means, 1e-3) / max(float(means.mean()), 1e-3)),
            np.log(lengths / width),
            chords / lengths,
        ],
        axis=1,
    )
    pictures = np.stack([_upright(one, width) for one in cell])
    pictures[:, 0] = np.clip(pictures[:, 0] / dark, 0.0, 1.5) / 1.5
    return CellStrips(
        stain=np.clip(stain / dark, 0.0, 1.5) / 1.5,
        mask=mask,
        measures=measures.astype(np.float32),
        pictures=pictures,
    )


def network_input(strips: CellStrips) -> NDArray[np.float32]:
    """Strips as the network takes them: the margin cut off, nothing outside the outline.

    Parameters
    ----------
    strips
        From `strips_of`.

    Returns
    -------
    ndarray
        Shape (N, 1, ROWS, COLUMNS), float32 0..1; 0 outside the outline, at least 0.1 inside.
    """
    inner = (slice(None), slice(ROW_MARGIN, -ROW_MARGIN), slice(COLUMN_MARGIN, -COLUMN_MARGIN))
    seen = (0.1 + 0.9 * strips.stain[inner]) * strips.mask[inner]
    return np.asarray(seen[:, None], dtype=np.float32)


def _upright(one: PreparedChromosome, width: float) -> NDArray[np.float32]:
    """Stain and mask (2, SIDE, SIDE), the first end of the axis up; `width` is typical for the cell."""
    up = one.axis[0] - one.axis[-1]
    up = up / max(float(np.hypot(*up)), 1e-9)
    right = np.array([-up[1], up[0]])
    rows, columns = np.nonzero(one.mask)
    points = np.stack([columns + 0.5, rows + 0.5], axis=1)
    along, across = points @ up, points @ right
    middle = up * (along.min() + along.max()) / 2 + right * (across.min() + across.max()) / 2
    reach = max(float(np.ptp(along)), float(np.ptp(across))) / 2 + 0.5
    half = max(_ROOM * reach, _CLOSEST * width)
    around = max(1, round(CONTEXT * width))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * around + 1, 2 * around + 1))
    outlined = one.mask.astype(np.float32)
    layers = np.stack([one.stain * cv2.dilate(outlined, disc), outlined])
    step = 2 * half / SIDE
    if step > 1.2:
        layers = np.stack([cv2.GaussianBlur(layer, (0, 0), 0.4 * step) for layer in layers])
    offset = (np.arange(SIDE) + 0.5) * step - half
    x = middle[0] - offset[:, None] * up[0] + offset[None, :] * right[0] - 0.5
    y = middle[1] - offset[:, None] * up[1] + offset[None, :] * right[1] - 0.5
    place = x.astype(np.float32), y.astype(np.float32)
    laid = [cv2.remap(layer, *place, cv2.INTER_LINEAR, borderValue=0.0) for layer in layers]
    return np.stack(laid).astype(np.float32)


def _continued(axis: NDArray[np.float64], beyond: float) -> NDArray[np.float64]:
    """Run an axis straight on at both ends."""
    reach = max(1, min(len(axis) - 1, 5))
    before = axis[0] - axis[reach]
    after = axis[-1] - axis[-1 - reach]
    before = before / max(float(np.hypot(*before)), 1e-9)
    after = after / max(float(np.hypot(*after)), 1e-9)
    return np.concatenate([(axis[0] + beyond * before)[None], axis, (axis[-1] + beyond * after)[None]])
