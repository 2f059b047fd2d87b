"""Which banding a cell shows, so that no other banding is read as if it were G."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.metaphase import Banding

BANDINGS: Final = (Banding.G, Banding.Q, Banding.R, Banding.DAPI)
"""Order of the network's answers and of what it is told."""

NAMED: Final = (Banding.G, Banding.Q)
"""Bandings whose names were measured to be right; the others (docs/decisions/0013) get none."""

_BRIGHTFIELD: Final = (0, 2)
_FLUORESCENCE: Final = (1, 3)
_SURE: Final = 0.8
_OTHER_GROUND: Final = 0.9
_READABLE: Final = 0.65
"""The held-back G- and Q-banded cells are read with a mean confidence of 0.89 to 0.99."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedBanding:
    """A banding, the probability of it, and on what that rests."""

    banding: Banding
    confidence: float
    reason: str


def recognise(
    logits: NDArray[np.float32], *, dark_on_light: bool, sureness: float = 1.0
) -> RecognisedBanding:
    """Recognise the banding of a cell.

    Parameters
    ----------
    logits
        Shape (N, 4), what the namer says of each chromosome, in the order of `BANDINGS`.
    dark_on_light
        Whether the chromosomes are dark on a light ground: Q-banding and DAPI never are.
    sureness
        Mean confidence 0..1 of the names alone, read in the commonest banding of that ground (G or Q): bands
        that the network never learned are read with little confidence, whatever they are called.

    Returns
    -------
    RecognisedBanding
        `Banding.UNKNOWN` where the bands fit none of those that go with the ground.
    """
    if len(logits) == 0:
        return RecognisedBanding(
            banding=Banding.UNKNOWN, confidence=0.0, reason="no chromosome to recognise the banding from"
        )
    mean = logits.astype(np.float64).mean(axis=0)
    share = np.exp(mean - mean.max())
    share /= share.sum()
    ground = "dark chromosomes on a light ground" if dark_on_light else "fluorescence on a dark ground"
    fitting = _BRIGHTFIELD if dark_on_light else _FLUORESCENCE
    inside = share[list(fitting)]
    best = fitting[int(inside.argmax())]
    confidence = float(inside.max() / max(inside.sum(), 1e-12))
    if not dark_on_light and share[0] > _OTHER_GROUND:
        return RecognisedBanding(
            banding=Banding.UNKNOWN,
            confidence=float(share[0]),
            reason="bands like those of Giemsa, but light on a dark ground: an inverted picture?",
        )
    if confidence < _SURE:
        first, second = (BANDINGS[k].value for k in fitting)
        return RecognisedBanding(
            banding=Banding.UNKNOWN,
            confidence=confidence,
            reason=f"{ground}, the bands fit {first} and {second} alike",
        )
    banding = BANDINGS[best]
    if banding in NAMED and sureness < _READABLE:
        return RecognisedBanding(
            banding=Banding.UNKNOWN,
            confidence=1.0 - sureness,
            reason=f"{ground}, but the bands are hardly those of {banding.value}: read as such, the names "
            f"have a mean confidence of {sureness:.2f}",
        )
    unnamed = "" if banding in NAMED else "; no model names this banding well enough"
    return RecognisedBanding(
        banding=banding,
        confidence=confidence,
        reason=f"{ground}, bands like those of {banding.value} with probability {confidence:.2f}{unnamed}",
    )
