"""Where a written karyotype and the pictures say different things (FEATURES, KN7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.analysis.numerical import constitution_of, markers_of, why_no_karyotype
from core.domain.bands import CLASSES, UNKNOWN
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.iscn.constitution import ConstitutionError, constitutions_of
from core.iscn.tally import totals_of
from core.iscn.tree import NUMERICAL, CellLine, Karyotype
from core.iscn.writer import write_abnormality, write_line

_NUMBERS: Final = {0: "none", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
_MOST_CLASSES: Final = 4


class Place(StrEnum):
    """Where a contradiction can be mended; the fields of a case bear their names."""

    PICTURES = "pictures"
    COMMENT = "comment"
    EDITION = "edition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One place where the string and the rest of the case differ.

    Parameters
    ----------
    text
        What differs, in words.
    cells
        Those it can be seen in; empty where none shows what is written.
    classes
        The chromosomes concerned.
    place
        Where to look at it.
    words
        The words of the comment that are meant.
    """

    text: str
    cells: tuple[CellId, ...] = ()
    classes: tuple[str, ...] = ()
    place: Place = Place.PICTURES
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """What one cell line of the string asks of a picture; `counts` is None where it leaves that open."""

    text: str
    line: CellLine
    totals: frozenset[int] | None
    counts: Mapping[str, int] | None


def contradictions_of_cell(karyotype: Karyotype, cell: Metaphase) -> tuple[Contradiction, ...]:
    """Compare a string with one cell.

    Parameters
    ----------
    karyotype
        As written; the cell has to fit one of its lines.
    cell
        As it stands; one without a karyotype of its own (`why_no_karyotype`) contradicts nothing.

    Returns
    -------
    tuple of Contradiction
        Empty when it fits, else what separates it from the nearest line.
    """
    if why_no_karyotype(cell) is not None:
        return ()
    lines = _expected(karyotype)
    shown = _counts(cell)
    if any(_fits(line, shown) for line in lines):
        return ()
    nearest = min(lines, key=lambda line: _distance(line, shown))
    written = nearest.text if len(lines) > 1 else "the string"
    if nearest.counts is None:
        wanted = " or ".join(str(total) for total in sorted(nearest.totals or ()))
        text = f"{written} asks for {wanted} chromosomes, this cell has {cell.count}"
        return (Contradiction(text=text, cells=(cell.id,)),)
    differing = [name for name in shown if shown[name] != nearest.counts.get(name, 0)]
    total = sum(nearest.counts.values())
    parts = []
    if total != cell.count:
        parts.append(f"{written} says {total} chromosomes, this cell has {cell.count}")
    for name in differing[:_MOST_CLASSES]:
        asked, there = nearest.counts.get(name, 0), shown[name]
        parts.append(f"{_class_words(name)}: {_number(asked)} in {written}, {_number(there)} in this cell")
    if len(differing) > _MOST_CLASSES:
        parts.append(f"and {len(differing) - _MOST_CLASSES} more classes")
    return (Contradiction(text="; ".join(parts), cells=(cell.id,), classes=tuple(differing)),)


def contradictions_of_case(karyotype: Karyotype, cells: Sequence[Metaphase]) -> tuple[Contradiction, ...]:
    """Compare a string with all cells of a case.

    Parameters
    ----------
    karyotype
        As written.
    cells
        All cells; those without a karyotype of their own are passed over.

    Returns
    -------
    tuple of Contradiction
        Lines that no cell or fewer cells than written show, and two or more cells of one constitution
        that the string does not name. A single deviating cell may be chance and is no contradiction.
        The classes are those in which the line and the cells nearest to it differ.
    """
    usable = _usable(cells)
    if not usable:
        return ()
    found: list[Contradiction] = []
    lines = _expected(karyotype)
    for line in lines:
        fitting = tuple(cell.id for cell, shown in usable if _fits(line, shown))
        number = line.line.cells
        if not fitting:
            nearest = min((shown for _, shown in usable), key=lambda shown: _distance(line, shown))
            found.append(Contradiction(text=f"no cell shows {line.text}", classes=_differing(line, nearest)))
        elif number is not None and not number.composite and number.low > len(fitting):
            found.append(
                Contradiction(
                    text=f"{line.text}: {number.low} cells in the string, {len(fitting)} in the pictures",
                    cells=fitting,
                    classes=_named(line.line),
                )
            )
    others: dict[tuple[tuple[str, int], ...], list[Metaphase]] = {}
    for cell, shown in usable:
        if not any(_fits(line, shown) for line in lines):
            others.setdefault(tuple(shown.items()), []).append(cell)
    for numbers, alike in others.items():
        if len(alike) > 1 and lines:
            what, shown = _short(alike[0]), dict(numbers)
            nearest_line = min(lines, key=lambda line: _distance(line, shown))
            found.append(
                Contradiction(
                    text=f"{len(alike)} cells show {what}, which the string does not say",
                    cells=tuple(cell.id for cell in alike),
                    classes=_differing(nearest_line, shown),
                )
            )
    return tuple(found)


def cells_of_lines(karyotype: Karyotype, cells: Sequence[Metaphase]) -> tuple[int | None, ...]:
    """Number of cells that fit each line of a string by their numbers; None where lines cannot be told apart.

    Lines that differ by structure alone are told apart by the changes that people stated.
    """
    lines = _expected(karyotype)
    numbers = [0] * len(lines)
    for cell, shown in _usable(cells):
        fitting = [at for at, line in enumerate(lines) if _fits(line, shown)]
        if len(fitting) > 1:
            own = {change.text for change in cell.changes}
            told = [at for at in fitting if _structures(lines[at].line) == own]
            if len(told) != 1:
                return (None,) * len(lines)
            fitting = told
        if fitting:
            numbers[fitting[0]] += 1
    return tuple(numbers)


def line_of_cell(karyotype: Karyotype, cell: Metaphase) -> int:
    """Place of the line that a cell belongs to: by its numbers, among equals by its stated changes.

    Raises
    ------
    ValueError
        The karyotype has no lines.
    """
    lines = _expected(karyotype)
    shown, own = _counts(cell), {change.text for change in cell.changes}
    places = range(len(lines))
    return min(places, key=lambda at: (_distance(lines[at], shown), len(own ^ _structures(lines[at].line))))


def _usable(cells: Sequence[Metaphase]) -> list[tuple[Metaphase, Mapping[str, int]]]:
    """Cells with a karyotype of their own, and their numbers."""
    return [(cell, _counts(cell)) for cell in cells if why_no_karyotype(cell) is None]


def _named(line: CellLine) -> tuple[str, ...]:
    """The chromosomes that the changes of a line name."""
    named = (name for change in line.abnormalities for name in change.names)
    return tuple(dict.fromkeys(name for name in named if name in CLASSES))


def _differing(line: _Expected, shown: Mapping[str, int]) -> tuple[str, ...]:
    """The chromosomes in which a line and the numbers of a cell differ; those it names where they do not."""
    if line.counts is None:
        return _named(line.line)
    return tuple(name for name in shown if shown[name] != line.counts.get(name, 0)) or _named(line.line)


def _structures(line: CellLine) -> set[str]:
    return {
        write_abnormality(change).split("[")[0]
        for change in line.abnormalities
        if change.kind not in (NUMERICAL, "mar", "variant")
    }


def _expected(karyotype: Karyotype) -> tuple[_Expected, ...]:
    totals = totals_of(karyotype)
    counts: list[Mapping[str, int] | None] = [None] * len(karyotype.lines)
    try:
        for at, constitution in enumerate(constitutions_of(karyotype)):
            counts[at] = Counter(chromosome.carrier for chromosome in constitution)
    except ConstitutionError:
        pass  # totals alone are compared
    return tuple(
        _Expected(
            text=write_line(line).split("[")[0],
            line=line,
            totals=totals[at],
            counts=None if _is_open(line) else counts[at],
        )
        for at, line in enumerate(karyotype.lines)
    )


def _is_open(line: CellLine) -> bool:
    """Whether the string leaves numbers open: ranges, doubts, `inc`, composite karyotypes, hidden sex."""
    composite = line.cells is not None and line.cells.composite
    hidden = line.sex is not None and ("?" in line.sex.letters or "U" in line.sex.letters)
    doubtful = any(c.uncertain or c.alternatives or c.amount for c in line.abnormalities)
    return line.incomplete or composite or hidden or doubtful or line.count.is_range


def _fits(line: _Expected, shown: Mapping[str, int]) -> bool:
    if line.counts is not None:
        return all(number == line.counts.get(name, 0) for name, number in shown.items())
    total = sum(shown.values())
    if line.line.count.is_range and line.line.count.low <= total <= line.line.count.high:
        return True
    return line.totals is None or total in line.totals


def _distance(line: _Expected, shown: Mapping[str, int]) -> int:
    if line.counts is not None:
        return sum(abs(number - line.counts.get(name, 0)) for name, number in shown.items())
    return min((abs(sum(shown.values()) - total) for total in line.totals or ()), default=0)


def _counts(cell: Metaphase) -> dict[str, int]:
    return {**constitution_of(cell), UNKNOWN: len(markers_of(cell))}


def _short(cell: Metaphase) -> str:
    """The numbers of a cell in a few words: `47 chromosomes (+8)`."""
    counts = _counts(cell)
    steps = [
        f"{'+' if counts[name] > 2 else '-'}{name}"
        for name in CLASSES[:22]
        for _ in range(abs(counts[name] - 2))
    ]
    sexes = "X" * counts["X"] + "Y" * counts["Y"]
    steps += ["+mar"] * counts[UNKNOWN]
    return ",".join([str(cell.count), sexes or "no X or Y", *steps])


def _class_words(name: str) -> str:
    return "markers" if name == UNKNOWN else f"chromosome {name}"


def _number(number: int) -> str:
    return _NUMBERS.get(number, str(number))
