"""Whole cells are named at once, and no number is forced."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.analysis.assignment import UNKNOWN_INDEX, X, Y, assign
from core.domain.bands import CLASSES

_PAIRS = [c for c in range(22) for _ in range(2)]


def _cell(classes: list[int], *, noise: float = 0.5, seed: int = 0) -> NDArray[np.float64]:
    """Probabilities of a namer that is nearly right about chromosomes of these classes."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, noise, (len(classes), 25))
    logits[np.arange(len(classes)), classes] += 8.0
    exponential = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponential / exponential.sum(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("46,XX", [*_PAIRS, X, X]),
        ("46,XY", [*_PAIRS, X, Y]),
        ("47,XY,+21", [*_PAIRS, 20, X, Y]),
        ("45,X", [*_PAIRS, X]),
        ("47,XXY", [*_PAIRS, X, X, Y]),
        ("47,XYY", [*_PAIRS, X, Y, Y]),
        ("45,XX,-7", [*_PAIRS[:12], *_PAIRS[13:], X, X]),
        ("48,XX,+8,+8", [*_PAIRS, 7, 7, X, X]),
        ("69,XXY", [c for c in range(22) for _ in range(3)] + [X, X, Y]),
        ("23,X", [*range(22), X]),
    ],
)
def test_that_each_constitution_comes_out_as_it_is(name: str, classes: list[int]) -> None:
    assert assign(_cell(classes)).classes.tolist() == classes, name


def test_that_a_pair_is_completed_where_a_lone_look_would_name_three() -> None:
    classes = [*_PAIRS, X, X]
    probabilities = _cell(classes)
    doubtful = 16  # the first chromosome 9 looks slightly more like an 8
    probabilities[doubtful] = 0.001
    probabilities[doubtful, 7], probabilities[doubtful, 8] = 0.52, 0.45
    assert assign(probabilities).classes[doubtful] == 8


def test_that_a_clear_third_homolog_is_not_pressed_into_another_class() -> None:
    probabilities = _cell([*_PAIRS, 20, X, X], noise=0.1)
    assert np.sum(assign(probabilities).classes == 20) == 3


def test_that_what_resembles_nothing_stays_unknown() -> None:
    probabilities = _cell([*_PAIRS, X, X])
    stranger = np.full((1, 25), 0.002)
    stranger[0, UNKNOWN_INDEX] = 0.95
    assert assign(np.vstack([probabilities, stranger])).classes[-1] == UNKNOWN_INDEX


def test_that_an_empty_cell_is_answered_with_nothing() -> None:
    answer = assign(np.zeros((0, 25)))
    assert len(answer.classes) == 0
    assert answer.right == 1.0


@given(seed=st.integers(0, 10_000), noise=st.floats(0.1, 3.0))
@settings(max_examples=40, deadline=None)
def test_that_the_order_of_chromosomes_does_not_matter(seed: int, noise: float) -> None:
    probabilities = _cell([*_PAIRS, X, Y], noise=noise, seed=seed)
    shuffle = np.random.default_rng(seed).permutation(len(probabilities))
    straight, mixed = assign(probabilities), assign(probabilities[shuffle])
    assert mixed.classes.tolist() == straight.classes[shuffle].tolist()
    assert np.allclose(mixed.confidence, straight.confidence[shuffle])


@given(seed=st.integers(0, 10_000), count=st.integers(1, 100))
@settings(max_examples=40, deadline=None)
def test_that_every_chromosome_gets_one_answer_with_a_probability(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(25, 0.3), size=count)
    answer = assign(probabilities)
    assert len(answer.classes) == count
    assert set(answer.classes.tolist()) <= set(range(len(CLASSES) + 1))
    assert ((answer.confidence > 0) & (answer.confidence <= 1)).all()
    assert 0 < answer.right <= float(answer.confidence.min()) + 1e-9


def test_that_less_certain_chromosomes_get_less_confidence() -> None:
    probabilities = _cell([*_PAIRS, X, X], noise=0.1)
    probabilities[0] = 0.02
    probabilities[0, 0] = 0.52
    answer = assign(probabilities)
    assert answer.confidence[0] < answer.confidence[10]
