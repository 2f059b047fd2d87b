"""Compares a chromosome with its homolog and with what its class usually looks like.

Three pictures lie on the same rows: the chromosome, its homolog, and the mean picture of its class. Beside
what convolutions see in them, each row is told how well its bands agree with those of the other two, straight
and shifted by some rows to either side: a stretch that agrees only when it is shifted has something lost or
gained before it, one that agrees nowhere is turned or foreign.
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
ROWS: Final = 112
COLUMNS: Final = 16
WIDTH: Final = 96
_HALF_WINDOW: Final = 5
_SHIFTS: Final = tuple(range(-12, 13, 2))
_DILATIONS: Final = (1, 2, 4, 8, 1, 4)
_SHRINK_BEFORE: Final = 4
_MIDDLE: Final = slice(5, 11)
"""Columns of the body, without its rims."""


class _Along(nn.Module):
    """Two convolutions along the axis, told of the class and the sizes between them."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(WIDTH)
        self.first = nn.Conv1d(WIDTH, WIDTH, 3, 1, dilation, dilation, bias=False)
        self.again = nn.BatchNorm1d(WIDTH)
        self.second = nn.Conv1d(WIDTH, WIDTH, 3, 1, 1)

    def forward(self, steps: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        seen = self.first(F.relu(self.norm(steps)))
        seen = self.again(seen) * (1 + scale) + shift
        changed: Tensor = self.second(F.relu(seen))
        return steps + changed


def profile_of(pictures: Tensor) -> Tensor:
    """Stain along the body of chromosomes (N, 2, 112, 16): (N, 112), mean 0 and variance 1."""
    inside = pictures[:, 1, :, _MIDDLE]
    profile = (pictures[:, 0, :, _MIDDLE] * inside).sum(2) / inside.sum(2).clamp_min(0.3)
    profile = profile - profile.mean(1, keepdim=True)
    return profile / (profile.square().mean(1, keepdim=True).sqrt() + 0.02)


def agreement_of(one: Tensor, other: Tensor) -> Tensor:
    """Local correlation of two profiles (N, 112) at each row for each shift: (N, 13, 112)."""
    most = max(_SHIFTS)
    own, its = _windows(one), F.pad(_windows(other), (0, 0, most, most))
    rows = one.shape[1]
    return torch.stack(
        [(own * its[:, most + shift : most + shift + rows]).sum(2) for shift in _SHIFTS], dim=1
    )


def _windows(profile: Tensor) -> Tensor:
    reach = _HALF_WINDOW
    padded = F.pad(profile, (reach, reach))
    rows = profile.shape[1]
    window = torch.stack([padded[:, at : at + rows] for at in range(2 * reach + 1)], dim=2)
    window = window - window.mean(2, keepdim=True)
    return window / (window.square().sum(2, keepdim=True).sqrt() + 0.5)


class StructureNetwork(nn.Module):
    """The whole network; see `forward`.

    Parameters
    ----------
    usual
        Mean picture of the normal chromosomes of each class, shape (24, 2, 112, 16), 0..1; a part of the
        weights, set before training.
    """

    usual: Tensor

    def __init__(self, usual: Tensor | None = None) -> None:
        super().__init__()
        self.register_buffer("usual", torch.zeros(NAMES, 2, ROWS, COLUMNS) if usual is None else usual)
        self.pixels = nn.Sequential(
            nn.Conv2d(6, 24, 5, (2, 2), 2, bias=False), nn.BatchNorm2d(24), nn.ReLU(inplace=True),
            nn.Conv2d(24, 40, 3, (1, 2), 1, bias=False), nn.BatchNorm2d(40), nn.ReLU(inplace=True),
        )  # fmt: skip
        lines = 2 * len(_SHIFTS) + 5
        self.lines = nn.Sequential(
            nn.Conv1d(lines, 64, 5, 2, 2, bias=False), nn.BatchNorm1d(64), nn.ReLU(inplace=True)
        )
        self.fold = nn.Conv1d(160 + 64, WIDTH, 3, 1, 1)
        self.told = nn.Sequential(nn.Linear(SIZES, WIDTH), nn.ReLU(inplace=True))
        self.named = nn.Embedding(NAMES, WIDTH)
        self.place = nn.Parameter(torch.zeros(1, WIDTH, 2 * STEPS))
        self.film = nn.Linear(WIDTH, 2 * WIDTH * len(_DILATIONS))
        self.blocks = nn.ModuleList(_Along(dilation) for dilation in _DILATIONS)
        self.shrink = nn.Conv1d(WIDTH, WIDTH, 3, 2, 1)
        self.rest = nn.BatchNorm1d(WIDTH)
        self.heat = nn.Conv1d(WIDTH, 1, 1)
        self.whole = nn.Sequential(nn.Linear(3 * WIDTH, WIDTH), nn.ReLU(), nn.Dropout(0.1))
        self.kind = nn.Linear(WIDTH, KINDS)
        self.foreign = nn.Linear(WIDTH, NAMES)
        self.squeeze = nn.Conv1d(WIDTH, 16, 1)
        self.breaks = nn.Sequential(nn.Linear(16 * STEPS + WIDTH, 128), nn.ReLU(), nn.Linear(128, 2 * BINS))

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
        known = sizes[:, -1:]
        usual = self.usual[name]
        # Without a homolog the mean of the class stands in its place.
        beside = torch.where(known[:, :, None, None] > 0.5, homolog, usual)
        seen = self.pixels(torch.cat([query, beside, usual], 1)).permute(0, 1, 3, 2).flatten(1, 2)
        own, its, mean = profile_of(query), profile_of(beside), profile_of(usual)
        lines = torch.cat(
            [
                agreement_of(own, its),
                agreement_of(own, mean),
                torch.stack([own, its, mean, own - its, own - mean], 1),
            ],
            1,
        )
        steps = self.fold(torch.cat([seen, self.lines(lines)], 1)) + self.place
        told = self.told(sizes) + self.named(name)
        film = self.film(told)[:, :, None].chunk(2 * len(_DILATIONS), 1)
        steps = steps + told[:, :, None]
        for at, block in enumerate(self.blocks):
            if at == _SHRINK_BEFORE:
                steps = self.shrink(steps)
            steps = block(steps, film[2 * at], film[2 * at + 1])
        steps = F.relu(self.rest(steps))
        whole = self.whole(torch.cat([steps.mean(2), steps.amax(2), told], 1))
        breaks = self.breaks(torch.cat([self.squeeze(steps).flatten(1), whole], 1))
        return self.kind(whole), self.heat(steps)[:, 0], breaks.reshape(-1, 2, BINS), self.foreign(whole)


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
