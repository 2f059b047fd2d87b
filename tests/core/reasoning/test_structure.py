"""Structure in the reasoning."""

from __future__ import annotations

from core.reasoning.bands import band_steps
from core.reasoning.case import case_steps
from core.reasoning.cell import cell_steps
from core.reasoning.structure import comparison_steps
from tests.core.analysis.cells import cell_of
from tests.core.analysis.compared_cells import LOST, TURNED, compared


def test_that_a_cell_that_was_not_compared_says_nothing_of_structure() -> None:
    assert comparison_steps(cell_of("a")) == ()


def test_that_a_difference_is_told_with_its_place_and_threshold() -> None:
    cell = compared("a", chromosome_5=LOST)
    told = next(step for step in band_steps(cell, None) if "differ from its homolog" in step.seen)
    assert "near q13 (q12 to q14) and q33 (q32 to q34)" in told.seen
    assert "over the threshold" in told.hence
    waits = next(step for step in cell_steps(cell) if "looks changed" in step.seen)
    assert "writes nothing" in waits.hence


def test_that_a_variant_is_told_as_one() -> None:
    steps = cell_steps(compared("a", chromosome_9=TURNED))
    assert any("inv(9)(p12q13)" in step.seen and "kept out" in step.hence for step in steps)


def test_that_the_case_tells_its_pooled_deviations() -> None:
    cells = [compared(str(number), chromosome_5=LOST) for number in range(4)]
    told = [step for step in case_steps(cells) if "deviation" in step.seen]
    assert told[0].seen.startswith("Chromosome 5: mean deviation")
    assert told[0].cells == tuple(cell.id for cell in cells)
    assert "under their threshold" in told[1].hence
