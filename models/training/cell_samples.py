"""Cells to train the reader of whole cells on: what the chromosome reader says of them, and mishaps.

A reader that only ever saw two of each class would learn that there are always two. So chromosomes
get lost, come in from other cells, appear three times, and some are none of the 24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.inference.strips import ROW_MARGIN, ROWS, SIDE, CellStrips, network_input
from models.networks.namer import BANDINGS, FEATURES, MEASURES, NAMES, ChromosomeReader
from models.training.chromosomes import STRANGER, Chromosomes, strips_from
from models.training.picture_variation import varied_pictures
from models.training.strip_variation import varied

MOST: Final = 56
"""Tokens of a cell in a batch."""

_CHUNK: Final = 384
_OUTLINED: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadChromosomes:
    """What the chromosome reader says of chromosomes, in several variations.

    Attributes
    ----------
    features, logits, measures
        Shapes (V, N, 2, FEATURES) float16, (V, N, 2, 24) float16, (V, N, 6) float32.
    label
        Shape (N,), 0..23, 24 a stranger, -1 not known.
    cells
        For each cell the rows that belong to it.
    cases
        For each cell the number of its case.
    polarity
        Shape (N,).
    """

    features: NDArray[np.float16]
    logits: NDArray[np.float16]
    measures: NDArray[np.float32]
    label: NDArray[np.int64]
    polarity: NDArray[np.int8]
    cells: tuple[NDArray[np.int64], ...]
    cases: tuple[int, ...]


@torch.no_grad()
def read_rows(
    network: ChromosomeReader,
    chromosomes: Chromosomes,
    labels: NDArray[np.int64],
    rows: NDArray[np.int64],
    *,
    variations: int,
    seed: int = 0,
    banding: int = 0,
) -> ReadChromosomes:
    """Let the chromosome reader answer once for the strips as they are and for some variations.

    Parameters
    ----------
    network
        Trained, in evaluation mode.
    chromosomes, labels
        Cache and labels to use with it.
    rows
        Rows to read, grouped into cells as they come.
    variations
        How many variations beside the strips as they are.
    seed
        Of the variations.
    banding
        What the network is told, index into G, Q, R, DAPI.
    """
    random = torch.Generator().manual_seed(seed)
    features = np.empty((1 + variations, len(rows), 2, FEATURES), dtype=np.float16)
    logits = np.empty((1 + variations, len(rows), 2, NAMES), dtype=np.float16)
    measures = np.empty((1 + variations, len(rows), MEASURES), dtype=np.float32)
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        strips = strips_from(chromosomes, rows[part])
        for version in range(1 + variations):
            seen, pictures, sizes = _seen(strips, random, strength=0.0 if version == 0 else 0.8)
            told = _told(banding, len(sizes))
            read = network.both_ways if version == 0 else network
            # Features are stored in half precision anyway; the strips as they are get the whole one.
            with torch.autocast("cpu", torch.bfloat16, enabled=version > 0):
                found, answers, _ = read(seen, pictures, sizes, told)
            features[version, part] = found.float().numpy()
            logits[version, part] = answers.float().numpy()
            measures[version, part] = sizes.numpy()
    owner = chromosomes.cell[rows]
    cells = tuple(np.flatnonzero(owner == cell) for cell in np.unique(owner))
    numbers = {case: number for number, case in enumerate(sorted(set(chromosomes.cases)))}
    cases = tuple(numbers[chromosomes.cases[int(owner[cell[0]])]] for cell in cells)
    return ReadChromosomes(
        features=features,
        logits=logits,
        measures=measures,
        label=labels[rows],
        polarity=chromosomes.polarity[rows],
        cells=cells,
        cases=cases,
    )


def _told(banding: int, count: int) -> Tensor:
    told = torch.zeros(count, BANDINGS)
    told[:, banding] = 1.0
    return told


def _seen(strips: CellStrips, random: torch.Generator, *, strength: float) -> tuple[Tensor, Tensor, Tensor]:
    sizes, pictures = torch.from_numpy(strips.measures), torch.from_numpy(strips.pictures)
    if strength == 0.0:
        return torch.from_numpy(network_input(strips)), pictures, sizes
    stain, mask = torch.from_numpy(strips.stain), torch.from_numpy(strips.mask)
    seen, sizes = varied(stain, mask, sizes, random, strength=strength)
    return seen, varied_pictures(pictures, random, strength=strength), sizes


@torch.no_grad()
def read_strangers(
    network: ChromosomeReader,
    chromosomes: Chromosomes,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    *,
    count: int,
    seed: int,
    banding: int = 0,
) -> ReadChromosomes:
    """Make markers out of parts of chromosomes, two chromosomes taken for one, and fragments.

    Parameters
    ----------
    network
        Trained, in evaluation mode.
    chromosomes, labels
        Where the parts come from, and the class of every row.
    rows
        Rows that may be used.
    count, seed
        How many, and of what chance.
    """
    chance = np.random.default_rng(seed)
    first, second = chance.choice(rows, count), chance.choice(rows, count)
    a, b = strips_from(chromosomes, first), strips_from(chromosomes, second)
    kind = chance.choice(3, count, p=[0.45, 0.3, 0.25])
    kind = np.where((kind == 0) & (labels[first] == labels[second]), 1, kind)
    stain, mask, measures, pictures = a.stain.copy(), a.mask.copy(), a.measures.copy(), a.pictures.copy()
    for index in range(count):
        begin, end = _parts(int(kind[index]), chance)
        lengths = np.exp([a.measures[index, 0], b.measures[index, 0]])
        pieces = np.array([end[0] - begin[0], end[1] - begin[1]]) * lengths
        head = min(round(ROWS * float(pieces[0] / pieces.sum())), ROWS)
        of_a = np.linspace(begin[0], end[0], max(head, 1)) * (ROWS - 1) + ROW_MARGIN
        of_b = np.linspace(begin[1], end[1], ROWS - head) * (ROWS - 1) + ROW_MARGIN
        for target, mine, other in ((stain, a.stain, b.stain), (mask, a.mask, b.mask)):
            spliced = np.concatenate([mine[index][of_a.astype(int)][:head], other[index][of_b.astype(int)]])
            target[index, ROW_MARGIN : ROW_MARGIN + ROWS] = spliced
        cut = round(SIDE * head / ROWS)
        pictures[index] = np.concatenate(
            [
                _part_of(a.pictures[index], begin[0], end[0], cut),
                _part_of(b.pictures[index], begin[1], end[1], SIDE - cut),
            ],
            axis=1,
        )
        ratio = np.log(pieces.sum() / lengths[0])
        measures[index, [0, 2, 4]] += ratio
    seen, shown, sizes = _seen(
        CellStrips(stain=stain, mask=mask, measures=measures, pictures=pictures),
        torch.Generator().manual_seed(seed),
        strength=0.6,
    )
    features, logits, _ = network(seen, shown, sizes, _told(banding, count))
    return ReadChromosomes(
        features=features.numpy().astype(np.float16)[None],
        logits=logits.numpy().astype(np.float16)[None],
        measures=sizes.numpy()[None],
        label=np.full(count, STRANGER, dtype=np.int64),
        polarity=np.zeros(count, dtype=np.int8),
        cells=(),
        cases=(),
    )


@torch.no_grad()
def read_foreign_matter(
    network: ChromosomeReader, chromosomes: Chromosomes, rows: NDArray[np.int64], *, variations: int
) -> ReadChromosomes:
    """Read debris and pieces of nuclei, every variation as a stranger of its own."""
    labels = np.full(len(chromosomes.label), STRANGER, dtype=np.int64)
    read = read_rows(network, chromosomes, labels, rows, variations=variations, seed=3)
    many = len(rows) * (1 + variations)
    return ReadChromosomes(
        features=read.features.reshape(1, many, 2, FEATURES),
        logits=read.logits.reshape(1, many, 2, NAMES),
        measures=read.measures.reshape(1, many, MEASURES),
        label=np.full(many, STRANGER, dtype=np.int64),
        polarity=np.zeros(many, dtype=np.int8),
        cells=(),
        cases=(),
    )


def together(first: ReadChromosomes, second: ReadChromosomes) -> ReadChromosomes:
    """Two pools of strangers as one."""
    return replace(
        first,
        features=np.concatenate([first.features, second.features], axis=1),
        logits=np.concatenate([first.logits, second.logits], axis=1),
        measures=np.concatenate([first.measures, second.measures], axis=1),
        label=np.concatenate([first.label, second.label]),
        polarity=np.concatenate([first.polarity, second.polarity]),
    )


def _part_of(picture: NDArray[np.float32], begin: float, end: float, rows: int) -> NDArray[np.float32]:
    """Rows (2, rows, SIDE) that show a chromosome from one share of its length to another."""
    seen = np.flatnonzero(picture[1].max(axis=1) > _OUTLINED)
    if len(seen) == 0 or rows == 0:
        return np.zeros((2, rows, SIDE), dtype=np.float32)
    along = seen[0] + np.linspace(begin, end, rows) * (seen[-1] - seen[0])
    return picture[:, along.astype(int)]


def _parts(kind: int, chance: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the part of either chromosome begins and ends, as shares of its length."""
    if kind == 0:  # a derivative: the head of one, the tail of another
        return np.array([0.0, chance.uniform(0.2, 0.7)]), np.array([chance.uniform(0.3, 0.8), 1.0])
    if kind == 1:  # two chromosomes that were taken for one
        return np.array([0.0, 0.0]), np.array([1.0, 1.0])
    start = chance.uniform(0.0, 0.6)
    return np.array([start, 0.5]), np.array([start + chance.uniform(0.25, 0.4), 0.5 + 1e-6])


class CellSampler:
    """Draws cells of one kind, whole, incomplete and with mishaps."""

    def __init__(
        self, read: ReadChromosomes, strangers: ReadChromosomes, *, fill: float, mishap: float
    ) -> None:
        self._read = read
        self._strangers = strangers
        self._fill = fill
        self._mishap = mishap
        owner = np.full(len(read.label), -1, dtype=np.int64)
        for case, cell in zip(read.cases, read.cells, strict=True):
            owner[cell] = case
        self._by_class = [np.flatnonzero((read.label == name) & (owner >= 0)) for name in range(NAMES)]
        self._by_case: dict[tuple[int, int], NDArray[np.int64]] = {}
        for name in range(NAMES):
            rows = self._by_class[name]
            for case in np.unique(owner[rows]):
                self._by_case[int(case), name] = rows[owner[rows] == case]

    def draw(self, chance: np.random.Generator) -> tuple[NDArray[np.float32], ...]:
        """Draw one cell: features, logits, measures, label."""
        index = int(chance.integers(len(self._read.cells)))
        rows = list(self._read.cells[index])
        if chance.random() < self._fill:
            rows += self._missing(rows, self._read.cases[index], chance)
        foreign = 0
        if chance.random() < self._mishap:
            rows, foreign = self._with_mishaps(rows, chance)
        rows = rows[: MOST - foreign]
        chosen = np.array(rows)
        version = chance.integers(len(self._read.features), size=len(chosen))
        if chance.random() < 0.3:
            version[:] = 0
        drawn = [
            self._read.features[version, chosen].astype(np.float32),
            self._read.logits[version, chosen].astype(np.float32),
            self._read.measures[version, chosen],
            self._read.label[chosen].astype(np.float32),
        ]
        if foreign:
            others = chance.integers(len(self._strangers.label), size=foreign)
            for k, more in enumerate(
                (self._strangers.features[0], self._strangers.logits[0], self._strangers.measures[0])
            ):
                drawn[k] = np.concatenate([drawn[k], more[others].astype(np.float32)])
            drawn[3] = np.concatenate([drawn[3], self._strangers.label[others].astype(np.float32)])
        # The median of a cell moves when chromosomes are missing from it.
        drawn[2][:, [0, 2]] += np.float32(0.02 * chance.standard_normal())
        return tuple(drawn)

    def _missing(self, rows: list[int], case: int, chance: np.random.Generator) -> list[int]:
        """Chromosomes of the same case, else of any, that make two of each class."""
        have = np.bincount(np.clip(self._read.label[rows], 0, STRANGER), minlength=STRANGER + 1)
        wanted = [2] * 22 + ([1, 1] if have[23] or (have[22] < 2 and chance.random() < 0.5) else [2, 0])
        more: list[int] = []
        for name, number in enumerate(wanted):
            pool = self._by_case.get((case, name), self._by_class[name])
            if len(pool) == 0:
                pool = self._by_class[name]
            for _ in range(max(0, number - int(have[name]))):
                more.append(int(chance.choice(pool)))
        return more

    def _with_mishaps(self, rows: list[int], chance: np.random.Generator) -> tuple[list[int], int]:
        foreign = 0
        for _ in range(1 + int(chance.poisson(0.6))):
            kind = chance.choice(4, p=[0.35, 0.3, 0.15, 0.2])
            if kind == 0 and len(rows) > 3:
                rows.pop(int(chance.integers(len(rows))))
            elif kind == 3:
                foreign += 1
            else:
                pool = self._by_class[int(chance.integers(NAMES))]
                if len(pool) == 0:
                    continue
                if kind == 2 and len(rows) > 3:
                    rows.pop(int(chance.integers(len(rows))))
                rows.append(int(chance.choice(pool)))
        return rows, min(foreign, 4)


def padded(cells: Sequence[tuple[NDArray[np.float32], ...]]) -> tuple[Tensor, ...]:
    """Put cells of different size into one batch: features, logits, measures, present, label."""
    most = max(len(cell[3]) for cell in cells)
    features = torch.zeros(len(cells), most, 2, FEATURES)
    logits = torch.zeros(len(cells), most, 2, NAMES)
    measures = torch.zeros(len(cells), most, MEASURES)
    present = torch.zeros(len(cells), most)
    label = torch.full((len(cells), most), -1, dtype=torch.int64)
    for index, (a, b, c, d) in enumerate(cells):
        number = len(d)
        features[index, :number] = torch.from_numpy(a)
        logits[index, :number] = torch.from_numpy(b)
        measures[index, :number] = torch.from_numpy(c)
        present[index, :number] = 1.0
        label[index, :number] = torch.from_numpy(d).long()
    return features, logits, measures, present, label
