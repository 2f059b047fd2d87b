"""One outline that holds two chromosomes: touching, in one line, or crossing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.parting import Parting, parting_of
from core.analysis.suspects.shapes import Shape, Shapes, Stain, odd_name
from core.domain.bands import UNKNOWN

_LEAST: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeEvidence:
    """What speaks for one outline holding two chromosomes; every number about 0..1.

    Attributes
    ----------
    aside
        Part of the outline that lies farther from its axis than a chromosome is wide.
    too_long, too_large
        Longer than the longest, larger than its class allows.
    odd
        Its name does not fit it.
    unsure
        Doubt of the outline itself.
    fits
        Two classes that are missing have its area together.
    few
        1 where the cell has fewer than 46, 0 where it has more, 0.5 else.
    """

    aside: float
    too_long: float
    too_large: float
    odd: float
    unsure: float
    fits: float
    few: float


WEIGHTS: Final[dict[str, float]] = {
    "aside": 3.3, "too_long": 1.8, "too_large": 3.1, "odd": 0.9, "unsure": 0.9, "fits": 1.6, "few": 1.4,
}  # fmt: skip
"""Logistic regression on 2,766 outlines of 60 real metaphases, 54 of them holding a second chromosome
(validation cases of the training archive, read by finder, outliner and namer 0.3.0)."""
OFFSET: Final = -6.0


def merged_of(shapes: Shapes, stain: Stain | None) -> Iterator[Suggestion]:
    """Propose outlines to part into two."""
    for shape in shapes.each:
        if shape.chromosome.confirmed:
            continue
        evidence = merge_evidence(shapes, shape)
        weight = OFFSET + sum(WEIGHTS[name] * getattr(evidence, name) for name in WEIGHTS)
        likely = float(1.0 / (1.0 + np.exp(-weight)))
        if likely < _LEAST:
            continue
        parting = parting_of(shape, width=shapes.width, least_area=0.2 * shapes.area, stain=stain)
        if parting is None:
            continue
        yield _suggestion(shapes, shape, evidence, likely, parting)


def merge_evidence(shapes: Shapes, shape: Shape) -> MergeEvidence:
    """Weigh one outline."""
    name = shape.chromosome.chromosome_class
    expected = shapes.expected_length(name) * shapes.width
    if name == UNKNOWN:
        expected = shapes.area
    _, fit = _pair(shapes, shape)
    return MergeEvidence(
        aside=float(np.clip(aside_share(shape, shapes.width) / 0.25, 0.0, 1.0)),
        too_long=float(np.clip((shape.length / shapes.expected_length("1") - 1.1) / 0.3, 0.0, 1.0)),
        too_large=float(np.clip((shape.area / expected - 1.25) / 0.5, 0.0, 1.0)),
        odd=odd_name(shapes, shape),
        unsure=1.0 - shape.chromosome.outline_confidence,
        fits=float(np.clip(1.0 - fit / 0.3, 0.0, 1.0)),
        few=0.5 + 0.5 * float(np.sign(46 - shapes.cell.count)),
    )


def aside_share(shape: Shape, width: float) -> float:
    """Share (0..1) of the pixels farther than three quarters of a width from the axis."""
    return float((distances_to_axis(shape) > 0.75 * width).mean())


def distances_to_axis(shape: Shape) -> NDArray[np.float64]:
    """Distance of each pixel of the mask to the axis, in pixels, in the order of `Shape.pixels`."""
    axis = shape.axis
    steps = np.linspace(0.0, len(axis) - 1.0, max(2, int(shape.length)))
    dense = np.column_stack([np.interp(steps, np.arange(len(axis)), axis[:, k]) for k in (0, 1)])
    distances, _ = cKDTree(dense).query(shape.pixels())
    return np.asarray(distances, dtype=np.float64)


def _pair(shapes: Shapes, shape: Shape) -> tuple[tuple[str, str] | None, float]:
    """Two missing classes (or one and its own) that fill the outline best, and how far they miss it."""
    own = shape.chromosome.chromosome_class
    names = [name for name in shapes.missing if name != "Y"]
    candidates = [*names, own] if own not in (UNKNOWN, *names) else names
    best: tuple[tuple[str, str] | None, float] = (None, 9.0)
    for first, second in combinations_with_replacement(candidates, 2):
        if not shapes.missing or (
            first == second and shapes.missing.get(first, 0) < (1 if first == own else 2)
        ):
            continue
        length = shapes.expected_length(first) + shapes.expected_length(second)
        off = abs(float(np.log(shape.area / max(length * shapes.width, 1.0))))
        if off < best[1]:
            best = ((first, second), off)
    return best


def _suggestion(
    shapes: Shapes, shape: Shape, evidence: MergeEvidence, likely: float, parting: Parting
) -> Suggestion:
    crossing = parting.crossing
    return Suggestion(
        fault=Fault.MERGED,
        repair=Repair.UNCROSS if crossing else Repair.CUT,
        ids=(shape.chromosome.id,),
        likely=likely,
        title="Two chromosomes that cross?" if crossing else "Two chromosomes in one outline?",
        reason=_words(shapes, shape, evidence),
        effect=1,
        outlines=parting.outlines,
        line=parting.line,
    )


def _words(shapes: Shapes, shape: Shape, evidence: MergeEvidence) -> str:
    said = []
    name = shape.chromosome.chromosome_class
    if evidence.aside > 0.5:
        said.append("a part of it lies beside its axis")
    if evidence.too_long > 0.3:
        said.append(f"{shape.length / shapes.expected_length('1'):.1f} times as long as a 1")
    if evidence.too_large > 0.3:
        size = shape.area / (shapes.expected_length(name) * shapes.width)
        said.append(f"{size:.1f} times as large as " + ("usual" if name == UNKNOWN else f"a {name}"))
    pair, _ = _pair(shapes, shape)
    if pair is not None and evidence.fits > 0.5:
        said.append(f"as large as {pair[0]} and {pair[1]} together")
    if evidence.unsure > 0.4:
        said.append("the outline is doubtful")
    if name == UNKNOWN:
        said.append("it has no name")
    return "; ".join(said) or f"its name ({name}) does not fit it"
