"""Train the judge on scenes of annotated metaphases, and export it with its card.

Cells of the archive nearly all have 46 chromosomes. So that the judge learns to look and not to count, every
second cell is edited: chromosomes are taken out with all their candidates, or brought in from another cell.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as f

from models.card import LICENCE_NAME, MODEL_NAME, ModelCard, TrainingSource, sha256_of, write_card
from models.evaluation.metrics import BoxMatch, count_exact, found_f1, found_iou, match_boxes
from models.inference.scene import BETWEEN, OWN, compared
from models.networks.judge import JudgeNetwork
from models.training.half_weights import halve_weights
from models.training.judge_samples import JudgedScene, read_scenes
from models.training.pace import AveragedWeights, learning_rate_share, load_checkpoint, save_checkpoint

_RATE: Final = 1.5e-3
_EDITED: Final = 0.45
_PARTED: Final = 0.3
_NOISE: Final = 0.05
_NEAR_WEIGHT: Final = 0.5
_MASK_COPY: Final = 0.7
_THRESHOLDS: Final = tuple(float(round(v, 3)) for v in np.arange(0.3, 0.71, 0.02))
_DISTANCE: Final = 4
_COUNT_COST: Final = 0.004
_FREE: Final = 0.05
_GUEST: Final = 10_000
_COPY_OF: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    own: NDArray[np.float32]
    between: NDArray[np.float32]
    right: NDArray[np.float32]
    weight: NDArray[np.float32]


def edited(
    judged: JudgedScene, others: Sequence[JudgedScene], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Take chromosomes out of a scene and bring some in: own, between, owner and near of what is there."""
    own, between = judged.scene.own, judged.scene.between
    owner, near = judged.owner, judged.near
    keep = np.ones(len(own), dtype=bool)
    for box in rng.permutation(len(judged.boxes))[: rng.integers(0, 4)]:
        gone = (owner == box) | (near == box)
        # What overlaps a chromosome was drawn with it there: clusters stay as they are.
        if between[gone][:, (owner >= 0) & (owner != box), 0].sum() <= _FREE * gone.sum():
            keep[gone] = False
    own, between, owner, near = own[keep], between[keep][:, keep], owner[keep], near[keep]
    for _ in range(int(rng.integers(0, 3))):
        guest = others[int(rng.integers(len(others)))]
        alone = np.flatnonzero((guest.owner >= 0) & (guest.scene.between[..., 0].sum(axis=1) < _FREE))
        if not len(alone):
            continue
        one, count = int(rng.choice(alone)), len(own)
        newcomer = guest.scene.own[one : one + 1]
        wider = np.zeros((count + 1, count + 1, BETWEEN), dtype=np.float32)
        wider[:count, :count] = between
        wider[:count, count, _DISTANCE] = wider[count, :count, _DISTANCE] = np.exp(
            -rng.uniform(1.0, 8.0, count)
        )
        wider[:count, count, _DISTANCE + 1 :] = compared(own, newcomer)[:, 0]
        wider[count, :count, _DISTANCE + 1 :] = compared(newcomer, own)[0]
        wider[count, count] = guest.scene.between[one, one]
        own, between = np.concatenate([own, newcomer]), wider
        owner, near = np.append(owner, _GUEST + count), np.append(near, _GUEST + count)
    return own, between, owner, near


def part_of(
    judged: JudgedScene, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Cut a scene along a line; a candidate goes where the annotated box goes that it covers."""
    middle = (judged.bounds[:, :2] + judged.bounds[:, 2:]) / 2.0
    of_box = (judged.boxes[:, :2] + judged.boxes[:, 2:]) / 2.0
    box = np.where(judged.owner >= 0, judged.owner, judged.near)
    place = np.where((box >= 0)[:, None], of_box[np.maximum(box, 0)], middle)
    angle = rng.uniform(0.0, 2.0 * np.pi)
    along = place @ np.array([np.cos(angle), np.sin(angle)])
    keep = along >= np.quantile(along, rng.uniform(0.0, 0.6))
    own, between = judged.scene.own[keep], judged.scene.between[keep][:, keep]
    return own, between, judged.owner[keep], judged.near[keep]


def _draw(scenes: Sequence[JudgedScene], rng: np.random.Generator) -> _Drawn:
    judged = scenes[int(rng.integers(len(scenes)))]
    own, between, owner, near = judged.scene.own, judged.scene.between, judged.owner, judged.near
    how = rng.random()
    if how < _EDITED:
        own, between, owner, near = edited(judged, scenes, rng)
    elif how < _EDITED + _PARTED:
        own, between, owner, near = part_of(judged, rng)
    own = own + rng.normal(0.0, _NOISE, own.shape).astype(np.float32)
    weight = np.ones(len(own), dtype=np.float32)
    copy = ((between[..., _COPY_OF] > _MASK_COPY) & (owner >= 0)[None, :] & (owner < 0)[:, None]).any(axis=1)
    # A copy of a right mask is dropped later anyway: nearly as right, it need not be told apart.
    weight[copy] = 0.1
    weight[(owner < 0) & (near >= 0) & ~copy] = _NEAR_WEIGHT
    return _Drawn(own=own, between=between, right=(owner >= 0).astype(np.float32), weight=weight)


def _batch(drawn: Sequence[_Drawn]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    most = max(len(one.own) for one in drawn)
    own = np.zeros((len(drawn), most, OWN), np.float32)
    between = np.zeros((len(drawn), most, most, BETWEEN), np.float32)
    right, weight, present = (np.zeros((len(drawn), most), np.float32) for _ in range(3))
    for k, one in enumerate(drawn):
        n = len(one.own)
        own[k, :n], between[k, :n, :n] = one.own, one.between
        right[k, :n], weight[k, :n], present[k, :n] = one.right, one.weight, 1.0
    return tuple(torch.from_numpy(a) for a in (own, between, right, weight, present))  # type: ignore[return-value]


def taken(judged: JudgedScene, probabilities: NDArray[np.floating], least: float) -> NDArray[np.intp]:
    """Candidates above `least`, no chromosome twice; as `models.inference.judge.chosen`."""
    kept: list[int] = []
    for index in np.argsort(-probabilities, kind="stable"):
        if probabilities[index] < least:
            break
        if not kept or judged.scene.between[index, kept, _COPY_OF].max() <= _MASK_COPY:
            kept.append(int(index))
    return np.array(kept, dtype=np.intp)


def judged_probabilities(network: nn.Module, scenes: Sequence[JudgedScene]) -> list[NDArray[np.float32]]:
    """Probability of every candidate of some scenes."""
    network.eval()
    said = []
    with torch.no_grad():
        for judged in scenes:
            own = torch.from_numpy(judged.scene.own)[None]
            between = torch.from_numpy(judged.scene.between)[None]
            logits = network(own, between, torch.ones(own.shape[:2]))[-1][0]
            said.append(torch.sigmoid(logits).numpy())
    return said


def measure(network: nn.Module, scenes: Sequence[JudgedScene]) -> dict[str, float]:
    """F1 at the best threshold, overlap, counts, whole cells, and the calibration of the verdicts."""
    said = judged_probabilities(network, scenes)
    best: dict[str, float] = {}
    highest = -np.inf
    for least in _THRESHOLDS:
        matches: list[BoxMatch] = [
            match_boxes(judged.bounds[taken(judged, p, least)], judged.boxes)
            for judged, p in zip(scenes, said, strict=True)
        ]
        f1 = found_f1(matches)
        error = float(np.mean([abs(m.predicted - m.annotated) for m in matches]))
        # Between thresholds of the same F1 the one that counts better is the better one.
        if f1 - _COUNT_COST * error > highest:
            highest = f1 - _COUNT_COST * error
            whole = [len(m.pairs) == m.predicted == m.annotated for m in matches]
            best = {
                "f1": f1,
                "iou": found_iou(matches),
                "threshold": least,
                "count_exact": count_exact(matches),
                "count_error": error,
                "whole": float(np.mean(whole)),
            }
    return best


def train(arguments: argparse.Namespace) -> None:
    """Train from scratch, a matter of minutes; the best average by F1 on the validation cases is kept."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    scenes = read_scenes(arguments.scenes / "train")
    validation = read_scenes(arguments.scenes / "validation")
    network = JudgeNetwork(OWN, BETWEEN)
    average = AveragedWeights(network, decay=0.998)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.1, betas=(0.9, 0.98))
    print(f"{len(scenes)} scenes to learn from, {len(validation)} to choose by", flush=True)
    best = -1.0
    for step in range(arguments.steps):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * learning_rate_share(step / arguments.steps)
        network.train()
        own, between, right, weight, present = _batch([_draw(scenes, rng) for _ in range(arguments.batch)])
        logits = network(own, between, present)
        losses = f.binary_cross_entropy_with_logits(logits, right.expand_as(logits), reduction="none")
        loss = (losses * weight).sum(dim=(1, 2)) / weight.sum()
        optimiser.zero_grad(set_to_none=True)
        (loss[-1] + 0.3 * loss[:-1].mean()).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network)
        if (step + 1) % arguments.every == 0 or step + 1 == arguments.steps:
            result = measure(average.network, validation)
            print(json.dumps({"step": step + 1, "loss": round(loss[-1].item(), 4), **result}), flush=True)
            score = result["f1"] + 0.05 * result["whole"]
            if score > best:
                best = score
                save_checkpoint(
                    arguments.out / "best.pt", {"average": average.network.state_dict(), **result}
                )


class _Exported(nn.Module):
    def __init__(self, network: JudgeNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, own: Tensor, between: Tensor) -> Tensor:
        return torch.sigmoid(self.network(own, between, torch.ones_like(own[..., 0]))[-1])


def export(checkpoint: Path, folder: Path, behind: Sequence[str]) -> ModelCard:
    """Write the judge as ONNX with its card; `behind` are the labels of the stages it judges."""
    state = load_checkpoint(checkpoint)
    if state is None:
        raise SystemExit(f"expected a checkpoint at {checkpoint}, got none, train first")
    network = JudgeNetwork(OWN, BETWEEN)
    network.load_state_dict(state["average"])
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            _Exported(network).eval(),
            (torch.zeros(1, 5, OWN), torch.zeros(1, 5, 5, BETWEEN)),
            str(folder / MODEL_NAME),
            input_names=["own", "between"],
            output_names=["probability"],
            dynamic_axes={
                "own": {0: "cells", 1: "candidates"},
                "between": {0: "cells", 1: "candidates", 2: "others"},
                "probability": {0: "cells", 1: "candidates"},
            },
            opset_version=17,
            dynamo=False,
        )
    halve_weights(folder / MODEL_NAME)
    licence = folder.parents[1] / LICENCE_NAME
    if licence.exists():
        (folder / LICENCE_NAME).write_bytes(licence.read_bytes())
    card = ModelCard(
        name="judge",
        version=folder.name,
        created=datetime.now(UTC).date(),
        purpose="chooses among all outlined candidates of a picture those that are its chromosomes",
        inputs=f"own: float32 (1, n, {OWN}), each candidate; "
        f"between: float32 (1, n, n, {BETWEEN}), every two",
        outputs="probability: (1, n), one whole chromosome of this cell, and no copy of a better candidate",
        parameters={
            "least_probability": float(state["threshold"]),
            "chosen_with": ", ".join(behind),
            "f1_on_validation_cases": round(float(state["f1"]), 4),
            "whole_cells_on_validation_cases": round(float(state["whole"]), 4),
        },
        training=(
            TrainingSource(
                archive="metaphases_train",
                used="1,004 scenes of training cases; validation cases and the laboratory part left out",
                citation=(
                    "Tseng et al., An open dataset of annotated metaphase cell images for chromosome "
                    "identification, Scientific Data 10:104 (2023), doi 10.1038/s41597-023-02003-7"
                ),
            ),
        ),
        chosen_on="170 metaphases of training cases that were held back",
        limits=("trained on amniotic fluid only; blood and marrow were not validated",),
        licence="research use; see LICENSE beside the weights",
        sha256=sha256_of(folder / MODEL_NAME),
    )
    write_card(card, folder)
    return card


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--scenes", type=Path, required=True, help="folder of `judge_samples`")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--every", type=int, default=300)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--export", type=Path, help="folder of the version to write when trained")
    parser.add_argument("--behind", nargs="*", default=[], help="labels of the stages that it judges")


def run(arguments: argparse.Namespace) -> int:
    """Train, then export where asked."""
    if arguments.steps > 0:
        train(arguments)
    if arguments.export is not None:
        export(arguments.out / "best.pt", arguments.export, arguments.behind)
    return 0


def main() -> int:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the judge on scenes of annotated metaphases.")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
