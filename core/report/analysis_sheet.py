"""The analysis sheet: one page for each cell, to be printed, signed and filed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate, Spacer, Table

from core.atomic import whole_file
from core.domain.bands import CLASSES
from core.domain.case import Case
from core.domain.metaphase import Banding, MarkKind, Metaphase, Verdict
from core.report.flowables import DrawingFlowable
from core.report.initials import initials_of
from core.report.metaphase_figure import draw_metaphase
from core.report.typography import (
    INK,
    MARGIN,
    NOTICE,
    QUIET,
    QUIET_TEXT,
    RULE,
    SMALL,
    register_fonts,
    style,
    table,
    words,
)
from core.version import RESEARCH_USE, VERSION

_TALLEST: Final = 138.0
_COLUMNS: Final = 12
_PARTS: Final = ("spread", "overlap", "band_clarity", "focus", "completeness", "debris")
_TITLE: Final = style("sheet title", fontName="Report-Bold", fontSize=13, leading=17)
_BIG: Final = style("sheet class", fontName="Report-Bold", fontSize=9, leading=11, alignment=1)
_TICK: Final = style("sheet tick", fontSize=9, leading=11, alignment=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnalysisSheet:
    """One cell with its picture, shape (H, W)."""

    cell: Metaphase
    grey: NDArray[np.generic]


def write_analysis_sheets(
    path: Path, case: Case, sheets: Sequence[AnalysisSheet], *, created: datetime
) -> None:
    """Write sheets as one PDF.

    Parameters
    ----------
    path
        File to write; it appears only when it is complete.
    created
        Time (UTC) that stands at the head.

    Raises
    ------
    ValueError
        Where no cell is given.
    StorageError
        Where the file cannot be written.
    """
    written = analysis_sheet_bytes(case, sheets, created=created)
    with whole_file(path) as unfinished:
        unfinished.write_bytes(written)


def analysis_sheet_bytes(case: Case, sheets: Sequence[AnalysisSheet], *, created: datetime) -> bytes:
    """Lay sheets out, one A4 page each; returns the PDF file."""
    if not sheets:
        raise ValueError("expected at least one cell, got none, choose a cell")
    register_fonts()
    stream = io.BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=20 * mm,
        bottomMargin=17 * mm,
        title=f"Analysis sheet {case.name}",
        author="Centromere",
        # Else every page names Helvetica, a font that is not embedded.
        initialFontName="Report",
    )
    frame = Frame(
        document.leftMargin, document.bottomMargin, document.width, document.height,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates(
        PageTemplate(frames=[frame], onPage=lambda canvas, doc: _furniture(canvas, doc, case, created))
    )
    story: list[Flowable] = []
    for sheet in sheets:
        if story:
            story.append(PageBreak())
        story += _page(case, sheet, document.width)
    document.build(story)
    return stream.getvalue()


def _page(case: Case, sheet: AnalysisSheet, width: float) -> list[Flowable]:
    cell = sheet.cell
    figure = draw_metaphase(cell, sheet.grey, width=width / mm, height=_TALLEST)
    picture = Table([[DrawingFlowable(figure)]], colWidths=[width])
    picture.setStyle([("ALIGN", (0, 0), (-1, -1), "CENTER"), ("FONT", (0, 0), (-1, -1), "Report")])
    return [
        words(f"Analysis sheet · cell {cell.label}", _TITLE),
        _facts(case, cell, width),
        Spacer(1, 2 * mm),
        picture,
        Spacer(1, 2 * mm),
        _ticks(cell, width),
        Spacer(1, 2.5 * mm),
        _notes(cell, width),
    ]


def _facts(case: Case, cell: Metaphase, width: float) -> Table:
    clicks = len(cell.counted_points)
    counts = f"{cell.count} outlined" + (f", {clicks} by click" if clicks else "")
    places = [("culture", cell.origin.culture), ("slide", cell.origin.slide), ("colony", cell.origin.colony)]
    origin = ", ".join(f"{name} {value}" for name, value in places if value) or "–"
    banding = "–" if cell.banding is Banding.UNKNOWN else cell.banding.value
    level = cell.quality.band_level if cell.quality else None
    rows = [
        ("Case", case.name, "Count", counts),
        ("Specimen", case.specimen or "–", "Banding", f"{banding}; band level {_level(level)}"),
        ("Origin", origin, "Quality", _quality(cell)),
        ("Cell", _verdict(cell), "Marks", _marks(cell)),
    ]
    return table(
        [
            [words(a, QUIET_TEXT), words(b, SMALL), words(c, QUIET_TEXT), words(d, SMALL)]
            for a, b, c, d in rows
        ],
        [0.10 * width, 0.36 * width, 0.10 * width, 0.44 * width],
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    )


def _level(level: float | None) -> str:
    return "not measured" if level is None else f"{level:.0f}"


def _quality(cell: Metaphase) -> str:
    if cell.quality is None:
        return "–"
    quality = cell.quality
    parts = ", ".join(f"{part.replace('_', ' ')} {100 * getattr(quality, part):.0f}" for part in _PARTS)
    return f"{100 * quality.score:.0f} ({parts})"


def _verdict(cell: Metaphase) -> str:
    said = {
        Verdict.OPEN: "not judged yet", Verdict.ACCEPTED: "accepted", Verdict.COUNT_ONLY: "for counting only",
        Verdict.REJECTED: "rejected",
    }[cell.verdict]  # fmt: skip
    return f"{said}: {cell.verdict_reason}" if cell.verdict_reason else said


def _marks(cell: Metaphase) -> str:
    said = [
        f"{kind.value} {initials_of(mark.person)} {mark.time:%Y-%m-%d}"
        for kind in MarkKind
        if (mark := cell.marked(kind)) is not None
    ]
    return "; ".join(said) or "none"


def _ticks(cell: Metaphase, width: float) -> Table:
    """Two lines of twelve classes: how many there are, and who compared them."""
    rows: list[list[Any]] = []
    counts = cell.class_counts
    for start in (0, _COLUMNS):
        names = CLASSES[start : start + _COLUMNS]
        rows.append([words(_named(name, counts.get(name, 0)), _BIG) for name in names])
        rows.append([words(_tick(cell, name), _TICK) for name in names])
    unusual = [
        ("BACKGROUND", (number % _COLUMNS, 2 * (number // _COLUMNS)),
         (number % _COLUMNS, 2 * (number // _COLUMNS)), colors.HexColor("#f3e3c4"))
        for number, name in enumerate(CLASSES)
        if name not in ("X", "Y") and counts.get(name, 0) != 2
    ]  # fmt: skip
    return table(
        rows,
        [width / _COLUMNS] * _COLUMNS,
        ("GRID", (0, 0), (-1, -1), 0.4, RULE),
        ("BOX", (0, 0), (-1, 1), 0.8, INK),
        ("BOX", (0, 2), (-1, 3), 0.8, INK),
        *unusual,
    )


def _named(name: str, count: int) -> str:
    return name if count == 2 else f"{name} ({count})"


def _tick(cell: Metaphase, name: str) -> str:
    tick = cell.tick(name)
    if tick is None:
        # Keeps the box high enough to tick by hand.
        return "\u00a0"
    return f"{'✓' if not cell.is_stale(tick) else '(✓)'} {initials_of(tick.person)}"


def _notes(cell: Metaphase, width: float) -> Table:
    ticked = [tick for tick in cell.ticks if not cell.is_stale(tick)]
    stale = len(cell.ticks) - len(ticked)
    said = f"{len(ticked)} classes compared on the metaphase"
    if stale:
        said += f"; {stale} in brackets changed after they were compared"
    lines = [[words(f"Notes: {cell.notes}" if cell.notes else "Notes:", SMALL)], [""], [""]]
    lines.append([words(f"{said}. Structure is assessed by the person who signs.", QUIET_TEXT)])
    signed = [[words("Analysed by, date", QUIET_TEXT), words("Checked by, date", QUIET_TEXT)]]
    lines.append([table(signed, [0.48 * width, 0.48 * width], ("TOPPADDING", (0, 0), (-1, -1), 16),
                        ("LINEABOVE", (0, 0), (0, 0), 0, colors.white))])  # fmt: skip
    return table(
        lines,
        [width],
        ("LINEBELOW", (0, 0), (-1, 2), 0.4, RULE),
        ("LINEBELOW", (0, 4), (-1, 4), 0.6, INK),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    )


def _furniture(canvas: Canvas, document: Any, case: Case, created: datetime) -> None:
    """Head and foot of every page."""
    width, height = A4
    canvas.saveState()
    canvas.setFont("Report-Bold", 9)
    canvas.setFillColor(INK)
    canvas.drawString(MARGIN, height - 12 * mm, f"Case {case.name}"[:70])
    canvas.setFont("Report", 8)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(width - MARGIN, height - 12 * mm, f"{created:%Y-%m-%d %H:%M} UTC")
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, height - 15 * mm, width - MARGIN, height - 15 * mm)
    canvas.line(MARGIN, 13.5 * mm, width - MARGIN, 13.5 * mm)
    canvas.setFont("Report-Bold", 7.5)
    canvas.setFillColor(NOTICE)
    canvas.drawString(MARGIN, 9.5 * mm, RESEARCH_USE)
    canvas.setFont("Report", 7.5)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(width - MARGIN, 9.5 * mm, f"Centromere {VERSION} · page {document.page}")
    canvas.restoreState()
