"""What so many cells say of a second cell line: excluded above which fraction, seen in which."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import betaincinv

from core.domain.metaphase import Metaphase

_LEVELS: Final = (0.2, 0.1, 0.05, 0.02, 0.01)
_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_UNCULTURED: Final = ("direct", "uncultured", "not cultured", "short-term")


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


def exact_interval(shown: int, cells: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a fraction of which `shown` of `cells` were seen.

    Returns
    -------
    tuple of float
        Lower and upper bound, 0..1.

    Raises
    ------
    ValueError
        When `shown` is not within 0 and `cells`, or there are no cells.

    Notes
    -----
    Clopper and Pearson, Biometrika 26:404 (1934): never covers less than `confidence`.
    """
    if not 0 <= shown <= cells or cells < 1:
        raise ValueError(f"expected 0 to {cells} of at least one cell, got {shown} of {cells}")
    tail = (1.0 - confidence) / 2.0
    low = 0.0 if shown == 0 else float(betaincinv(shown, cells - shown + 1, tail))
    high = 1.0 if shown == cells else float(betaincinv(shown + 1, cells - shown, 1.0 - tail))
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerMeter:
    """What the cells of one karyotype exclude, and what more of them would.

    `units` are cells, or colonies where `colonies`; `excluded` a fraction; `more` further ones that lower
    it to `level`; `normal` whether the cells show no change; `culture` where to take them from, empty when it
    does not matter.
    """

    units: int
    colonies: bool
    normal: bool
    excluded: float
    level: float
    more: int
    culture: str

    @property
    def line(self) -> str:
        """One line: "20 normal cells exclude ≥ 13.9 % at 95 %; nine more → 10 %; take culture B"."""
        one = self.units == 1
        noun = ("colony" if one else "colonies") if self.colonies else ("cell" if one else "cells")
        noun = noun if self.colonies else f"normal {noun}" if self.normal else f"{noun} alike"
        verb = "excludes" if one else "exclude"
        more = _NUMBERS[self.more] if self.more < len(_NUMBERS) else str(self.more)
        told = (
            f"{self.units} {noun} {verb} ≥ {100 * self.excluded:.1f} % at 95 %;"
            f" {more} more → {100 * self.level:g} %"
        )
        return f"{told}; take {self.culture}" if self.culture else told


def is_cultured(cell: Metaphase) -> bool:
    """Whether a cell grew in culture; direct preparations say nothing of mosaicism in the fetus."""
    return not (cell.origin.culture or "").strip().casefold().startswith(_UNCULTURED)


def power_of(cells: Sequence[Metaphase], *, in_situ: bool = False, normal: bool = True) -> PowerMeter | None:
    """How far cells that all show the same exclude a second line.

    Parameters
    ----------
    cells
        The cells that were used and show one karyotype; those that were not cultured are passed over.
    in_situ
        Count colonies; a cell without one counts as one of its own.
    normal
        Whether they show no change, so that the line calls them normal.

    Returns
    -------
    PowerMeter or None
        None without cultured cells.
    """
    cultured = [cell for cell in cells if is_cultured(cell)]
    units = {
        (cell.origin.culture, cell.origin.slide, cell.origin.colony)
        if in_situ and cell.origin.colony
        else cell.id
        for cell in cultured
    }
    excluded = excluded_above(len(units))
    if excluded is None:
        return None
    level = next((one for one in _LEVELS if one < excluded - 1e-9), _LEVELS[-1] / 2)
    return PowerMeter(
        units=len(units),
        colonies=in_situ,
        normal=normal,
        excluded=excluded,
        level=level,
        more=cells_needed(level) - len(units),
        culture=_culture_to_take(cultured),
    )


def _culture_to_take(cells: Sequence[Metaphase]) -> str:
    """The culture that gave the fewest cells; another one where all came from a single one."""
    by = Counter((cell.origin.culture or "").strip() for cell in cells)
    by.pop("", None)
    if not by:
        return ""
    if len(by) == 1:
        (only,) = by
        following = chr(ord(only) + 1) if len(only) == 1 and only.upper() in "ABCDEFGH" else ""
        return f"culture {following}" if following else "another culture"
    fewest = min(by.values())
    if fewest == max(by.values()):
        return ""
    return f"culture {min(name for name, number in by.items() if number == fewest)}"
