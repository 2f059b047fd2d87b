"""The record of a verification as PDF, with the signature and the record itself in the file."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer

from core.atomic import whole_file
from core.errors import MediaError
from core.report.pdf_reading import keywords_of
from core.report.typography import (
    HEADING,
    INK,
    MARGIN,
    NOTICE,
    QUIET,
    QUIET_TEXT,
    RULE,
    SMALL,
    SMALL_BOLD,
    register_fonts,
    style,
    table,
    words,
)
from core.verification.record import Fault, Look, Outcome, Part, Record, Signature
from core.version import RESEARCH_USE, VERSION

_SHOWN: Final = 200
_FAULT: Final = style("fault", fontSize=7.5, leading=9.5, textColor=NOTICE)


def write_verification(path: Path, record: Record, signature: Signature | None) -> None:
    """Write the record of a verification; the file appears only when it is complete.

    Raises
    ------
    StorageError
        Where the file cannot be written.
    ValueError
        Where the signature belongs to another record.
    """
    written = verification_bytes(record, signature)
    with whole_file(path) as unfinished:
        unfinished.write_bytes(written)


def verification_bytes(record: Record, signature: Signature | None) -> bytes:
    """Lay the record out; returns the PDF file.

    The record itself is in the properties of the file (keywords), so that anybody can compute its hash again
    and compare it with the one that was signed; see `signed_record_of`.
    """
    if signature is not None and signature.record != record.sha256:
        raise ValueError("expected a signature of this record, got one of another, sign it again")
    register_fonts()
    stream = io.BytesIO()
    kept = {"record": record.as_json(), "signature": None if signature is None else _plain(signature)}
    document = BaseDocTemplate(
        stream,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=22 * mm,
        bottomMargin=20 * mm,
        title="Verification of an installation",
        author="Centromere",
        subject=record.summary,
        keywords=json.dumps(kept, separators=(",", ":")),
        initialFontName="Report",
    )
    frame = Frame(
        document.leftMargin, document.bottomMargin, document.width, document.height, id="page",
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates(
        PageTemplate(id="page", frames=[frame], onPage=lambda canvas, doc: _furniture(canvas, doc, record))
    )
    document.build(_story(record, signature, document.width))
    return stream.getvalue()


def signed_record_of(pdf: bytes) -> tuple[str, str | None]:
    """Read the record and the hash that was signed out of a PDF that `write_verification` wrote.

    Returns
    -------
    tuple
        The record as JSON, and the hash in the signature; None where nobody signed.

    Raises
    ------
    MediaError
        Where it is no such PDF.
    """
    try:
        kept = json.loads(keywords_of(pdf))
        signature = kept["signature"]
        return str(kept["record"]), None if signature is None else str(signature["record"])
    except (ValueError, KeyError, TypeError) as error:
        raise MediaError(
            "expected the record of a verification, got another PDF", "choose another file"
        ) from (error)


def _furniture(canvas: Canvas, document: Any, record: Record) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setFont("Report-Bold", 10)
    canvas.setFillColor(INK)
    canvas.drawString(MARGIN, height - 13 * mm, "Verification of an installation")
    canvas.setFont("Report", 8)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(width - MARGIN, height - 13 * mm, f"{record.ended:%Y-%m-%d %H:%M} UTC")
    canvas.setStrokeColor(RULE)
    canvas.line(MARGIN, height - 16 * mm, width - MARGIN, height - 16 * mm)
    canvas.line(MARGIN, 15 * mm, width - MARGIN, 15 * mm)
    canvas.setFont("Report", 6.5)
    canvas.drawString(MARGIN, 11.5 * mm, f"Record {record.sha256}")
    canvas.setFont("Report-Bold", 7)
    canvas.setFillColor(NOTICE)
    canvas.drawString(MARGIN, 8.5 * mm, RESEARCH_USE)
    canvas.setFont("Report", 7)
    canvas.setFillColor(QUIET)
    canvas.drawRightString(width - MARGIN, 10.5 * mm, f"Centromere {VERSION} · page {document.page}")
    canvas.restoreState()


def _story(record: Record, signature: Signature | None, width: float) -> list[Flowable]:
    verdict = "Passed" if record.passed else "Not passed"
    story: list[Flowable] = [
        table(
            [
                [words(a, QUIET_TEXT), words(b)]
                for a, b in (
                    ("Program", f"Centromere {record.version}"),
                    ("Installed in", record.place),
                    ("Computer", record.machine),
                    ("Ran", f"{record.began:%Y-%m-%d %H:%M:%S} to {record.ended:%H:%M:%S} UTC"),
                )
            ],
            [0.15 * width, 0.85 * width],
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ),
        Spacer(1, 4 * mm),
        table(
            [[words(verdict, style("verdict", fontName="Report-Bold", fontSize=14, leading=19))],
             [words(record.summary)]],
            [width],
            ("BOX", (0, 0), (-1, -1), 0.8, INK if record.passed else NOTICE),
            ("LEFTPADDING", (0, 0), (-1, -1), 8),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 6),
        ),
    ]  # fmt: skip
    for part in Part:
        looks = [look for look in record.looks if look.part is part]
        if looks:
            story += [words(f"{part.value} qualification", HEADING), _looks(looks, width)]
    return [*story, KeepTogether(_signature(signature, width))]


def _looks(looks: list[Look], width: float) -> Flowable:
    rows: list[list[Any]] = [[words(t, SMALL_BOLD) for t in ("Looked at", "Result", "Seen")]]
    rules: list[Any] = []
    for look in looks:
        rules.append(("LINEABOVE", (0, len(rows)), (-1, len(rows)), 0.3, RULE))
        result = words(look.outcome.value, _FAULT if look.outcome is Outcome.FAULT else SMALL)
        # A cell of a table does not break over pages: each fault has a row of its own.
        seen = [words(look.said, SMALL)] if look.said else []
        seen += [words(f"• {fault}", _FAULT) for fault in _shown(look.faults)]
        rows.append([words(look.title, SMALL), result, seen[0] if seen else ""])
        rows += [["", "", line] for line in seen[1:]]
    return table(
        rows,
        [0.22 * width, 0.12 * width, 0.66 * width],
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
        ("FONTSIZE", (0, 0), (-1, -1), 7),
        ("LEADING", (0, 0), (-1, -1), 8),
        *rules,
        repeat=1,
    )


def _shown(faults: tuple[Fault, ...]) -> list[str]:
    lines = [str(fault) for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(f"and {len(faults) - _SHOWN} more, all of them in the record inside this file")
    return lines


def _signature(signature: Signature | None, width: float) -> list[Flowable]:
    if signature is None:
        return [words("Signature", HEADING), words("Nobody signed this record.")]
    rows = (
        ("Name", signature.name),
        ("Role", signature.role or "–"),
        ("Signed", f"{signature.signed:%Y-%m-%d %H:%M:%S} UTC"),
        ("Record (SHA-256)", signature.record),
        ("By hand", ""),
    )
    return [
        words("Signature", HEADING),
        table(
            [[words(a, QUIET_TEXT), words(b)] for a, b in rows],
            [0.18 * width, 0.82 * width],
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, -1), (-1, -1), 26),
        ),
        words(
            "The record is inside this file (properties, keywords). Its SHA-256 ties the name to it: a "
            "changed record has another one. It does not prove who typed the name; the line by hand does.",
            QUIET_TEXT,
        ),
    ]


def _plain(signature: Signature) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else value.isoformat()
        for name, value in asdict(signature).items()
    }
