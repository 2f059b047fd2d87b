"""Numbers, arms and order of the breakpoints of each kind of change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.domain.bands import ACROCENTRICS, CLASSES, breakpoint_fraction, centromere_fraction, is_band
from core.iscn.order import chromosome_rank
from core.iscn.rules.remark import Remark, Rule, Setting, all_changes, changes_of, error, note
from core.iscn.short_form import breakpoints_given
from core.iscn.tree import NUMERICAL, UNIDENTIFIED, VARIANT, Abnormality, Breakpoint, CellLine, Karyotype


@dataclass(frozen=True, slots=True)
class _Shape:
    """Allowed numbers of chromosomes, and of breakpoints in each."""

    chromosomes: tuple[int, int]
    breaks: tuple[int, int]
    name: str


SHAPES: Final[dict[str, _Shape]] = {
    "t": _Shape((2, 9), (1, 2), "a translocation"),
    "del": _Shape((1, 1), (1, 2), "a deletion"),
    "dup": _Shape((1, 1), (2, 2), "a duplication"),
    "trp": _Shape((1, 1), (2, 2), "a triplication"),
    "qdp": _Shape((1, 1), (2, 2), "a quadruplication"),
    "inv": _Shape((1, 1), (2, 2), "an inversion"),
    "i": _Shape((1, 1), (1, 1), "an isochromosome"),
    "ider": _Shape((1, 1), (1, 1), "an isoderivative chromosome"),
    "idic": _Shape((1, 1), (1, 1), "an isodicentric chromosome"),
    "add": _Shape((1, 1), (1, 1), "additional material"),
    "rob": _Shape((2, 2), (1, 1), "a Robertsonian translocation"),
    "dic": _Shape((2, 3), (1, 2), "a dicentric chromosome"),
    "fra": _Shape((1, 1), (1, 1), "a fragile site"),
    "fis": _Shape((1, 1), (1, 1), "a fission"),
    "hsr": _Shape((1, 2), (1, 9), "a homogeneously staining region"),
    "ins": _Shape((1, 2), (1, 3), "an insertion"),
    "trc": _Shape((3, 3), (1, 2), "a tricentric chromosome"),
    "tas": _Shape((2, 9), (1, 1), "a telomeric association"),
    "upd": _Shape((1, 1), (0, 0), "uniparental disomy"),
}  # fmt: skip
_NEEDS_BREAKS: Final = (
    "t", "del", "dup", "trp", "qdp", "inv", "i", "ider", "idic", "add", "rob", "dic", "ins", "fis", "trc",
    "hsr", "fra", "tas",
)  # fmt: skip


def number_of_chromosomes(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """An inversion has one chromosome, a translocation at least two."""
    for change in all_changes(karyotype):
        shape = SHAPES.get(change.kind)
        if shape is None or change.kind in (NUMERICAL, VARIANT):
            continue
        low, high = shape.chromosomes
        if not low <= len(change.names) <= high:
            wanted = str(low) if low == high else f"{low} or {high}" if high < 4 else f"at least {low}"
            word = "chromosome" if low == high == 1 else "chromosomes"
            yield error(change.at, f"{shape.name} has {wanted} {word}, got {len(change.names)}")


def number_of_breakpoints(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Each kind of change has its number of breakpoints."""
    given = breakpoints_given(karyotype)
    in_recombinants = {
        part for change in all_changes(karyotype) if change.kind == "rec" for part in change.parts
    }
    for change in all_changes(karyotype):
        if change.kind in (NUMERICAL, VARIANT):
            continue
        if change.detail:
            if "->" not in change.detail:
                yield error(
                    change.detail_at, f"expected bands such as q13q33 in {change.kind}, got {change.detail}"
                )
            continue
        if not change.breakpoints:
            if (change.kind, change.names) not in given and change not in in_recombinants:
                yield from _no_breakpoints(change)
            continue
        if len(change.breakpoints) != len(change.names):
            yield error(
                change.at,
                f"{change.kind} names {_many(len(change.names), 'chromosome')} "
                f"and {_many(len(change.breakpoints), 'group')} of breakpoints",
            )
            continue
        special = {"ins": _insertion, "trc": _tricentric, "r": _ring, "der": _derivative}.get(change.kind)
        if special is not None:
            yield from special(change)
            continue
        yield from _plain(change)


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _no_breakpoints(change: Abnormality) -> Iterator[Remark]:
    if change.kind not in _NEEDS_BREAKS:
        return
    if any(locus.attached for locus in change.chromosomes):
        yield error(change.at, f"the breakpoints of {change.kind} stand in parentheses of their own")
    elif "?" not in change.names:
        yield error(change.at, f"{change.kind}({';'.join(change.names)}) has no breakpoints")


def _plain(change: Abnormality) -> Iterator[Remark]:
    shape = SHAPES.get(change.kind)
    if shape is None:
        return
    low, high = shape.breaks
    if change.kind in ("t", "dic") and len(change.names) == 2:
        high = 1
    for locus, group in zip(change.chromosomes, change.breakpoints, strict=True):
        if len(group) == 1 and "?" in group[0].text and group[0].band in (None, "p", "q"):
            continue
        if not low <= len(group) <= high:
            wanted = _many(low, "breakpoint") if low == high else f"{low} or {high} breakpoints"
            where = f" in chromosome {locus.name}" if len(change.names) > 1 else ""
            yield error(group[0].at, f"{shape.name} has {wanted}{where}, got {len(group)}")


def _insertion(change: Abnormality) -> Iterator[Remark]:
    numbers = tuple(len(group) for group in change.breakpoints)
    if len(numbers) == 1 and numbers != (3,):
        yield error(change.at, f"an insertion inside one chromosome has 3 breakpoints, got {numbers[0]}")
    unknown = any(point.band is None for group in change.breakpoints for point in group)
    if len(numbers) == 2 and numbers != (1, 2) and not unknown:
        yield error(
            change.at,
            "an insertion has 1 breakpoint in the receiving chromosome and 2 in the giving one, got "
            f"{numbers[0]} and {numbers[1]}",
        )


def _tricentric(change: Abnormality) -> Iterator[Remark]:
    if tuple(len(group) for group in change.breakpoints) != (1, 2, 1):
        yield error(change.at, "a tricentric chromosome has 1, 2 and 1 breakpoints in its three chromosomes")


def _ring(change: Abnormality) -> Iterator[Remark]:
    for group in change.breakpoints:
        if len(group) == 2 or group[0].text == "?":
            continue
        yield error(group[0].at, f"a ring has 2 breakpoints in each chromosome, got {len(group)}")


def _derivative(change: Abnormality) -> Iterator[Remark]:
    if len(change.names) == 1 and not change.parts:
        yield error(
            change.at, "der with a breakpoint but no change does not say what the chromosome is made of"
        )
    if len(change.names) == 2:
        for group in change.breakpoints:
            if len(group) != 1:
                yield error(group[0].at, f"a whole-arm derivative has 1 breakpoint here, got {len(group)}")


def inversion_order(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Two breaks of one chromosome: short arm before long arm, and the one nearer to the centromere first.

    In duplications the order tells the direction, so only deletions, inversions and rings are held to it.
    """
    for change in all_changes(karyotype):
        if change.kind not in ("inv", "del", "r") or len(change.names) != 1 or not change.breakpoints:
            continue
        group = change.breakpoints[0]
        if len(group) != 2 or any(point.uncertain for point in group):
            continue
        first, second = group
        if first.arm == "q" and second.arm == "p":
            yield error(first.at, f"the short arm comes first in {change.kind}")
        elif first.arm == second.arm and change.kind != "r":
            far, near = _distance(change, first), _distance(change, second)
            if far is None or near is None or far <= near:
                continue
            what = f"the breakpoint nearer to the centromere comes first in {change.kind}"
            # Laboratories write short-arm breaks both ways; long-arm ones only outwards.
            yield error(first.at, what) if first.arm == "q" else note(first.at, what)


def _distance(change: Abnormality, point: Breakpoint) -> float | None:
    name = change.names[0]
    if name not in CLASSES or point.band is None or not is_band(name, point.band):
        return None
    return abs(breakpoint_fraction(name, point.band, 850) - centromere_fraction(name, 850))


def centromere_breaks(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Isochromosomes and whole-arm changes break at the centromere, p10 or q10."""
    for change in all_changes(karyotype):
        points = [point for group in change.breakpoints for point in group]
        if change.kind in ("i", "ider", "rob"):
            for point in points:
                if point.band not in ("p10", "q10", None):
                    yield error(point.at, f"{change.kind} breaks at p10 or q10, got {point.text}")
        bands = [point.band for point in points]
        if change.kind in ("t", "der") and len(bands) == 2:
            centromeric = [band in ("p10", "q10") for band in bands]
            if any(centromeric) and not all(centromeric) and all(bands):
                yield error(points[0].at, "a whole-arm exchange breaks at p10 or q10 in both chromosomes")


def robertsonian_chromosomes(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Robertsonian translocations join the long arms of 13, 14, 15, 21 and 22."""
    for change in all_changes(karyotype):
        if change.kind != "rob":
            continue
        for locus in change.chromosomes:
            if locus.name in CLASSES and locus.name not in ACROCENTRICS:
                yield error(locus.at, f"rob joins acrocentric chromosomes, {locus.name} is none")
        for group in change.breakpoints:
            if group[0].band == "p10":
                yield error(group[0].at, "rob joins long arms, q10")


def order_of_chromosomes(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Inside parentheses a sex chromosome comes first, then the lower number.

    A translocation of three or more begins with the lowest; the others follow the path of the pieces.
    Insertions begin with the receiver.
    """
    for change in all_changes(karyotype):
        names = change.names
        if "?" in names or change.modifier == "psu" or len(names) < 2:
            continue
        if change.kind not in ("t", "rob", "dic", "der", "tas", "r"):
            continue
        ranks = [chromosome_rank(name) for name in names]
        wrong = ranks[0] != min(ranks) if len(ranks) > 2 else ranks[0] > ranks[1]
        if wrong:
            yield error(
                change.chromosomes[0].at,
                f"in {change.kind} a sex chromosome comes first, then the lowest number",
            )


def derivative_is_of_its_parts(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A derivative keeps the centromere of a chromosome that took part in its changes."""
    for line in karyotype.lines:
        for change in changes_of(line):
            if change.kind not in ("der", "ider", "rec") or not change.parts or "?" in change.names:
                continue
            taking_part = {name for part in change.parts for name in part.names}
            for locus in change.chromosomes:
                if locus.name not in taking_part and "?" not in taking_part:
                    yield error(
                        locus.at, f"chromosome {locus.name} has no part in the changes of this {change.kind}"
                    )


def _is_pericentric(change: Abnormality) -> bool:
    arms = {point.arm for point in change.breakpoints[0]}
    return arms == {"p", "q"}


def acentric(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """No change may leave a chromosome without a centromere, or lose nothing at all."""
    for change in all_changes(karyotype):
        if not change.breakpoints or len(change.names) != 1:
            continue
        group = change.breakpoints[0]
        if any(point.band is None for point in group):
            continue
        if change.kind == "del" and len(group) == 2 and _is_pericentric(change):
            yield error(group[0].at, "a deletion from one arm into the other would lose the centromere")
        if change.kind == "del" and len(group) == 1 and group[0].band in ("pter", "qter"):
            yield error(group[0].at, "a deletion at the end of the chromosome loses nothing")
        if change.kind in ("del", "inv") and len(group) == 2:
            yield from _at_the_end(change, group)
        if change.kind in ("dup", "trp", "qdp") and len(group) == 2 and _is_pericentric(change):
            yield note(group[0].at, f"{change.kind} from one arm into the other would double the centromere")
        if change.kind == "ins" and len(group) == 3:
            yield from _inside_itself(change, group)
        if change.kind == "r" and len(group) == 2 and not _is_pericentric(change):
            arms = {point.arm for point in group}
            if arms in ({"p"}, {"q"}) and not any(point.band in ("p10", "q10") for point in group):
                yield error(group[0].at, "a ring of one arm would have no centromere")


def _at_the_end(change: Abnormality, group: tuple[Breakpoint, ...]) -> Iterator[Remark]:
    for point in group:
        if point.band in ("pter", "qter"):
            what = (
                "a deletion up to the end of the chromosome has one breakpoint, the inner one"
                if change.kind == "del"
                else f"nothing breaks at the end of the chromosome, got {point.text}"
            )
            yield error(point.at, what)
            return


def _inside_itself(change: Abnormality, group: tuple[Breakpoint, ...]) -> Iterator[Remark]:
    name = change.names[0]
    bands = [point.band for point in group]
    if name not in CLASSES or not all(band and is_band(name, band) for band in bands):
        return
    site, first, second = (breakpoint_fraction(name, band or "", 850) for band in bands)
    if min(first, second) < site < max(first, second):
        yield error(group[0].at, "a piece cannot be inserted into itself")


def shortened_form(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`rec(6)dup(6p)` is the place for an arm inside the chromosome's parentheses."""
    for line in karyotype.lines:
        for change in changes_of(line):
            for part in (change, *change.parts):
                inside_rec = part is not change and change.kind == "rec"
                for locus in part.chromosomes:
                    if locus.attached and not inside_rec and part.breakpoints:
                        yield error(
                            locus.at, f"expected chromosome {locus.name} alone, bands stand behind it"
                        )


def _is_composite(line: CellLine) -> bool:
    return line.cells is not None and line.cells.composite


def unidentified_kinds(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A marker is always an additional chromosome; dmin is never counted."""
    for line in karyotype.lines:
        for change in changes_of(line):
            if change.kind not in UNIDENTIFIED or change.chromosomes:
                continue
            lost_again = change.sign == "-" and (line.stemline is not None or _is_composite(line))
            if change.kind in ("mar", "r") and change.sign != "+" and not lost_again:
                what = "a marker" if change.kind == "mar" else "a ring of unknown origin"
                yield error(change.at, f"{what} is an additional chromosome, +{change.kind}")
            if change.amount is not None and change.amount[0] > change.amount[1]:
                yield error(change.at, "a range runs from the lower to the higher number")
            if change.kind == "dmin" and change.sign:
                yield error(change.at, "double minutes are not counted and carry no sign, dmin")


RULES: Final[tuple[Rule, ...]] = (
    number_of_chromosomes, number_of_breakpoints, inversion_order, centromere_breaks,
    robertsonian_chromosomes, order_of_chromosomes, derivative_is_of_its_parts, acentric, shortened_form,
    unidentified_kinds,
)  # fmt: skip
