"""How many chromosomes a cell line must have, worked out from what it says."""

from __future__ import annotations

from typing import Final

from core.domain.bands import AUTOSOMES
from core.iscn.ploidy import ploidy_of
from core.iscn.tree import Abnormality, CellLine, Karyotype

_SEX: Final = ("X", "Y")
_EXCHANGES: Final = ("t", "ins")
_UNCOUNTED: Final = ("dmin", "ace", "min")
_MOST_READINGS: Final = 64


def totals_of(karyotype: Karyotype) -> tuple[frozenset[int] | None, ...]:
    """Possible numbers of chromosomes of each line; None where the string leaves it open."""
    known: list[frozenset[int] | None] = []
    for line in karyotype.lines:
        known.append(_total(line, known))
    return tuple(known)


def _total(line: CellLine, known: list[frozenset[int] | None]) -> frozenset[int] | None:
    if line.incomplete:
        return None
    if line.stemline is not None:
        index = (line.stemline.number or 1) if line.stemline.kind == "sdl" else 0
        stem = known[index] if index < len(known) else None
        if stem is None:
            return None
        totals = {total * line.stemline.copies for total in stem}
    else:
        totals = {level_of(line) * len(AUTOSOMES) + _letters(line)}
    return _worked_out(totals, line)


def level_of(line: CellLine) -> int:
    """Number of haploid sets that the changes are described against.

    Without `<2n>` it follows from the count; a line near 3n or 4n with two sex chromosomes whose gains
    lead there from 2n is described against 2n, as hyperdiploid leukaemias often are.
    """
    level = ploidy_of(line)
    if line.count.ploidy or level < 3 or line.sex is None or len(line.sex.letters) > 2:
        return level
    totals = _worked_out({2 * len(AUTOSOMES) + _letters(line)}, line)
    fits = totals is not None and any(line.count.low <= total <= line.count.high for total in totals)
    return 2 if fits else level


def _worked_out(totals: set[int], line: CellLine) -> frozenset[int] | None:
    for change in line.abnormalities:
        effects = effect_of(change, line)
        totals = {total + effect for total in totals for effect in effects}
        if len(totals) > _MOST_READINGS:
            return None
    return frozenset(totals)


def _letters(line: CellLine) -> int:
    if line.sex is None:
        return 0
    if "?" in line.sex.letters or "U" in line.sex.letters:
        return max(ploidy_of(line), 1)
    return len(line.sex.letters)


def effect_of(change: Abnormality, line: CellLine) -> set[int]:
    """By how much a change may alter the number of chromosomes; several for `~`, `?` and `or`."""
    effects = _one(change, line)
    for alternative in change.alternatives:
        effects |= _one(alternative, line)
    return effects


def _one(change: Abnormality, line: CellLine) -> set[int]:
    low, high = change.amount or (1, 1)
    amounts = range(low * change.multiplier, min(high, 40) * change.multiplier + 1)
    if change.kind in _UNCOUNTED:
        return {0}
    if change.is_numerical:
        if change.sign == "-" and _is_shown_by_letters(change, line):
            return {0}
        step = {"+": 1, "-": -1, "": 0}[change.sign]
        effects = {step * amount for amount in amounts}
        return effects | {0} if change.uncertain else effects
    if change.sign == "+":
        return {amount * _products(change) for amount in amounts}
    if change.sign == "-":
        return {-amount for amount in amounts}
    if change.kind == "variant":
        return {0, 1} if change.names[0] in _SEX else {0}
    if change.kind == "tas":
        return {0, 1 - len(change.names)}
    if change.kind in ("upd", "mar", "r") and not change.breakpoints and not change.names:
        return {0}
    if change.kind == "upd":
        return {0}
    return {(_products(change) - _replaced(change, line)) * change.multiplier}


def _products(change: Abnormality) -> int:
    return len(change.names) if change.kind in _EXCHANGES else 1


def _replaced(change: Abnormality, line: CellLine) -> int:
    """Chromosomes that a change takes the place of; the letters never count changed X and Y."""
    if line.stemline is not None:
        return len(change.names)
    return sum(name not in _SEX for name in change.names)


def _is_shown_by_letters(change: Abnormality, line: CellLine) -> bool:
    """`45,X,-Y`: the letters are what is left."""
    constitutional = line.sex is not None and line.sex.constitutional
    return change.names[0] in _SEX and line.stemline is None and not constitutional
