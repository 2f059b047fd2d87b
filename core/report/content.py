"""What a report says, before anybody lays it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.analysis.clones import CaseKaryotype, karyotype_of_case
from core.analysis.numerical import cell_karyotype, findings_of, why_no_karyotype
from core.domain.case import Case, Context, Ledger, ledger_of
from core.domain.finding import Finding
from core.domain.metaphase import MarkKind, Metaphase, Verdict

_FIGURES = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportCell:
    """A cell and its picture, shape (H, W)."""

    cell: Metaphase
    grey: NDArray[np.generic]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One line of the table of cells."""

    label: str
    count: int
    karyotype: str
    marks: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportContent:
    """Everything on the report.

    Parameters
    ----------
    karyotype
        ISCN text that the report states: as a person wrote it, else the program's proposal.
    written_by_person
        Whether a person wrote `karyotype`.
    figures
        Cells shown with karyogram and metaphase.
    rows
        All cells, one line each.
    """

    case: Case
    karyotype: str | None
    written_by_person: bool
    evidence: CaseKaryotype
    ledger: Ledger
    findings: tuple[tuple[Finding, int], ...]
    rows: tuple[CellRow, ...]
    figures: tuple[ReportCell, ...]
    models: Mapping[str, str]
    created: datetime
    edition: str
    comment: str


def content_of(
    case: Case,
    cells: Sequence[ReportCell],
    *,
    models: Mapping[str, str],
    created: datetime,
    edition: str = "2024",
    context: Context | None = None,
) -> ReportContent:
    """Gather what the report of a case says.

    Parameters
    ----------
    case, cells
        States as they stand.
    models
        Version of each learned stage that answered.
    created
        Time of the report.
    """
    states = tuple(one.cell for one in cells)
    evidence = karyotype_of_case(states, context=context or case.context)
    return ReportContent(
        case=case,
        karyotype=case.karyotype or evidence.iscn,
        written_by_person=case.karyotype is not None,
        evidence=evidence,
        ledger=ledger_of(case.protocol, states),
        findings=_findings_over(states),
        rows=tuple(_row(cell) for cell in states),
        figures=_figures(cells),
        models=dict(models),
        created=created,
        edition=edition,
        comment=case.comment,
    )


def _findings_over(cells: Sequence[Metaphase]) -> tuple[tuple[Finding, int], ...]:
    """Findings with the number of cells that show them, the most frequent first."""
    best: dict[tuple[str, tuple[str, ...]], Finding] = {}
    number: dict[tuple[str, tuple[str, ...]], int] = {}
    for cell in cells:
        if why_no_karyotype(cell) is not None:
            continue
        for finding in findings_of(cell):
            key = (finding.kind.value, finding.chromosomes)
            number[key] = number.get(key, 0) + 1
            if key not in best or finding.confidence > best[key].confidence:
                best[key] = finding
    return tuple((best[key], number[key]) for key in sorted(number, key=lambda key: -number[key]))


def _row(cell: Metaphase) -> CellRow:
    marks = ", ".join(
        f"{kind.value} {mark.person}" for kind in MarkKind if (mark := cell.marked(kind)) is not None
    )
    return CellRow(
        label=cell.label,
        count=cell.count,
        karyotype=cell_karyotype(cell) or "–",
        marks=marks or "none",
        remark=why_no_karyotype(cell) or "",
    )


def _figures(cells: Sequence[ReportCell]) -> tuple[ReportCell, ...]:
    """Cells that people karyotyped; where nobody did, the best ones."""
    usable = [one for one in cells if one.cell.verdict is not Verdict.REJECTED]
    chosen = [one for one in usable if one.cell.marked(MarkKind.KARYOTYPED) is not None]
    if chosen:
        return tuple(chosen)

    def worth(one: ReportCell) -> tuple[bool, float]:
        quality = one.cell.quality
        return (why_no_karyotype(one.cell) is None, 0.0 if quality is None else quality.score)

    return tuple(sorted(usable, key=worth, reverse=True)[:_FIGURES])
