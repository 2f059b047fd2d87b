"""From a karyotype to the chromosomes in the cell."""

from __future__ import annotations

from collections import Counter

import pytest

from core.domain.bands import CLASSES
from core.iscn.breaks import ConstitutionError
from core.iscn.constitution import PresentChromosome, constitution_of, constitutions_of
from core.iscn.parser import parse


def _cell(text: str, line: int = 0) -> tuple[PresentChromosome, ...]:
    return constitutions_of(parse(text))[line]


def _drawn(chromosome: PresentChromosome) -> str:
    return " ".join(f"{piece.chromosome}:{piece.from_band}>{piece.to_band}" for piece in chromosome.segments)


def _changed(text: str, line: int = 0) -> dict[str, str]:
    return {found.label: _drawn(found) for found in _cell(text, line) if not found.is_normal}


def test_that_a_normal_cell_has_pairs_and_its_sex_chromosomes() -> None:
    counted = Counter(found.carrier for found in _cell("46,XY"))
    assert counted == Counter({name: 1 if name in ("X", "Y") else 2 for name in CLASSES})
    assert all(found.is_normal and found.centromeres == (found.carrier,) for found in _cell("46,XY"))


@pytest.mark.parametrize(
    ("text", "carrier", "number"),
    [
        ("47,XY,+21", "21", 3), ("45,X", "X", 1), ("45,X,-Y[20]", "Y", 0), ("45,XX,-7", "7", 1),
        ("47,XXY", "X", 2), ("69,XXX", "1", 3), ("92,XXYY", "Y", 2), ("48,XX,+8,+8[3]", "8", 4),
        ("47,XX,+mar", "unknown", 1), ("49,XX,+3mar", "unknown", 3), ("46,Xc,+21[3]", "21", 3),
        ("46,XXYc,-X[3]", "X", 1), ("73<3n>,XXY,+8,+9,+21,+22", "8", 4),
    ],
)  # fmt: skip
def test_that_gains_and_losses_change_the_number_of_a_chromosome(
    text: str, carrier: str, number: int
) -> None:
    assert Counter(found.carrier for found in _cell(text))[carrier] == number


@pytest.mark.parametrize(
    "text",
    [
        "46,XX,t(9;22)(q34;q11.2)", "46,XX,t(9;22;17)(q34;q11.2;q22)", "46,X,t(X;13)(q27;q12)",
        "46,t(X;Y)(q22;q11.2)", "45,XX,der(13;14)(q10;q10)", "45,XX,dic(13;15)(q22;q24)",
        "46,XX,+1,der(1;7)(q10;p10)", "47,XX,+der(22)t(11;22)(q23;q11.2)", "46,X,i(X)(q10)",
        "44,XX,trc(4;12;9)(q31.2;q22p13;q34)", "48,XX,+r,+mar", "46,XX,del(6)(q13q23)x2",
        "46,XX,+13,der(13;14)(q10;q10)", "45,XX,rob(13;21)(q10;q10)", "46,XX,inv(9)(p12q13)",
        "58<2n>,XX,+X,+4,+5,+6,+8,+10,+14,+17,+18,+21,+21,+22",
        "58,XX,+X,+4,+5,+6,+8,+10,+14,+17,+18,+21,+21,+22",
    ],
)  # fmt: skip
def test_that_the_cell_has_as_many_chromosomes_as_the_string_says(text: str) -> None:
    assert len(_cell(text)) == parse(text).lines[0].count.low


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "46,XX,t(9;22)(q34;q11.2)",
            {
                "der(9)t(9;22)(q34;q11.2)": "9:pter>q34 22:q11.2>qter",
                "der(22)t(9;22)(q34;q11.2)": "22:pter>q11.2 9:q34>qter",
            },
        ),
        (
            "46,XX,t(2;5)(p21;q31)",
            {
                "der(2)t(2;5)(p21;q31)": "5:qter>q31 2:p21>qter",
                "der(5)t(2;5)(p21;q31)": "5:pter>q31 2:p21>pter",
            },
        ),
        (
            "46,XX,t(9;22;17)(q34;q11.2;q22)",
            {
                "der(9)t(9;22;17)(q34;q11.2;q22)": "9:pter>q34 17:q22>qter",
                "der(17)t(9;22;17)(q34;q11.2;q22)": "17:pter>q22 22:q11.2>qter",
                "der(22)t(9;22;17)(q34;q11.2;q22)": "22:pter>q11.2 9:q34>qter",
            },
        ),
        (
            "46,XX,t(1;3)(p10;q10)",
            {
                "der(1)t(1;3)(p10;q10)": "1:pter>cen 3:cen>qter",
                "der(3)t(1;3)(p10;q10)": "3:pter>cen 1:cen>qter",
            },
        ),
        ("46,XX,del(5)(q13)", {"del(5)(q13)": "5:pter>q13"}),
        ("46,XX,del(5)(p14)", {"del(5)(p14)": "5:p14>qter"}),
        ("46,XX,del(5)(q13q33)", {"del(5)(q13q33)": "5:pter>q13 5:q33>qter"}),
        ("46,XX,dup(1)(q22q25)", {"dup(1)(q22q25)": "1:pter>q25 1:q22>qter"}),
        ("46,XX,dup(1)(q25q22)", {"dup(1)(q25q22)": "1:pter>q25 1:q25>q22 1:q25>qter"}),
        ("46,XX,inv(3)(q21q26.2)", {"inv(3)(q21q26.2)": "3:pter>q21 3:q26.2>q21 3:q26.2>qter"}),
        ("46,XX,inv(16)(p13.1q22)", {"inv(16)(p13.1q22)": "16:pter>p13.1 16:q22>p13.1 16:q22>qter"}),
        ("46,XX,ins(2)(p13q21q31)", {"ins(2)(p13q21q31)": "2:pter>p13 2:q31>q21 2:p13>q21 2:q31>qter"}),
        (
            "46,XX,ins(5;2)(p14;q22q32)",
            {
                "der(5)ins(5;2)(p14;q22q32)": "5:pter>p14 2:q32>q22 5:p14>qter",
                "der(2)ins(5;2)(p14;q22q32)": "2:pter>q22 2:q32>qter",
            },
        ),
        ("46,X,i(X)(q10)", {"i(X)(q10)": "X:qter>cen X:cen>qter"}),
        ("47,XX,+i(12)(p10)", {"i(12)(p10)": "12:pter>cen 12:cen>pter"}),
        ("47,XY,+idic(15)(q13)", {"idic(15)(q13)": "15:pter>q13 15:q13>pter"}),
        ("45,XX,dic(13;15)(q22;q24)", {"dic(13;15)(q22;q24)": "13:pter>q22 15:q24>pter"}),
        ("45,XX,der(13;14)(q10;q10)", {"der(13;14)(q10;q10)": "13:qter>cen 14:cen>qter"}),
        ("46,XX,+1,der(1;7)(q10;p10)", {"der(1;7)(q10;p10)": "7:pter>cen 1:cen>qter"}),
        ("46,XX,r(7)(p22q36)", {"r(7)(p22q36)": "7:p22>q36"}),
        ("46,XX,add(19)(p13.3)", {"add(19)(p13.3)": "unknown:pter>qter 19:p13.3>qter"}),
        ("46,XX,add(12)(q13)", {"add(12)(q13)": "12:pter>q13 unknown:pter>qter"}),
        ("46,XX,der(1)t(1;3)(p32;q21)", {"der(1)t(1;3)(p32;q21)": "3:qter>q21 1:p32>qter"}),
        (
            "46,XX,der(9)del(9)(p12)t(9;22)(q34;q11.2)",
            {"der(9)del(9)(p12)t(9;22)(q34;q11.2)": "9:p12>q34 22:q11.2>qter"},
        ),
        (
            "46,XX,ider(22)(q10)t(9;22)(q34;q11.2)",
            {"ider(22)(q10)t(9;22)(q34;q11.2)": "9:qter>q34 22:q11.2>cen 22:cen>q11.2 9:q34>qter"},
        ),
        (
            "46,XX,rec(6)dup(6p)inv(6)(p22q25)dmat",
            {"rec(6)dup(6p)inv(6)(p22q25)dmat": "6:pter>q25 6:p22>pter"},
        ),
    ],
)
def test_that_changes_give_the_pieces_of_the_long_form(text: str, expected: dict[str, str]) -> None:
    assert _changed(text) == expected


def test_that_a_ring_is_a_ring() -> None:
    (ring,) = [found for found in _cell("46,XX,r(7)(p22q36)") if not found.is_normal]
    assert ring.is_ring
    assert ring.centromeres == ("7",)


def test_that_centromeres_are_counted_through_halves() -> None:
    def centromeres(text: str) -> tuple[str, ...]:
        (found,) = [found for found in _cell(text) if not found.is_normal]
        return found.centromeres

    assert centromeres("46,X,i(X)(q10)") == ("X",)
    assert centromeres("45,XX,der(13;14)(q10;q10)") == ("13",)
    assert centromeres("45,XX,dic(13;15)(q22;q24)") == ("13", "15")
    assert centromeres("47,XY,+idic(15)(q13)") == ("15", "15")
    assert centromeres("44,XX,trc(4;12;9)(q31.2;q22p13;q34)") == ("4", "12", "9")


def test_that_a_microdeletion_inside_one_band_loses_half_of_it() -> None:
    (found,) = [found for found in _cell("46,XX,del(22)(q11.2q11.2)") if not found.is_normal]
    first, second = found.segments
    assert first.span()[1] < second.span()[0]


def test_that_idem_carries_the_changes_of_the_first_line() -> None:
    text = "46,XX,t(8;21)(q22;q22)[12]/47,idem,+8[8]/46,idem,-X,+8[3]"
    for index, number in enumerate((46, 47, 46)):
        cell = _cell(text, index)
        assert len(cell) == number
        assert {found.label for found in cell if not found.is_normal} == {
            "der(8)t(8;21)(q22;q22)",
            "der(21)t(8;21)(q22;q22)",
        }


def test_that_sidelines_carry_on_and_stemlines_double() -> None:
    text = "46,XX,t(8;21)(q22;q22)[12]/45,sl,-X[19]/46,sdl1,+8[5]/92,slx2[3]"
    assert [len(_cell(text, index)) for index in range(4)] == [46, 45, 46, 92]


def test_that_breakpoints_given_once_serve_again() -> None:
    text = "47,XX,t(9;22)(q34;q11.2),+der(22)t(9;22)[10]"
    labels = [found.label for found in _cell(text)]
    assert labels.count("der(22)t(9;22)(q34;q11.2)") == 2


@pytest.mark.parametrize(
    "text",
    ["46,XX,der(?)t(?;9)(?;q22)", "46,XX,del(5)(?)", "45,XX,der(5;7)t(3;5)(q21;q22)t(3;7)(q29;p13)",
     "46,XX,del(5)(q99)", "46,XX,der(1)", "43,XX,-7,-7,-7", "46,XX,del(5)(pter->q13:)"],
)  # fmt: skip
def test_that_what_cannot_be_worked_out_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ConstitutionError, match=r"\w{3}"):
        _cell(text)


def test_that_a_line_that_refers_to_another_is_not_built_alone() -> None:
    line = parse("46,XX,t(8;21)(q22;q22)[12]/47,idem,+8[8]").lines[1]
    with pytest.raises(ConstitutionError, match="another cell line"):
        constitution_of(line)


def test_that_material_of_a_balanced_translocation_adds_up() -> None:
    changed = [found for found in _cell("46,XX,t(9;22)(q34;q11.2)") if not found.is_normal]
    shares: Counter[str] = Counter()
    for found in changed:
        for piece in found.segments:
            begin, finish = piece.span(850)
            shares[piece.chromosome] += round(abs(finish - begin) * 1e6)
    assert shares["9"] == pytest.approx(1e6, abs=2)
    assert shares["22"] == pytest.approx(1e6, abs=2)


def test_that_a_ring_between_one_band_and_itself_is_refused() -> None:
    with pytest.raises(ConstitutionError, match="nothing is left"):
        constitutions_of(parse("46,XX,r(1)(p10p10)"))
