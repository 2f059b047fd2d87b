"""Two outlines of one chromosome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.shapes import Shape, Shapes, shared_pixels

_INSIDE: Final = 0.55
"""Share of the smaller outline that lies in the other one from which a crossing is no explanation."""


def doubles_of(shapes: Shapes) -> Iterator[Suggestion]:
    """Propose outlines to remove because another one holds the same chromosome."""
    within: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for first, second in combinations(range(len(shapes.each)), 2):
        one, two = shapes.each[first], shapes.each[second]
        shared = shared_pixels(one, two)
        shares = (shared / one.area, shared / two.area)
        if max(shares) < _INSIDE:
            continue
        small, large = (first, second) if shares[0] >= shares[1] else (second, first)
        within[large].append((small, max(shares)))
    for large, parts in within.items():
        # Larger than each of two inside it: then the large one holds both and is the one too many.
        together = sum(shapes.each[small].area for small, _ in parts)
        apart = len(parts) >= 2 and together > 0.75 * shapes.each[large].area
        if apart:
            yield _removed(shapes, shapes.each[large], 0.9, f"{len(parts)} other outlines lie within it")
            continue
        for small, share in parts:
            one, two = shapes.each[small], shapes.each[large]
            alike = one.area > 0.6 * two.area
            worse = one
            if alike and two.chromosome.outline_confidence < one.chromosome.outline_confidence - 0.05:
                worse = two
            if worse.chromosome.confirmed:
                worse = two if worse is one else one
            same = "both have the same name" if _same_name(one, two) else ""
            inside = f"{100 * share:.0f} % of it lies in another outline"
            likely = min(0.97, 0.3 + 1.3 * (share - _INSIDE) + (0.12 if same else 0.0))
            yield _removed(shapes, worse, likely, "; ".join(text for text in (inside, same) if text))


def _same_name(one: Shape, two: Shape) -> bool:
    return one.chromosome.chromosome_class == two.chromosome.chromosome_class


def _removed(shapes: Shapes, shape: Shape, likely: float, reason: str) -> Suggestion:
    name = shape.chromosome.chromosome_class
    many = shapes.surplus.get(name)
    return Suggestion(
        fault=Fault.DOUBLE,
        repair=Repair.REMOVE,
        ids=(shape.chromosome.id,),
        likely=min(0.98, likely + (0.08 if many else 0.0)),
        title="One chromosome outlined twice?",
        reason=f"{reason}; {many + 2} of {name}" if many else reason,
        effect=-1,
    )
