"""Stain that may be a chromosome without an outline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy import ndimage

from core.analysis.suggestion import Fault, Repair, Suggestion
from core.analysis.suspects.shapes import Mask, Shapes, Stain
from core.domain.chromosome import ExclusionReason
from core.domain.outline import Box, Outline
from core.imaging.outline import outline_of

_OUTLINED: Final = 0.5
"""Share of a box that outlines cover from which its stain is explained."""
_AIR: Final = 4


def missed_of(shapes: Shapes, stain: Stain | None) -> Iterator[Suggestion]:
    """Propose stained places to outline."""
    cell = shapes.cell
    many = 46 - cell.count
    for box in cell.unexplained:
        yield from _place(shapes, stain, box, 0.3 + 0.12 * float(np.clip(many, -2, 3)), "")
    if many <= 0:
        return
    for thing in cell.excluded:
        if thing.reason not in (ExclusionReason.DEBRIS, ExclusionReason.OTHER_CELL):
            continue
        area = (thing.box[2] - thing.box[0]) * (thing.box[3] - thing.box[1])
        if 0.3 * shapes.area <= area <= 6.0 * shapes.area and not _is_outlined(shapes, thing.box):
            was = "debris" if thing.reason is ExclusionReason.DEBRIS else "part of another cell"
            yield from _place(shapes, stain, thing.box, 0.22, f"taken for {was}, but ")


def _place(shapes: Shapes, stain: Stain | None, box: Box, likely: float, before: str) -> Iterator[Suggestion]:
    if _is_outlined(shapes, box):
        return
    outline, size = (None, 0.0) if stain is None else _outlined(shapes, stain, box)
    if stain is not None and outline is None:
        return
    reason = before + "dark as a chromosome"
    if size:
        reason += f" and {size:.1f} times as large as the median one"
        likely -= 0.25 * max(0.0, size - 2.5) + 0.5 * max(0.0, 0.4 - size)
        fit = shapes.best_missing(size * shapes.area / shapes.width)
        if fit is not None and abs(np.log(fit[1])) < 0.25:
            likely += 0.1
            reason += f"; {fit[0]} is missing and of this size"
    yield Suggestion(
        fault=Fault.MISSED,
        repair=Repair.OUTLINE if outline is not None else Repair.LOOK,
        ids=(),
        likely=float(np.clip(likely, 0.05, 0.95)),
        title="A chromosome without an outline?",
        reason=reason,
        effect=1,
        outlines=() if outline is None else (outline,),
        line=(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),),
        box=box,
    )


def _is_outlined(shapes: Shapes, box: Box) -> bool:
    """Whether outlines, excluded ones too, cover most of a box."""
    x0, y0, x1, y1 = (int(v) for v in box)
    size = max(1, (x1 - x0) * (y1 - y0))
    covered = 0
    for shape in shapes.each:
        left, top = shape.origin
        part = shape.mask[max(0, y0 - top) : max(0, y1 - top), max(0, x0 - left) : max(0, x1 - left)]
        covered += int(part.sum())
    if covered > _OUTLINED * size:
        return True
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    return any(
        c.excluded is not None
        and c.outline.box[0] <= middle[0] <= c.outline.box[2]
        and c.outline.box[1] <= middle[1] <= c.outline.box[3]
        for c in shapes.cell.chromosomes
    )


def _outlined(shapes: Shapes, stain: Stain, box: Box) -> tuple[Outline | None, float]:
    """Outline of the stain in a box without what is outlined already, and its size in median areas."""
    height, width = stain.shape
    x0, y0 = max(0, int(box[0]) - _AIR), max(0, int(box[1]) - _AIR)
    x1, y1 = min(width, int(box[2]) + _AIR), min(height, int(box[3]) + _AIR)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return None, 0.0
    part = stain[y0:y1, x0:x1]
    known = np.zeros(part.shape, dtype=np.bool_)
    for shape in shapes.each:
        left, top = shape.origin
        sy0, sx0 = max(y0, top), max(x0, left)
        sy1, sx1 = min(y1, top + shape.mask.shape[0]), min(x1, left + shape.mask.shape[1])
        if sy1 > sy0 and sx1 > sx0:
            known[sy0 - y0 : sy1 - y0, sx0 - x0 : sx1 - x0] |= shape.mask[
                sy0 - top : sy1 - top, sx0 - left : sx1 - left
            ]
    dark = (part > 0.45 * _level(shapes, stain)) & ~known
    labels, count = ndimage.label(np.asarray(ndimage.binary_opening(dark), dtype=np.bool_))
    if count == 0:
        return None, 0.0
    largest: Mask = labels == int(np.argmax(np.bincount(labels.ravel())[1:]) + 1)
    area = float(largest.sum())
    if area < 0.12 * shapes.area:
        return None, 0.0
    filled = np.asarray(ndimage.binary_fill_holes(largest), dtype=np.bool_)
    points, _ = outline_of(filled, (x0, y0))
    outline = Outline(points=tuple((round(float(x), 2), round(float(y), 2)) for x, y in points))
    return outline, area / shapes.area


def _level(shapes: Shapes, stain: Stain) -> float:
    """Median stain along the axes of this cell."""
    points = np.concatenate([shape.axis for shape in shapes.each]).astype(int)
    columns = np.clip(points[:, 0], 0, stain.shape[1] - 1)
    rows = np.clip(points[:, 1], 0, stain.shape[0] - 1)
    return float(np.median(stain[rows, columns]))
