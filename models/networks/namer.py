"""Names a chromosome by its bands, alone and among the other chromosomes of its cell.

A straightened chromosome has two ends and nobody knows which is up. The strip is read once from
either end by the same network, which answers "class c, with the p arm first". The two readings
together are 48 answers, and turning the strip round swaps them exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

NAMES: Final = 24
MEASURES: Final = 6
STRIP_FEATURES: Final = 192
PICTURE_FEATURES: Final = 96
FEATURES: Final = STRIP_FEATURES + PICTURE_FEATURES
BANDINGS: Final = 4
"""G, Q, R, DAPI, in this order."""

_STRIP_CHANNELS: Final = 224
_PICTURE_CHANNELS: Final = 112
TOKENS: Final = 128
EMBEDDING: Final = 32


def _convolved(
    inside: int, outside: int, kernel: tuple[int, int] = (3, 3), stride: tuple[int, int] = (1, 1)
) -> nn.Sequential:
    padding = (kernel[0] // 2, kernel[1] // 2)
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    """Two convolutions along the chromosome whose sum with the input is passed on."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolved(channels, channels, (3, 1))
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, (3, 1), padding=(1, 0), bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Shape (N, C, H, W) to the same."""
        return F.relu(x + self.second(self.first(x)))


class _ToldBanding(nn.Module):
    """Scales and shifts features by the banding; without effect before training."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.scale = nn.Linear(BANDINGS, features, bias=False)
        self.shift = nn.Linear(BANDINGS, features, bias=False)
        nn.init.zeros_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x: Tensor, banding: Tensor) -> Tensor:
        """Features (N, F) and banding (N, BANDINGS), one of them 1."""
        told: Tensor = x * (1.0 + self.scale(banding)) + self.shift(banding)
        return told


class StripReader(nn.Module):
    """Reads one strip from its first row to its last.

    Input (N, 1, 96, 16), measures (N, 6) and banding (N, 4); output features (N, STRIP_FEATURES), 24 logits,
    "class c with the p arm at row 0", and what tells bandings apart (N, 224). The bands run across a
    chromosome, so after two layers its width is folded into the channels and what follows reads along it
    only; that costs a tenth of keeping both directions.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pixels = nn.Sequential(_convolved(1, 24, (5, 5), (2, 2)), _convolved(24, 64, (3, 3), (1, 2)))
        self.bands = nn.Sequential(
            _convolved(256, 160, (3, 1), (2, 1)),
            _Residual(160),
            _convolved(160, 224, (3, 1), (2, 1)),
            _Residual(224),
        )
        self.loss_guard = nn.Dropout(0.2)
        self.whole = nn.Linear(_STRIP_CHANNELS * 12, STRIP_FEATURES)
        self.told = _ToldBanding(STRIP_FEATURES)
        self.sizes = nn.Sequential(nn.Linear(MEASURES, 64), nn.ReLU(inplace=True))
        self.names = nn.Linear(STRIP_FEATURES + 64, NAMES)

    def forward(self, strips: Tensor, measures: Tensor, banding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features, logits and what tells bandings apart."""
        pixels = self.pixels(strips)
        folded = pixels.permute(0, 1, 3, 2).flatten(1, 2)[..., None]
        bands = self.bands(folded)
        whole = self.whole(self.loss_guard(bands.flatten(1)))
        features = F.relu(self.told(whole, banding))
        names = self.names(torch.cat([features, self.sizes(measures)], dim=1))
        return features, names, bands.mean(dim=(2, 3))


class PictureReader(nn.Module):
    """Reads the upright picture, where a wrong axis or outline has spoiled nothing.

    Input (N, 2, 48, 48), measures (N, 6) and banding (N, 4); output features (N, PICTURE_FEATURES), logits,
    "class c with the p arm up", and what tells bandings apart (N, 112). Without a picture features and
    logits are 0.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pixels = nn.Sequential(
            _convolved(2, 24, (5, 5), (2, 2)),
            _convolved(24, 48, (3, 3), (2, 2)),
            _convolved(48, 80),
            _convolved(80, _PICTURE_CHANNELS, stride=(2, 2)),
            _convolved(_PICTURE_CHANNELS, _PICTURE_CHANNELS),
        )
        self.loss_guard = nn.Dropout(0.2)
        self.whole = nn.Linear(_PICTURE_CHANNELS * 36, PICTURE_FEATURES)
        self.told = _ToldBanding(PICTURE_FEATURES)
        self.sizes = nn.Sequential(nn.Linear(MEASURES, 64), nn.ReLU(inplace=True))
        self.names = nn.Linear(PICTURE_FEATURES + 64, NAMES)

    def forward(self, pictures: Tensor, measures: Tensor, banding: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features, logits and what tells bandings apart."""
        seen = (pictures[:, 1].amax(dim=(1, 2)) > 0).to(pictures.dtype)[:, None]
        pixels = self.pixels(pictures)
        whole = self.whole(self.loss_guard(pixels.flatten(1)))
        features = F.relu(self.told(whole, banding)) * seen
        names = self.names(torch.cat([features, self.sizes(measures)], dim=1)) * seen
        return features, names, pixels.mean(dim=(2, 3)) * seen


@dataclass(frozen=True, slots=True, kw_only=True)
class ChromosomeReadings:
    """What a `ChromosomeReader` says of N chromosomes.

    `features` (N, 2, FEATURES) and `logits` (N, 2, 24): index 0 says that the p arm is at row 0, index 1 that
    it is at the last row. `by_strip` and `by_picture` are the two parts of `logits`; `bandings` (N, 4).
    """

    features: Tensor
    logits: Tensor
    by_strip: Tensor
    by_picture: Tensor
    bandings: Tensor


class ChromosomeReader(nn.Module):
    """Reads strip and picture of a chromosome from both ends."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = StripReader()
        self.picture = PictureReader()
        self.bandings = nn.Linear(_STRIP_CHANNELS + _PICTURE_CHANNELS, BANDINGS)

    def read(self, strips: Tensor, pictures: Tensor, measures: Tensor, banding: Tensor) -> ChromosomeReadings:
        """Read strips (N, 1, 96, 16), pictures (N, 2, 48, 48), measures (N, 6), told banding (N, 4)."""
        count = strips.shape[0]
        sizes, told = torch.cat([measures, measures]), torch.cat([banding, banding])
        features, names, bands = self.reader(torch.cat([strips, strips.flip(2, 3)]), sizes, told)
        seen, named, blots = self.picture(torch.cat([pictures, pictures.flip(2, 3)]), sizes, told)

        def ends(x: Tensor) -> Tensor:
            return torch.stack([x[:count], x[count:]], dim=1)

        # The recogniser only looks: it must not bend what the names are read from.
        looked = ends(torch.cat([bands, blots], dim=1)).mean(dim=1).detach()
        return ChromosomeReadings(
            features=ends(torch.cat([features, seen], dim=1)),
            logits=ends(names + named),
            by_strip=ends(names),
            by_picture=ends(named),
            bandings=self.bandings(looked),
        )

    def forward(
        self, strips: Tensor, pictures: Tensor, measures: Tensor, banding: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Features (N, 2, FEATURES), logits (N, 2, 24) and bandings (N, 4), see `ChromosomeReadings`."""
        said = self.read(strips, pictures, measures, banding)
        return said.features, said.logits, said.bandings

    def both_ways(
        self, strips: Tensor, pictures: Tensor, measures: Tensor, banding: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read everything and its mirror image, and take the mean: a mirrored chromosome is the same."""
        plain = self(strips, pictures, measures, banding)
        mirrored = self(strips.flip(3), pictures.flip(3), measures, banding)
        features, logits, bandings = ((a + b) / 2 for a, b in zip(plain, mirrored, strict=True))
        return features, logits, bandings


class CellReader(nn.Module):
    """Names the chromosomes of a cell together.

    Each chromosome is a token; beside its own bands and sizes it is told how many of each class the
    others seem to be, twice: first from the readings alone, then from the first round's answer.
    """

    def __init__(self, width: int = TOKENS, layers: int = 1, heads: int = 4) -> None:
        super().__init__()
        self.loss_guard = nn.Dropout(0.25)
        self.bands = nn.Linear(FEATURES, width)
        self.guess = nn.Linear(NAMES, width)
        self.sizes = nn.Linear(MEASURES, width)
        self.census = nn.ModuleList(nn.Linear(NAMES + 2, width) for _ in range(2))
        self.rounds = nn.ModuleList(
            nn.ModuleList(_Attention(width, heads) for _ in range(layers)) for _ in range(2)
        )
        self.answers = nn.ModuleList(nn.Linear(width, NAMES) for _ in range(2))
        self.stranger = nn.Linear(width, 1)
        self.likeness = nn.Linear(width, EMBEDDING)
        for answer in self.answers:
            nn.init.zeros_(answer.weight)  # type: ignore[arg-type]

    def forward(
        self, features: Tensor, logits: Tensor, measures: Tensor, present: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read cells.

        Parameters: features (B, N, 2, FEATURES), logits (B, N, 2, 24) of `ChromosomeReader`, measures
        (B, N, 6), present (B, N), 1.0 for a chromosome and 0.0 for padding.
        Returns class logits (B, N, 24), stranger logits (B, N), embeddings (B, N, 32) of unit length.
        """
        names = torch.logsumexp(logits, dim=2)
        ends = torch.softmax(torch.logsumexp(logits, dim=3), dim=2)
        seen = (features * ends[..., None]).sum(dim=2)
        tokens = (
            self.bands(self.loss_guard(seen))
            + self.guess(F.log_softmax(names, dim=2) * 0.2)
            + self.sizes(measures)
        )
        hidden = (1.0 - present)[:, None, None, :] * -1e4
        number = present.sum(dim=1, keepdim=True)[..., None]
        for census, layers, answer in zip(self.census, self.rounds, self.answers, strict=True):
            share = torch.softmax(names, dim=2) * present[..., None]
            others = share.sum(dim=1, keepdim=True) - share
            size = (number / 46.0 - 1.0).expand(-1, share.shape[1], 1)
            told = torch.cat([others - 1.0, size * 10.0, size.abs() * 10.0], dim=2)
            tokens = tokens + census(told)
            for layer in layers:  # type: ignore[attr-defined]
                tokens = layer(tokens, hidden)
            names = names + answer(tokens)
        return names, self.stranger(tokens)[..., 0], F.normalize(self.likeness(tokens), dim=2)


class _Attention(nn.Module):
    """One transformer layer, normalised first; written out so that it exports to plain operators."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.give = nn.Linear(width, width)
        self.between = nn.LayerNorm(width)
        self.think = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(0.1), nn.Linear(2 * width, width)
        )
        self.loss_guard = nn.Dropout(0.1)

    def forward(self, tokens: Tensor, hidden: Tensor) -> Tensor:
        """Tokens (B, N, W), hidden (B, 1, 1, N): 0 for a chromosome, very negative for padding."""
        batch, number, width = tokens.shape
        asked = self.ask(self.before(tokens)).reshape(batch, number, 3, self.heads, width // self.heads)
        query, key, value = asked.permute(2, 0, 3, 1, 4).unbind(0)
        weight = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(width / self.heads) + hidden, dim=3)
        found = (weight @ value).transpose(1, 2).reshape(batch, number, width)
        tokens = tokens + self.loss_guard(self.give(found))
        thought: Tensor = self.loss_guard(self.think(self.between(tokens)))
        return tokens + thought


class Namer(nn.Module):
    """The whole network for one cell, as it is exported."""

    temperature_alone: Tensor
    temperature_cell: Tensor
    temperature_ends: Tensor
    temperature_banding: Tensor
    stranger_offset: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.chromosomes = ChromosomeReader()
        self.cell = CellReader()
        # Set from the validation cases after training; one number for each banding.
        self.register_buffer("temperature_alone", torch.ones(BANDINGS))
        self.register_buffer("temperature_cell", torch.ones(BANDINGS))
        self.register_buffer("temperature_ends", torch.ones(BANDINGS))
        self.register_buffer("temperature_banding", torch.ones(()))
        self.register_buffer("stranger_offset", torch.zeros(()))

    def forward(
        self, strips: Tensor, pictures: Tensor, measures: Tensor, banding: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Read one cell: strips (N, 1, 96, 16), pictures (N, 2, 48, 48), measures (N, 6), banding (N, 4).

        Returns
        -------
        probabilities (N, 25): 24 classes and unknown, in the context of the cell; alone (N, 24);
        p_first (N, 24): probability that the p arm is at row 0, given each class; embedding (N, 32);
        bandings (N, 4): logits of each banding, their mean over the cell speaks.
        """
        features, logits, bandings = self.chromosomes.both_ways(strips, pictures, measures, banding)
        alone_t, cell_t, ends_t = (
            (banding * each).sum(dim=1, keepdim=True)
            for each in (self.temperature_alone, self.temperature_cell, self.temperature_ends)
        )
        present = torch.ones_like(measures[:, 0])[None]
        names, stranger, embedding = self.cell(features[None], logits[None], measures[None], present)
        known = torch.softmax(names[0] / cell_t, dim=1)
        strange = torch.sigmoid(stranger[0] - self.stranger_offset)[:, None]
        alone = torch.softmax(torch.logsumexp(logits, dim=1) / alone_t, dim=1)
        first = torch.sigmoid((logits[:, 0] - logits[:, 1]) / ends_t)
        return (
            torch.cat([known * (1.0 - strange), strange], dim=1),
            alone,
            first,
            embedding[0],
            bandings / self.temperature_banding,
        )
