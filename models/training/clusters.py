"""The data engine: chromosomes bent and laid into real metaphases, touching, side by side and crossing.

Every mask is exact. How often each way of lying occurs is matched to the real pictures by the numbers that
``python -m models.training.cluster_statistics`` prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.compose import CutOut, PlacedMask, lay_over, turned

WAYS: Final = ("across", "same centre", "beside", "touching", "three", "somewhere")
_SHARES: Final = (0.40, 0.12, 0.18, 0.14, 0.10, 0.06)
_LARGEST_SHIFT: Final = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A chromosome as something to lay others by.

    Attributes
    ----------
    centre
        Middle (x, y) in pixels of the picture.
    angle
        Direction of its long axis in degrees, counter-clockwise from upright as the picture shows it.
    length, width
        Extents along and across the axis, in pixels.
    """

    centre: NDArray[np.float64]
    angle: float
    length: float
    width: float

    @property
    def along(self) -> NDArray[np.float64]:
        """Unit vector (x, y) of the long axis."""
        turn = np.radians(self.angle)
        return np.array([-np.sin(turn), -np.cos(turn)])

    @property
    def across(self) -> NDArray[np.float64]:
        """Unit vector (x, y) at right angles to the long axis."""
        along = self.along
        return np.array([along[1], -along[0]])


def bar_of(placed: PlacedMask) -> Bar:
    """Long axis and size of a mask."""
    rows, columns = np.nonzero(placed.mask)
    points = np.stack([columns + 0.5 + placed.left, rows + 0.5 + placed.upper], axis=1)
    centre = points.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((points - centre).T) + 1e-6 * np.eye(2))
    along = vectors[:, 1]
    # A bar of length L has a variance of L squared over twelve along its axis.
    length, width = np.sqrt(12.0 * np.maximum(values[::-1], 1.0))
    angle = float(np.degrees(np.arctan2(-along[0], -along[1])))
    return Bar(centre=centre, angle=angle, length=float(length), width=float(width))


def bent(piece: CutOut, rng: np.random.Generator) -> CutOut:
    """Bend an upright cut-out along its axis, as a bow or an S; half of them stay as they are."""
    if rng.random() < 0.5:
        return piece
    height, width = piece.mask.shape
    along = np.linspace(-1.0, 1.0, height)
    bow = float(rng.normal(0.0, 0.16)) * height
    wave = float(rng.normal(0.0, 0.05)) * height
    shift = bow * (along**2 - 1.0 / 3.0) + wave * np.sin(np.pi * along)
    shift = np.clip(shift, -_LARGEST_SHIFT, _LARGEST_SHIFT)
    # Where the axis leans the body would look wider across it, so it is narrowed there.
    lean = np.gradient(shift)
    wider = np.sqrt(1.0 + lean**2)
    more = int(np.ceil(np.abs(shift).max() + width * (wider.max() - 1.0) / 2.0)) + 1
    stain = np.pad(piece.stain, ((0, 0), (more, more)))
    mask = np.pad(piece.mask.astype(np.uint8) * 255, ((0, 0), (more, more)))
    columns = np.arange(stain.shape[1], dtype=np.float64) - (stain.shape[1] - 1) / 2.0
    from_x = (columns[None, :] - shift[:, None]) / wider[:, None] + (stain.shape[1] - 1) / 2.0
    from_y = np.repeat(np.arange(height, dtype=np.float32)[:, None], stain.shape[1], axis=1)
    maps = (from_x.astype(np.float32), from_y)
    return CutOut(
        stain=np.asarray(cv2.remap(stain, *maps, cv2.INTER_LINEAR), dtype=np.uint8),
        mask=np.asarray(cv2.remap(mask, *maps, cv2.INTER_LINEAR) > 127),
    )


def stained_like(piece: CutOut, edge: float, piece_edge: float) -> CutOut:
    """Scale the stain of a cut-out so that its edge has the level of the picture it is laid into."""
    share = float(np.clip(edge / max(piece_edge, 1.0), 0.5, 1.8))
    stain = np.clip(piece.stain.astype(np.float32) * share, 0.0, 255.0)
    return CutOut(stain=stain.astype(np.uint8), mask=piece.mask)


def lay_cluster(
    picture: NDArray[np.uint8],
    by: Bar,
    pieces: Sequence[CutOut],
    rng: np.random.Generator,
    *,
    density: float,
    way: str | None = None,
) -> list[PlacedMask]:
    """Lay one chromosome, or two, by a chromosome of the picture.

    Parameters
    ----------
    picture
        Stain, shape (h, w), 0..255; changed.
    by
        The chromosome of the picture.
    pieces
        Upright cut-outs to take from.
    rng
        Chance.
    density
        How stain adds up, see `lay_over`.
    way
        One of `WAYS`; drawn when None.

    Returns
    -------
    list of PlacedMask
        Masks of those that lie whole inside the picture.
    """
    way = way or str(rng.choice(WAYS, p=_SHARES))
    placed: list[PlacedMask] = []
    for _ in range(2 if way == "three" else 1):
        piece = bent(pieces[int(rng.integers(len(pieces)))], rng)
        height, width = (float(v) for v in piece.mask.shape)
        angle, centre = _place(by, height, width, "across" if way == "three" else way, rng)
        piece = turned(piece, angle, float(np.exp(rng.normal(0.0, 0.06))), bool(rng.integers(2)))
        one = lay_over(picture, piece, centre, density)
        if one.mask.sum() >= 0.97 * piece.mask.sum():
            placed.append(one)
    return placed


def _place(
    by: Bar, height: float, width: float, way: str, rng: np.random.Generator
) -> tuple[float, NDArray[np.float64]]:
    """Angle and middle of an upright piece of this size laid by a chromosome."""
    turn = float(rng.uniform(25.0, 155.0))
    if way == "same centre":
        # The mirrored lean gives both the same box.
        mirrored = -by.angle if abs(np.sin(np.radians(2.0 * by.angle))) > 0.35 else by.angle + turn
        return mirrored + float(rng.normal(0.0, 6.0)), by.centre + rng.normal(0.0, 3.0, 2)
    if way == "across":
        on = by.centre + by.along * float(rng.uniform(-0.45, 0.45)) * by.length
        angle = by.angle + turn
        own = Bar(centre=on, angle=angle, length=height, width=width)
        return angle, on + own.along * float(rng.uniform(-0.42, 0.42)) * height
    if way == "beside":
        angle = by.angle + float(rng.normal(0.0, 8.0))
        step = float(rng.uniform(0.62, 1.15)) * (by.width + min(width, by.width)) / 2.0
        side = float(rng.choice([-1.0, 1.0]))
        return angle, by.centre + by.across * side * step + by.along * float(
            rng.uniform(-0.35, 0.35)
        ) * by.length
    if way == "touching":
        on = by.centre + by.along * float(rng.uniform(-0.5, 0.5)) * by.length
        side = float(rng.choice([-1.0, 1.0]))
        angle = by.angle + turn
        own = Bar(centre=on, angle=angle, length=height, width=width)
        out = own.along * side
        return angle, on + out * (0.5 * height + float(rng.uniform(0.05, 0.55)) * by.width)
    return float(rng.uniform(0.0, 360.0)), by.centre + rng.uniform(-1.0, 1.0, 2) * by.length


def lay_debris(picture: NDArray[np.uint8], near: NDArray[np.floating], rng: np.random.Generator) -> None:
    """Lay a drop of stain of any size near a point, in place."""
    radius = float(np.exp(rng.uniform(np.log(2.0), np.log(14.0))))
    spot = np.asarray(near) + rng.normal(0.0, 22.0, 2)
    blob = np.zeros(picture.shape, dtype=np.uint8)
    axes = (max(1, int(radius * rng.uniform(0.6, 1.4))), max(1, int(radius)))
    centre = (int(spot[0]), int(spot[1]))
    x0, y0 = max(0, centre[0] - 40), max(0, centre[1] - 40)
    part = blob[y0 : centre[1] + 40, x0 : centre[0] + 40]
    if part.size == 0:
        return
    cv2.ellipse(
        part,
        (centre[0] - x0, centre[1] - y0),
        axes,
        float(rng.uniform(0, 180)),
        0,
        360,
        int(rng.uniform(30, 200)),
        cv2.FILLED,
    )
    soft = cv2.GaussianBlur(part, (0, 0), float(rng.uniform(0.8, 4.0)))
    below = picture[y0 : centre[1] + 40, x0 : centre[0] + 40]
    np.maximum(below, soft, out=below)
