"""The plain baseline: thresholded pieces, turned upright, named one by one by a small network."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from models.inference.session import OnnxSession, open_session

ROWS: Final = 112
COLUMNS: Final = 48
_LONG: Final = 44.0
"""Rows that the median chromosome of a cell takes; the longest is a little over twice as long."""


def upright_piece(
    stain: NDArray[np.float32], mask: NDArray[np.bool_], median_length: float
) -> NDArray[np.float32]:
    """Turn a piece so that its long axis is upright, at the scale of its cell.

    Parameters
    ----------
    stain, mask
        Shape (H, W): stain 0..1 and what of it belongs to the piece.
    median_length
        Median length of the pieces of the cell, pixels.

    Returns
    -------
    ndarray
        Shape (112, 48), float32, 0 outside the piece. Which end is up is left open.
    """
    y, x = np.nonzero(mask)
    points = np.column_stack([x, y]).astype(np.float64)
    centre = points.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov((points - centre).T) + 1e-6 * np.eye(2))
    along, across = vectors[:, 1], vectors[:, 0]
    scale = _LONG / max(median_length, 4.0)
    # The target's rows run along the long axis, its columns across.
    back = np.column_stack([across / scale, along / scale])
    offset = centre - back @ np.array([COLUMNS / 2 - 0.5, ROWS / 2 - 0.5])
    turn = np.column_stack([back, offset])
    own = np.where(mask, stain, 0.0).astype(np.float32)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(own, turn, (COLUMNS, ROWS), flags=how), dtype=np.float32)


def piece_length(mask: NDArray[np.bool_]) -> float:
    """Length of the longer side of the smallest rectangle around a piece, pixels."""
    y, x = np.nonzero(mask)
    _, size, _ = cv2.minAreaRect(np.column_stack([x, y]).astype(np.float32))
    return float(max(size)) + 1.0


class PlainNamer:
    """Names upright pieces one by one."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session

    @classmethod
    def open(cls, weights_dir: Path, threads: int = 2) -> PlainNamer:
        """Open the weights of the baseline."""
        return cls(open_session(weights_dir, threads))

    def name(self, pieces: NDArray[np.float32]) -> tuple[str, ...]:
        """Classes of pieces from `upright_piece`, shape (n, 112, 48)."""
        if len(pieces) == 0:
            return ()
        logits = self._session.run({"pictures": pieces[:, None]})["logits"]
        return tuple(CLASSES[int(row.argmax())] for row in logits)
