"""Network of the outliner's second look: a small U-Net on an upright window along the first mask."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

from models.networks.blocks import convolved_twice, doubled

CHANNELS: Final = 6
_WIDTHS: Final = (24, 40, 72, 112)
_OWN, _CROSSING = 2, 4
"""Channels that hold the first mask and the first crossing."""


class CloserNetwork(nn.Module):
    """Corrects first masks; what it adds to them starts near nothing, so training starts from them."""

    def __init__(self, widths: tuple[int, int, int, int] = _WIDTHS) -> None:
        super().__init__()
        w0, w1, w2, w3 = widths
        self.level0 = convolved_twice(CHANNELS, w0)
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
        self.first = nn.Parameter(torch.tensor([4.0, 4.0]))

    def forward(self, window: Tensor) -> Tensor:
        """Look again.

        Parameters
        ----------
        window
            Shape (N, 6, 144, 64), channels as in `models.inference.closer_window.CHANNELS`.

        Returns
        -------
        Tensor
            Logits, shape (N, 2, 144, 64): the asked chromosome; the asked one and another one as well.
        """
        zero = self.level0(window)
        one = self.level1(zero)
        two = self.level2(one)
        three = self.level3(two)
        two = self.up2(two + doubled(self.from3(three)))
        one = self.up1(one + doubled(self.from2(two)))
        zero = self.up0(zero + doubled(self.from1(one)))
        before = torch.stack([window[:, _OWN], window[:, _CROSSING]], dim=1) - 0.5
        answer: Tensor = self.maps(zero) + self.first.view(1, 2, 1, 1) * before
        return answer
