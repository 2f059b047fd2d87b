"""The key map on paper: A4, columns, one page where it fits and two where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from app.actions import FIXED, WORDING_OF, spelled
from app.keymap import KeyMap
from app.menus import groups
from core.report.typography import INK, QUIET, RULE, register_fonts

_MARGIN: Final = 11 * mm
_COLUMNS: Final = 3
_GAP: Final = 6 * mm
_HEAD: Final = 13 * mm
_SIZES: Final = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_PAGES: Final = 2
_TITLE: Final = "\0"
Line = tuple[str, str]


def write_key_sheet(keymap: KeyMap, path: Path) -> int:
    """Write all keys into a PDF; returns the number of pages.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    register_fonts()
    lines = _lines(keymap)
    size = next((size for size in _SIZES if _pages(lines, size) == 1), None)
    if size is None:
        size = next((size for size in _SIZES if _pages(lines, size) <= _PAGES), _SIZES[-1])
    # Written as a whole: a page begun and not ended is no PDF.
    with path.open("wb") as file:
        canvas = Canvas(file, pagesize=landscape(A4))
        canvas.setTitle("Centromere: keys")
        pages = _draw(canvas, lines, size)
        canvas.save()
    return pages


def _lines(keymap: KeyMap) -> list[Line]:
    """Headings are lines without keys in front: ("", title)."""
    found: list[Line] = []
    for title, names in groups().items():
        with_keys = [name for name in names if keymap.keys_of(name)]
        if with_keys:
            found.append(("", title))
            for name in with_keys:
                found.append((spelled(keymap.keys_of(name)), WORDING_OF[name].text.rstrip("…")))
    found.append(("", "Mouse and arrows"))
    found += [(one.keys, one.text) for one in FIXED]
    return found


def _rows_of_column(size: float) -> int:
    return int((landscape(A4)[1] - 2 * _MARGIN - _HEAD) / (size * 1.42))


def _pages(lines: list[Line], size: float) -> int:
    rows = _rows_of_column(size) * _COLUMNS
    # A heading takes a row of air; one that would stand at the foot moves on.
    needed = len(lines) + sum(1 for keys, _ in lines if not keys) + _COLUMNS * 4
    return -(-needed // rows)


def _draw(canvas: Canvas, lines: list[Line], size: float) -> int:
    width, height = landscape(A4)
    column_width = (width - 2 * _MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS
    leading, top = size * 1.42, height - _MARGIN - _HEAD
    bottom = _MARGIN
    page, column, y = 1, 0, top
    _head(canvas, page)
    for keys, text in _wrapped(lines, size, column_width):
        heading = not keys and text.startswith(_TITLE)
        text = text.removeprefix(_TITLE)
        room = leading * (3 if heading else 1)
        if heading and y < top:
            y -= leading * 0.7
        if y - room < bottom:
            column, y = column + 1, top
            if column == _COLUMNS:
                canvas.showPage()
                page, column = page + 1, 0
                _head(canvas, page)
        x = _MARGIN + column * (column_width + _GAP)
        y -= leading
        if heading:
            canvas.setFillColor(INK)
            canvas.setFont("Report-Bold", size + 0.5)
            canvas.drawString(x, y, text)
            canvas.setStrokeColor(RULE)
            canvas.line(x, y - 2, x + column_width, y - 2)
            continue
        canvas.setFillColor(INK)
        canvas.setFont("Report-Bold", _fitting(keys, "Report-Bold", size, column_width * 0.44))
        canvas.drawString(x, y, keys)
        canvas.setFillColor(QUIET)
        canvas.setFont("Report", size)
        canvas.drawString(x + column_width * 0.46, y, text)
    canvas.showPage()
    return page


def _wrapped(lines: list[Line], size: float, column_width: float) -> list[Line]:
    """Give what is said of a key as many lines as it needs; titles are marked as such."""
    found: list[Line] = []
    for keys, text in lines:
        if not keys:
            found.append(("", _TITLE + text))
            continue
        parts = simpleSplit(text, "Report", size, column_width * 0.54)
        found += [(keys if place == 0 else "", part) for place, part in enumerate(parts)]
    return found


def _head(canvas: Canvas, page: int) -> None:
    width, height = landscape(A4)
    canvas.setFillColor(INK)
    canvas.setFont("Report-Bold", 14)
    canvas.drawString(_MARGIN, height - _MARGIN - 5 * mm, "Keys")
    canvas.setFillColor(QUIET)
    canvas.setFont("Report", 8)
    canvas.drawRightString(
        width - _MARGIN,
        height - _MARGIN - 5 * mm,
        "Centromere · letters and digits work on the Case page" + (f" · page {page}" if page > 1 else ""),
    )


def _fitting(text: str, font: str, size: float, width: float) -> float:
    needed = stringWidth(text, font, size)
    return size if needed <= width else size * width / needed
