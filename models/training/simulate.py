"""Simulated metaphases to learn from beside the real ones, drawn once and kept in the scratch folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from core.imaging.intensity import stain_of
from core.simulation.metaphase import simulate_metaphase
from core.simulation.settings import MetaphaseSettings
from models.training.metaphases import CANONICAL_LENGTH, median_length

_KARYOTYPES: Final = ("46,XX", "46,XY", "47,XY,+21", "45,X", "46,XX,t(9;22)(q34;q11.2)", "47,XXY")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPicture:
    """One drawn metaphase at the canonical scale.

    Attributes
    ----------
    stain
        Shape (h, w), 0..255.
    boxes
        Tight boxes in pixels of `stain`, shape (n, 4).
    classes
        Index of the class of each, shape (n,); 0 for a marker.
    """

    stain: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]


def simulated_pictures(count: int, scratch: Path) -> list[SimulatedPicture]:
    """Draw metaphases, or read those that an earlier call drew into `scratch`."""
    folder = scratch / "simulated"
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for number in range(count):
        path = folder / f"{number}.npz"
        if not path.exists():
            _draw(number, path)
        with np.load(path) as kept:
            pictures.append(
                SimulatedPicture(stain=kept["stain"], boxes=kept["boxes"], classes=kept["classes"])
            )
    return pictures


def _draw(number: int, path: Path) -> None:
    # Seeds far from those of samples and tests, so that no cell is both learned from and shown.
    seed = 900_000 + number
    settings = MetaphaseSettings.varied(np.random.default_rng(seed))
    metaphase = simulate_metaphase(_KARYOTYPES[number % len(_KARYOTYPES)], seed=seed, settings=settings)
    boxes = np.array([one.box for one in metaphase.chromosomes], dtype=np.float32)
    names = [one.chromosome_class for one in metaphase.chromosomes]
    classes = np.array([CLASSES.index(name) if name in CLASSES else 0 for name in names], dtype=np.int64)
    factor = CANONICAL_LENGTH / median_length(boxes)
    stain = (stain_of(metaphase.picture, dark_on_light=True) * 255.0 + 0.5).astype(np.uint8)
    stain = np.asarray(
        cv2.resize(stain, None, fx=factor, fy=factor, interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, stain=stain, boxes=boxes * factor, classes=classes)
    partial.replace(path)
