"""Comparing chromosomes with their homologs: samples, network, answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.derivative.build import Derivative
from core.derivative.strip import Strip
from core.domain.bands import CLASSES
from core.imaging.straighten import medial_axis
from core.simulation.metaphase import simulate_metaphase
from models.inference.structure import BINS, COLUMNS, ROWS, UNIT, OnnxComparer, laid, settled_strip
from models.registry import newest
from tests.core.derivative.test_build import drawn

samples = pytest.importorskip("models.training.structure_samples", reason="needs the extra train")


class Outlined:
    """A mask and its place."""

    def __init__(self, mask: np.ndarray, origin: tuple[int, int]) -> None:
        self.mask, self.origin = mask, origin


@pytest.fixture(scope="module")
def cell():
    """A drawn cell: two strips of each class."""
    strips = samples.CellStrips()
    for at, name in enumerate(name for name in CLASSES if name != "Y"):
        strips[name] = [drawn(name, scale=10.0, noise=0.02, seed=100 * at + k) for k in range(2)]
    return strips


@pytest.fixture(scope="module")
def comparer() -> OnnxComparer:
    return OnnxComparer.open(newest("structure"), 1)


@pytest.mark.parametrize("kind", list(samples.Kind)[1:])
def test_that_every_kind_is_made_with_heat_and_places(cell, kind) -> None:
    rng = np.random.default_rng(3)
    ends = (0.1, 0.9) if kind is samples.Kind.RING else (0.55, 0.8)
    made = samples.change(cell, kind, "5", *ends, rng)
    assert made is not None
    assert made.kind is kind
    assert isinstance(made.query, Derivative)
    assert made.heat.shape == (made.query.rows,)
    assert made.heat.any()
    assert not made.heat.all()
    assert 1 <= len(made.breaks) <= 2
    row = samples.sample(cell, made, rng)
    assert row is not None
    assert row["query"].shape == (2, ROWS, COLUMNS)
    assert all(-1 <= place < BINS for place in row["breaks"])


def test_that_the_homolog_beside_a_made_change_is_never_what_it_was_cut_from(cell) -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        made = samples.any_change(cell, rng)
        if made is None:
            continue
        beside = [one for one in cell[made.name] if not any(one is source for source in made.sources)]
        assert len(beside) < len(cell[made.name])


def test_that_a_recut_normal_chromosome_keeps_its_bands(cell) -> None:
    made = samples.normal(cell, "3", np.random.default_rng(1), cuts=2)
    assert made is not None
    assert not made.heat.any()
    whole = settled_strip(cell["3"][0])
    profiles = [
        laid(one.stain, one.mask, "3", UNIT)[0][0].astype(float).mean(axis=1) for one in (made.query, whole)
    ]
    assert np.corrcoef(*profiles)[0, 1] > 0.97


def test_that_an_answer_has_its_form_and_turns_with_nothing_beside_it(comparer, cell) -> None:
    own = [laid(one.stain, one.mask, "7", UNIT) for one in map(settled_strip, cell["7"])]
    odds, heat, breaks, foreign, kinds = comparer.read_pictures(own, [own[1], None], ["7", "7"])
    assert odds.shape == (2,)
    assert heat.shape == (2, 28)
    assert breaks.shape == (2, 2, BINS)
    assert np.allclose(breaks.sum(axis=2), 1)
    assert np.allclose(kinds.sum(axis=1), 1)
    assert foreign.shape == (2, len(CLASSES))
    said = comparer.suspicion("7", float(odds[0]), heat[0], breaks[0], foreign[0], kinds[0])
    assert 0 <= said.probability <= 1


def test_that_a_chromosome_missing_half_its_long_arm_deviates_more_than_as_it_was(comparer, cell) -> None:
    def deviation(one: Strip | Derivative) -> float:
        own = laid(one.stain, one.mask, "2", UNIT)
        other = settled_strip(cell["2"][1])
        beside = laid(other.stain, other.mask, "2", UNIT)
        odds, heat, breaks, foreign, kinds = comparer.read_pictures([own], [beside], ["2"])
        return comparer.suspicion("2", float(odds[0]), heat[0], breaks[0], foreign[0], kinds[0]).deviation

    strip = cell["2"][0]
    made = None
    rng = np.random.default_rng(2)
    while made is None or made.sources[0] is not strip:
        made = samples.change(cell, samples.Kind.DELETION, "2", 0.7, 1.0, rng)
    assert deviation(made.query) > deviation(settled_strip(strip)) + 1.0


def test_that_all_named_chromosomes_of_a_cell_are_compared(comparer) -> None:
    drawn_cell = simulate_metaphase("46,XX", seed=5)
    stain = 1.0 - drawn_cell.picture.astype(np.float32) / 255.0
    masks, axes, names = [], [], []
    for one in drawn_cell.chromosomes[:12]:
        origin = (int(one.box[0]), int(one.box[1]))
        masks.append(Outlined(one.mask, origin))
        axes.append(medial_axis(one.mask) + np.asarray(origin, dtype=np.float64))
        names.append(one.chromosome_class)
    names[3] = "unknown"
    said = comparer.compare(stain, masks, axes, names)
    assert said[3] is None
    assert all(one is not None for at, one in enumerate(said) if at != 3)


def test_that_no_chromosome_gives_no_answer(comparer) -> None:
    assert comparer.compare(np.zeros((9, 9), np.float32), [], [], []) == ()


def test_that_the_weights_are_small() -> None:
    assert (Path(newest("structure")) / "model.onnx").stat().st_size < 5_000_000


def test_that_the_readers_of_seams_run_at_a_tiny_size(cell) -> None:
    from tests.benchmarks.structure_seams import measure_seams

    seen = measure_seams([("a", cell)], [("b", cell)], windows=6, steps=2)
    assert len(seen) == 5
    assert all(0.0 <= value <= 1.0 for value in seen.values())
