"""The picture of one chromosome as the karyogram shows it: captured and turned, or straightened."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.analysis.homologs import axis_of, centromere_row
from core.domain.chromosome import Chromosome
from core.imaging.intensity import eight_bit_of
from core.imaging.outline import mask_of
from core.imaging.rotate import upright_with_map
from core.imaging.straighten import axis_length, straighten

_MARGIN: Final = 1
_REACH: Final = 1.25
"""Reach beyond the mean half width, so that splayed chromatids are not cut off."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """Where a point of the picture lies in the picture of one chromosome, and back.

    Parameters
    ----------
    affine
        Shape (2, 3): from the picture (or from the straightened strip) to the shown pixels.
    axis
        Shape (K, 2), the axis that was laid straight; None for captured pixels.
    half_width
        Reach of the strip to each side, pixels; without meaning where there is no axis.
    """

    affine: NDArray[np.float64]
    axis: NDArray[np.float64] | None = None
    half_width: float = 0.0

    def shown(self, points: ArrayLike) -> Points:
        """Points (x, y) of the picture, shape (N, 2), in the pixels of the shown chromosome."""
        where = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        if self.axis is not None:
            where = self._to_strip(where)
        return np.asarray(where @ self.affine[:, :2].T + self.affine[:, 2])

    def captured(self, points: ArrayLike) -> Points:
        """Points (x, y) of the shown chromosome, shape (N, 2), in the picture."""
        where = np.asarray(points, dtype=np.float64).reshape(-1, 2) - self.affine[:, 2]
        where = where @ np.linalg.inv(self.affine[:, :2]).T
        return where if self.axis is None else self._from_strip(where)

    def _to_strip(self, points: Points) -> Points:
        line, tangents = self._line()
        away = points[:, None, :] - line[None, :, :]
        nearest = np.argmin((away**2).sum(axis=2), axis=1)
        rest = away[np.arange(len(points)), nearest]
        along = tangents[nearest]
        ends = (nearest == 0) | (nearest == len(line) - 1)
        # Beyond an end the strip goes on straight.
        beyond = np.where(ends, (rest * along).sum(axis=1), 0.0)
        y = nearest * self._step(line) + beyond
        x = rest[:, 0] * along[:, 1] - rest[:, 1] * along[:, 0] + self.half_width
        return np.stack([x, y], axis=1)

    def _from_strip(self, points: Points) -> Points:
        line, tangents = self._line()
        step = self._step(line)
        at = np.clip(np.round(points[:, 1] / step).astype(int), 0, len(line) - 1)
        rest = (points[:, 1] - at * step)[:, None]
        across = (points[:, 0] - self.half_width)[:, None]
        along = tangents[at]
        normal = np.stack([along[:, 1], -along[:, 0]], axis=1)
        return np.asarray(line[at] + rest * along + across * normal)

    def _line(self) -> tuple[Points, Points]:
        """Dense points of the axis, two to a pixel, and unit tangents as `straighten` takes them."""
        assert self.axis is not None
        walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.axis, axis=0).T))])
        length = float(walked[-1])
        along = np.linspace(0.0, length, max(2, 2 * round(length) + 1))

        def at(where: Points) -> Points:
            line = self.axis
            assert line is not None
            return np.stack([np.interp(where, walked, line[:, k]) for k in (0, 1)], axis=1)

        reach = max(2.0, 0.5 * self.half_width)
        ahead, behind = at(np.minimum(along + reach, length)), at(np.maximum(along - reach, 0.0))
        step = ahead - behind
        return at(along), step / np.maximum(np.hypot(step[:, :1], step[:, 1:]), 1e-9)

    def _step(self, line: Points) -> float:
        assert self.axis is not None
        return axis_length(self.axis) / (len(line) - 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UprightChromosome:
    """One chromosome with the p arm up.

    `image` and `alpha` have shape (h, w), uint8; `centromere` is its row in pixels from the top, the
    middle where none is known.
    """

    image: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    centromere: float
    placement: Placement


def upright_chromosome(grey: NDArray[np.generic], chromosome: Chromosome) -> UprightChromosome:
    """Cut one chromosome out of its picture and turn it upright.

    Parameters
    ----------
    grey
        Picture, shape (H, W), dark on light.
    chromosome
        With outline; without a p arm it is turned along its bounds' longer side. What a person said of
        its rotation, mirroring and straightening is followed.
    """
    made = _straight(grey, chromosome) if chromosome.straightened else _captured(grey, chromosome)
    return _mirrored(made) if chromosome.mirrored else made


def _captured(grey: NDArray[np.generic], chromosome: Chromosome) -> UprightChromosome:
    mask, origin = mask_of(chromosome.outline.points, chromosome.outline.holes)
    direction = chromosome.p_arm or (0.0, -1.0)
    if chromosome.turned:
        angle = np.deg2rad(-chromosome.turned)
        x, y = direction
        direction = (
            float(x * np.cos(angle) - y * np.sin(angle)),
            float(x * np.sin(angle) + y * np.cos(angle)),
        )
    image, alpha, transform = upright_with_map(grey, mask, origin, direction)
    placement = Placement(affine=transform)
    row = image.shape[0] / 2
    if chromosome.centromere is not None:
        row = float(np.clip(placement.shown(chromosome.centromere)[0, 1], 0, image.shape[0]))
    return UprightChromosome(image=image, alpha=alpha, centromere=row, placement=placement)


def _straight(grey: NDArray[np.generic], chromosome: Chromosome) -> UprightChromosome:
    mask, (left, top) = mask_of(chromosome.outline.points, chromosome.outline.holes)
    axis = axis_of(chromosome)
    inside = axis - np.array([left, top], dtype=np.float64)
    length = max(axis_length(axis), 2.0)
    half = max(4.0, _REACH * 0.5 * float(mask.sum()) / length + 2.0)
    strip = straighten(_part(eight_bit_of(grey), mask.shape, (left, top)), inside, half, order=3, outside=255)
    share = np.asarray(np.clip(straighten(mask, inside, half), 0.0, 1.0), dtype=np.float32)
    rows, columns = strip.shape
    scale = np.array([[columns / (2 * half), 0.0, 0.0], [0.0, rows / length, 0.0]])
    row = centromere_row(chromosome, axis)
    waist = np.array([columns / 2, rows / 2 if row is None else row * rows / length])
    grey_strip, affine = strip, scale
    if chromosome.turned:
        turn, size = _turn((columns, rows), chromosome.turned)
        turned = _to_centres(turn)
        share = np.asarray(cv2.warpAffine(share, turned, size, flags=cv2.INTER_LINEAR), dtype=np.float32)
        grey_strip = np.asarray(
            cv2.warpAffine(strip, turned, size, flags=cv2.INTER_CUBIC, borderValue=(255.0,)),
            dtype=np.float32,
        )
        affine = _after(turn, scale)
        waist = turn[:, :2] @ waist + turn[:, 2]
    found = np.nonzero(share > 0.05)
    y0, y1 = max(int(found[0].min()) - _MARGIN, 0), int(found[0].max()) + _MARGIN + 1
    x0, x1 = max(int(found[1].min()) - _MARGIN, 0), int(found[1].max()) + _MARGIN + 1
    cut = (slice(y0, y1), slice(x0, x1))
    image = grey_strip * share + 255.0 * (1.0 - share)
    moved = affine.copy()
    moved[:, 2] -= (x0, y0)
    return UprightChromosome(
        image=np.asarray(np.clip(image[cut] + 0.5, 0, 255), dtype=np.uint8),
        alpha=np.asarray(np.clip(share[cut] * 255.0 + 0.5, 0, 255), dtype=np.uint8),
        centromere=float(np.clip(waist[1] - y0, 0, y1 - y0)),
        placement=Placement(affine=moved, axis=axis, half_width=half),
    )


def _mirrored(made: UprightChromosome) -> UprightChromosome:
    flip = np.array([[-1.0, 0.0, made.image.shape[1]], [0.0, 1.0, 0.0]])
    placement = Placement(
        affine=_after(flip, made.placement.affine),
        axis=made.placement.axis,
        half_width=made.placement.half_width,
    )
    return UprightChromosome(
        image=np.ascontiguousarray(made.image[:, ::-1]),
        alpha=np.ascontiguousarray(made.alpha[:, ::-1]),
        centromere=made.centromere,
        placement=placement,
    )


def _turn(size: tuple[int, int], degrees: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Clockwise turn of a strip (width, height) in corner coordinates, and the size that holds it."""
    width, height = size
    radians = math.radians(degrees)
    cos, sin = math.cos(radians), math.sin(radians)
    wide = math.ceil(abs(width * cos) + abs(height * sin)) + 2
    tall = math.ceil(abs(width * sin) + abs(height * cos)) + 2
    spin = np.array([[cos, -sin], [sin, cos]])
    shift = np.array([wide / 2, tall / 2]) - spin @ np.array([width / 2, height / 2])
    return np.concatenate([spin, shift[:, None]], axis=1), (wide, tall)


def _to_centres(transform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make a transform count from pixel centres, as warpAffine does, instead of from pixel corners."""
    moved = transform.copy()
    moved[:, 2] += transform[:, :2] @ np.array([0.5, 0.5]) - 0.5
    return moved


def _after(second: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = second[:, :2] @ first[:, :2]
    shift = second[:, :2] @ first[:, 2] + second[:, 2]
    return np.concatenate([linear, shift[:, None]], axis=1)


def _part(grey: NDArray[np.uint8], shape: tuple[int, ...], origin: tuple[int, int]) -> NDArray[np.uint8]:
    part = np.full(shape, 255, dtype=np.uint8)
    left, top = origin
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + shape[0], grey.shape[0]), min(left + shape[1], grey.shape[1])
    if y1 > y0 and x1 > x0:
        part[y0 - top : y1 - top, x0 - left : x1 - left] = grey[y0:y1, x0:x1]
    return part
