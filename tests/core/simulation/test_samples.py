"""The sample cases that ship: plainly simulated, and what their folders promise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.readers.naming import laboratory_name
from core.simulation.writing import mask_of

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"
CASES = {
    "simulated_case": ("47,XY,+21", 47, 5),
    "simulated_translocation_case": ("46,XX,t(9;22)(q34;q11.2)", 46, 3),
}


@pytest.mark.parametrize("folder", CASES)
def test_that_every_sample_says_that_it_is_simulated(folder: str) -> None:
    for path in (SAMPLES / folder).iterdir():
        assert path.name.startswith("simulated-")
    for path in (SAMPLES / folder).glob("*.png"):
        with Image.open(path) as picture:
            assert picture.info["simulated"] == "true"


@pytest.mark.parametrize("folder", CASES)
def test_that_a_sample_folder_is_one_case_of_its_karyotype(folder: str) -> None:
    karyotype, count, cells = CASES[folder]
    truths = sorted((SAMPLES / folder).glob("*.truth.json"))
    assert len(truths) == cells
    names = set()
    for path in truths:
        said = json.loads(path.read_text(encoding="utf-8"))
        assert (said["simulated"], said["karyotype"], len(said["chromosomes"])) == (True, karyotype, count)
        name = laboratory_name(said["image"])
        assert name is not None
        names.add(name.case)
        with Image.open(path.with_name(said["image"])) as picture:
            grey = np.asarray(picture)
        for row in said["chromosomes"]:
            left, top, right, bottom = (int(edge) for edge in row["box"])
            mask = mask_of(row["mask"], (bottom - top, right - left))
            assert grey[top:bottom, left:right][mask].mean() < 200
    assert len(names) == 1


def test_that_the_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 3_000_000
