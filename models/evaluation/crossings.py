"""Crossings with exact truth: a chromosome of a metaphase laid across another one of the same picture."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import stain_of
from models.evaluation.metrics import BOX_AIR
from models.training.compose import PlacedMask, foreground, isolated

CROSSINGS: Final = 4
"""Crossings laid into one picture at most."""
_TRIES: Final = 60
_RIM: Final = 3
_LEAST_SHARE, _LARGEST_SHARE = 0.06, 0.5
_FEWEST_PIXELS: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossing:
    """Two chromosomes that cross: the one that lay there and the one laid over it."""

    under: PlacedMask
    over: PlacedMask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossedPicture:
    """A picture with crossings.

    Attributes
    ----------
    grey
        Shape (H, W), uint8, dark on light.
    boxes
        Tight boxes of all chromosomes, those laid over last, shape (n, 4).
    crossings
        Their masks.
    """

    grey: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    crossings: tuple[Crossing, ...]


def crossed_picture(name: str, grey: NDArray[np.uint8], drawn_boxes: NDArray[np.floating]) -> CrossedPicture:
    """Lay copies of isolated chromosomes across others, as light passes both.

    Parameters
    ----------
    name
        Name of the picture; all chance follows from it.
    grey
        Shape (H, W), uint8, dark on light.
    drawn_boxes
        Annotated boxes as they are drawn, with air, shape (n, 4).

    Notes
    -----
    A chromosome that lies alone is its component at 0.7 of Otsu's threshold. The copy is turned by any
    angle, both are crossed at least 30 degrees apart within the middle two thirds of their length, and the
    copy touches no third one. The share of the light that it lets through is multiplied.
    """
    chance = np.random.default_rng(int(hashlib.sha256(name.encode()).hexdigest()[:12], 16))
    stain = (stain_of(grey, dark_on_light=True) * 255.0 + 0.5).astype(np.uint8)
    stained = foreground(stain)
    air = np.array([BOX_AIR, BOX_AIR, -BOX_AIR, -BOX_AIR])
    boxes = np.asarray(drawn_boxes, dtype=np.float64) + air
    alone = isolated(stained, boxes.astype(np.float32))
    picture, taken = grey.copy(), stained.copy()
    crossings: list[Crossing] = []
    used: set[int] = set()
    for _ in range(_TRIES):
        if len(crossings) >= CROSSINGS or len(alone) < 4:
            break
        below, above = (int(k) for k in chance.choice(list(alone), 2, replace=False))
        if below in used:
            continue
        light, mask = _turned_light(grey, alone[above], float(chance.uniform(0.0, 360.0)))
        spot = _on_axis(alone[below], chance)
        own = _on_axis(PlacedMask(left=0, upper=0, mask=mask), chance)
        if _between(alone[below].mask, mask) < 30.0:
            continue
        left, upper = (int(v) for v in np.rint(spot - own))
        height, width = mask.shape
        if left < 0 or upper < 0 or left + width > grey.shape[1] or upper + height > grey.shape[0]:
            continue
        frame = (slice(upper, upper + height), slice(left, left + width))
        there = np.zeros(grey.shape, dtype=np.bool_)
        there[alone[below].frame] = alone[below].mask
        shared = int((there[frame] & mask).sum())
        smaller = min(int(mask.sum()), int(alone[below].mask.sum()))
        if not max(_FEWEST_PIXELS, _LEAST_SHARE * smaller) <= shared <= _LARGEST_SHARE * smaller:
            continue
        wide = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        if (
            taken[frame]
            & wide
            & ~cv2.dilate(there.astype(np.uint8), np.ones((5, 5), np.uint8))[frame].astype(bool)
        ).any():
            continue
        part = picture[frame].astype(np.float32) * light
        picture[frame] = (part + 0.5).astype(np.uint8)
        taken[frame] |= mask
        laid = PlacedMask(left=left, upper=upper, mask=mask)
        crossings.append(Crossing(under=alone[below], over=laid))
        used.add(below)
        boxes = np.concatenate([boxes, laid.bounds[None].astype(np.float64)])
    return CrossedPicture(grey=picture, boxes=boxes, crossings=tuple(crossings))


def _turned_light(
    grey: NDArray[np.uint8], placed: PlacedMask, degrees: float
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Share of the light that a chromosome lets through, 1 beyond its blurred rim, and its mask, turned."""
    x0, y0 = max(0, placed.left - _RIM), max(0, placed.upper - _RIM)
    y1, x1 = placed.upper + placed.mask.shape[0] + _RIM, placed.left + placed.mask.shape[1] + _RIM
    part = grey[y0:y1, x0:x1].astype(np.float32)
    mask = np.zeros(part.shape, dtype=np.uint8)
    inside = (slice(placed.upper - y0, placed.upper - y0 + placed.mask.shape[0]),
              slice(placed.left - x0, placed.left - x0 + placed.mask.shape[1]))  # fmt: skip
    mask[inside] = placed.mask
    near = cv2.dilate(mask, np.ones((2 * _RIM + 1, 2 * _RIM + 1), np.uint8)) > 0
    ground = float(np.median(part[~near])) if (~near).any() else float(part.max())
    light = np.where(near, np.clip(part / max(ground, 1.0), 0.0, 1.0), 1.0).astype(np.float32)
    height, width = part.shape
    side = int(np.ceil(np.hypot(height, width))) + 2
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    light = np.asarray(cv2.warpAffine(light, turn, (side, side), flags=cv2.INTER_LINEAR, borderValue=1.0))
    turned = cv2.warpAffine(mask * np.uint8(255), turn, (side, side), flags=cv2.INTER_LINEAR) > 127
    rows, columns = np.nonzero(turned.any(axis=1))[0], np.nonzero(turned.any(axis=0))[0]
    frame = (
        slice(max(0, int(rows[0]) - _RIM), int(rows[-1]) + 1 + _RIM),
        slice(max(0, int(columns[0]) - _RIM), int(columns[-1]) + 1 + _RIM),
    )
    return np.asarray(light[frame], dtype=np.float32), np.asarray(turned[frame])


def _axis(mask: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Centre, direction and length of the long axis of a mask."""
    rows, columns = np.nonzero(mask)
    points = np.stack([columns + 0.5, rows + 0.5], axis=1)
    centre = points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((points - centre).T))
    return centre, vectors[:, 1], float(np.sqrt(12.0 * values[1]))


def _on_axis(placed: PlacedMask, chance: np.random.Generator) -> NDArray[np.float64]:
    """Point of the mask near its axis within the middle two thirds, in pixels of the picture."""
    centre, along, length = _axis(placed.mask)
    wanted = centre + along * length * float(chance.uniform(-0.33, 0.33))
    rows, columns = np.nonzero(placed.mask)
    points = np.stack([columns + 0.5, rows + 0.5], axis=1)
    nearest = points[int(np.argmin(((points - wanted) ** 2).sum(axis=1)))]
    return np.asarray(nearest + np.array([placed.left, placed.upper]))


def _between(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Angle between the long axes of two masks, 0..90 degrees."""
    cosine = abs(float(_axis(first)[1] @ _axis(second)[1]))
    return float(np.degrees(np.arccos(min(1.0, cosine))))
