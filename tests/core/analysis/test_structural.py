"""Suspicions of structure, in a cell and pooled over a case."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.clones import karyotype_of_case
from core.analysis.evidence import evidence_for
from core.analysis.numerical import assessed_of
from core.analysis.result import result_of_cell
from core.analysis.structural import (
    DEFAULT_THRESHOLDS,
    findings_of_structure,
    is_structure_compared,
    structure_in_words,
    suspicions_of_case,
    threshold_for,
    variants_of_structure,
    why_not_compared,
)
from core.domain.finding import FindingKind
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Banding, Metaphase
from core.domain.suspicion import ChangeKind
from core.editing.codec import from_json, to_json
from core.editing.operations import Reclassify, Reread, Rotate, Turn
from tests.core.analysis.cells import cell_of
from tests.core.analysis.compared_cells import LOST, QUALITY, TURNED, compared

_WEIGHTS = Path(__file__).resolve().parents[3] / "resources" / "weights" / "structure"


def test_that_a_cell_without_suspicions_was_compared_and_shows_nothing() -> None:
    cell = compared("a")
    assert is_structure_compared(cell)
    assert assessed_of(cell).structural
    assert findings_of_structure(cell) == ()


def test_that_a_deviating_chromosome_is_a_finding_with_its_bands() -> None:
    cell = compared("a", chromosome_5=LOST)
    (finding,) = findings_of_structure(cell)
    assert finding.kind is FindingKind.DELETION
    assert finding.chromosomes == ("5",)
    assert finding.breakpoints == ("5q13", "5q33")
    assert finding.supporting == (ChromosomeId("a-5-0"),)
    assert "looks changed" in finding.text


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda cell: replace(cell, banding=Banding.Q), "G-banding only"),
        (lambda cell: replace(cell, quality=None), "unknown"),
        (lambda cell: replace(cell, quality=replace(QUALITY, band_level=260.0)), "below 300"),
        (
            lambda cell: replace(
                cell, chromosomes=tuple(replace(c, suspicion=None) for c in cell.chromosomes)
            ),
            "0 of 46",
        ),
    ],
)
def test_that_structure_is_not_assessed_where_it_cannot_be_seen(spoil, words: str) -> None:
    cell = spoil(compared("a", chromosome_5=LOST))
    assert not assessed_of(cell).structural
    assert findings_of_structure(cell) == ()
    assert words in (why_not_compared(cell) or "")


def test_that_a_variant_of_the_normal_is_told_and_is_no_finding() -> None:
    cell = compared("a", chromosome_9=TURNED)
    assert findings_of_structure(cell) == ()
    assert variants_of_structure(cell) == ((ChromosomeId("a-9-0"), "inv(9)(p12q13)"),)
    case = suspicions_of_case([replace(compared(str(n), chromosome_9=TURNED)) for n in range(5)])
    assert not any(one.raised for one in case)


def test_that_a_small_deviation_in_every_cell_is_raised_by_the_case_alone() -> None:
    weak = replace(LOST, deviation=0.8 * DEFAULT_THRESHOLDS[1])
    if weak.deviation < DEFAULT_THRESHOLDS[5]:
        weak = replace(weak, deviation=0.5 * (DEFAULT_THRESHOLDS[1] + DEFAULT_THRESHOLDS[5]))
    cells = [compared(str(number), chromosome_5=weak) for number in range(5)]
    assert not any(findings_of_structure(cell) for cell in cells)
    first, *others = suspicions_of_case(cells)
    assert first.raised
    assert first.chromosome_class == "5"
    assert first.kind is ChangeKind.DELETION
    assert first.breaks == ("q13", "q33")
    assert len(first.cells) == first.compared == 5
    assert not any(one.raised for one in others)


def test_that_one_deviating_chromosome_of_ten_cells_is_no_case() -> None:
    cells = [compared(str(number)) for number in range(9)]
    cells.append(compared("odd", chromosome_5=replace(LOST, deviation=4.0)))
    assert not any(one.raised for one in suspicions_of_case(cells))


def test_that_cells_speak_for_and_against_a_suspicion() -> None:
    shown, against = compared("a", chromosome_5=LOST), compared("b")
    silent = replace(compared("c"), quality=None)
    evidence = evidence_for(findings_of_structure(shown)[0], [shown, against, silent])
    assert evidence.shown == (shown.id,)
    assert evidence.against == (against.id,)
    assert [cell for cell, _ in evidence.silent] == [silent.id]


def test_that_a_suspicion_never_writes_a_karyotype() -> None:
    cells = [compared(str(number), chromosome_5=LOST) for number in range(5)]
    together = karyotype_of_case(cells)
    assert together.iscn == "46,XX"
    assert together.assessed.structural
    assert any(
        limit.startswith("structure compared") and "1 suspicion (5)" in limit for limit in together.limits
    )


def test_that_cells_not_compared_say_so() -> None:
    assert structure_in_words([cell_of("a")]).startswith("structure not assessed")
    assert "in 1 of 2 cells" in structure_in_words([cell_of("a"), compared("b")])


def test_that_the_result_names_breakpoints() -> None:
    result = result_of_cell(compared("a", chromosome_5=LOST), path="a.png", models={}, seconds={"total": 1.0})
    (finding,) = result["findings"]
    assert finding["kind"] == "deletion"
    assert finding["breakpoints"] == ["5q13", "5q33"]
    assert result["assessed"]["structural"] is True
    assert result["cell_karyotype"] == "46,XX"


def test_that_a_suspicion_goes_when_a_person_renames_or_turns_and_stays_when_rotated() -> None:
    cell = compared("a", chromosome_5=LOST)
    one = ChromosomeId("a-5-0")
    assert Reclassify(ids=(one,), chromosome_class="4").apply(cell).chromosome(one).suspicion is None
    assert Reclassify(ids=(one,), chromosome_class="5").apply(cell).chromosome(one).suspicion == LOST
    assert Turn(ids=(one,)).apply(cell).chromosome(one).suspicion is None
    assert Rotate(ids=(one,), degrees=20.0).apply(cell).chromosome(one).suspicion == LOST


def test_that_a_new_reading_brings_its_suspicion() -> None:
    cell = compared("a")
    one = ChromosomeId("a-5-0")
    reading = replace(cell.chromosome(one), suspicion=LOST)
    assert Reread(readings=(reading,)).apply(cell).chromosome(one).suspicion == LOST


def test_that_cells_are_kept_with_and_without_suspicions() -> None:
    cell = compared("a", chromosome_5=LOST)
    assert from_json(to_json(cell), Metaphase) == cell
    old = to_json(cell_of("b")).replace(', "suspicion": null', "")
    assert from_json(old, Metaphase) == cell_of("b")


def test_that_thresholds_fall_with_the_number_of_cells() -> None:
    values = [threshold_for(number) for number in (1, 2, 4, 5, 8, 20, 40)]
    assert values == sorted(values, reverse=True)


def test_that_the_thresholds_are_those_of_the_shipped_card() -> None:
    versions = sorted(
        _WEIGHTS.glob("*/card.json"), key=lambda path: [int(v) for v in path.parent.name.split(".")]
    )
    if not versions:
        pytest.skip("no weights of the structure model are shipped yet")
    parameters = json.loads(versions[-1].read_text(encoding="utf-8"))["parameters"]
    card = {int(n): v for n, v in zip(parameters["cells"], parameters["thresholds"], strict=True)}
    assert card == pytest.approx(DEFAULT_THRESHOLDS, abs=0.06)
