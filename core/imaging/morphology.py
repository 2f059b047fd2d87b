"""Measures of a chromosome: length, width, arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.imaging.straighten import axis_length


@dataclass(frozen=True, slots=True, kw_only=True)
class Morphology:
    """Size and shape of one chromosome.

    Attributes
    ----------
    length
        Along the axis, pixels.
    width
        Mean width, pixels.
    area
        Pixels.
    p_arm, q_arm
        Lengths of the arms, pixels.
    arm_ratio
        q over p; infinite without a p arm.
    centromeric_index
        100 p / (p + q), per cent (Levan, Fredga and Sandberg, Hereditas 52, 1964).
    """

    length: float
    width: float
    area: float
    p_arm: float
    q_arm: float
    arm_ratio: float
    centromeric_index: float


def measure(
    mask: NDArray[np.bool_], axis: NDArray[np.float64], centromere_row: float, *, p_at_start: bool = True
) -> Morphology:
    """Measure one chromosome.

    Parameters
    ----------
    mask
        Shape (H, W), bool.
    axis
        Shape (K, 2), (x, y), from `medial_axis`.
    centromere_row
        Arc length of the centromere from the first end of the axis, pixels.
    p_at_start
        Whether the first end of the axis is the p end.

    Returns
    -------
    Morphology
        Lengths in pixels.

    Raises
    ------
    ValueError
        If the centromere lies beyond the axis.
    """
    length = axis_length(axis)
    if not -0.5 <= centromere_row <= length + 0.5:
        raise ValueError(
            f"expected a centromere between 0 and {length:.1f} px along the axis, got {centromere_row:.1f}, "
            "locate it on the chromosome straightened along this axis"
        )
    first = float(np.clip(centromere_row, 0.0, length))
    p_arm, q_arm = (first, length - first) if p_at_start else (length - first, first)
    area = float(np.count_nonzero(mask))
    return Morphology(
        length=length,
        width=area / max(length, 1e-6),
        area=area,
        p_arm=p_arm,
        q_arm=q_arm,
        arm_ratio=q_arm / p_arm if p_arm > 0 else float("inf"),
        centromeric_index=100.0 * p_arm / max(length, 1e-6),
    )


def relative_lengths(lengths: Sequence[float], *, haploid_length: float | None = None) -> tuple[float, ...]:
    """Lengths as a share of the haploid set.

    Parameters
    ----------
    lengths
        Axis lengths of all chromosomes of one cell, pixels.
    haploid_length
        Summed length of one haploid set of autosomes, pixels; half of the sum of all lengths, the
        best guess while the chromosomes have no names, when None.

    Returns
    -------
    tuple of float
        Per cent, one for each chromosome.

    Raises
    ------
    ValueError
        If the haploid length is not positive.
    """
    whole = sum(lengths) / 2.0 if haploid_length is None else haploid_length
    if not lengths:
        return ()
    if whole <= 0:
        raise ValueError(f"expected a positive haploid length, got {whole}, measure the chromosomes first")
    return tuple(100.0 * length / whole for length in lengths)
