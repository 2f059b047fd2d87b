"""Parts that the networks of finder, outliner and second look share."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as f


def convolved_twice(channels_in: int, channels_out: int, stride: int = 1) -> nn.Sequential:
    """Two 3 x 3 convolutions, each normalised; the first one steps by `stride`."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
        nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
        nn.BatchNorm2d(channels_out),
        nn.ReLU(inplace=True),
    )


def doubled(x: Tensor) -> Tensor:
    """Maps (N, C, H, W) at twice the size, each value four times."""
    return f.interpolate(x, scale_factor=2.0, mode="nearest")
