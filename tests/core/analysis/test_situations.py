"""Named situations of the bench, each with its rule."""

from dataclasses import replace

import pytest

from core.analysis.numerical import cell_karyotype
from core.analysis.situations import situations_of
from core.domain.bands import AUTOSOMES
from core.domain.case import Case, Context, Protocol
from core.domain.clone_rules import CloneRules
from core.domain.ids import CaseId
from core.domain.metaphase import Metaphase, Origin, Quality
from core.domain.outline import Outline
from tests.core.analysis.cells import cell_of

_AMNIO = Case(id=CaseId("c"), name="K", specimen="Amniotic fluid", protocol=Protocol(name="Amniotic fluid"))


def _grown(cell: Metaphase, culture: str, colony: str | None = None) -> Metaphase:
    return replace(cell, origin=Origin(culture=culture, colony=colony))


def _normal(number: int, sexes: str = "XX", cultures: str = "AB") -> list[Metaphase]:
    return [
        _grown(cell_of(f"n{at}", sexes=sexes), cultures[at % len(cultures)], str(at)) for at in range(number)
    ]


def _names(case: Case, cells: list[Metaphase]) -> list[str]:
    return [one.name for one in situations_of(case, cells)]


def _laid(cell: Metaphase, place: int = 0, *, pairs: bool = False) -> Metaphase:
    """Chromosomes in rows; `pairs` lays those of one class side by side."""
    members = sorted(cell.chromosomes, key=lambda one: one.chromosome_class) if pairs else cell.chromosomes
    laid = []
    for at, one in enumerate(members):
        step = (at // 2) * 60 + (at % 2) * 12 if pairs else (at * 7 % len(members)) * 40
        x, y = place + step % 900, 80.0 * (step // 900)
        laid.append(replace(one, outline=Outline(points=((x, y), (x + 9, y), (x + 9, y + 30), (x, y + 30)))))
    return replace(cell, chromosomes=tuple(laid))


def _doubled(name: str) -> Metaphase:
    return cell_of(name, sexes="XXYY", extra=tuple(n for n in AUTOSOMES for _ in range(2)))


def test_that_normal_cells_of_two_cultures_are_in_no_situation() -> None:
    assert _names(_AMNIO, _normal(10)) == []


def test_that_a_case_of_one_cell_says_so() -> None:
    assert "One cell" in _names(_AMNIO, _normal(1))


@pytest.mark.parametrize(
    ("cultures", "name"),
    [("A", "Pseudomosaicism level I"), ("AA", "Pseudomosaicism level II"), ("AB", "Mosaicism, level III")],
)
def test_that_the_level_of_a_mosaic_follows_from_cells_and_cultures(cultures: str, name: str) -> None:
    changed = [
        _grown(cell_of(f"t{at}", extra=("20",)), culture, f"t{at}") for at, culture in enumerate(cultures)
    ]
    assert name in _names(_AMNIO, [*_normal(8), *changed])


def test_that_blood_has_no_pseudomosaicism() -> None:
    case = Case(id=CaseId("c"), name="K", specimen="Blood")
    assert _names(case, [*_normal(8), _grown(cell_of("t", extra=("20",)), "A")]) == []


def test_that_normal_female_cells_in_a_male_pregnancy_are_the_mothers() -> None:
    cells = [*_normal(8, "XY"), *(replace(cell_of(f"m{i}"), origin=Origin(culture="A")) for i in range(2))]
    found = next(one for one in situations_of(_AMNIO, cells) if one.name == "Maternal cells")
    assert len(found.cells) == 2
    assert "chi" in found.advice


def test_that_villi_tell_direct_preparation_from_culture() -> None:
    case = replace(_AMNIO, specimen="Chorionic villi", protocol=Protocol(name="Chorionic villi"))
    direct = [_grown(cell_of(f"d{i}", extra=("3",)), "direct") for i in range(3)]
    assert "Villi: direct preparation only" in _names(case, [*direct, *_normal(5)])
    cultured = [_grown(cell_of(f"l{i}", extra=("3",)), "A") for i in range(3)]
    clean = [_grown(cell_of(f"e{i}"), "direct") for i in range(4)]
    assert "Villi: long-term culture only" in _names(case, [*cultured, *clean])
    assert "Villi: no long-term culture" in _names(case, clean)


def test_that_more_than_two_cells_of_a_colony_and_a_single_culture_are_named() -> None:
    cells = [_grown(cell_of(f"n{i}"), "A", "1") for i in range(3)]
    assert {"Colony rule", "One culture"} <= set(_names(_AMNIO, cells))


def test_that_a_tetraploid_cell_in_culture_is_no_finding_and_gets_no_karyotype() -> None:
    cell = _laid(_doubled("t"))
    assert cell_karyotype(cell) is None
    assert "Tetraploidy in culture" in _names(_AMNIO, [*_normal(12), cell])
    assert "Tetraploidy" in _names(_AMNIO, [*_normal(3), cell, _laid(_doubled("u"))])


def test_that_copies_lying_side_by_side_are_endoreduplication() -> None:
    assert "Endoreduplication" in _names(_AMNIO, [*_normal(5), _laid(_doubled("e"), pairs=True)])


def test_that_two_groups_of_chromosomes_are_two_cells() -> None:
    one, other = _laid(cell_of("a")), _laid(cell_of("b"), 3000)
    both = replace(one, chromosomes=(*one.chromosomes, *other.chromosomes))
    names = _names(_AMNIO, [*_normal(5), both])
    assert "Two cells in one picture" in names
    assert cell_karyotype(both) is None


def test_that_thirty_chromosomes_make_no_karyotype_but_a_situation() -> None:
    cell = cell_of("f", missing=tuple(AUTOSOMES[:16]))
    assert cell.count == 30
    assert cell_karyotype(cell) is None
    assert "Few chromosomes" in _names(_AMNIO, [*_normal(5), cell])


def test_that_a_blurred_cell_is_named() -> None:
    blurred = Quality(
        score=0.3, spread=0.9, overlap=0.9, band_clarity=0.2, focus=0.1, completeness=0.9, debris=0.9
    )
    assert "Out of focus" in _names(_AMNIO, [*_normal(5), replace(cell_of("b"), quality=blurred)])


def test_that_different_losses_in_single_cells_are_random() -> None:
    case = Case(id=CaseId("c"), name="K", specimen="Blood")
    cells = [*_normal(8), *(_grown(cell_of(f"l{name}", missing=(name,)), "A") for name in ("4", "17"))]
    found = next(one for one in situations_of(case, cells) if one.name == "Random loss")
    assert "-4, -17" in found.seen


def test_that_a_lost_sex_chromosome_in_two_cells_asks_for_more() -> None:
    case = Case(id=CaseId("c"), name="K", specimen="Blood")
    cells = [*_normal(18), *(_grown(cell_of(f"x{i}", sexes="X"), "A") for i in range(2))]
    assert "Lost sex chromosome" in _names(case, cells)


def test_that_a_known_clone_is_named_whether_it_is_there_or_not() -> None:
    case = Case(id=CaseId("c"), name="K", context=Context.NEOPLASTIC, clone_rules=CloneRules(known=("+8",)))
    assert "Known clone" in _names(case, [*_normal(9), _grown(cell_of("t", extra=("8",)), "A")])
    assert "Known clone not seen" in _names(case, _normal(20))
