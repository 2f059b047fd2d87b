"""Write karyotypes: trees as strings, and the numerical karyotype of counted cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from core.domain.bands import AUTOSOMES, UNKNOWN
from core.iscn.order import in_order
from core.iscn.ploidy import ploidy_near
from core.iscn.tree import (
    NUMERICAL,
    UNIDENTIFIED,
    VARIANT,
    Abnormality,
    CellLine,
    CellNumber,
    Count,
    Karyotype,
    Locus,
    SexComplement,
    Stemline,
)

_TYPOGRAPHIC: Final = {"-": "−", "x": "×"}


def write(karyotype: Karyotype, *, typographic: bool = False) -> str:
    """Write a karyotype as it stands in the tree.

    Parameters
    ----------
    karyotype
        Tree; use `core.iscn.order.canonical` first to bring it into the order of ISCN 2024.
    typographic
        Write the true minus and multiplication signs (− and ×) instead of the ASCII ones.
    """
    parts = [f"{karyotype.prefix} "] if karyotype.prefix else []
    donors = False
    for index, line in enumerate(karyotype.lines):
        if line.donor and not donors:
            parts.append("//")
            donors = True
        elif index:
            parts.append("/")
        parts.append(write_line(line, typographic=typographic))
    if karyotype.no_donor:
        parts.append("//")
    parts.extend(technique.text for technique in karyotype.techniques)
    return "".join(parts)


def write_line(line: CellLine, *, typographic: bool = False) -> str:
    """Write one cell line."""
    fields = [_count(line.count)]
    if line.sex is not None:
        mark = "c" if line.sex.constitutional else ""
        fields.append(line.sex.letters + ("?" if line.sex.doubtful else "") + mark)
    if line.stemline is not None:
        fields.append(_stemline(line.stemline, typographic=typographic))
    fields.extend(write_abnormality(change, typographic=typographic) for change in line.abnormalities)
    if line.incomplete:
        fields.append("inc")
    text = ",".join(field for field in fields if field)
    text += _cells(line.cells)
    return text + "".join(f".{technique.text}" for technique in line.techniques)


def _count(count: Count) -> str:
    number = f"{count.low}~{count.high}" if count.is_range else str(count.low)
    return f"{number}<{count.ploidy}>" if count.ploidy else number


def _stemline(stemline: Stemline, *, typographic: bool) -> str:
    number = "" if stemline.number is None else str(stemline.number)
    return f"{stemline.kind}{number}{_times(stemline.copies, typographic)}"


def _times(number: int, typographic: bool) -> str:
    return "" if number == 1 else f"{_TYPOGRAPHIC['x'] if typographic else 'x'}{number}"


def _cells(cells: CellNumber | None) -> str:
    if cells is None:
        return ""
    number = str(cells.low) if cells.low == cells.high else f"{cells.low}~{cells.high}"
    return f"[{'cp' if cells.composite else ''}{number}]"


def write_abnormality(change: Abnormality, *, typographic: bool = False) -> str:
    """Write one change with its sign, doubt, origin and cells."""
    text = " or ".join(_alone(one, typographic=typographic) for one in (change, *change.alternatives))
    return text + _cells(change.cells)


def _alone(change: Abnormality, *, typographic: bool) -> str:
    sign = _TYPOGRAPHIC.get(change.sign, change.sign) if typographic else change.sign
    doubt = "?" if change.uncertain else ""
    # A marker's name is apart from a following word, everything else is joined to it.
    origin = f" {change.origin}" if change.kind in UNIDENTIFIED and change.origin else change.origin
    head = f"{doubt}{sign}" if change.is_numerical else f"{sign}{doubt}"
    return f"{head}{_core(change)}{_times(change.multiplier, typographic)}{origin}"


def _core(change: Abnormality) -> str:
    if change.is_numerical:
        return _locus(change.chromosomes[0])
    if change.kind == VARIANT:
        return change.names[0] + change.detail
    if change.kind in UNIDENTIFIED and not change.chromosomes:
        return f"{_amount(change)}{change.kind}{change.index}"
    return _structural(change) + "".join(
        ("?" if part.uncertain else "") + _structural(part) for part in change.parts
    )


def _amount(change: Abnormality) -> str:
    if change.amount is None:
        return ""
    low, high = change.amount
    return str(low) if low == high else f"{low}~{high}"


def _locus(locus: Locus) -> str:
    return f"{'?' if locus.uncertain else ''}{locus.name}{locus.attached}"


def _structural(change: Abnormality) -> str:
    modifier = f"{change.modifier} " if change.modifier else ""
    chromosomes = ";".join(_locus(locus) for locus in change.chromosomes)
    bands = change.detail or ";".join("".join(point.text for point in group) for group in change.breakpoints)
    return f"{modifier}{change.kind}({chromosomes}){f'({bands})' if bands else ''}"


def cell_line_of(
    counts: Mapping[str, int],
    *,
    markers: int = 0,
    context: Literal["constitutional", "neoplastic"] = "constitutional",
    expected_sex: str | None = None,
) -> CellLine:
    """Numerical karyotype of one cell as a cell line.

    Parameters
    ----------
    counts
        Number of chromosomes of each class (`1`-`22`, `X`, `Y`); a class that is missing counts 0.
    markers
        Number of chromosomes that belong to no class.
    context
        In a neoplastic cell gain and loss of X and Y are written as changes of `expected_sex`.
    expected_sex
        Constitutional sex chromosomes (`XX`, `XY`, ...) when known; only used in neoplastic context.
        When None, XY is taken where a Y is seen and XX elsewhere.
    """
    present = {name: int(counts.get(name, 0)) for name in (*AUTOSOMES, "X", "Y")}
    total = sum(present.values()) + markers
    sets = sets_of(present)
    letters = "X" * present["X"] + "Y" * present["Y"]
    changes: list[Abnormality] = []
    if context == "neoplastic" and sets == 2:
        letters, changes = _acquired_sex(present, expected_sex)
    for name in AUTOSOMES:
        difference = present[name] - sets
        sign: Literal["+", "-"] = "+" if difference > 0 else "-"
        changes += [_numerical(sign, name)] * abs(difference)
    if markers:
        changes.append(Abnormality(kind="mar", sign="+", amount=(markers, markers) if markers > 1 else None))
    ploidy = "" if ploidy_near(total) == sets else f"{sets}n"
    return CellLine(
        count=Count(low=total, high=total, ploidy=ploidy),
        sex=SexComplement(letters=letters) if letters else None,
        abnormalities=in_order(changes),
    )


def sets_of(present: Mapping[str, int]) -> int:
    """Haploid sets against which the fewest autosomes are gained or lost; two when in doubt."""
    levels = (2, 1, 3, 4, 5, 6, 7, 8)
    return min(levels, key=lambda sets: sum(abs(present[name] - sets) for name in AUTOSOMES))


def _numerical(sign: Literal["+", "-"], name: str) -> Abnormality:
    return Abnormality(kind=NUMERICAL, sign=sign, chromosomes=(Locus(name=name),))


def _acquired_sex(present: Mapping[str, int], expected: str | None) -> tuple[str, list[Abnormality]]:
    born = expected or ("XY" if present["Y"] else "XX")
    letters = ""
    changes: list[Abnormality] = []
    for name in ("X", "Y"):
        had, has = born.count(name), present[name]
        letters += name * min(had, has)
        sign: Literal["+", "-"] = "+" if has > had else "-"
        changes += [_numerical(sign, name)] * abs(has - had)
    return letters, changes


def write_cell(
    counts: Mapping[str, int],
    *,
    markers: int = 0,
    context: Literal["constitutional", "neoplastic"] = "constitutional",
    expected_sex: str | None = None,
) -> str:
    """Numerical karyotype of one cell from its counts, such as `47,XY,+21`.

    The parameters are those of `cell_line_of`. A chromosome counted as `unknown` in `counts` is a
    marker: `48,XX,+8,+mar`.
    """
    markers += int(counts.get(UNKNOWN, 0))
    line = cell_line_of(counts, markers=markers, context=context, expected_sex=expected_sex)
    return write_line(line)


def case_of(
    lines: Iterable[tuple[CellLine, int]],
    *,
    context: Literal["constitutional", "neoplastic"] = "constitutional",
) -> Karyotype:
    """Karyotype of a case from its cell lines and the number of cells in each.

    Constitutional lines stand by size with the normal line last; more than one make a mosaic (`mos`),
    and only then the numbers of cells are written. Neoplastic lines stand by size, numbers always.

    Raises
    ------
    ValueError
        When there is no line, or a line has no cell.
    """
    held = list(lines)
    if not held or any(cells < 1 for _, cells in held):
        raise ValueError("expected one or more cell lines with at least one cell each")
    held.sort(key=lambda pair: (pair[0].is_normal, -pair[1], len(pair[0].abnormalities)))
    numbered = context == "neoplastic" or len(held) > 1
    return Karyotype(
        prefix="mos" if context == "constitutional" and len(held) > 1 else "",
        lines=tuple(_with_cells(line, cells if numbered else None) for line, cells in held),
    )


def _with_cells(line: CellLine, cells: int | None) -> CellLine:
    number = None if cells is None else CellNumber(low=cells, high=cells)
    return CellLine(
        count=line.count, sex=line.sex, stemline=line.stemline, abnormalities=line.abnormalities,
        incomplete=line.incomplete, cells=number, techniques=line.techniques, donor=line.donor,
    )  # fmt: skip


def write_case(
    cell_lines: Sequence[tuple[Mapping[str, int], int]],
    *,
    context: Literal["constitutional", "neoplastic"] = "constitutional",
    expected_sex: str | None = None,
) -> str:
    """Karyotype of a case from pairs of (counts of one line, number of its cells)."""
    lines = []
    for counts, cells in cell_lines:
        markers = int(counts.get(UNKNOWN, 0))
        line = cell_line_of(counts, markers=markers, context=context, expected_sex=expected_sex)
        lines.append((line, cells))
    return write(case_of(lines, context=context))
