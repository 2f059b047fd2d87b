"""The plain baseline: a small network that names one upright chromosome by itself."""

from __future__ import annotations

import torch
from torch import nn

from core.domain.bands import CLASSES


class PlainNetwork(nn.Module):
    """Five convolutions and a mean; about 0.25 million weights.

    It exists to be measured against: no context of the cell, no orientation, no outline but a threshold.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for width, stride in ((24, 2), (48, 2), (80, 2), (112, 2), (112, 1)):
            layers += [
                nn.Conv2d(before, width, 3, stride=stride, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
            ]
            before = width
        self.layers = nn.Sequential(*layers)
        self.named = nn.Linear(before * 7, len(CLASSES))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Logits (n, 24) of chromosomes (n, 1, 112, 48), stain 0..1, long axis upright, either end up."""
        found = self.layers(pictures).mean(dim=3)
        logits: torch.Tensor = self.named(found.flatten(1))
        return logits
