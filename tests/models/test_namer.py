from __future__ import annotations

import numpy as np
import pytest
import torch

from core.domain.metaphase import Banding
from core.imaging.straighten import medial_axis
from models.inference.banding import recognise
from models.inference.namer import OnnxNamer, p_arm_direction, prepare, prepare_crop
from models.inference.strips import COLUMNS, MEASURES, ROWS, SIDE, network_input, strips_of
from models.networks.namer import BANDINGS, FEATURES, CellReader, ChromosomeReader, Namer
from models.registry import WEIGHTS, newest
from models.training.chromosomes import turn_crop
from models.training.strip_variation import varied
from models.training.train_namer import name_loss


def crop(rows: int = 70, columns: int = 14) -> np.ndarray:
    """A rod with bands, dark on white; its upper end is darker."""
    y = np.arange(rows)[:, None]
    bands = 120 + 60 * np.sin(y / 3.0) - 50 * (y < rows / 4)
    grey = np.full((rows + 8, columns + 8), 255.0)
    grey[4:-4, 4:-4] = bands
    return grey.astype(np.uint8)


def told(count: int) -> torch.Tensor:
    """G-banding, for so many chromosomes."""
    return torch.nn.functional.one_hot(torch.zeros(count, dtype=torch.int64), BANDINGS).float()


@pytest.fixture(scope="module")
def namer() -> OnnxNamer:
    return OnnxNamer.open(newest("namer", WEIGHTS))


def test_that_a_strip_starts_at_the_first_end_of_the_axis():
    one = prepare_crop(crop())
    seen = network_input(strips_of([one]))[0, 0]
    if one.axis[0, 1] > one.axis[-1, 1]:
        seen = seen[::-1]
    assert seen.shape == (ROWS, COLUMNS)
    assert seen[4 : ROWS // 5].mean() > seen[-ROWS // 5 : -4].mean()
    assert seen[:, 0].max() < 0.05


def test_that_turning_a_crop_leaves_its_strip_alike():
    upright, turned = prepare_crop(crop()), prepare_crop(turn_crop(crop(), 137.0))
    first, second = (strips_of([one]).stain[0] for one in (upright, turned))
    same = max(
        float(np.corrcoef(first[8:-8, 8:-8].mean(1), other[8:-8, 8:-8].mean(1))[0, 1])
        for other in (second, second[::-1])
    )
    assert same > 0.9
    assert turned.length == pytest.approx(upright.length, rel=0.04)


def test_that_measures_are_relative_to_the_cell():
    cell = [prepare_crop(crop(rows)) for rows in (30, 60, 90)]
    measures = strips_of(cell).measures
    assert measures.shape == (3, len(MEASURES))
    assert measures[1, 0] == pytest.approx(0.0, abs=1e-6)
    assert measures[0, 0] < 0 < measures[2, 0]


def test_that_a_mask_beside_the_picture_is_refused():
    with pytest.raises(ValueError, match="within the picture"):
        prepare(np.zeros((20, 20), np.float32), np.ones((5, 5), bool), (40, 40))


def test_that_a_white_crop_is_refused():
    with pytest.raises(ValueError, match="white picture"):
        prepare_crop(np.full((20, 20), 255, np.uint8))


def test_that_a_mask_that_reaches_over_the_edge_is_clipped():
    mask = np.ones((30, 8), bool)
    one = prepare(np.ones((40, 40), np.float32), mask, (-3, 20))
    assert one.area == 20 * 5


def test_that_no_variation_leaves_the_strips_as_inference_sees_them():
    strips = strips_of([prepare_crop(crop(rows)) for rows in (40, 60)])
    seen, measures = varied(
        torch.from_numpy(strips.stain),
        torch.from_numpy(strips.mask),
        torch.from_numpy(strips.measures),
        torch.Generator(),
        strength=0.0,
    )
    assert np.allclose(seen.numpy(), network_input(strips), atol=1e-5)
    assert np.allclose(measures.numpy(), strips.measures)


def test_that_turning_a_strip_round_swaps_its_ends_exactly():
    network = ChromosomeReader().eval()
    strips, measures, banding = torch.rand(3, 1, ROWS, COLUMNS), torch.rand(3, 6), told(3)
    pictures = torch.rand(3, 2, SIDE, SIDE)
    with torch.no_grad():
        _, logits, _ = network(strips, pictures, measures, banding)
        _, turned, _ = network(strips.flip(2, 3), pictures.flip(2, 3), measures, banding)
    assert torch.allclose(logits, turned.flip(1), atol=1e-5)


def test_that_the_order_of_a_cell_does_not_matter():
    network = CellReader().eval()
    features, logits, measures = torch.rand(1, 6, 2, FEATURES), torch.rand(1, 6, 2, 24), torch.rand(1, 6, 6)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    with torch.no_grad():
        plain = network(features, logits, measures, torch.ones(1, 6))
        mixed = network(features[:, order], logits[:, order], measures[:, order], torch.ones(1, 6))
    for first, second in zip(plain, mixed, strict=True):
        assert torch.allclose(first[:, order], second, atol=1e-5)


def test_that_padding_changes_nothing():
    network = CellReader().eval()
    features, logits, measures = torch.rand(1, 5, 2, FEATURES), torch.rand(1, 5, 2, 24), torch.rand(1, 5, 6)
    present = torch.tensor([[1.0, 1.0, 1.0, 0.0, 0.0]])
    with torch.no_grad():
        padded = network(features, logits, measures, present)[0][:, :3]
        plain = network(features[:, :3], logits[:, :3], measures[:, :3], torch.ones(1, 3))[0]
    assert torch.allclose(padded, plain, atol=1e-5)


def test_that_an_unknown_polarity_costs_no_more_than_the_right_one():
    logits = torch.randn(40, 2, 24)
    label = torch.randint(0, 24, (40,))
    unknown = name_loss(logits, label, torch.zeros(40))
    for polarity in (1, -1):
        assert unknown <= name_loss(logits, label, torch.full((40,), polarity)) + 1e-6


def test_that_the_namer_answers_with_probabilities():
    network = Namer().eval()
    with torch.no_grad():
        answers = network(
            torch.rand(4, 1, ROWS, COLUMNS), torch.rand(4, 2, SIDE, SIDE), torch.rand(4, 6), told(4)
        )
    for answer in answers[:2]:
        assert torch.allclose(answer.sum(dim=1), torch.ones(4), atol=1e-5)


def test_that_the_picture_shows_the_first_end_of_the_axis_up():
    one = prepare_crop(crop())
    seen, mask = strips_of([one]).pictures[0]
    if one.axis[0, 1] > one.axis[-1, 1]:
        seen, mask = seen[::-1, ::-1], mask[::-1, ::-1]
    rows = np.flatnonzero(mask.max(axis=1) > 0.5)
    assert seen.shape == (SIDE, SIDE)
    assert 0.8 * SIDE < len(rows) < SIDE
    assert seen[rows[2:8]].sum() > seen[rows[-8:-2]].sum()


def test_that_a_missing_picture_says_nothing():
    network = ChromosomeReader().eval()
    with torch.no_grad():
        said = network.read(
            torch.rand(2, 1, ROWS, COLUMNS), torch.zeros(2, 2, SIDE, SIDE), torch.rand(2, 6), told(2)
        )
    assert torch.equal(said.logits, said.by_strip)


def test_that_light_chromosomes_on_a_dark_ground_are_never_called_g():
    seen = recognise(np.array([[9.0, 0.0, 0.0, 0.0]], np.float32), dark_on_light=False)
    assert seen.banding is Banding.UNKNOWN
    assert "inverted" in seen.reason


def test_that_bands_between_two_kinds_stay_unknown():
    seen = recognise(np.zeros((20, 4), np.float32), dark_on_light=True)
    assert seen.banding is Banding.UNKNOWN
    assert "G and R alike" in seen.reason


def test_that_the_ground_decides_between_bandings_that_look_alike():
    logits = np.array([[1.0, 3.0, 0.0, -4.0]], np.float32)
    assert recognise(logits, dark_on_light=False).banding is Banding.Q


def test_that_bands_read_with_little_confidence_are_not_called_g():
    logits = np.array([[5.0, -2.0, -2.0, 0.0]], np.float32)
    assert recognise(logits, dark_on_light=True, sureness=0.95).banding is Banding.G
    unsure = recognise(logits, dark_on_light=True, sureness=0.5)
    assert unsure.banding is Banding.UNKNOWN
    assert "hardly those of G" in unsure.reason


def test_that_nothing_is_named_in_a_banding_nobody_measured(namer):
    (one,) = namer.name([prepare_crop(crop())], Banding.C)
    assert int(one.probabilities.argmax()) == 24
    assert one.p_confidence == 0.5


def test_that_an_empty_cell_has_no_names(namer):
    assert namer.name([]) == ()


def test_that_one_chromosome_alone_is_named(namer):
    (one,) = namer.name([prepare_crop(crop())])
    assert one.probabilities.shape == (25,)
    assert one.probabilities.sum() == pytest.approx(1.0, abs=1e-4)
    assert one.alone.sum() == pytest.approx(1.0, abs=1e-4)
    assert 0.5 <= one.p_confidence <= 1.0
    assert np.linalg.norm(one.embedding) == pytest.approx(1.0, abs=1e-3)


def test_that_turning_an_axis_round_turns_the_answer_round(namer):
    stain = 1 - turn_crop(crop(), 30.0).astype(np.float32) / 255
    mask = stain > 0.1
    axis = medial_axis(mask)
    (forth,) = namer.name([prepare(stain, mask, (0, 0), axis)])
    (back,) = namer.name([prepare(stain, mask, (0, 0), axis[::-1].copy())])
    assert forth.p_at_start != back.p_at_start
    there, here = p_arm_direction(axis, forth), p_arm_direction(axis[::-1], back)
    assert there == pytest.approx(here, abs=1e-6)
    assert np.allclose(forth.probabilities, back.probabilities, atol=1e-4)


@pytest.mark.slow
def test_that_real_chromosomes_of_a_cell_are_named_and_oriented(namer, shared_data):
    from models.training.chromosomes import cells_of_crops

    archive = shared_data / "chromosomes" / "gband_karyotyped_crops_dev_test.zip"
    right = turned = count = 0
    for number, cell in enumerate(cells_of_crops(archive)):
        if number == 8:
            break
        named = namer.name(cell.chromosomes)
        right += sum(int(n.probabilities.argmax() == c) for n, c in zip(named, cell.labels, strict=True))
        turned += sum(n.p_at_start == (p > 0) for n, p in zip(named, cell.polarities, strict=True))
        count += len(named)
    assert right / count > 0.94
    assert turned / count > 0.96
