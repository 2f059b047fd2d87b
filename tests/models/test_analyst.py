"""The whole way from a picture to the karyotype of a case, with the shipped weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.analysis.clones import karyotype_of_case
from core.analysis.pipeline import Analyst, NoMetaphase
from core.analysis.reconcile import superseded_by_people
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.editing.operations import Reclassify
from core.simulation.metaphase import simulate_metaphase
from core.simulation.settings import MetaphaseSettings
from models.inference.analyst import load_analyst

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "simulated_case"


@pytest.fixture(scope="module")
def analyst() -> Analyst:
    return load_analyst()


def _easy(karyotype: str, *, seed: int) -> NDArray[np.uint8]:
    """Draw a cell as `main.py simulate` draws it."""
    settings = MetaphaseSettings.easy(np.random.default_rng(seed))
    return simulate_metaphase(karyotype, seed=seed, settings=settings).picture


def _read(analyst: Analyst, grey: NDArray[np.uint8], name: str) -> Metaphase:
    blank = Metaphase(id=CellId(name), label=name, image="0" * 64, width=grey.shape[1], height=grey.shape[0])
    return analyst.analyse(grey).proposal.apply(blank)


def test_that_the_shipped_sample_is_read_as_the_trisomy_it_shows(analyst: Analyst) -> None:
    cells = []
    for path in sorted(SAMPLE.glob("*.png")):
        grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        assert grey is not None
        cells.append(_read(analyst, np.asarray(grey, dtype=np.uint8), path.name))
    assert len(cells) == 5
    assert karyotype_of_case(cells).iscn == "47,XY,+21"


def test_that_a_simulated_turner_case_is_read_as_such(analyst: Analyst) -> None:
    cells = [_read(analyst, _easy("45,X", seed=number), str(number)) for number in (50_001, 50_002, 50_003)]
    assert karyotype_of_case(cells).iscn == "45,X"


def test_that_no_metaphase_is_invented(analyst: Analyst) -> None:
    rng = np.random.default_rng(3)
    for picture in (
        np.full((500, 500), 235, np.uint8),
        rng.integers(0, 255, (400, 400), dtype=np.uint8),
        np.asarray(np.tile(np.linspace(0, 255, 600), (400, 1)), dtype=np.uint8),
    ):
        with pytest.raises(NoMetaphase, match="choose a picture of a metaphase"):
            analyst.analyse(picture)


def test_that_a_second_analysis_leaves_alone_what_a_person_decided(analyst: Analyst) -> None:
    picture = simulate_metaphase("46,XX", seed=9).picture
    cell = _read(analyst, picture, "c")
    mine = cell.chromosomes[7]
    cell = Reclassify(ids=(mine.id,), chromosome_class="Y").apply(cell)
    again = analyst.analyse(picture).proposal
    superseded = superseded_by_people(cell.chromosomes, again.chromosomes)
    assert len(superseded) >= 1
    after = replace(again, superseded=superseded).apply(cell)
    assert after.chromosome(mine.id).chromosome_class == "Y"
    assert abs(after.count - cell.count) <= 1


def test_that_reading_again_names_the_pieces_in_the_context_of_the_cell(analyst: Analyst) -> None:
    picture = simulate_metaphase("46,XY", seed=4).picture
    cell = _read(analyst, picture, "c")
    readings = analyst.reread(picture, cell)
    same = sum(
        cell.chromosome(reading.id).chromosome_class == reading.chromosome_class for reading in readings
    )
    assert same >= 0.9 * len(readings)
