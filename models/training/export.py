"""Finder and outliner to ONNX with their cards.

``python -m models.training.export finder --checkpoint FILE --data DIR --out FOLDER``, where the folder is that
of the version, such as ``resources/weights/finder/0.1.0``.
"""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.imaging.intensity import stain_of
from models.card import LICENCE_NAME, MODEL_NAME, Measured, ModelCard, TrainingSource, sha256_of, write_card
from models.evaluation.metrics import (
    BoxMatch,
    Interval,
    bootstrap_over_cases,
    count_exact,
    found_f1,
    found_iou,
    match_boxes,
)
from models.inference.finder import OnnxFinder
from models.networks import finder as finder_network
from models.training.metaphases import (
    CANONICAL_LENGTH,
    AnnotatedMetaphase,
    is_laboratory_part,
    is_validation_part,
    read_annotations,
    read_greys,
)
from models.training.negatives import SOURCES
from models.training.pace import load_checkpoint

_LICENCE_TEXT: Final = Path(__file__).resolve().parents[2] / "resources" / "weights" / LICENCE_NAME
LICENCE: Final = "research use; see LICENSE beside the weights"
METAPHASES: Final = TrainingSource(
    archive="metaphases_train",
    used="boxes of 3,059 metaphases; 170 more for choosing; cases of the laboratory part left out",
    citation="Tseng et al., An open dataset of annotated metaphase cell images for chromosome "
    "identification, Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7",
)
OTHER_PICTURES: Final = TrainingSource(
    archive=", ".join(SOURCES),
    used="25 pictures each of the train parts, as pictures that hold no metaphase",
    citation="named in the table of each archive",
)
_HEATS: Final = tuple(float(round(value, 3)) for value in np.arange(0.15, 0.61, 0.025))


class _ExportedFinder(nn.Module):
    """Finder that answers with probabilities and cells."""

    def __init__(self, network: finder_network.FinderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, stain: Tensor) -> tuple[Tensor, Tensor]:
        output = self.network(stain)
        return torch.sigmoid(output.heat), finder_network.sides_in_cells(output.sides)


def write_onnx(
    network: nn.Module, example: Tensor, names: tuple[list[str], list[str]], axes: dict[str, Any], path: Path
) -> None:
    """Write a network as ``model.onnx``; `axes` names the axes of inputs and outputs that may vary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network.eval(),
        (example,),
        str(path),
        input_names=names[0],
        output_names=names[1],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


def _loaded(checkpoint: Path) -> dict[str, Any]:
    state = load_checkpoint(checkpoint)
    if state is None:
        raise SystemExit(f"expected a checkpoint at {checkpoint}, got none, train first")
    return state


def finder_card(path: Path, version: str, **chosen: float) -> ModelCard:
    """Card of a finder whose operating point is given by `chosen`."""
    return ModelCard(
        name="finder",
        version=version,
        created=datetime.now(UTC).date(),
        purpose="finds the chromosomes of a G-banded metaphase as boxes",
        inputs="stain: float32 (N, 1, H, W) in 0..1, half of the canonical scale, H and W multiples of 16",
        outputs="heat: (N, 3, H/2, W/2) probability of a centre, one map each for upright, square and "
        "lying boxes; sides: (N, 12, H/2, W/2) distances to left, upper, right, lower side in cells, for each shape",
        parameters={
            "canonical_length": CANONICAL_LENGTH,
            "input_stride": finder_network.INPUT_STRIDE,
            "grid_stride": finder_network.GRID_STRIDE,
            "size_multiple": finder_network.SIZE_MULTIPLE,
            "least_count": 8,
            **chosen,
        },
        training=(METAPHASES, OTHER_PICTURES),
        chosen_on="170 metaphases of training cases that were held back",
        limits=(
            "trained on amniotic fluid only; blood and marrow were not validated",
            "fluorescence and R-banding were not validated",
        ),
        licence=LICENCE,
        sha256=sha256_of(path),
    )


def export_finder(arguments: argparse.Namespace) -> None:
    """Write finder weights and their card, the operating point chosen on the validation part."""
    state = _loaded(arguments.checkpoint)
    network = finder_network.FinderNetwork()
    network.load_state_dict(state["average"])
    path = arguments.out / MODEL_NAME
    moving = {0: "pictures", 2: "height", 3: "width"}
    write_onnx(
        _ExportedFinder(network),
        torch.zeros(1, 1, 64, 96),
        (["stain"], ["heat", "sides"]),
        {"stain": moving, "heat": moving, "sides": moving},
        path,
    )
    version = arguments.out.name
    open_point = {"least_heat": 0.1, "same_iou": 0.65, "score_slope": 1.0, "score_offset": 0.0}
    write_card(finder_card(path, version, **open_point), arguments.out)
    finder = OnnxFinder.open(arguments.out)
    archive = arguments.data / "metaphases_train.zip"
    metaphases = tuple(
        m for m in read_annotations(archive) if not is_laboratory_part(m.case) and is_validation_part(m.case)
    )[:: arguments.every]
    answers = [
        (metaphase, *finder.candidates(stain_of(grey, dark_on_light=True), min(_HEATS)))
        for metaphase, grey in read_greys(archive, metaphases)
    ]
    heat = max(_HEATS, key=lambda least: found_f1(_matches(answers, least)))
    slope, offset = _calibration(answers)
    print(
        f"operating point {heat}: F1 {found_f1(_matches(answers, heat)):.4f}, slope {slope:.3f}, offset {offset:.3f}"
    )
    chosen = {**open_point, "least_heat": heat, "score_slope": slope, "score_offset": offset}
    card = finder_card(path, version, **chosen)
    write_card(card, arguments.out)
    if _LICENCE_TEXT.exists():
        shutil.copyfile(_LICENCE_TEXT, arguments.out / LICENCE_NAME)
    if arguments.measure:
        write_card(card.model_copy(update={"measured": measured_boxes(arguments)}), arguments.out)


Answer = tuple[AnnotatedMetaphase, NDArray[np.float32], NDArray[np.float32]]


def _matches(answers: list[Answer], least: float) -> list[BoxMatch]:
    return [match_boxes(boxes[heights >= least], m.boxes) for m, boxes, heights in answers]


def _calibration(answers: list[Answer]) -> tuple[float, float]:
    """Slope and offset that turn the logit of a peak into that of being right (Platt scaling)."""
    heights, right = [], []
    for metaphase, boxes, peaks in answers:
        matched = {pair[0] for pair in match_boxes(boxes, metaphase.boxes).pairs}
        heights += peaks.tolist()
        right += [float(index in matched) for index in range(len(boxes))]
    logits = torch.logit(torch.tensor(heights, dtype=torch.float64), eps=1e-6)
    target = torch.tensor(right, dtype=torch.float64)
    line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=100)

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(line[0] * logits + line[1], target)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    slope, offset = line.tolist()
    return slope, offset


def measured_boxes(arguments: argparse.Namespace) -> tuple[Measured, ...]:
    """Results of the finder alone on the `dev_test` part, boxes taken for the bounds of outlines."""
    archive = arguments.data / "metaphases_dev_test.zip"
    finder = OnnxFinder.open(arguments.out)
    matches, cases = [], []
    for metaphase, grey in read_greys(archive, read_annotations(archive)):
        found = finder.find(stain_of(grey, dark_on_light=True))
        boxes = np.array([one.box for one in found], dtype=np.float32).reshape(-1, 4)
        matches.append(match_boxes(boxes, metaphase.boxes))
        cases.append(metaphase.case)
    rows = []
    for name, measure in (("found_f1", found_f1), ("found_iou", found_iou), ("count_exact", count_exact)):
        interval: Interval = bootstrap_over_cases(matches, cases, measure)
        print(f"{name} {interval.value:.4f} ({interval.low:.4f} to {interval.high:.4f})")
        rows.append(
            Measured(
                set="metaphases_dev_test",
                measure=f"{name}, boxes alone",
                value=round(interval.value, 5),
                low=round(interval.low, 5),
                high=round(interval.high, 5),
                n=len(matches),
            )
        )
    return tuple(rows)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description="Export trained weights to ONNX with their card.")
    parser.add_argument("stage", choices=["finder"])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder with the archives of metaphases")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the version, such as .../finder/0.1.0"
    )
    parser.add_argument("--every", type=int, default=1, help="choose on each n-th validation picture")
    parser.add_argument("--measure", action="store_true", help="measure on the dev_test part")
    export_finder(parser.parse_args())


if __name__ == "__main__":
    main()
