"""Finder network: where each chromosome of a metaphase lies.

A small U-Net whose finest features lie on a grid of four picture pixels (at the canonical scale). Centres
are shown on three heat maps, one for upright, one for square and one for lying boxes, so that the two centres
of a crossing, which often fall on the same grid cell, stay apart (Zhou et al., Objects as Points, 2019, has
one map a class; a detector that is blind to the class would lose one of the two).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as f

from models.networks.blocks import doubled

INPUT_STRIDE: Final = 2
"""Picture pixels (canonical scale) for one pixel of the network's input."""
GRID_STRIDE: Final = 2
"""Input pixels for one cell of the network's output grid."""
SIZE_MULTIPLE: Final = 16
"""The input's height and width must be multiples of this."""
SHAPES: Final = ("upright", "square", "lying")
_SIDE_UNIT: Final = 8.0
_WIDTHS: Final = (40, 80, 144, 224)


class FinderOutput(NamedTuple):
    """What the network says at each grid cell.

    Attributes
    ----------
    heat
        Logits, shape (N, 3, h, w): a chromosome with a box of that shape has its centre here.
    sides
        Shape (N, 12, h, w): for each shape the distances from the cell's centre to the left, upper, right and
        lower side of the box; `sides_in_cells` turns them into grid cells.
    features
        Shape (N, C, h, w), features that an auxiliary class head reads while training.
    """

    heat: Tensor
    sides: Tensor
    features: Tensor


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions beside a short cut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
        )
        self.short: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            pool: list[nn.Module] = [nn.AvgPool2d(stride)] if stride != 1 else []
            self.short = nn.Sequential(
                *pool, nn.Conv2d(channels_in, channels_out, 1, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Add what the convolutions find to `x`."""
        return f.relu(self.body(x) + self.short(x))


class FinderNetwork(nn.Module):
    """U-Net with centre heat maps and box sides."""

    def __init__(self, widths: tuple[int, int, int, int] = _WIDTHS, head: int = 64) -> None:
        super().__init__()
        w1, w2, w3, w4 = widths
        self.widths = widths
        self.stem = nn.Sequential(
            nn.Conv2d(1, w1, 5, stride=GRID_STRIDE, padding=2, bias=False),
            nn.BatchNorm2d(w1),
            nn.ReLU(inplace=True),
        )
        self.level1 = ResidualBlock(w1, w1)
        self.level2 = nn.Sequential(ResidualBlock(w1, w2, 2), ResidualBlock(w2, w2))
        self.level3 = nn.Sequential(ResidualBlock(w2, w3, 2), ResidualBlock(w3, w3))
        self.level4 = nn.Sequential(ResidualBlock(w3, w4, 2), ResidualBlock(w4, w4))
        self.from4 = nn.Conv2d(w4, w3, 1)
        self.up3 = ResidualBlock(w3, w3)
        self.from3 = nn.Conv2d(w3, w2, 1)
        self.up2 = ResidualBlock(w2, w2)
        self.from2 = nn.Conv2d(w2, w1, 1)
        self.up1 = nn.Sequential(
            nn.Conv2d(w1, head, 3, padding=1, bias=False), nn.BatchNorm2d(head), nn.ReLU(inplace=True)
        )
        self.heat = nn.Conv2d(head, len(SHAPES), 1)
        self.sides = nn.Conv2d(head, 4 * len(SHAPES), 1)
        nn.init.normal_(self.heat.weight, std=0.01)
        nn.init.constant_(self.heat.bias, -4.0)  # type: ignore[arg-type]
        nn.init.normal_(self.sides.weight, std=0.01)
        nn.init.zeros_(self.sides.bias)  # type: ignore[arg-type]

    def forward(self, stain: Tensor) -> FinderOutput:
        """Find chromosomes.

        Parameters
        ----------
        stain
            Shape (N, 1, H, W), float in 0..1, half of the canonical scale, H and W multiples of 16.

        Returns
        -------
        FinderOutput
            Maps with h = H / 2, w = W / 2.
        """
        one = self.level1(self.stem(stain))
        two = self.level2(one)
        three = self.level3(two)
        four = self.level4(three)
        three = self.up3(three + doubled(self.from4(four)))
        two = self.up2(two + doubled(self.from3(three)))
        features = self.up1(one + doubled(self.from2(two)))
        return FinderOutput(self.heat(features), self.sides(features), features)


def sides_in_cells(raw: Tensor) -> Tensor:
    """Turn the network's raw `sides` into distances in grid cells, same shape, float32."""
    return _SIDE_UNIT * torch.exp(raw.float().clamp(-4.0, 4.0))
