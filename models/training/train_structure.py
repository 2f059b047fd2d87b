"""Train the model that compares each chromosome with its homolog and its class (extra train)."""

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

from models.networks.structure import NAMES, StructureNetwork, structure_loss
from models.training.pace import AveragedWeights, learning_rate_share
from models.training.structure_samples import Samples, read_samples

_RATE: Final = 2e-3
_FEWEST_FOR_A_MEAN: Final = 4
"""Files of samples from which the mean picture of each class is taken."""
_FRESH: Final = 150
"""Steps after which another file of samples is drawn from."""
_ALARMS: Final = 0.1 / 46.0
"""Alarms for one normal chromosome at the operating point of a single cell."""


def batch_of(samples: Samples, rows: NDArray[np.int64], rng: np.random.Generator | None) -> dict[str, Tensor]:
    """Rows as tensors; with a generator the stain is varied and some are shown end for end."""
    query = torch.from_numpy(samples.query[rows]).float().div(255)
    homolog = torch.from_numpy(samples.homolog[rows]).float().div(255)
    if rng is not None:
        query, homolog = _varied(query, rng), _varied(homolog, rng)
    return {
        "query": query,
        "homolog": homolog,
        "name": torch.from_numpy(samples.name[rows]).long(),
        "sizes": torch.from_numpy(samples.sizes[rows]).float(),
        "kind": torch.from_numpy(samples.kind[rows]).long(),
        "heat": torch.from_numpy(samples.heat[rows]).float(),
        "breaks": torch.from_numpy(samples.breaks[rows]).long(),
        "foreign": torch.from_numpy(samples.foreign[rows]).long(),
    }


def _varied(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    count = len(pictures)
    if rng.random() < 0.5:
        pictures = pictures.flip(3)
    gain = torch.from_numpy(rng.uniform(0.8, 1.2, (count, 1, 1)).astype(np.float32))
    gamma = torch.from_numpy(rng.uniform(0.8, 1.25, (count, 1, 1)).astype(np.float32))
    stain = (pictures[:, 0].clamp_min(1e-4) ** gamma * gain).clamp(0, 1)
    strength = torch.from_numpy(rng.uniform(0.0, 0.08, (count, 1, 1)).astype(np.float32))
    stain = (stain + strength * torch.randn_like(stain)).clamp(0, 1) * (pictures[:, 1] > 0.05)
    return torch.stack([stain, pictures[:, 1]], dim=1)


def usual_of(samples: Samples) -> Tensor:
    """Mean picture of the normal chromosomes of each class, shape (24, 2, 112, 16), 0..1."""
    usual = np.zeros((NAMES, *samples.query.shape[1:]), dtype=np.float32)
    for index in range(NAMES):
        own = (samples.kind == 0) & (samples.name == index)
        if own.any():
            usual[index] = samples.query[own].astype(np.float32).mean(axis=0) / 255.0
    return torch.from_numpy(usual)


def answers(network: nn.Module, samples: Samples) -> tuple[NDArray[np.float64], list[Tensor]]:
    """Log odds of a change for every sample, and all answers."""
    network.eval()
    parts: list[tuple[Tensor, ...]] = []
    with torch.no_grad():
        for at in range(0, len(samples.name), 256):
            given = batch_of(samples, np.arange(at, min(at + 256, len(samples.name))), None)
            parts.append(network(given["query"], given["homolog"], given["name"], given["sizes"]))
    said = [torch.cat(columns) for columns in zip(*parts, strict=True)]
    odds = torch.logsumexp(said[0][:, 1:], dim=1) - said[0][:, 0]
    return odds.double().numpy(), said


def measure(network: nn.Module, samples: Samples) -> dict[str, float]:
    """Sensitivity at the alarms of a single cell and at ten times as many, by size; breaks; ROC area."""
    odds, said = answers(network, samples)
    normal = np.sort(odds[samples.kind == 0])
    changed = samples.kind > 0
    found: dict[str, float] = {}
    for word, alarms in (("", _ALARMS), ("_ten", 10 * _ALARMS)):
        threshold = float(np.quantile(normal, 1.0 - alarms))
        found[f"found{word}"] = float((odds[changed] > threshold).mean())
        for low, high in ((1, 2), (2, 4), (4, 8), (8, 99)):
            some = changed & (samples.size >= low) & (samples.size < high)
            if some.any():
                found[f"found{word}_{low}_{high}"] = float((odds[some] > threshold).mean())
    ranks = np.searchsorted(normal, odds[changed])
    found["area"] = float(ranks.mean() / max(len(normal), 1))
    first = said[2][:, 0].argmax(dim=1).numpy()
    known = changed & (samples.breaks[:, 0] >= 0)
    found["break_off"] = float(np.median(np.abs(first - samples.breaks[:, 0])[known]))
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--samples", type=Path, required=True, help="folder of `structure_samples`")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--every", type=int, default=800, help="steps between two looks at the validation")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> int:
    """Train for the given time; goes on where a checkpoint is."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    held = read_samples(sorted(arguments.samples.glob("validation_???.npz")))
    files = sorted(arguments.samples.glob("train_???.npz"))
    print(f"{len(files)} files of samples, {len(held.name)} samples held back", flush=True)
    network = StructureNetwork(usual_of(read_samples(files[:_FEWEST_FOR_A_MEAN])))
    average = AveragedWeights(network, decay=0.995)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.02)
    spent, step = 0.0, 0
    last = arguments.out / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=True)
        network.load_state_dict(state["network"])
        average.network.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
    rng = np.random.default_rng(arguments.seed + step)
    samples: Samples | None = None
    total = 60.0 * arguments.minutes
    begun = time.monotonic() - spent
    while (spent := time.monotonic() - begun) < total:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * learning_rate_share(spent / total)
        network.train()
        if samples is None or step % _FRESH == 0:
            samples = read_samples([files[int(rng.integers(len(files)))]])
        rows = rng.integers(len(samples.name), size=arguments.batch)
        given = batch_of(samples, rows, rng)
        said = network(given["query"], given["homolog"], given["name"], given["sizes"])
        loss = structure_loss(said, given["kind"], given["heat"], given["breaks"], given["foreign"])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        average.update(network)
        step += 1
        if step % arguments.every == 0:
            _keep(last, network, average, optimiser, spent, step)
            seen = measure(average.network, held)
            print(json.dumps({"step": step, "minutes": round(spent / 60, 1), **_round(seen)}), flush=True)
    _keep(last, network, average, optimiser, spent, step)
    print(json.dumps(_round(measure(average.network, held))), flush=True)
    return 0


def _round(values: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 4) for key, value in values.items()}


def _keep(
    path: Path,
    network: StructureNetwork,
    average: AveragedWeights,
    optimiser: torch.optim.Optimizer,
    spent: float,
    step: int,
) -> None:
    partial = path.with_suffix(".partial")
    torch.save(
        {
            "network": network.state_dict(),
            "average": average.network.state_dict(),
            "optimiser": optimiser.state_dict(),
            "spent": spent,
            "step": step,
        },
        partial,
    )
    partial.replace(path)


def main() -> int:
    """Run the command by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
