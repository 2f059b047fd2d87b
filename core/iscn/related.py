"""Cell lines written by what they have more than an earlier one: `idem`, `sl`, `sdl`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Literal

from core.domain.bands import CLASSES
from core.iscn.order import in_order
from core.iscn.tree import NUMERICAL, Abnormality, CellLine, Karyotype, Locus, Sign, Stemline

Word = Literal["idem", "sl"]


def with_stemlines(karyotype: Karyotype, *, word: Word = "idem") -> Karyotype:
    """Shorten every later line that holds all changes of an earlier one.

    `idem` always means the first line. With `sl` a line that goes on from the second or a later one refers
    to it as `sdl1`, `sdl2`. Lines of donors and lines that are shortened already stay as they are.

    References
    ----------
    FEATURES, "ISCN 2024": `idem`/`sl`/`sdl`.
    """
    full = karyotype.lines
    lines: list[CellLine] = []
    for index, line in enumerate(full):
        parents = range(index - 1, -1, -1) if word == "sl" else range(min(index, 1))
        lines.append(next((short for at in parents if (short := _short(full[at], line, at, word))), line))
    return replace(karyotype, lines=tuple(lines))


def _short(parent: CellLine, line: CellLine, at: int, word: Word) -> CellLine | None:
    if parent.donor or line.donor or line.stemline or parent.stemline or not parent.abnormalities:
        return None
    if parent.count.ploidy != line.count.ploidy or parent.sex is None or line.sex is None:
        return None
    more = _beyond(parent, line)
    if more is None:
        return None
    kind: Literal["idem", "sl", "sdl"] = word if at == 0 else "sdl"
    return replace(
        line,
        sex=None,
        stemline=Stemline(kind=kind, number=at if kind == "sdl" else None),
        abnormalities=in_order(more),
    )


def _beyond(parent: CellLine, line: CellLine) -> tuple[Abnormality, ...] | None:
    """Changes of a line beyond those of its parent; None where it lacks one, or has nothing more."""
    left = Counter(_plain(change) for change in line.abnormalities)
    left.subtract(_plain(change) for change in parent.abnormalities)
    if any(number < 0 for number in left.values()):
        return None
    more = [change for change, number in left.items() for _ in range(number)]
    before = Counter(parent.sex.letters if parent.sex else "")
    after = Counter(line.sex.letters if line.sex else "")
    # The letters of a later line are gone, so what it lost or gained of X and Y stands as a change;
    # a loss that the letters showed stands there already.
    shown = Counter(change.names[0] for change in more if change.kind == NUMERICAL and change.sign == "-")
    changed = Counter(
        name for change in more if change.kind != NUMERICAL and not change.sign for name in change.names
    )
    for name in ("X", "Y"):
        difference = after[name] - before[name] + shown[name] + changed[name]
        sign: Sign = "+" if difference > 0 else "-"
        more += [Abnormality(kind=NUMERICAL, sign=sign, chromosomes=(Locus(name=name),))] * abs(difference)
    return tuple(more) if more else None


def _plain(change: Abnormality) -> Abnormality:
    assert all(name in CLASSES or name == "?" for name in change.names)
    return replace(change, cells=None)
