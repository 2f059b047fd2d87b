"""From cells to cell lines by the clone rule, and to the karyotype of the case.

Rule (ISCN 2024 as recorded in FEATURES, KN4): a gain or a structural change is clonal in at least two
cells, a loss in at least three. A change that is known from an earlier examination, or that another method
confirmed, counts in one cell; a loss in two cells that share another clonal change counts where the
laboratory says so. In-situ cultures count colonies. What is not clonal does not enter the karyotype; it is
listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.analysis.cell_changes import (
    Change,
    Rules,
    Sexes,
    change_of,
    changes_of,
    in_writing_order,
    line_of,
    said,
)
from core.analysis.mosaicism import excluded_above
from core.analysis.numerical import (
    assessed_of,
    cell_karyotype,
    constitution_of,
    named_by_people,
    why_no_karyotype,
)
from core.analysis.structural import structure_in_words
from core.domain.case import Context
from core.domain.clone_rules import CloneRules
from core.domain.finding import Assessed, CellLine
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.iscn.order import in_order
from core.iscn.related import with_stemlines
from core.iscn.tree import Abnormality, CellNumber, Count, Karyotype
from core.iscn.tree import CellLine as IscnLine
from core.iscn.writer import write, write_line

_CLONAL_GAIN: Final = 2
_CLONAL_LOSS: Final = 3
_LOSS_BESIDE_ANOTHER: Final = 2

Units = Mapping[CellId, str]
"""Cell to the colony (or itself) that counts as one."""


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


def karyotype_of_case(
    cells: Sequence[Metaphase], *, context: Context = Context.UNKNOWN, rules: CloneRules | None = None
) -> CaseKaryotype:
    """Sort cells into cell lines and write the karyotype of the case.

    Parameters
    ----------
    cells
        All cells of the case as they stand; rejected ones, those for counting only and those without a
        karyotype of their own are left out and named.
    context
        Constitutional and unknown: `[n]` only with mosaicism, which starts with "mos"; neoplastic:
        `[n]` always.
    rules
        What the laboratory decided for this case.
    """
    rules = rules or CloneRules()
    used: list[Metaphase] = []
    unused: list[tuple[CellId, str]] = []
    for cell in cells:
        reason = why_no_karyotype(cell)
        if reason is None:
            used.append(cell)
        else:
            unused.append((cell.id, reason))
    limits = [structure_in_words(used)]
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
    inborn = _inborn(rules, context)
    base = _base_sexes(used, inborn)
    own = {cell.id: changes_of(cell, base) for cell in used}
    changes = {cell: found - set(inborn) for cell, found in own.items()}
    units = units_of(used, in_situ=rules.in_situ)
    clonal = clonal_changes(changes, rules, units)
    for cell in _telling_nothing(used, changes, clonal):
        used.remove(cell)
        del changes[cell.id]
        unused.append((cell.id, "chromosomes missing: it may have lost the gained one as well"))
    alone_enough = _alone_enough(rules)
    groups = _grouped({cell.id: changes[cell.id] & clonal for cell in used}, alone_enough)
    writing: Rules = "neoplastic" if context is Context.NEOPLASTIC else "constitutional"
    written = _written(groups, base, writing, rules if context is Context.NEOPLASTIC else CloneRules())
    lines = tuple(
        CellLine(karyotype=write_line(replace(line, cells=None)), cells=members, clonal=bool(found))
        for line, members, found in written
    )
    non_clonal = _non_clonal(changes, clonal)
    if len(used) < len(cells):
        limits.append(f"{len(cells) - len(used)} of {len(cells)} cells left out")
    iscn: str | None = None
    if len(used) == 1 and changes[used[0].id] - alone_enough:
        only = cell_karyotype(used[0])
        limits.insert(0, f"no karyotype: one cell ({only}) makes no clone, analyse more cells")
        lines = (CellLine(karyotype=only or "", cells=(used[0].id,), clonal=False),)
    else:
        iscn = _case_text(written, changes, clonal, context, rules)
        if len(used) < 5:
            limits.append(f"based on {len(used)} cell{'s' if len(used) > 1 else ''} only")
    if non_clonal:
        limits.append("changes in single cells are listed, not written")
    counted = len({units[cell.id] for cell in used})
    return CaseKaryotype(
        iscn=iscn,
        lines=lines,
        non_clonal=non_clonal,
        unused=tuple(unused),
        mosaicism_excluded_above=excluded_above(counted) if len(lines) == 1 else None,
        assessed=Assessed(
            numerical=all(assessed_of(cell).numerical for cell in used),
            structural=all(assessed_of(cell).structural for cell in used),
        ),
        limits=tuple(limits),
    )


def units_of(cells: Sequence[Metaphase], *, in_situ: bool) -> dict[CellId, str]:
    """What counts as one: the colony a cell grew in for in-situ work, else the cell itself."""
    return {
        cell.id: f"{cell.origin.culture}/{cell.origin.slide}/{cell.origin.colony}"
        if in_situ and cell.origin.colony
        else cell.id
        for cell in cells
    }


def clonal_changes(
    changes: Mapping[CellId, frozenset[Change]], rules: CloneRules, units: Units
) -> frozenset[Change]:
    """Changes that make a clone by the rule and its switches."""
    where: dict[Change, set[CellId]] = {}
    for cell, found in changes.items():
        for change in found:
            where.setdefault(change, set()).add(cell)
    alone_enough = _alone_enough(rules)

    def seen(change: Change) -> int:
        return len({units[cell] for cell in where[change]})

    clonal = {
        change
        for change in where
        if seen(change) >= (_CLONAL_LOSS if change[1] < 0 else _CLONAL_GAIN) or change in alone_enough
    }
    if rules.shared_losses:
        clonal |= {
            change
            for change in where
            if change[1] < 0
            and seen(change) >= _LOSS_BESIDE_ANOTHER
            and frozenset.intersection(*(changes[cell] for cell in where[change])) & (clonal - {change})
        }
    return frozenset(clonal)


def _alone_enough(rules: CloneRules) -> frozenset[Change]:
    return frozenset(one for one in map(change_of, (*rules.known, *rules.confirmed)) if one is not None)


def _inborn(rules: CloneRules, context: Context) -> tuple[Change, ...]:
    if context is not Context.NEOPLASTIC:
        return ()
    return tuple(one for one in map(change_of, rules.constitutional) if one is not None)


def _telling_nothing(
    cells: Sequence[Metaphase], changes: Mapping[CellId, frozenset[Change]], clonal: frozenset[Change]
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


def _grouped(
    changes: Mapping[CellId, frozenset[Change]], alone_enough: frozenset[Change]
) -> dict[frozenset[Change], list[CellId]]:
    """Cells by their clonal changes; one cell is no clone and joins the line it descends from.

    That line is the one with the most of its changes and none that it lacks; without such a line the
    cell stays by itself, and so does one whose further changes count in one cell.
    """
    groups: dict[frozenset[Change], list[CellId]] = {}
    for cell, change_set in changes.items():
        groups.setdefault(change_set, []).append(cell)
    for change_set in [key for key, cells in groups.items() if key and len(cells) == 1]:
        parents = [key for key, cells in groups.items() if key < change_set and (len(cells) > 1 or not key)]
        parent = max(parents, key=len, default=None)
        if parent is not None and not (change_set - parent) & alone_enough:
            groups[parent] += groups.pop(change_set)
    return groups


def _base_sexes(cells: Sequence[Metaphase], inborn: Sequence[Change]) -> Sexes:
    """Sex complement of the patient: XY when at least half of the cells hold a Y, else XX.

    What the patient was born with in more or less of X and Y is added.
    """
    male = sum(1 for cell in cells if constitution_of(cell)["Y"] > 0)
    x, y = (1, 1) if 2 * male >= len(cells) and male > 0 else (2, 0)
    for name, step in inborn:
        if step and name in ("X", "Y"):
            x, y = (x + (1 if step > 0 else -1), y) if name == "X" else (x, y + (1 if step > 0 else -1))
    return max(x, 0), max(y, 0)


Written = tuple[IscnLine, tuple[CellId, ...], frozenset[Change]]
"""A line, its cells, and the clonal changes it has."""


def _written(
    groups: Mapping[frozenset[Change], Sequence[CellId]], base: Sexes, writing: Rules, rules: CloneRules
) -> tuple[Written, ...]:
    """Cell lines in the order in which a karyotype lists them, each once."""
    born = "X" * base[0] + "Y" * base[1]
    found: dict[str, Written] = {}
    for change_set, cells in groups.items():
        line = line_of(change_set, base, rules=writing, born=born, inborn=rules.constitutional)
        text = write_line(line)
        before = found[text][1] if text in found else ()
        found[text] = (line, (*before, *cells), change_set)
    return _in_case_order(tuple(found.values()), related=writing == "neoplastic")


def _in_case_order(lines: tuple[Written, ...], *, related: bool) -> tuple[Written, ...]:
    """Unrelated clones by size, the larger first; related ones by complexity; the normal line last.

    Constitutional lines stand by size.
    """
    clones = [one for one in lines if one[2]]
    rest = [one for one in lines if not one[2]]
    clones.sort(key=lambda one: (-len(one[1]), len(one[2])))
    if not related:
        return (*clones, *rest)
    families: list[list[Written]] = []
    for one in clones:
        mine = [family for family in families if any(one[2] & other[2] for other in family)]
        joined = [one, *(other for family in mine for other in family)]
        families = [family for family in families if family not in mine] + [joined]
    families.sort(key=lambda family: -max(len(one[1]) for one in family))
    ordered = [
        one for family in families for one in sorted(family, key=lambda one: (len(one[2]), -len(one[1])))
    ]
    return (*ordered, *rest)


def _case_text(
    written: tuple[Written, ...],
    changes: Mapping[CellId, frozenset[Change]],
    clonal: frozenset[Change],
    context: Context,
    rules: CloneRules,
) -> str:
    neoplastic = context is Context.NEOPLASTIC
    if neoplastic and rules.composite and sum(1 for _, _, found in written if found) > 1:
        return write(_composite(written, changes, clonal))
    numbered = neoplastic or len(written) > 1
    karyotype = Karyotype(
        prefix="mos" if not neoplastic and len(written) > 1 else "",
        lines=tuple(
            replace(line, cells=CellNumber(low=len(cells), high=len(cells)) if numbered else None)
            for line, cells, _ in written
        ),
    )
    if neoplastic and rules.stemlines:
        karyotype = with_stemlines(karyotype, word=rules.stemlines)
    return write(karyotype)


def _composite(
    written: tuple[Written, ...], changes: Mapping[CellId, frozenset[Change]], clonal: frozenset[Change]
) -> Karyotype:
    """One line for all abnormal cells: clonal changes with the number of cells that show each."""
    abnormal = [one for one in written if one[2]]
    cells = [cell for _, members, _ in abnormal for cell in members]
    most = max(abnormal, key=lambda one: len(one[2]))
    everything: list[Abnormality] = []
    for line, _, _ in (most, *abnormal):
        everything += [one for one in line.abnormalities if one not in everything]
    numbered = []
    for one in everything:
        shown = sum(len(members) for line, members, _ in abnormal if one in line.abnormalities)
        numbered.append(replace(one, cells=CellNumber(low=shown, high=shown)))
    totals = [line.count.low for line, _, _ in abnormal]
    together = replace(
        most[0],
        count=Count(low=min(totals), high=max(totals)),
        abnormalities=in_order(numbered),
        cells=CellNumber(low=len(cells), high=len(cells), composite=True),
    )
    rest = tuple(
        replace(line, cells=CellNumber(low=len(members), high=len(members)))
        for line, members, found in written
        if not found
    )
    return Karyotype(lines=(together, *rest))


def _non_clonal(changes: Mapping[CellId, frozenset[Change]], clonal: frozenset[Change]) -> tuple[str, ...]:
    seen: Counter[Change] = Counter(
        change for of_cell in changes.values() for change in of_cell if change not in clonal
    )
    return tuple(
        f"{said(change)} in {seen[change]} cell{'s' if seen[change] > 1 else ''}"
        for change in in_writing_order(seen)
    )
