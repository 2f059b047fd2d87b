"""Changes that cannot stand together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from core.domain.bands import AUTOSOMES
from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tally import level_of
from core.iscn.tree import UNIDENTIFIED, Abnormality, CellLine, Karyotype


def gained_and_lost(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """The same chromosome cannot be gained and lost in one line."""
    for line in karyotype.lines:
        if line.cells is not None and line.cells.composite:
            continue
        # `+21c,-21`: what a person was born with may be lost by the tumour.
        gained = {
            change.names[0]
            for change in line.abnormalities
            if change.is_numerical and change.sign == "+" and not change.is_constitutional
        }
        for change in line.abnormalities:
            if (
                change.is_numerical
                and change.sign == "-"
                and change.names[0] in gained
                and not change.uncertain
            ):
                yield error(change.at, f"chromosome {change.names[0]} is both gained and lost")


def numerical_has_a_sign(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A chromosome alone says nothing: + or - is needed."""
    for line in karyotype.lines:
        for change in line.abnormalities:
            if change.is_numerical and not change.sign:
                yield error(change.at, f"expected + or - before {change.names[0]}")


def enough_homologs(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """No more homologs can be lost or changed than there are."""
    for line in karyotype.lines:
        if line.stemline is not None or line.incomplete:
            continue
        if line.cells is not None and line.cells.composite:
            continue
        there: Counter[str] = Counter(dict.fromkeys(AUTOSOMES, level_of(line)))
        for change in line.abnormalities:
            if change.is_numerical and change.sign == "+":
                there[change.names[0]] += change.multiplier
        for change in line.abnormalities:
            yield from _use(change, there)


def _use(change: Abnormality, there: Counter[str]) -> Iterator[Remark]:
    if change.uncertain or change.alternatives or change.kind in ("upd", "fra", "tas", "variant", "hsr"):
        return
    if change.is_numerical:
        used = change.names if change.sign == "-" else ()
    else:
        used = () if change.sign else change.names
    for name in used:
        if name not in AUTOSOMES:
            continue
        there[name] -= change.multiplier
        if there[name] < 0:
            yield error(change.at, f"more homologs of chromosome {name} are lost or changed than there are")
            return


def both_homologs_lost(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A cell without any copy of an autosome does not live."""
    for line in karyotype.lines:
        for name, at in _nullisomies(line):
            if setting.context == "constitutional":
                yield error(at, f"a constitution without any chromosome {name} does not live")
            else:
                yield note(at, f"no chromosome {name} is left")


def _nullisomies(line: CellLine) -> Iterator[tuple[str, int]]:
    if line.stemline is not None or level_of(line) != 2 or (line.cells and line.cells.composite):
        return
    lost: Counter[str] = Counter()
    for change in line.abnormalities:
        if change.is_numerical and change.sign == "-":
            lost[change.names[0]] += change.multiplier
            if lost[change.names[0]] == 2 and change.names[0] in AUTOSOMES:
                yield change.names[0], change.at


def signs_of_exchanges(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A translocation or inversion is no chromosome; its derivative can be gained: `+der(22)t(9;22)`."""
    for line in karyotype.lines:
        for change in line.abnormalities:
            if change.kind == "t" and change.sign == "+":
                yield error(change.at, "a translocation cannot be gained, its derivative can, +der")


def replaced_homolog(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`der(7)` alone says that it stands in place of a normal 7; `-7,+der(7)` says it twice."""
    for line in karyotype.lines:
        if line.stemline is not None or (line.cells is not None and line.cells.composite):
            continue
        lost = {c.names[0] for c in line.abnormalities if c.is_numerical and c.sign == "-" and not c.cells}
        for change in line.abnormalities:
            if change.is_numerical or change.sign != "+" or len(change.names) != 1:
                continue
            if change.names[0] in lost and change.kind not in ("fis", "neo", *UNIDENTIFIED[1:]):
                name = change.names[0]
                yield note(
                    change.at,
                    f"-{name},+{change.kind}({name}) is {change.kind}({name}), in place of a {name}",
                )


def said_twice(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Two gains of a whole chromosome are `+8,+8`, two unknown markers `+2mar`."""
    for line in karyotype.lines:
        for change in line.abnormalities:
            if change.is_numerical and change.multiplier > 1:
                step = f"{change.sign}{change.names[0]}"
                yield note(change.at, f"a second one is written out, {step},{step}")
        for before, after in pairwise(line.abnormalities):
            if (
                before.kind in ("mar", "r")
                and not before.chromosomes
                and before == after
                and not before.index
            ):
                yield note(after.at, f"several are written with their number, +2{after.kind}")


def constitutional_monosomy(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Complete monosomy of an autosome is not seen in a person, except beside other lines."""
    if setting.context != "constitutional" or len(karyotype.lines) != 1:
        return
    for change in karyotype.lines[0].abnormalities:
        if change.is_numerical and change.sign == "-" and change.names[0] in AUTOSOMES:
            yield note(
                change.at, f"complete monosomy {change.names[0]} is hardly ever seen in a constitution"
            )


RULES: Final[tuple[Rule, ...]] = (
    gained_and_lost, numerical_has_a_sign, enough_homologs, both_homologs_lost, signs_of_exchanges,
    replaced_homolog, said_twice, constitutional_monosomy,
)  # fmt: skip
