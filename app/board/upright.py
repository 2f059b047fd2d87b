"""Captured pixels of the chromosomes of the open cell, upright, kept until one of them changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainterPath, QPixmap, QPolygonF

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.report.arrangement import Body
from core.report.chromosome_picture import Placement, upright_chromosome

Look = Callable[[NDArray[np.uint8], Chromosome], NDArray[np.uint8]]
"""Another picture of the cell for one chromosome, of the same shape, such as one with more contrast.

It gets the captured picture, dark on light. The file never changes."""

_OUTSIDE = 3
"""Pixels between the chromosome and the ring round it: terminal bands stay free."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UprightPicture:
    """One chromosome as it is painted.

    `pixmap` holds it at captured size, `half` at half of that for small boards; `ring` runs round it in
    pixels of `pixmap`; `placement` leads from the picture to `pixmap` and back.
    """

    pixmap: QPixmap
    half: QPixmap
    ring: QPainterPath
    body: Body
    placement: Placement


class UprightPictures:
    """Upright chromosomes of one cell at a time."""

    def __init__(self) -> None:
        self._source: NDArray[np.generic] | None = None
        self._polarity = True
        self._printed: NDArray[np.uint8] | None = None
        self._known: dict[ChromosomeId, tuple[Chromosome, UprightPicture]] = {}
        self._look: Look | None = None

    def look_through(self, look: Look | None) -> None:
        """Take the pixels of every chromosome through a view; None for those captured.

        `show` has to follow; everything is cut out anew.
        """
        self._look = look
        self._known = {}

    def forget(self, chromosome_id: ChromosomeId) -> None:
        """Cut one chromosome out anew at the next `show`, because its view changed."""
        self._known.pop(chromosome_id, None)

    @property
    def printed(self) -> NDArray[np.uint8] | None:
        """Picture of the cell, dark on light, uint8 [y, x]; None without one."""
        return self._printed

    def show(self, cell: Metaphase | None, picture: NDArray[np.generic] | None) -> None:
        """Take the state of a cell; only what stands otherwise in the picture is cut out anew."""
        if cell is None or picture is None:
            self._source = self._printed = None
            self._known = {}
            return
        if picture is not self._source or cell.dark_on_light != self._polarity:
            self._source, self._polarity = picture, cell.dark_on_light
            self._printed = dark_on_light_of(picture, dark_on_light=cell.dark_on_light)
            self._known = {}
        assert self._printed is not None
        old, self._known = self._known, {}
        for chromosome in cell.chromosomes:
            known = old.get(chromosome.id)
            if known is not None and _stands_alike(known[0], chromosome):
                self._known[chromosome.id] = (chromosome, known[1])
            else:
                self._known[chromosome.id] = (chromosome, _upright(self._pixels_of(chromosome), chromosome))

    def _pixels_of(self, chromosome: Chromosome) -> NDArray[np.uint8]:
        """Picture out of which a chromosome is cut: the one place where the board asks for pixels."""
        assert self._printed is not None
        return self._printed if self._look is None else self._look(self._printed, chromosome)

    def get(self, chromosome_id: ChromosomeId) -> UprightPicture | None:
        """Upright picture of a chromosome; None when it is not in the cell."""
        known = self._known.get(chromosome_id)
        return known[1] if known else None

    @property
    def bodies(self) -> dict[ChromosomeId, Body]:
        """Sizes of all of them."""
        return {chromosome_id: known[1].body for chromosome_id, known in self._known.items()}


def _stands_alike(one: Chromosome, other: Chromosome) -> bool:
    return one is other or (
        one.outline == other.outline
        and one.p_arm == other.p_arm
        and one.turned == other.turned
        and one.centromere == other.centromere
        and one.mirrored == other.mirrored
        and one.straightened == other.straightened
        and (not one.straightened or one.axis == other.axis)
    )


def _upright(printed: NDArray[np.uint8], chromosome: Chromosome) -> UprightPicture:
    turned = upright_chromosome(printed, chromosome)
    height, width = turned.image.shape
    pixels = np.dstack([turned.image, turned.image, turned.image, turned.alpha])
    image = QImage(np.ascontiguousarray(pixels).data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    pixmap = QPixmap.fromImage(image.copy())
    half = pixmap.scaled(
        max(1, width // 2), max(1, height // 2), Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )  # fmt: skip
    return UprightPicture(
        pixmap=pixmap,
        half=half,
        ring=_ring(turned.alpha),
        body=Body(width=float(width), height=float(height), centromere=turned.centromere),
        placement=turned.placement,
    )


def _ring(alpha: NDArray[np.uint8]) -> QPainterPath:
    grown = np.pad((alpha > 127).astype(np.uint8), _OUTSIDE + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _OUTSIDE + 1, 2 * _OUTSIDE + 1))
    found, _ = cv2.findContours(cv2.dilate(grown, kernel), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1)
    path = QPainterPath()
    shift = _OUTSIDE + 0.5
    for contour in found:
        points = [QPointF(float(x) - shift, float(y) - shift) for x, y in contour[:, 0, :]]
        if len(points) > 2:
            path.addPolygon(QPolygonF([*points, points[0]]))
    return path
