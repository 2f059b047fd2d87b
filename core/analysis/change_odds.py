"""How much one cell speaks for a lost or a gained chromosome, everything that can go wrong counted in.

A class with one chromosome seen instead of two is mostly an error of the program, seldom a loss: the second
one was passed over, lies under another outline, was drawn together with a neighbour, or carries another
name. Each of these leaves traces elsewhere in the cell, and a real loss leaves none. What was measured of
the traces is weighed by logistic regression, fitted on cells with and without a change
(`models.training.change_odds`); the result is a ratio of likelihoods, so that cells can be multiplied and
the rate of changes, which differs between referrals, stays apart from what a picture shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.change_weights import GAIN, LOSS
from core.domain.bands import AUTOSOMES, UNKNOWN, relative_length
from core.domain.chromosome import Aspect, Chromosome
from core.domain.metaphase import Metaphase, PassedOver
from core.domain.outline import Outline

SEX: Final = "sex"
"""X and Y together: the class that stands for their number."""
NAMES: Final = (*AUTOSOMES, SEX)
_FLOOR: Final = 0.01
_NO_STAIN: Final = 0.08
_AMONG_OTHERS: Final = 0.1
"""The namer sees the whole cell: what is missing lends a little of its name to others, and says nothing."""
_SEEN_BY_PEOPLE: Final = 1e5
"""Ratio of likelihoods where a person confirmed every chromosome."""
_AREA_SLOPE: Final = 0.97
_AREA_SPREAD: Final = 0.095
"""Area of an isolated chromosome against the length of its class: slope and standard deviation of the
logarithms, 68 validation metaphases."""

LOSS_FEATURES: Final = (
    "passed over, uncovered", "passed over, covered", "passed over and read so", "doubt of outlines",
    "other surplus", "other shortage", "read so elsewhere", "misread neighbour", "unexplained", "unnamed",
    "crossings", "length", "room in an outline", "stain beside", "room at all", "stain apart",
)  # fmt: skip
GAIN_FEATURES: Final = (
    "doubt of names", "doubt of outlines", "least outline", "other shortage", "other surplus",
    "read as what is missing", "too small", "crossings", "doubt of the cell", "length", "unnamed",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOdds:
    """What one cell says of one class.

    Attributes
    ----------
    name
        "1".."22", or "sex" for X and Y together.
    seen
        Chromosomes of that name; `normal` would be there without a change.
    lost, gained
        Ratio of likelihoods of one chromosome fewer, and of one more, against the normal number; above 1 the
        cell speaks for it.
    """

    name: str
    seen: int
    normal: int
    lost: float
    gained: float


def change_odds(cell: Metaphase, *, ploidy: int = 2) -> dict[str, ChangeOdds]:
    """Weigh every class of a cell.

    Parameters
    ----------
    cell
        As it stands; what people decided counts as right.
    ploidy
        Sets of chromosomes the cell is measured against.

    Returns
    -------
    dict
        Name of `NAMES` to its odds.
    """
    held = _recent.get(id(cell))
    # States are never changed, so the same object has the same odds.
    if held is not None and held[0] is cell and held[1] == ploidy:
        return held[2]
    odds = _weighed(cell, ploidy)
    if len(_recent) >= _RECENT:
        _recent.clear()
    _recent[id(cell)] = (cell, ploidy, odds)
    return odds


def _weighed(cell: Metaphase, ploidy: int) -> dict[str, ChangeOdds]:
    traces = traces_of(cell, ploidy=ploidy)
    result = {}
    for name in NAMES:
        seen = traces.seen[name]
        if traces.by_people:
            lost = _SEEN_BY_PEOPLE if seen < ploidy else 1.0 / _SEEN_BY_PEOPLE
            gained = _SEEN_BY_PEOPLE if seen > ploidy else 1.0 / _SEEN_BY_PEOPLE
        else:
            lost = LOSS.ratio(loss_features(traces, name)) if seen < ploidy else LOSS.hidden
            gained = GAIN.ratio(gain_features(traces, name)) if seen > ploidy else GAIN.hidden
            # A class cannot be short and in excess at once.
            lost = min(lost, 1.0 / _SEEN_BY_PEOPLE) if seen > ploidy else lost
            gained = min(gained, 1.0 / _SEEN_BY_PEOPLE) if seen < ploidy else gained
        result[name] = ChangeOdds(name=name, seen=seen, normal=ploidy, lost=lost, gained=gained)
    return result


_RECENT: Final = 400
_recent: dict[int, tuple[Metaphase, int, dict[str, ChangeOdds]]] = {}
"""Odds of the states that were asked for last: the panels ask for all cells of a case at every edit."""


def name_of(chromosome_class: str) -> str:
    """Name under which a class is counted: "sex" for X and Y."""
    return SEX if chromosome_class in ("X", "Y") else chromosome_class


# -- traces -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traces:
    """What one cell offers as evidence.

    `soft` has shape (n, 23): probability of each name for each counting chromosome; `outline` shape (n,)
    that it is one whole chromosome; `size` shape (n,) logarithm of its area against that of its class, in
    standard deviations, 0 where it cannot be told; `length` that of its class in haploid sets; `named` its
    row in `NAMES`, -1 for unknown ones. `seen` counts each name. `beside` are areas of stain against the
    outlines and `apart` that of the rest, in haploid sets.
    """

    soft: NDArray[np.float64]
    outline: NDArray[np.float64]
    size: NDArray[np.float64]
    length: NDArray[np.float64]
    crossed: NDArray[np.bool_]
    named: NDArray[np.int64]
    seen: Mapping[str, int]
    surplus: tuple[str, ...]
    shortage: tuple[str, ...]
    passed_over: tuple[PassedOver, ...]
    beside: tuple[float, ...]
    apart: float
    unexplained: int
    unknown: int
    by_people: bool


def traces_of(cell: Metaphase, *, ploidy: int = 2) -> Traces:
    """Gather the evidence of a cell."""
    members = cell.counting
    rows = {name: row for row, name in enumerate(NAMES)}
    soft = np.zeros((len(members), len(NAMES)))
    named = np.full(len(members), -1, dtype=np.int64)
    for row, one in enumerate(members):
        name = name_of(one.chromosome_class)
        named[row] = rows.get(name, -1)
        if _named_by_people(one) or not one.alternatives:
            if named[row] >= 0:
                soft[row, named[row]] = 1.0
            continue
        for other in one.alternatives:
            if other.chromosome_class != UNKNOWN:
                soft[row, rows[name_of(other.chromosome_class)]] += other.probability
    seen = {name: int((named == row).sum()) for name, row in rows.items()}
    # A person who drew an outline over a candidate has answered for it.
    drawn = [c.outline.box for c in members if Aspect.OUTLINE in c.decided]
    passed = tuple(one for one in cell.passed_over if not any(_within(one.box, box) for box in drawn))
    loose = [one for one in cell.leftover or () if not any(_within(one.box, box) for box in drawn)]
    haploid = _haploid_area(members)
    return Traces(
        soft=soft,
        outline=np.array([1.0 if _outlined_by_people(c) else c.outline_confidence for c in members]),
        size=_sizes(members),
        length=np.array(
            [0.0 if c.chromosome_class == UNKNOWN else relative_length(c.chromosome_class) for c in members]
        ),
        crossed=np.array([bool(c.overlaps) for c in members], dtype=np.bool_),
        named=named,
        seen=seen,
        surplus=tuple(name for name in NAMES if seen[name] > ploidy),
        shortage=tuple(name for name in NAMES if seen[name] < ploidy),
        passed_over=passed,
        beside=tuple(one.area / haploid for one in loose if one.touching),
        apart=sum(one.area for one in loose if not one.touching) / haploid,
        unexplained=len(cell.unexplained),
        unknown=int((named < 0).sum()),
        by_people=bool(members) and all(c.confirmed or c.decided for c in members),
    )


def _named_by_people(one: Chromosome) -> bool:
    return one.confirmed or Aspect.CLASS in one.decided


def _outlined_by_people(one: Chromosome) -> bool:
    return one.confirmed or Aspect.OUTLINE in one.decided


def _within(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    x, y = (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _sizes(members: Sequence[Chromosome]) -> NDArray[np.float64]:
    named = np.array([c.chromosome_class != UNKNOWN for c in members], dtype=np.bool_)
    if named.sum() < 8:
        return np.zeros(len(members))
    areas = np.log([max(outline_area(c.outline), 1.0) for c in members])
    lengths = np.log(
        [relative_length(c.chromosome_class if n else "7") for c, n in zip(members, named, strict=True)]
    )
    off = areas - _AREA_SLOPE * lengths
    away = (off - np.median(off[named])) / _AREA_SPREAD
    return np.where(named, np.clip(away, -12.0, 12.0), 0.0)


def _haploid_area(members: Sequence[Chromosome]) -> float:
    """Area of one haploid set: what a chromosome of relative length 1 would cover."""
    ratios = [
        outline_area(c.outline) / relative_length(c.chromosome_class)
        for c in members
        if c.chromosome_class != UNKNOWN
    ]
    return max(float(np.median(ratios)), 1.0) if ratios else 1.0


def outline_area(outline: Outline) -> float:
    """Area within an outline without its holes, in square pixels (shoelace formula)."""

    def inside(points: Sequence[tuple[float, float]]) -> float:
        x, y = np.asarray(points, dtype=np.float64).reshape(-1, 2).T
        return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))

    return inside(outline.points) - sum(inside(hole) for hole in outline.holes)


def loss_features(traces: Traces, name: str) -> tuple[float, ...]:
    """Numbers of `LOSS_FEATURES` for a class with too few."""
    row = NAMES.index(name)
    passed = traces.passed_over
    others = traces.named != row
    length = math.exp(_log_length(name))
    read_here = sum(one.probability * _reads(one, name) for one in passed)
    elsewhere = float(traces.soft[others, row].sum())
    # Somebody with this reading as a second thought, where its own class has one too many.
    surplus = [NAMES.index(one) for one in traces.surplus]
    beside = max(
        (float(traces.soft[i, row]) for i in np.flatnonzero(np.isin(traces.named, surplus))), default=0.0
    )
    excess = (np.exp(_AREA_SPREAD * np.maximum(traces.size - 1.0, 0.0)) - 1.0) * traces.length
    room = float(excess.max(initial=0.0)) / length
    beside_stain = sum(traces.beside) / length
    return (
        math.log(_FLOOR + sum(one.probability * one.uncovered for one in passed)),
        math.log(_FLOOR + sum(one.probability * (1.0 - one.uncovered) for one in passed)),
        math.log(_FLOOR + read_here),
        math.log(_FLOOR + float((1.0 - traces.outline).sum())),
        float(min(len([one for one in traces.surplus if one != name]), 4)),
        float(min(len([one for one in traces.shortage if one != name]), 4)),
        math.log(_AMONG_OTHERS + elsewhere),
        math.log(_AMONG_OTHERS + beside),
        float(min(traces.unexplained, 3)),
        float(min(traces.unknown, 3)),
        float(traces.crossed.mean()) if len(traces.crossed) else 0.0,
        _log_length(name),
        math.log(_NO_STAIN + min(room, 1.2)),
        math.log(_NO_STAIN + min(beside_stain, 1.2)),
        math.log(_NO_STAIN + min(room + beside_stain, 1.2)),
        math.log(_NO_STAIN + traces.apart / length),
    )


def gain_features(traces: Traces, name: str) -> tuple[float, ...]:
    """Numbers of `GAIN_FEATURES` for a class with too many."""
    row = NAMES.index(name)
    members = np.flatnonzero(traces.named == row)
    wrong = 1.0 - traces.soft[members, row]
    off = 1.0 - traces.outline[members]
    shortage = [NAMES.index(one) for one in traces.shortage if one != name]
    missing = float(traces.soft[members][:, shortage].max()) if shortage and len(members) else 0.0
    return (
        math.log(_FLOOR + float(wrong.sum())),
        math.log(_FLOOR + float(off.sum())),
        math.log(_FLOOR + float(off.max(initial=0.0))),
        float(min(len(shortage), 4)),
        float(min(len([one for one in traces.surplus if one != name]), 4)),
        math.log(_FLOOR + missing),
        float(max(0.0, -2.0 - traces.size[members].min(initial=0.0))),
        float(traces.crossed[members].mean()) if len(members) else 0.0,
        math.log(_FLOOR + float((1.0 - traces.outline).sum() - off.sum())),
        _log_length(name),
        float(min(traces.unknown, 3)),
    )


def _reads(one: PassedOver, name: str) -> float:
    return sum(a.probability for a in one.alternatives if name_of(a.chromosome_class) == name)


def _log_length(name: str) -> float:
    return math.log(relative_length("X" if name == SEX else name))
