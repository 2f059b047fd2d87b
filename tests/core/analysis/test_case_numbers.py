"""Cells pooled over a case, intervals and the power meter."""

from dataclasses import replace

import pytest

from core.analysis.case_numbers import numbers_of_case
from core.analysis.change_odds import NAMES, ChangeOdds
from core.analysis.mosaicism import exact_interval, power_of
from core.domain.metaphase import Banding, Metaphase, Origin
from tests.core.analysis.cells import cell_of


def _odds(**ratios: tuple[float, float]) -> dict[str, ChangeOdds]:
    """Ratios of (lost, gained); every other class looks normal."""
    named = {name.removeprefix("c"): pair for name, pair in ratios.items()}
    return {
        name: ChangeOdds(
            name=name,
            seen=2,
            normal=2,
            lost=named.get(name, (0.2, 0.1))[0],
            gained=named.get(name, (0.2, 0.1))[1],
        )
        for name in NAMES
    }


def test_that_several_unsure_cells_make_a_sure_trisomy() -> None:
    cells = [cell_of(f"t{i}", sexes="XY", extra=("21",)) for i in range(4)]
    odds = {cell.id: _odds(c21=(1e-5, 25.0)) for cell in cells}
    alone = numbers_of_case(cells[:1], odds=odds)
    together = numbers_of_case(cells, odds=odds)
    assert alone.call == "cannot tell" or not alone.changes
    assert together.call == "abnormal"
    (change,) = together.changes
    assert (change.name, change.gained, len(change.shown)) == ("21", True, 4)
    assert change.probability > 0.95


def test_that_one_strange_cell_among_normal_ones_is_chance() -> None:
    cells = [cell_of(f"n{i}") for i in range(10)]
    odds = {cell.id: _odds() for cell in cells} | {cells[0].id: _odds(c9=(400.0, 1e-5))}
    assert numbers_of_case(cells, odds=odds).call == "normal"


def test_that_a_mosaic_is_found_with_the_interval_of_its_share() -> None:
    cells = [cell_of(f"c{i}") for i in range(20)]
    odds = {cell.id: _odds(c8=(0.01, 300.0)) if at < 5 else _odds() for at, cell in enumerate(cells)}
    (change,) = numbers_of_case(cells, odds=odds).changes
    assert (change.name, len(change.shown), change.cells) == ("8", 5, 20)
    assert (round(change.low, 3), round(change.high, 3)) == (0.087, 0.491)


def test_that_cells_confirmed_by_people_settle_the_case() -> None:
    def confirmed(cell: Metaphase) -> Metaphase:
        return replace(cell, chromosomes=tuple(replace(c, confirmed=True) for c in cell.chromosomes))

    assert numbers_of_case([confirmed(cell_of(f"n{i}")) for i in range(5)]).abnormal < 0.01
    found = numbers_of_case([confirmed(cell_of(f"x{i}", sexes="X")) for i in range(5)])
    assert found.changes[0].name == "sex"
    assert "one sex chromosome fewer in 5 of 5 cells" in found.line


def test_that_cells_that_cannot_speak_leave_the_case_open() -> None:
    found = numbers_of_case([replace(cell_of("c"), banding=Banding.DAPI)])
    assert (found.call, found.used) == ("cannot tell", 0)


@pytest.mark.parametrize(
    ("shown", "cells", "interval"),
    [(0, 20, (0.0, 0.1684)), (5, 20, (0.0866, 0.4910)), (20, 20, (0.8316, 1.0)), (1, 1, (0.025, 1.0))],
)
def test_that_intervals_are_those_of_clopper_and_pearson(
    shown: int, cells: int, interval: tuple[float, float]
) -> None:
    assert exact_interval(shown, cells) == pytest.approx(interval, abs=5e-5)


def _grown(number: int, culture: str, colonies: bool = False) -> list[Metaphase]:
    return [
        replace(
            cell_of(f"{culture}{i}"), origin=Origin(culture=culture, colony=str(i // 2) if colonies else None)
        )
        for i in range(number)
    ]


def test_that_the_power_meter_says_what_more_cells_would_exclude() -> None:
    meter = power_of([*_grown(13, "A"), *_grown(7, "B")])
    assert meter is not None
    assert meter.line == "20 normal cells exclude ≥ 13.9 % at 95 %; nine more → 10 %; take culture B"


def test_that_in_situ_work_counts_colonies_and_uncultured_cells_do_not_count() -> None:
    meter = power_of(_grown(20, "A", colonies=True), in_situ=True)
    assert meter is not None
    assert meter.line.startswith("10 colonies exclude ≥ 25.9 % at 95 %; four more → 20 %; take culture B")
    assert power_of(_grown(5, "direct")) is None
