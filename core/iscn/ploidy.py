"""How many haploid sets a cell line is described against."""

from __future__ import annotations

from core.iscn.tree import CellLine


def ploidy_of(line: CellLine) -> int:
    """Number of haploid sets: the written level (`<3n>`), else the one nearest to the count.

    References
    ----------
    ISCN 2024, ranges of the ploidy levels: near-haploid up to 34, near-diploid 35-57, near-triploid
    58-80, near-tetraploid 81-103, then in the same steps of 23.
    """
    if line.count.ploidy:
        return int(line.count.ploidy[0])
    return ploidy_near(line.count.low)


def ploidy_near(count: int) -> int:
    """Number of haploid sets whose range holds a count of chromosomes."""
    return max(1, (count + 11) // 23)
