"""How many cells exclude how small a second cell line."""

from __future__ import annotations

import math


def excluded_above(cells: int, *, confidence: float = 0.95) -> float | None:
    """Smallest fraction of a second cell line that so many equal cells exclude.

    Parameters
    ----------
    cells
        Cells (for in-situ work: colonies) that all show the same.
    confidence
        0..1, exclusive.

    Returns
    -------
    float or None
        Fraction 0..1; None without cells. 20 cells: 0.139 at 95 %.

    Notes
    -----
    Exact binomial: a line of fraction p is missed by n cells with probability (1 - p)^n
    (Hook, Am J Hum Genet 29:94, 1977).
    """
    if cells < 1:
        return None
    return 1.0 - math.pow(1.0 - confidence, 1.0 / cells)


def cells_needed(fraction: float, *, confidence: float = 0.95) -> int:
    """Cells that exclude a second line of that fraction (0..1, exclusive): 29 for 0.1 at 95 %."""
    if not 0.0 < fraction < 1.0:
        raise ValueError(f"expected a fraction between 0 and 1, got {fraction:g}")
    return math.ceil(math.log(1.0 - confidence) / math.log(1.0 - fraction))
