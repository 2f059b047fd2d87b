"""The measured curve of the active structure model: how many alarms buy how much sensitivity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.errors import StorageError
from models.card import ModelCard, read_card
from models.registry import WEIGHTS, newest

_PARTS: Final = (
    "curve_alarms", "curve_thresholds_one", "curve_thresholds_five", "curve_found_one", "curve_found_five",
)  # fmt: skip
_FIVE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityCurve:
    """Points of the curve, by falling thresholds.

    `alarms` are alarms for one normal case (of one cell, or of five), `thresholds_one` and `thresholds_five`
    the deviations that allow so many, `found_one` and `found_five` the share (0..1) of made changes found,
    of two bands of the 400 level or more.
    """

    model: str
    alarms: tuple[float, ...]
    thresholds_one: tuple[float, ...]
    thresholds_five: tuple[float, ...]
    found_one: tuple[float, ...]
    found_five: tuple[float, ...]

    def measured(self, one: float, five: float) -> tuple[float, float, float, float]:
        """What was measured at a threshold for one cell and one for five.

        Returns
        -------
        tuple of float
            Alarms in a normal cell and in a normal case of five, share found in one cell and in five. Beyond
            the ends of the curve those of its ends.
        """
        alarms = [
            float(np.exp(np.interp(-value, -np.array(known), np.log(self.alarms))))
            for value, known in ((one, self.thresholds_one), (five, self.thresholds_five))
        ]
        found = [
            float(np.interp(-value, -np.array(known), share))
            for value, known, share in (
                (one, self.thresholds_one, self.found_one), (five, self.thresholds_five, self.found_five),
            )
        ]  # fmt: skip
        return alarms[0], alarms[1], found[0], found[1]

    def thresholds(self, alarms: float, usual: Mapping[int, float]) -> dict[int, float]:
        """Thresholds for every number of cells at so many alarms.

        Parameters
        ----------
        usual
            Thresholds by number of cells at the usual alarms; those that were not measured here move with
            those of five cells.
        """
        one, five = self._at(alarms, self.thresholds_one), self._at(alarms, self.thresholds_five)
        moved = five - usual[_FIVE]
        return {number: one if number == 1 else value + moved for number, value in usual.items()}

    def _at(self, alarms: float, values: tuple[float, ...]) -> float:
        # The tail of normal chromosomes falls off by factors, so the points lie evenly on a logarithm.
        return float(np.interp(np.log(max(alarms, 1e-6)), np.log(self.alarms), values))


def curve_of(card: ModelCard) -> SensitivityCurve | None:
    """The curve in a card; None where the card has none, or not all of it."""
    parts: list[tuple[float, ...]] = []
    for name in _PARTS:
        value = card.parameters.get(name)
        if not isinstance(value, list) or len(value) < 2:
            return None
        parts.append(tuple(float(one) for one in value))
    if len({len(part) for part in parts}) > 1 or min(parts[0]) <= 0:
        return None
    order = sorted(range(len(parts[0])), key=lambda at: parts[0][at])
    alarms, one, five, found_one, found_five = (tuple(part[at] for at in order) for part in parts)
    return SensitivityCurve(
        model=card.label,
        alarms=alarms,
        thresholds_one=one,
        thresholds_five=five,
        found_one=found_one,
        found_five=found_five,
    )


def measured_curve(weights: Path = WEIGHTS) -> SensitivityCurve | None:
    """The curve of the structure model of this installation; None where there is none."""
    try:
        return curve_of(read_card(newest("structure", weights)))
    except StorageError:
        return None
