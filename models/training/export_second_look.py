"""The second look of the outliner to ONNX, beside the weights of a first look.

``python -m models.training.export_second_look --checkpoint FILE --first FOLDER --out FOLDER`` copies the
first look of one version into the folder of the next one and puts the second look into it.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Tensor, nn

from models.card import MODEL_NAME, Measured, ModelCard, TrainingSource, read_card, sha256_of, write_card
from models.inference.closer_window import CHANNELS, COLUMNS, ROWS
from models.inference.outliner import SECOND_LOOK
from models.networks.closer import CloserNetwork
from models.training.export import LICENCE, write_onnx
from models.training.pace import load_checkpoint

_METAPHASES = TrainingSource(
    archive="metaphases_train",
    used="isolated chromosomes laid into pictures of 3,059 metaphases; 170 more for choosing; cases of the "
    "laboratory part left out",
    citation="Tseng et al., An open dataset of annotated metaphase cell images for chromosome "
    "identification, Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7",
)
_MFISH = TrainingSource(
    archive="mfish_train",
    used="DAPI pictures of slides other than 06, 13 and 24, classes whose components fit the karyotype",
    citation="Copyright (c) 2000 Advanced Digital Imaging Research",
    terms="free to use, copy, modify and distribute with the notice",
)
_LIMITS = (
    "trained on composed crossings of amniotic fluid and lymphocytes; blood and marrow with G-bands were not "
    "validated",
    "three or more chromosomes in one knot and two of the same lean with one centre remain hard",
    "what the first look draws for the wrong chromosome is corrected in part only",
)


class _Exported(nn.Module):
    def __init__(self, network: CloserNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, window: Tensor) -> Tensor:
        return torch.sigmoid(self.network(window))


def second_look_card(folder: Path, rounds: int, measured: Sequence[Measured] = ()) -> ModelCard:
    """Card of the second look in a folder ``outliner/VERSION/second_look``; `rounds`: how often it looks."""
    return ModelCard(
        name="second look of the outliner",
        version=folder.parent.name,
        created=datetime.now(UTC).date(),
        purpose="corrects the first mask of a chromosome, seen upright and finer, with its neighbours' masks",
        inputs=f"window: float32 (N, {len(CHANNELS)}, {ROWS}, {COLUMNS}) in 0..1, channels: "
        + ", ".join(CHANNELS),
        outputs=f"maps: (N, 2, {ROWS}, {COLUMNS}) probability of the asked chromosome, and that another one "
        "covers the pixel as well",
        parameters={"rounds": rounds},
        training=(_METAPHASES, _MFISH),
        chosen_on="625 windows composed of training cases that were held back",
        measured=tuple(measured),
        limits=_LIMITS,
        licence=LICENCE,
        sha256=sha256_of(folder / MODEL_NAME),
    )


def export_second_look(checkpoint: Path, first: Path, out: Path, rounds: int) -> None:
    """Write the folder of a version: the first look of another version and this second look."""
    state = load_checkpoint(checkpoint)
    if state is None:
        raise SystemExit(f"expected a checkpoint at {checkpoint}, got none, train first")
    if first.resolve() != out.resolve():
        out.mkdir(parents=True, exist_ok=True)
        for path in first.iterdir():
            if path.is_file():
                shutil.copyfile(path, out / path.name)
        write_card(read_card(first).model_copy(update={"version": out.name}), out)
    network = CloserNetwork()
    network.load_state_dict(state["average"])
    moving = {0: "windows"}
    example = torch.zeros(2, len(CHANNELS), ROWS, COLUMNS)
    folder = out / SECOND_LOOK
    write_onnx(_Exported(network), example, ("window", ["maps"]), {"window": moving, "maps": moving}, folder)
    write_card(second_look_card(folder, rounds), folder)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description="Export the second look of the outliner.")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--first", type=Path, required=True, help="folder of the version of the first look")
    parser.add_argument("--out", type=Path, required=True, help="folder of the new version")
    parser.add_argument("--rounds", type=int, default=2, help="how often masks are corrected")
    arguments = parser.parse_args()
    export_second_look(arguments.checkpoint, arguments.first, arguments.out, arguments.rounds)


if __name__ == "__main__":
    main()
