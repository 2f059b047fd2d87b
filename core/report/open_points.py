"""What still stands between a case and its report: for the person who signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.analysis.contradictions import Place, contradictions_of_case
from core.analysis.contradictions_of_report import contradictions_of_report
from core.domain.chromosome import Chromosome
from core.domain.ids import CellId
from core.domain.metaphase import MarkKind, Metaphase, Verdict
from core.iscn.parser import parse
from core.report.content import ReportContent, faults_of

_DOUBT = 0.02
"""Doubt from which on a chromosome is worth a look, as in the order of `Tab`."""
_MOST_FAULTS = 2
_VERBS = {
    MarkKind.COUNTED: "counted",
    MarkKind.ANALYSED: "analysed",
    MarkKind.KARYOTYPED: "karyotyped",
    MarkKind.CHECKED: "checked",
}


class Concern(StrEnum):
    """What an open point is about."""

    CELLS = "cells"
    PROTOCOL = "protocol"
    DOUBT = "doubt"
    FINDING = "finding"
    KARYOTYPE = "karyotype"
    DETAILS = "details"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """One thing to do.

    `cell` is where to do it, None where no single cell is meant; `field` names the field of the case instead
    (`comment`, `edition`), and `words` what is meant in it.
    """

    concern: Concern
    text: str
    cell: CellId | None = None
    field: str = ""
    words: str = ""


def open_points(content: ReportContent, cells: Sequence[Metaphase]) -> tuple[OpenPoint, ...]:
    """Tell what is still open.

    Parameters
    ----------
    content
        What the report says.
    cells
        States of the cells of the case.

    Returns
    -------
    tuple of OpenPoint
        Empty where nothing is open. The order is that of the work: cells, protocol, doubt, findings,
        karyotype, details.
    """
    usable = [cell for cell in cells if cell.verdict is not Verdict.REJECTED]
    return (
        *_of_cells(usable),
        *_of_protocol(content),
        *_of_doubt(content, usable),
        *_of_findings(content, usable),
        *_of_karyotype(content, usable),
        *_of_details(content),
    )


def doubtful(cell: Metaphase) -> tuple[Chromosome, ...]:
    """Chromosomes worth a look that nobody confirmed."""
    return tuple(c for c in cell.chromosomes if c.doubt > _DOUBT)


def _of_cells(cells: Sequence[Metaphase]) -> list[OpenPoint]:
    if not cells:
        return [OpenPoint(concern=Concern.CELLS, text="no cell is in this case, import metaphases")]
    fresh = [cell for cell in cells if cell.proposal is None and not cell.chromosomes]
    if not fresh:
        return []
    return [OpenPoint(concern=Concern.CELLS, text=f"{_cells(len(fresh))} not analysed yet", cell=fresh[0].id)]


def _of_protocol(content: ReportContent) -> list[OpenPoint]:
    points = [
        OpenPoint(
            concern=Concern.PROTOCOL,
            text=f"{_VERBS[row.kind]} {row.done} of {row.asked}",
        )
        for row in content.ledger_rows
        if row.asked is not None and row.done < row.asked
    ]
    if content.ledger.checked == 0:
        points.append(OpenPoint(concern=Concern.PROTOCOL, text="no cell is checked by a person"))
    return points


def _of_doubt(content: ReportContent, cells: Sequence[Metaphase]) -> list[OpenPoint]:
    """Doubt in cells that the report shows or that people karyotyped; the others serve for counting."""
    shown = {cell.id for cell in content.figures}
    points = []
    for cell in cells:
        if cell.id not in shown and cell.marked(MarkKind.KARYOTYPED) is None:
            continue
        number = len(doubtful(cell))
        if number:
            text = f"cell {cell.label}: {number} doubtful chromosome{_s(number)} nobody confirmed"
            points.append(OpenPoint(concern=Concern.DOUBT, text=text, cell=cell.id))
    return points


def _of_findings(content: ReportContent, cells: Sequence[Metaphase]) -> list[OpenPoint]:
    """Findings that no cell confirms: in none of them a person looked at every chromosome of the class."""
    by_id = {cell.id: cell for cell in cells}
    points = []
    for seen in content.findings:
        showing = [by_id[cell] for cell in seen.cells if cell in by_id]
        if any(_looked_at(cell, seen.finding.chromosomes) for cell in showing):
            continue
        text = f"{seen.finding.text}, in {_cells(len(seen.cells))}: nobody confirmed it"
        points.append(OpenPoint(concern=Concern.FINDING, text=text, cell=showing[0].id if showing else None))
    return points


def _looked_at(cell: Metaphase, classes: tuple[str, ...]) -> bool:
    """Whether a person agreed with every chromosome of these classes, or with the cell as a whole."""
    if cell.marked(MarkKind.KARYOTYPED) is not None or cell.marked(MarkKind.CHECKED) is not None:
        return True
    members = [c for c in cell.counting if not classes or c.chromosome_class in classes]
    return bool(members) and all(c.confirmed or c.decided for c in members)


def _of_karyotype(content: ReportContent, cells: Sequence[Metaphase]) -> list[OpenPoint]:
    if not content.written_by_person:
        what = "no karyotype can be proposed" if content.karyotype is None else "the karyotype is a proposal"
        return [OpenPoint(concern=Concern.KARYOTYPE, text=f"{what}, no person wrote it")]
    written = content.karyotype or ""
    faults = faults_of(written, content.case)[:_MOST_FAULTS]
    points = [
        OpenPoint(concern=Concern.KARYOTYPE, text=f"the written karyotype is wrong: {fault}")
        for fault in faults
    ]
    if not faults:
        tree = parse(written)
        points += [
            OpenPoint(
                concern=Concern.KARYOTYPE,
                text=f"the written karyotype differs: {found.text}",
                cell=found.cells[0] if found.cells else None,
                field="" if found.place is Place.PICTURES else found.place.value,
                words=found.words,
            )
            for found in (
                *contradictions_of_case(tree, cells),
                *contradictions_of_report(tree, content.case, cells),
            )
        ]
    return points


def _of_details(content: ReportContent) -> list[OpenPoint]:
    missing = [
        name
        for name, text in (("specimen", content.case.specimen), ("referral", content.case.referral))
        if not text.strip()
    ]
    return [OpenPoint(concern=Concern.DETAILS, text=f"no {name} is given") for name in missing]


def _cells(number: int) -> str:
    return f"{number} cell{_s(number)}"


def _s(number: int) -> str:
    return "" if number == 1 else "s"
