"""The shipped finder and outliner on simulated cells and on pictures without a metaphase."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import StorageError
from core.imaging.intensity import stain_of
from core.imaging.surroundings import surroundings_of
from core.simulation.metaphase import simulate_metaphase
from core.simulation.settings import MetaphaseSettings
from core.simulation.truth import SimulatedMetaphase
from models.card import read_card
from models.evaluation.metrics import found_f1, match_boxes
from models.inference.finder import FoundBox, OnnxFinder
from models.inference.outliner import OnnxOutliner, OutlinedMask
from models.inference.session import open_session

WEIGHTS = Path(__file__).resolve().parents[2] / "resources" / "weights"


def _newest(name: str) -> Path:
    versions = [folder for folder in (WEIGHTS / name).iterdir() if (folder / "card.json").exists()]
    return max(versions, key=lambda folder: [int(part) for part in folder.name.split(".")])


@pytest.fixture(scope="module")
def finder() -> OnnxFinder:
    return OnnxFinder.open(_newest("finder"))


@pytest.fixture(scope="module")
def outliner() -> OnnxOutliner:
    return OnnxOutliner.open(_newest("outliner"))


@pytest.fixture(scope="module")
def metaphase() -> SimulatedMetaphase:
    return simulate_metaphase("46,XY", seed=5, settings=MetaphaseSettings(touching=0.1, crossing=0.1))


@pytest.fixture(scope="module")
def stain(metaphase: SimulatedMetaphase) -> np.ndarray:
    return stain_of(metaphase.picture)


@pytest.fixture(scope="module")
def found(finder: OnnxFinder, stain: np.ndarray) -> tuple[FoundBox, ...]:
    return finder.find(stain)


@pytest.fixture(scope="module")
def outlined(
    outliner: OnnxOutliner, stain: np.ndarray, found: tuple[FoundBox, ...]
) -> tuple[OutlinedMask, ...]:
    return outliner.outline(stain, found)


def _bounds(masks: tuple[OutlinedMask, ...]) -> np.ndarray:
    return np.array(
        [(*m.origin, m.origin[0] + m.mask.shape[1], m.origin[1] + m.mask.shape[0]) for m in masks]
    )


def _truth(metaphase: SimulatedMetaphase) -> np.ndarray:
    return np.array([one.box for one in metaphase.chromosomes], dtype=float)


def test_that_the_chromosomes_of_a_simulated_cell_are_found(
    metaphase: SimulatedMetaphase, outlined: tuple[OutlinedMask, ...]
):
    match = match_boxes(_bounds(outlined), _truth(metaphase), margin=0.0)
    assert found_f1([match]) >= 0.93


def test_that_masks_cover_the_drawn_chromosomes(
    metaphase: SimulatedMetaphase, stain: np.ndarray, outlined: tuple[OutlinedMask, ...]
):
    shares = []
    for said, true, _ in match_boxes(_bounds(outlined), _truth(metaphase), margin=0.0).pairs:
        mask = np.zeros(stain.shape, dtype=bool)
        (x, y), (height, width) = outlined[said].origin, outlined[said].mask.shape
        mask[y : y + height, x : x + width] = outlined[said].mask
        drawn = metaphase.chromosomes[true].mask_in(stain.shape)
        shares.append((mask & drawn).sum() / (mask | drawn).sum())
    assert np.mean(shares) > 0.8


def test_that_a_crossing_lies_inside_its_mask_and_scores_are_probabilities(
    outlined: tuple[OutlinedMask, ...], found: tuple[FoundBox, ...]
):
    assert all(not (one.crossing & ~one.mask).any() for one in outlined)
    assert all(0.0 <= one.score <= 1.0 for one in (*outlined, *found))


def test_that_a_chromosome_left_out_is_pointed_at_as_unexplained(
    stain: np.ndarray, outlined: tuple[OutlinedMask, ...]
):
    alone = max(outlined, key=lambda one: (not one.crossing.any(), one.mask.sum()))
    (x, y), (height, width) = alone.origin, alone.mask.shape
    boxes = surroundings_of(stain, [one for one in outlined if one is not alone]).unexplained
    assert any(b[0] < x + width and x < b[2] and b[1] < y + height and y < b[3] for b in boxes)


def test_that_a_picture_at_half_and_twice_the_size_gives_the_same_boxes(
    finder: OnnxFinder, stain: np.ndarray, found: tuple[FoundBox, ...]
):
    sure = np.array([one.box for one in found if one.score >= finder.operating_score])
    twice = np.repeat(np.repeat(stain, 2, axis=0), 2, axis=1)
    again = np.array([one.box for one in finder.find(twice) if one.score >= finder.operating_score]) / 2
    assert found_f1([match_boxes(again, sure, margin=0.0)]) >= 0.93


@pytest.mark.parametrize("kind", ["empty", "noise", "one nucleus", "stripes"])
def test_that_nothing_is_found_where_there_is_no_metaphase(finder: OnnxFinder, kind: str):
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:480, :600]
    grey = {
        "empty": np.full((480, 600), 235.0),
        "noise": rng.normal(200.0, 20.0, (480, 600)),
        "one nucleus": np.where(np.hypot(x - 300, y - 240) < 90, 90.0, 235.0) + rng.normal(0, 3, (480, 600)),
        "stripes": 180.0 + 40.0 * np.sin(x / 30.0) + rng.normal(0, 3, (480, 600)),
    }[kind]
    assert finder.find(stain_of(np.clip(grey, 0, 255).astype(np.uint8))) == ()


def test_that_an_outliner_without_boxes_has_nothing_to_outline(outliner: OnnxOutliner, stain: np.ndarray):
    assert outliner.outline(stain, ()) == ()


def test_that_changed_weights_are_refused(tmp_path: Path):
    folder = tmp_path / "0.0.1"
    shutil.copytree(_newest("finder"), folder)
    with (folder / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(StorageError, match="install the weights again"):
        open_session(folder)


def test_that_missing_weights_say_what_to_do(tmp_path: Path):
    with pytest.raises(StorageError, match="install the weights again"):
        open_session(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["finder", "outliner"])
def test_that_the_cards_name_their_sources_and_limits(name: str):
    card = read_card(_newest(name))
    assert card.label == f"{name}@{card.version}"
    assert "s41597-023-02003-7" in card.training[0].citation
    assert card.limits
    assert card.measured
