"""Finder and outliner to ONNX with their cards.

``python -m models.training.export finder --checkpoint FILE --data DIR --out FOLDER``, the folder being
that of the version, such as ``resources/weights/finder/0.1.0``. The outliner needs ``--finder FOLDER`` too.
"""

from __future__ import annotations

import argparse
import shutil
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from models.card import LICENCE_NAME, MODEL_NAME, ModelCard, TrainingSource, sha256_of, write_card
from models.inference.centres import SAME_CHROMOSOME_IOU
from models.inference.choice import Choice
from models.inference.finder import OnnxFinder
from models.inference.outliner import OnnxOutliner
from models.networks.finder import (
    GRID_STRIDE,
    INPUT_STRIDE,
    SIZE_MULTIPLE,
    FinderNetwork,
    sides_in_cells,
)
from models.networks.outliner import CHANNELS, WINDOW, OutlinerNetwork
from models.training.half_weights import halve_weights
from models.training.metaphases import CANONICAL_LENGTH
from models.training.negatives import SOURCES
from models.training.operating_point import finder_point, measured, outliner_point
from models.training.pace import load_checkpoint

_LICENCE_TEXT: Final = Path(__file__).resolve().parents[2] / "resources" / "weights" / LICENCE_NAME
LICENCE: Final = "research use; see LICENSE beside the weights"
_LIMITS: Final = (
    "trained on amniotic fluid only; blood and marrow were not validated",
    "fluorescence and R-banding were not validated",
)
_CHOSEN_ON: Final = "170 metaphases of training cases that were held back (or each n-th of them)"
_CITATION: Final = (
    "Tseng et al., An open dataset of annotated metaphase cell images for chromosome identification, "
    "Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7"
)
_METAPHASES: Final = TrainingSource(
    archive="metaphases_train",
    used="3,059 metaphases; 170 more for choosing; cases of the laboratory part left out",
    citation=_CITATION,
)
_SIMULATED: Final = TrainingSource(
    archive="simulated metaphases (core.simulation)",
    used="70 drawn cells in the last third of the training",
    citation="drawn from the band tables of this program",
    terms="Apache-2.0",
)
_OTHER_PICTURES: Final = TrainingSource(
    archive=", ".join(SOURCES),
    used="25 pictures each of the train parts, as pictures that hold no metaphase",
    citation="named in the table of each archive",
)


class _ExportedFinder(nn.Module):
    """Finder that answers with probabilities and cells."""

    def __init__(self, network: FinderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, stain: Tensor) -> tuple[Tensor, Tensor]:
        output = self.network(stain)
        return torch.sigmoid(output.heat), sides_in_cells(output.sides)


class _ExportedOutliner(nn.Module):
    """Outliner that answers with probabilities of pixels and a logit of validity."""

    def __init__(self, network: OutlinerNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, window: Tensor) -> tuple[Tensor, Tensor]:
        output = self.network(window)
        return torch.sigmoid(output.maps), output.valid


def write_onnx(
    network: nn.Module, example: Tensor, names: tuple[str, list[str]], axes: dict[str, Any], folder: Path
) -> None:
    """Write a network of one input as ``model.onnx``; see `write_onnx_of`."""
    write_onnx_of(network, (example,), ([names[0]], names[1]), axes, folder)


def write_onnx_of(
    network: nn.Module,
    examples: tuple[Tensor, ...],
    names: tuple[list[str], list[str]],
    axes: dict[str, Any],
    folder: Path,
) -> None:
    """Write a network as ``model.onnx``; `axes` names the axes of inputs and outputs that may vary."""
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The traced exporter writes plainer graphs than the new one and says that it is the old one.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network.eval(),
            examples,
            str(folder / MODEL_NAME),
            input_names=names[0],
            output_names=names[1],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    halve_weights(folder / MODEL_NAME)
    if _LICENCE_TEXT.exists():
        shutil.copyfile(_LICENCE_TEXT, folder / LICENCE_NAME)


def _averaged(checkpoint: Path) -> dict[str, Any]:
    state = load_checkpoint(checkpoint)
    if state is None:
        raise SystemExit(f"expected a checkpoint at {checkpoint}, got none, train first")
    average: dict[str, Any] = state["average"]
    return average


def finder_card(folder: Path, point: dict[str, float]) -> ModelCard:
    """Card of the finder in a folder, with its operating point."""
    return ModelCard(
        name="finder",
        version=folder.name,
        created=datetime.now(UTC).date(),
        purpose="finds the chromosomes of a G-banded metaphase as boxes",
        inputs="stain: float32 (N, 1, H, W) in 0..1, half of the canonical scale, H and W multiples of 16",
        outputs="heat: (N, 3, H/2, W/2) probability of a centre, one map each for upright, square and lying "
        "boxes; sides: (N, 12, H/2, W/2) distances to the left, upper, right and lower side in cells",
        parameters={
            "canonical_length": CANONICAL_LENGTH,
            "input_stride": INPUT_STRIDE,
            "grid_stride": GRID_STRIDE,
            "size_multiple": SIZE_MULTIPLE,
            "same_iou": SAME_CHROMOSOME_IOU,
            "candidate_heat": 0.06,
            "least_count": 10,
            **point,
        },
        training=(_METAPHASES, _OTHER_PICTURES, _SIMULATED),
        chosen_on=_CHOSEN_ON,
        limits=_LIMITS,
        licence=LICENCE,
        sha256=sha256_of(folder / MODEL_NAME),
    )


def outliner_card(folder: Path, choice: Choice, finder: str) -> ModelCard:
    """Card of the outliner in a folder, with its operating point behind the finder of that label."""
    found, valid, novel, reach = choice.weights
    return ModelCard(
        name="outliner",
        version=folder.name,
        created=datetime.now(UTC).date(),
        purpose="outlines the whole chromosome that a box asks for, crossings included",
        inputs=f"window: float32 (N, {len(CHANNELS)}, {WINDOW}, {WINDOW}), channels: {', '.join(CHANNELS)}",
        outputs=f"maps: (N, 2, {WINDOW}, {WINDOW}) probability of the asked chromosome, and that another one "
        "covers the pixel as well; valid: (N,) logit that the box asks for exactly one chromosome",
        parameters={
            "canonical_length": CANONICAL_LENGTH,
            "chosen_with": finder,
            "weight_found": found,
            "weight_valid": valid,
            "weight_novel": novel,
            "weight_reach": reach,
            "offset": choice.offset,
            "least_probability": choice.least,
        },
        training=(_METAPHASES,),
        chosen_on=_CHOSEN_ON,
        limits=_LIMITS,
        licence=LICENCE,
        sha256=sha256_of(folder / MODEL_NAME),
    )


def export_finder(arguments: argparse.Namespace) -> None:
    """Write finder weights and their card, the operating point chosen on the validation part."""
    network = FinderNetwork()
    network.load_state_dict(_averaged(arguments.checkpoint))
    moving = {0: "pictures", 2: "height", 3: "width"}
    axes = {"stain": moving, "heat": moving, "sides": moving}
    write_onnx(
        _ExportedFinder(network), torch.zeros(1, 1, 64, 96), ("stain", ["heat", "sides"]), axes, arguments.out
    )
    point = {"least_heat": 0.3, "score_slope": 1.0, "score_offset": 0.0}
    write_card(finder_card(arguments.out, point), arguments.out)
    point = finder_point(OnnxFinder.open(arguments.out), arguments.data, arguments.every)
    card = finder_card(arguments.out, point)
    write_card(card, arguments.out)
    if arguments.measure:
        rows = measured(arguments.data / "metaphases_dev_test.zip", OnnxFinder.open(arguments.out))
        write_card(card.model_copy(update={"measured": rows}), arguments.out)


def export_outliner(arguments: argparse.Namespace) -> None:
    """Write outliner weights and their card, the operating point chosen behind a finder."""
    network = OutlinerNetwork()
    network.load_state_dict(_averaged(arguments.checkpoint))
    moving = {0: "windows"}
    axes = {"window": moving, "maps": moving, "valid": moving}
    example = torch.zeros(2, len(CHANNELS), WINDOW, WINDOW)
    write_onnx(_ExportedOutliner(network), example, ("window", ["maps", "valid"]), axes, arguments.out)
    finder = OnnxFinder.open(arguments.finder)
    choice = Choice(weights=(1.0, 0.5, 3.0, 2.0), offset=-3.5, least=0.5)
    write_card(outliner_card(arguments.out, choice, finder.version), arguments.out)
    choice = outliner_point(finder, OnnxOutliner.open(arguments.out), arguments.data, arguments.every)
    card = outliner_card(arguments.out, choice, finder.version)
    write_card(card, arguments.out)
    if arguments.measure:
        archive = arguments.data / "metaphases_dev_test.zip"
        rows = measured(archive, finder, OnnxOutliner.open(arguments.out))
        write_card(card.model_copy(update={"measured": rows}), arguments.out)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description="Export trained weights to ONNX with their card.")
    parser.add_argument("stage", choices=["finder", "outliner"])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with the archives of metaphases")
    parser.add_argument("--out", type=Path, required=True, help="folder of the version")
    parser.add_argument("--finder", type=Path, help="folder of the finder that the outliner works behind")
    parser.add_argument("--every", type=int, default=1, help="choose on each n-th validation picture")
    parser.add_argument("--measure", action="store_true", help="measure on the dev_test part")
    arguments = parser.parse_args()
    if arguments.stage == "outliner" and arguments.finder is None:
        parser.error("the outliner needs --finder, the folder of the finder that it works behind")
    (export_finder if arguments.stage == "finder" else export_outliner)(arguments)


if __name__ == "__main__":
    main()
