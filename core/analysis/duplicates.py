"""Two images of one metaphase: told by the constellation of its chromosomes, whatever the camera did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase

_FEWEST: Final = 10
"""Named chromosomes that a constellation needs, and that have to agree."""
_AGREEING: Final = 0.5
"""Share of the chromosomes that have to lie where the other image has them."""
_TOLERANCE: Final = 0.35
"""How far off a centre may lie, in median distances between neighbouring chromosomes."""
_SCALES: Final = (0.4, 2.5)
_ANCHORS: Final = 40
_STEP: Final = 0.08
_LEAST_IN_STEP: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Two cells of a case that show the same metaphase.

    `share` (0..1) of the chromosomes lie at the same place after the second image is turned by `degrees`
    and enlarged by `scale`; `same_file` when both are the same picture file.
    """

    first: CellId
    second: CellId
    share: float
    degrees: float = 0.0
    scale: float = 1.0
    same_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constellation:
    """Where the named chromosomes of a cell lie.

    `points` are complex numbers x + iy of shape (n,), `classes` indices of `CLASSES`; `apart` is for each
    class with two members the logarithm of the distance between them, else NaN, shape (24,).
    """

    points: NDArray[np.complex128]
    classes: NDArray[np.int64]
    apart: NDArray[np.float64]
    spacing: float


def duplicates_of(cells: Sequence[Metaphase]) -> tuple[Duplicate, ...]:
    """Find images of the same metaphase among the cells of a case.

    Parameters
    ----------
    cells
        States as they stand; those with fewer than ten named chromosomes are compared by file only.

    Returns
    -------
    tuple of Duplicate
        Most alike first. Shift, rotation, enlargement, exposure and focus play no part; a mirrored
        picture is another one.
    """
    constellations = [constellation_of(cell) for cell in cells]
    found = []
    for (one, first), (two, second) in combinations(zip(cells, constellations, strict=True), 2):
        if (one.image, one.page) == (two.image, two.page):
            found.append(Duplicate(first=one.id, second=two.id, share=1.0, same_file=True))
        elif first is not None and second is not None:
            alike = likeness(first, second)
            if alike is not None:
                share, turn = alike
                found.append(
                    Duplicate(
                        first=one.id,
                        second=two.id,
                        share=share,
                        degrees=float(np.degrees(np.angle(turn))),
                        scale=float(abs(turn)),
                    )
                )
    return tuple(sorted(found, key=lambda pair: -pair.share))


def constellation_of(cell: Metaphase) -> Constellation | None:
    """Read the constellation of a cell; None with too few named chromosomes."""
    named = [c for c in cell.counting if c.chromosome_class in CLASSES]
    if len(named) < _FEWEST:
        return None
    points = np.array([complex(*c.outline.centre) for c in named])
    classes = np.array([CLASSES.index(c.chromosome_class) for c in named])
    apart = np.full(len(CLASSES), np.nan)
    for index in range(len(CLASSES)):
        members = points[classes == index]
        if len(members) == 2 and abs(members[0] - members[1]) > 1.0:
            apart[index] = np.log(abs(members[0] - members[1]))
    between = np.abs(points[:, None] - points[None, :])
    np.fill_diagonal(between, np.inf)
    return Constellation(
        points=points, classes=classes, apart=apart, spacing=float(np.median(between.min(axis=1)))
    )


def likeness(first: Constellation, second: Constellation) -> tuple[float, complex] | None:
    """Compare two constellations.

    Returns
    -------
    share, turn
        Share (0..1) of chromosomes at the same place, and the complex number that turns and enlarges the
        first into the second; None where they are different cells.
    """
    if not _may_be_alike(first, second):
        return None
    turns, shifts = _hypotheses(first, second)
    if not len(turns):
        return None
    places = _by_class(second)
    moved = turns[:, None] * first.points[None, :] + shifts[:, None]
    distances = np.abs(moved[:, :, None] - places[first.classes][None, :, :]).min(axis=2)
    inside = (distances <= (_TOLERANCE * second.spacing)).sum(axis=1)
    best = int(np.argmax(inside))
    agreeing = int(inside[best])
    share = agreeing / min(len(first.points), len(second.points))
    if agreeing < _FEWEST or share < _AGREEING:
        return None
    return min(1.0, float(share)), complex(turns[best])


def _may_be_alike(first: Constellation, second: Constellation) -> bool:
    """A quick look: homologs that lie apart by one and the same factor in many classes."""
    ratios = second.apart - first.apart
    ratios = np.sort(ratios[~np.isnan(ratios)])
    if len(ratios) < 6:
        return True
    ends = np.searchsorted(ratios, ratios + 2 * _STEP, side="right")
    return bool((ends - np.arange(len(ratios))).max() >= max(4, _LEAST_IN_STEP * len(ratios)))


def _hypotheses(
    first: Constellation, second: Constellation
) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Turns and shifts that bring two chromosomes of the first onto two of the same classes of the second."""
    rng = np.random.default_rng(0)
    shared = np.flatnonzero(np.isin(first.classes, second.classes))
    if len(shared) < 2:
        return np.zeros(0, np.complex128), np.zeros(0, np.complex128)
    turns, shifts = [], []
    for _ in range(_ANCHORS):
        one, two = rng.choice(shared, 2, replace=False)
        step = first.points[two] - first.points[one]
        if abs(step) < 2.0 * first.spacing:
            continue
        for start in second.points[second.classes == first.classes[one]]:
            for end in second.points[second.classes == first.classes[two]]:
                turn = (end - start) / step
                if start != end and _SCALES[0] <= abs(turn) <= _SCALES[1]:
                    turns.append(turn)
                    shifts.append(start - turn * first.points[one])
    return np.array(turns, dtype=np.complex128), np.array(shifts, dtype=np.complex128)


def _by_class(one: Constellation) -> NDArray[np.complex128]:
    """Places of each class, shape (24, most of a class), filled up with infinitely far ones."""
    most = int(np.bincount(one.classes, minlength=len(CLASSES)).max())
    places = np.full((len(CLASSES), most), complex(1e12, 1e12))
    for index in range(len(CLASSES)):
        members = one.points[one.classes == index]
        places[index, : len(members)] = members
    return places
