"""The report as PDF, fonts embedded, pictures at print resolution (reportlab)."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from core.analysis.numerical import cell_karyotype
from core.atomic import whole_file
from core.report.content import ReportCell, ReportContent
from core.report.drawing import Drawing
from core.report.karyogram_figure import draw_karyogram
from core.report.overlay import draw_overlay
from core.report.rendering import FONTS
from core.version import RESEARCH_USE, VERSION

_MARGIN: Final = 15 * mm
_INK: Final = colors.HexColor("#1b2430")
_QUIET: Final = colors.HexColor("#5b6673")
_FONT: Final = ("FONT", (0, 0), (-1, -1), "Report")
_RULE: Final = colors.HexColor("#c9d1d9")


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont("Report", str(FONTS / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont("Report-Bold", str(FONTS / "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(
        "Report", normal="Report", bold="Report-Bold", italic="Report", boldItalic="Report-Bold"
    )


def _style(name: str, **options: Any) -> ParagraphStyle:
    return ParagraphStyle(
        name, **{"fontName": "Report", "fontSize": 9, "leading": 12.5, "textColor": _INK, **options}
    )


class DrawingFlowable(Flowable):  # type: ignore[misc]
    """A drawing on a page: words stay words, chromosomes keep their captured pixels."""

    def __init__(self, drawing: Drawing, *, scale: float = 1.0) -> None:
        super().__init__()
        self._drawing = drawing
        self._scale = scale
        self.width = drawing.width * mm * scale
        self.height = drawing.height * mm * scale

    def draw(self) -> None:
        """Put the drawing on the canvas; called by reportlab."""
        canvas: Canvas = self.canv
        canvas.scale(self._scale, self._scale)
        height = self._drawing.height * mm
        for picture in self._drawing.pictures:
            canvas.drawImage(
                _reader(picture.image, picture.alpha),
                picture.x * mm,
                height - (picture.y + picture.height) * mm,
                picture.width * mm,
                picture.height * mm,
                mask="auto",
            )
        for line in self._drawing.lines:
            canvas.setStrokeColorRGB(*(value / 255 for value in line.colour))
            canvas.setLineWidth(line.thickness * mm)
            canvas.line(line.x1 * mm, height - line.y1 * mm, line.x2 * mm, height - line.y2 * mm)
        for words in self._drawing.words:
            canvas.setFillColorRGB(*(value / 255 for value in words.colour))
            canvas.setFont("Report-Bold" if words.bold else "Report", words.size * mm)
            put = {
                "start": canvas.drawString,
                "middle": canvas.drawCentredString,
                "end": canvas.drawRightString,
            }[words.anchor]
            put(words.x * mm, height - words.y * mm, words.text)


def _reader(image: NDArray[np.uint8], alpha: NDArray[np.uint8] | None) -> ImageReader:
    if alpha is None:
        return ImageReader(Image.fromarray(image))
    return ImageReader(Image.fromarray(np.dstack([image, image, image, alpha]), mode="RGBA"))


class _PictureFlowable(Flowable):  # type: ignore[misc]
    """A raster picture scaled into a box, never enlarged beyond the page."""

    def __init__(self, pixels: NDArray[np.uint8], width: float, height: float) -> None:
        super().__init__()
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, format="PNG")
        buffer.seek(0)
        self._reader = ImageReader(buffer)
        scale = min(width / pixels.shape[1], height / pixels.shape[0])
        self.width, self.height = pixels.shape[1] * scale, pixels.shape[0] * scale

    def draw(self) -> None:
        """Put the picture on the canvas; called by reportlab."""
        self.canv.drawImage(self._reader, 0, 0, self.width, self.height)


def write_report(path: Path, content: ReportContent) -> None:
    """Write the report of a case.

    Parameters
    ----------
    path
        File to write; it appears only when it is complete.
    content
        What the report says.

    Raises
    ------
    StorageError
        Where the file cannot be written.
    """
    _register_fonts()
    with whole_file(path) as unfinished:
        document = BaseDocTemplate(
            str(unfinished),
            pagesize=A4,
            leftMargin=_MARGIN,
            rightMargin=_MARGIN,
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
            PageTemplate(
                id="page", frames=[frame], onPage=lambda canvas, doc: _furniture(canvas, doc, content)
            )
        )
        document.build(_story(content, document.width))


def _furniture(canvas: Canvas, document: Any, content: ReportContent) -> None:
    """Head and foot of every page."""
    width, height = A4
    canvas.saveState()
    canvas.setFont("Report-Bold", 10)
    canvas.setFillColor(_INK)
    canvas.drawString(_MARGIN, height - 13 * mm, f"Case {content.case.name}")
    canvas.setFont("Report", 8)
    canvas.setFillColor(_QUIET)
    canvas.drawRightString(
        width - _MARGIN, height - 13 * mm, f"Chromosome analysis · {content.created:%Y-%m-%d %H:%M} UTC"
    )
    canvas.setStrokeColor(_RULE)
    canvas.line(_MARGIN, height - 16 * mm, width - _MARGIN, height - 16 * mm)
    canvas.line(_MARGIN, 15 * mm, width - _MARGIN, 15 * mm)
    canvas.setFont("Report-Bold", 7.5)
    canvas.setFillColor(colors.HexColor("#a03020"))
    canvas.drawString(_MARGIN, 10.5 * mm, RESEARCH_USE)
    canvas.setFont("Report", 7.5)
    canvas.setFillColor(_QUIET)
    canvas.drawRightString(width - _MARGIN, 10.5 * mm, f"Centromere {VERSION} · page {document.page}")
    canvas.restoreState()


def _story(content: ReportContent, width: float) -> list[Flowable]:
    heading = _style(
        "heading", fontName="Report-Bold", fontSize=10.5, leading=14, spaceBefore=9, spaceAfter=3
    )
    body = _style("body", alignment=TA_LEFT)
    quiet = _style("quiet", fontSize=8, leading=11, textColor=_QUIET)
    story: list[Flowable] = [_identity(content, width, body, quiet)]
    story.append(Paragraph(f"Karyotype (ISCN {escape(content.edition)})", heading))
    story.append(_karyotype(content, width))
    who = "Written by a person." if content.written_by_person else "Proposed by the program, not signed."
    story.append(Paragraph(who, quiet))
    story.append(Paragraph("Findings", heading))
    if content.findings:
        for finding, cells in content.findings:
            story.append(
                Paragraph(
                    f"• {escape(finding.text)}: in {cells} of {len(content.rows)} cells, "
                    f"probability in the clearest cell {finding.confidence:.2f}",
                    body,
                )
            )
    else:
        story.append(Paragraph("No numerical change in the cells that were karyotyped.", body))
    if content.evidence.non_clonal:
        story.append(Paragraph("Not clonal: " + escape("; ".join(content.evidence.non_clonal)) + ".", body))
    excluded = content.evidence.mosaicism_excluded_above
    if excluded is not None:
        story.append(
            Paragraph(
                f"A second cell line in {100 * excluded:.1f} % of the cells or more is excluded at 95 % "
                "confidence (numbers only).",
                body,
            )
        )
    story.append(Paragraph("Not assessed, and limits", heading))
    story += [Paragraph(f"• {escape(limit)}", body) for limit in content.evidence.limits]
    if content.comment:
        story += [Paragraph("Comment", heading), Paragraph(escape(content.comment), body)]
    story.append(Paragraph("Cells", heading))
    story.append(_cells(content, width))
    story.append(Spacer(1, 4 * mm))
    versions = " · ".join(f"{stage} {version}" for stage, version in sorted(content.models.items()))
    story.append(Paragraph(f"Models: {escape(versions)}. Program: Centromere {VERSION}.", quiet))
    for one in content.figures:
        story.append(_figure(one, width, heading, quiet))
    return story


def _identity(content: ReportContent, width: float, body: ParagraphStyle, quiet: ParagraphStyle) -> Table:
    case, ledger = content.case, content.ledger
    banding = sorted({one.cell.banding.value for one in content.figures}) or ["–"]
    levels = [
        one.cell.quality.band_level
        for one in content.figures
        if one.cell.quality is not None and one.cell.quality.band_level is not None
    ]
    level = f"about {np.median(levels):.0f} bands (estimate)" if levels else "not estimated"
    rows = [
        ("Pseudonym", case.name, "Context", case.context.value),
        ("Specimen", case.specimen or "–", "Cultures", case.cultures or "–"),
        ("Referral", case.referral or "–", "Protocol", case.protocol.name),
        ("Method", f"banding {', '.join(banding)}", "Band level", level),
        (
            "Set by people",
            ledger.line,
            "Checked",
            f"{ledger.checked} cell{'' if ledger.checked == 1 else 's'}",
        ),
    ]
    table = Table(
        [
            [
                Paragraph(escape(a), quiet),
                Paragraph(escape(b), body),
                Paragraph(escape(c), quiet),
                Paragraph(escape(d), body),
            ]
            for a, b, c, d in rows
        ],
        colWidths=[0.13 * width, 0.43 * width, 0.13 * width, 0.31 * width],
    )
    table.setStyle(
        TableStyle(
            [
                _FONT,
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return table


def _karyotype(content: ReportContent, width: float) -> Table:
    text = content.karyotype or content.evidence.limits[0]
    size = 14 if content.karyotype and len(content.karyotype) < 60 else 10.5
    style = _style("iscn", fontName="Report-Bold", fontSize=size, leading=size * 1.35)
    table = Table([[Paragraph(escape(text), style)]], colWidths=[width])
    table.setStyle(
        TableStyle(
            [
                _FONT,
                ("BOX", (0, 0), (-1, -1), 0.8, _INK),
                ("BACKGROUND", (0, 0), (-1, -1), colors.HexColor("#f4f6f8")),
                ("LEFTPADDING", (0, 0), (-1, -1), 8),
                ("TOPPADDING", (0, 0), (-1, -1), 6),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
            ]
        )
    )
    return table


def _cells(content: ReportContent, width: float) -> Table:
    small = _style("small", fontSize=7.5, leading=9.5)
    bold = _style("bold", fontName="Report-Bold", fontSize=7.5, leading=9.5)
    rows = [
        [Paragraph(t, bold) for t in ("Cell", "Count", "Karyotype of the cell", "Set by people", "Remark")]
    ]
    rows += [
        [
            Paragraph(escape(text), small)
            for text in (row.label, str(row.count), row.karyotype, row.marks, row.remark)
        ]
        for row in content.rows
    ]
    table = Table(
        rows,
        colWidths=[0.13 * width, 0.08 * width, 0.27 * width, 0.27 * width, 0.25 * width],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                _FONT,
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _figure(one: ReportCell, width: float, heading: ParagraphStyle, quiet: ParagraphStyle) -> Flowable:
    cell = one.cell
    text = cell_karyotype(cell) or "no karyotype"
    drawing = draw_karyogram(cell, one.grey)
    return KeepTogether(
        [
            Paragraph(f"Cell {escape(cell.label)}: {escape(text)}, count {cell.count}", heading),
            DrawingFlowable(drawing, scale=min(1.0, 142.0 / drawing.height)),
            Paragraph("Captured pixels, only rotated.", quiet),
            Spacer(1, 3 * mm),
            _PictureFlowable(draw_overlay(cell, one.grey), width, 84 * mm),
        ]
    )
