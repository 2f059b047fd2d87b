"""Homologs side by side: who resembles whom."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray


def likeness(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Return the likeness 0..1 of two embeddings of shape (D,): cosine, mapped from -1..1."""
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    if norm == 0.0:
        return 0.0
    return float(np.clip((float(np.dot(first, second)) / norm + 1.0) / 2.0, 0.0, 1.0))


def order_homologs(
    members: list[int], embeddings: NDArray[np.floating], lengths: NDArray[np.floating]
) -> list[tuple[int, float | None]]:
    """Order the chromosomes of one class: the most alike pair first, the longer of it to the left.

    Parameters
    ----------
    members
        Rows of the class in `embeddings`.
    embeddings
        Shape (n, D).
    lengths
        Shape (n,), any unit.

    Returns
    -------
    list of (row, likeness)
        In the order of the slots; likeness to its partner, None for one without a partner.
    """
    if len(members) < 2:
        return [(member, None) for member in members]
    pairs = sorted(
        ((likeness(embeddings[a], embeddings[b]), a, b) for a, b in combinations(members, 2)),
        reverse=True,
    )
    ordered: list[tuple[int, float | None]] = []
    left = set(members)
    for value, a, b in pairs:
        if a in left and b in left:
            left -= {a, b}
            first, second = (a, b) if lengths[a] >= lengths[b] else (b, a)
            ordered += [(first, value), (second, value)]
    ordered += [(member, None) for member in members if member in left]
    return ordered
