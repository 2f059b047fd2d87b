"""Fit what tells bandings apart, on what a trained chromosome reader sees; a linear answer suffices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from models.inference.strips import CellStrips, network_input
from models.networks.namer import BANDINGS, ChromosomeReader
from models.training.chromosomes import strips_from
from models.training.picture_variation import reversed_bands, reversed_measures
from models.training.train_namer import R_BANDING, Part, one_of_bandings

_MOST: Final = 600
_DECAY: Final = 3e-3


@torch.no_grad()
def looked_at(network: ChromosomeReader, strips: CellStrips, told: int) -> Tensor:
    """What the recogniser looks at, (N, features)."""
    answer, network.bandings = network.bandings, nn.Identity()  # type: ignore[assignment]
    try:
        seen: Tensor = network(
            torch.from_numpy(network_input(strips)),
            torch.from_numpy(strips.pictures),
            torch.from_numpy(strips.measures),
            one_of_bandings(told, len(strips.measures)),
        )[2]
    finally:
        network.bandings = answer
    return seen


def turned_over(strips: CellStrips) -> CellStrips:
    """R-banded strips made of G-banded ones."""
    stain, mask = torch.from_numpy(strips.stain), torch.from_numpy(strips.mask)
    pictures = torch.from_numpy(strips.pictures.copy())
    pictures[:, 0] = reversed_bands(pictures[:, 0], pictures[:, 1])
    return CellStrips(
        stain=reversed_bands(stain, mask).numpy(),
        mask=strips.mask,
        measures=reversed_measures(torch.from_numpy(strips.measures)).numpy(),
        pictures=pictures.numpy(),
    )


def _samples(
    network: ChromosomeReader, part: Part, rows: NDArray[np.int64], seed: int
) -> list[tuple[Tensor, int]]:
    chance = np.random.default_rng(seed)
    some = np.sort(chance.permutation(rows)[:_MOST])
    strips = strips_from(part.chromosomes, some)
    if float(strips.pictures.max(initial=0.0)) == 0.0:
        return []
    # Brightfield pictures are looked at as G, fluorescence as Q: nobody knows better before.
    found = [(looked_at(network, strips, 0 if part.banding == 0 else 1), part.banding)]
    if part.banding == 0:
        found.append((looked_at(network, turned_over(strips), 0), R_BANDING))
        # The same picture turned into light on dark, as an inverted file shows it.
        found.append((looked_at(network, strips, 1), part.banding))
    return found


def fit_recogniser(network: ChromosomeReader, parts: Sequence[Part]) -> dict[str, float]:
    """Fit `network.bandings`; every banding weighs the same.

    Returns
    -------
    dict
        For each banding the share of held-back chromosomes recognised one by one.
    """
    train = [s for part in parts for s in _samples(network, part, part.train, 1)]
    held = [s for part in parts for s in _samples(network, part, part.validation, 2)]
    seen = torch.cat([x for x, _ in train])
    label = torch.cat([torch.full((len(x),), banding) for x, banding in train])
    weight = 1.0 / torch.bincount(label, minlength=BANDINGS).clamp(min=1).float()
    mean, spread = seen.mean(dim=0), seen.std(dim=0) + 1e-3
    line = nn.Linear(seen.shape[1], BANDINGS)
    search = torch.optim.LBFGS(line.parameters(), max_iter=150)

    def loss() -> Tensor:
        search.zero_grad()
        value = F.cross_entropy(line((seen - mean) / spread), label, weight=weight)
        value = value + _DECAY * line.weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    search.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        network.bandings.weight.copy_(line.weight / spread)
        network.bandings.bias.copy_(line.bias - (line.weight / spread) @ mean)
        answer = {}
        for number, name in enumerate(("G", "Q", "R", "DAPI")):
            own = [network.bandings(x).argmax(dim=1) == number for x, banding in held if banding == number]
            answer[name] = round(float(torch.cat(own).float().mean()), 4) if own else float("nan")
    return answer
