"""Put changes into a karyotype and take them out: order, count and sex letters follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from core.iscn.order import in_order
from core.iscn.rules.remark import Context
from core.iscn.tally import totals_of
from core.iscn.tree import Abnormality, CellLine, CellNumber, Count, Karyotype, SexComplement

_SEX: Final = ("X", "Y")
_BESIDE: Final = ("variant", "upd", "fra", "dmin", "ace", "min", "mar")


def with_change(
    karyotype: Karyotype, line: int, change: Abnormality, *, context: Context | None = None
) -> Karyotype:
    """Add a change to a cell line.

    The count moves by what the change adds or takes. A changed X or Y leaves the letters
    (`46,XX` → `46,X,i(X)(q10)`); a gained or lost one is told by the letters of a constitution, and stands
    as a change in a tumour (`45,X,-Y`).

    Parameters
    ----------
    line
        Place of the cell line.
    context
        Constitutional rules where None is given.
    """
    old = karyotype.lines[line]
    changed = replace(old, abnormalities=in_order((*old.abnormalities, replace(change, cells=None))))
    if change.is_numerical and change.names[0] in _SEX and old.stemline is None:
        changed = _sex_gained_or_lost(old, changed, change, context)
    elif not change.sign and not change.is_numerical and old.stemline is None:
        changed = _letters(changed, change, by=-1)
    return _counted(karyotype, line, changed)


def without_change(karyotype: Karyotype, line: int, index: int) -> Karyotype:
    """Take the change at a place of a cell line out again."""
    old = karyotype.lines[line]
    change = old.abnormalities[index]
    rest = tuple(one for at, one in enumerate(old.abnormalities) if at != index)
    changed = replace(old, abnormalities=rest)
    if old.stemline is None and not change.is_numerical and not change.sign:
        changed = _letters(changed, change, by=1)
    elif old.stemline is None and change.is_numerical and change.sign == "-" and change.names[0] in _SEX:
        changed = _with_letters(changed, Counter(change.names))
    return _counted(karyotype, line, changed)


def with_cell_numbers(karyotype: Karyotype, numbers: Sequence[int | None]) -> Karyotype:
    """Write the numbers of cells of the lines, `[n]`; None takes the number out."""
    lines = tuple(
        replace(line, cells=None if number is None else CellNumber(low=number, high=number))
        for line, number in zip(karyotype.lines, numbers, strict=True)
    )
    return replace(karyotype, lines=lines)


def with_origin(karyotype: Karyotype, line: int, index: int, origin: str) -> Karyotype:
    """Say where a change comes from: `mat`, `pat`, `dn`, `c`, or nothing."""
    return _edited(karyotype, line, index, {"origin": origin})


def with_doubt(karyotype: Karyotype, line: int, index: int, uncertain: bool) -> Karyotype:
    """Write a question mark before a change, or take it away."""
    return _edited(karyotype, line, index, {"uncertain": uncertain})


def _edited(karyotype: Karyotype, line: int, index: int, values: Mapping[str, object]) -> Karyotype:
    old = karyotype.lines[line]
    changes = list(old.abnormalities)
    changes[index] = replace(changes[index], **values)  # type: ignore[arg-type]
    return _counted(karyotype, line, replace(old, abnormalities=tuple(changes)))


def _sex_gained_or_lost(
    old: CellLine, changed: CellLine, change: Abnormality, context: Context | None
) -> CellLine:
    name, number = change.names[0], change.multiplier
    if context == "neoplastic":
        return _with_letters(changed, Counter({name: -number})) if change.sign == "-" else changed
    by = number if change.sign == "+" else -number
    return _with_letters(replace(changed, abnormalities=old.abnormalities), Counter({name: by}))


def _letters(line: CellLine, change: Abnormality, *, by: int) -> CellLine:
    if change.kind in _BESIDE:
        return line
    touched = Counter({name: by * change.names.count(name) * change.multiplier for name in _SEX})
    return _with_letters(line, touched)


def _with_letters(line: CellLine, by: Mapping[str, int]) -> CellLine:
    sex = line.sex
    if sex is None and any(number > 0 for number in by.values()):
        letters = "".join(name * max(by.get(name, 0), 0) for name in _SEX)
        return replace(line, sex=SexComplement(letters=letters))
    if sex is None or set(sex.letters) - set(_SEX):
        return line
    letters = "".join(name * max(sex.letters.count(name) + by.get(name, 0), 0) for name in _SEX)
    return replace(line, sex=replace(sex, letters=letters) if letters else None)


def _counted(karyotype: Karyotype, at: int, changed: CellLine) -> Karyotype:
    """The karyotype with a changed line; its count moves, and those of lines that refer to it."""
    before = totals_of(karyotype)
    lines = list(karyotype.lines)
    lines[at] = changed
    made = replace(karyotype, lines=tuple(lines))
    after = totals_of(made)
    for index, line in enumerate(made.lines):
        old, new = before[index], after[index]
        if old is None or new is None or (index != at and line.stemline is None):
            continue
        low, high = min(new) - min(old), max(new) - max(old)
        if not (low or high):
            continue
        if line.count.low == line.count.high and len(new) == 1:
            low = high = min(new) - line.count.low if line.count.low in old or index == at else low
        count = Count(
            low=max(line.count.low + low, 0), high=max(line.count.high + high, 0),
            ploidy=line.count.ploidy, at=line.count.at,
        )  # fmt: skip
        lines[index] = replace(line, count=count)
    return replace(made, lines=tuple(lines))
