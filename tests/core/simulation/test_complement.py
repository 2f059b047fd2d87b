"""From ISCN to the chromosomes to draw."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.bands import AUTOSOMES, CLASSES
from core.domain.chromosome import ObjectType
from core.simulation.complement import cell_lines_of


def classes(karyotype: str) -> list[str]:
    (line,) = cell_lines_of(karyotype)
    return [one.chromosome_class for one in line.complement]


# A loaded machine may take its time over the first reading of the grammar.
@settings(deadline=None)
@given(gained=st.sampled_from(AUTOSOMES), lost=st.sampled_from(AUTOSOMES), sex=st.sampled_from(["XX", "XY"]))
def test_that_a_gain_and_a_loss_are_drawn_as_such(gained: str, lost: str, sex: str) -> None:
    if gained == lost:
        return
    first, second = sorted([(int(gained), f"+{gained}"), (int(lost), f"-{lost}")])
    found = classes(f"46,{sex},{first[1]},{second[1]}")
    assert (len(found), found.count(gained), found.count(lost)) == (46, 3, 1)


@pytest.mark.parametrize(
    ("karyotype", "object_type", "carrier"),
    [
        ("46,X,i(X)(q10)", ObjectType.DERIVATIVE, "X"),
        ("45,XX,der(13;14)(q10;q10)", ObjectType.DERIVATIVE, "13"),
        ("46,XY,del(5)(p15.2)", ObjectType.DERIVATIVE, "5"),
        ("46,XX,r(20)(p13q13.3)", ObjectType.RING, "20"),
        ("47,XX,+mar", ObjectType.MARKER, "unknown"),
        ("47,XY,+idic(15)(q13)", ObjectType.DICENTRIC, "15"),
        ("46,XY,add(7)(q36)", ObjectType.DERIVATIVE, "7"),
    ],
)
def test_that_a_changed_chromosome_has_its_kind_and_the_class_of_its_centromere(
    karyotype: str, object_type: ObjectType, carrier: str
) -> None:
    (line,) = cell_lines_of(karyotype)
    changed = [one for one in line.complement if one.object_type is not ObjectType.NORMAL]
    assert [(one.object_type, one.chromosome_class) for one in changed] == [(object_type, carrier)]
    assert set(classes(karyotype)) <= {*CLASSES, "unknown"}


def test_that_the_lines_of_a_mosaic_keep_their_cells() -> None:
    lines = cell_lines_of("mos 45,X[12]/46,XX[18]")
    assert [(len(line.complement), line.cells) for line in lines] == [(45, 12), (46, 18)]


def test_that_a_count_that_the_changes_do_not_give_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 48 chromosomes as the karyotype says, got 47"):
        cell_lines_of("48,XX,+21")
