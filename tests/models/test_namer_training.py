from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from core.domain.bands import CLASSES
from core.simulation.metaphase import simulate_metaphase
from models.networks.namer import CellReader, ChromosomeReader
from models.training.cell_samples import MOST, CellSampler, padded, read_rows, read_strangers
from models.training.chromosomes import STRANGER, is_validation_case, isolated_chromosomes, write_cache
from models.training.dapi_chromosomes import dapi_cell, expected_numbers
from models.training.half_weights import halve_weights
from models.training.metaphases import AnnotatedMetaphase
from models.training.more_chromosomes import simulated_cell
from models.training.picture_variation import reversed_bands
from models.training.train_cell_reader import cell_loss, temperature
from models.training.train_namer import R_BANDING, draw_batch, open_part


@pytest.fixture(scope="module")
def simulated():
    return simulate_metaphase("46,XY", seed=5)


@pytest.fixture(scope="module")
def part(simulated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    write_cache(iter([simulated_cell(simulated, "cell")]), folder)
    return open_part("simulated", folder, 1.0)


def annotated(simulated) -> AnnotatedMetaphase:
    air = np.array([-5, -5, 5, 5])
    height, width = simulated.picture.shape
    return AnnotatedMetaphase(
        file_name="cell",
        case="case",
        width=width,
        height=height,
        boxes=np.array([one.box for one in simulated.chromosomes], dtype=np.float32) + air,
        classes=np.array([CLASSES.index(one.chromosome_class) for one in simulated.chromosomes]),
    )


def test_that_isolated_chromosomes_carry_their_own_class(simulated):
    cell = isolated_chromosomes(simulated.picture, annotated(simulated))
    assert len(cell.labels) >= 12
    for one, label in zip(cell.chromosomes, cell.labels, strict=True):
        truth = [c for c in simulated.chromosomes if c.chromosome_class == CLASSES[label]]
        areas = [float(c.mask.sum()) for c in truth]
        assert min(abs(one.area - area) / area for area in areas) < 0.35


def test_that_a_cache_gives_back_what_was_written(simulated, part):
    cell = simulated_cell(simulated, "cell")
    assert part.chromosomes.cells == ("cell",)
    assert tuple(part.chromosomes.label) == cell.labels
    assert tuple(part.chromosomes.polarity) == cell.polarities
    assert part.chromosomes.stain.shape == (46, 108, 24)


def test_that_a_doubtful_cell_keeps_its_autosomes_only(simulated, tmp_path: Path):
    write_cache(iter([simulated_cell(simulated, "cell")]), tmp_path)
    doubtful = open_part("simulated", tmp_path, 1.0, frozenset({"cell"}))
    assert len(doubtful.train) + len(doubtful.validation) == 44


def test_that_a_batch_has_the_size_asked_for(part):
    rows = len(part.train) or 46
    assert rows == 46
    batch = draw_batch([part], 32, np.random.default_rng(0), torch.Generator().manual_seed(0))
    assert batch.strips.shape == (32, 1, 96, 16)
    assert batch.pictures.shape == (32, 2, 48, 48)
    assert batch.measures.shape == (32, 6)
    assert set(batch.label.tolist()) <= set(range(24))
    assert set(batch.polarity.tolist()) <= {-1, 1}


def test_that_some_g_banded_chromosomes_are_learned_as_r_banded(part):
    batch = draw_batch([part], 400, np.random.default_rng(0), torch.Generator().manual_seed(0))
    share = batch.banding[:, R_BANDING].mean()
    assert 0.03 < share < 0.15
    assert torch.equal(batch.banding.sum(dim=1), torch.ones(400))


def test_that_turning_bands_over_makes_dark_light():
    mask = torch.ones(1, 30, 12)
    stain = torch.full((1, 30, 12), 0.6)
    stain[:, 10:20] = 0.2
    turned = reversed_bands(stain, mask)
    assert turned[0, 13:17, 3:9].mean() > turned[0, 2:8, 3:9].mean() + 0.3


def test_that_a_plain_karyotype_of_the_archive_is_counted_and_another_is_not():
    numbers = expected_numbers("44, XX, -7, -22")
    assert numbers is not None
    assert (numbers["7"], numbers["22"], numbers["1"], numbers["X"], numbers["Y"]) == (1, 1, 2, 2, 0)
    assert expected_numbers("46, XX, t(4;9)") is None
    assert expected_numbers("extreme (not karyotyped)") is None


def test_that_a_class_with_a_crossed_or_missing_piece_is_left_out():
    grey = np.full((60, 120), 20, np.uint8)
    classes = np.zeros((60, 120), np.uint8)
    for left, index in ((4, 1), (20, 1), (40, 2), (60, 3), (80, 3)):
        grey[10:50, left : left + 8] = 200
        classes[10:50, left : left + 8] = index
    classes[28:32, 80:88] = 255
    cell = dapi_cell(grey, classes, dict.fromkeys(CLASSES, 2), "cell", "06")
    assert cell.labels == (0, 0)
    assert is_validation_case(cell.case)


def test_that_halved_weights_answer_alike(tmp_path: Path):
    weight = np.random.default_rng(1).normal(size=(64, 64)).astype(np.float32)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "weight"], ["y"])],
        "line",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [2, 64])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [2, 64])],
        [onnx.numpy_helper.from_array(weight, "weight")],
    )
    opsets = [onnx.helper.make_opsetid("", 17)]
    path = tmp_path / "line.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=opsets, ir_version=9), str(path))
    whole = path.stat().st_size
    halve_weights(path)
    assert path.stat().st_size < 0.6 * whole
    given = np.random.default_rng(0).random((2, 64), dtype=np.float32)
    (answer,) = onnxruntime.InferenceSession(str(path)).run(None, {"x": given})
    assert np.allclose(answer, given @ weight, atol=0.02)


def test_that_cells_are_not_always_whole(part):
    network = ChromosomeReader().eval()
    read = read_rows(network, part.chromosomes, part.labels, np.arange(46), variations=1)
    strangers = read_strangers(network, part.chromosomes, np.arange(46), part.labels, count=20, seed=0)
    assert (strangers.label == STRANGER).all()
    sampler = CellSampler(read, strangers, fill=0.0, mishap=1.0)
    chance = np.random.default_rng(0)
    cells = [sampler.draw(chance) for _ in range(60)]
    sizes = {len(cell[3]) for cell in cells}
    assert min(sizes) < 46 < max(sizes) <= MOST
    assert any((cell[3] == STRANGER).any() for cell in cells)
    batch = padded(cells[:4])
    names, stranger, embedding = CellReader()(*batch[:4])
    loss = cell_loss(names, stranger, embedding, batch[3], batch[4])
    assert torch.isfinite(loss)


def test_that_an_incomplete_cell_is_filled_to_two_of_each(part):
    network = ChromosomeReader().eval()
    read = read_rows(network, part.chromosomes, part.labels, np.arange(46), variations=0)
    half = np.flatnonzero(np.arange(46) % 2 == 0)
    thinned = type(read)(
        features=read.features,
        logits=read.logits,
        measures=read.measures,
        label=read.label,
        polarity=read.polarity,
        cells=(half,),
        cases=(0,),
    )
    strangers = read_strangers(network, part.chromosomes, np.arange(46), part.labels, count=4, seed=0)
    drawn = CellSampler(thinned, strangers, fill=1.0, mishap=0.0).draw(np.random.default_rng(1))
    assert (np.bincount(drawn[3].astype(int), minlength=24)[:22] == 2).all()


def test_that_overconfident_answers_get_a_temperature_above_one():
    chance = np.random.default_rng(0)
    label = chance.integers(0, 24, 4000)
    logits = chance.normal(0, 1, (4000, 24)).astype(np.float32)
    logits[np.arange(4000), label] += 2.0
    assert temperature(logits * 2.5, label) > 1.5 * temperature(logits, label)
