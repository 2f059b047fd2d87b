"""Drawings as files: PNG and TIFF pixels, SVG and PDF with editable lines and words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.atomic import whole_file
from core.report.drawing import Drawing
from core.report.flowables import DrawingFlowable
from core.report.rendering import save_pixels, to_pixels, to_svg
from core.report.typography import register_fonts

SUFFIXES: Final = (".png", ".tif", ".tiff", ".svg", ".pdf")


def write_drawing(path: Path, pages: Sequence[Drawing], whole: Drawing, *, dpi: int = 300) -> None:
    """Write a drawing, whole or not at all; the suffix says how.

    Parameters
    ----------
    path
        Ends in .png, .tif, .tiff, .svg or .pdf.
    pages
        Its parts, each a page of a PDF.
    whole
        All of it in one, for the other formats.
    dpi
        Resolution of pixels, 20 to 1200.

    Raises
    ------
    ValueError
        For another suffix.
    StorageError
        Where the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        got = suffix or "no suffix"
        raise ValueError(f"expected a file name that ends in {', '.join(SUFFIXES)}, got {got}, name another")
    with whole_file(path) as unfinished:
        if suffix == ".svg":
            unfinished.write_text(to_svg(whole), encoding="utf-8")
        elif suffix == ".pdf":
            unfinished.write_bytes(pdf_of(pages, title=path.stem))
        else:
            save_pixels(to_pixels(whole, dpi=dpi), unfinished, dpi=dpi)


def pdf_of(pages: Sequence[Drawing], *, title: str) -> bytes:
    """Write drawings as the pages of a PDF, each as large as its drawing."""
    register_fonts()
    stream = io.BytesIO()
    canvas = Canvas(stream, initialFontName="Report")
    canvas.setTitle(title)
    for drawing in pages:
        canvas.setPageSize((drawing.width * mm, drawing.height * mm))
        DrawingFlowable(drawing).drawOn(canvas, 0, 0)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
