"""Plain words."""

from __future__ import annotations

import pytest

from core.iscn.explain import explain
from core.iscn.parser import parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("46,XX", ["46 chromosomes", "two X", "no change"]),
        ("47,XY,+21", ["one X and one Y", "gain of a chromosome 21"]),
        ("45,X", ["45 chromosomes", "one X"]),
        ("46,XX,t(9;22)(q34;q11.2)", ["translocation between chromosomes 9 and 22", "9q34 and 22q11.2"]),
        ("46,XX,del(5)(q13q33)", ["deletion inside chromosome 5 between 5q13 and 5q33"]),
        ("46,XX,del(5)(q13)", ["loss of the end of the long arm of chromosome 5 from 5q13"]),
        ("46,XX,inv(9)(p12q13)", ["pericentric inversion in chromosome 9"]),
        ("46,XX,inv(3)(q21q26)", ["paracentric inversion in chromosome 3"]),
        ("46,X,i(X)(q10)", ["isochromosome of the long arm of chromosome X"]),
        ("45,XX,rob(13;14)(q10;q10)", ["Robertsonian translocation", "13 and 14"]),
        ("45,XX,der(13;14)(q10;q10)mat", ["inherited from the mother"]),
        ("46,XX,ins(5;2)(p14;q22q32)", ["insertion of the piece between 2q22 and 2q32 into 5p14"]),
        ("47,XX,+mar", ["a marker chromosome"]),
        ("46,XX,5~20dmin[3]", ["5 to 20 double minutes", "3 cells"]),
        ("46,XX,?del(5)(q?31)", ["questionable", "uncertain"]),
        ("46,XX,inc[3]", ["could not be read"]),
        ("69,XXX", ["triploid"]),
        (
            "46,XX,t(8;21)(q22;q22)[12]/47,idem,+8[8]",
            ["Two cell lines", "the changes of the first cell line"],
        ),
        ("mos 45,X[17]/46,XX[3]", ["Mosaic of two cell lines", "17 cells"]),
        ("chi 46,XX[25]/46,XY[10]", ["Chimaera"]),
        ("46,XX[3]//46,XY[17]", ["Donor"]),
        ("45~48,XX,+8[3],+9[2][cp10]", ["45 to 48 chromosomes", "composite of 10 cells", "in 3 cells"]),
        ("nuc ish(ABL1,BCR)x2[200]", ["interphase nuclei"]),
        ("46,XX,t(1;3)(p10;q10)", ["exchange of whole arms", "the short arm of chromosome 1 is joined to"]),
        ("45,XX,der(13;14)(q10;q10)", ["one chromosome made of whole arms", "long arm of chromosome 14"]),
        ("46,XX,ins(5;2)(p14;q32q22)", ["into 5p14, turned round"]),
        ("46,XX,del(1)(q?)", ["an unknown part of the long arm"]),
        ("47,XX,-10,+fis(10)(p10),+fis(10)(q10)", ["the short arm of chromosome 10 by itself"]),
        ("46,XX,upd(15)mat", ["both from one parent"]),
        ("46,XX,16qh+", ["variant of the normal 16qh+, larger"]),
        ("46,XX,-?21,+mar", ["which one is uncertain"]),
        ("46,XX,hsr(8)(q24.2)", ["at 8q24.2"]),
        ("47,XXX?c[20]", ["perhaps constitutional"]),
        ("46,XY[20]//", ["No cell of the donor"]),
    ],
)
def test_that_the_string_is_told_in_plain_words(text: str, words: list[str]) -> None:
    told = " ".join(explain(parse(text)))
    for word in words:
        assert word.lower() in told.lower()
