from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.domain.bands import CLASSES
from core.domain.metaphase import Banding
from core.imaging.intensity import stain_of
from core.imaging.straighten import medial_axis
from core.simulation.metaphase import simulate_metaphase
from models.inference.namer import run_namer
from models.inference.session import open_session
from models.inference.strips import PreparedChromosome, prepare, strips_of
from models.registry import newest

torch = pytest.importorskip("torch", reason="tuning needs the extra train")

from models.training.tuning.adapter import PULLS, NamerAdapter, TaughtCell, fit, loss_on  # noqa: E402
from models.training.tuning.compose import write_tuned_namer  # noqa: E402
from models.training.tuning.frozen import FrozenNamer  # noqa: E402


def drawn(seed: int) -> tuple[list[PreparedChromosome], np.ndarray]:
    metaphase = simulate_metaphase("46,XY", seed=seed)
    stain = stain_of(metaphase.picture, dark_on_light=True)
    prepared = []
    for one in metaphase.chromosomes:
        origin = (int(one.box[0]), int(one.box[1]))
        axis = medial_axis(one.mask) + np.asarray(origin, dtype=np.float64)
        prepared.append(prepare(stain, one.mask, origin, axis))
    return prepared, np.array([CLASSES.index(one.chromosome_class) for one in metaphase.chromosomes])


@pytest.fixture(scope="module")
def frozen() -> FrozenNamer:
    return FrozenNamer(newest("namer"))


@pytest.fixture(scope="module")
def taught(frozen: FrozenNamer) -> list[TaughtCell]:
    cells = []
    for seed in (1, 2):
        prepared, classes = drawn(seed)
        answers = frozen.read(prepared)
        nobody = np.full(len(classes), -1)
        cells.append(TaughtCell(case=f"case {seed}", answers=answers, classes=classes, first=nobody))
    return cells


def renamed(cell: TaughtCell, one: str, other: str) -> TaughtCell:
    classes = cell.classes.copy()
    classes[cell.classes == CLASSES.index(one)] = CLASSES.index(other)
    return TaughtCell(case=cell.case, answers=cell.answers, classes=classes, first=cell.first)


def test_that_an_adapter_has_no_effect_before_it_learned(taught: list[TaughtCell]) -> None:
    answers = taught[0].answers
    adapter = NamerAdapter(answers.seen.shape[1])
    with torch.no_grad():
        names, ends = adapter(torch.from_numpy(answers.seen), torch.from_numpy(answers.turned))
    assert float(names.abs().max()) == 0.0
    assert float(ends.abs().max()) == 0.0


def test_that_corrections_are_learned_and_the_rest_is_kept(taught: list[TaughtCell]) -> None:
    # A laboratory that calls its 4 a 5: absurd, and so surely learned from nothing else.
    lesson = renamed(taught[0], "4", "5")
    adapter = fit([lesson], [], PULLS[-1], steps=150)
    assert loss_on(adapter, [lesson]) < 0.6 * loss_on(None, [lesson])
    held = fit([lesson], [taught[1]], PULLS[0], steps=150)
    assert loss_on(held, [taught[1]]) < loss_on(adapter, [taught[1]])


def test_that_turning_a_strip_turns_what_is_said_of_its_ends(taught: list[TaughtCell]) -> None:
    answers = taught[0].answers
    first = (np.arange(len(answers.seen)) % 2).astype(np.int64)
    cell = TaughtCell(case="a", answers=answers, classes=taught[0].classes, first=first)
    adapter = fit([cell], [], PULLS[-1], steps=30)
    seen, turned = torch.from_numpy(answers.seen), torch.from_numpy(answers.turned)
    with torch.no_grad():
        there, back = adapter(seen, turned)[1], adapter(seen, -turned)[1]
    assert torch.allclose(there, -back, atol=1e-5)


def test_that_the_written_network_says_what_the_adapter_said(
    taught: list[TaughtCell], tmp_path: Path
) -> None:
    lesson = renamed(taught[0], "9", "10")
    adapter = fit([lesson], [], PULLS[-1], steps=60)
    card = write_tuned_namer(
        newest("namer"), adapter, tmp_path / "namer", version="0.4.0-1", learned="1 cell of 1 case"
    )
    assert card.version == "0.4.0-1"
    prepared, _ = drawn(1)
    said = run_namer(open_session(tmp_path / "namer", 1), strips_of(prepared), Banding.G)
    answers = taught[0].answers
    with torch.no_grad():
        names, ends = adapter(torch.from_numpy(answers.seen), torch.from_numpy(answers.turned))
    logits = torch.from_numpy(answers.named) + torch.nn.functional.pad(names, (0, 1))
    assert np.allclose(said["probabilities"], torch.softmax(logits, dim=1).numpy(), atol=1e-4)
    first = torch.sigmoid(torch.from_numpy(answers.first) + ends).numpy()
    assert np.allclose(said["p_first"], first, atol=1e-4)
