"""Does a joint give a made change away? A reader of small windows is trained to see joints.

    python -m tests.benchmarks.structure_seams --crops CACHE [--metaphases CACHE --polarity FILE]

Small networks see windows of 12 rows (four or five bands of the 400 level), learn on the training cases of
the namer's caches and are measured on its validation cases:

- joint or not: windows at joints of chromosomes that were cut and put together again, against windows of
  uncut ones (laid as all are, in one piece): how much of a joint can be seen at all;
- the reader of joints asked about joints of changes against joints of recut normal chromosomes: whether a
  joint speaks for a change. It must fail: 0.5 is what is wanted;
- a reader taught just that difference. It sees what lies side by side as well as the joint, and bands that
  never lie beside each other are what is to be learned, so that more than 0.5 is no fault by itself;
  deletions and duplications, whose pieces are of one class and direction, are asked apart.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.derivative.build import Derivative
from core.derivative.strip import Strip
from core.domain.bands import CLASSES
from models.inference.structure import settled_strip
from models.training.structure_samples import CellStrips, Made, any_change, normal, training_cells

HALF: Final = 6
COLUMNS: Final = 16
_ACROSS: Final = 1.5
_FROM_END: Final = 10
_SAME_KIND: Final = ("interstitial deletion", "duplication")


def window_at(strip: Strip | Derivative, row: float) -> NDArray[np.float32] | None:
    """Stain and mask around a row, (2, 12, 16), at the chromosome's contrast; None near an end."""
    if not _FROM_END <= row <= strip.rows - _FROM_END:
        return None
    width = strip.width
    body = float(np.median(width[width > 0.5]))
    columns = strip.stain.shape[1]
    across = columns / 2 - 0.5 + np.linspace(-0.5, 0.5, COLUMNS) * _ACROSS * body
    along = row + np.arange(-HALF, HALF) + 0.5 - 0.5
    grid = (
        np.repeat(across[None], 2 * HALF, axis=0).astype(np.float32),
        np.repeat(along[:, None], COLUMNS, axis=1).astype(np.float32),
    )
    inner = strip.stain[strip.mask > 0.5]
    low, dark = np.percentile(inner, [2, 95])
    layers = [
        cv2.remap(layer, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
        for layer in ((strip.stain - low) / max(dark - low, 0.05) * (strip.mask > 0.05), strip.mask)
    ]
    return np.stack(layers).astype(np.float32)


def joints_of(made: Made) -> list[NDArray[np.float32]]:
    """Windows at the joints of a chromosome that was put together."""
    if not isinstance(made.query, Derivative):
        return []
    windows = (window_at(made.query, joint) for joint in made.query.joints)
    return [window for window in windows if window is not None]


def drawn(
    cells: list[tuple[str, CellStrips]], count: int, rng: np.random.Generator
) -> dict[str, NDArray[np.float32]]:
    """Windows of four kinds, about `count` of each: uncut, recut, changed, changed of the same kind."""
    found: dict[str, list[NDArray[np.float32]]] = {"uncut": [], "recut": [], "changed": [], "alike": []}
    tries = 0
    while min(len(windows) for windows in found.values()) < count and tries < 40 * count:
        tries += 1
        cell = cells[int(rng.integers(len(cells)))][1]
        present = [name for name in CLASSES if cell.get(name)]
        recut = normal(cell, present[int(rng.integers(len(present)))], rng, cuts=int(rng.integers(1, 3)))
        if recut is not None and isinstance(recut.query, Derivative):
            found["recut"] += joints_of(recut)
            same = settled_strip(recut.sources[0])
            places = rng.uniform(0.06, 0.94, size=len(recut.query.joints)) * same.rows
            windows = (window_at(same, float(place)) for place in places)
            found["uncut"] += [window for window in windows if window is not None]
        made = any_change(cell, rng)
        if made is not None:
            windows_of_change = joints_of(made)
            found["changed"] += windows_of_change
            if made.lesion in _SAME_KIND:
                found["alike"] += windows_of_change
    return {word: np.array(windows[:count]) for word, windows in found.items()}


def reader() -> nn.Module:
    """A small network over windows: (N, 2, 12, 16) to (N, 1)."""
    return nn.Sequential(
        nn.Conv2d(2, 24, 3, 1, 1), nn.BatchNorm2d(24), nn.ReLU(),
        nn.Conv2d(24, 32, 3, (1, 2), 1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 32, 3, 2, 1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(32 * 6 * 4, 32), nn.ReLU(), nn.Linear(32, 1),
    )  # fmt: skip


def taught(no: NDArray[np.float32], yes: NDArray[np.float32], *, steps: int, seed: int = 0) -> nn.Module:
    """A reader that was shown both kinds of windows."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = reader()
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.02)
    network.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (1 - step / steps)
        parts = [windows[rng.integers(len(windows), size=64)] for windows in (no, yes)]
        given = torch.from_numpy(np.concatenate(parts))
        if rng.random() < 0.5:
            given = given.flip(3)
        if rng.random() < 0.5:
            given = given.flip(2)
        wanted = torch.cat([torch.zeros(64), torch.ones(64)])
        loss = nn.functional.binary_cross_entropy_with_logits(network(given)[:, 0], wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


def area(network: nn.Module, no: NDArray[np.float32], yes: NDArray[np.float32]) -> float:
    """Area under the curve of a reader that tells `yes` from `no`."""
    with torch.no_grad():
        said: list[Tensor] = [network(torch.from_numpy(windows))[:, 0] for windows in (no, yes)]
    low, high = (values.numpy() for values in said)
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, side="left") + np.searchsorted(ordered, high, side="right")
    return float(below.mean() / 2 / max(len(low), 1))


def measure_seams(
    train: list[tuple[str, CellStrips]], held: list[tuple[str, CellStrips]], *, windows: int, steps: int
) -> dict[str, float]:
    """Areas under the curve of the questions above."""
    torch.set_num_threads(1)  # several wait for each other on a busy machine
    shown = drawn(train, windows, np.random.default_rng(0))
    asked = drawn(held, max(windows // 3, 4), np.random.default_rng(1))
    joints = taught(shown["uncut"], shown["recut"], steps=steps)
    alike = taught(shown["recut"], shown["alike"], steps=steps)
    changed = taught(shown["recut"], shown["changed"], steps=steps)
    return {
        "joint or not": area(joints, asked["uncut"], asked["recut"]),
        "reader of joints: changes against recut": area(joints, asked["recut"], asked["changed"]),
        "reader of joints: deletions and duplications against recut": area(
            joints, asked["recut"], asked["alike"]
        ),
        "taught: deletions and duplications against recut": area(alike, asked["recut"], asked["alike"]),
        "taught: changes against recut": area(changed, asked["recut"], asked["changed"]),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--crops", type=Path, required=True, help="cache of gband_karyotyped_crops_train")
    parser.add_argument("--metaphases", type=Path, help="cache of outlined metaphases")
    parser.add_argument("--polarity", type=Path, help="their polarity (.npz)")
    parser.add_argument("--windows", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    train, held = (
        training_cells(arguments.crops, arguments.metaphases, arguments.polarity, validation=validation)
        for validation in (False, True)
    )
    seen = measure_seams(train, held, windows=arguments.windows, steps=arguments.steps)
    text = json.dumps({word: round(value, 3) for word, value in seen.items()}, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
