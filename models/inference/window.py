"""The window that the outliner sees for one box, and the way back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

WINDOW: Final = 96
_AIR_SHARE: Final = 1.3
_AIR: Final = 10.0
_CLIP: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A square of a picture.

    Attributes
    ----------
    left, upper
        Upper left corner in pixels of the picture.
    side
        Length of its sides in pixels of the picture.
    """

    left: float
    upper: float
    side: float

    @property
    def zoom(self) -> float:
        """Window pixels for one picture pixel."""
        return WINDOW / self.side


def window_of(box: NDArray[np.floating], *, unit: float = 1.0, share: float = _AIR_SHARE) -> Window:
    """Square round a box.

    Parameters
    ----------
    box
        Shape (4,): xmin, ymin, xmax, ymax in pixels of the picture.
    unit
        Picture pixels for one pixel of the canonical scale.
    share
        Side of the window for one longer side of the box.
    """
    side = float(max(box[2] - box[0], box[3] - box[1])) * share + _AIR * unit
    centre_x, centre_y = float(box[0] + box[2]) / 2.0, float(box[1] + box[3]) / 2.0
    return Window(left=centre_x - side / 2.0, upper=centre_y - side / 2.0, side=side)


def cut(picture: NDArray[Any], window: Window) -> NDArray[Any]:
    """Part of a picture, shape (h, w), as the window shows it, shape (96, 96); beyond the edge it is 0."""
    zoom = window.zoom
    # cv2 counts from the centre of the first pixel, windows from its corner.
    shift_x = (0.5 - window.left) * zoom - 0.5
    shift_y = (0.5 - window.upper) * zoom - 0.5
    matrix = np.array([[zoom, 0.0, shift_x], [0.0, zoom, shift_y]])
    return np.asarray(
        cv2.warpAffine(picture, matrix, (WINDOW, WINDOW), flags=cv2.INTER_LINEAR, borderValue=0)
    )


def uncut(
    maps: NDArray[np.float32], window: Window, shape: tuple[int, int]
) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """Bring maps of a window back to the pixels of the picture.

    Parameters
    ----------
    maps
        Shape (96, 96, k).
    window
        Where they were seen.
    shape
        Height and width of the picture.

    Returns
    -------
    maps : ndarray
        Shape (h, w, k), the part of the window that lies inside the picture.
    origin : tuple of int
        Column and row of the picture of its first pixel.
    """
    x0, y0 = max(0, int(np.floor(window.left))), max(0, int(np.floor(window.upper)))
    x1 = min(shape[1], int(np.ceil(window.left + window.side)))
    y1 = min(shape[0], int(np.ceil(window.upper + window.side)))
    zoom = window.zoom
    shift_x = (x0 + 0.5 - window.left) * zoom - 0.5
    shift_y = (y0 + 0.5 - window.upper) * zoom - 0.5
    matrix = np.array([[zoom, 0.0, shift_x], [0.0, zoom, shift_y]])
    back = cv2.warpAffine(
        maps,
        matrix,
        (max(1, x1 - x0), max(1, y1 - y0)),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(back, dtype=np.float32).reshape(max(1, y1 - y0), max(1, x1 - x0), -1), (x0, y0)


def prompt(box: NDArray[np.floating], others: NDArray[np.floating], window: Window) -> NDArray[np.float32]:
    """Channels that tell which chromosome is asked for.

    Parameters
    ----------
    box
        Shape (4,), the box that asks, in pixels of the picture.
    others
        Shape (n, 4), boxes of the other chromosomes.
    window
        The window.

    Returns
    -------
    ndarray
        Shape (3, 96, 96), float32: place along x and y, -1 and 1 at the sides of the box; half the number of
        other boxes at each pixel, at most 1.
    """
    grid = (np.arange(WINDOW, dtype=np.float32) + 0.5) / np.float32(window.zoom)
    x = (grid + window.left - (box[0] + box[2]) / 2.0) / max((box[2] - box[0]) / 2.0, 1e-3)
    y = (grid + window.upper - (box[1] + box[3]) / 2.0) / max((box[3] - box[1]) / 2.0, 1e-3)
    channels = np.zeros((3, WINDOW, WINDOW), dtype=np.float32)
    channels[0] = np.clip(x, -_CLIP, _CLIP)[None, :]
    channels[1] = np.clip(y, -_CLIP, _CLIP)[:, None]
    corner = np.array([window.left, window.upper] * 2)
    placed = np.clip(np.rint((np.asarray(others).reshape(-1, 4) - corner) * window.zoom), 0, WINDOW).astype(
        int
    )
    for x0, y0, x1, y1 in placed:
        channels[2, y0:y1, x0:x1] += 0.5
    channels[2] = np.minimum(channels[2], 1.0)
    return channels
