"""A straightened chromosome as material: where each of its rows lies on the idiogram."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES, centromere_fraction
from core.imaging.centromere import locate_centromere
from core.imaging.straighten import axis_length, straighten

_SETTLED = 0.35
"""A constriction that is hardly seen moves the centromere little from where the idiogram has it."""
_REACH = 1.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strip:
    """One chromosome laid straight, the p end in row 0, from outline to outline.

    Attributes
    ----------
    chromosome
        "1".."22", "X", "Y"; "unknown" for material of unknown origin.
    stain, mask
        Shape (R, C), float32 0..1: stain (0 background), and how much of a pixel lies in the outline.
        The axis runs in the middle column.
    fraction
        Shape (R,), float64: place of each row's centre on the idiogram, from pter (0) to qter (1), growing.
    scale
        Rows per per cent of a haploid set; what two strips of one cell share. Any unit will do as long as
        all strips of one derivative have the same.
    """

    chromosome: str
    stain: NDArray[np.float32]
    mask: NDArray[np.float32]
    fraction: NDArray[np.float64]
    scale: float

    @property
    def rows(self) -> int:
        """Length in rows."""
        return len(self.stain)

    @property
    def width(self) -> NDArray[np.float32]:
        """Width of each row in columns, shape (R,)."""
        return np.asarray(self.mask.sum(axis=1), dtype=np.float32)

    def row_at(self, fraction: float) -> float:
        """Edge coordinate 0..R (row centres at +0.5) of a place on the idiogram."""
        places = np.concatenate([[0.0], self.fraction, [1.0]])
        rows = np.concatenate([[0.0], np.arange(self.rows) + 0.5, [float(self.rows)]])
        return float(np.interp(fraction, places, rows))


def fractions_of(rows: int, chromosome: str, centromere: float | None) -> NDArray[np.float64]:
    """Place of each row on the idiogram, arm laid on arm.

    Parameters
    ----------
    rows
        Length of the strip.
    chromosome
        Its class; of another word than a class the rows are placed evenly.
    centromere
        Row of the centromere (edge coordinate 0..rows); None where unknown: then where the idiogram has it.

    Returns
    -------
    ndarray
        Shape (rows,), float64, 0..1 growing.
    """
    centres = np.arange(rows) + 0.5
    if chromosome not in CLASSES:
        return np.asarray(centres / rows, dtype=np.float64)
    own = centromere_fraction(chromosome, 850)
    at = own * rows if centromere is None else centromere
    at = float(np.clip(at, min(0.5, 0.2 * rows), max(rows - 0.5, 0.8 * rows)))
    return np.asarray(np.interp(centres, [0.0, at, float(rows)], [0.0, own, 1.0]), dtype=np.float64)


def strip_of_rows(
    chromosome: str,
    stain: NDArray[np.floating],
    mask: NDArray[np.generic],
    *,
    scale: float = 1.0,
    centromere: float | None = None,
) -> Strip:
    """Take rows that already lie straight, p end first, as a strip.

    Parameters
    ----------
    stain, mask
        Shape (R, C), 0..1.
    centromere
        Row of the centromere; looked for near its place on the idiogram when None.
    """
    seen = np.asarray(stain, dtype=np.float32)
    inside = np.asarray(mask, dtype=np.float32)
    if centromere is None and chromosome in CLASSES and inside.any():
        own = centromere_fraction(chromosome, 850)
        found = locate_centromere(inside, seen, expected=own)
        sure = found.confidence / (found.confidence + _SETTLED)
        centromere = sure * found.row + (1.0 - sure) * own * len(seen)
    return Strip(
        chromosome=chromosome,
        stain=seen,
        mask=inside,
        fraction=fractions_of(len(seen), chromosome, centromere),
        scale=scale,
    )


def strip_of_picture(
    stain: NDArray[np.float32],
    mask: NDArray[np.bool_],
    origin: tuple[int, int],
    axis: NDArray[np.float64],
    chromosome: str,
    *,
    half_width: float | None = None,
    centromere: float | None = None,
    scale: float = 1.0,
) -> Strip:
    """Cut a strip out of a metaphase, one row and one column a pixel.

    Parameters
    ----------
    stain
        Shape (H, W), float32 0..1, the picture.
    mask, origin
        The chromosome, shape (h, w), and (x, y) of its upper left pixel in the picture.
    axis
        Shape (K, 2), (x, y) in the picture, from the p end.
    half_width
        Reach on each side of the axis in pixels; 1.35 mean half widths and 2 pixels when None. Give all
        strips of one derivative the same.
    centromere
        Arc length from the p end to the centromere, in pixels; looked for when None.
    scale
        Pixels per per cent of a haploid set in this cell; 1 where all strips are of this cell.

    Raises
    ------
    ValueError
        If mask or axis is empty.
    """
    if not mask.any() or len(axis) < 2:
        raise ValueError("expected a mask with pixels and an axis, got an empty one, outline again")
    x, y = origin
    local = np.asarray(axis, dtype=np.float64) - np.array([x, y], dtype=np.float64)
    length = max(axis_length(local), 2.0)
    half = half_width or max(4.0, _REACH * 0.5 * float(mask.sum()) / length + 2.0)
    part = np.zeros(mask.shape, dtype=np.float32)
    y0, x0 = max(y, 0), max(x, 0)
    y1, x1 = min(y + mask.shape[0], stain.shape[0]), min(x + mask.shape[1], stain.shape[1])
    if y1 > y0 and x1 > x0:
        part[y0 - y : y1 - y, x0 - x : x1 - x] = stain[y0:y1, x0:x1]
    inside = np.clip(straighten(mask, local, half), 0.0, 1.0)
    return strip_of_rows(
        chromosome, straighten(part, local, half), inside, scale=scale, centromere=centromere
    )
