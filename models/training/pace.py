"""What long trainings share: a learning rate by elapsed time, averaged weights, checkpoints."""

from __future__ import annotations

import copy
import math
import os
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

_WARM_UP: Final = 0.02


def learning_rate_share(done: float) -> float:
    """Share of the highest learning rate after `done` (0..1) of the training: short rise, cosine fall."""
    if done < _WARM_UP:
        return max(done / _WARM_UP, 0.02)
    return 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, (done - _WARM_UP) / (1.0 - _WARM_UP))))


class AveragedWeights:
    """Exponential moving average of a network's weights (and of its normalisation statistics)."""

    def __init__(self, network: nn.Module, decay: float = 0.999) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move the average a little towards `network`."""
        self.updates += 1
        decay = min(self.decay, (1.0 + self.updates) / (10.0 + self.updates))
        for mean, now in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(now.to(mean.dtype), 1.0 - decay)
            else:
                mean.copy_(now)


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a stop in the middle leaves the last whole one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """Read a checkpoint of this machine's own training, None where there is none."""
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state
