"""The parts of the report, one function each, in the order of the page."""

from __future__ import annotations

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from core.analysis.numerical import cell_karyotype
from core.domain.case import Status
from core.report.content import ReportContent
from core.report.figures import Figure
from core.report.flowables import DrawingFlowable
from core.report.initials import initials_of
from core.report.karyogram_figure import truth_of_pixels
from core.report.typography import (
    HEADING,
    INK,
    QUIET_TEXT,
    RULE,
    SMALL,
    SMALL_BOLD,
    style,
    table,
    words,
)
from core.version import VERSION

_HIGHEST_KARYOGRAM = 142.0
_LONG_KARYOTYPE = 60


def identity(content: ReportContent, width: float) -> Table:
    """Who and what: pseudonym, specimen, method."""
    case = content.case
    rows = [
        ("Pseudonym", case.name, "Context", case.context.value),
        ("Specimen", case.specimen or "–", "Cultures", case.cultures or "–"),
        ("Referral", case.referral or "–", "Protocol", case.protocol.name),
        ("Method", content.banding, "Band level", f"{content.band_level}; asked {case.protocol.band_level}"),
    ]
    if content.identity:
        rows.insert(0, ("Identity", content.identity, "", "as printed, not stored"))
    return table(
        [[words(a, QUIET_TEXT), words(b), words(c, QUIET_TEXT), words(d)] for a, b, c, d in rows],
        [0.12 * width, 0.40 * width, 0.12 * width, 0.36 * width],
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    )


def karyotype(content: ReportContent, width: float) -> list[Flowable]:
    """The karyotype in its box, who wrote it, and what it says in words."""
    text = content.karyotype or content.evidence.limits[0]
    size = 14 if content.karyotype and len(content.karyotype) < _LONG_KARYOTYPE else 10.5
    box = table(
        [[words(text, style("iscn", fontName="Report-Bold", fontSize=size, leading=size * 1.35))]],
        [width],
        ("BOX", (0, 0), (-1, -1), 0.8, INK),
        ("BACKGROUND", (0, 0), (-1, -1), colors.HexColor("#f4f6f8")),
        ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, -1), 7),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    )
    who = "Written by a person" if content.written_by_person else "Proposed by the program"
    signed = "signed" if content.case.status is Status.SIGNED else "preliminary, not signed"
    story: list[Flowable] = [
        words(f"Karyotype (ISCN {content.case.edition.value})", HEADING),
        box,
        Spacer(1, 1 * mm),
        words(f"{who}; {signed}.", QUIET_TEXT),
    ]
    if content.in_words:
        story.append(words(" ".join(content.in_words)))
    return story


def ledger(content: ReportContent, width: float) -> list[Flowable]:
    """Numbers of cells as people set them, with their initials."""
    rows = [[words(t, SMALL_BOLD) for t in ("Set by people", "Cells", "Protocol", "By (initials, cells)")]]
    rows += [
        [
            words(row.kind.value, SMALL),
            words(str(row.done), SMALL),
            words("–" if row.asked is None else str(row.asked), SMALL),
            words(row.line or "nobody", SMALL),
        ]
        for row in content.ledger_rows
    ]
    return [
        words("Cells examined", HEADING),
        table(
            rows,
            [0.2 * width, 0.12 * width, 0.12 * width, 0.56 * width],
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
        ),
    ]


def findings(content: ReportContent) -> list[Flowable]:
    """What deviates, in how many cells."""
    story: list[Flowable] = [words("Findings", HEADING)]
    total = content.karyotyped
    for seen in content.findings:
        story.append(
            words(
                f"• {seen.finding.text}: in {len(seen.cells)} of {total} "
                f"cell{'' if total == 1 else 's'} with a karyotype, highest probability "
                f"{seen.finding.confidence:.2f}"
            )
        )
    if not content.findings:
        none = "No numerical change in the cells that got a karyotype."
        story.append(words(none if total else "None: no cell could be karyotyped."))
    if content.evidence.non_clonal:
        story.append(words("Not clonal: " + "; ".join(content.evidence.non_clonal) + "."))
    story += [words(f"• {remark}") for remark in content.remarks]
    return story


def limits(content: ReportContent) -> list[Flowable]:
    """What nobody looked at."""
    return [
        words("Not assessed, and limits", HEADING),
        *(words(f"• {limit}") for limit in content.evidence.limits),
    ]


def comment(content: ReportContent) -> list[Flowable]:
    """What a person added."""
    if not content.case.comment.strip():
        return []
    return [words("Comment", HEADING), words(content.case.comment.strip())]


def cells(content: ReportContent, width: float) -> list[Flowable]:
    """Every cell with its count, karyotype and marks."""
    if not content.rows:
        return []
    rows = [
        [words(t, SMALL_BOLD) for t in ("Cell", "Count", "Karyotype of the cell", "Set by people", "Remark")]
    ]
    rows += [
        [words(t, SMALL) for t in (row.label, str(row.count), row.karyotype, row.marks, row.remark)]
        for row in content.rows
    ]
    return [
        words("Cells", HEADING),
        table(
            rows,
            [0.13 * width, 0.08 * width, 0.27 * width, 0.27 * width, 0.25 * width],
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
            repeat=1,
        ),
    ]


def origin(content: ReportContent) -> list[Flowable]:
    """Versions, and the people behind the initials."""
    versions = " · ".join(version for _, version in sorted(content.models.items())) or "none answered"
    story: list[Flowable] = [
        Spacer(1, 4 * mm),
        words(f"Models: {versions}. Program: Centromere {VERSION}.", QUIET_TEXT),
    ]
    if content.people:
        named = ", ".join(f"{initials_of(person)} {person}" for person in content.people)
        story.append(words(f"Initials: {named}.", QUIET_TEXT))
    return story


def figure(shown: Figure, width: float) -> Flowable:
    """Karyogram and metaphase of one cell, on one page."""
    cell = shown.cell
    text = cell_karyotype(cell) or "no karyotype"
    return KeepTogether(
        [
            words(f"Cell {cell.label}: {text}, count {cell.count}", HEADING),
            DrawingFlowable(
                shown.karyogram, scale=min(1.0, _HIGHEST_KARYOGRAM / max(shown.karyogram.height, 1.0))
            ),
            words(f"Karyogram. {_truth_of(shown)}", QUIET_TEXT),
            Spacer(1, 2 * mm),
            table(
                [[DrawingFlowable(shown.metaphase), DrawingFlowable(shown.outlined)]],
                [0.5 * width, 0.5 * width],
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("ALIGN", (1, 0), (1, 0), "RIGHT"),
            ),
            words("Metaphase as captured, and with the outlines as they stand.", QUIET_TEXT),
        ]
    )


def _truth_of(shown: Figure) -> str:
    """Say which pixels the karyogram shows; a view is named, because it can hide or make something."""
    truth = truth_of_pixels(shown.cell)
    if shown.view is None:
        return truth
    return truth.replace("Captured pixels", f"Pixels looked at through a view ({shown.view.words})", 1)
