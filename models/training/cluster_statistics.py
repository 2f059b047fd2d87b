"""How composed scenes compare with real metaphases, in numbers.

``python -m models.training.cluster_statistics --data DIR --scratch DIR --outliner FOLDER`` prints a table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inference.closer_window import edge_of_picture
from models.inference.outliner import OnnxOutliner
from models.training.closer_samples import CloserSampler
from models.training.compose import foreground
from models.training.metaphases import is_validation_part, open_shard

_COVERED: Final = 0.4


def statistics_of(stain: NDArray[np.uint8], boxes: NDArray[np.float32]) -> dict[str, float]:
    """Numbers of one picture at the canonical scale, boxes (n, 4) tight."""
    size = boxes[:, 2:] - boxes[:, :2]
    inner = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(
        boxes[:, None, :2], boxes[None, :, :2]
    )
    shared = np.prod(np.clip(inner, 0.0, None), axis=2)
    np.fill_diagonal(shared, 0.0)
    area = np.prod(size, axis=1)
    stained = foreground(stain)
    count, labels = cv2.connectedComponents(stained.astype(np.uint8), connectivity=8)
    middles = np.clip((boxes[:, :2] + boxes[:, 2:]) / 2.0, 0, np.array(stain.shape[::-1]) - 1).astype(int)
    owner = [_owner(np.asarray(labels, dtype=np.int32), box, count) for box in boxes]
    together = np.bincount([one for one in owner if one], minlength=count)
    inside = stain[stained]
    light = float(np.median(stain[~stained]))
    return {
        "chromosomes": float(len(boxes)),
        "longer side of the box, median (px)": float(np.median(size.max(axis=1))),
        "longer side, 90th over 10th percentile": float(
            np.quantile(size.max(axis=1), 0.9) / np.quantile(size.max(axis=1), 0.1)
        ),
        "pairs of boxes that overlap, for each chromosome": float((shared > 0).sum() / 2.0 / len(middles)),
        "chromosomes whose box another box covers by 40 % (%)": float(
            100.0 * (shared.max(axis=1) > _COVERED * area).mean()
        ),
        "chromosomes in a stained piece with others (%)": float(
            100.0 * np.mean([one > 0 and together[one] > 1 for one in owner])
        ),
        "stain of chromosomes, median (0-255)": float(np.median(inside)) if inside.size else 0.0,
        "stain of the ground, median (0-255)": light,
        "stain at the edge (0-255)": 255.0 * edge_of_picture(stain.astype(np.float32) / np.float32(255.0)),
        "stain above 240 within chromosomes (%)": float(100.0 * (inside > 240).mean())
        if inside.size
        else 0.0,
    }


def _owner(labels: NDArray[np.int32], box: NDArray[np.float32], count: int) -> int:
    """Stained piece that fills most of the inner half of a box, 0 for none."""
    quarter = (box[2:] - box[:2]) / 4.0
    x0, y0 = np.maximum(box[:2] + quarter, 0).astype(int)
    x1, y1 = (box[2:] - quarter).astype(int) + 1
    counts = np.bincount(labels[y0:y1, x0:x1].ravel(), minlength=count)
    counts[0] = 0
    return int(counts.argmax()) if counts.max() else 0


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description="Compare composed scenes with real metaphases.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--outliner", type=Path, required=True, help="folder of weights of the first look")
    parser.add_argument("--pictures", type=int, default=100)
    arguments = parser.parse_args()
    shard = open_shard(arguments.data / "metaphases_train.zip", arguments.scratch)
    indices = [i for i, m in enumerate(shard.metaphases) if not is_validation_part(m.case)]
    chosen = np.random.default_rng(5).choice(indices, arguments.pictures, replace=False)
    real = [statistics_of(shard.stain(int(k)), shard.boxes(int(k))) for k in chosen]
    outliner = OnnxOutliner.open(arguments.outliner)
    sampler = CloserSampler(shard, [int(k) for k in chosen], [], outliner, 5)
    scenes = [sampler.compose(*sampler.draw_ground()) for _ in range(arguments.pictures)]
    composed = [statistics_of(scene.stain, scene.boxes) for scene in scenes]
    around: list[Callable[[list[float]], float]] = [
        lambda values: float(np.quantile(values, 0.1)),
        lambda values: float(np.median(values)),
        lambda values: float(np.quantile(values, 0.9)),
    ]
    print("| measure of a picture | real: 10 % / median / 90 % | composed: 10 % / median / 90 % |")
    print("|---|---|---|")
    for name in real[0]:
        cells = [
            " / ".join(f"{take([one[name] for one in rows]):.3g}" for take in around)
            for rows in (real, composed)
        ]
        print(f"| {name} | {cells[0]} | {cells[1]} |")


if __name__ == "__main__":
    main()
