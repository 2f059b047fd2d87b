"""Train the reader of single chromosomes; `train_cell_reader` follows it.

Run as `python -m models.training.train_namer --data DIR --work DIR --minutes N`. It goes on from the
last checkpoint in the work folder.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from models.inference.outliner import OnnxOutliner
from models.inference.strips import network_input
from models.networks.namer import BANDINGS, ChromosomeReader, ChromosomeReadings
from models.training.chromosomes import (
    STRANGER,
    Chromosomes,
    LabelledCell,
    cells_of_crops,
    cells_of_metaphases,
    is_validation_case,
    read_cache,
    strips_from,
    write_cache,
)
from models.training.dapi_chromosomes import cells_of_dapi
from models.training.metaphases import read_annotations
from models.training.more_chromosomes import cells_of_outlines, cells_of_simulation, cells_with_foreign_matter
from models.training.pace import AveragedWeights, learning_rate_share, load_checkpoint, save_checkpoint
from models.training.picture_variation import reversed_bands, reversed_measures, varied_pictures
from models.training.strip_variation import varied

METAPHASES: Final = "metaphases_train"
CROPS: Final = "gband_karyotyped_crops_train"
SIMULATED: Final = "simulated"
OUTLINES: Final = "metaphases_outlined"
FOREIGN: Final = "metaphases_foreign_matter"
Q_CROPS: Final = "bioimlab_qband_crops_train"
DAPI: Final = "mfish_train"
Q_BANDING: Final = 1
R_BANDING: Final = 2
DAPI_BANDING: Final = 3
_REVERSED_SHARE: Final = 0.08
_EACH: Final = 0.3
_STRENGTH: Final = 1.2
_MEASURED: Final = 1000
_SIMULATED_CELLS: Final = 120
_EVERY_OUTLINED: Final = 6
_EVERY_FOREIGN: Final = 12
IGNORED: Final = -1
_BATCH: Final = 192
_SMOOTHING: Final = 0.05
_EVERY_SECONDS: Final = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of one cache that serve together, drawn with one share of each batch."""

    name: str
    chromosomes: Chromosomes
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    labels: NDArray[np.int64]
    share: float
    banding: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Varied chromosomes as the network takes them, and what is known of them."""

    strips: Tensor
    pictures: Tensor
    measures: Tensor
    banding: Tensor
    label: Tensor
    polarity: Tensor


def open_part(
    name: str, folder: Path, share: float, doubtful: frozenset[str] = frozenset(), *, banding: int = 0
) -> Part:
    """Open a cache and divide it by case.

    Parameters
    ----------
    name
        For the log.
    folder
        Where `write_cache` wrote.
    share
        Share of each batch.
    doubtful
        Cells whose X and Y labels are not to be trusted.
    banding
        Index into G, Q, R, DAPI.
    """
    found = read_cache(folder)
    labels = found.label.astype(np.int64)
    unsure = np.array([cell in doubtful for cell in found.cells])[found.cell]
    labels[unsure & (labels >= 22) & (labels < STRANGER)] = IGNORED
    validation = np.array([is_validation_case(case) for case in found.cases])[found.cell]
    usable = (labels >= 0) & (labels < STRANGER)
    return Part(
        name=name,
        chromosomes=found,
        train=np.flatnonzero(usable & ~validation),
        validation=np.flatnonzero(usable & validation),
        labels=labels,
        share=share,
        banding=banding,
    )


def doubtful_sex(archive: Path) -> frozenset[str]:
    """Pictures whose X and Y boxes are neither two X nor one of each: their labels are noisy."""
    return frozenset(
        m.file_name
        for m in read_annotations(archive)
        if (int((m.classes == 22).sum()), int((m.classes == 23).sum())) not in ((2, 0), (1, 1))
    )


def name_loss(logits: Tensor, label: Tensor, polarity: Tensor) -> Tensor:
    """Cross entropy over the 48 answers; over both ends together where the polarity is not known.

    Parameters
    ----------
    logits
        Shape (B, 2, 24).
    label
        Shape (B,), 0..23.
    polarity
        Shape (B,): 1, -1 or 0 (not known).
    """
    joint = F.log_softmax(logits.flatten(1), dim=1).reshape(logits.shape)
    of_class = joint.gather(2, label[:, None, None].expand(-1, 2, 1))[..., 0]
    first, last = of_class[:, 0], of_class[:, 1]
    marginal = torch.logaddexp(first, last)
    right = torch.where(polarity > 0, first, torch.where(polarity < 0, last, marginal))
    spread = torch.logsumexp(joint, dim=1).mean(dim=1)
    return -((1 - _SMOOTHING) * right + _SMOOTHING * spread).mean()


def one_of_bandings(number: int | NDArray[np.integer], count: int) -> Tensor:
    """Banding as the network is told it: (count, BANDINGS), one of each row 1."""
    numbers = torch.as_tensor(number, dtype=torch.int64).expand(count)
    return F.one_hot(numbers, BANDINGS).float()


def draw_batch(
    parts: Sequence[Part], size: int, chance: np.random.Generator, random: torch.Generator
) -> Batch:
    """Draw chromosomes of every part and vary them; some of the G-banded ones become R-banded."""
    drawn = []
    for part in parts:
        rows = np.sort(chance.choice(part.train, max(1, round(size * part.share))))
        strips = strips_from(part.chromosomes, rows)
        bandings = np.full(len(rows), part.banding)
        polarity = part.chromosomes.polarity[rows]
        fields = (strips.stain, strips.mask, strips.pictures, strips.measures)
        drawn.append((*fields, bandings, part.labels[rows], polarity))
    stain, mask, pictures, measures, banding, label, polarity = (
        torch.from_numpy(np.concatenate([d[k] for d in drawn])) for k in range(7)
    )
    turned = torch.from_numpy(chance.random(len(label)) < _REVERSED_SHARE) & (banding == 0)
    if turned.any():
        banding[turned] = R_BANDING
        stain[turned] = reversed_bands(stain[turned], mask[turned])
        measures[turned] = reversed_measures(measures[turned])
        pictures[turned, 0] = reversed_bands(pictures[turned, 0], pictures[turned, 1])
    strips_seen, sizes = varied(stain, mask, measures, random, strength=_STRENGTH)
    return Batch(
        strips=strips_seen,
        pictures=varied_pictures(pictures, random),
        measures=sizes,
        banding=F.one_hot(banding, BANDINGS).float(),
        label=label,
        polarity=polarity,
    )


def reading_loss(said: ChromosomeReadings, batch: Batch) -> Tensor:
    """Loss of the names by strip and picture together and by each of them, and of the banding."""
    pictured = batch.pictures[:, 1].amax(dim=(1, 2)) > 0
    loss = name_loss(said.logits, batch.label, batch.polarity)
    loss = loss + _EACH * name_loss(said.by_strip, batch.label, batch.polarity)
    if pictured.any():
        seen = name_loss(said.by_picture[pictured], batch.label[pictured], batch.polarity[pictured])
        loss = loss + _EACH * seen
        recognised = F.cross_entropy(said.bandings[pictured], batch.banding[pictured].argmax(dim=1))
        loss = loss + 0.2 * recognised
    return loss


@torch.no_grad()
def measure_alone(network: ChromosomeReader, part: Part, rows: NDArray[np.int64]) -> dict[str, float]:
    """Share named right alone (together, by strip, by picture), oriented right, banding recognised."""
    right, turned, known = np.zeros(4), 0, 0
    for start in range(0, len(rows), 512):
        some = rows[start : start + 512]
        strips = strips_from(part.chromosomes, some)
        said = network.read(
            torch.from_numpy(network_input(strips)),
            torch.from_numpy(strips.pictures),
            torch.from_numpy(strips.measures),
            one_of_bandings(part.banding, len(some)),
        )
        for k, logits in enumerate((said.logits, said.by_strip, said.by_picture)):
            right[k] += int((torch.logsumexp(logits, 1).argmax(1).numpy() == part.labels[some]).sum())
        right[3] += int((said.bandings.argmax(1) == part.banding).sum())
        polarity = part.chromosomes.polarity[some]
        ends = torch.logsumexp(said.logits, 2).numpy()
        turned += int(((ends[:, 0] > ends[:, 1]) == (polarity > 0))[polarity != 0].sum())
        known += int((polarity != 0).sum())
    shares = right / max(len(rows), 1)
    keys = ("named_alone", "by_strip", "by_picture", "banding")
    answer = {key: round(float(share), 4) for key, share in zip(keys, shares, strict=True)}
    if known:
        answer["oriented"] = round(turned / known, 4)
    return answer


def started(warm: Path | None) -> ChromosomeReader:
    """Start a network anew, or with what an older reader knows: only parts that fit are taken over."""
    network = ChromosomeReader()
    saved = None if warm is None else load_checkpoint(warm)
    if saved is not None:
        own = network.state_dict()
        own |= {key: value for key, value in saved["mean"].items() if key in own}
        network.load_state_dict(own)
    return network


def train(
    parts: Sequence[Part],
    work: Path,
    *,
    minutes: float,
    rate: float,
    seed: int = 0,
    warm: Path | None = None,
) -> None:
    """Train for some minutes, going on from the last checkpoint.

    Parameters
    ----------
    parts
        Where chromosomes come from.
    work
        Folder of checkpoints and log.
    minutes
        Whole time of training, over all starts.
    rate
        Highest learning rate.
    seed
        Of everything drawn.
    warm
        Checkpoint to begin with where the work folder holds none.
    """
    torch.manual_seed(seed)
    network = started(warm)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean = AveragedWeights(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    path, step, spent = work / "reader.pt", 0, 0.0
    if (saved := load_checkpoint(path)) is not None:
        network.load_state_dict(saved["network"])
        mean.network.load_state_dict(saved["mean"])
        mean.updates = saved["updates"]
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["spent"]
    chance = np.random.default_rng(seed + step)
    random = torch.Generator().manual_seed(seed + step)
    begun = time.monotonic() - spent
    written, losses = time.monotonic(), []
    while (spent := time.monotonic() - begun) < minutes * 60:
        for group in optimizer.param_groups:
            group["lr"] = rate * learning_rate_share(spent / (minutes * 60))
        batch = draw_batch(parts, _BATCH, chance, random)
        with torch.autocast("cpu", torch.bfloat16):
            said = network.read(
                batch.strips.to(memory_format=torch.channels_last),
                batch.pictures.to(memory_format=torch.channels_last),
                batch.measures,
                batch.banding,
            )
        loss = reading_loss(said, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        mean.update(network)
        losses.append(float(loss.detach()))
        step += 1
        done = time.monotonic() - begun >= minutes * 60
        if done or time.monotonic() - written > _EVERY_SECONDS:
            written = time.monotonic()
            save_checkpoint(
                path,
                {
                    "network": network.state_dict(),
                    "mean": mean.network.state_dict(),
                    "updates": mean.updates,
                    "optimizer": optimizer.state_dict(),
                    "step": step,
                    "spent": time.monotonic() - begun,
                },
            )
            row: dict[str, object] = {"step": step, "minutes": round(spent / 60, 1)}
            row["loss"] = round(float(np.mean(losses)), 4)
            for part in parts:
                reader: ChromosomeReader = mean.network  # type: ignore[assignment]
                row[part.name] = measure_alone(reader, part, part.validation[:_MEASURED])
            losses = []
            with (work / "reader.log").open("a") as log:
                log.write(json.dumps(row) + "\n")
            print(json.dumps(row), flush=True)


def make_caches(data: Path, caches: Path, outliner: Path | None) -> None:
    """Straighten the training archives once; cells as an outliner delivers them where one is given."""
    sources: dict[str, Callable[[], Iterator[LabelledCell]]] = {
        CROPS: lambda: cells_of_crops(data / f"{CROPS}.zip"),
        METAPHASES: lambda: cells_of_metaphases(data / f"{METAPHASES}.zip"),
        FOREIGN: lambda: cells_with_foreign_matter(data / f"{METAPHASES}.zip", every=_EVERY_FOREIGN),
        Q_CROPS: lambda: cells_of_crops(data / f"{Q_CROPS}.zip", upright=False),
        DAPI: lambda: cells_of_dapi(data / f"{DAPI}.zip"),
        SIMULATED: lambda: cells_of_simulation(_SIMULATED_CELLS, seed=1000),
    }
    if outliner is not None:
        weights = outliner
        sources[OUTLINES] = lambda: cells_of_outlines(
            data / f"{METAPHASES}.zip", OnnxOutliner.open(weights), every=_EVERY_OUTLINED
        )
    for name, cells in sources.items():
        if not (caches / name / "cells.json").exists():
            write_cache(cells(), caches / name)


def open_parts(data: Path, caches: Path) -> tuple[Part, ...]:
    """Open what there is to train the namer on."""
    doubtful = doubtful_sex(data / f"{METAPHASES}.zip")
    outlined = (caches / OUTLINES / "cells.json").exists()
    shares = {
        METAPHASES: (0.14 if outlined else 0.5, 0),
        CROPS: (0.34, 0),
        SIMULATED: (0.02, 0),
        OUTLINES: (0.33, 0),
        Q_CROPS: (0.1, Q_BANDING),
        DAPI: (0.07, DAPI_BANDING),
    }
    return tuple(
        open_part(name, caches / name, share, doubtful, banding=banding)
        for name, (share, banding) in shares.items()
        if (caches / name / "cells.json").exists()
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the archives")
    parser.add_argument("--work", type=Path, required=True, help="folder of caches and checkpoints")
    parser.add_argument("--outliner", type=Path, help="folder of outliner weights, for the last stage")
    parser.add_argument("--warm", type=Path, help="checkpoint of an older reader to begin with")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on where a checkpoint is; 0 when the time is over."""
    torch.set_num_threads(arguments.threads)
    make_caches(arguments.data, arguments.work / "cache", arguments.outliner)
    parts = open_parts(arguments.data, arguments.work / "cache")
    train(parts, arguments.work, minutes=arguments.minutes, rate=arguments.rate, warm=arguments.warm)
    return 0


def main() -> int:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
