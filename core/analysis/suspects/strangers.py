"""Chromosomes of a second cell that lies beside or within the spread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.shapes import Shape, Shapes
from core.domain.chromosome import ExclusionReason

_APART: Final = 1.5
"""Gap to the rest of the cell, in median lengths of a chromosome, from which a group stands apart."""
_SMALLEST_CELL: Final = 30


def strangers_of(shapes: Shapes) -> Iterator[Suggestion]:
    """Propose groups of chromosomes that lie apart from the spread as those of another cell."""
    if len(shapes.each) < _SMALLEST_CELL:
        return
    length = float(np.median([shape.length for shape in shapes.each]))
    gaps = _gaps(shapes.each)
    groups = fcluster(linkage(_condensed(gaps), method="single"), t=_APART * length, criterion="distance")
    sizes = np.bincount(groups)
    main = int(np.argmax(sizes))
    if sizes[main] < _SMALLEST_CELL:
        return
    for group in np.unique(groups):
        if group == main:
            continue
        members = [index for index in range(len(groups)) if groups[index] == group]
        if all(shapes.each[index].chromosome.confirmed for index in members):
            continue
        rest = [index for index in range(len(groups)) if groups[index] == main]
        apart = float(gaps[np.ix_(members, rest)].min()) / length
        yield _suggested(shapes, [shapes.each[index] for index in members], apart)


def _suggested(shapes: Shapes, members: list[Shape], apart: float) -> Suggestion:
    names = [shape.chromosome.chromosome_class for shape in members]
    many = [name for name in dict.fromkeys(names) if shapes.surplus.get(name)]
    needed = [name for name in dict.fromkeys(names) if name in _would_be_lost(shapes, names)]
    share = len(many) / max(1, len(set(names)))
    likely = 0.25 + 0.45 * share + 0.15 * min(1.0, (apart - _APART) / 1.5)
    likely -= 0.3 * len(needed) / max(1, len(set(names)))
    if shapes.cell.count - len(members) < 44:
        likely -= 0.25
    number = "One chromosome" if len(members) == 1 else f"{len(members)} chromosomes"
    reason = f"{apart:.1f} chromosome lengths away from the spread"
    if many:
        reason += "; " + ", ".join(f"{shapes.surplus[name] + 2} of {name}" for name in many)
    if needed:
        reason += (
            "; without " + ("it" if len(members) == 1 else "them") + f" {', '.join(needed)} would be missing"
        )
    return Suggestion(
        fault=Fault.STRANGER,
        repair=Repair.EXCLUDE,
        ids=tuple(shape.chromosome.id for shape in members),
        likely=float(np.clip(likely, 0.05, 0.95)),
        title=f"{number} of another cell?",
        reason=reason,
        effect=-len(members),
        exclusion=ExclusionReason.OTHER_CELL,
    )


def _would_be_lost(shapes: Shapes, names: list[str]) -> set[str]:
    counts = shapes.cell.class_counts
    return {
        name
        for name in names
        if name not in ("X", "Y", "unknown") and counts.get(name, 0) - names.count(name) < 2
    }


def _gaps(each: tuple[Shape, ...]) -> NDArray[np.float64]:
    """Distances between outlines, shape (n, n), from points along the axes less half a width."""
    points = [shape.axis[:: max(1, len(shape.axis) // 6)] for shape in each]
    gaps = np.zeros((len(each), len(each)))
    for i in range(len(each)):
        for j in range(i + 1, len(each)):
            between = points[i][:, None, :] - points[j][None, :, :]
            near = float(np.sqrt((between**2).sum(axis=2)).min()) - (each[i].width + each[j].width) / 2
            gaps[i, j] = gaps[j, i] = max(0.0, near)
    return gaps


def _condensed(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = np.triu_indices(len(gaps), 1)
    return np.asarray(gaps[rows, columns], dtype=np.float64)
