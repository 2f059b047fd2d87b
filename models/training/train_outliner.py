"""Train the outliner: ``python -m models.training.train_outliner --data DIR --out DIR``; it resumes."""

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
from torch import Tensor, nn
from torch.nn import functional as f

from models.networks.outliner import OutlinerNetwork, OutlinerOutput
from models.training.metaphases import is_validation_part, open_shard
from models.training.outliner_samples import OPEN, OutlinerSample, OutlinerSampler
from models.training.pace import AveragedWeights, learning_rate_share, load_checkpoint, save_checkpoint
from models.training.prompts import Proposals, proposals_on

_RATE: Final = 2e-3


def outliner_loss(
    output: OutlinerOutput, samples: list[OutlinerSample]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Loss of mask, crossing, reach and validity of a batch.

    Returns
    -------
    tuple of Tensor
        Cross entropy plus dice on the pixels that are known; cross entropy of the crossing; how far the mask
        fails to reach the four sides of its box (Tian et al., BoxInst, 2021); cross entropy of validity.
    """
    maps = output.maps.float()
    own = torch.from_numpy(np.stack([s.own for s in samples])).long()
    crossing = torch.from_numpy(np.stack([s.crossing for s in samples])).long()
    valid = torch.from_numpy(np.array([s.valid for s in samples], dtype=np.float32))
    mask_loss = _known_entropy(maps[:, 0], own)
    probability = torch.sigmoid(maps[:, 0])
    known = (own != OPEN).float()
    target = (own == 1).float()
    shared = (probability * target).sum((1, 2))
    total = (probability * known).sum((1, 2)) + target.sum((1, 2))
    dice = 1.0 - (2.0 * shared + 1.0) / (total + 1.0)
    mask_loss = mask_loss + (dice * valid).sum() / valid.sum().clamp_min(1.0)
    # Crossings are few pixels; without the weight they would be learned last.
    crossing_loss = _known_entropy(maps[:, 1], crossing, weight=3.0)
    reach_loss = _reach(probability, samples, valid)
    valid_loss = f.binary_cross_entropy_with_logits(output.valid.float(), valid)
    return mask_loss, crossing_loss, reach_loss, valid_loss


def _known_entropy(logits: Tensor, target: Tensor, weight: float = 1.0) -> Tensor:
    known = (target != OPEN).float()
    loss = f.binary_cross_entropy_with_logits(
        logits, target.clamp_min(0).float(), reduction="none", pos_weight=logits.new_tensor(weight)
    )
    return (loss * known).sum() / known.sum().clamp_min(1.0)


def _reach(probability: Tensor, samples: list[OutlinerSample], valid: Tensor) -> Tensor:
    """Every row and column between the sides of the true box should hold a pixel of the mask."""
    boxes = torch.from_numpy(np.stack([s.box for s in samples]))
    places = torch.arange(probability.shape[-1], dtype=torch.float32) + 0.5
    losses = []
    for axis, along in ((0, 1), (1, 2)):
        highest = probability.amax(dim=along)
        inside = (places >= boxes[:, axis, None] + 2.0) & (places <= boxes[:, axis + 2, None] - 2.0)
        inside = inside & (valid[:, None] > 0)
        loss = -(highest.clamp_min(1e-4).log() * inside).sum() / inside.sum().clamp_min(1)
        losses.append(loss)
    return torch.stack(losses).sum()


def measure(network: nn.Module, samples: list[OutlinerSample]) -> dict[str, float]:
    """IoU of mask and crossing where they are known everywhere, and accuracy of validity."""
    ious, crossings, right = [], [], []
    with torch.no_grad():
        for start in range(0, len(samples), 32):
            part = samples[start : start + 32]
            with torch.autocast("cpu", torch.bfloat16):
                output = network(torch.from_numpy(np.stack([s.window for s in part])))
            own = (output.maps[:, 0] > 0).numpy()
            crossing = (output.maps[:, 1] > 0).numpy() & own
            says = (output.valid > 0).numpy()
            for k, sample in enumerate(part):
                right.append(says[k] == sample.valid)
                if sample.valid and (sample.own != OPEN).all():
                    ious.append(_iou(own[k], sample.own == 1))
                    if (sample.crossing == 1).sum() > 30:
                        crossings.append(_iou(crossing[k], sample.crossing == 1))
    return {
        "mask_iou": float(np.mean(ious)),
        "mask_iou_low": float(np.quantile(ious, 0.05)),
        "crossing_iou": float(np.mean(crossings)),
        "valid": float(np.mean(right)),
    }


def _iou(said: np.ndarray, true: np.ndarray) -> float:
    return float((said & true).sum() / max(1, (said | true).sum()))


def _batches(sampler: OutlinerSampler, size: int) -> Iterator[list[OutlinerSample]]:
    """Batches without end, drawn from several pictures each; the next one is drawn meanwhile."""
    with ThreadPoolExecutor(max_workers=1) as pool:

        def draw() -> list[OutlinerSample]:
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
    training = sorted(set(range(len(shard))) - set(validation))
    check = OutlinerSampler(shard, validation, seed=1, bank=60)
    checked = [check.draw() for _ in range(640)]
    network = OutlinerNetwork().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedWeights(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.02, betas=(0.9, 0.98))
    elapsed, step, best = 0.0, 0, 0.0
    last = arguments.out / "last.pt"
    state = load_checkpoint(last)
    if state is not None:
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        average.updates = state["updates"]
        optimiser.load_state_dict(state["optimiser"])
        elapsed, step, best = state["elapsed"], state["step"], state["best"]
    proposals: dict[int, Proposals] = {}
    if arguments.finder is not None:
        asked = np.random.default_rng(7).permutation(training)[: arguments.proposal_pictures]
        proposals = proposals_on(shard, sorted(asked.tolist()), arguments.finder, arguments.scratch)
    sampler = OutlinerSampler(shard, training, seed=step, proposals=proposals)
    print(f"{len(training)} pictures to learn from, from step {step}", flush=True)

    def save() -> None:
        save_checkpoint(
            last,
            {
                "network": network.state_dict(),
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
        result = measure(average.network, checked)
        print(json.dumps({"step": step, "minutes": round(elapsed / 60, 1), **result}), flush=True)
        score = result["mask_iou"] + 0.5 * result["crossing_iou"] + 0.5 * result["valid"]
        if score >= best:
            best = score
            save_checkpoint(arguments.out / "best.pt", {"average": average.network.state_dict(), **result})

    seconds = arguments.minutes * 60.0
    saved = measured = elapsed
    sums = np.zeros(4)
    tick = time.monotonic()
    for samples in _batches(sampler, arguments.batch):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * learning_rate_share(elapsed / seconds)
        network.train()
        window = torch.from_numpy(np.stack([sample.window for sample in samples]))
        with torch.autocast("cpu", torch.bfloat16):
            output = network(window.contiguous(memory_format=torch.channels_last))
        mask, crossing, reach, valid = outliner_loss(output, samples)
        optimiser.zero_grad(set_to_none=True)
        loss = mask + 0.5 * crossing + 0.2 * reach + arguments.valid_weight * valid
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update(network)
        step += 1
        sums += [mask.item(), crossing.item(), reach.item(), valid.item()]
        now = time.monotonic()
        elapsed, tick = elapsed + now - tick, now
        if step % 50 == 0:
            text = " ".join(f"{value:.3f}" for value in sums / 50)
            print(f"{elapsed / 60:5.1f} min step {step}: mask crossing reach valid {text}", flush=True)
            sums[:] = 0.0
        if elapsed - saved > 90.0:
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
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, resumed from")
    parser.add_argument(
        "--scratch", type=Path, default=Path("scratch"), help="folder for the shard of pictures"
    )
    parser.add_argument("--minutes", type=float, default=18.0)
    parser.add_argument("--measure-minutes", type=float, default=4.0)
    parser.add_argument("--finder", type=Path, help="checkpoint of a finder whose proposals are judged")
    parser.add_argument("--proposal-pictures", type=int, default=700)
    parser.add_argument("--valid-weight", type=float, default=0.3, help="weight of telling wrong boxes")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)


def run(arguments: argparse.Namespace) -> int:
    """Train, or go on where a checkpoint is; 0 when the time is over."""
    train(arguments)
    return 0


def main() -> int:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the outliner on annotated metaphases.")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
