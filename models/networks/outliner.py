"""Outliner network: the whole chromosome that a box asks for, what lies beneath or above others included.

A small U-Net on one window for each box. The mask is amodal: at a crossing the pixels belong to both
chromosomes, each asked for by its own box, so no pixel has to be given to one of the two.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from models.networks.blocks import convolved_twice, doubled

WINDOW: Final = 96
"""Side of the square window that the network sees, in its pixels."""
CHANNELS: Final = ("stain", "x in the box", "y in the box", "neighbours' boxes")
_WIDTHS: Final = (24, 48, 80, 112)


class OutlinerOutput(NamedTuple):
    """What the network says about one window.

    Attributes
    ----------
    maps
        Logits, shape (N, 2, 96, 96): the asked chromosome; the asked one and another one as well.
    valid
        Logits, shape (N,): the box asks for exactly one whole chromosome.
    """

    maps: Tensor
    valid: Tensor


class OutlinerNetwork(nn.Module):
    """U-Net for windows of 96 x 96 pixels, with a second answer whether the box is right at all."""

    def __init__(self, widths: tuple[int, int, int, int] = _WIDTHS) -> None:
        super().__init__()
        w0, w1, w2, w3 = widths
        self.level0 = convolved_twice(len(CHANNELS), w0)
        self.level1 = convolved_twice(w0, w1, 2)
        self.level2 = convolved_twice(w1, w2, 2)
        self.level3 = convolved_twice(w2, w3, 2)
        self.from3 = nn.Conv2d(w3, w2, 1)
        self.up2 = convolved_twice(w2, w2)
        self.from2 = nn.Conv2d(w2, w1, 1)
        self.up1 = convolved_twice(w1, w1)
        self.from1 = nn.Conv2d(w1, w0, 1)
        self.up0 = convolved_twice(w0, w0)
        self.maps = nn.Conv2d(w0, 2, 1)
        self.valid = nn.Sequential(nn.Linear(2 * w2 + w3, 48), nn.ReLU(inplace=True), nn.Linear(48, 1))

    def forward(self, window: Tensor) -> OutlinerOutput:
        """Outline.

        Parameters
        ----------
        window
            Shape (N, 4, 96, 96), channels as in `CHANNELS`.

        Returns
        -------
        OutlinerOutput
            Maps and validity.
        """
        zero = self.level0(window)
        one = self.level1(zero)
        two = self.level2(one)
        three = self.level3(two)
        two = self.up2(two + doubled(self.from3(three)))
        one = self.up1(one + doubled(self.from2(two)))
        zero = self.up0(zero + doubled(self.from1(one)))
        pooled = torch.cat([two.mean((2, 3)), two.amax((2, 3)), three.mean((2, 3))], dim=1)
        return OutlinerOutput(self.maps(zero), self.valid(pooled).squeeze(1))
