"""What is true about a drawn metaphase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.chromosome import ObjectType
from core.domain.outline import Box, Point
from core.simulation.axis import Axis
from core.simulation.banding import BandPattern
from core.simulation.complement import PlannedChromosome
from core.simulation.pencil import DrawnChromosome
from core.simulation.settings import MetaphaseSettings
from core.simulation.surroundings import ExcludedObject

_POLYGON_TOLERANCE: Final = 0.5
_LEAST_CROSSING: Final = 6
"""Shared pixels from which two chromosomes count as overlapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedChromosome:
    """The truth about one drawn chromosome. Coordinates are pixels of the picture.

    Attributes
    ----------
    chromosome_class
        "1".."22", "X", "Y", or "unknown" for a marker.
    object_type
        Normal, derivative, marker, ring and so on.
    designation
        As ISCN writes it.
    box
        Bounds (xmin, ymin, xmax, ymax) of the mask.
    mask
        Pixels of the chromosome inside its box, crossings included; bool, shape (ymax-ymin, xmax-xmin).
    axis
        Points (x, y) from the p end to the q end, shape (n, 2), step about 1 px.
    centromere
        Point on the axis; None for an acentric piece.
    p_arm
        Unit vector from the centre of the mask to the p end; None for a ring.
    overlaps
        Indices, within the metaphase, of the chromosomes that share pixels with this one.
    """

    chromosome_class: str
    object_type: ObjectType
    designation: str
    box: Box
    mask: NDArray[np.bool_]
    axis: NDArray[np.float32]
    centromere: Point | None
    p_arm: Point | None
    overlaps: tuple[int, ...]

    def mask_in(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """Mask in the whole picture of shape (H, W)."""
        whole = np.zeros(shape, np.bool_)
        left, top, right, bottom = (int(edge) for edge in self.box)
        whole[top:bottom, left:right] = self.mask
        return whole

    @property
    def polygons(self) -> tuple[tuple[Point, ...], ...]:
        """Outer borders of the mask, largest first, along the border pixels within half a pixel."""
        borders, _ = cv2.findContours(
            self.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE,
            offset=(int(self.box[0]), int(self.box[1])),
        )  # fmt: skip
        found = [
            tuple(
                (float(x) + 0.5, float(y) + 0.5)
                for x, y in cv2.approxPolyDP(border, _POLYGON_TOLERANCE, True)[:, 0, :]
            )
            for border in sorted(borders, key=cv2.contourArea, reverse=True)
        ]
        return tuple(polygon for polygon in found if len(polygon) >= 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedMetaphase:
    """A drawn metaphase and what is true about it.

    Attributes
    ----------
    karyotype
        ISCN text that was drawn.
    cell_line
        Which cell line of the karyotype this cell belongs to, from 0.
    seed
        Seed that draws the same metaphase again with the same settings.
    settings
        How it was drawn.
    picture
        Grey levels, uint8, shape (H, W), dark on light.
    chromosomes
        Every chromosome in the order of the complement.
    excluded
        Nuclei and debris.
    """

    karyotype: str
    cell_line: int
    seed: int
    settings: MetaphaseSettings
    picture: NDArray[np.uint8]
    chromosomes: tuple[SimulatedChromosome, ...]
    excluded: tuple[ExcludedObject, ...]


def windows_of(
    one: DrawnChromosome, shape: tuple[int, int]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Parts of the picture and of the drawn window that show the same place."""
    height, width = one.mask.shape
    top, left = max(one.top, 0), max(one.left, 0)
    bottom, right = max(min(one.top + height, shape[0]), top), max(min(one.left + width, shape[1]), left)
    picture = (slice(top, bottom), slice(left, right))
    own = (slice(top - one.top, bottom - one.top), slice(left - one.left, right - one.left))
    return picture, own


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippedMask:
    """Mask of a chromosome, cut to its bounds and to the picture."""

    left: int
    top: int
    mask: NDArray[np.bool_]

    @property
    def box(self) -> Box:
        """Bounds (xmin, ymin, xmax, ymax) in the picture."""
        height, width = self.mask.shape
        return (float(self.left), float(self.top), float(self.left + width), float(self.top + height))

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the picture under the mask."""
        height, width = self.mask.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def clipped_mask(one: DrawnChromosome, shape: tuple[int, int]) -> ClippedMask:
    """Mask of a drawn chromosome inside a picture of shape (H, W).

    Raises
    ------
    ValueError
        When the chromosome lies wholly outside.
    """
    picture, own = windows_of(one, shape)
    mask = one.mask[own]
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    if not len(rows):
        raise ValueError(
            "expected every chromosome inside the picture, got one outside; use a larger picture or fewer "
            "chromosomes"
        )
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    return ClippedMask(left=picture[1].start + int(columns[0]), top=picture[0].start + int(rows[0]), mask=cut)


def overlaps_of(masks: Sequence[ClippedMask], counts: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    """For each mask the indices of those that share pixels with it."""
    found: list[set[int]] = [set() for _ in masks]
    owners: dict[tuple[int, int], list[int]] = {}
    for index, one in enumerate(masks):
        rows, columns = np.nonzero(one.mask & (counts[one.window] > 1))
        for row, column in zip((rows + one.top).tolist(), (columns + one.left).tolist(), strict=True):
            owners.setdefault((row, column), []).append(index)
    shared: dict[tuple[int, int], int] = {}
    for sharing in owners.values():
        for at, first in enumerate(sharing):
            for second in sharing[at + 1 :]:
                shared[first, second] = shared.get((first, second), 0) + 1
    for (first, second), pixels in shared.items():
        if pixels >= _LEAST_CROSSING:
            found[first].add(second)
            found[second].add(first)
    return [tuple(sorted(one)) for one in found]


def truth_of(
    planned: PlannedChromosome,
    pattern: BandPattern,
    axis: Axis,
    clipped: ClippedMask,
    overlaps: tuple[int, ...],
) -> SimulatedChromosome:
    """Truth about one chromosome, from what was planned and what was drawn."""
    rows, columns = np.nonzero(clipped.mask)
    centre = np.array([columns.mean() + 0.5 + clipped.left, rows.mean() + 0.5 + clipped.top])
    centromere: Point | None = None
    if pattern.centromeres:
        place = pattern.centromeres[0] / pattern.length * len(axis) - 0.5
        steps = np.arange(len(axis))
        centromere = (float(np.interp(place, steps, axis[:, 0])), float(np.interp(place, steps, axis[:, 1])))
    p_arm: Point | None = None
    if not pattern.ring:
        towards = axis[0] - centre
        size = float(np.hypot(*towards))
        p_arm = (float(towards[0] / size), float(towards[1] / size)) if size > 0 else None
    return SimulatedChromosome(
        chromosome_class=planned.chromosome_class, object_type=planned.object_type,
        designation=planned.designation, mask=clipped.mask, axis=axis.astype(np.float32),
        box=clipped.box,
        centromere=centromere, p_arm=p_arm, overlaps=overlaps,
    )  # fmt: skip
