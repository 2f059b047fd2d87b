"""Simulated metaphases on disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from core.simulation.metaphase import simulate_metaphase
from core.simulation.writing import case_name_of, mask_of, runs_of, write_metaphase


def test_that_what_is_written_reads_back_exactly(tmp_path: Path) -> None:
    metaphase = simulate_metaphase("46,XX,t(9;22)(q34;q11.2)", seed=8)
    picture, truth = write_metaphase(metaphase, tmp_path, cell=2)
    assert picture.name == "simulated-46_XX_t_9_22_q34_q11_2.002.A.png"
    with Image.open(picture) as opened:
        assert opened.info["simulated"] == "true"
        assert np.array_equal(np.asarray(opened), metaphase.picture)
    said = json.loads(truth.read_text(encoding="utf-8"))
    assert said["simulated"] is True
    assert (said["image"], said["karyotype"]) == (picture.name, metaphase.karyotype)
    assert len(said["chromosomes"]) == 46
    for row, one in zip(said["chromosomes"], metaphase.chromosomes, strict=True):
        assert np.array_equal(mask_of(row["mask"], one.mask.shape), one.mask)
        assert row["class"] == one.chromosome_class
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([picture.name, truth.name])


@settings(deadline=None)
@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=12)))
def test_that_runs_give_the_mask_back(mask: np.ndarray) -> None:
    runs = runs_of(mask)
    assert np.array_equal(mask_of(runs, mask.shape), mask)


def test_that_damaged_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="damaged"):
        mask_of([1, 2], (2, 2))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_that_a_case_name_is_safe_on_every_platform(karyotype: str) -> None:
    name = case_name_of(karyotype)
    assert name.startswith("simulated-")
    assert "." not in name
    assert len(name) <= 80
    assert not set(name) & set('<>:"/\\|?*;,() ')
