"""Two outlines that together make one chromosome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.shapes import Shape, Shapes, Stain, odd_name
from core.domain.bands import UNKNOWN
from core.domain.outline import Outline, Point
from core.imaging.outline import outline_of
from core.imaging.separate import join

_REACH: Final = 0.6
"""Widest gap between pieces, in widths of a chromosome."""
_REACH_UNDER_ANOTHER: Final = 1.6
"""The same where a third chromosome lies across the gap."""
_LEAST: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitEvidence:
    """What speaks for two outlines being pieces of one chromosome; every number about 0..1.

    Attributes
    ----------
    line
        One continues the other: ends face each other along one straight line.
    near
        The facing ends are close, against the width of a chromosome.
    bridge
        Stain between the ends, against the stain of the pieces; 0.5 where no picture is at hand.
    odd
        Names of the pieces that do not fit them; the mean of both.
    fits
        Together they have the length of a class that is missing.
    too_long
        Together they are longer than any chromosome of this cell should be.
    unsure
        Doubt of the outlines themselves.
    many
        1 where the cell has more than 46, 0 where it has fewer, 0.5 else.
    """

    line: float
    near: float
    bridge: float
    odd: float
    fits: float
    too_long: float
    unsure: float
    many: float


WEIGHTS: Final[dict[str, float]] = {
    "line": 0.9, "near": 1.7, "bridge": 2.4, "odd": 3.5, "fits": 1.0, "too_long": -1.5, "unsure": 3.2,
    "many": 1.0,
}  # fmt: skip
"""Logistic regression on 2,112 neighbouring pairs of 60 real metaphases, 40 of them pieces of one
chromosome (validation cases of the training archive, read by finder, outliner and namer 0.3.0)."""
OFFSET: Final = -6.8


def splits_of(shapes: Shapes, stain: Stain | None) -> Iterator[Suggestion]:
    """Propose pairs of outlines to join."""
    for first, second in combinations(shapes.each, 2):
        if first.chromosome.confirmed and second.chromosome.confirmed:
            continue
        evidence = split_evidence(shapes, first, second, stain)
        if evidence is None:
            continue
        weight = OFFSET + sum(WEIGHTS[name] * getattr(evidence, name) for name in WEIGHTS)
        likely = float(1.0 / (1.0 + np.exp(-weight)))
        if likely < _LEAST:
            continue
        outline = _joined(shapes, first, second)
        if outline is None:
            continue
        yield Suggestion(
            fault=Fault.SPLIT,
            repair=Repair.JOIN,
            ids=(first.chromosome.id, second.chromosome.id),
            likely=likely,
            title="Two pieces of one chromosome?",
            reason=_words(shapes, first, second, evidence),
            effect=-1,
            outlines=(outline,),
            line=_facing(first, second),
        )


def split_evidence(shapes: Shapes, first: Shape, second: Shape, stain: Stain | None) -> SplitEvidence | None:
    """Weigh two outlines; None where they lie too far apart to be pieces of one chromosome."""
    gap = _gap(first, second, _REACH_UNDER_ANOTHER * shapes.width)
    if gap is None:
        return None
    under_another = bool(set(first.chromosome.overlaps) & set(second.chromosome.overlaps))
    if gap > _REACH * shapes.width and not under_another:
        return None
    ahead, distance = _ends(first, second)
    fit = shapes.best_missing(first.length + second.length + gap)
    longest = shapes.expected_length("1")
    together = (first.length + second.length + gap) / longest
    count = shapes.cell.count
    return SplitEvidence(
        line=max(0.0, ahead),
        near=float(np.clip(1.0 - distance / (1.5 * shapes.width), 0.0, 1.0)),
        bridge=_bridge(first, second, stain),
        odd=(odd_name(shapes, first) + odd_name(shapes, second)) / 2,
        fits=float(np.clip(1.0 - abs(np.log(fit[1])) / 0.35, 0.0, 1.0)) if fit else 0.0,
        too_long=float(np.clip((together - 1.15) / 0.25, 0.0, 1.0)),
        unsure=1.0 - first.chromosome.outline_confidence * second.chromosome.outline_confidence,
        many=0.5 + 0.5 * float(np.sign(count - 46)),
    )


def _gap(first: Shape, second: Shape, reach: float) -> float | None:
    a, b = first.box, second.box
    if max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]) > reach:
        return None
    ring = np.asarray(second.chromosome.outline.points, dtype=np.float64)
    distance, _ = cKDTree(_dense(first.chromosome.outline)).query(_dense_ring(ring))
    nearest = float(distance.min())
    return nearest if nearest <= reach else None


def _dense(outline: Outline) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return _dense_ring(np.asarray(outline.points, dtype=np.float64))


def _dense_ring(
    ring: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    following = np.roll(ring, -1, axis=0)
    steps = np.linspace(0.0, 1.0, 4, endpoint=False)[:, None, None]
    return (ring[None] * (1 - steps) + following[None] * steps).reshape(-1, 2)


def _closest_ends(first: Shape, second: Shape) -> tuple[int, int]:
    return min(
        ((i, j) for i in (0, 1) for j in (0, 1)),
        key=lambda pair: float(np.hypot(*(first.end(pair[0])[0] - second.end(pair[1])[0]))),
    )


def _ends(first: Shape, second: Shape) -> tuple[float, float]:
    """Return how straight the one continues the other (-1..1), and the distance of the facing ends."""
    i, j = _closest_ends(first, second)
    (one, out_one), (two, out_two) = first.end(i), second.end(j)
    between = two - one
    distance = float(np.hypot(*between))
    straight = -float(out_one @ out_two)
    if distance > 3.0:
        straight = min(straight, float(out_one @ between) / distance, -float(out_two @ between) / distance)
    return straight, distance


def _facing(first: Shape, second: Shape) -> tuple[Point, ...]:
    i, j = _closest_ends(first, second)
    return tuple((float(p[0]), float(p[1])) for p in (first.end(i)[0], second.end(j)[0]))


def _bridge(first: Shape, second: Shape, stain: Stain | None) -> float:
    if stain is None:
        return 0.5
    (x0, y0), (x1, y1) = _facing(first, second)
    steps = np.linspace(0.0, 1.0, 9)
    columns = np.clip((x0 + (x1 - x0) * steps).astype(int), 0, stain.shape[1] - 1)
    rows = np.clip((y0 + (y1 - y0) * steps).astype(int), 0, stain.shape[0] - 1)
    body = np.median([_level(first, stain), _level(second, stain)])
    return float(np.clip(float(stain[rows, columns].min()) / max(float(body), 1e-3), 0.0, 1.0))


def _level(shape: Shape, stain: Stain) -> float:
    points = shape.axis.astype(int)
    columns = np.clip(points[:, 0], 0, stain.shape[1] - 1)
    rows = np.clip(points[:, 1], 0, stain.shape[0] - 1)
    return float(np.median(stain[rows, columns]))


def _joined(shapes: Shapes, first: Shape, second: Shape) -> Outline | None:
    parts = ((first.mask, first.origin), (second.mask, second.origin))
    try:
        mask, origin = join(parts, widest_gap=max(8.0, _REACH_UNDER_ANOTHER * shapes.width))
    except ValueError:
        return None
    points, holes = outline_of(mask, origin)
    return Outline(
        points=tuple((round(float(x), 2), round(float(y), 2)) for x, y in points),
        holes=tuple(tuple((round(float(x), 2), round(float(y), 2)) for x, y in hole) for hole in holes),
    )


def _words(shapes: Shapes, first: Shape, second: Shape, evidence: SplitEvidence) -> str:
    said = []
    if evidence.line > 0.8:
        said.append("their ends face each other in one line")
    elif evidence.near > 0.5:
        said.append("their ends lie close together")
    if evidence.bridge > 0.7 and evidence.near < 0.9:
        said.append("there is stain between them")
    names = [shape.chromosome.chromosome_class for shape in (first, second)]
    unknown = names.count(UNKNOWN)
    if unknown:
        said.append("neither has a name" if unknown == 2 else "one has no name")
    many = [name for name in dict.fromkeys(names) if shapes.surplus.get(name)]
    if many:
        said.append(" and ".join(f"{shapes.surplus[name] + 2} of {name}" for name in many))
    if evidence.fits > 0.5:
        fit = shapes.best_missing(first.length + second.length)
        if fit is not None:
            said.append(f"together as long as the missing {fit[0]}")
    for shape in (first, second):
        name = shape.chromosome.chromosome_class
        if name != UNKNOWN and shape.length < 0.75 * shapes.expected_length(name):
            said.append(f"the {name} is only {100 * shape.length / shapes.expected_length(name):.0f} % long")
    return "; ".join(said) or "they touch, and their outlines are doubtful"
