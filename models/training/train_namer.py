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
from models.networks.namer import ChromosomeReader
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
from models.training.metaphases import read_annotations
from models.training.more_chromosomes import cells_of_outlines, cells_of_simulation, cells_with_foreign_matter
from models.training.pace import AveragedWeights, learning_rate_share, load_checkpoint, save_checkpoint
from models.training.strip_variation import varied

METAPHASES: Final = "metaphases_train"
CROPS: Final = "gband_karyotyped_crops_train"
SIMULATED: Final = "simulated"
OUTLINES: Final = "metaphases_outlined"
FOREIGN: Final = "metaphases_foreign_matter"
_SIMULATED_CELLS: Final = 120
_EVERY_OUTLINED: Final = 6
_EVERY_FOREIGN: Final = 12
IGNORED: Final = -1
_BATCH: Final = 192
_SMOOTHING: Final = 0.05
_EVERY_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of one cache that serve together, drawn with one share of each batch."""

    name: str
    chromosomes: Chromosomes
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    labels: NDArray[np.int64]
    share: float


def open_part(name: str, folder: Path, share: float, doubtful: frozenset[str] = frozenset()) -> Part:
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


def draw_batch(
    parts: Sequence[Part], size: int, chance: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Draw chromosomes of every part: stain, mask, measures, label, polarity."""
    drawn = []
    for part in parts:
        rows = np.sort(chance.choice(part.train, max(1, round(size * part.share))))
        strips = strips_from(part.chromosomes, rows)
        drawn.append(
            (strips.stain, strips.mask, strips.measures, part.labels[rows], part.chromosomes.polarity[rows])
        )
    stain, mask, measures, label, polarity = (
        torch.from_numpy(np.concatenate([d[k] for d in drawn])) for k in range(5)
    )
    return stain, mask, measures, label, polarity


@torch.no_grad()
def measure_alone(network: ChromosomeReader, part: Part, rows: NDArray[np.int64]) -> dict[str, float]:
    """Share named right alone, and share oriented right where the truth is known."""
    right, turned, known = 0, 0, 0
    for start in range(0, len(rows), 512):
        some = rows[start : start + 512]
        strips = strips_from(part.chromosomes, some)
        _, logits = network(torch.from_numpy(network_input(strips)), torch.from_numpy(strips.measures))
        right += int((torch.logsumexp(logits, 1).argmax(1).numpy() == part.labels[some]).sum())
        polarity = part.chromosomes.polarity[some]
        ends = torch.logsumexp(logits, 2).numpy()
        turned += int(((ends[:, 0] > ends[:, 1]) == (polarity > 0))[polarity != 0].sum())
        known += int((polarity != 0).sum())
    answer = {"named_alone": right / max(len(rows), 1)}
    if known:
        answer["oriented"] = turned / known
    return answer


def train(parts: Sequence[Part], work: Path, *, minutes: float, rate: float, seed: int = 0) -> None:
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
    """
    torch.manual_seed(seed)
    network = ChromosomeReader()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean = AveragedWeights(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
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
        stain, mask, measures, label, polarity = draw_batch(parts, _BATCH, chance)
        strips, measures = varied(stain, mask, measures, random)
        with torch.autocast("cpu", torch.bfloat16):
            _, logits = network(strips.to(memory_format=torch.channels_last), measures)
        loss = name_loss(logits.float(), label, polarity)
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
                row[part.name] = measure_alone(reader, part, part.validation[:1500])
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
    shares = {METAPHASES: 0.2 if outlined else 0.65, CROPS: 0.3, SIMULATED: 0.05, OUTLINES: 0.45}
    return tuple(
        open_part(name, caches / name, share, doubtful)
        for name, share in shares.items()
        if (caches / name / "cells.json").exists()
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the archives")
    parser.add_argument("--work", type=Path, required=True, help="folder of caches and checkpoints")
    parser.add_argument("--outliner", type=Path, help="folder of outliner weights, for the last stage")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=2)


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on where a checkpoint is; 0 when the time is over."""
    torch.set_num_threads(arguments.threads)
    make_caches(arguments.data, arguments.work / "cache", arguments.outliner)
    parts = open_parts(arguments.data, arguments.work / "cache")
    train(parts, arguments.work, minutes=arguments.minutes, rate=arguments.rate)
    return 0


def main() -> int:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
