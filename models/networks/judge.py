"""Judge network: which candidates of a picture together are its chromosomes.

A candidate cannot be judged by itself: half a chromosome, two that lie side by side, or the second copy
of one look right until they are seen beside the other candidates that claim the same stain, and beside the
names that the cell already has. Each candidate is a token; attention is told how every two overlap (after
the relation networks of Hu et al., CVPR 2018, that learn to leave out duplicates).
"""

from __future__ import annotations

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH: Final = 96
HEADS: Final = 6
LAYERS: Final = 4


class JudgeNetwork(nn.Module):
    """Transformer over the candidates of a picture."""

    def __init__(self, own: int, between: int) -> None:
        super().__init__()
        self.own = nn.Sequential(nn.Linear(own, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH))
        self.relation = nn.Sequential(nn.Linear(between, 32), nn.GELU(), nn.Linear(32, 24), nn.GELU())
        self.layers = nn.ModuleList(_Layer(24) for _ in range(LAYERS))
        self.verdicts = nn.ModuleList(nn.Linear(WIDTH, 1) for _ in range(LAYERS))

    def forward(self, own: Tensor, between: Tensor, present: Tensor) -> Tensor:
        """Judge.

        Parameters
        ----------
        own
            Shape (B, N, OWN), see `models.inference.scene.Scene`.
        between
            Shape (B, N, N, BETWEEN).
        present
            Shape (B, N), 1.0 for a candidate and 0.0 for padding.

        Returns
        -------
        Tensor
            Logits (LAYERS, B, N): after each layer, the last one counts.
        """
        tokens = self.own(own)
        relation = self.relation(between)
        hidden = (1.0 - present)[:, None, None, :] * -1e4
        verdict = torch.zeros_like(present)
        said = []
        for layer, speak in zip(self.layers, self.verdicts, strict=True):
            tokens = layer(tokens, relation, hidden, torch.sigmoid(verdict) * present)
            verdict = verdict + speak(tokens)[..., 0]
            said.append(verdict)
        return torch.stack(said)


class _Layer(nn.Module):
    """Attention with a bias from how two candidates lie, and what surer candidates already claim."""

    def __init__(self, relation: int) -> None:
        super().__init__()
        self.before = nn.LayerNorm(WIDTH)
        self.ask = nn.Linear(WIDTH, 3 * WIDTH)
        self.bias = nn.Linear(relation, HEADS)
        self.claim = nn.Linear(relation, 16)
        self.claimed = nn.Linear(16, WIDTH)
        self.told = nn.Linear(1, WIDTH)
        self.give = nn.Linear(WIDTH, WIDTH)
        self.between = nn.LayerNorm(WIDTH)
        self.think = nn.Sequential(
            nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Dropout(0.15), nn.Linear(2 * WIDTH, WIDTH)
        )
        self.guard = nn.Dropout(0.15)

    def forward(self, tokens: Tensor, relation: Tensor, hidden: Tensor, verdict: Tensor) -> Tensor:
        batch, number, width = tokens.shape
        asked = self.ask(self.before(tokens)).reshape(batch, number, 3, HEADS, width // HEADS)
        query, key, value = asked.permute(2, 0, 3, 1, 4).unbind(0)
        bias = self.bias(relation).permute(0, 3, 1, 2)
        weight = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(width / HEADS) + bias + hidden, dim=3)
        found = (weight @ value).transpose(1, 2).reshape(batch, number, width)
        # Sums, not means: two half claims on the same stain are more than one.
        claims = (F.relu(self.claim(relation)) * verdict[:, None, :, None]).sum(dim=2)
        tokens = tokens + self.guard(self.give(found)) + self.claimed(claims) + self.told(verdict[..., None])
        thought: Tensor = self.guard(self.think(self.between(tokens)))
        return tokens + thought
