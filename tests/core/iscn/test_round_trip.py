"""Random trees survive writing and reading."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.bands import AUTOSOMES, CLASSES, band_names, bands_of
from core.iscn.breaks import ConstitutionError
from core.iscn.check import check, judge
from core.iscn.constitution import constitutions_of
from core.iscn.explain import explain
from core.iscn.order import canonical
from core.iscn.parser import IscnSyntaxError, parse
from core.iscn.tree import (
    NUMERICAL,
    Abnormality,
    Breakpoint,
    CellLine,
    CellNumber,
    Count,
    Karyotype,
    Locus,
    SexComplement,
    Stemline,
)
from core.iscn.writer import write

ORIGINS = ("", "mat", "pat", "dn", "c", "dmat", "dpat", "inh")


@st.composite
def breakpoints(draw: st.DrawFn, chromosome: str) -> Breakpoint:
    bands = sorted(name for name in band_names(chromosome) if len(name) > 2 and name != "cen")
    band = draw(st.sampled_from(bands))
    doubt = draw(st.sampled_from(["", "", "", "?"]))
    return Breakpoint(text=doubt + band)


@st.composite
def numerical(draw: st.DrawFn) -> Abnormality:
    return Abnormality(
        kind=NUMERICAL,
        sign=draw(st.sampled_from(["+", "-"])),
        chromosomes=(Locus(name=draw(st.sampled_from(CLASSES))),),
        uncertain=draw(st.booleans()),
        origin=draw(st.sampled_from(["", "c", "mat"])),
    )


@st.composite
def structural(draw: st.DrawFn, *, depth: int = 1) -> Abnormality:
    kind = draw(st.sampled_from(["t", "del", "dup", "inv", "ins", "i", "add", "r", "der", "dic", "idic"]))
    numbers = {"t": (1, 1), "ins": (1, 2), "dic": (1, 1), "dup": (2,), "inv": (2,), "r": (2,)}.get(kind, (1,))
    names = [draw(st.sampled_from(CLASSES)) for _ in numbers]
    groups: tuple[tuple[Breakpoint, ...], ...] = tuple(
        tuple(draw(breakpoints(name)) for _ in range(number))
        for name, number in zip(names, numbers, strict=True)
    )
    parts: tuple[Abnormality, ...] = ()
    if kind == "der":
        groups = ()
        if depth:
            parts = tuple(
                draw(st.lists(structural(depth=0).filter(lambda change: change.kind != "der"), max_size=3))
            )
            parts = tuple(_bare(part) for part in parts)
    return Abnormality(
        kind=kind,
        sign=draw(st.sampled_from(["", "", "+"])),
        uncertain=draw(st.sampled_from([False, False, True])),
        chromosomes=tuple(Locus(name=name) for name in names),
        breakpoints=groups,
        parts=parts,
        multiplier=draw(st.sampled_from([1, 1, 2])),
        origin=draw(st.sampled_from(ORIGINS)),
    )


def _bare(part: Abnormality) -> Abnormality:
    return Abnormality(kind=part.kind, chromosomes=part.chromosomes, breakpoints=part.breakpoints)


def unidentified() -> st.SearchStrategy[Abnormality]:
    markers = st.builds(
        lambda index: Abnormality(kind="mar", sign="+", index=index), st.sampled_from(["", "1", "2"])
    )
    minutes = st.builds(
        lambda low, more: Abnormality(kind="dmin", amount=(low, low + more)),
        st.integers(1, 9),
        st.integers(0, 40),
    )
    return st.one_of(markers, minutes, st.just(Abnormality(kind="r", sign="+")))


def cell_numbers(*, always: bool) -> st.SearchStrategy[CellNumber | None]:
    number = st.builds(
        lambda cells, composite: CellNumber(low=cells, high=cells, composite=composite),
        st.integers(1, 200),
        st.booleans(),
    )
    return number if always else st.one_of(st.none(), number)


@st.composite
def cell_lines(draw: st.DrawFn, *, first: bool) -> CellLine:
    low = draw(st.integers(20, 110))
    count = Count(
        low=low, high=low + draw(st.sampled_from([0, 0, 3])), ploidy=draw(st.sampled_from(["", "3n"]))
    )
    stemline = (
        None
        if first
        else draw(st.sampled_from([None, Stemline(kind="idem"), Stemline(kind="sdl", number=1)]))
    )
    letters = draw(st.sampled_from(["X", "XX", "XY", "XXY"]))
    changes = draw(st.lists(st.one_of(numerical(), structural(), unidentified()), max_size=5))
    incomplete = draw(st.sampled_from([False, False, True]))
    return CellLine(
        count=count,
        sex=None if stemline else SexComplement(letters=letters, constitutional=draw(st.booleans())),
        stemline=stemline,
        abnormalities=tuple(changes),
        incomplete=incomplete,
        cells=draw(cell_numbers(always=False)),
    )


@st.composite
def karyotypes(draw: st.DrawFn) -> Karyotype:
    first = draw(cell_lines(first=True))
    others = draw(st.lists(cell_lines(first=False), max_size=2))
    prefix = draw(st.sampled_from(["", "mos", "chi"])) if others else ""
    return Karyotype(lines=(first, *others), prefix=prefix)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(karyotypes())
def test_that_random_trees_survive_writing_and_reading(tree: Karyotype) -> None:
    assert parse(write(tree)) == tree
    assert parse(write(tree, typographic=True)) == tree


@settings(max_examples=150, deadline=None)
@given(karyotypes())
def test_that_canonical_order_is_stable_and_free_of_order_errors(tree: Karyotype) -> None:
    once = canonical(tree)
    assert canonical(once) == once
    assert not [remark for remark in check(once) if "stands before" in remark.what]


@settings(max_examples=150, deadline=None)
@given(karyotypes())
def test_that_every_tree_can_be_checked_explained_and_built_or_refused(tree: Karyotype) -> None:
    check(tree)
    assert explain(tree)
    try:
        for line in constitutions_of(tree):
            assert all(chromosome.segments for chromosome in line)
    except ConstitutionError as refusal:
        told = str(refusal)
    else:
        told = "built"
    assert told


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="4567,XYxt(9;22)qp134.del+-/[]inv mosar?~c", max_size=40))
def test_that_noise_is_judged_and_never_breaks_the_judge(text: str) -> None:
    verdict = judge(text)
    if verdict.suggestion is not None:
        assert judge(verdict.suggestion).kind != "error"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_that_any_text_gives_a_tree_or_a_position(text: str) -> None:
    try:
        parse(text)
    except IscnSyntaxError as error:
        position = error.position
    else:
        position = len(text)
    assert 0 <= position <= len(text)


def test_that_every_band_of_every_level_can_be_a_breakpoint() -> None:
    for name in CLASSES:
        sex = "X," if name in ("X", "Y") else "XX,"
        for band in bands_of(name, 850):
            assert judge(f"46,{sex}add({name})({band.name})").kind == "ok"


def test_that_every_autosome_can_be_gained_and_lost() -> None:
    for name in AUTOSOMES:
        assert judge(f"47,XX,+{name}").kind == "ok"
        assert judge(f"45,XY,-{name}").kind == "ok"
