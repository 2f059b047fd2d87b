"""Train the reader of whole cells on what the chromosome reader says, calibrate, export.

Run as `python -m models.training.train_cell_reader --data DIR --work DIR --out FOLDER` after
`train_namer`; FOLDER is that of the version, such as `resources/weights/namer/0.1.0`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from models.card import LICENCE_NAME, MODEL_NAME, ModelCard, TrainingSource, sha256_of, write_card
from models.inference.strips import COLUMNS, ROWS, SIDE
from models.networks.namer import BANDINGS, MEASURES, CellReader, ChromosomeReader, Namer
from models.training.cell_samples import (
    CellSampler,
    ReadChromosomes,
    padded,
    read_foreign_matter,
    read_rows,
    read_strangers,
    together,
)
from models.training.chromosomes import STRANGER, is_validation_case
from models.training.half_weights import halve_weights
from models.training.pace import learning_rate_share, load_checkpoint, save_checkpoint
from models.training.train_namer import (
    DAPI,
    FOREIGN,
    METAPHASES,
    OUTLINES,
    Q_CROPS,
    Part,
    open_part,
    open_parts,
)
from models.training.train_recogniser import fit_recogniser

_BATCH: Final = 24
_RATE: Final = 1.5e-3
_STRANGERS: Final = 800
_MISNAMED: Final = 0.2
_STRANGER_RATE: Final = 0.002
_LICENCE_TEXT: Final = Path(__file__).resolve().parents[2] / "resources" / "weights" / LICENCE_NAME


def cell_loss(names: Tensor, stranger: Tensor, embedding: Tensor, present: Tensor, label: Tensor) -> Tensor:
    """Loss of the names, of what is a stranger, and of which two are homologs."""
    known = (label >= 0) & (label < STRANGER)
    named = F.cross_entropy(names[known], label[known], label_smoothing=0.02)
    seen = present > 0
    strange = F.binary_cross_entropy_with_logits(stranger[seen], (label[seen] == STRANGER).float())
    alike = embedding @ embedding.transpose(1, 2)
    both = known[:, :, None] & known[:, None, :]
    both = both & ~torch.eye(known.shape[1], dtype=torch.bool)[None]
    same = (label[:, :, None] == label[:, None, :])[both].float()
    weight = 0.05 + 0.95 * same
    pairs = F.binary_cross_entropy_with_logits(alike[both] * 10 - 6, same, weight=weight)
    return named + 0.5 * strange + 0.5 * pairs


def train_cells(
    samplers: Sequence[tuple[CellSampler, float]], steps: int, seed: int, path: Path
) -> CellReader:
    """Train on cells drawn from some samplers, each with a share; begins with what `path` holds."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    network = CellReader()
    if (saved := load_checkpoint(path)) is not None:
        network.load_state_dict(saved["network"])
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.05)
    shares = np.array([share for _, share in samplers])
    losses = []
    for step in range(1, steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = _RATE * learning_rate_share(step / steps)
        kinds = chance.choice(len(samplers), _BATCH, p=shares / shares.sum())
        batch = padded([samplers[kind][0].draw(chance) for kind in kinds])
        names, stranger, embedding = network(*batch[:4])
        loss = cell_loss(names, stranger, embedding, batch[3], batch[4])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if step % 200 == 0:
            print(json.dumps({"cells": step * _BATCH, "loss": round(float(np.mean(losses)), 4)}), flush=True)
            losses = []
    save_checkpoint(path, {"network": network.state_dict()})
    return network.eval()


@torch.no_grad()
def answers_of(network: CellReader, read: ReadChromosomes) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Class logits (N, 24) and stranger logits (N,) of each chromosome in its own cell."""
    names = np.zeros((len(read.label), 24), dtype=np.float32)
    strange = np.zeros(len(read.label), dtype=np.float32)
    for cell in read.cells:
        logits = torch.from_numpy(read.logits[0, cell].astype(np.float32))[None]
        features = torch.from_numpy(read.features[0, cell].astype(np.float32))[None]
        measures = torch.from_numpy(read.measures[0, cell])[None]
        found, stranger, _ = network(features, logits, measures, torch.ones(1, len(cell)))
        names[cell], strange[cell] = found[0].numpy(), stranger[0].numpy()
    return names, strange


def temperature(logits: NDArray[np.float32], label: NDArray[np.int64]) -> float:
    """Temperature of least cross entropy on held-back chromosomes."""
    known = (label >= 0) & (label < logits.shape[1])
    score, target = torch.from_numpy(logits[known]).double(), torch.from_numpy(label[known])
    tried = np.exp(np.linspace(np.log(0.4), np.log(3.0), 60))
    return float(min(tried, key=lambda t: float(F.cross_entropy(score / t, target))))


def report(network: CellReader, reads: dict[str, tuple[ReadChromosomes, int]]) -> dict[str, dict[str, float]]:
    """Share named right, alone and in the cell, and oriented right, on held-back cases."""
    table = {}
    for name, (read, _) in reads.items():
        names, strange = answers_of(network, read)
        known = (read.label >= 0) & (read.label < STRANGER)
        logits = read.logits[0].astype(np.float32)
        alone = np.logaddexp(logits[:, 0], logits[:, 1]).argmax(1)
        row = {
            "named_alone": float((alone == read.label)[known].mean()),
            "named_in_cell": float((names.argmax(1) == read.label)[known].mean()),
            "taken_for_strangers": float((strange[known] > 0).mean()),
            "n": int(known.sum()),
        }
        turned = read.polarity != 0
        if turned.any():
            best = names.argmax(1)[:, None]
            first = np.take_along_axis(logits[:, 0] - logits[:, 1], best, 1)[:, 0] > 0
            row["oriented"] = float((first == (read.polarity > 0))[turned].mean())
        table[name] = {k: round(v, 4) for k, v in row.items()}
    return table


def calibrated(namer: Namer, reads: dict[str, tuple[ReadChromosomes, int]]) -> Namer:
    """Set the temperatures from held-back cases.

    Each banding has its own; within it every kind of picture has the same weight. A banding without
    held-back cases takes those of G.
    """
    found: dict[str, dict[int, list[float]]] = {"alone": {}, "cell": {}, "ends": {}}
    strange = []
    for read, banding in reads.values():
        names, stranger = answers_of(namer.cell, read)
        strange.append(rarity_offset(stranger))
        logits = read.logits[0].astype(np.float32)
        alone = temperature(np.logaddexp(logits[:, 0], logits[:, 1]), read.label)
        found["alone"].setdefault(banding, []).append(alone)
        found["cell"].setdefault(banding, []).append(temperature(names, read.label))
        turned = (read.polarity != 0) & (read.label >= 0) & (read.label < STRANGER)
        if turned.any():
            own = logits[turned, :, read.label[turned]]
            ends = temperature(own, np.where(read.polarity[turned] > 0, 0, 1))
            found["ends"].setdefault(banding, []).append(ends)
    for buffer, values in (
        (namer.temperature_alone, found["alone"]),
        (namer.temperature_cell, found["cell"]),
        (namer.temperature_ends, found["ends"]),
    ):
        for banding in range(BANDINGS):
            own_or_g = values.get(banding) or values.get(0) or [1.0]
            buffer[banding] = float(np.exp(np.mean(np.log(own_or_g))))
    namer.stranger_offset.fill_(float(np.mean(strange)))
    return namer


def rarity_offset(logits: NDArray[np.float32]) -> float:
    """Offset of the stranger's logit that makes strangers as rare as they are in life."""
    low, high = -10.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        rate = float((1.0 / (1.0 + np.exp(middle - logits.astype(np.float64)))).mean())
        low, high = (middle, high) if rate > _STRANGER_RATE else (low, middle)
    return (low + high) / 2


def export(namer: Namer, out: Path, card_numbers: dict[str, float], used: Sequence[TrainingSource]) -> None:
    """Write `model.onnx`, its card and its licence."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / MODEL_NAME
    some = {0: "chromosomes"}
    told = F.one_hot(torch.tensor([0, 0, 1, 2, 3]), BANDINGS).float()
    takes = ["strips", "pictures", "measures", "banding"]
    gives = ["probabilities", "alone", "p_first", "embedding", "bandings"]
    torch.onnx.export(
        namer.eval(),
        (torch.rand(5, 1, ROWS, COLUMNS), torch.rand(5, 2, SIDE, SIDE), torch.zeros(5, MEASURES), told),
        str(path),
        input_names=takes,
        output_names=gives,
        dynamic_axes=dict.fromkeys((*takes, *gives), some),
        opset_version=17,
        dynamo=False,
    )
    halve_weights(path)
    write_card(
        ModelCard(
            name="namer",
            version=out.name,
            created=datetime.now(UTC).date(),
            purpose="names the chromosomes of a cell together, tells which end is the p arm and which "
            "banding the cell shows",
            inputs="strips: float32 (N, 1, 96, 16), all chromosomes of one cell laid straight, 0 outside the "
            "outline; pictures: float32 (N, 2, 48, 48), upright stain and mask; measures: float32 (N, 6), "
            "relative sizes (models.inference.strips); banding: float32 (N, 4), one of G, Q, R, DAPI is 1",
            outputs="probabilities (N, 25): 24 classes and unknown, in the cell; alone (N, 24); "
            "p_first (N, 24): p arm at row 0 given the class; embedding (N, 32); bandings (N, 4): logits of "
            "G, Q, R, DAPI, their mean over a cell speaks",
            parameters=dict(card_numbers),
            training=tuple(used),
            chosen_on="cases of the training archives that were held back (one in twenty)",
            limits=(
                "G-banding, about 400 to 550 bands; C-banding is not known to it",
                "Q-banding: single chromosomes of one laboratory, no whole metaphase; polarity not validated",
                "DAPI: one publisher's M-FISH cells, 73 % right on chromosomes nothing crosses: not named",
                "R-banding: learned from G-banding turned over, which failed (18 % right): not named",
                "each banding but G comes from one source: the recogniser may know the source as well",
                "metaphases of amniotic fluid, one laboratory's karyograms; blood and marrow not validated",
                "derivatives, markers and fragments were composed, not real: 'unknown' is a hint only",
                "X and Y labels of the metaphases are noisy; where their number is odd they were not used",
            ),
            licence="research use; see LICENSE beside the weights",
            sha256=sha256_of(path),
        ),
        out,
    )
    if _LICENCE_TEXT.exists():
        shutil.copyfile(_LICENCE_TEXT, out / LICENCE_NAME)


SOURCES: Final = (
    TrainingSource(
        archive="metaphases_train",
        used="chromosomes of metaphases, polarity unknown; one case in twenty held back, laboratory part "
        "left out",
        citation="Tseng et al., An open dataset of annotated metaphase cell images for chromosome "
        "identification, Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7",
    ),
    TrainingSource(
        archive="gband_karyotyped_crops_train",
        used="single chromosomes, class and polarity; one case in twenty held back",
        citation="public research set of 612 karyograms (in the literature: Passau Pki-3)",
        terms="research use",
    ),
    TrainingSource(
        archive="simulated metaphases",
        used="chromosomes of 120 metaphases drawn by core.simulation, a fiftieth of each batch",
        citation="this program",
    ),
    TrainingSource(
        archive=Q_CROPS,
        used="single Q-banded chromosomes, class; one case in twenty held back",
        citation="Poletti, Grisan, Ruggeri 2012, doi 10.1016/j.cmpb.2011.07.013",
    ),
    TrainingSource(
        archive=DAPI,
        used="DAPI planes with class maps, plain karyotypes, chromosomes that nothing crosses; slides 06, "
        "13, 24 held back",
        citation="Copyright (c) 2000 Advanced Digital Imaging Research",
        terms="free to use with the notice",
    ),
)


def without_misnamed(read: ReadChromosomes) -> ReadChromosomes:
    """Leave out cells whose labels cannot be right.

    Some cells of the archives carry labels that are shifted by one from some chromosome on; there a good
    reader of single chromosomes disagrees with a fifth of the cell and more.
    """
    logits = read.logits[0].astype(np.float32)
    wrong = np.logaddexp(logits[:, 0], logits[:, 1]).argmax(axis=1) != read.label
    kept = [index for index, cell in enumerate(read.cells) if wrong[cell].mean() < _MISNAMED]
    print(f"{len(read.cells) - len(kept)} of {len(read.cells)} cells left out as misnamed", flush=True)
    return replace(
        read,
        cells=tuple(read.cells[index] for index in kept),
        cases=tuple(read.cases[index] for index in kept),
    )


def read_part(
    network: ChromosomeReader, part: Part, *, variations: int, cells: int
) -> tuple[ReadChromosomes, ReadChromosomes, ReadChromosomes]:
    """Read a part: some of its training cells, its held-back cells, and strangers made of it."""
    owners = part.chromosomes.cell[part.train]
    some = np.random.default_rng(11).permutation(np.unique(owners))[:cells]
    train = part.train[np.isin(owners, some)]
    return (
        without_misnamed(
            read_rows(
                network, part.chromosomes, part.labels, train, variations=variations, banding=part.banding
            )
        ),
        read_rows(
            network, part.chromosomes, part.labels, part.validation, variations=0, banding=part.banding
        ),
        read_strangers(
            network, part.chromosomes, train, part.labels, count=_STRANGERS, seed=7, banding=part.banding
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the archives")
    parser.add_argument("--work", type=Path, required=True, help="folder of caches and checkpoints")
    parser.add_argument("--out", type=Path, required=True, help="folder of the version of the weights")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--variations", type=int, default=2)
    parser.add_argument("--cells", type=int, default=1000, help="most cells of each part to read")
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    saved = load_checkpoint(chosen.work / "reader.pt")
    if saved is None:
        raise SystemExit(f"expected a checkpoint at {chosen.work / 'reader.pt'}, got none, run train_namer")
    namer = Namer().eval()
    namer.chromosomes.load_state_dict(saved["mean"])
    parts = open_parts(chosen.data, chosen.work / "cache")
    print("bandings recognised", fit_recogniser(namer.chromosomes, parts), flush=True)
    samplers, held_back = [], {}
    foreign = None
    if (chosen.work / "cache" / FOREIGN / "cells.json").exists():
        debris = open_part(FOREIGN, chosen.work / "cache" / FOREIGN, 0.0)
        held = np.array([is_validation_case(case) for case in debris.chromosomes.cases])
        rows = np.flatnonzero((debris.labels == STRANGER) & ~held[debris.chromosomes.cell])
        foreign = read_foreign_matter(namer.chromosomes, debris.chromosomes, rows, variations=4)
    for part in parts:
        train, validation, made = read_part(
            namer.chromosomes, part, variations=chosen.variations, cells=chosen.cells
        )
        held_back[part.name] = validation, part.banding
        if foreign is not None and part.name in (METAPHASES, OUTLINES):
            made = together(made, foreign)
        # Only isolated chromosomes of a metaphase are in its first cache.
        incomplete = part.name in (METAPHASES, DAPI)
        samplers.append((CellSampler(train, made, fill=0.8 if incomplete else 0.0, mishap=0.45), part.share))
        print(part.name, len(train.label), "read", flush=True)
    cells = train_cells(samplers, chosen.steps, seed=1, path=chosen.work / "cells.pt")
    namer.cell.load_state_dict(cells.state_dict())
    table = report(namer.cell, held_back)
    print(json.dumps(table), flush=True)
    calibrated(namer, held_back)
    numbers = {"steps": float(saved["step"])}
    numbers["stranger_offset"] = round(float(namer.stranger_offset), 4)
    for key in ("temperature_alone", "temperature_cell", "temperature_ends"):
        for index, banding in enumerate(("G", "Q", "R", "DAPI")):
            numbers[f"{key}_{banding}"] = round(float(getattr(namer, key)[index]), 4)
    export(namer, chosen.out, numbers, SOURCES)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
