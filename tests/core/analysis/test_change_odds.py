"""How much a cell speaks for a loss or a gain."""

from dataclasses import replace

import pytest

from core.analysis.change_odds import NAMES, SEX, change_odds
from core.analysis.numerical import findings_of
from core.domain.bands import relative_length
from core.domain.chromosome import Alternative
from core.domain.metaphase import Leftover, Metaphase, PassedOver
from core.domain.outline import Outline
from tests.core.analysis.cells import cell_of


def _clean(name: str, **changes: object) -> Metaphase:
    """A cell whose chromosomes have the sizes of their classes and were read without doubt."""
    cell = cell_of(name, **changes)  # type: ignore[arg-type]
    sized = []
    for at, one in enumerate(cell.chromosomes):
        length, left = 2000.0 * relative_length(one.chromosome_class), 30.0 * at
        sized.append(
            replace(
                one,
                outline=Outline(
                    points=((left, 0.0), (left + 10.0, 0.0), (left + 10.0, length), (left, length))
                ),
                outline_confidence=0.999,
                alternatives=(Alternative(chromosome_class=one.chromosome_class, probability=0.999),),
            )
        )
    return replace(cell, chromosomes=tuple(sized), leftover=())


def _lost(cell: Metaphase, name: str = "7") -> float:
    return change_odds(cell)[name].lost


def test_that_a_normal_cell_speaks_against_every_change() -> None:
    odds = change_odds(_clean("c"))
    assert set(odds) == set(NAMES)
    assert all(one.lost < 0.5 and one.gained < 0.5 for one in odds.values())


def test_that_a_missing_homolog_in_a_clean_cell_speaks_for_a_loss() -> None:
    assert _lost(_clean("c", missing=("7",))) > 30.0


@pytest.mark.parametrize(
    "trace",
    [
        {"leftover": (Leftover(box=(0.0, 0.0, 9.0, 90.0), area=900.0, touching=True),)},
        {
            "passed_over": (
                PassedOver(
                    box=(900.0, 900.0, 910.0, 990.0),
                    probability=0.5,
                    uncovered=0.6,
                    alternatives=(Alternative(chromosome_class="7", probability=0.9),),
                ),
            )
        },
        {"unexplained": ((1.0, 1.0, 9.0, 9.0), (20.0, 20.0, 30.0, 40.0))},
    ],
)
def test_that_a_place_where_the_missing_one_could_be_takes_from_a_loss(trace: dict[str, object]) -> None:
    clean = _clean("c", missing=("7",))
    assert _lost(replace(clean, **trace)) < _lost(clean)  # type: ignore[arg-type]


def test_that_a_neighbour_large_enough_for_two_takes_from_a_loss() -> None:
    clean = _clean("c", missing=("7",))
    first = clean.chromosomes[0]
    wide = Outline(points=tuple((2.0 * x, y) for x, y in first.outline.points))
    merged = replace(clean, chromosomes=(replace(first, outline=wide), *clean.chromosomes[1:]))
    assert _lost(merged) < _lost(clean)


def test_that_a_third_one_that_is_read_as_something_else_hardly_speaks_for_a_gain() -> None:
    clean = _clean("c", extra=("21",))
    last = max(clean.chromosomes, key=lambda one: one.id if one.chromosome_class == "21" else "")
    doubtful = replace(
        last,
        outline_confidence=0.6,
        alternatives=(
            Alternative(chromosome_class="21", probability=0.4),
            Alternative(chromosome_class="22", probability=0.35),
        ),
    )
    unsure = replace(clean, chromosomes=tuple(doubtful if c.id == last.id else c for c in clean.chromosomes))
    assert change_odds(clean)["21"].gained > 20 * change_odds(unsure)["21"].gained


def test_that_a_person_who_confirmed_every_chromosome_settles_it() -> None:
    cell = _clean("c", missing=("7",))
    confirmed = replace(cell, chromosomes=tuple(replace(c, confirmed=True) for c in cell.chromosomes))
    (before,), (after,) = findings_of(cell), findings_of(confirmed)
    assert before.confidence < 0.9
    assert after.confidence > 0.99


def test_that_x_and_y_are_weighed_together() -> None:
    assert change_odds(_clean("c", sexes="X"))[SEX].lost > 10.0
    assert change_odds(_clean("c", sexes="XXY"))[SEX].gained > 10.0
    assert change_odds(_clean("c", sexes="XY"))[SEX].lost < 1.0
