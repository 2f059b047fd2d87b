"""Pictures as a view shows them; nothing of it goes to the models or into a file."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Outline
from core.domain.view import CellView, View

_TILES: Final = 8
"""Tiles of the local contrast along each side of the picture."""
_STRONGEST_CLIP: Final = 4.0
_LIGHT_STEP: Final = 16
"""Pixels of the picture for one of the light."""
_LIGHT_REACH: Final = 9
"""Steps within which some ground without chromosomes is seen."""
_NOISE_RADIUS: Final = 5
_STRONGEST_NOISE: Final = 0.12
"""Difference of grey (of 1) that the strongest smoothing takes for noise."""
_EDGE_SIGMA: Final = 1.6
_STRONGEST_EDGE: Final = 1.8


def seen_through(grey: NDArray[np.generic], view: View, *, dark_on_light: bool = True) -> NDArray[np.uint8]:
    """Show a picture through a view.

    The range of grey of the picture is spread over black to white first, so that the plain view shows what
    the canvas shows without one.

    Parameters
    ----------
    grey
        Picture, shape (H, W), any unsigned integer or float dtype. It is not changed.
    view
        What is done, in this order: flatten, denoise, window, local contrast, sharpen, gamma, invert.
    dark_on_light
        Polarity of the picture, so that the background that is flattened is that of the light.

    Returns
    -------
    ndarray
        Shape (H, W), uint8. Some 30 ms for 1400 x 1000 pixels and all parts in use, on one free core.

    References
    ----------
    K. Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.
    C. Tomasi, R. Manduchi, "Bilateral filtering for gray and color images", ICCV 1998.
    """
    image = np.asarray(grey, dtype=np.float32)
    least, greatest = float(image.min()), float(image.max())
    image = (image - np.float32(least)) * np.float32(1.0 / max(greatest - least, 1e-6))
    if view.flatten:
        image = _flattened(image, view.flatten, dark_on_light=dark_on_light)
    if view.denoise:
        smooth = cv2.bilateralFilter(image, _NOISE_RADIUS, _STRONGEST_NOISE * view.denoise, _NOISE_RADIUS / 2)
        image = np.asarray(smooth, dtype=np.float32)
    span = max(view.high - view.low, 1e-3)
    image = (image - np.float32(view.low)) * np.float32(255.0 / span)
    eight_bit = np.asarray(np.clip(image, 0.0, 255.0) + np.float32(0.5), dtype=np.uint8)
    if view.local_contrast:
        clip = 1.0 + (_STRONGEST_CLIP - 1.0) * view.local_contrast
        even = cv2.createCLAHE(clipLimit=clip, tileGridSize=(_TILES, _TILES)).apply(eight_bit)
        share = min(1.0, 0.25 + view.local_contrast)
        eight_bit = np.asarray(cv2.addWeighted(even, share, eight_bit, 1.0 - share, 0.0), dtype=np.uint8)
    if view.sharpen:
        soft = cv2.GaussianBlur(eight_bit, (0, 0), _EDGE_SIGMA)
        amount = _STRONGEST_EDGE * view.sharpen
        eight_bit = np.asarray(cv2.addWeighted(eight_bit, 1.0 + amount, soft, -amount, 0.0), dtype=np.uint8)
    if view.gamma != 1.0 or view.invert:
        eight_bit = np.asarray(cv2.LUT(eight_bit, _tones(view)), dtype=np.uint8)
    return eight_bit


def _flattened(image: NDArray[np.float32], strength: float, *, dark_on_light: bool) -> NDArray[np.float32]:
    """Take the slow changes of the light away; what is shown as plain background stays where it was."""
    height, width = image.shape
    size = (max(8, round(width / _LIGHT_STEP)), max(8, round(height / _LIGHT_STEP)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_LIGHT_REACH, _LIGHT_REACH))
    empty = cv2.dilate(small, around) if dark_on_light else cv2.erode(small, around)
    empty = cv2.GaussianBlur(empty, (0, 0), _LIGHT_REACH / 2)
    light = cv2.resize(empty, (width, height), interpolation=cv2.INTER_CUBIC)
    level = float(np.median(light))
    return np.asarray(image - np.float32(strength) * (light - np.float32(level)), dtype=np.float32)


def _tones(view: View) -> NDArray[np.uint8]:
    tones = (np.arange(256, dtype=np.float32) / 255.0) ** (1.0 / view.gamma)
    if view.invert:
        tones = 1.0 - tones
    return np.asarray(np.round(tones * 255.0), dtype=np.uint8)


def patched(
    seen: NDArray[np.uint8], other: NDArray[np.uint8], outline: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Put what another view shows inside an outline into a picture.

    Parameters
    ----------
    seen, other
        The same picture through two views, shape (H, W).
    outline
        Polygon, shape (N, 2), x and y in pixels of the picture.

    Returns
    -------
    ndarray
        Shape (H, W), uint8, a picture of its own.
    """
    mask = np.zeros(seen.shape, dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(outline - 0.5).astype(np.int32)], 1)
    return np.where(mask.astype(bool), other, seen)


def seen_cell(grey: NDArray[np.generic], view: CellView, cell: Metaphase) -> NDArray[np.uint8]:
    """Show a cell through its view, and chromosomes that have a view of their own through that.

    Parameters
    ----------
    grey
        Picture of the cell, shape (H, W). It is not changed; its polarity stays unless a view inverts it.
    view
        Views of the picture and of chromosomes; those that are not in the cell are passed over.
    cell
        Tells outlines and polarity.
    """
    dark_on_light = cell.dark_on_light
    seen = seen_through(grey, view.view, dark_on_light=dark_on_light)
    outlines = own_outlines(cell, view)
    through: dict[View, NDArray[np.uint8]] = {}
    for own in view.chromosomes:
        outline = outlines.get(own.chromosome)
        if outline is None:
            continue
        if own.view not in through:
            through[own.view] = seen_through(grey, own.view, dark_on_light=dark_on_light)
        seen = patched(seen, through[own.view], np.asarray(outline.points, dtype=np.float32))
    return seen


def own_outlines(cell: Metaphase, view: CellView) -> dict[ChromosomeId, Outline]:
    """Outlines of the chromosomes of a cell that have a view of their own."""
    wanted = {own.chromosome for own in view.chromosomes}
    return {one.id: one.outline for one in cell.chromosomes if one.id in wanted}
