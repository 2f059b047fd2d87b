"""Typefaces, colours and paragraph styles of the report (reportlab)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, Table, TableStyle

from core.report.rendering import FONTS

MARGIN: Final = 15 * mm
INK: Final = colors.HexColor("#1b2430")
QUIET: Final = colors.HexColor("#5b6673")
RULE: Final = colors.HexColor("#c9d1d9")
NOTICE: Final = colors.HexColor("#a03020")


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make the embedded typefaces known to reportlab, and let it write streams as they are."""
    # ASCII-85 makes pictures a quarter larger and takes longer than all the rest of the report.
    rl_config.useA85 = 0
    pdfmetrics.registerFont(TTFont("Report", str(FONTS / "DejaVuSans.ttf")))
    pdfmetrics.registerFont(TTFont("Report-Bold", str(FONTS / "DejaVuSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(
        "Report", normal="Report", bold="Report-Bold", italic="Report", boldItalic="Report-Bold"
    )


def style(name: str, **options: Any) -> ParagraphStyle:
    """Make a paragraph style from that of the body."""
    return ParagraphStyle(
        name, **{"fontName": "Report", "fontSize": 9, "leading": 12.5, "textColor": INK, **options}
    )


BODY: Final = style("body")
QUIET_TEXT: Final = style("quiet", fontSize=8, leading=11, textColor=QUIET)
SMALL: Final = style("small", fontSize=7.5, leading=9.5)
SMALL_BOLD: Final = style("small bold", fontName="Report-Bold", fontSize=7.5, leading=9.5)
HEADING: Final = style(
    "heading", fontName="Report-Bold", fontSize=10.5, leading=14, spaceBefore=9, spaceAfter=3
)


def words(text: str, of: ParagraphStyle = BODY) -> Paragraph:
    """Set plain text; what no typeface can show is left out, new lines are kept."""
    lines = (
        "".join(sign for sign in line if unicodedata.category(sign)[0] != "C") for line in text.split("\n")
    )
    return Paragraph("<br/>".join(escape(line) for line in lines), of)


def table(rows: list[list[Any]], widths: list[float], *commands: Any, repeat: int = 0) -> Table:
    """Set a table in the typeface of the report; `commands` are those of reportlab's `TableStyle`."""
    made = Table(rows, colWidths=widths, repeatRows=repeat)
    # Every table names its typeface, or Helvetica, which is not embedded, gets into the file.
    made.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Report"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                *commands,
            ]
        )
    )
    return made
