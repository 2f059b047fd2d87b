"""Weights of the traces of a change are fitted from cells whose changes are known."""

import numpy as np

from core.analysis.change_odds import GAIN_FEATURES, LOSS_FEATURES
from models.training.change_odds import Instance, fitted


def _instances(rng: np.random.Generator, *, gained: bool) -> list[Instance]:
    names = GAIN_FEATURES if gained else LOSS_FEATURES
    found = []
    for at in range(400):
        real = at % 2 == 0
        traces = rng.normal(0.0, 1.0, len(names))
        traces[0] += -1.5 if real else 1.5
        seen = (3 if gained else 1) if at % 7 else 2
        told = tuple(float(v) for v in traces) if seen != 2 else None
        found.append(
            Instance(
                name="7",
                seen=seen,
                true=(3 if gained else 1) if real else 2,
                edited="picture" if real else "",
                loss=None if gained else told,
                gain=told if gained else None,
            )
        )
    return found


def test_that_a_trace_of_errors_takes_from_a_change() -> None:
    for gained in (True, False):
        weights = fitted(_instances(np.random.default_rng(1), gained=gained), gained=gained)
        length = len(weights.mean)
        clean, traced = [-1.5, *[0.0] * (length - 1)], [1.5, *[0.0] * (length - 1)]
        assert weights.ratio(clean) > 10.0 * weights.ratio(traced)
        assert weights.seen_if_real < 1.0
