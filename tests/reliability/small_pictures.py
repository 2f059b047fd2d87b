"""Small simulated metaphases, cheap enough to be imported and analysed a thousand times."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.simulation.complement import cell_lines_of
from core.simulation.metaphase import draw_metaphase
from core.simulation.settings import MetaphaseSettings
from core.simulation.truth import SimulatedMetaphase

_DRAWN = 24
_CHROMOSOMES = 14
_SIDE = 190
_LOOK = MetaphaseSettings(
    height=_SIDE, width=_SIDE, longest=75, thickness=7.5, nuclei=0, specks=1, touching=0.05, crossing=0.0
)


@lru_cache(maxsize=_DRAWN)
def drawn(number: int) -> SimulatedMetaphase:
    """Draw part of a cell with its truth."""
    everything = cell_lines_of("46,XY")[0].complement
    chosen = np.random.default_rng(number).permutation(len(everything))[:_CHROMOSOMES]
    parts = [everything[k] for k in chosen]
    return draw_metaphase(parts, karyotype="46,XY", seed=number, settings=_LOOK)


def small_picture(number: int) -> NDArray[np.uint8]:
    """Draw part of a cell, shape (190, 190), uint8; every number gives another picture.

    Some are drawn, the others are these turned, mirrored and with other noise.
    """
    rng = np.random.default_rng([7, number])
    picture = np.rot90(drawn(number % _DRAWN).picture, k=number // _DRAWN % 4).astype(np.float64)
    if number // (4 * _DRAWN) % 2:
        picture = picture[:, ::-1]
    return np.clip(picture + rng.normal(0, 1.0, picture.shape), 0, 255).astype(np.uint8)


def png_of(picture: NDArray[np.uint8]) -> bytes:
    """Write a picture as PNG."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, format="PNG")
    return stream.getvalue()
