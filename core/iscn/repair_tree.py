"""Repairs of karyotypes that can be read and make no sense: order, arms, bands, letters, count."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from core.domain.bands import (
    ACROCENTRICS,
    CLASSES,
    band_names,
    breakpoint_fraction,
    centromere_fraction,
    is_band,
)
from core.iscn.order import canonical, chromosome_rank
from core.iscn.rules.breakpoints import SHAPES
from core.iscn.tally import totals_of
from core.iscn.tree import Abnormality, Breakpoint, CellLine, Count, Karyotype, SexComplement, Sign

TreeRepair = Callable[[Karyotype], Karyotype]


def _each_change(karyotype: Karyotype, mend: Callable[[Abnormality], Abnormality]) -> Karyotype:
    def deep(change: Abnormality) -> Abnormality:
        mended = mend(change)
        return replace(
            mended,
            parts=tuple(deep(part) for part in mended.parts),
            alternatives=tuple(deep(other) for other in mended.alternatives),
        )

    lines = tuple(
        replace(line, abnormalities=tuple(deep(change) for change in line.abnormalities))
        for line in karyotype.lines
    )
    return replace(karyotype, lines=lines)


def _each_line(karyotype: Karyotype, mend: Callable[[CellLine], CellLine]) -> Karyotype:
    return replace(karyotype, lines=tuple(mend(line) for line in karyotype.lines))


def bands_apart(karyotype: Karyotype) -> Karyotype:
    """`del(5q31)` is del(5)(q31), `i(17q)` is i(17)(q10)."""

    def mend(change: Abnormality) -> Abnormality:
        if change.breakpoints or change.detail or not any(locus.attached for locus in change.chromosomes):
            return change
        if change.kind not in SHAPES:
            return change
        groups = []
        for locus in change.chromosomes:
            band = locus.attached
            if band in ("p", "q") and change.kind in ("i", "rob", "ider"):
                band += "10"
            groups.append((Breakpoint(text=band, at=locus.at),) if band else ())
        plain = tuple(replace(locus, attached="") for locus in change.chromosomes)
        return replace(change, chromosomes=plain, breakpoints=tuple(groups))

    return _each_change(karyotype, mend)


def chromosomes_ordered(karyotype: Karyotype) -> Karyotype:
    """`t(22;9)(q11.2;q34)` is t(9;22)(q34;q11.2)."""

    def mend(change: Abnormality) -> Abnormality:
        if change.kind not in ("t", "rob", "dic", "der", "tas") or len(change.names) < 2:
            return change
        count = len(change.names)
        lowest = min(range(count), key=lambda index: chromosome_rank(change.names[index]))
        path = [(lowest + step) % count for step in range(count)]
        groups = change.breakpoints
        return replace(
            change,
            chromosomes=tuple(change.chromosomes[index] for index in path),
            breakpoints=tuple(groups[index] for index in path) if len(groups) == count else groups,
        )

    return _each_change(karyotype, mend)


def short_arm_first(karyotype: Karyotype) -> Karyotype:
    """`inv(9)(q13p12)` is inv(9)(p12q13), `del(5)(q33q13)` is del(5)(q13q33)."""

    def mend(change: Abnormality) -> Abnormality:
        if change.kind not in ("inv", "del", "r") or len(change.breakpoints) != 1:
            return change
        group = change.breakpoints[0]
        if len(group) != 2 or change.names[0] not in CLASSES:
            return change
        if {point.arm for point in group} == {"p", "q"}:
            ordered = sorted(group, key=lambda point: point.arm)
        elif all(point.band and is_band(change.names[0], point.band) for point in group):
            ordered = sorted(group, key=lambda point: _distance(change.names[0], point.band or ""))
        else:
            return change
        return replace(change, breakpoints=(tuple(ordered),))

    return _each_change(karyotype, mend)


def _distance(chromosome: str, band: str) -> float:
    return abs(breakpoint_fraction(chromosome, band, 850) - centromere_fraction(chromosome, 850))


def one_break_to_the_end(karyotype: Karyotype) -> Karyotype:
    """`del(5)(q31qter)` is del(5)(q31)."""

    def mend(change: Abnormality) -> Abnormality:
        if change.kind != "del" or len(change.breakpoints) != 1 or len(change.breakpoints[0]) != 2:
            return change
        inner = tuple(p for p in change.breakpoints[0] if p.band not in ("pter", "qter"))
        return replace(change, breakpoints=(inner,)) if len(inner) == 1 else change

    return _each_change(karyotype, mend)


def nearest_bands(karyotype: Karyotype) -> Karyotype:
    """A band that does not exist becomes the nearest one that does."""

    def mend(change: Abnormality) -> Abnormality:
        groups = []
        for locus, group in zip(change.chromosomes, change.breakpoints, strict=False):
            groups.append(tuple(_nearest(locus.name, point) for point in group))
        return replace(change, breakpoints=(*groups, *change.breakpoints[len(groups) :]))

    return _each_change(karyotype, mend)


def groups_of_breakpoints(karyotype: Karyotype) -> Karyotype:
    """`inv(9)(p12;q13)` and `inv(9)(p12~q13)` are inv(9)(p12q13), `t(1;2)(q21q31)` t(1;2)(q21;q31)."""

    def mend(change: Abnormality) -> Abnormality:
        points = [point for group in change.breakpoints for point in group]
        if change.kind in ("inv", "del", "dup", "trp", "r") and len(change.names) == 1:
            if len(points) == 1 and len(points[0].bands) == 2 and change.kind != "del":
                points = [replace(points[0], text=band) for band in points[0].bands]
            return replace(change, breakpoints=(tuple(points),)) if points else change
        if change.kind in ("t", "dic", "rob") and len(points) == len(change.names) != len(change.breakpoints):
            return replace(change, breakpoints=tuple((point,) for point in points))
        return change

    return _each_change(karyotype, mend)


def _nearest(chromosome: str, point: Breakpoint) -> Breakpoint:
    if chromosome not in CLASSES or point.band is None or (point.uncertain and len(point.bands) != 1):
        return point
    if is_band(chromosome, point.band):
        return point
    return replace(point, text=nearest_band_name(chromosome, point.band) or point.text)


def nearest_band_name(chromosome: str, band: str) -> str | None:
    """The existing designation that a mistyped one comes nearest to, on the same arm where it has one.

    A band too fine gives its parent (`9q34.9` gives q34), a number that is too high the last band of the
    arm (`9q35` gives q34).
    """
    if chromosome not in CLASSES or not band:
        return None
    dotless = band.replace(".", "")
    regrouped = f"{dotless[:3]}.{dotless[3:]}" if len(dotless) > 3 else dotless
    if is_band(chromosome, regrouped):
        return regrouped
    parent = band
    while len(parent) > 3:
        parent = parent[:-1].removesuffix(".")
        if is_band(chromosome, parent) and len(parent) >= 3:
            return parent
    if band[0] in "pq" and band[1:].isdigit():
        names = [name for name in band_names(chromosome) if name[0] == band[0] and name[1:].isdigit()]
        whole = [name for name in names if len(name) == 3 and not name.endswith("10")]
        below = [name for name in whole if int(name[1:]) <= int(band[1:])]
        if below or whole:
            return max(below, key=lambda name: int(name[1:])) if below else min(whole)
    near = difflib.get_close_matches(band, sorted(band_names(chromosome)), n=1, cutoff=0.5)
    return near[0] if near else None


def centromere_bands(karyotype: Karyotype) -> Karyotype:
    """Isochromosomes and Robertsonian changes break at p10 or q10."""

    def mend(change: Abnormality) -> Abnormality:
        if change.kind not in ("i", "rob", "ider"):
            return change
        groups = tuple(
            tuple(replace(point, text=f"{point.arm}10") if point.arm else point for point in group)
            for group in change.breakpoints
        )
        return replace(change, breakpoints=groups)

    return _each_change(karyotype, mend)


def whole_arm_derivative(karyotype: Karyotype) -> Karyotype:
    """`45,XX,t(13;14)(q10;q10)` is der(13;14)(q10;q10)."""

    def mend(change: Abnormality) -> Abnormality:
        if (
            change.kind != "t"
            or len(change.names) != 2
            or any(name not in ACROCENTRICS for name in change.names)
        ):
            return change
        return replace(change, kind="der")

    def line(cell_line: CellLine) -> CellLine:
        return (
            cell_line
            if cell_line.count.low != 45
            else _each_change(replace(karyotype, lines=(cell_line,)), mend).lines[0]
        )

    return centromere_of_derivatives(_each_line(karyotype, line))


def centromere_of_derivatives(karyotype: Karyotype) -> Karyotype:
    """`der(13;14)(q11;q11)` of two acrocentrics is der(13;14)(q10;q10)."""

    def mend(change: Abnormality) -> Abnormality:
        acrocentric = len(change.names) == 2 and all(name in ACROCENTRICS for name in change.names)
        if change.kind != "der" or not acrocentric or change.parts:
            return change
        groups = tuple(
            tuple(replace(point, text="q10") for point in group[:1]) for group in change.breakpoints
        )
        return replace(change, breakpoints=groups)

    return _each_change(karyotype, mend)


def in_canonical_order(karyotype: Karyotype) -> Karyotype:
    """Changes by chromosome, normal line last."""
    return canonical(karyotype)


def letters_of_sex(karyotype: Karyotype) -> Karyotype:
    """X before Y, one letter less for a changed X or Y: `46,XX,i(X)(q10)` is `46,X,i(X)(q10)`."""

    def mend(line: CellLine) -> CellLine:
        if line.sex is None:
            return line
        letters = "".join(sorted(line.sex.letters))
        for change in line.abnormalities:
            changed = [name for name in change.names if name in ("X", "Y")]
            loses = change.is_numerical and change.sign == "-"
            if (change.is_numerical and not loses) or change.sign == "+":
                continue
            exchanged = change.kind in ("t", "ins")
            for name in changed if exchanged else changed[:1]:
                letters = letters.replace(name, "", 1) if len(letters) > 1 or exchanged else letters
        return replace(
            line,
            sex=SexComplement(letters=letters, constitutional=line.sex.constitutional) if letters else None,
        )

    return _each_line(karyotype, mend)


def count_as_counted(karyotype: Karyotype) -> Karyotype:
    """The number of chromosomes that the changes make."""
    lines = []
    for line, totals in zip(karyotype.lines, totals_of(karyotype), strict=True):
        if totals and len(totals) == 1 and not line.count.is_range:
            (total,) = totals
            line = replace(
                line, count=Count(low=total, high=total, ploidy=line.count.ploidy, at=line.count.at)
            )
        lines.append(line)
    return replace(karyotype, lines=tuple(lines))


def signs_of_chromosomes(karyotype: Karyotype) -> Karyotype:
    """`47,XX,21` is `47,XX,+21`, `47,XX,mar` is `47,XX,+mar`."""

    def mend(line: CellLine) -> CellLine:
        sign: Sign = "+" if line.count.low > 46 else "-"
        return replace(
            line,
            abnormalities=tuple(
                replace(change, sign="+" if change.kind == "mar" else sign)
                if (change.is_numerical or change.kind == "mar") and not change.sign
                else replace(change, sign="")
                if change.kind in ("dmin", "t")
                else change
                for change in line.abnormalities
            ),
        )

    return _each_line(karyotype, mend)


def prefix_as_needed(karyotype: Karyotype) -> Karyotype:
    """`mos` before a single line goes."""
    return replace(karyotype, prefix="") if len(karyotype.lines) < 2 else karyotype


def sex_chromosomes_added(karyotype: Karyotype) -> Karyotype:
    """`47,+21` lacks the sex chromosomes: undisclosed ones are written U."""

    def mend(line: CellLine) -> CellLine:
        if line.sex is not None or line.stemline is not None:
            return line
        return replace(line, sex=SexComplement(letters="U"))

    return _each_line(karyotype, mend)


TREE_REPAIRS: Final[tuple[TreeRepair, ...]] = (
    bands_apart, groups_of_breakpoints, one_break_to_the_end, short_arm_first, chromosomes_ordered,
    nearest_bands, centromere_bands, signs_of_chromosomes, prefix_as_needed, whole_arm_derivative,
    in_canonical_order, letters_of_sex, count_as_counted, sex_chromosomes_added,
)  # fmt: skip
