"""The chromosomes that a cell holds, as stretches to draw."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from core.domain.bands import UNKNOWN
from core.domain.chromosome import ObjectType
from core.iscn.constitution import PresentChromosome, constitutions_of
from core.iscn.parser import parse
from core.iscn.segments import Segment
from core.iscn.tree import VARIANT, CellLine
from core.simulation.banding import Stretch
from core.simulation.idiogram import TABLE_LEVEL

_VARIANT_REGION: Final = re.compile(r"(stk|s|h)([+-]?)")
_GROWTH: Final = {"+": 2.4, "-": 0.35}
_MINUTE_LENGTH: Final = 0.045


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChromosome:
    """One chromosome to draw.

    Attributes
    ----------
    chromosome_class
        "1".."22", "X", "Y", or "unknown" for a marker.
    object_type
        Normal, derivative, marker, ring and so on.
    designation
        As ISCN writes it, e.g. "21" or "der(22)t(9;22)(q34;q11.2)".
    stretches
        Pieces of normal chromosomes from the p end to the q end.
    """

    chromosome_class: str
    object_type: ObjectType
    designation: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCellLine:
    """The chromosomes of one cell line and how many cells of it the karyotype names (1 when it does not)."""

    complement: tuple[PlannedChromosome, ...]
    cells: int


def cell_lines_of(karyotype: str) -> tuple[PlannedCellLine, ...]:
    """Work out what to draw for each cell line of a karyotype.

    Parameters
    ----------
    karyotype
        ISCN text, e.g. `47,XY,+21` or `mos 45,X[10]/46,XX[20]`.

    Returns
    -------
    tuple of PlannedCellLine
        In the order of writing.

    Raises
    ------
    ValueError
        When the text is not ISCN, a change cannot be worked out, a cell line names another number of
        chromosomes than its changes give, or there is no karyotype in it.
    """
    parsed = parse(karyotype)
    if not parsed.lines:
        raise ValueError(f"expected a karyotype such as 46,XX, got {karyotype!r}; name the chromosomes")
    found = []
    for line, present in zip(parsed.lines, constitutions_of(parsed), strict=True):
        _check_count(line, present)
        complement = _with_variants([planned(one) for one in present], line) + _double_minutes(line)
        cells = line.cells.low if line.cells is not None else 1
        found.append(PlannedCellLine(complement=tuple(complement), cells=max(cells, 1)))
    return tuple(found)


def choose_line(lines: Sequence[PlannedCellLine], rng: np.random.Generator) -> int:
    """Draw the index of a cell line, by the number of its cells."""
    cells = np.array([line.cells for line in lines], dtype=np.float64)
    return int(rng.choice(len(lines), p=cells / cells.sum()))


def planned(present: PresentChromosome) -> PlannedChromosome:
    """Turn a chromosome of the constitution into what to draw."""
    return PlannedChromosome(
        chromosome_class=present.carrier, object_type=_object_type(present), designation=present.label,
        stretches=tuple(_stretch(segment) for segment in present.segments),
    )  # fmt: skip


def _stretch(segment: Segment) -> Stretch:
    if segment.is_unknown:
        return Stretch(chromosome=UNKNOWN, start=0.0, stop=segment.length)
    start, stop = segment.span(TABLE_LEVEL)
    return Stretch(chromosome=segment.chromosome, start=start, stop=stop)


def _with_variants(complement: list[PlannedChromosome], line: CellLine) -> list[PlannedChromosome]:
    """Lengthen or shorten the regions that `9qh+`, `21ps-` and the like name, one homolog each."""
    changed = list(complement)
    for variant in (one for one in line.abnormalities if one.kind == VARIANT):
        growth = tuple(
            (region, _GROWTH[sign]) for region, sign in _VARIANT_REGION.findall(variant.detail) if sign
        )
        for index, one in enumerate(changed):
            if one.designation == variant.names[0] and growth:
                stretches = tuple(replace(stretch, growth=growth) for stretch in one.stretches)
                designation = f"{variant.names[0]}{variant.detail}"
                changed[index] = replace(one, designation=designation, stretches=stretches)
                break
    return changed


def _double_minutes(line: CellLine) -> list[PlannedChromosome]:
    """Double minutes, the least number that the karyotype names; they are not part of the count."""
    piece = Stretch(chromosome=UNKNOWN, start=0.0, stop=_MINUTE_LENGTH)
    minute = PlannedChromosome(
        chromosome_class=UNKNOWN, object_type=ObjectType.DMIN, designation="dmin", stretches=(piece,)
    )
    pairs = sum(one.amount[0] if one.amount else 1 for one in line.abnormalities if one.kind == "dmin")
    return [minute] * pairs


def _object_type(present: PresentChromosome) -> ObjectType:
    if present.is_normal:
        return ObjectType.NORMAL
    if present.is_ring:
        return ObjectType.RING
    if present.carrier == UNKNOWN:
        return ObjectType.MARKER
    if len(present.centromeres) > 1:
        return ObjectType.DICENTRIC
    if not present.centromeres:
        return ObjectType.ACENTRIC_FRAGMENT
    return ObjectType.DERIVATIVE


def _check_count(line: CellLine, present: Sequence[PresentChromosome]) -> None:
    if line.incomplete or line.count.low <= len(present) <= line.count.high:
        return
    named = str(line.count.low) if not line.count.is_range else f"{line.count.low}~{line.count.high}"
    raise ValueError(
        f"expected {named} chromosomes as the karyotype says, got {len(present)} from its sex "
        "chromosomes and changes; correct the number or the changes"
    )
