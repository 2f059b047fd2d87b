"""What one cell has more or less than the normal complement, and cell lines written from such changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal

from core.analysis.numerical import constitution_of, markers_of
from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN
from core.domain.finding import FindingKind
from core.domain.judgement import FindingAnswer
from core.domain.metaphase import Metaphase
from core.iscn.cell_writer import line_of_cell
from core.iscn.order import in_order
from core.iscn.parser import IscnSyntaxError, parse_change
from core.iscn.tree import NUMERICAL, Abnormality, CellLine, Locus, SexComplement
from core.iscn.writer import write_abnormality

Change = tuple[str, int]
"""A class (or "mar") and which chromosome more (+1, +2) or fewer (-1); or the ISCN text of a structural
change, and 0."""
Sexes = tuple[int, int]
"""Numbers of X and Y."""
Rules = Literal["constitutional", "neoplastic"]
MARKER: Final = "mar"
_STAY: Final = ("t", "ins")
_NO_CHROMOSOMES: Final = ("dmin", "ace", "min", "fra", "upd", "variant", "tas")


def changes_of(cell: Metaphase, base: Sexes) -> frozenset[Change]:
    """Deviations of one cell from the normal complement; each step is a change of its own.

    What people state of the structure takes part, and explains numbers: with `rob(13;14)(q10;q10)` no
    chromosome is missing. Gains and losses that a person rejected do not.
    """
    counts = constitution_of(cell)
    stated = tuple(one for one in (parsed(change.text) for change in cell.changes) if one is not None)
    changes: set[Change] = {(write_abnormality(one), 0) for one in stated}
    if stated:
        line = line_of_cell(counts, stated, markers=len(markers_of(cell)))
        left: Counter[str] = Counter()
        for one in line.abnormalities:
            if one.kind == NUMERICAL:
                left[one.names[0]] += 1 if one.sign == "+" else -1
            elif one.kind == MARKER:
                left[MARKER] += one.amount[0] if one.amount else 1
        for name in (*AUTOSOMES, MARKER):
            changes |= steps(name, left[name])
    else:
        for name in AUTOSOMES:
            changes |= steps(name, counts[name] - 2)
        changes |= steps(MARKER, len(markers_of(cell)))
    changes |= steps("X", counts["X"] - base[0])
    changes |= steps("Y", counts["Y"] - base[1])
    return frozenset(changes) - _rejected(cell, changes)


def _rejected(cell: Metaphase, changes: Iterable[Change]) -> set[Change]:
    no = {
        (one.kind, name)
        for one in cell.judgements
        if one.answer is FindingAnswer.REJECTED
        for name in one.chromosomes
    }
    return {
        (name, step)
        for name, step in changes
        if step and (FindingKind.GAIN if step > 0 else FindingKind.LOSS, name) in no
    }


def steps(name: str, difference: int) -> set[Change]:
    """Changes of a class that is off by that number."""
    sign = 1 if difference > 0 else -1
    return {(name, sign * step) for step in range(1, abs(difference) + 1)}


@lru_cache(maxsize=512)
def parsed(text: str) -> Abnormality | None:
    """One change from its ISCN text; None where it cannot be read."""
    try:
        return replace(parse_change(text), cells=None)
    except IscnSyntaxError:
        return None


def change_of(text: str) -> Change | None:
    """The change that a text such as "+8", "-7", "+mar" or "t(9;22)(q34;q11.2)" means."""
    one = parsed(text)
    if one is None:
        return None
    if one.kind in (NUMERICAL, MARKER):
        name = MARKER if one.kind == MARKER else one.names[0]
        return (name, -1 if one.sign == "-" else 1)
    return (write_abnormality(one), 0)


def said(change: Change) -> str:
    """A change in ISCN: "+8", "-7", "t(9;22)(q34;q11.2)"."""
    name, step = change
    return name if step == 0 else f"{'+' if step > 0 else '-'}{name}"


def in_writing_order(changes: Iterable[Change]) -> list[Change]:
    """Changes as a karyotype lists them."""
    order = {name: place for place, name in enumerate(("X", "Y", *AUTOSOMES, MARKER))}

    def rank(change: Change) -> tuple[int, int, str]:
        one = parsed(change[0]) if change[1] == 0 else None
        name = one.names[0] if one is not None and one.names else change[0]
        return order.get(name, len(order)), change[1], change[0]

    return sorted(changes, key=rank)


def line_of(
    changes: Collection[Change],
    base: Sexes,
    *,
    rules: Rules,
    born: str,
    inborn: Sequence[str] = (),
) -> CellLine:
    """Cell line that has exactly these changes.

    Parameters
    ----------
    changes
        Without those in `inborn`.
    base
        X and Y that the patient was born with.
    born
        The same as letters.
    inborn
        Changes that stand in every line and carry `c`.
    """
    own = [one for one in map(change_of, inborn) if one is not None]
    everything = [*changes, *(one for one in own if one[0] not in ("X", "Y") or one[1] == 0)]
    structural = [one for one in (parsed(text) for text, step in everything if step == 0) if one is not None]
    counts = _counts(everything, structural, base)
    line = line_of_cell(
        counts,
        structural,
        markers=sum(1 for name, _ in everything if name == MARKER),
        context=rules,
        expected_sex=born,
    )
    if not own:
        return line
    marked = list(line.abnormalities)
    for name, step in own:
        wanted = (
            Abnormality(kind=NUMERICAL, sign="+" if step > 0 else "-", chromosomes=(Locus(name=name),))
            if step
            else parsed(name)
        )
        if wanted in marked:
            marked[marked.index(wanted)] = replace(wanted, origin="c")
    sex = line.sex
    if sex is not None and any(name in ("X", "Y") and step for name, step in own):
        sex = SexComplement(letters=sex.letters, constitutional=True)
    return replace(line, abnormalities=in_order(marked), sex=sex)


def _counts(changes: Iterable[Change], structural: Iterable[Abnormality], base: Sexes) -> Mapping[str, int]:
    counts = dict.fromkeys(CLASSES, 2) | {"X": base[0], "Y": base[1], UNKNOWN: 0}
    for name, step in changes:
        if step and name in CLASSES:
            counts[name] += 1 if step > 0 else -1
    for one in structural:
        names = [name for name in one.names if name in CLASSES]
        if one.kind in _NO_CHROMOSOMES or not names:
            continue
        if one.sign == "-":
            counts[names[0]] -= 1
            continue
        # A translocation leaves all its chromosomes, anything else fuses those that it names.
        carriers = names if one.kind in _STAY else names[:1]
        for name in carriers:
            counts[name] += 1
        if not one.sign:
            for name in names:
                counts[name] -= 1
    return {name: max(number, 0) for name, number in counts.items()}
