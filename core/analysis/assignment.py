"""Which chromosome is which, decided for the whole cell at once.

The namer gives each chromosome a probability for every class. Cells mostly hold two of each, so pairs are
preferred by a prior on the number in each class, but never forced: 45, 47, markers and unknown objects
come out where the pictures speak for them. The prior is concave in the number, which makes the best
assignment a linear assignment problem over class slots (Kuhn-Munkres); sex chromosomes, whose numbers
depend on one another, are enumerated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from core.domain.bands import AUTOSOMES, CLASSES

X: Final = CLASSES.index("X")
Y: Final = CLASSES.index("Y")
UNKNOWN_INDEX: Final = len(CLASSES)
_FORBIDDEN: Final = 1e6
_SLOTS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPrior:
    """Cost (negative log odds) of a class having other than its expected number.

    Chosen on the validation cases; a lost or found-twice chromosome is far more often an error of
    outlining than a real change, so the costs are lower than the rate of aneuploidy would say.
    """

    one_missing: float = 1.5
    one_extra: float = 1.0
    further: float = 5.5
    sex_one_missing: float = 2.0
    sex_one_extra: float = 2.0
    unknown: float = 2.0
    temperature: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Result for one cell of n chromosomes.

    Parameters
    ----------
    classes
        Shape (n,), int: index into `CLASSES`, or 24 for unknown.
    confidence
        Shape (n,), 0..1: posterior that the class is right, over all single moves and swaps.
    right
        Posterior 0..1 that all n classes are right.
    count_confidence
        Shape (24,), 0..1: posterior that the number in each class is right.
    """

    classes: NDArray[np.int64]
    confidence: NDArray[np.float64]
    right: float
    count_confidence: NDArray[np.float64]


def expected_ploidy(count: int) -> int:
    """Sets of chromosomes that a count speaks for: 2 unless it is near-haploid or polyploid."""
    if count <= 28:
        return 1 if count >= 20 else 2
    if count < 58:
        return 2
    return max(3, round(count / 23))


def assign(probabilities: NDArray[np.floating], *, prior: CountPrior | None = None) -> Assignment:
    """Name all chromosomes of a cell together.

    Parameters
    ----------
    probabilities
        Shape (n, 25): probability of each of 24 classes and of "unknown" for each chromosome.

    Returns
    -------
    Assignment
        For n = 0 empty, with `right` 1.
    """
    prior = prior or CountPrior()
    count = len(probabilities)
    if count == 0:
        nothing = np.zeros(0)
        return Assignment(
            classes=nothing.astype(np.int64), confidence=nothing, right=1.0, count_confidence=np.ones(24)
        )
    score = np.log(np.clip(np.asarray(probabilities, dtype=np.float64), 1e-7, 1.0)) / prior.temperature
    score[:, UNKNOWN_INDEX] -= prior.unknown
    ploidy = expected_ploidy(count)
    best: tuple[float, NDArray[np.int64]] | None = None
    for sexes in _sex_constitutions(ploidy):
        classes, total = _assign_with_sexes(score, sexes, ploidy, prior)
        total -= _sex_cost(sexes[0], sexes[1], ploidy, prior)
        if best is None or total > best[0]:
            best = (total, classes)
    if best is None:
        raise AssertionError("there is always a constitution of the sex chromosomes to try")
    return _posterior(score, best[1], ploidy, prior)


def _sex_constitutions(ploidy: int) -> list[tuple[int, int]]:
    return [(x, y) for x in range(ploidy + 3) for y in range(ploidy + 1)]


def _sex_cost(x: int, y: int, ploidy: int, prior: CountPrior) -> float:
    total = x + y
    if total == ploidy:
        # A cell without any X does not live.
        return 0.0 if x > 0 and (ploidy > 2 or y < 2) else prior.further * 2
    if total == ploidy - 1:
        return prior.sex_one_missing + (0.0 if x > 0 else prior.further)
    if total == ploidy + 1:
        return prior.sex_one_extra + (0.0 if x > 0 else prior.further)
    return prior.further * abs(total - ploidy)


def _number_cost(number: int, ploidy: int, prior: CountPrior) -> float:
    if number == ploidy:
        return 0.0
    if number < ploidy:
        return prior.one_missing + prior.further * (ploidy - number - 1)
    return prior.one_extra + prior.further * (number - ploidy - 1)


def _assign_with_sexes(
    score: NDArray[np.float64], sexes: tuple[int, int], ploidy: int, prior: CountPrior
) -> tuple[NDArray[np.int64], float]:
    """Best assignment with at most so many X and Y; its score without the cost of the sexes."""
    count = len(score)
    slot_class: list[int] = []
    slot_bonus: list[float] = []
    for index in range(len(AUTOSOMES)):
        for number in range(1, ploidy + _SLOTS - 1):
            slot_class.append(index)
            gain = _number_cost(number - 1, ploidy, prior) - _number_cost(number, ploidy, prior)
            slot_bonus.append(gain)
    for index, number in ((X, sexes[0]), (Y, sexes[1])):
        slot_class.extend([index] * number)
        slot_bonus.extend([prior.further] * number)
    columns = np.array(slot_class)
    gains = score[:, columns] + np.array(slot_bonus)[None, :]
    unknown = np.full((count, count), -_FORBIDDEN)
    np.fill_diagonal(unknown, score[:, UNKNOWN_INDEX])
    rows, chosen = linear_sum_assignment(-np.hstack([gains, unknown]))
    classes = np.full(count, UNKNOWN_INDEX, dtype=np.int64)
    named = chosen < len(columns)
    classes[rows[named]] = columns[chosen[named]]
    numbers = np.bincount(classes, minlength=UNKNOWN_INDEX + 1)
    total = float(score[np.arange(count), classes].sum())
    total -= sum(_number_cost(int(numbers[c]), ploidy, prior) for c in range(len(AUTOSOMES)))
    if (int(numbers[X]), int(numbers[Y])) != sexes:
        total -= prior.further * 2
    return classes, total


def _cost_of(numbers: NDArray[np.int64], ploidy: int, prior: CountPrior) -> float:
    autosomes = sum(_number_cost(int(numbers[c]), ploidy, prior) for c in range(len(AUTOSOMES)))
    return autosomes + _sex_cost(int(numbers[X]), int(numbers[Y]), ploidy, prior)


def _posterior(
    score: NDArray[np.float64], classes: NDArray[np.int64], ploidy: int, prior: CountPrior
) -> Assignment:
    """Weigh the assignment against every single move and every swap of two chromosomes."""
    count = len(classes)
    numbers = np.bincount(classes, minlength=UNKNOWN_INDEX + 1)
    here = score[np.arange(count), classes]
    base = _cost_of(numbers, ploidy, prior)

    move_cost = np.zeros((UNKNOWN_INDEX + 1, UNKNOWN_INDEX + 1))
    for source in np.unique(classes):
        for target in range(UNKNOWN_INDEX + 1):
            if target != source:
                moved = numbers.copy()
                moved[source] -= 1
                moved[target] += 1
                move_cost[source, target] = _cost_of(moved, ploidy, prior) - base
    move = score - here[:, None] - move_cost[classes]
    move[np.arange(count), classes] = -np.inf
    moves = np.exp(np.minimum(move, 0.0))

    cross = score[:, classes]
    swap = cross + cross.T - here[:, None] - here[None, :]
    swap[classes[:, None] == classes[None, :]] = -np.inf
    swaps = np.exp(np.minimum(swap, 0.0))

    against = moves.sum(axis=1) + swaps.sum(axis=1)
    changing = np.zeros(24)
    for source in range(24):
        members = classes == source
        changing[source] = moves[members].sum() + moves[~members, source].sum()
    everything = float(moves.sum() + swaps.sum() / 2)
    return Assignment(
        classes=classes,
        confidence=1.0 / (1.0 + against),
        right=1.0 / (1.0 + everything),
        count_confidence=1.0 / (1.0 + changing),
    )
