"""From cells to cell lines by the clone rule, and to the karyotype of the case.

Rule (ISCN 2024 as recorded in FEATURES, KN4): a gain or a structural change is clonal in at least two
cells, a loss in at least three. What is not clonal does not enter the karyotype; it is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.analysis.mosaicism import excluded_above
from core.analysis.numerical import (
    assessed_of,
    cell_karyotype,
    constitution_of,
    markers_of,
    named_by_people,
    why_no_karyotype,
)
from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN
from core.domain.case import Context
from core.domain.finding import Assessed, CellLine
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.iscn.writer import write_case, write_cell

_CLONAL_GAIN = 2
_CLONAL_LOSS = 3
_MARKER = "mar"

Counts = dict[str, int]
Change = tuple[str, int]
"""A class (or "mar") and how many more (+) or fewer (-) there are than in the normal complement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKaryotype:
    """What the cells of a case say together.

    Parameters
    ----------
    iscn
        Karyotype of the case, None with the reason in `limits`.
    lines
        Cell lines, clonal ones first.
    non_clonal
        Changes seen in too few cells, in words.
    unused
        Cells that were left out, with the reason.
    mosaicism_excluded_above
        Fraction (0..1) of a second line that the cells exclude at 95 %; None where lines differ.
    limits
        What the result does not say.
    """

    iscn: str | None
    lines: tuple[CellLine, ...]
    non_clonal: tuple[str, ...]
    unused: tuple[tuple[CellId, str], ...]
    mosaicism_excluded_above: float | None
    assessed: Assessed
    limits: tuple[str, ...]


def karyotype_of_case(cells: Sequence[Metaphase], *, context: Context = Context.UNKNOWN) -> CaseKaryotype:
    """Sort cells into cell lines and write the karyotype of the case.

    Parameters
    ----------
    cells
        All cells of the case as they stand; rejected ones, those for counting only and those without a
        karyotype of their own are left out and named.
    context
        Constitutional and unknown: `[n]` only with mosaicism, which starts with "mos"; neoplastic:
        `[n]` always.
    """
    used: list[Metaphase] = []
    unused: list[tuple[CellId, str]] = []
    for cell in cells:
        reason = why_no_karyotype(cell)
        if reason is None:
            used.append(cell)
        else:
            unused.append((cell.id, reason))
    limits = ["structure not assessed by the program: a person has to compare the bands of each pair"]
    if not used:
        limits.insert(0, "no karyotype: no cell could be karyotyped")
        return CaseKaryotype(
            iscn=None,
            lines=(),
            non_clonal=(),
            unused=tuple(unused),
            mosaicism_excluded_above=None,
            assessed=Assessed(numerical=False, structural=False),
            limits=tuple(limits),
        )
    base_sexes = _base_sexes(used)
    changes = {cell.id: _changes_of(cell, base_sexes) for cell in used}
    clonal = _clonal_changes(changes)
    for cell in _telling_nothing(used, changes, clonal):
        used.remove(cell)
        del changes[cell.id]
        unused.append((cell.id, "chromosomes missing: it may have lost the gained one as well"))
    groups = _grouped({cell.id: changes[cell.id] & clonal for cell in used})
    rules: Literal["constitutional", "neoplastic"] = (
        "neoplastic" if context is Context.NEOPLASTIC else "constitutional"
    )
    born = "X" * base_sexes[0] + "Y" * base_sexes[1]
    lines_and_counts = _lines(groups, base_sexes, rules, born)
    lines = tuple(line for line, _ in lines_and_counts)
    non_clonal = _non_clonal(changes, clonal)
    if len(used) < len(cells):
        limits.append(f"{len(cells) - len(used)} of {len(cells)} cells left out")
    iscn: str | None = None
    if len(used) == 1 and changes[used[0].id]:
        only = cell_karyotype(used[0])
        limits.insert(0, f"no karyotype: one cell ({only}) makes no clone, analyse more cells")
        lines = (CellLine(karyotype=only or "", cells=(used[0].id,), clonal=False),)
    else:
        iscn = write_case(
            [(counts, len(line.cells)) for line, counts in lines_and_counts],
            context=rules,
            expected_sex=born,
        )
        if len(used) < 5:
            limits.append(f"based on {len(used)} cell{'s' if len(used) > 1 else ''} only")
    if non_clonal:
        limits.append("changes in single cells are listed, not written")
    return CaseKaryotype(
        iscn=iscn,
        lines=lines,
        non_clonal=non_clonal,
        unused=tuple(unused),
        mosaicism_excluded_above=excluded_above(len(used)) if len(lines) == 1 else None,
        assessed=Assessed(numerical=all(assessed_of(cell).numerical for cell in used), structural=False),
        limits=tuple(limits),
    )


def _telling_nothing(
    cells: Sequence[Metaphase], changes: dict[CellId, frozenset[Change]], clonal: frozenset[Change]
) -> tuple[Metaphase, ...]:
    """Cells without the gain of the clone that miss other chromosomes: no proof of a normal line.

    Whoever confirmed every chromosome of such a cell by hand may count it.
    """
    if not any(step > 0 for _, step in clonal):
        return ()
    return tuple(
        cell
        for cell in cells
        if not changes[cell.id] & clonal
        and any(step < 0 for _, step in changes[cell.id])
        and not named_by_people(cell)
    )


def _changes_of(cell: Metaphase, base_sexes: tuple[int, int]) -> frozenset[Change]:
    """Deviations of one cell from the normal complement; each step is a change of its own."""
    counts = constitution_of(cell)
    changes: set[Change] = set()
    for name in AUTOSOMES:
        changes |= _steps(name, counts[name] - 2)
    changes |= _steps("X", counts["X"] - base_sexes[0])
    changes |= _steps("Y", counts["Y"] - base_sexes[1])
    changes |= _steps(_MARKER, len(markers_of(cell)))
    return frozenset(changes)


def _steps(name: str, difference: int) -> set[Change]:
    sign = 1 if difference > 0 else -1
    return {(name, sign * step) for step in range(1, abs(difference) + 1)}


def _clonal_changes(changes: dict[CellId, frozenset[Change]]) -> frozenset[Change]:
    seen: Counter[Change] = Counter(change for of_cell in changes.values() for change in of_cell)
    return frozenset(
        change for change, cells in seen.items() if cells >= (_CLONAL_GAIN if change[1] > 0 else _CLONAL_LOSS)
    )


def _grouped(changes: dict[CellId, frozenset[Change]]) -> dict[frozenset[Change], list[CellId]]:
    """Cells by their clonal changes; one cell is no clone and joins the line it descends from.

    That line is the one with the most of its changes and none that it lacks; without such a line the
    cell stays by itself.
    """
    groups: dict[frozenset[Change], list[CellId]] = {}
    for cell, change_set in changes.items():
        groups.setdefault(change_set, []).append(cell)
    for change_set in [key for key, cells in groups.items() if key and len(cells) == 1]:
        parents = [key for key, cells in groups.items() if key < change_set and (len(cells) > 1 or not key)]
        if parents:
            groups[max(parents, key=len)] += groups.pop(change_set)
    return groups


def _base_sexes(cells: Sequence[Metaphase]) -> tuple[int, int]:
    """Normal sex complement of the case: XY when at least half of the cells hold a Y, else XX."""
    male = sum(1 for cell in cells if constitution_of(cell)["Y"] > 0)
    return (1, 1) if 2 * male >= len(cells) and male > 0 else (2, 0)


def _lines(
    groups: dict[frozenset[Change], list[CellId]],
    base_sexes: tuple[int, int],
    rules: Literal["constitutional", "neoplastic"],
    born: str,
) -> tuple[tuple[CellLine, Counts], ...]:
    """Cell lines with their constitutions: abnormal ones by size, the normal line last."""
    lines: dict[str, tuple[CellLine, Counts]] = {}
    for change_set, cells in groups.items():
        counts = dict.fromkeys(CLASSES, 2)
        counts["X"], counts["Y"] = _sexes_of(change_set, base_sexes)
        counts[UNKNOWN] = sum(1 for name, _ in change_set if name == _MARKER)
        for name, step in change_set:
            if name in AUTOSOMES:
                counts[name] += 1 if step > 0 else -1
        text = write_cell(counts, context=rules, expected_sex=born)
        before = lines[text][0].cells if text in lines else ()
        line = CellLine(karyotype=text, cells=(*before, *cells), clonal=bool(change_set))
        lines[text] = (line, counts)
    return tuple(sorted(lines.values(), key=lambda entry: (not entry[0].clonal, -len(entry[0].cells))))


def _sexes_of(change_set: frozenset[Change], base: tuple[int, int]) -> tuple[int, int]:
    x, y = base
    for name, step in change_set:
        if name == "X":
            x += 1 if step > 0 else -1
        elif name == "Y":
            y += 1 if step > 0 else -1
    return max(x, 0), max(y, 0)


def _non_clonal(changes: dict[CellId, frozenset[Change]], clonal: frozenset[Change]) -> tuple[str, ...]:
    seen: Counter[Change] = Counter(
        change for of_cell in changes.values() for change in of_cell if change not in clonal
    )
    order = {name: place for place, name in enumerate(("X", "Y", *AUTOSOMES, _MARKER))}
    return tuple(
        f"{'+' if step > 0 else '-'}{name} in {cells} cell{'s' if cells > 1 else ''}"
        for (name, step), cells in sorted(seen.items(), key=lambda entry: (order[entry[0][0]], entry[0][1]))
    )
