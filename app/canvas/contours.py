"""Geometry of chromosomes on the canvas, kept until an outline changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Outline, Point

OUTSIDE = 2.0
"""Pixels of the picture between chromosome and contour: terminal bands stay free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """What is drawn of one chromosome, in picture coordinates."""

    chromosome: Chromosome
    body: QPainterPath
    around: QPainterPath
    label_at: QPointF
    label_towards: QPointF

    @property
    def box(self) -> QRectF:
        """Bounds of the drawn contour."""
        return self.around.boundingRect()


class Contours:
    """Contours of the open cell by chromosome."""

    def __init__(self) -> None:
        self._known: dict[ChromosomeId, Contour] = {}
        self._crossings: dict[tuple[ChromosomeId, ChromosomeId], tuple[Outline, Outline, QPainterPath]] = {}

    def show(self, cell: Metaphase | None) -> None:
        """Take the state of a cell; what did not change is not computed again."""
        old = self._known
        self._known = {}
        for chromosome in cell.chromosomes if cell else ():
            known = old.get(chromosome.id)
            self._known[chromosome.id] = (
                known if known is not None and known.chromosome is chromosome else _contour(chromosome, known)
            )
        self._find_crossings()

    def _find_crossings(self) -> None:
        before, self._crossings = self._crossings, {}
        for contour in self:
            chromosome = contour.chromosome
            for other_id in chromosome.overlaps:
                other = self.get(other_id)
                if other is None or chromosome.id > other_id:
                    continue
                key = (chromosome.id, other_id)
                outlines = (chromosome.outline, other.chromosome.outline)
                found = before.get(key)
                if found is None or (found[0], found[1]) != outlines:
                    found = (*outlines, contour.body.intersected(other.body))
                self._crossings[key] = found

    @property
    def crossings(self) -> tuple[QPainterPath, ...]:
        """What two chromosomes share, in picture coordinates."""
        return tuple(path for *_, path in self._crossings.values())

    def __iter__(self):
        return iter(self._known.values())

    def __len__(self) -> int:
        return len(self._known)

    @property
    def spread(self) -> QRectF:
        """Bounds of the chromosomes that count; empty when there are none."""
        bounds = QRectF()
        for contour in self:
            if contour.chromosome.excluded is None:
                bounds = bounds.united(contour.box)
        return bounds

    def get(self, chromosome_id: ChromosomeId | None) -> Contour | None:
        """Contour of a chromosome; None when it is not in the cell."""
        return self._known.get(chromosome_id) if chromosome_id is not None else None

    def at(self, point: QPointF, reach: float) -> ChromosomeId | None:
        """Chromosome at a point of the picture, the smallest where several lie on each other.

        Parameters
        ----------
        reach
            Pixels of the picture by which one may miss it.
        """
        inside = [c for c in self if c.box.contains(point) and c.body.contains(point)]
        if inside:
            smallest = min(inside, key=lambda c: c.box.width() * c.box.height())
            return smallest.chromosome.id
        near = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        touched = [c for c in self if c.box.intersects(near) and c.around.intersects(near)]
        if not touched:
            return None
        closest = min(touched, key=lambda c: (c.box.center() - point).manhattanLength())
        return closest.chromosome.id

    def within(self, area: QRectF) -> frozenset[ChromosomeId]:
        """Chromosomes whose middle lies in a rectangle of the picture."""
        return frozenset(c.chromosome.id for c in self if area.contains(c.box.center()))


def _contour(chromosome: Chromosome, known: Contour | None) -> Contour:
    if known is not None and known.chromosome.outline is chromosome.outline:
        body, around = known.body, known.around
    else:
        ring = np.asarray(chromosome.outline.points, dtype=np.float64)
        body = _path(ring)
        for hole in chromosome.outline.holes:
            body.addPath(_path(np.asarray(hole, dtype=np.float64)))
        around = _path(_grown(ring, OUTSIDE))
    at, towards = _label_place(chromosome)
    return Contour(
        chromosome=chromosome,
        body=body,
        around=around,
        label_at=QPointF(*at),
        label_towards=QPointF(*towards),
    )


def _label_place(chromosome: Chromosome) -> tuple[Point, Point]:
    """End of the p arm, and the direction away from the chromosome; the upper end where unknown."""
    ring = np.asarray(chromosome.outline.points, dtype=np.float64)
    towards = chromosome.p_arm or (0.0, -1.0)
    if chromosome.axis and chromosome.p_arm is not None:
        return chromosome.axis[0], towards
    far = ring[int(np.argmax(ring @ np.asarray(towards)))]
    return (float(far[0]), float(far[1])), towards


def _path(ring: NDArray[np.float64]) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring]))
    path.closeSubpath()
    return path


def _grown(ring: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    """Move a ring outwards, (K, 2), and round the steps that pixels left in it."""
    dense = _resampled(ring, step=2.5)
    count = len(dense)
    reach = min(2, max(1, count // 8))
    kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
    smooth = np.column_stack(
        [np.convolve(np.pad(dense[:, axis], reach, mode="wrap"), kernel, mode="valid") for axis in (0, 1)]
    )
    along = np.roll(smooth, -1, axis=0) - np.roll(smooth, 1, axis=0)
    normal = np.column_stack((along[:, 1], -along[:, 0]))
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    x, y = smooth[:, 0], smooth[:, 1]
    clockwise = np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) > 0
    return smooth + normal * (by if clockwise else -by)


def _resampled(ring: NDArray[np.float64], *, step: float) -> NDArray[np.float64]:
    closed = np.vstack((ring, ring[:1]))
    lengths = np.hypot(*np.diff(closed, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(lengths)))
    count = max(8, round(at[-1] / step))
    wanted = np.linspace(0.0, at[-1], count, endpoint=False)
    return np.column_stack([np.interp(wanted, at, closed[:, axis]) for axis in (0, 1)])
