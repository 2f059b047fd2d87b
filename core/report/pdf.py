"""The report as PDF, fonts embedded, pictures at print resolution (reportlab)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate

from core.atomic import whole_file
from core.domain.case import Status
from core.report import sections
from core.report.content import ReportContent
from core.report.figures import Figure
from core.report.typography import INK, MARGIN, NOTICE, QUIET, RULE, register_fonts
from core.version import RESEARCH_USE, VERSION


def write_report(path: Path, content: ReportContent, figures: Sequence[Figure]) -> None:
    """Write the report of a case.

    Parameters
    ----------
    path
        File to write; it appears only when it is complete.
    content, figures
        What the report says, and the pictures of `content.figures`.

    Raises
    ------
    StorageError
        Where the file cannot be written.
    """
    written = report_bytes(content, figures)
    with whole_file(path) as unfinished:
        unfinished.write_bytes(written)


def report_bytes(content: ReportContent, figures: Sequence[Figure]) -> bytes:
    """Lay the report of a case out; returns the PDF file."""
    register_fonts()
    stream = io.BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=22 * mm,
        bottomMargin=20 * mm,
        title=f"Cytogenetic report {content.case.name}",
        author="Centromere",
        # Else every page names Helvetica, a font that is not embedded; the tables say the same.
        initialFontName="Report",
        subject=content.karyotype or "no karyotype",
    )
    frame = Frame(
        document.leftMargin,
        document.bottomMargin,
        document.width,
        document.height,
        id="page",
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(
        PageTemplate(id="page", frames=[frame], onPage=lambda canvas, doc: _furniture(canvas, doc, content))
    )
    document.build(_story(content, figures, document.width))
    return stream.getvalue()


def _furniture(canvas: Canvas, document: Any, content: ReportContent) -> None:
    """Head and foot of every page."""
    width, height = A4
    canvas.saveState()
    canvas.setFont("Report-Bold", 10)
    canvas.setFillColor(INK)
    canvas.drawString(MARGIN, height - 13 * mm, _shortened(f"Case {content.case.name}", 60))
    canvas.setFont("Report", 8)
    canvas.setFillColor(QUIET)
    state = "Chromosome analysis"
    if content.case.status is not Status.SIGNED:
        state += " · preliminary"
    canvas.drawRightString(
        width - MARGIN, height - 13 * mm, f"{state} · {content.created:%Y-%m-%d %H:%M} UTC"
    )
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, height - 16 * mm, width - MARGIN, height - 16 * mm)
    canvas.line(MARGIN, 15 * mm, width - MARGIN, 15 * mm)
    canvas.setFont("Report-Bold", 7.5)
    canvas.setFillColor(NOTICE)
    canvas.drawString(MARGIN, 10.5 * mm, RESEARCH_USE)
    canvas.setFont("Report", 7.5)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(width - MARGIN, 10.5 * mm, f"Centromere {VERSION} · page {document.page}")
    canvas.restoreState()


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _story(content: ReportContent, figures: Sequence[Figure], width: float) -> list[Flowable]:
    story: list[Flowable] = [
        sections.identity(content, width),
        *sections.karyotype(content, width),
        *sections.ledger(content, width),
        *sections.findings(content),
        *sections.limits(content),
        *sections.comment(content),
        *sections.cells(content, width),
        *sections.origin(content),
    ]
    for figure in figures:
        story += [PageBreak(), sections.figure(figure, width)]
    return story
