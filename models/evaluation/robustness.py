"""How results fall when pictures get worse: blur, noise, contrast, scale and JPEG, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.analysis.pipeline import Analyst
from core.progress import NoProgress, Progress
from models.evaluation import rows as measures
from models.evaluation.archives import LabelledMetaphase
from models.evaluation.curves import Curve, write_curves
from models.evaluation.metrics import BOX_AIR
from models.evaluation.rows import CellScore
from models.evaluation.score_metaphases import score_metaphase

Grey = NDArray[np.uint8]
Change = Callable[[LabelledMetaphase, float], LabelledMetaphase]
"""Makes a copy of a metaphase that is worse by a value."""


def blurred(grey: Grey, sigma: float) -> Grey:
    """Gaussian blur, sigma in pixels; 0 leaves the picture."""
    return grey if sigma == 0 else np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), dtype=np.uint8)


def noisy(grey: Grey, sigma: float) -> Grey:
    """Gaussian noise, sigma in grey values, the same for every run."""
    noise = np.random.default_rng(0).normal(0.0, sigma, grey.shape) if sigma else 0.0
    return np.asarray(np.clip(grey + noise, 0, 255), dtype=np.uint8)


def flattened(grey: Grey, share: float) -> Grey:
    """Contrast times `share` about the background."""
    ground = float(np.percentile(grey, 80))
    flat = ground + (grey.astype(np.float32) - ground) * share
    return np.asarray(np.clip(flat, 0, 255), dtype=np.uint8)


def compressed(grey: Grey, quality: float) -> Grey:
    """Through JPEG of that quality, 1..100."""
    _, stream = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(stream, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def resized(metaphase: LabelledMetaphase, factor: float) -> LabelledMetaphase:
    """The picture enlarged by `factor`; its boxes keep the air in pixels that the scoring expects."""
    air = np.array([BOX_AIR, BOX_AIR, -BOX_AIR, -BOX_AIR])
    boxes = (metaphase.boxes + air) * factor - air
    how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
    grey = cv2.resize(metaphase.grey, None, fx=factor, fy=factor, interpolation=how)
    return replace(metaphase, grey=np.asarray(grey, dtype=np.uint8), boxes=boxes)


def _on_pixels(change: Callable[[Grey, float], Grey]) -> Change:
    return lambda metaphase, value: replace(metaphase, grey=change(metaphase.grey, value))


CHANGES: Final[dict[str, tuple[tuple[float, ...], Change]]] = {
    "blur (sigma, px)": ((0.0, 1.0, 1.5, 2.0, 3.0), _on_pixels(blurred)),
    "noise (sigma, grey values)": ((0.0, 5.0, 10.0, 20.0, 30.0), _on_pixels(noisy)),
    "contrast": ((0.25, 0.4, 0.6, 0.8, 1.0), _on_pixels(flattened)),
    "scale": ((0.6, 0.8, 1.0, 1.25, 1.6), resized),
    "JPEG quality": ((10.0, 25.0, 50.0, 75.0, 95.0), _on_pixels(compressed)),
}


def write_robustness(
    folder: Path, analyst: Analyst, metaphases: Sequence[LabelledMetaphase], progress: Progress | None = None
) -> None:
    """Analyse worse copies of some metaphases; one table and one picture for each kind of change."""
    progress = progress or NoProgress()
    folder.mkdir(parents=True, exist_ok=True)
    total, done = sum(len(values) for values, _ in CHANGES.values()), 0
    for name, (values, change) in CHANGES.items():
        found, right = [], []
        for value in values:
            progress.step(done, total, f"{name} {value:g}")
            done += 1
            scores: list[CellScore] = [score_metaphase(analyst, change(one, value)) for one in metaphases]
            found.append(measures.found_f1(scores))
            right.append(measures.found_and_named(scores))
        write_curves(
            folder / f"robustness_{name.split(' ')[0].lower()}",
            [Curve(name="found (F1)", x=values, y=tuple(found)),
             Curve(name="found and named", x=values, y=tuple(right))],
            x=name, y=f"share of {len(metaphases)} cells",
        )  # fmt: skip
