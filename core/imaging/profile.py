"""Band profile along a straightened chromosome, and how well two profiles agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FLAT: Final = 1e-6
_STRETCH: Final = 0.05
"""Cost of a step that stretches: flat stretches stay proportional."""
_LEFT_OVER: Final = 0.5
"""Cost of a row without a partner; two of them cost as much as a difference of one standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Two profiles laid on each other.

    Attributes
    ----------
    rows
        Pairs (row of the first, row of the second), both growing, from end to end.
    similarity
        Correlation of the two profiles along that path, -1..1.
    """

    rows: tuple[tuple[int, int], ...]
    similarity: float


def band_profile(
    straight_stain: NDArray[np.floating], straight_mask: NDArray[np.generic] | None = None
) -> NDArray[np.float32]:
    """Mean stain across a straightened chromosome, row by row.

    Parameters
    ----------
    straight_stain
        Shape (L, W), stain 0..1, axis in the middle column.
    straight_mask
        Shape (L, W), nonzero inside the outline; everything counts when None.

    Returns
    -------
    ndarray
        Shape (L,), float32, 0..1. The middle of the chromatids counts more than their edges. A row
        without a pixel inside takes its neighbours' value.
    """
    stain = np.asarray(straight_stain, dtype=np.float32)
    inside = np.ones_like(stain) if straight_mask is None else np.asarray(straight_mask, dtype=np.float32)
    typical = max(float(np.median((inside > 0.5).sum(axis=1))), 2.0)
    across = np.arange(stain.shape[1]) + 0.5 - stain.shape[1] / 2.0
    weight = inside * np.exp(-0.5 * (across / (0.35 * typical)) ** 2).astype(np.float32)
    total = weight.sum(axis=1)
    known = total > 0.2
    if not known.any():
        return np.asarray(stain.mean(axis=1), dtype=np.float32)
    values = (stain * weight).sum(axis=1)[known] / total[known]
    rows = np.arange(len(stain))
    return np.asarray(np.interp(rows, rows[known], values), dtype=np.float32)


def resample(profile: NDArray[np.floating], rows: int) -> NDArray[np.float32]:
    """Stretch or shrink a profile to a number of rows.

    Parameters
    ----------
    profile
        Shape (L,).
    rows
        Length wanted, at least 1.

    Returns
    -------
    ndarray
        Shape (rows,), float32.
    """
    source = (np.arange(len(profile)) + 0.5) / len(profile)
    return np.asarray(np.interp((np.arange(rows) + 0.5) / rows, source, profile), dtype=np.float32)


def scaled_correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Correlation of two profiles after both are brought to the length of the longer.

    Parameters
    ----------
    first, second
        Shapes (L1,) and (L2,).

    Returns
    -------
    float
        -1..1; 0 when one of them is flat.
    """
    rows = max(len(first), len(second))
    return _correlation(resample(first, rows), resample(second, rows))


def align_profiles(
    first: NDArray[np.floating], second: NDArray[np.floating], *, slack: float = 0.12
) -> Alignment:
    """Lay one band profile on another, allowing local stretch.

    Parameters
    ----------
    first, second
        Shapes (L1,) and (L2,), at least two rows each, the same end first.
    slack
        How far, as a share of the length, a band may lie from its proportional place.

    Returns
    -------
    Alignment
        The path of least difference and the correlation along it.

    Raises
    ------
    ValueError
        If a profile has fewer than two rows.

    Notes
    -----
    Dynamic time warping with a band of admissible offsets (Sakoe and Chiba, IEEE Trans. ASSP 26,
    1978); a step that stretches costs a little, so that flat stretches stay proportional.
    """
    if len(first) < 2 or len(second) < 2:
        raise ValueError(
            f"expected profiles of at least 2 rows, got {len(first)} and {len(second)}, straighten again"
        )
    a, b = _standardised(first), _standardised(second)
    rows, columns = len(a), len(b)
    reach = max(2, round(slack * columns))
    # Plain numbers: array calls for single values take ten times as long.
    ours, theirs = a.tolist(), b.tolist()
    never = float("inf")
    above = [0.0] + [never] * columns
    came = []
    for i in range(1, rows + 1):
        middle = round(i * columns / rows)
        here = [never] * (columns + 1)
        steps = bytearray(columns + 1)
        for j in range(max(1, middle - reach), min(columns, middle + reach) + 1):
            least, step = above[j - 1], 0
            if above[j] + _STRETCH < least:
                least, step = above[j] + _STRETCH, 1
            if here[j - 1] + _STRETCH < least:
                least, step = here[j - 1] + _STRETCH, 2
            away = ours[i - 1] - theirs[j - 1]
            here[j] = least + away * away
            steps[j] = step
        came.append(steps)
        above = here
    path = [(rows, columns)]
    while path[-1] != (1, 1):
        i, j = path[-1]
        step = came[i - 1][j]
        path.append((i - (step != 2), j - (step != 1)))
    pairs = tuple((i - 1, j - 1) for i, j in reversed(path))
    index = np.array(pairs)
    return Alignment(rows=pairs, similarity=_correlation(a[index[:, 0]], b[index[:, 1]]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmFit:
    """One arm laid on another of the same scale, from the centromere outwards.

    Attributes
    ----------
    source
        Shape (R,), float64: row of the arm that lies on each row of the other; NaN beyond its end.
    beyond
        Rows of the arm that lie beyond the end of the other.
    """

    source: NDArray[np.float64]
    beyond: int


def fit_arm(arm: NDArray[np.floating], onto: NDArray[np.floating], *, slack: float = 0.12) -> ArmFit:
    """Lay an arm on another, allowing a little local stretch; what is left over stays left over.

    Parameters
    ----------
    arm, onto
        Shapes (L,) and (R,): profiles of mean 0 and variance 1 (of their whole chromosomes), row 0 at the
        centromere, both at the same scale.
    slack
        How far a band may lie from its place, as a share of its distance from the centromere.

    Returns
    -------
    ArmFit
        A shortened arm ends before the other; it is not stretched to its length.

    Notes
    -----
    Dynamic time warping as in `align_profiles`, with an open end: a row without a partner costs as much as
    an evident mismatch, so that ends meet where their bands do.
    """
    rows, columns = len(onto), len(arm)
    source = np.full(rows, np.nan)
    if rows == 0 or columns == 0:
        return ArmFit(source=source, beyond=columns)
    ours, theirs = np.asarray(onto, dtype=np.float64).tolist(), np.asarray(arm, dtype=np.float64).tolist()
    never = float("inf")
    above = [0.0] + [never] * columns
    came = []
    best, end = never, (0, 0)
    for i in range(1, rows + 1):
        reach = max(2, round(slack * i))
        here = [never] * (columns + 1)
        steps = bytearray(columns + 1)
        for j in range(max(1, i - reach), min(columns, i + reach) + 1):
            least, step = above[j - 1], 0
            if above[j] + _STRETCH < least:
                least, step = above[j] + _STRETCH, 1
            if here[j - 1] + _STRETCH < least:
                least, step = here[j - 1] + _STRETCH, 2
            away = ours[i - 1] - theirs[j - 1]
            here[j] = least + away * away
            steps[j] = step
            if (i == rows or j == columns) and here[j] + _LEFT_OVER * (rows - i + columns - j) < best:
                best, end = here[j] + _LEFT_OVER * (rows - i + columns - j), (i, j)
        came.append(steps)
        above = here
    i, j = end
    beyond = columns - j
    seen: dict[int, list[int]] = {}
    while i > 0 and j > 0:
        seen.setdefault(i - 1, []).append(j - 1)
        step = came[i - 1][j]
        i, j = i - (step != 2), j - (step != 1)
    for row, partners in seen.items():
        source[row] = sum(partners) / len(partners)
    return ArmFit(source=source, beyond=beyond)


def _standardised(profile: NDArray[np.floating]) -> NDArray[np.float64]:
    values = np.asarray(profile, dtype=np.float64)
    return np.asarray((values - values.mean()) / max(float(values.std()), _FLAT))


def _correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    x, y = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / scale if scale > _FLAT else 0.0
