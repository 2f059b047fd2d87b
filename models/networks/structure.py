"""Compares a chromosome with its homolog and with what its class looks like: changed or not, how, and where.

The chromosome is read in 28 steps along its axis. Each step looks at its neighbours, at the homolog of the
cell, and at a learned memory of its class, so that a band that is missing, turned, or of another chromosome
stands out against both.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

NAMES: Final = 24
KINDS: Final = 7
BINS: Final = 40
STEPS: Final = 28
SIZES: Final = 7
WIDTH: Final = 96
_HEADS: Final = 4
_LAYERS: Final = 3


class _Reader(nn.Module):
    """Steps along one chromosome: (N, 2, 112, 16) to (N, 28, 96)."""

    def __init__(self) -> None:
        super().__init__()
        self.pixels = nn.Sequential(
            nn.Conv2d(2, 24, 5, (2, 2), 2, bias=False), nn.BatchNorm2d(24), nn.ReLU(inplace=True),
            nn.Conv2d(24, 40, 3, (1, 2), 1, bias=False), nn.BatchNorm2d(40), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.along = nn.Sequential(
            nn.Conv1d(160, WIDTH, 3, 2, 1, bias=False), nn.BatchNorm1d(WIDTH), nn.ReLU(inplace=True),
            nn.Conv1d(WIDTH, WIDTH, 3, 1, 1),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        seen = self.pixels(pictures)
        folded = seen.permute(0, 1, 3, 2).flatten(1, 2)
        steps: Tensor = self.along(folded).permute(0, 2, 1)
        return steps


class _Layer(nn.Module):
    """Attention of the steps to themselves, the homolog and the memory, normalised first."""

    def __init__(self) -> None:
        super().__init__()
        self.before = nn.LayerNorm(WIDTH)
        self.others = nn.LayerNorm(WIDTH)
        self.ask = nn.Linear(WIDTH, WIDTH)
        self.tell = nn.Linear(WIDTH, 2 * WIDTH)
        self.give = nn.Linear(WIDTH, WIDTH)
        self.between = nn.LayerNorm(WIDTH)
        self.think = nn.Sequential(
            nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Dropout(0.1), nn.Linear(2 * WIDTH, WIDTH)
        )

    def forward(self, steps: Tensor, context: Tensor, hidden: Tensor) -> Tensor:
        batch, number, _ = steps.shape
        seen = torch.cat([self.before(steps), self.others(context)], dim=1)
        total = seen.shape[1]
        size = WIDTH // _HEADS
        query = self.ask(self.before(steps)).reshape(batch, number, _HEADS, size).transpose(1, 2)
        told = self.tell(seen).reshape(batch, total, 2, _HEADS, size).permute(2, 0, 3, 1, 4)
        key, value = told[0], told[1]
        weight = torch.softmax(query @ key.transpose(2, 3) / size**0.5 + hidden, dim=3)
        found = (weight @ value).transpose(1, 2).reshape(batch, number, WIDTH)
        steps = steps + self.give(found)
        thought: Tensor = self.think(self.between(steps))
        return steps + thought


class StructureNetwork(nn.Module):
    """The whole network; see `forward`."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = _Reader()
        self.memory = nn.Parameter(torch.randn(NAMES, STEPS, WIDTH) * 0.1)
        self.place = nn.Parameter(torch.randn(STEPS, WIDTH) * 0.1)
        self.kinds_of_token = nn.Parameter(torch.randn(3, WIDTH) * 0.1)
        self.sizes = nn.Linear(SIZES, WIDTH)
        self.named = nn.Embedding(NAMES, WIDTH)
        self.layers = nn.ModuleList(_Layer() for _ in range(_LAYERS))
        self.rest = nn.LayerNorm(WIDTH)
        self.heat = nn.Linear(WIDTH, 1)
        self.whole = nn.Sequential(nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.1))
        self.kind = nn.Linear(WIDTH, KINDS)
        self.breaks = nn.Linear(WIDTH, 2 * BINS)
        self.foreign = nn.Linear(WIDTH, NAMES)

    def forward(
        self, query: Tensor, homolog: Tensor, name: Tensor, sizes: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Compare n chromosomes.

        Parameters
        ----------
        query, homolog
            Shape (n, 2, 112, 16), 0..1, see `models.inference.structure.laid`.
        name
            Shape (n,), int64, index of the class.
        sizes
            Shape (n, 7): sizes of both, and 1 where there is a homolog.

        Returns
        -------
        tuple of Tensor
            Logits: kind (n, 7), heat (n, 28), breaks (n, 2, 40), foreign (n, 24).
        """
        own = self.reader(query) + self.place + self.kinds_of_token[0]
        beside = self.reader(homolog) + self.place + self.kinds_of_token[1]
        memory = self.memory[name] + self.place + self.kinds_of_token[2]
        told = (self.sizes(sizes) + self.named(name))[:, None]
        own = own + told
        context = torch.cat([beside, memory + told], dim=1)
        absent = (1.0 - sizes[:, -1:]) * -1e4
        nobody = torch.zeros_like(absent)
        hidden = torch.cat(
            [nobody.expand(-1, STEPS), absent.expand(-1, STEPS), nobody.expand(-1, STEPS)], dim=1
        )[:, None, None, :]
        for layer in self.layers:
            own = layer(own, context, hidden)
        own = self.rest(own)
        whole = self.whole(torch.cat([own.mean(dim=1), own.amax(dim=1)], dim=1))
        breaks = self.breaks(whole).reshape(-1, 2, BINS)
        return self.kind(whole), self.heat(own)[..., 0], breaks, self.foreign(whole)


def structure_loss(
    said: tuple[Tensor, Tensor, Tensor, Tensor],
    kind: Tensor,
    heat: Tensor,
    breaks: Tensor,
    foreign: Tensor,
) -> Tensor:
    """Sum of what is wrong: kind, heat, breaks (soft over neighbouring places), foreign class."""
    kinds, heats, places, classes = said
    changed = torch.logsumexp(kinds[:, 1:], dim=1) - kinds[:, 0]
    loss = F.binary_cross_entropy_with_logits(changed, (kind > 0).float())
    altered = kind > 0
    if altered.any():
        loss = loss + 0.4 * F.cross_entropy(kinds[altered, 1:], kind[altered] - 1)
    loss = loss + 0.7 * F.binary_cross_entropy_with_logits(heats, heat)
    said_of = breaks >= 0
    if said_of.any():
        target = F.one_hot(breaks[said_of], BINS).float()
        soft = target + 0.5 * (F.pad(target[:, 1:], (0, 1)) + F.pad(target[:, :-1], (1, 0)))
        soft = soft / soft.sum(dim=1, keepdim=True)
        loss = loss + 0.25 * F.cross_entropy(places[said_of], soft)
    known = foreign >= 0
    if known.any():
        loss = loss + 0.1 * F.cross_entropy(classes[known], foreign[known])
    return loss
