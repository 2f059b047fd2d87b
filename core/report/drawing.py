"""A figure as placed pictures, lines and words in millimetres, before anybody decides on a file format."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedPicture:
    """Grey picture with its upper left corner at (x, y), all in millimetres.

    `image` has shape (h, w), uint8; `alpha` the same shape, uint8, or None for an opaque one.
    """

    image: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Straight line; colour as (r, g, b) of 0..255, thickness in millimetres."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float = 0.25
    colour: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """Closed line through points (x, y); colour and thickness as those of `Line`, `fill` inside it.

    A thickness of 0 draws no line.
    """

    points: tuple[tuple[float, float], ...]
    thickness: float = 0.25
    colour: tuple[int, int, int] = (0, 0, 0)
    fill: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text on the baseline (x, y); size in millimetres of the em; anchor start, middle or end.

    `halo` is the width of a white edge round the letters, so that they can be read on a picture.
    """

    text: str
    x: float
    y: float
    size: float = 3.2
    anchor: str = "start"
    bold: bool = False
    colour: tuple[int, int, int] = (0, 0, 0)
    halo: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure of `width` by `height` millimetres on white; later parts lie above earlier ones."""

    width: float
    height: float
    pictures: tuple[PlacedPicture, ...] = field(default=())
    lines: tuple[Line, ...] = field(default=())
    contours: tuple[Contour, ...] = field(default=())
    words: tuple[Words, ...] = field(default=())
