"""What a report says, before anybody lays it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from core.analysis.case_numbers import numbers_of_case
from core.analysis.clones import CaseKaryotype, karyotype_of_case
from core.analysis.mosaicism import power_of
from core.analysis.numerical import cell_karyotype, findings_of, why_no_karyotype
from core.analysis.situations import situations_of
from core.domain.case import Case, Context, Ledger, ledger_of
from core.domain.finding import Finding
from core.domain.ids import CellId
from core.domain.metaphase import MarkKind, Metaphase, Verdict
from core.iscn.check import judge
from core.iscn.explain import explain
from core.iscn.rules.remark import Context as RuleContext
from core.iscn.rules.remark import Edition as RuleEdition
from core.iscn.rules.remark import Setting
from core.report.initials import initials_of

_FIGURES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One line of the table of cells."""

    label: str
    count: int
    karyotype: str
    marks: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One statement of the ledger: how many cells people made it for, how many the protocol asks, and who."""

    kind: MarkKind
    done: int
    asked: int | None
    people: tuple[tuple[str, int], ...]

    @property
    def line(self) -> str:
        """Who, with the number of cells: "MK 12, JS 5"."""
        return ", ".join(f"{initials_of(person)} {cells}" for person, cells in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFinding:
    """A finding in the words of its clearest cell, and the cells that show it."""

    finding: Finding
    cells: tuple[CellId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """Everything on the report except its pictures.

    Parameters
    ----------
    identity
        What a person wants printed beside the pseudonym, such as a name; empty for none.
    karyotype
        ISCN text that the report states: as a person wrote it, else the program's proposal.
    written_by_person
        Whether a person wrote `karyotype`.
    in_words
        The karyotype in plain English, empty where it cannot be read.
    remarks
        What the numbers of all cells say together, what they exclude, and named situations.
    karyotyped
        Number of cells with a karyotype of their own, on which the findings rest.
    rows
        All cells, one line each.
    figures
        Cells to be shown with karyogram and metaphase.
    people
        Everybody who set a mark.
    """

    case: Case
    identity: str
    context: Context
    karyotype: str | None
    written_by_person: bool
    in_words: tuple[str, ...]
    evidence: CaseKaryotype
    ledger: Ledger
    ledger_rows: tuple[LedgerRow, ...]
    karyotyped: int
    remarks: tuple[str, ...]
    findings: tuple[SeenFinding, ...]
    banding: str
    band_level: str
    rows: tuple[CellRow, ...]
    figures: tuple[Metaphase, ...]
    people: tuple[str, ...]
    models: Mapping[str, str]
    created: datetime


def content_of(
    case: Case,
    cells: Sequence[Metaphase],
    *,
    models: Mapping[str, str],
    created: datetime,
    identity: str = "",
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
        Time (UTC) of the report.
    identity
        Printed beside the pseudonym; stored nowhere.
    context
        As that of the case when None.
    """
    context = case.context if context is None else context
    evidence = karyotype_of_case(cells, context=context, rules=case.clone_rules)
    karyotype = case.karyotype or evidence.iscn
    return ReportContent(
        case=case,
        identity=" ".join(identity.split()),
        context=context,
        karyotype=karyotype,
        written_by_person=case.karyotype is not None,
        in_words=_in_words(karyotype, case),
        evidence=evidence,
        ledger=ledger_of(case.protocol, cells),
        ledger_rows=_ledger_rows(case, cells),
        remarks=_remarks(case, cells, evidence, context),
        karyotyped=sum(1 for cell in cells if why_no_karyotype(cell) is None),
        findings=_findings_over(cells),
        banding=_banding(cells),
        band_level=_band_level(cells),
        rows=tuple(_row(cell) for cell in cells),
        figures=figures_of(case, cells),
        people=tuple(sorted({mark.person for cell in cells for mark in cell.marks})),
        models=dict(models),
        created=created,
    )


def _remarks(
    case: Case, cells: Sequence[Metaphase], evidence: CaseKaryotype, context: Context
) -> tuple[str, ...]:
    numbers = numbers_of_case(cells, context=context)
    remarks = [f"{numbers.line}."] if numbers.used else []
    if len(evidence.lines) == 1:
        alike = set(evidence.lines[0].cells)
        meter = power_of(
            [c for c in cells if c.id in alike],
            in_situ=case.clone_rules.in_situ,
            normal=not evidence.lines[0].clonal,
        )
        remarks += [f"{meter.line}."] if meter is not None else []
    return (*remarks, *(one.line for one in situations_of(case, cells)))


def figures_of(case: Case, cells: Sequence[Metaphase]) -> tuple[Metaphase, ...]:
    """Cells that the report shows: those chosen, else those that people karyotyped, else the best two."""
    if case.figures is not None:
        return tuple(cell for cell in cells if cell.id in case.figures)
    usable = [cell for cell in cells if cell.verdict is not Verdict.REJECTED and cell.chromosomes]
    karyotyped = [cell for cell in usable if cell.marked(MarkKind.KARYOTYPED) is not None]
    best = sorted(usable, key=worth_showing, reverse=True)[:_FIGURES]
    chosen = {cell.id for cell in (karyotyped or best)}
    return tuple(cell for cell in cells if cell.id in chosen)


def worth_showing(cell: Metaphase) -> tuple[bool, float]:
    """Order of cells by how well they stand for the case: with a karyotype first, then by quality."""
    return (why_no_karyotype(cell) is None, 0.0 if cell.quality is None else cell.quality.score)


def _in_words(karyotype: str | None, case: Case) -> tuple[str, ...]:
    if karyotype is None:
        return ()
    verdict = judge(karyotype, _setting(case), suggest=False)
    return () if verdict.karyotype is None or verdict.kind == "error" else explain(verdict.karyotype)


def _setting(case: Case) -> Setting:
    return Setting(
        context=None if case.context is Context.UNKNOWN else cast(RuleContext, case.context.value),
        edition=cast(RuleEdition, int(case.edition)),
    )


def faults_of(karyotype: str, case: Case) -> tuple[str, ...]:
    """Errors of a karyotype string by the rules of the case's context and edition."""
    verdict = judge(karyotype, _setting(case), suggest=False)
    return tuple(remark.what for remark in verdict.remarks if remark.severity == "error")


def _ledger_rows(case: Case, cells: Sequence[Metaphase]) -> tuple[LedgerRow, ...]:
    asked = {
        MarkKind.COUNTED: case.protocol.count,
        MarkKind.ANALYSED: case.protocol.analyse,
        MarkKind.KARYOTYPED: case.protocol.karyotype,
    }
    rows = []
    for kind in MarkKind:
        by: dict[str, int] = {}
        for cell in cells:
            mark = cell.marked(kind)
            if mark is not None and cell.verdict is not Verdict.REJECTED:
                by[mark.person] = by.get(mark.person, 0) + 1
        people = tuple(sorted(by.items(), key=lambda entry: (-entry[1], entry[0])))
        rows.append(LedgerRow(kind=kind, done=sum(by.values()), asked=asked.get(kind), people=people))
    return tuple(rows)


def _findings_over(cells: Sequence[Metaphase]) -> tuple[SeenFinding, ...]:
    """Findings with the cells that show them, the most frequent first."""
    best: dict[tuple[str, tuple[str, ...]], Finding] = {}
    seen: dict[tuple[str, tuple[str, ...]], list[CellId]] = {}
    for cell in cells:
        if why_no_karyotype(cell) is not None:
            continue
        for finding in findings_of(cell):
            key = (finding.kind.value, finding.chromosomes)
            seen.setdefault(key, []).append(cell.id)
            if key not in best or finding.confidence > best[key].confidence:
                best[key] = finding
    return tuple(
        SeenFinding(finding=best[key], cells=tuple(seen[key]))
        for key in sorted(seen, key=lambda key: -len(seen[key]))
    )


def _banding(cells: Sequence[Metaphase]) -> str:
    kinds = sorted({cell.banding.value for cell in cells})
    return ", ".join("not known" if kind == "unknown" else f"{kind}-banding" for kind in kinds) or "–"


def _band_level(cells: Sequence[Metaphase]) -> str:
    levels = sorted(
        cell.quality.band_level
        for cell in cells
        if cell.quality is not None and cell.quality.band_level is not None
    )
    if not levels:
        return "not measured"
    if len(levels) == 1 or levels[-1] - levels[0] < 1:
        return f"about {levels[0]:.0f} bands (estimate)"
    return f"about {levels[0]:.0f} to {levels[-1]:.0f} bands (estimate)"


def _row(cell: Metaphase) -> CellRow:
    marks = ", ".join(
        f"{kind.value} {initials_of(mark.person)}"
        for kind in MarkKind
        if (mark := cell.marked(kind)) is not None
    )
    return CellRow(
        label=cell.label,
        count=cell.count,
        karyotype=cell_karyotype(cell) or "–",
        marks=marks or "none",
        remark=why_no_karyotype(cell) or "",
    )
