"""Train the second look: ``python -m models.training.train_closer --windows DIR --out DIR``; it resumes."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as f

from models.networks.closer import CloserNetwork
from models.training.closer_samples import CloserSamples, read_windows
from models.training.pace import AveragedWeights, learning_rate_share, load_checkpoint, save_checkpoint

_RATE: Final = 3e-3
_LOOK_FOR_FILES: Final = 100
_LEAST_CROSSING: Final = 40
_MEETING: Final = 9
"""Pixels round a crossing that count more, side of the square."""
_MEETING_WEIGHT: Final = 4.0


class WindowPool:
    """All windows written so far, files that come later included."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._rng = np.random.default_rng(seed)
        self._read: set[str] = set()
        self._parts: list[CloserSamples] = []
        self.look()

    def look(self) -> None:
        """Read files that were written since."""
        for path in sorted(self._folder.glob("*.npz")):
            if path.name not in self._read:
                self._read.add(path.name)
                self._parts.append(read_windows(path))

    def __len__(self) -> int:
        return sum(len(part.windows) for part in self._parts)

    def draw(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Draw a batch: windows (n, 6, 144, 64) varied, own and crossing (n, 144, 64), -1 not known."""
        rng = self._rng
        sizes = np.array([len(part.windows) for part in self._parts], dtype=np.float64)
        windows, own, crossing = [], [], []
        for which in rng.choice(len(sizes), count, p=sizes / sizes.sum()):
            part = self._parts[int(which)]
            k = int(rng.integers(len(part.windows)))
            down, along = (int(v) for v in rng.choice([1, -1], 2))
            windows.append(
                varied(part.windows[k, :, ::down, ::along].astype(np.float32) / np.float32(255), rng)
            )
            own.append(part.own[k, ::down, ::along])
            crossing.append(part.crossing[k, ::down, ::along])
        return (
            torch.from_numpy(np.stack(windows)),
            torch.from_numpy(np.stack(own)),
            torch.from_numpy(np.stack(crossing)),
        )


def varied(window: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Change stain, the level of the edge and now and then the first masks of a window (6, 144, 64)."""
    power, share = np.exp(rng.normal(0.0, 0.12)), np.exp(rng.normal(0.0, 0.08))
    window[0] = np.clip(window[0] ** np.float32(power) * np.float32(share), 0.0, 1.0)
    window[1] = np.clip(window[1] * np.float32(np.exp(rng.normal(0.0, 0.04))), 0.0, 1.0)
    if rng.random() < 0.05:
        window[3] = 0.0
    return window


def closer_loss(logits: Tensor, own: Tensor, crossing: Tensor) -> tuple[Tensor, Tensor]:
    """Cross entropy plus dice of the mask, cross entropy plus dice of the crossing, where known."""
    maps = logits.float()
    # Where two meet is where outlines go wrong; elsewhere the stain itself shows the edge.
    meeting = f.max_pool2d((crossing == 1).float()[:, None], _MEETING, stride=1, padding=_MEETING // 2)[:, 0]
    losses = []
    for channel, target in enumerate((own, crossing)):
        known = (target >= 0).float()
        yes = (target == 1).float()
        weight = known * (1.0 + _MEETING_WEIGHT * meeting)
        entropy = f.binary_cross_entropy_with_logits(maps[:, channel], yes, reduction="none")
        entropy = (entropy * weight).sum() / weight.sum().clamp_min(1.0)
        probability = torch.sigmoid(maps[:, channel]) * known
        dice = 1.0 - (2.0 * (probability * yes).sum((1, 2)) + 20.0) / (
            probability.sum((1, 2)) + yes.sum((1, 2)) + 20.0
        )
        losses.append(entropy + dice.mean())
    return losses[0], losses[1]


@torch.inference_mode()
def measure(network: nn.Module, kept: CloserSamples) -> dict[str, float]:
    """Intersection over union of masks and crossings on windows of cases that nothing was learned from."""
    network.eval()
    ious, crossed, crossings, before = [], [], [], []
    for start in range(0, len(kept.windows), 50):
        window = torch.from_numpy(kept.windows[start : start + 50].astype(np.float32) / np.float32(255.0))
        with torch.autocast("cpu", torch.bfloat16):
            maps = network(window.contiguous(memory_format=torch.channels_last)).float().numpy()
        for k in range(len(maps)):
            own, over = kept.own[start + k] == 1, kept.crossing[start + k] == 1
            ious.append(_iou(maps[k, 0] > 0, own))
            if over.sum() > _LEAST_CROSSING and (kept.crossing[start + k] >= 0).all():
                crossed.append(ious[-1])
                crossings.append(_iou((maps[k, 1] > 0) & (maps[k, 0] > 0), over))
                before.append(_iou(window[k, 2].numpy() > 0.5, own))
    return {
        "mask_iou": float(np.mean(ious)),
        "mask_iou_low": float(np.quantile(ious, 0.05)),
        "crossed_mask_iou": float(np.mean(crossed)),
        "crossing_iou": float(np.mean(crossings)),
        "first_look_crossed_mask_iou": float(np.mean(before)),
    }


def _iou(said: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float((said & true).sum() / max(1, (said | true).sum()))


def train(arguments: argparse.Namespace) -> None:
    """Train until the minutes are used up."""
    torch.set_num_threads(arguments.threads)
    network = CloserNetwork().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedWeights(network, decay=0.998)
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
    files = [read_windows(path) for path in sorted(arguments.validation.glob("*.npz"))]
    kept = CloserSamples(
        windows=np.concatenate([part.windows for part in files]),
        own=np.concatenate([part.own for part in files]),
        crossing=np.concatenate([part.crossing for part in files]),
    )
    pool = WindowPool(arguments.windows, seed=step)
    print(
        f"{len(pool)} windows to learn from, {len(kept.windows)} to choose on, from step {step}", flush=True
    )

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
        result = measure(average.network, kept)
        print(json.dumps({"step": step, "minutes": round(elapsed / 60, 1), **result}), flush=True)
        score = result["crossed_mask_iou"] + 0.5 * result["crossing_iou"]
        if score >= best:
            best = score
            save_checkpoint(arguments.out / "best.pt", {"average": average.network.state_dict(), **result})

    seconds = arguments.minutes * 60.0
    saved = measured = elapsed
    sums = np.zeros(2)
    tick = time.monotonic()
    while elapsed < seconds:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * learning_rate_share(elapsed / seconds)
        network.train()
        window, own, crossing = pool.draw(arguments.batch)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(window.contiguous(memory_format=torch.channels_last))
        mask, over = closer_loss(logits, own, crossing)
        optimiser.zero_grad(set_to_none=True)
        loss = mask + 0.5 * over
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update(network)
        step += 1
        sums += [mask.item(), over.item()]
        now = time.monotonic()
        elapsed, tick = elapsed + now - tick, now
        if step % 50 == 0:
            text = " ".join(f"{value:.3f}" for value in sums / 50)
            print(f"{elapsed / 60:5.1f} min step {step}: mask crossing {text}", flush=True)
            sums[:] = 0.0
        if step % _LOOK_FOR_FILES == 0:
            pool.look()
        if elapsed - saved > 90.0:
            saved = elapsed
            save()
        if elapsed - measured > arguments.measure_minutes * 60.0:
            measured = elapsed
            choose()
            tick = time.monotonic()
    save()
    choose()
    save()


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the second look of the outliner.")
    parser.add_argument("--windows", type=Path, required=True, help="folder written by closer_samples")
    parser.add_argument("--validation", type=Path, required=True, help="the same of cases kept for choosing")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, resumed from")
    parser.add_argument("--minutes", type=float, default=75.0)
    parser.add_argument("--measure-minutes", type=float, default=6.0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
