"""Gains and losses over all cells of a case: each cell is unsure, together they are not.

Each cell gives a ratio of likelihoods for every change (`core.analysis.change_odds`). A change in a share f
of the cells makes the cells as likely as the product of (f · ratio + 1 - f); f is not known and integrated
over. Chance loss and chance gain of single cells stand in the normal alternative, so that one strange cell
proves nothing about the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from core.analysis.change_odds import NAMES, SEX, ChangeOdds, change_odds
from core.analysis.mosaicism import exact_interval
from core.analysis.numerical import RANDOM_LOSS, named_by_people
from core.domain.bands import AUTOSOMES
from core.domain.case import Context
from core.domain.ids import CellId
from core.domain.metaphase import Banding, Metaphase, Verdict

Call = Literal["normal", "abnormal", "cannot tell"]

_SHARES: Final = np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
_IN_ALL: Final = 0.8
"""Share of the prior for a change in all cells; the rest is spread over mosaics."""
_RANDOM_GAIN: Final = 0.01 / 23
_GAIN: Final = 0.04 / 23
_SEX_GAIN: Final = 0.01
_SEX_LOSS: Final = 0.01
_AUTOSOME_LOSS: Final = {Context.NEOPLASTIC: 0.005}
_UNBORN_LOSS: Final = 0.0005
"""Prior of a change in a case; a lost autosome is hardly ever seen at birth or in the fetus."""
_ABNORMAL: Final = 0.5
_NORMAL: Final = 0.1
_FEWEST, _MOST = 40, 52


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One change of the case.

    Attributes
    ----------
    name
        "1".."22", or "sex".
    gained
        One more, else one fewer.
    probability
        0..1 that the patient (or a clone) has it.
    shown
        Cells that speak for it more than against.
    cells
        Cells that could speak.
    low, high
        Exact 95 % interval of the share of cells that show it.
    """

    name: str
    gained: bool
    probability: float
    shown: tuple[CellId, ...]
    cells: int
    low: float
    high: float

    @property
    def said(self) -> str:
        """In words: "+21 in 5 of 5 cells (48 to 100 %), probability 0.99"."""
        if self.name == SEX:
            sign = "one more of the sex chromosomes" if self.gained else "one sex chromosome fewer"
        else:
            sign = f"{'+' if self.gained else '-'}{self.name}"
        return (
            f"{sign} in {len(self.shown)} of {self.cells} cell{'' if self.cells == 1 else 's'}"
            f" ({100 * self.low:.0f} to {100 * self.high:.0f} %), probability {self.probability:.2f}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumbers:
    """What the numbers of chromosomes say of a case.

    `abnormal` is the probability (0..1) of any gain or loss, `changes` those that are more likely than not,
    the surest first, `used` the number of cells that could speak.
    """

    call: Call
    abnormal: float
    changes: tuple[CaseChange, ...]
    used: int

    @property
    def line(self) -> str:
        """In one line."""
        if not self.used:
            return "Numbers: cannot tell, no cell can be counted"
        if self.changes:
            return "Numbers: " + "; ".join(one.said for one in self.changes)
        cells = f"{self.used} cell{'' if self.used == 1 else 's'}"
        if self.call == "normal":
            return f"Numbers: no gain or loss in {cells}; probability that one was missed {self.abnormal:.2f}"
        return f"Numbers: cannot tell from {cells}, a change has probability {self.abnormal:.2f}"


def speaks(cell: Metaphase) -> bool:
    """Whether the numbers of a cell count for the case: whole, G-banded (or named by people), near 46."""
    if cell.verdict in (Verdict.REJECTED, Verdict.COUNT_ONLY) or not cell.chromosomes:
        return False
    if named_by_people(cell):
        return _FEWEST <= cell.count <= _MOST
    return cell.banding in (Banding.G, Banding.UNKNOWN) and _FEWEST <= cell.count <= _MOST


def numbers_of_case(
    cells: Sequence[Metaphase],
    *,
    context: Context = Context.UNKNOWN,
    odds: Mapping[CellId, Mapping[str, ChangeOdds]] | None = None,
) -> CaseNumbers:
    """Pool the cells of a case.

    Parameters
    ----------
    cells
        As they stand; those that cannot speak are passed over.
    context
        In a tumour a lost autosome is likelier than at birth.
    odds
        From `change_odds`, where they are known already.
    """
    used = [cell for cell in cells if speaks(cell)]
    known = odds or {}
    each = {cell.id: known.get(cell.id) or change_odds(cell) for cell in used}
    found: list[CaseChange] = []
    none = 1.0
    for name in NAMES:
        for gained in (True, False):
            ratios = np.array([_ratio(each[cell.id][name], gained=gained) for cell in used])
            probability = _probability(ratios, _prior(name, context, gained=gained))
            none *= 1.0 - probability
            if probability >= _ABNORMAL:
                shown = tuple(cell.id for cell, ratio in zip(used, ratios, strict=True) if ratio > 1.0)
                low, high = exact_interval(len(shown), len(used))
                found.append(
                    CaseChange(
                        name=name, gained=gained, probability=probability, shown=shown, cells=len(used),
                        low=low, high=high,
                    )
                )  # fmt: skip
    abnormal = 1.0 - none
    call: Call = "cannot tell"
    if used:
        call = "abnormal" if abnormal >= _ABNORMAL else "normal" if abnormal <= _NORMAL else "cannot tell"
    return CaseNumbers(
        call=call,
        abnormal=abnormal,
        changes=tuple(sorted(found, key=lambda one: -one.probability)),
        used=len(used),
    )


def _ratio(odds: ChangeOdds, *, gained: bool) -> float:
    """Ratio of likelihoods of a change of the case, chance changes of single cells in the alternative."""
    by_chance = _RANDOM_GAIN if gained else RANDOM_LOSS
    ratio = odds.gained if gained else odds.lost
    return ratio / (1.0 - by_chance + by_chance * ratio)


def _prior(name: str, context: Context, *, gained: bool) -> float:
    if name not in AUTOSOMES:
        return _SEX_GAIN if gained else _SEX_LOSS
    return _GAIN if gained else _AUTOSOME_LOSS.get(context, _UNBORN_LOSS)


def _probability(ratios: NDArray[np.float64], prior: float) -> float:
    if not len(ratios):
        return prior
    mixed = np.log(_SHARES[:, None] * ratios[None, :] + 1.0 - _SHARES[:, None]).sum(axis=1)
    weight = np.full(len(_SHARES), (1.0 - _IN_ALL) / (len(_SHARES) - 1))
    weight[0] = _IN_ALL
    likely = float(np.exp(np.clip(mixed, -600.0, 600.0)) @ weight)
    return prior * likely / (1.0 - prior + prior * likely)
