"""The chromosomes that a cell holds, as stretches to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.bands import UNKNOWN
from core.domain.chromosome import ObjectType
from core.iscn.constitution import PresentChromosome, constitutions_of
from core.iscn.parser import parse
from core.iscn.segments import Segment
from core.iscn.tree import CellLine
from core.simulation.banding import TABLE_LEVEL, Stretch


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
        cells = line.cells.low if line.cells is not None else 1
        found.append(PlannedCellLine(complement=tuple(planned(one) for one in present), cells=max(cells, 1)))
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
