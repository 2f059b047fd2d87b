"""What an upright picture of a chromosome may suffer, and R-banding made of G-banding."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

_REVERSED: Final = 0.85
_FAINTEST: Final = 0.08
_STAIN_MEASURE: Final = 3


def varied_pictures(pictures: Tensor, random: torch.Generator, *, strength: float = 1.0) -> Tensor:
    """Draw one variation of each picture.

    Parameters
    ----------
    pictures
        Shape (B, 2, SIDE, SIDE), float32 0..1, stain and mask.
    random
        Source of chance.
    strength
        1 as in training; 0 leaves the pictures as they are.

    Returns
    -------
    pictures
        Of the same shape: turned a little, moved, scaled, mirrored, outlined and stained otherwise.
    """
    if strength <= 0:
        return pictures
    count = len(pictures)
    angle = 0.2 * strength * _normal(random, count)
    scale = torch.exp(0.08 * strength * _normal(random, count))
    mirror = torch.where(torch.rand(count, generator=random) < 0.5, -1.0, 1.0)
    turn = torch.stack(
        [
            torch.stack([torch.cos(angle) * scale * mirror, -torch.sin(angle) * scale], dim=1),
            torch.stack([torch.sin(angle) * scale * mirror, torch.cos(angle) * scale], dim=1),
        ],
        dim=1,
    )
    move = 0.04 * strength * _normal(random, count, 2)
    grid = F.affine_grid(
        torch.cat([turn, move[:, :, None]], dim=2), list(pictures.shape), align_corners=False
    )
    both = F.grid_sample(pictures, grid, align_corners=False)
    seen, inside = both[:, :1], both[:, 1:]
    level = 0.5 + 0.3 * (2 * torch.rand(count, 1, 1, 1, generator=random) - 1)
    moved = ((F.avg_pool2d(inside, 3, 1, 1) - level) * 4 + 0.5).clamp(0, 1)
    inside = torch.where(torch.rand(count, 1, 1, 1, generator=random) < 0.5, moved, inside)
    # Often nothing is left around the outline: the surroundings are a hint, never a habit.
    bare = torch.rand(count, 1, 1, 1, generator=random) < 0.3
    seen = torch.where(bare, seen * inside, seen)
    blur = torch.rand(count, 1, 1, 1, generator=random)
    blur = torch.where(torch.rand(count, 1, 1, 1, generator=random) < 0.5, blur, torch.zeros(()))
    seen = (seen + blur * (F.avg_pool2d(seen, 3, 1, 1) - seen)).clamp(1e-4, 1)
    seen = seen ** torch.exp(0.18 * _normal(random, count, 1, 1, 1))
    seen = seen * torch.exp(0.12 * _normal(random, count, 1, 1, 1))
    seen = (seen + 0.02 * _normal(random, *seen.shape) * (seen > 0.01)).clamp(0, 1)
    return torch.cat([_with_gaps(seen, random), inside], dim=1)


def _with_gaps(seen: Tensor, random: torch.Generator) -> Tensor:
    """Hide a square of one picture in eight."""
    count, side = len(seen), seen.shape[-1]
    place = torch.arange(side)
    start = torch.randint(0, side, (count, 2), generator=random)
    hidden = torch.randint(4, 13, (count, 1), generator=random)
    rows, columns = (
        (place[None] >= start[:, k : k + 1]) & (place[None] < start[:, k : k + 1] + hidden) for k in (0, 1)
    )
    chosen = torch.rand(count, 1, 1, generator=random) < 0.125
    gap = rows[:, :, None] & columns[:, None, :] & chosen
    return torch.where(gap[:, None], torch.zeros(()), seen)


def reversed_bands(stain: Tensor, mask: Tensor) -> Tensor:
    """Make R-banding of G-banding: dark where it was light, within the soft edge of the outline.

    Parameters
    ----------
    stain, mask
        Shape (B, H, W), float32 0..1, stain relative to the dark bands as in `CellStrips`.
    """
    edge = (1.6 * F.avg_pool2d(mask[:, None], 3, 1, 1, count_include_pad=False)[:, 0] - 0.6).clamp(0, 1)
    soft = F.avg_pool2d(stain[:, None], 3, 1, 1)[:, 0]
    return ((_REVERSED - soft).clamp(_FAINTEST, 1.0)) * edge


def reversed_measures(measures: Tensor) -> Tensor:
    """Sizes of a chromosome after `reversed_bands`: what was darker than its cell is lighter."""
    result = measures.clone()
    result[:, _STAIN_MEASURE] *= -0.6
    return result


def _normal(random: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=random)
