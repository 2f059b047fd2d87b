"""The window of the second look: upright along the chromosome that the first look drew, finer than the first.

The first look asks with a box and has to cope with every direction. Once there is a mask, its long axis is
known; turned upright the chromosome is always a bar in the middle, and what crosses it comes from the sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS: Final = 144
COLUMNS: Final = 64
CHANNELS: Final = (
    "stain",
    "stain over twice the level of the edge",
    "first mask",
    "first masks of the neighbours",
    "first crossing",
    "nearness to the sides of the box",
)
_AIR_ROWS: Final = 16.0
_AIR_COLUMNS: Final = 14.0
_FINEST: Final = 1.5
_DRAWN: Final = 0.35
_SLACK: Final = 3.0
_SAME_MASK_IOU: Final = 0.6
_SHARE_OF_OTSU: Final = 0.7
_SHARE_OF_LOCAL_OTSU: Final = 0.75
_HIGHEST_OTSU: Final = 110
_LOWEST_LEVEL: Final = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """What the first look drew for one box.

    Attributes
    ----------
    maps
        Shape (h, w, 2), float32: probability of the chromosome, and that another one covers the pixel too.
    origin
        Column and row of the picture of the first pixel.
    """

    maps: NDArray[np.float32]
    origin: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """An upright window in a turned picture; `matrix` (2, 3) brings picture pixels to window pixels (cv2)."""

    matrix: NDArray[np.float64]


def edge_of_picture(stain: NDArray[np.float32]) -> float:
    """Stain at the edge of chromosomes, 0..1: 0.7 of Otsu's threshold, which nuclei pull up to a limit."""
    eight_bit = np.asarray(np.clip(stain, 0.0, 1.0) * 255.0, dtype=np.uint8)
    threshold, _ = cv2.threshold(eight_bit, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return _SHARE_OF_OTSU * min(float(threshold), _HIGHEST_OTSU) / 255.0


def edge_in_box(stain: NDArray[np.float32], box: NDArray[np.floating], unit: float, picture: float) -> float:
    """Stain at the edge of the chromosome of a box: lower than in the picture where all of it is pale."""
    margin = _SLACK * unit
    x0, y0 = (max(0, int(value - margin)) for value in box[:2])
    part = stain[y0 : max(y0, int(box[3] + margin)), x0 : max(x0, int(box[2] + margin))]
    if part.size < 16:
        return max(picture, _LOWEST_LEVEL)
    eight_bit = np.ascontiguousarray(np.clip(part, 0.0, 1.0) * 255.0).astype(np.uint8)
    threshold, _ = cv2.threshold(eight_bit, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return max(min(picture, _SHARE_OF_LOCAL_OTSU * float(threshold) / 255.0), _LOWEST_LEVEL)


def strip_of(look: FirstLook, box: NDArray[np.floating], unit: float) -> Strip:
    """Lay a window along the first mask.

    Parameters
    ----------
    look
        What the first look drew.
    box
        The box that asked, in pixels of the picture.
    unit
        Picture pixels for one pixel of the canonical scale.
    """
    weights = look.maps[..., 0] * (look.maps[..., 0] > _DRAWN)
    x = np.arange(weights.shape[1]) + 0.5 + look.origin[0]
    y = np.arange(weights.shape[0]) + 0.5 + look.origin[1]
    slack = _SLACK * unit
    weights = weights * ((x > box[0] - slack) & (x < box[2] + slack))[None, :]
    weights = weights * ((y > box[1] - slack) & (y < box[3] + slack))[:, None]
    rows, columns = np.nonzero(weights)
    if len(rows) < 12:
        corners = np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]])
        points, mass = corners.astype(np.float64), np.ones(4)
    else:
        points, mass = np.stack([x[columns], y[rows]], axis=1), weights[rows, columns].astype(np.float64)
    centre = (points * mass[:, None]).sum(axis=0) / mass.sum()
    away = points - centre
    spread = (away * mass[:, None]).T @ away
    along = np.linalg.eigh(spread)[1][:, 1]
    across = np.array([along[1], -along[0]])
    reach = np.stack([away @ across, away @ along], axis=1)
    low, high = reach.min(axis=0), reach.max(axis=0)
    middle = centre + across * (low[0] + high[0]) / 2.0 + along * (low[1] + high[1]) / 2.0
    size = np.maximum(high - low, 1.0)
    zoom = min(_FINEST / unit, (COLUMNS - _AIR_COLUMNS) / size[0], (ROWS - _AIR_ROWS) / size[1])
    turn = np.stack([across, along]) * zoom
    # Continuous coordinates have pixel centres at +0.5, those of cv2 at 0.
    shift = np.array([COLUMNS / 2.0, ROWS / 2.0]) - turn @ middle
    return Strip(matrix=np.column_stack([turn, turn @ [0.5, 0.5] + shift - 0.5]))


def cut_strip(picture: NDArray[Any], strip: Strip, origin: tuple[int, int] = (0, 0)) -> NDArray[Any]:
    """Part of a picture as the window shows it, (144, 64) and its channels; 0 beyond it.

    `origin` is the column and row of the whole picture at which `picture` starts.
    """
    matrix = strip.matrix.copy()
    matrix[:, 2] += matrix[:, :2] @ np.array(origin, dtype=np.float64)
    return np.asarray(cv2.warpAffine(picture, matrix, (COLUMNS, ROWS), flags=cv2.INTER_LINEAR, borderValue=0))


def uncut_strip(maps: NDArray[np.float32], strip: Strip, shape: tuple[int, int]) -> FirstLook:
    """Bring maps (144, 64, k) of a window back to the pixels of a picture of `shape`; 0 beyond the window."""
    turn, shift = strip.matrix[:, :2], strip.matrix[:, 2]
    corners = np.array([[0, 0], [COLUMNS, 0], [COLUMNS, ROWS], [0, ROWS]], dtype=np.float64) - 0.5
    placed = (corners - shift) @ np.linalg.inv(turn).T
    x0, y0 = (max(0, int(np.floor(value))) for value in placed.min(axis=0))
    x1 = max(x0 + 1, min(shape[1], int(np.ceil(placed[:, 0].max())) + 1))
    y1 = max(y0 + 1, min(shape[0], int(np.ceil(placed[:, 1].max())) + 1))
    matrix = strip.matrix.copy()
    matrix[:, 2] += turn @ np.array([x0, y0], dtype=np.float64)
    back = cv2.warpAffine(
        maps, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=0
    )
    return FirstLook(maps=np.asarray(back, np.float32).reshape(y1 - y0, x1 - x0, -1), origin=(x0, y0))


def closer_channels(
    stain: NDArray[np.float32],
    strip: Strip,
    look: FirstLook,
    others: list[FirstLook],
    box: NDArray[np.floating],
    edge: float,
) -> NDArray[np.float32]:
    """Input of the second look.

    Parameters
    ----------
    stain
        Picture, shape (H, W).
    strip
        The window.
    look, others
        First masks of the chromosome asked for and of its neighbours; of those that drew the same mask
        as `look` nothing is shown.
    box
        The box that asked.
    edge
        Stain at the edge of the chromosome, see `edge_in_box`.

    Returns
    -------
    ndarray
        Shape (6, 144, 64), float32 in 0..1, as in `CHANNELS`.
    """
    channels = np.zeros((len(CHANNELS), ROWS, COLUMNS), dtype=np.float32)
    channels[0] = cut_strip(stain, strip)
    channels[1] = np.clip(channels[0] / np.float32(2.0 * edge), 0.0, 1.0)
    first = cut_strip(look.maps, strip, look.origin)
    channels[2], channels[4] = first[..., 0], first[..., 1]
    own = channels[2] > _DRAWN
    for other in others:
        seen = cut_strip(np.ascontiguousarray(other.maps[..., 0]), strip, other.origin)
        drawn = seen > _DRAWN
        if (own & drawn).sum() <= _SAME_MASK_IOU * (own | drawn).sum():
            np.maximum(channels[3], seen, out=channels[3])
    turn = np.linalg.inv(strip.matrix[:, :2])
    grid = np.stack(np.meshgrid(np.arange(COLUMNS), np.arange(ROWS)), axis=-1) - strip.matrix[:, 2]
    places = grid @ turn.T + 0.5
    middle, half = (box[:2] + box[2:]) / 2.0, np.maximum((box[2:] - box[:2]) / 2.0, 1e-3)
    channels[5] = np.clip(1.0 - 0.5 * (np.abs(places - middle) / half).max(axis=-1), 0.0, 1.0)
    return channels


def near_boxes(boxes: NDArray[np.floating], box: NDArray[np.floating], reach: float) -> NDArray[np.bool_]:
    """Which boxes (n, 4) come within `reach` pixels of a box, shape (n,)."""
    return np.asarray(((boxes[:, :2] < box[2:] + reach) & (boxes[:, 2:] > box[:2] - reach)).all(axis=1))
