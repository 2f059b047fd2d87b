"""What a finder proposes on training pictures, right and wrong: the outliner learns to tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.evaluation.metrics import box_iou, match_boxes, widened
from models.inference.centres import boxes_at_peaks
from models.networks.finder import GRID_STRIDE, INPUT_STRIDE, FinderNetwork
from models.training.finder_samples import at_input_scale
from models.training.metaphases import MetaphaseShard
from models.training.pace import load_checkpoint
from models.training.train_finder import finder_maps

RIGHT, WRONG, TWICE = 1, 0, -1
"""A proposal is matched, fits no chromosome, or fits one that another proposal has got."""
_LEAST_HEAT: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Proposals on one picture of a shard.

    Attributes
    ----------
    boxes
        Shape (n, 4), pixels of the shard's picture.
    heights
        Shape (n,), peaks of the heat map.
    verdicts
        Shape (n,), RIGHT, WRONG or TWICE.
    chromosome
        Shape (n,), index of the annotated box of those that are RIGHT, else -1.
    """

    boxes: NDArray[np.float32]
    heights: NDArray[np.float32]
    verdicts: NDArray[np.int64]
    chromosome: NDArray[np.int64]


def proposals_on(
    shard: MetaphaseShard, indices: list[int], checkpoint: Path, scratch: Path
) -> dict[int, Proposals]:
    """Let a finder propose on pictures of a shard; kept in `scratch` for the next call."""
    state = load_checkpoint(checkpoint)
    if state is None:
        raise SystemExit(f"expected a finder's checkpoint at {checkpoint}, got none, train the finder first")
    network = FinderNetwork()
    network.load_state_dict(state["average"])
    network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    folder = scratch / "proposals"
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for index in indices:
        path = folder / f"{index}.npz"
        if not path.exists():
            heat, sides = finder_maps(network, at_input_scale(shard.stain(index)))
            boxes, heights = boxes_at_peaks(
                heat, sides, least_score=_LEAST_HEAT, cell=INPUT_STRIDE * GRID_STRIDE
            )
            np.savez(path, boxes=boxes, heights=heights)
        with np.load(path) as kept:
            found[index] = judged(shard, index, kept["boxes"], kept["heights"])
    return found


def judged(
    shard: MetaphaseShard, index: int, boxes: NDArray[np.float32], heights: NDArray[np.float32]
) -> Proposals:
    """Compare proposals with the annotation under the contract's rules."""
    margin = 4.0 * shard.metaphases[index].canonical_factor
    annotated = widened(shard.boxes(index), margin)
    verdicts = np.zeros(len(boxes), dtype=np.int64)
    chromosome = np.full(len(boxes), -1, dtype=np.int64)
    fits = (box_iou(widened(boxes, margin), annotated) >= 0.5).any(axis=1)
    verdicts[fits] = TWICE
    for said, true, _ in match_boxes(boxes, annotated, margin=margin).pairs:
        verdicts[said] = RIGHT
        chromosome[said] = true
    return Proposals(boxes=boxes, heights=heights, verdicts=verdicts, chromosome=chromosome)
