"""What is stained and lies in no outline: nuclei, debris, and chromosomes that were missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from core.domain.chromosome import ExclusionReason
from core.imaging.intensity import stain_of
from core.imaging.surroundings import surroundings_of
from core.simulation.metaphase import SimulatedMetaphase, simulate_metaphase


@dataclass(frozen=True)
class _Placed:
    mask: NDArray[np.bool_]
    origin: tuple[int, int]


@lru_cache(maxsize=1)
def _metaphase() -> SimulatedMetaphase:
    return simulate_metaphase("46,XX", seed=2)


def _outlines(without: Sequence[int] = ()) -> list[_Placed]:
    return [
        _Placed(mask=c.mask, origin=(int(c.box[0]), int(c.box[1])))
        for index, c in enumerate(_metaphase().chromosomes)
        if index not in without
    ]


def _meets(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def test_that_a_faultless_reading_leaves_no_chromosome_unexplained() -> None:
    assert surroundings_of(stain_of(_metaphase().picture), _outlines()).unexplained == ()


@pytest.mark.parametrize("missed", [0, 5, 20])
def test_that_a_missed_chromosome_is_pointed_at(missed: int) -> None:
    chromosomes = _metaphase().chromosomes
    cluster = (missed, *chromosomes[missed].overlaps)
    boxes = surroundings_of(stain_of(_metaphase().picture), _outlines(without=cluster)).unexplained
    assert any(_meets(box, chromosomes[missed].box) for box in boxes)


def test_that_a_nucleus_is_named_so() -> None:
    reasons = [reason for _, reason in surroundings_of(stain_of(_metaphase().picture), _outlines()).excluded]
    drawn = [thing.reason for thing in _metaphase().excluded if thing.reason is ExclusionReason.NUCLEUS]
    assert reasons.count(ExclusionReason.NUCLEUS) == len(drawn)


def test_that_without_chromosomes_nothing_is_judged() -> None:
    stain = stain_of(_metaphase().picture)
    assert surroundings_of(stain, []).unexplained == ()
    assert surroundings_of(stain, []).excluded == ()
