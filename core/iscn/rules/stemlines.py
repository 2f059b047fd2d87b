"""Lines that go on from an earlier one: what they can still lose or change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from core.domain.bands import AUTOSOMES
from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tally import level_of
from core.iscn.tree import Abnormality, CellLine, Karyotype

_SEX: Final = ("X", "Y")
_UNTOUCHED: Final = ("upd", "fra", "tas", "variant", "hsr")


def _parent(karyotype: Karyotype, index: int) -> int | None:
    """Place of the line that a line refers to, None where it refers to none that exists."""
    stemline = karyotype.lines[index].stemline
    if stemline is None:
        return None
    at = (stemline.number or 1) if stemline.kind == "sdl" else 0
    return at if at < index else None


def _normal_chromosomes(karyotype: Karyotype, index: int) -> Counter[str] | None:
    """Unchanged chromosomes of a line at its end; None where they cannot be told."""
    line = karyotype.lines[index]
    if line.incomplete or (line.cells is not None and line.cells.composite):
        return None
    if line.stemline is None:
        if line.sex is None or set(line.sex.letters) - set(_SEX):
            return None
        there = Counter(dict.fromkeys(AUTOSOMES, level_of(line)))
        there.update(line.sex.letters)
        letters_show_losses = not line.sex.constitutional
    else:
        at = _parent(karyotype, index)
        before = _normal_chromosomes(karyotype, at) if at is not None else None
        if before is None:
            return None
        there = Counter({name: number * line.stemline.copies for name, number in before.items()})
        letters_show_losses = False
    for change in line.abnormalities:
        _work_in(there, change, letters_show_losses=letters_show_losses)
    return there


def _work_in(there: Counter[str], change: Abnormality, *, letters_show_losses: bool) -> None:
    if change.uncertain or change.alternatives or change.kind in _UNTOUCHED:
        return
    if change.is_numerical:
        name = change.names[0]
        if change.sign == "+":
            there[name] += change.multiplier
        elif not (letters_show_losses and name in _SEX):
            there[name] -= change.multiplier
    elif not change.sign:
        for name in change.names:
            # The letters of a line show the unchanged X and Y alone.
            if not (letters_show_losses and name in _SEX):
                there[name] -= change.multiplier


def enough_in_a_stemline(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A line cannot lose or change more chromosomes than the line it refers to has left."""
    for index, line in enumerate(karyotype.lines):
        if line.stemline is None:
            continue
        there = _normal_chromosomes(karyotype, index)
        if there is None:
            continue
        short = {name for name, number in there.items() if number < 0}
        for change in line.abnormalities:
            uses = (change.is_numerical and change.sign == "-") or not (change.is_numerical or change.sign)
            names = short & set(change.names) if uses else set()
            if names:
                name = min(names)
                yield error(change.at, f"the line before has no normal {name} left for this")
                short -= names
        if not short and there["X"] < 1 and not _changed_x(karyotype, index):
            yield error(line.stemline.at, "a cell without an X does not live")


def _changed_x(karyotype: Karyotype, index: int) -> bool:
    lines = (karyotype.lines[index], *_ancestors(karyotype, index))
    return any("X" in c.names and not c.is_numerical for line in lines for c in line.abnormalities)


def lost_changes(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """What is lost again was there: `-der(21)t(8;21)`, `-mar`."""
    for index, line in enumerate(karyotype.lines):
        at = _parent(karyotype, index)
        if at is None:
            continue
        had = [change for earlier in _ancestors(karyotype, index) for change in earlier.abnormalities]
        for change in line.abnormalities:
            if change.is_numerical or change.sign != "-":
                continue
            if not any(_gives(earlier, change) for earlier in had):
                shown = f"{change.kind}({';'.join(change.names)})" if change.names else change.kind
                yield error(change.at, f"no earlier line has a {shown} to lose")


def _ancestors(karyotype: Karyotype, index: int) -> Iterator[CellLine]:
    at = _parent(karyotype, index)
    while at is not None:
        yield karyotype.lines[at]
        at = _parent(karyotype, at)


def _gives(earlier: Abnormality, lost: Abnormality) -> bool:
    if earlier.kind == lost.kind and earlier.names == lost.names:
        return earlier.index == lost.index or not lost.index
    # A translocation or insertion leaves derivatives of each of its chromosomes.
    return lost.kind == "der" and earlier.kind in ("t", "ins") and set(lost.names) <= set(earlier.names)


def said_by_the_stemline(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`idem` and `sl` hold the changes of the first line already."""
    for index, line in enumerate(karyotype.lines):
        held = {change for earlier in _ancestors(karyotype, index) for change in earlier.abnormalities}
        for change in line.abnormalities:
            if change in held and not change.sign and line.stemline is not None:
                yield note(
                    change.at, f"{line.stemline.kind} holds this change already; a second copy is written so"
                )


RULES: Final[tuple[Rule, ...]] = (enough_in_a_stemline, lost_changes, said_by_the_stemline)
