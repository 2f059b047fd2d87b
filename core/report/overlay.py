"""The metaphase with its outlines: what the program took for what."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.domain.bands import UNKNOWN
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.metaphase import Metaphase
from core.imaging.intensity import eight_bit_of
from core.report.palette import EXCLUDED_COLOUR, colour_of
from core.report.rendering import font

_SUBPIXEL_BITS: Final = 4


def draw_overlay(cell: Metaphase, grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Draw outlines 2 px outside each chromosome with its name at the p arm.

    Parameters
    ----------
    cell
        State to draw.
    grey
        Its picture, shape (H, W).

    Returns
    -------
    ndarray
        Shape (H, W, 3), uint8 RGB, in the pixels of the picture.
    """
    canvas = cv2.cvtColor(eight_bit_of(grey), cv2.COLOR_GRAY2RGB)
    for thing in cell.excluded:
        xmin, ymin, xmax, ymax = (round(v) for v in thing.box)
        cv2.rectangle(canvas, (xmin, ymin), (xmax, ymax), EXCLUDED_COLOUR, 1, cv2.LINE_AA)
    for chromosome in cell.chromosomes:
        colour = EXCLUDED_COLOUR if chromosome.excluded else colour_of(chromosome.chromosome_class)
        thickness = 2 if chromosome.doubt > 0.3 else 1
        points = widened(np.array(chromosome.outline.points), 2.0)
        shifted = np.round((points - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.polylines(canvas, [shifted], True, colour, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    picture = Image.fromarray(canvas)
    draw = ImageDraw.Draw(picture)
    size = max(9, round(min(canvas.shape[:2]) / 55))
    for chromosome in cell.chromosomes:
        if chromosome.excluded is None:
            draw.text(
                label_point(chromosome, size),
                label_of(chromosome),
                fill=colour_of(chromosome.chromosome_class),
                font=font(size, bold=True),
                anchor="mm",
                stroke_width=1,
                stroke_fill=(255, 255, 255),
            )
    return np.asarray(picture, dtype=np.uint8)


def label_of(chromosome: Chromosome) -> str:
    """Short name for pictures: the class, "mar" or "?"."""
    if chromosome.chromosome_class != UNKNOWN:
        return chromosome.chromosome_class
    return "mar" if chromosome.object_type is ObjectType.MARKER else "?"


def label_point(chromosome: Chromosome, size: float) -> tuple[float, float]:
    """Place (x, y) in the picture for a label of that size, just beyond the end of the p arm."""
    if chromosome.axis and chromosome.p_arm is not None:
        x, y = chromosome.axis[0]
    else:
        x, y = chromosome.outline.centre
    dx, dy = chromosome.p_arm or (0.0, -1.0)
    return (x + dx * size * 0.9, y + dy * size * 0.9)


def widened(points: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """Move a closed polygon of shape (N, 2) outwards by so many pixels along its corner normals."""
    following, previous = np.roll(points, -1, axis=0), np.roll(points, 1, axis=0)
    tangent = following - previous
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    normal = np.divide(normal, length, out=np.zeros_like(normal), where=length > 0)
    x, y = points[:, 0], points[:, 1]
    area = float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    return np.asarray(points + normal * (distance if area > 0 else -distance), dtype=np.float64)
