"""Train the plain baseline: what a threshold and a small network reach, so that nobody stops there."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.imaging.intensity import stain_of
from models.card import MODEL_NAME, ModelCard, TrainingSource, sha256_of, write_card
from models.inference.plain import COLUMNS, ROWS, piece_length, upright_piece
from models.networks.plain import PlainNetwork
from models.training.export import write_onnx
from models.training.metaphases import (
    AnnotatedMetaphase,
    case_hash,
    is_laboratory_part,
    is_validation_part,
    read_annotations,
    read_greys,
)

_CITATION: Final = (
    "Tseng et al., An open dataset of annotated metaphase cell images for chromosome identification,"
    " Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7"
)


def pieces_in_boxes(
    grey: NDArray[np.uint8], metaphase: AnnotatedMetaphase
) -> Iterator[tuple[NDArray[np.float32], int]]:
    """The largest thresholded piece of each annotated box, upright, with its class."""
    stain = stain_of(grey, dark_on_light=True)
    level, _ = cv2.threshold((stain * 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    found = []
    for box, name in zip(metaphase.boxes.astype(int), metaphase.classes, strict=True):
        x0, y0 = max(box[0], 0), max(box[1], 0)
        part = stain[y0 : box[3], x0 : box[2]]
        number, labels, sizes, _ = cv2.connectedComponentsWithStats((part * 255 > level).astype(np.uint8))
        if number < 2:
            continue
        mask = labels == 1 + int(sizes[1:, cv2.CC_STAT_AREA].argmax())
        if mask.sum() >= 40:
            found.append((part, mask, int(name)))
    if not found:
        return
    middle = float(np.median([piece_length(mask) for _, mask, _ in found]))
    for part, mask, name in found:
        yield upright_piece(part, mask, middle), name


def collect(archive: Path, *, validation: bool, most: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pieces of so many pictures, shape (n, 112, 48), 0..255, with their classes."""
    chosen = [
        m
        for m in read_annotations(archive)
        if not is_laboratory_part(m.case) and is_validation_part(m.case) == validation
    ]
    chosen.sort(key=lambda m: case_hash(m.file_name))
    pieces, names = [], []
    for metaphase, grey in read_greys(archive, tuple(chosen[:most])):
        for piece, name in pieces_in_boxes(grey, metaphase):
            pieces.append((piece * 255).astype(np.uint8))
            names.append(name)
    return np.array(pieces, dtype=np.uint8).reshape(-1, ROWS, COLUMNS), np.array(names, dtype=np.int64)


def share_right(network: nn.Module, pieces: NDArray[np.uint8], names: NDArray[np.int64]) -> float:
    """Share of pieces that are named right."""
    network.eval()
    right = 0
    with torch.no_grad():
        for at in range(0, len(pieces), 512):
            given = torch.from_numpy(pieces[at : at + 512]).float().div(255)[:, None]
            right += int((network(given).argmax(1).numpy() == names[at : at + 512]).sum())
    return right / max(len(pieces), 1)


def train(
    pieces: NDArray[np.uint8], names: NDArray[np.int64], *, passes: int, batch: int = 128, seed: int = 0
) -> PlainNetwork:
    """Fit the network; either end of a piece may be up, so half of them are turned over."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = PlainNetwork()
    steps = passes * (len(pieces) // batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps + 1)
    for one in range(passes):
        network.train()
        order = rng.permutation(len(pieces))
        for at in range(0, len(order) - batch + 1, batch):
            rows = order[at : at + batch]
            given = torch.from_numpy(pieces[rows]).float().div(255)[:, None]
            over = torch.from_numpy(rng.random(batch) < 0.5)
            given = torch.where(over[:, None, None, None], given.flip(2).flip(3), given)
            given = given * (0.8 + 0.4 * torch.rand(batch, 1, 1, 1))
            wrong = nn.functional.cross_entropy(
                network(given), torch.from_numpy(names[rows]), label_smoothing=0.05
            )
            optimiser.zero_grad()
            wrong.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            pace.step()
        print(f"pass {one + 1} of {passes}: loss {float(wrong.detach()):.3f}", flush=True)
    return network


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--data", type=Path, required=True, help="folder with metaphases_train.zip")
    parser.add_argument("--out", type=Path, required=True, help="folder of the version to write")
    parser.add_argument("--pictures", type=int, default=1200)
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)


def run(arguments: argparse.Namespace) -> int:
    """Train, measure on validation cases, and write weights with their card."""
    torch.set_num_threads(arguments.threads)
    archive = arguments.data / "metaphases_train.zip"
    held = collect(archive, validation=True, most=10_000)
    pieces, names = collect(archive, validation=False, most=arguments.pictures)
    print(f"{len(pieces)} pieces to learn from, {len(held[0])} held back", flush=True)
    network = train(pieces, names, passes=arguments.passes)
    right = share_right(network, *held)
    print(f"held back: {right:.4f} named right", flush=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_onnx(
        network.eval(),
        torch.zeros(2, 1, ROWS, COLUMNS),
        ("pictures", ["logits"]),
        {"pictures": {0: "n"}, "logits": {0: "n"}},
        arguments.out,
    )
    card = ModelCard(
        name="plain",
        version=arguments.out.name,
        created=datetime.datetime.now(datetime.UTC).date(),
        purpose="the plain baseline of the benchmark; answers nothing in the program",
        inputs="pictures: float32 (n, 1, 112, 48), stain 0..1 of a thresholded piece, long axis upright",
        outputs="logits: (n, 24), classes 1..22, X, Y",
        parameters={"named_right_on_validation_cases": round(right, 4)},
        training=(
            TrainingSource(
                archive="metaphases_train",
                used=f"thresholded pieces in annotated boxes of {arguments.pictures} pictures; validation"
                " cases and the laboratory part left out",
                citation=_CITATION,
            ),
        ),
        chosen_on="nothing was chosen",
        limits=("made to be measured against: touching chromosomes are one piece, either end may be up",),
        licence="the terms of LICENSE beside the weights",
        sha256=sha256_of(arguments.out / MODEL_NAME),
    )
    write_card(card, arguments.out)
    return 0


def main() -> int:
    """Run the command by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
