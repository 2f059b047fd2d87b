"""The measures of every chromosome of a cell as rows, and as a file that a spreadsheet reads safely."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.analysis.homologs import Measures, StraightChromosome, haploid_length_of, measures_of
from core.domain.bands import CLASSES
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.spreadsheet import TableWriter

COLUMNS: Final = (
    "class", "homolog", "type", "length px", "length um", "% haploid set", "% diploid set", "arm ratio q/p",
    "centromeric index %", "area px", "mean stain", "probability of the class",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One chromosome with its measures; `number` is its place within its class, from 1."""

    chromosome: Chromosome
    number: int
    measures: Measures

    @property
    def values(self) -> tuple[str | float | None, ...]:
        """Values in the order of `COLUMNS`."""
        measured, one = self.measures, self.chromosome
        return (
            one.chromosome_class, float(self.number), one.object_type.value.replace("_", " "),
            measured.length, measured.micrometres, measured.relative, measured.of_diploid,
            measured.arm_ratio, measured.centromeric_index, measured.area, measured.stain,
            one.confidence,
        )  # fmt: skip


def measure_rows(
    cell: Metaphase, straight: Mapping[ChromosomeId, StraightChromosome] | None = None
) -> tuple[MeasureRow, ...]:
    """Measure every counting chromosome, in the order of the karyogram, unnamed ones last.

    Parameters
    ----------
    straight
        Chromosomes that were laid straight; gives their stain.
    """
    haploid = haploid_length_of(cell)
    order = {name: place for place, name in enumerate(CLASSES)}
    counting = sorted(
        cell.counting, key=lambda c: (order.get(c.chromosome_class, len(CLASSES)), c.homolog or 0)
    )
    rows, seen = [], dict[str, int]()
    for one in counting:
        seen[one.chromosome_class] = seen.get(one.chromosome_class, 0) + 1
        laid = straight.get(one.id) if straight else None
        measured = measures_of(cell, one, haploid, laid)
        rows.append(MeasureRow(chromosome=one, number=seen[one.chromosome_class], measures=measured))
    return tuple(rows)


def csv_of(case: str, cell: Metaphase, rows: Sequence[MeasureRow], *, separator: str = ",") -> str:
    """Write rows as text for a spreadsheet.

    Parameters
    ----------
    case
        Name of the case.
    separator
        Comma for a file, tab for the clipboard.

    Returns
    -------
    str
        A head line and one line for each row, ending with CRLF (RFC 4180). Texts that a spreadsheet would
        run as a formula begin with an apostrophe.
    """
    stream = io.StringIO()
    writer = TableWriter(stream, separator=separator)
    writer.head(["case", "cell", *COLUMNS])
    for row in rows:
        writer.row([case, cell.label, *(_written(value) for value in row.values)])
    return stream.getvalue()


def _written(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if value == int(value) else f"{value:.3f}"
