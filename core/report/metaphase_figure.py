"""The metaphase for print: captured pixels, with fine outlines and names that stay sharp."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.report.drawing import Contour, Drawing, PlacedPicture, Words
from core.report.overlay import label_of, label_point, widened
from core.report.palette import EXCLUDED_COLOUR, colour_of

_MOST_DPI: Final = 600.0
_LABEL: Final = 2.3
_OUTSIDE_PX: Final = 2.0


def draw_metaphase(
    cell: Metaphase, grey: NDArray[np.generic], *, width: float, height: float, outlines: bool = True
) -> Drawing:
    """Draw the metaphase into a box.

    Parameters
    ----------
    cell
        State to draw.
    grey
        Its picture, shape (H, W); a light-on-dark one is inverted for printing.
    width, height
        Box in millimetres; the proportions of the picture are kept.
    outlines
        Draw the outlines 2 px outside the chromosomes, with their names at the p arms.

    Returns
    -------
    Drawing
        As large as the box allows. Pictures finer than 600 dpi at that size are averaged to it.
    """
    scale = min(width / grey.shape[1], height / grey.shape[0])
    size = (grey.shape[1] * scale, grey.shape[0] * scale)
    picture = PlacedPicture(
        image=_fit(dark_on_light_of(grey, dark_on_light=cell.dark_on_light), scale),
        alpha=None,
        x=0.0,
        y=0.0,
        width=size[0],
        height=size[1],
    )
    if not outlines:
        return Drawing(width=size[0], height=size[1], pictures=(picture,))
    contours, words = [], []
    for chromosome in cell.chromosomes:
        out = chromosome.excluded is not None
        colour = EXCLUDED_COLOUR if out else colour_of(chromosome.chromosome_class)
        points = widened(np.array(chromosome.outline.points), _OUTSIDE_PX) * scale
        contours.append(
            Contour(
                points=tuple((float(x), float(y)) for x, y in points),
                thickness=0.18,
                colour=colour,
            )
        )
        if not out:
            x, y = label_point(chromosome, _LABEL / scale)
            words.append(
                Words(
                    text=label_of(chromosome),
                    x=float(np.clip(x * scale, 1.5, size[0] - 1.5)),
                    y=float(np.clip(y * scale + 0.35 * _LABEL, _LABEL, size[1] - 0.4)),
                    size=_LABEL,
                    anchor="middle",
                    bold=True,
                    colour=colour,
                    halo=0.25,
                )
            )
    return Drawing(
        width=size[0], height=size[1], pictures=(picture,), contours=tuple(contours), words=tuple(words)
    )


def _fit(image: NDArray[np.uint8], mm_per_pixel: float) -> NDArray[np.uint8]:
    """Average a picture that has more pixels than print can show."""
    dpi = 25.4 / mm_per_pixel
    if dpi <= _MOST_DPI:
        return image
    shrink = _MOST_DPI / dpi
    size = (max(1, round(image.shape[1] * shrink)), max(1, round(image.shape[0] * shrink)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
