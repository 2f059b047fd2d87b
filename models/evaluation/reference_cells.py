"""Simulated cells of many karyotypes: the part of the examination that holds for every laboratory.

They are shipped as seeds and drawn when they are first needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from core.learning.example_store import ExampleStore
from core.learning.examples import Example
from core.progress import NoProgress, Progress
from core.simulation.metaphase import simulate_metaphase
from core.simulation.settings import MetaphaseSettings
from models.evaluation.lessons import example_of_simulated

REFERENCE_SEED: Final = 4_700_000
REHEARSAL_SEED: Final = 4_800_000
"""Far from each other and from those of training and tests: nothing is both rehearsed and asked."""

FULL: Final = 200
QUICK: Final = 32

_KARYOTYPES: Final = (
    "46,XX", "46,XY", "47,XX,+21", "46,XY", "45,X", "46,XX", "47,XY,+18", "47,XXY", "46,XX", "47,XX,+13",
    "46,XY", "45,XY,-7", "47,XYY", "46,XX", "48,XY,+8,+21", "47,XXX",
)  # fmt: skip
"""Normal cells and changes of number in turn."""


def simulated_example(seed: int) -> Example:
    """Draw one cell; karyotype and looks follow from the seed."""
    karyotype = _KARYOTYPES[seed % len(_KARYOTYPES)]
    settings = MetaphaseSettings.varied(np.random.default_rng(seed))
    return example_of_simulated(simulate_metaphase(karyotype, seed=seed, settings=settings))


def simulated_examples(
    first_seed: int, number: int, folder: Path, progress: Progress | None = None
) -> list[Example]:
    """Return simulated cells from a folder in which they are kept; those that are missing are drawn."""
    progress = progress or NoProgress()
    store = ExampleStore(folder)
    known = {one.cell.rsplit(" ", 1)[-1]: one.identity for one in store.all()}
    examples = []
    for done, seed in enumerate(range(first_seed, first_seed + number)):
        progress.step(done, number, "drawing reference cells")
        identity = known.get(str(seed))
        if identity is None:
            example = simulated_example(seed)
            store.add(example)
        else:
            example = store.read(identity)
        examples.append(example)
    return examples
