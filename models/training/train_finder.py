"""Train the finder: ``python -m models.training.train_finder --data DIR --out DIR``.

Resumes by itself where the output folder has a checkpoint. The learning rate follows elapsed training time,
so that ``--minutes`` holds on any machine.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as f

from core.domain.bands import CLASSES
from models.evaluation.metrics import BoxMatch, count_exact, found_f1, found_iou, match_boxes
from models.inference.centres import boxes_at_peaks
from models.networks.finder import (
    GRID_STRIDE,
    INPUT_STRIDE,
    SIZE_MULTIPLE,
    FinderNetwork,
    FinderOutput,
    sides_in_cells,
)
from models.training.finder_samples import FinderSample, FinderSampler, at_input_scale
from models.training.metaphases import MetaphaseShard, is_validation_part, open_shard
from models.training.negatives import pictures_without_metaphase
from models.training.pace import AveragedWeights, learning_rate_share, load_checkpoint, save_checkpoint
from models.training.simulate import simulated_pictures

_RATE: Final = 2e-3
_THRESHOLDS: Final = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def finder_loss(
    output: FinderOutput, samples: list[FinderSample], names: nn.Linear
) -> tuple[Tensor, Tensor, Tensor]:
    """Loss of the centres, the boxes and the auxiliary classes of a batch.

    Returns
    -------
    tuple of Tensor
        Penalty-reduced focal loss (Law and Deng, CornerNet, 2018) for each centre; 1 - GIoU (Rezatofighi et
        al., 2019) plus the absolute difference of log sides; cross entropy of the classes.
    """
    logits = output.heat.float()
    target = torch.from_numpy(np.stack([sample.heat for sample in samples]))
    centres = target >= 1.0
    probability = torch.sigmoid(logits)
    hit = f.logsigmoid(logits) * (1.0 - probability).square() * centres
    miss = f.logsigmoid(-logits) * probability.square() * (1.0 - target).square().square()
    heat_loss = -(hit + miss * ~centres).sum() / centres.sum().clamp_min(1)

    picture = np.concatenate([np.full(len(s.cells), k, np.int64) for k, s in enumerate(samples)])
    cells = torch.from_numpy(np.concatenate([s.cells for s in samples]))
    if not len(cells):
        return heat_loss, heat_loss.new_zeros(()), heat_loss.new_zeros(())
    who = torch.from_numpy(picture)
    shape, row, column = cells.unbind(1)
    batch, _, height, width = output.sides.shape
    raw = output.sides.view(batch, -1, 4, height, width)[who, shape, :, row, column]
    asked = torch.from_numpy(np.concatenate([s.sides for s in samples]))
    weight = torch.from_numpy(np.concatenate([s.weights for s in samples]))
    weight = weight / weight.sum()
    said = sides_in_cells(raw)
    sides_loss = ((1.0 - _giou(said, asked)) * weight).sum()
    sides_loss = sides_loss + 0.5 * ((said.log() - asked.log()).abs().mean(1) * weight).sum()

    at_centre = weight >= weight.max() * 0.999
    features = output.features[who[at_centre], :, row[at_centre], column[at_centre]]
    classes = torch.from_numpy(np.concatenate([s.classes for s in samples]))[at_centre]
    name_loss = f.cross_entropy(names(features.float()), classes, label_smoothing=0.05)
    return heat_loss, sides_loss, name_loss


def _giou(said: Tensor, asked: Tensor) -> Tensor:
    """Generalised IoU of boxes given by distances to their sides from one point, shapes (n, 4)."""
    shared = torch.minimum(said, asked)
    hull = torch.maximum(said, asked)
    area_said = (said[:, 0] + said[:, 2]) * (said[:, 1] + said[:, 3])
    area_asked = (asked[:, 0] + asked[:, 2]) * (asked[:, 1] + asked[:, 3])
    overlap = (shared[:, 0] + shared[:, 2]) * (shared[:, 1] + shared[:, 3])
    around = (hull[:, 0] + hull[:, 2]) * (hull[:, 1] + hull[:, 3])
    union = area_said + area_asked - overlap
    return overlap / union - (around - union) / around


def finder_maps(
    network: nn.Module, stain: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probability of centres and sides in cells for a picture at the input's scale, in float32."""
    height, width = stain.shape
    pad_height, pad_width = (-height) % SIZE_MULTIPLE, (-width) % SIZE_MULTIPLE
    padded = np.pad(stain, ((0, pad_height), (0, pad_width))).astype(np.float32) / 255.0
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        output = network(torch.from_numpy(padded)[None, None])
    heat = torch.sigmoid(output.heat.float())[0].numpy()
    return heat, sides_in_cells(output.sides)[0].numpy()


def measure(network: nn.Module, shard: MetaphaseShard, indices: list[int]) -> dict[str, float]:
    """F1, IoU and exact counts at the best threshold, on pictures at their true canonical scale."""
    matches: dict[float, list[BoxMatch]] = {threshold: [] for threshold in _THRESHOLDS}
    for index in indices:
        metaphase = shard.metaphases[index]
        heat, sides = finder_maps(network, at_input_scale(shard.stain(index)))
        cell = INPUT_STRIDE * GRID_STRIDE / metaphase.canonical_factor
        boxes, scores = boxes_at_peaks(heat, sides, least_score=min(_THRESHOLDS), cell=cell)
        for threshold in _THRESHOLDS:
            matches[threshold].append(match_boxes(boxes[scores >= threshold], metaphase.boxes))
    best = max(_THRESHOLDS, key=lambda threshold: found_f1(matches[threshold]))
    return {
        "threshold": best,
        "f1": found_f1(matches[best]),
        "iou": found_iou(matches[best]),
        "count_exact": count_exact(matches[best]),
    }


def _batches(sampler: FinderSampler, size: int) -> Iterator[list[FinderSample]]:
    """Batches without end; the next one is drawn while the network works on this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:

        def draw() -> list[FinderSample]:
            return [sampler.draw() for _ in range(size)]

        coming = pool.submit(draw)
        while True:
            now, coming = coming.result(), pool.submit(draw)
            yield now


def train(arguments: argparse.Namespace) -> None:
    """Train until the minutes are used up."""
    torch.set_num_threads(arguments.threads)
    shard = open_shard(arguments.data / "metaphases_train.zip", arguments.scratch)
    validation = [i for i, m in enumerate(shard.metaphases) if is_validation_part(m.case)]
    held_out = set(validation)
    training = [i for i in range(len(shard)) if i not in held_out]
    drawn = simulated_pictures(arguments.simulated, arguments.scratch)
    negatives = [at_input_scale(picture) for picture in pictures_without_metaphase(arguments.data)]
    network = FinderNetwork().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    names = nn.Linear(64, len(CLASSES))
    average = AveragedWeights(network)
    optimiser = torch.optim.AdamW(
        [*network.parameters(), *names.parameters()], lr=_RATE, weight_decay=0.02, betas=(0.9, 0.98)
    )
    elapsed, step, best = 0.0, 0, 0.0
    last = arguments.out / "last.pt"
    state = load_checkpoint(last)
    if state is not None:
        network.load_state_dict(state["network"])
        names.load_state_dict(state["names"])
        average.network.load_state_dict(state["average"])
        average.updates = state["updates"]
        optimiser.load_state_dict(state["optimiser"])
        elapsed, step, best = state["elapsed"], state["step"], state["best"]
    print(
        f"{len(training)} pictures to learn from, {len(validation)} to choose by, from step {step}",
        flush=True,
    )
    sampler = FinderSampler(shard, training, drawn, negatives, seed=step)

    def save() -> None:
        save_checkpoint(
            last,
            {
                "network": network.state_dict(),
                "names": names.state_dict(),
                "average": average.network.state_dict(),
                "updates": average.updates,
                "optimiser": optimiser.state_dict(),
                "elapsed": elapsed,
                "step": step,
                "best": best,
            },
        )

    def choose() -> None:
        nonlocal best
        result = measure(average.network, shard, validation[:: arguments.every])
        print(json.dumps({"step": step, "minutes": round(elapsed / 60, 1), **result}), flush=True)
        if result["f1"] >= best:
            best = result["f1"]
            save_checkpoint(arguments.out / "best.pt", {"average": average.network.state_dict(), **result})

    seconds = arguments.minutes * 60.0
    saved = measured = elapsed
    sums = np.zeros(3)
    tick = time.monotonic()
    for samples in _batches(sampler, arguments.batch):
        share = learning_rate_share(elapsed / seconds)
        for group in optimiser.param_groups:
            group["lr"] = _RATE * share
        network.train()
        stain = torch.from_numpy(np.stack([sample.stain for sample in samples]))[:, None]
        with torch.autocast("cpu", torch.bfloat16):
            output = network(stain.contiguous(memory_format=torch.channels_last))
        heat_loss, sides_loss, name_loss = finder_loss(output, samples, names)
        optimiser.zero_grad(set_to_none=True)
        (heat_loss + 1.5 * sides_loss + 0.1 * name_loss).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update(network)
        step += 1
        sums += [heat_loss.item(), sides_loss.item(), name_loss.item()]
        now = time.monotonic()
        elapsed, tick = elapsed + now - tick, now
        if step % 50 == 0:
            heat, sides, name = sums / 50
            print(
                f"{elapsed / 60:6.1f} min step {step} heat {heat:.3f} sides {sides:.3f} class {name:.3f}",
                flush=True,
            )
            sums[:] = 0.0
        if elapsed - saved > 120.0:
            saved = elapsed
            save()
        if elapsed - measured > arguments.measure_minutes * 60.0:
            measured = elapsed
            choose()
            tick = time.monotonic()
        if elapsed >= seconds:
            break
    save()
    choose()
    save()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--data", type=Path, required=True, help="folder with metaphases_train.zip")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for checkpoints; resumed where it has one"
    )
    parser.add_argument(
        "--scratch", type=Path, default=Path("scratch"), help="folder for the shard of pictures"
    )
    parser.add_argument("--minutes", type=float, default=55.0)
    parser.add_argument("--measure-minutes", type=float, default=7.0)
    parser.add_argument("--every", type=int, default=3, help="measure on each n-th validation picture")
    parser.add_argument("--simulated", type=int, default=80, help="simulated metaphases beside the real ones")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on where a checkpoint is; 0 when the time is over."""
    train(arguments)
    return 0


def main() -> int:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the finder on annotated metaphases.")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
