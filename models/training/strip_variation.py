"""What a straightened chromosome may suffer: stretch, bends left over, cut ends, blur, uneven stain."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from models.inference.strips import COLUMN_MARGIN, COLUMNS, ROW_MARGIN, ROWS

_FULL_ROWS: Final = ROWS + 2 * ROW_MARGIN
_FULL_COLUMNS: Final = COLUMNS + 2 * COLUMN_MARGIN


def varied(
    stain: Tensor, mask: Tensor, measures: Tensor, random: torch.Generator, *, strength: float = 1.0
) -> tuple[Tensor, Tensor]:
    """Draw one variation of each strip.

    Parameters
    ----------
    stain, mask
        Shape (B, 108, 24), float32 0..1, as `models.inference.strips.strips_of` gives them.
    measures
        Shape (B, 6), float32.
    random
        Source of chance.
    strength
        1 as in training; 0 leaves the strips as they are.

    Returns
    -------
    strips, measures
        Shapes (B, 1, 96, 16) and (B, 6).
    """
    count = len(stain)
    cut = _cuts(count, random) * strength
    grid = _grid(count, cut, random, strength)
    both = F.grid_sample(torch.stack([stain, mask], dim=1), grid, align_corners=False)
    seen, inside = both[:, :1], both[:, 1:]
    if strength > 0:
        inside = _redrawn(inside, random)
        seen = _restained(seen, random)
    strips = (0.1 + 0.9 * seen) * inside
    if strength > 0:
        strips = _crossed(strips, random)
        strips = (strips + 0.02 * _normal(random, count, 1, ROWS, COLUMNS) * (strips > 0)).clamp(0, 1)
    return strips, _remeasured(measures, cut, random, strength)


def _normal(random: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=random)


def _uniform(random: torch.Generator, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=random)


def _cuts(count: int, random: torch.Generator) -> Tensor:
    """Share of the length lost (or, negative, added) at each end, shape (B, 2)."""
    cut = 0.015 * _normal(random, count, 2)
    rare = _uniform(random, count, 2) < 0.05
    return torch.where(rare, 0.15 * _uniform(random, count, 2), cut).clamp(-0.05, 0.2)


def _grid(count: int, cut: Tensor, random: torch.Generator, strength: float) -> Tensor:
    t = ((torch.arange(ROWS) + 0.5) / ROWS)[None]
    along = cut[:, :1] + (1 - cut.sum(dim=1, keepdim=True)) * t
    for waves in (1, 2, 3):
        size = 0.02 / waves * strength * _normal(random, count, 1)
        along = along + size * torch.sin(torch.pi * waves * t)
    across = (torch.arange(COLUMNS) + 0.5)[None] - COLUMNS / 2
    scale = torch.exp(0.1 * strength * _normal(random, count, 1))
    mirror = torch.where(_uniform(random, count, 1) < (0.5 if strength > 0 else 0.0), -1.0, 1.0)
    across = across * scale * mirror
    bend = 0.5 * strength * _normal(random, count, 1) + 0.7 * strength * _normal(
        random, count, 1
    ) * torch.sin(torch.pi * (t * (0.5 + 1.5 * _uniform(random, count, 1)) + 2 * _uniform(random, count, 1)))
    lean = 0.01 * strength * _normal(random, count, 1)
    rows = along[:, :, None] + lean[..., None] * across[:, None, :] / 4
    columns = across[:, None, :] + bend[:, :, None]
    y = (ROW_MARGIN + ROWS * rows) / _FULL_ROWS * 2 - 1
    x = (_FULL_COLUMNS / 2 + columns) / _FULL_COLUMNS * 2 - 1
    return torch.stack([x, y], dim=3)


def _redrawn(inside: Tensor, random: torch.Generator) -> Tensor:
    """Draw half of the outlines anew, a little wider or narrower."""
    count = len(inside)
    level = 0.5 + 0.22 * (2 * _uniform(random, count, 1, 1, 1) - 1)
    moved = ((F.avg_pool2d(inside, 3, 1, 1) - level) * 6 + 0.5).clamp(0, 1)
    return torch.where(_uniform(random, count, 1, 1, 1) < 0.5, moved, inside)


def _restained(seen: Tensor, random: torch.Generator) -> Tensor:
    count = len(seen)

    def each(size: float) -> Tensor:
        return size * _normal(random, count, 1, 1, 1)

    soft = F.avg_pool2d(seen, (5, 3), 1, (2, 1))
    blur = _uniform(random, count, 1, 1, 1)
    blur = torch.where(_uniform(random, count, 1, 1, 1) < 0.5, blur, torch.zeros(()))
    # Beyond 1 the other way is sharpening.
    blur = torch.where(_uniform(random, count, 1, 1, 1) < 0.15, -0.5 * blur, blur)
    seen = (seen + blur * (soft - seen)).clamp(1e-4, 1)
    seen = seen ** torch.exp(each(0.18))
    t = torch.linspace(-1, 1, ROWS)[None, None, :, None]
    return (seen * torch.exp(each(0.12) + each(0.1) * t) + each(0.03)).clamp(0, 1)


def _crossed(strips: Tensor, random: torch.Generator) -> Tensor:
    """Lay a piece of another chromosome over one in sixteen."""
    count = len(strips)
    rows = torch.arange(ROWS)[None, None, :, None] / ROWS
    start = _uniform(random, count, 1, 1, 1)
    length = 0.05 + 0.15 * _uniform(random, count, 1, 1, 1)
    chosen = (_uniform(random, count, 1, 1, 1) < 0.06) & (rows >= start) & (rows < start + length)
    other = strips.roll(1, dims=0)
    return torch.where(chosen, (strips + other).clamp(0, 1), strips)


def _remeasured(measures: Tensor, cut: Tensor, random: torch.Generator, strength: float) -> Tensor:
    count = len(measures)
    length = torch.log1p(-cut.sum(dim=1)) + 0.035 * strength * _normal(random, count)
    width = 0.05 * strength * _normal(random, count)
    noise = torch.stack(
        [
            length,
            width,
            length + width,
            0.06 * strength * _normal(random, count),
            length + 0.04 * strength * _normal(random, count),
            0.01 * strength * _normal(random, count),
        ],
        dim=1,
    )
    return measures + noise
