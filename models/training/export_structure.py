"""Export the structure model with what normal chromosomes show: its answers are held against that."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor, nn

from core.analysis.structural import LEAST, MOST
from core.domain.bands import CLASSES
from models.card import MODEL_NAME, Measured, ModelCard, TrainingSource, read_card, sha256_of, write_card
from models.inference.structure import COLUMNS, ROWS
from models.networks.structure import SIZES, StructureNetwork
from models.training.export import write_onnx_of
from models.training.structure_samples import Samples, read_samples
from models.training.train_structure import answers, measure

NUMBERS: Final = (1, 2, 3, 5, 10, 20)
ALARMS: Final = {1: 0.1}
"""Alarms for a normal case of one cell; 0.2 for a case of more."""
_ALARMS_OF_CASES: Final = 0.2
_CLASSES_IN_A_CELL: Final = 23.5


class _Exported(nn.Module):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, query: Tensor, homolog: Tensor, name: Tensor, sizes: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        said: tuple[Tensor, Tensor, Tensor, Tensor] = self.network(query, homolog, name, sizes)
        return said


def normal_of(odds: NDArray[np.float64], samples: Samples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middle and spread of the log odds of normal chromosomes of each class, both shape (24,).

    The spread is that of the upper half: only what looks changed matters.
    """
    everything = odds[samples.kind == 0]
    middle, spread = np.zeros(len(CLASSES)), np.ones(len(CLASSES))
    overall = float(np.quantile(everything, 0.84) - np.median(everything))
    for index in range(len(CLASSES)):
        own = odds[(samples.kind == 0) & (samples.name == index)]
        if len(own) < 20:
            middle[index], spread[index] = np.median(everything), overall
            continue
        middle[index] = np.median(own)
        upper = float(np.quantile(own, 0.84) - middle[index])
        share = len(own) / (len(own) + 60.0)
        spread[index] = max(0.3, share * upper + (1.0 - share) * overall)
    return middle, spread


def thresholds_of(
    deviations: NDArray[np.float64], samples: Samples, *, draws: int = 40_000, seed: int = 0
) -> dict[int, float]:
    """Mean deviation over so many cells that normal cases reach as seldom as is allowed."""
    rng = np.random.default_rng(seed)
    own = [deviations[(samples.kind == 0) & (samples.name == index)] for index in range(len(CLASSES))]
    found = {}
    for number in NUMBERS:
        means = []
        for values in own:
            if len(values) < 20:
                continue
            drawn = rng.choice(values, size=(draws // len(CLASSES), number, 2))
            larger = drawn.max(axis=2)
            means.append(larger[:, 0] if number == 1 else np.clip(larger, LEAST, MOST).mean(axis=1))
        allowed = ALARMS.get(number, _ALARMS_OF_CASES) / _CLASSES_IN_A_CELL
        found[number] = float(np.quantile(np.concatenate(means), 1.0 - allowed))
    return found


def calibration_of(odds: NDArray[np.float64], changed: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that turn log odds into calibrated ones (Platt, 1999)."""

    def wrong(both: NDArray[np.float64]) -> float:
        logits = both[0] * odds + both[1]
        return float(np.logaddexp(0.0, np.where(changed, -logits, logits)).mean())

    best = minimize(wrong, np.array([1.0, 0.0]), method="Nelder-Mead")
    return float(best.x[0]), float(best.x[1])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--samples", type=Path, required=True, help="folder with the validation samples")
    parser.add_argument("--out", type=Path, required=True, help="folder of the version to write")
    parser.add_argument("--measured", type=Path, help="JSON of tests/benchmarks/structure_froc, for the card")


def with_measured(card: ModelCard, measured: dict[str, Any]) -> ModelCard:
    """Put what was measured on held-out cases into a card: the table, and the curve of sensitivity."""
    rows = tuple(
        Measured(
            set="changes made of gband_karyotyped_crops_dev_test",
            measure=f"{word}: found in {cells}",
            value=round(values[place], 4),
            n=int(values[0]),
        )
        for word, values in sorted(measured["table"].items())
        for place, cells in ((1, "one cell at 0.1 alarms"), (2, "five cells at 0.2 alarms"))
    )
    parameters = {**card.parameters, **measured["curve"]}
    return card.model_copy(update={"measured": rows, "parameters": parameters})


def run(arguments: argparse.Namespace) -> int:
    """Write weights and card."""
    torch.set_num_threads(1)
    state: dict[str, Any] = torch.load(arguments.checkpoint, weights_only=True)
    network = StructureNetwork()
    network.load_state_dict(state["average"])
    network.eval()
    held = read_samples(sorted(arguments.samples.glob("validation_???.npz")))
    odds, _ = answers(network, held)
    middle, spread = normal_of(odds, held)
    deviations = (odds - middle[held.name]) / spread[held.name]
    thresholds = thresholds_of(deviations, held)
    slope, offset = calibration_of(odds, held.kind > 0)
    seen = measure(network, held)
    names = ["query", "homolog", "name", "sizes"]
    outputs = ["kind", "heat", "breaks", "foreign"]
    write_onnx_of(
        _Exported(network),
        (
            torch.zeros(2, 2, ROWS, COLUMNS),
            torch.zeros(2, 2, ROWS, COLUMNS),
            torch.zeros(2, dtype=torch.int64),
            torch.zeros(2, SIZES),
        ),
        (names, outputs),
        {one: {0: "n"} for one in (*names, *outputs)},
        arguments.out,
    )
    write_card(
        _card(arguments.out, middle, spread, thresholds, (slope, offset), seen, len(held.name)),
        arguments.out,
    )
    if arguments.measured:
        write_card(
            with_measured(read_card(arguments.out), json.loads(arguments.measured.read_text())), arguments.out
        )
    print({"thresholds": thresholds, **{key: round(value, 4) for key, value in seen.items()}})
    return 0


def _card(
    folder: Path,
    middle: NDArray[np.float64],
    spread: NDArray[np.float64],
    thresholds: dict[int, float],
    calibration: tuple[float, float],
    seen: dict[str, float],
    held: int,
) -> ModelCard:
    return ModelCard(
        name="structure",
        version=folder.name,
        created=datetime.now(UTC).date(),
        purpose="compares each chromosome with its homolog and its class: suspects changes of structure",
        inputs="query, homolog: float32 (n, 2, 112, 16), stain and mask 0..1, p end first; name: int64 (n,);"
        " sizes: float32 (n, 7)",
        outputs="logits: kind (n, 7: normal, deletion, duplication, inversion, foreign, isochromosome, ring),"
        " heat (n, 28), breaks (n, 2, 40), foreign (n, 24)",
        parameters={
            "normal_mean": [round(float(value), 4) for value in middle],
            "normal_spread": [round(float(value), 4) for value in spread],
            "cells": [float(number) for number in thresholds],
            "thresholds": [round(value, 4) for value in thresholds.values()],
            "slope": round(calibration[0], 4),
            "offset": round(calibration[1], 4),
            "validation_area": round(seen["area"], 4),
        },
        training=(
            TrainingSource(
                archive="gband_karyotyped_crops_train",
                used="changes made of the chromosomes of training cases; validation cases left out",
                citation="public research set of 612 karyograms (in the literature: Passau Pki-3)",
            ),
            TrainingSource(
                archive="metaphases_train",
                used="isolated chromosomes of 539 pictures, oriented by the namer; validation cases and the"
                " laboratory part left out",
                citation="Tseng et al., An open dataset of annotated metaphase cell images for chromosome"
                " identification, Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7",
            ),
        ),
        chosen_on=f"{held} samples of validation cases: thresholds, calibration",
        limits=(
            "learned from changes made by the program of normal chromosomes: real ones may look otherwise",
            "G-banding only; chromosomes that cross others are not compared",
            "changes under two bands of the 400 level are mostly missed",
            "a suspicion, no finding: no karyotype is written from it",
        ),
        licence="the terms of LICENSE beside the weights",
        sha256=sha256_of(folder / MODEL_NAME),
    )


def main() -> int:
    """Run the command by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
