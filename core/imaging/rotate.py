"""One chromosome's captured pixels, turned so that the p arm is up."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import eight_bit_of


def upright(
    picture: NDArray[np.generic],
    mask: NDArray[np.bool_],
    origin: tuple[int, int],
    p_arm_direction: tuple[float, float],
    *,
    margin: int = 1,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Cut a chromosome out of the picture and turn its p arm up; see `upright_with_map`."""
    image, alpha, _ = upright_with_map(picture, mask, origin, p_arm_direction, margin=margin)
    return image, alpha


def upright_with_map(
    picture: NDArray[np.generic],
    mask: NDArray[np.bool_],
    origin: tuple[int, int],
    p_arm_direction: tuple[float, float],
    *,
    margin: int = 1,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float64]]:
    """Cut a chromosome out of the picture and turn its p arm up, for the karyogram.

    Parameters
    ----------
    picture
        Shape (H, W), the grey picture as captured, dark on light; 8 bit as it is, other types are
        scaled from their own range.
    mask
        Shape (h, w), bool, the chromosome.
    origin
        (x, y) of the mask's upper left pixel in the picture.
    p_arm_direction
        (dx, dy), y down, from the middle of the chromosome to the end of its p arm; need not have
        unit length.
    margin
        White border round the turned chromosome, pixels.

    Returns
    -------
    image
        Shape (h', w'), uint8, 255 outside the outline.
    alpha
        Shape (h', w'), uint8, 255 inside the outline, 0 outside, soft on the edge.
    transform
        Shape (2, 3), float64: where a point (x, y) of the picture lies in `image`, such as the centromere.

    Raises
    ------
    ValueError
        If the mask is empty or the direction has no length.
    """
    dx, dy = p_arm_direction
    if math.hypot(dx, dy) < 1e-9 or not mask.any():
        raise ValueError(
            f"expected a mask with pixels and a direction with a length, got {int(mask.sum())} pixels and "
            f"({dx}, {dy}), orient the chromosome first"
        )
    grey = _cut_out(eight_bit_of(picture), mask.shape, origin)
    height, width = mask.shape
    # The turn that brings (dx, dy) to (0, -1), about the middle of the mask.
    angle = math.degrees(math.atan2(dx, -dy))
    size = math.ceil(math.hypot(height, width)) + 2 * margin + 2
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    # Whole pixels: a chromosome that stands upright keeps its captured values.
    turn[0, 2] += (size - width) // 2
    turn[1, 2] += (size - height) // 2
    soft = (mask.astype(np.float32) * 255.0).astype(np.uint8)
    alpha = cv2.warpAffine(soft, turn, (size, size), flags=cv2.INTER_LINEAR, borderValue=0)
    turned = cv2.warpAffine(grey, turn, (size, size), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    share = alpha.astype(np.float32) / 255.0
    image = np.clip(turned.astype(np.float32) * share + 255.0 * (1.0 - share) + 0.5, 0, 255).astype(np.uint8)
    rows, columns = np.nonzero(alpha > 0)
    top, left = max(int(rows.min()) - margin, 0), max(int(columns.min()) - margin, 0)
    bottom, right = int(rows.max()) + margin + 1, int(columns.max()) + margin + 1
    transform = np.array(turn, dtype=np.float64)
    # warpAffine counts from pixel centres, the picture from pixel corners.
    transform[:, 2] += 0.5 - transform[:, :2] @ (np.asarray(origin, dtype=np.float64) + 0.5)
    transform[:, 2] -= (left, top)
    cut = alpha[top:bottom, left:right]
    return image[top:bottom, left:right], np.asarray(cut, dtype=np.uint8), transform


def _cut_out(grey: NDArray[np.uint8], shape: tuple[int, ...], origin: tuple[int, int]) -> NDArray[np.uint8]:
    """Take the part of the picture under the mask, white where the mask reaches beyond the picture."""
    part = np.full(shape, 255, dtype=np.uint8)
    left, top = origin
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + shape[0], grey.shape[0]), min(left + shape[1], grey.shape[1])
    if y1 > y0 and x1 > x0:
        part[y0 - top : y1 - top, x0 - left : x1 - left] = grey[y0:y1, x0:x1]
    return part
