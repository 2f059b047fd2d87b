"""Numbers of one cell become findings and its karyotype."""

from dataclasses import replace

import pytest

from core.analysis.numerical import assessed_of, cell_karyotype, findings_of, why_no_karyotype
from core.domain.finding import FindingKind
from core.domain.metaphase import Banding, Verdict
from tests.core.analysis.cells import cell_of


@pytest.mark.parametrize(
    ("changes", "karyotype"),
    [
        ({}, "46,XX"),
        ({"sexes": "XY"}, "46,XY"),
        ({"sexes": "XY", "extra": ("21",)}, "47,XY,+21"),
        ({"sexes": "X"}, "45,X"),
        ({"sexes": "XXY"}, "47,XXY"),
        ({"sexes": "XYY"}, "47,XYY"),
        ({"missing": ("7",)}, "45,XX,-7"),
        ({"extra": ("8",), "markers": 1}, "48,XX,+8,+mar"),
    ],
)
def test_that_a_cell_is_written_as_iscn_writes_it(changes: dict[str, object], karyotype: str) -> None:
    assert cell_karyotype(cell_of("c", **changes)) == karyotype  # type: ignore[arg-type]


def test_that_a_normal_cell_has_no_finding_but_is_not_assessed_in_structure() -> None:
    cell = cell_of("c")
    assert findings_of(cell) == ()
    assert assessed_of(cell).numerical
    assert not assessed_of(cell).structural


def test_that_a_lost_homolog_is_reported_as_a_loss_with_the_one_that_is_left() -> None:
    (finding,) = findings_of(cell_of("c", missing=("7",)))
    assert finding.kind is FindingKind.LOSS
    assert finding.chromosomes == ("7",)
    assert len(finding.supporting) == 1


def test_that_a_loss_is_less_certain_where_something_stained_was_not_outlined() -> None:
    cell = cell_of("c", missing=("7",))
    doubtful = replace(cell, unexplained=((1.0, 1.0, 9.0, 9.0),))
    assert findings_of(doubtful)[0].confidence < findings_of(cell)[0].confidence


def test_that_an_unknown_chromosome_forbids_a_karyotype() -> None:
    cell = cell_of("c", extra=("unknown",))
    assert cell_karyotype(cell) is None
    assert "without a name" in (why_no_karyotype(cell) or "")


def test_that_a_fluorescent_cell_is_never_silently_read_as_g_banded() -> None:
    cell = replace(cell_of("c"), banding=Banding.DAPI)
    assert cell_karyotype(cell) is None
    assert "DAPI" in (why_no_karyotype(cell) or "")


def test_that_a_rejected_cell_gets_no_karyotype() -> None:
    assert cell_karyotype(replace(cell_of("c"), verdict=Verdict.REJECTED, verdict_reason="smeared")) is None


def test_that_a_broken_cell_gets_a_karyotype_only_when_a_person_confirmed_every_chromosome() -> None:
    broken = cell_of("c", missing=tuple(str(n) for n in range(1, 10)))
    assert cell_karyotype(broken) is None
    assert not assessed_of(broken).numerical
    confirmed = replace(broken, chromosomes=tuple(replace(c, confirmed=True) for c in broken.chromosomes))
    assert (cell_karyotype(confirmed) or "").startswith("37,XX,-1")


def test_that_a_loss_is_not_written_while_chromosome_like_stain_lies_outside_all_outlines() -> None:
    box = ((1.0, 1.0, 9.0, 40.0),)
    assert cell_karyotype(replace(cell_of("c", missing=("7",)), unexplained=box)) is None
    assert cell_karyotype(replace(cell_of("c"), unexplained=box)) == "46,XX"
