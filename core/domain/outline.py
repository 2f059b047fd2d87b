"""Where a chromosome lies in its picture."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Closed polygon in pixels of the picture (x right, y down, origin at the upper left corner).

    Parameters
    ----------
    points
        At least three corners; the last one is joined to the first.
    holes
        Closed polygons inside `points` that are not chromosome.
    """

    points: tuple[Point, ...]
    holes: tuple[tuple[Point, ...], ...] = ()

    @property
    def box(self) -> Box:
        """Bounds `(xmin, ymin, xmax, ymax)` in pixels."""
        xs = [x for x, _ in self.points]
        ys = [y for _, y in self.points]
        return (min(xs), min(ys), max(xs), max(ys))

    @property
    def centre(self) -> Point:
        """Middle of the bounds, in pixels."""
        xmin, ymin, xmax, ymax = self.box
        return ((xmin + xmax) / 2, (ymin + ymax) / 2)
