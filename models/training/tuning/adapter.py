"""The adapter of the namer: what corrections teach is added to the logits of a frozen network.

A correction of names is low in rank: a few directions of the features, and the 24 classes they speak for.
It starts at no effect, is pulled back to it (weight anchoring), and is held near it on cells that were not
corrected (distillation on simulated cells), so that a handful of corrections cannot make it forget.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.domain.bands import CLASSES
from models.training.tuning.frozen import FrozenAnswers

NAMES: Final = len(CLASSES)
RANK: Final = 24
_FEATURE_NOISE: Final = 0.1
_OWN_ROWS: Final = 512
_CALM_ROWS: Final = 256
"""Chromosomes in each step, so that a long queue costs no more than a short one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaughtCell:
    """One corrected cell.

    Attributes
    ----------
    case
        Whose cell it is; cells of a case are never parted when something is chosen.
    answers
        What the frozen namer says of its n chromosomes.
    classes
        Shape (n,), int: index of the right class, 24 for none, -1 where nobody said.
    first
        Shape (n,), int: 1 where the p arm is at row 0, 0 where at the last row, -1 where nobody said.
    """

    case: str
    answers: FrozenAnswers
    classes: NDArray[np.int64]
    first: NDArray[np.int64]


class NamerAdapter(nn.Module):
    """Adds to the logits of names and ends what the features of a chromosome say; without effect at first."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.look = nn.Linear(features, RANK, bias=False)
        self.speak = nn.Linear(RANK, NAMES)
        self.look_ends = nn.Linear(features, RANK, bias=False)
        self.speak_ends = nn.Linear(RANK, NAMES, bias=False)
        for layer in (self.speak, self.speak_ends):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.speak.bias)

    def forward(self, seen: Tensor, turned: Tensor) -> tuple[Tensor, Tensor]:
        """Steps of the logits: of the names (n, 24) and of the p arm at row 0 given each name (n, 24)."""
        names: Tensor = self.speak(self.look((seen - self.mean) / self.scale))
        # A difference of both ends: turning the strip round turns the sign, as it has to.
        ends: Tensor = self.speak_ends(self.look_ends(turned / self.scale))
        return names, ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How strongly an adapter is held back: by its weights, and by what it says of uncorrected cells."""

    anchor: float
    distil: float


PULLS: Final = (
    Pull(anchor=0.3, distil=1.0),
    Pull(anchor=0.1, distil=1.0),
    Pull(anchor=0.03, distil=1.0),
    Pull(anchor=0.01, distil=1.0),
)

Told = Callable[[int, int, float], None]


class _Pool:
    """Rows of many cells as tensors."""

    def __init__(self, cells: Sequence[TaughtCell]) -> None:
        def joined(of: Callable[[TaughtCell], NDArray[np.generic]]) -> Tensor:
            return torch.from_numpy(np.concatenate([of(cell) for cell in cells]))

        self.seen = joined(lambda cell: cell.answers.seen).float()
        self.turned = joined(lambda cell: cell.answers.turned).float()
        self.named = joined(lambda cell: cell.answers.named).float()
        self.alone = joined(lambda cell: cell.answers.alone).float()
        self.first = joined(lambda cell: cell.answers.first).float()
        self.classes = joined(lambda cell: cell.classes).long()
        self.ends = joined(lambda cell: cell.first).long()

    def said(self) -> _Pool:
        """Rows of which somebody said what they are."""
        return self._rows(torch.nonzero(self.classes >= 0).flatten())

    def some(self, number: int) -> _Pool:
        """So many rows by lot; itself where there are no more."""
        if len(self.classes) <= number:
            return self
        return self._rows(torch.randperm(len(self.classes))[:number])

    def _rows(self, rows: Tensor) -> _Pool:
        drawn = copy.copy(self)
        for name, values in vars(self).items():
            setattr(drawn, name, values[rows])
        return drawn


def fit(
    cells: Sequence[TaughtCell],
    others: Sequence[TaughtCell],
    pull: Pull,
    *,
    steps: int = 400,
    seed: int = 0,
    told: Told | None = None,
) -> NamerAdapter:
    """Fit an adapter on corrected cells.

    Parameters
    ----------
    cells
        Corrected cells.
    others
        Cells on which it has to go on saying what the frozen namer says; may be empty.
    pull
        How strongly it is held back.
    told
        Called with step, steps and loss.

    Raises
    ------
    ValueError
        Without any corrected chromosome.
    """
    if not any((cell.classes >= 0).any() for cell in cells):
        raise ValueError("expected corrected chromosomes, got none")
    torch.manual_seed(seed)
    own = _Pool(cells).said()
    calm = _Pool(others) if others else None
    adapter = NamerAdapter(own.seen.shape[1])
    everything = own.seen if calm is None else torch.cat([own.seen, calm.seen])
    adapter.mean.copy_(everything.mean(dim=0))
    adapter.scale.copy_(everything.std(dim=0).clamp_min(1e-3))
    start = copy.deepcopy(adapter)
    optimiser = torch.optim.Adam(adapter.parameters(), lr=3e-3)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=steps + 1)
    for step in range(steps):
        drawn = own.some(_OWN_ROWS)
        noise = 1.0 + _FEATURE_NOISE * torch.randn_like(drawn.seen)
        loss = _wrong(adapter, drawn, noise)
        if calm is not None:
            loss = loss + pull.distil * _strayed(adapter, calm.some(_CALM_ROWS))
        away = sum(
            ((now - before) ** 2).sum()
            for now, before in zip(adapter.parameters(), start.parameters(), strict=True)
        )
        loss = loss + pull.anchor * away / RANK
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        pace.step()
        if told is not None and (step % 20 == 0 or step == steps - 1):
            told(step + 1, steps, float(loss.detach()))
    return adapter.eval()


def _wrong(adapter: NamerAdapter, pool: _Pool, noise: Tensor) -> Tensor:
    names, ends = adapter(pool.seen * noise, pool.turned * noise)
    said = pool.classes >= 0
    stepped = pool.named[said] + F.pad(names[said], (0, 1))
    loss = F.cross_entropy(stepped, pool.classes[said])
    alone = said & (pool.classes < NAMES)
    if alone.any():
        loss = loss + 0.5 * F.cross_entropy(pool.alone[alone] + names[alone], pool.classes[alone])
    known = (pool.ends >= 0) & alone
    if known.any():
        rows = torch.arange(len(pool.classes))[known]
        odds = (pool.first + ends)[rows, pool.classes[known]]
        loss = loss + F.binary_cross_entropy_with_logits(odds, pool.ends[known].float())
    return loss


def _strayed(adapter: NamerAdapter, pool: _Pool) -> Tensor:
    names, ends = adapter(pool.seen, pool.turned)
    before = torch.softmax(pool.named, dim=1)
    now = torch.log_softmax(pool.named + F.pad(names, (0, 1)), dim=1)
    loss = F.kl_div(now, before, reduction="batchmean")
    share = torch.sigmoid(pool.first)
    return loss + F.binary_cross_entropy_with_logits(pool.first + ends, share)


def loss_on(adapter: NamerAdapter | None, cells: Sequence[TaughtCell]) -> float:
    """Mean surprise at the right answers; None is the frozen namer by itself."""
    pool = _Pool(cells)
    adapter = adapter or NamerAdapter(pool.seen.shape[1])
    with torch.no_grad():
        return float(_wrong(adapter, pool, torch.ones_like(pool.seen)))


def chosen_pull(
    cells: Sequence[TaughtCell], others: Sequence[TaughtCell], *, folds: int = 4, steps: int = 250
) -> Pull | None:
    """Choose how strongly to hold back, on cases that were left out in turn; None where nothing helps."""
    cases = sorted({cell.case for cell in cells})
    if len(cases) < 2:
        return PULLS[0]
    folds = min(folds, len(cases))
    sums = dict.fromkeys(PULLS, 0.0)
    frozen = 0.0
    for fold in range(folds):
        left_out = set(cases[fold::folds])
        kept = [cell for cell in cells if cell.case not in left_out]
        asked = [cell for cell in cells if cell.case in left_out]
        if not any((cell.classes >= 0).any() for cell in kept):
            continue
        weight = sum(int((cell.classes >= 0).sum()) for cell in asked)
        if weight == 0:
            continue
        frozen += weight * loss_on(None, asked)
        for pull in PULLS:
            sums[pull] += weight * loss_on(fit(kept, others, pull, steps=steps), asked)
    best = min(PULLS, key=lambda pull: sums[pull])
    return best if sums[best] < frozen else None
