"""How the traces of a change are weighed: fitted, not set by hand.

Written by `models.training.change_odds`. Fitted on 170 validation metaphases (cases cut from the training
part; neither the laboratory part nor `dev_test`) as they are, with one chromosome painted out of or pasted
into the picture, and with one taken out of or put into what the program found. Losses and gains in the
cells as they are, which have none by their labels, are the alarms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

_MOST: Final = 1.0e4


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Logistic regression of one kind of change: mean and spread of the features, weights and offset.

    `seen_if_real` and `seen_if_not` are the shares of classes that look changed when they are, and when they
    are not; `hidden` the ratio of likelihoods when a class looks normal.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weight: tuple[float, ...]
    offset: float
    seen_if_real: float
    seen_if_not: float

    @property
    def hidden(self) -> float:
        """Ratio of likelihoods of a change where none is seen."""
        return (1.0 - self.seen_if_real) / (1.0 - self.seen_if_not)

    def ratio(self, features: Sequence[float]) -> float:
        """Ratio of likelihoods (changed : not) where a change is seen."""
        standard = (np.asarray(features) - self.mean) / self.spread
        logit = float(standard @ np.asarray(self.weight)) + self.offset
        told = self.seen_if_real / self.seen_if_not
        return float(np.clip(math.exp(min(max(logit, -20.0), 20.0)) * told, 1.0 / _MOST, _MOST))


LOSS: Final = Weights(
    mean=(
        -2.591,
        -1.289,
        -3.745,
        -1.251,
        0.3634,
        0.7617,
        -1.994,
        -2.287,
        0.8261,
        0.02148,
        0.283,
        -3.326,
        -1.009,
        -0.8368,
        -0.3227,
        -1.426,
    ),
    spread=(
        1.811,
        1.631,
        1.164,
        1.272,
        0.6149,
        0.934,
        0.443,
        0.0686,
        0.9291,
        0.1686,
        0.1305,
        0.4947,
        0.7241,
        1.065,
        0.7091,
        1.106,
    ),
    weight=(
        0.1133,
        -0.3233,
        -0.6337,
        0.07924,
        -0.4938,
        0.4487,
        -0.7486,
        -0.5839,
        -0.1508,
        0.02877,
        0.1429,
        -0.4429,
        -0.2455,
        -0.3462,
        -0.6067,
        0.0577,
    ),
    offset=-0.05081,
    seen_if_real=0.8,
    seen_if_not=0.029,
)
GAIN: Final = Weights(
    mean=(-2.65, -2.922, -3.049, 0.8876, 0.3498, -4.376, 0.2462, 0.2375, -1.287, -3.318, 0.1043),
    spread=(1.323, 1.376, 1.35, 0.9414, 0.5671, 0.4995, 0.6915, 0.2658, 1.104, 0.4454, 0.3662),
    weight=(-1.339, -0.5752, -0.6273, 0.1188, -0.1504, -0.6136, -0.3149, -0.3575, 0.1762, -0.1068, -0.08781),
    offset=-0.1115,
    seen_if_real=0.88,
    seen_if_not=0.011,
)
