"""The evidence strip and the composite karyogram as drawings, and drawings as pages of a PDF file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.analysis.consensus import ClassStudy, Consensus, Deviation, said_of
from core.analysis.strands import ROW
from core.domain.bands import Level, bands_of, centromere_fraction
from core.report.chromosome_picture import UprightChromosome
from core.report.drawing import Contour, Drawing, Line, PlacedPicture, Words
from core.report.flowables import DrawingFlowable
from core.report.idiogram_shapes import EDGE_COLOUR, STAIN_COLOURS, stretched
from core.report.typography import INK, MARGIN, NOTICE, QUIET, register_fonts
from core.version import RESEARCH_USE, VERSION

WIDTH: Final = 180.0
_LABEL: Final = 11.0
_SAID: Final = 27.0
_GAP: Final = 6.0
_ROW: Final = 11.0
_LEAST_ROW: Final = 5.5
_TALLEST: Final = 225.0
_QUIET: Final = (90, 98, 108)
_DOUBT: Final = (154, 106, 0)
_MORE: Final = (209, 73, 91)
_LESS: Final = (47, 127, 209)
_BLUE: Final = (27, 95, 165)
STRAIGHTENED: Final = "Straightened along the axis, one scale for all cells: for comparison only."


@dataclass(slots=True)
class _Pen:
    pictures: list[PlacedPicture] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    contours: list[Contour] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def box(
        self, x: float, y: float, width: float, height: float, fill: tuple[int, int, int],
        edge: tuple[int, int, int] | None = None,
    ) -> None:  # fmt: skip
        points = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.contours.append(Contour(points=points, thickness=0.1, colour=edge or fill, fill=fill))

    def drawing(self, height: float) -> Drawing:
        return Drawing(
            width=WIDTH, height=height, pictures=tuple(self.pictures), lines=tuple(self.lines),
            contours=tuple(self.contours), words=tuple(self.words),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """Where a column of the strip lies: millimetres for one row of the common scale, and the centromere."""

    left: float
    scale: float
    waist: float
    right: float


def draw_evidence(study: ClassStudy, *, title: str, level: Level = 550) -> Drawing:
    """Draw the evidence strip of a class, 180 mm wide, to be fitted on one page.

    Parameters
    ----------
    study
        From `core.analysis.consensus.study_class`.
    title
        Line above it.
    level
        Of the idiogram.
    """
    titles, columns = _columns_of(study)
    longest = max(len(members) for members in columns)
    row = float(np.clip((_TALLEST - 60.0) / max(longest, 1), _LEAST_ROW, _ROW))
    wide = (WIDTH - _GAP) / 2
    strands = [one.strand for one in study.deviations]
    means = [study.consensus, *([study.other] if study.other else [])]
    before = max(*(one.p for one in strands), *(mean.p for mean in means)) / ROW + 2
    behind = max(*(one.q for one in strands), *(mean.q for mean in means)) / ROW + 2
    widest = max(one.straight.image.shape[1] / (ROW * one.pixels) for one in strands)
    scale = min((wide - _LABEL - _SAID) / (before + behind), (row - 1.6) / widest)
    pen = _Pen()
    pen.words.append(Words(text=title, x=0.0, y=4.0, size=4.0, bold=True))
    top = 9.0
    bottom = top
    for number, (name, members) in enumerate(zip(titles, columns, strict=True)):
        if not members:
            continue
        left = number * (wide + _GAP)
        place = _Column(left=left, scale=scale, waist=left + _LABEL + before * scale, right=left + wide)
        mean = study.other if number == 1 and study.other is not None else study.consensus
        y = _draw_head(pen, study, mean, f"{name}  ·  {len(members)}", place, top, level)
        for one in members:
            _draw_row(pen, study, one, place, y, row, place.waist + behind * scale + 1.5)
            y += row
        bottom = max(bottom, y)
    pen.words.append(
        Words(text=f"{STRAIGHTENED} {RESEARCH_USE}", x=0.0, y=bottom + 5, size=2.6, colour=_DOUBT)
    )
    return pen.drawing(bottom + 7)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompositeMember:
    """One chromosome of a composite: captured pixels, its scale (pixels for a per cent), and its mark."""

    upright: UprightChromosome
    pixels: float
    outlying: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompositeRow:
    """A class over all cells: its name and the members of each cell, in the order of `labels`."""

    name: str
    members: tuple[tuple[CompositeMember, ...], ...]
    normal: int = 2


def draw_composite(rows: Sequence[CompositeRow], labels: Sequence[str], *, title: str) -> Drawing:
    """Draw a composite karyogram: a line for each class, a column for each cell.

    Parameters
    ----------
    rows
        Classes that are present.
    labels
        Names of the cells.
    title
        Line above it.
    """
    columns = len(labels)
    widest = [
        max(
            (sum(one.upright.image.shape[1] / (ROW * one.pixels) for one in row.members[at]) for row in rows),
            default=20.0,
        )
        for at in range(columns)
    ]  # fmt: skip
    tall = [_extent(row) for row in rows]
    fixed = 12.0 + columns * 3.0
    scale = min(
        (WIDTH - fixed) / max(sum(widest), 1.0),
        (_TALLEST - 18.0 - 3.0 * len(rows)) / max(sum(above + below for above, below in tall), 1.0),
        0.55,
    )
    pen = _Pen()
    pen.words.append(Words(text=title, x=0.0, y=4.0, size=4.0, bold=True))
    lefts, x = [], 12.0
    for label, width in zip(labels, widest, strict=True):
        lefts.append((x, width * scale))
        pen.words.append(
            Words(text=label, x=x + width * scale / 2, y=11.0, size=2.4, anchor="middle", colour=_QUIET)
        )
        x += width * scale + 3.0
    y = 13.0
    for row, (above, below) in zip(rows, tall, strict=True):
        waist = y + 1.5 + above * scale
        pen.words.append(Words(text=row.name, x=9.0, y=waist + 1.0, size=3.4, anchor="end", bold=True))
        for (left, width), members in zip(lefts, row.members, strict=True):
            _draw_members(pen, members, left, width, waist, scale)
            if len(members) != row.normal:
                text = f"×{len(members)}"
                pen.words.append(
                    Words(text=text, x=left + width, y=y + 2.6, size=2.2, bold=True, colour=_DOUBT)
                )
        y += (above + below) * scale + 3.0
    note = f"Captured pixels, only rotated; one scale for all cells. {RESEARCH_USE}"
    pen.words.append(Words(text=note, x=0.0, y=y + 4, size=2.6, colour=_DOUBT))
    return pen.drawing(y + 6)


def pages_of(drawings: Sequence[Drawing], *, title: str) -> bytes:
    """Put each drawing on a page of its own, A4 upright; returns the PDF file."""
    register_fonts()
    stream = io.BytesIO()
    width, height = A4
    canvas = Canvas(stream, pagesize=A4, initialFontName="Report")
    canvas.setTitle(title)
    canvas.setAuthor("Centromere")
    for number, drawing in enumerate(drawings, start=1):
        room = (width - 2 * MARGIN, height - 2 * MARGIN - 10 * mm)
        scale = min(room[0] / (drawing.width * mm), room[1] / (drawing.height * mm), 1.0)
        flowable = DrawingFlowable(drawing, scale=scale)
        flowable.drawOn(canvas, MARGIN, height - MARGIN - drawing.height * mm * scale)
        canvas.setFont("Report-Bold", 7.5)
        canvas.setFillColor(NOTICE)
        canvas.drawString(MARGIN, 10.5 * mm, RESEARCH_USE)
        canvas.setFont("Report", 7.5)
        canvas.setFillColor(QUIET)
        canvas.drawRightString(width - MARGIN, 10.5 * mm, f"Centromere {VERSION} · page {number}")
        canvas.setFillColor(INK)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _columns_of(
    study: ClassStudy,
) -> tuple[tuple[str, str], tuple[tuple[Deviation, ...], tuple[Deviation, ...]]]:
    if study.other is not None:
        return ("Homologs like the idiogram", "The other homologs"), (study.group(0), study.group(1))
    left = tuple(one for one in study.deviations if (one.strand.chromosome.homolog or 1) % 2 == 1)
    right = tuple(one for one in study.deviations if (one.strand.chromosome.homolog or 1) % 2 == 0)
    return ("Left homologs", "Right homologs"), (left, right)


def _draw_head(
    pen: _Pen, study: ClassStudy, mean: Consensus, title: str, place: _Column, top: float, level: Level
) -> float:
    pen.words.append(Words(text=title, x=place.left, y=top + 3, size=3.0, bold=True))
    y = top + 5.0
    usual = study.consensus
    _draw_idiogram(pen, usual, place, y, 3.0, level)
    y += 4.0
    wide = float(mean.image.shape[1]) * place.scale
    start = place.waist - mean.waist * place.scale
    lying = np.ascontiguousarray(np.rot90(mean.image))
    pen.pictures.append(
        PlacedPicture(image=lying, alpha=None, x=start, y=y, width=mean.rows * place.scale, height=wide)
    )
    pen.words.append(
        Words(
            text="mean", x=place.left + _LABEL - 2, y=y + wide / 2 + 1, size=2.4, anchor="end", colour=_QUIET
        )
    )
    y += wide + 1.0
    high = 9.0
    low, top_value = float((mean.mean - mean.spread).min()), float((mean.mean + mean.spread).max())

    def point(row: int, value: float) -> tuple[float, float]:
        share = (value - low) / max(top_value - low, 1e-6)
        return place.waist + (row + 0.5 - mean.waist) * place.scale, y + high * (1.0 - share)

    rows = range(mean.rows)
    band = [point(row, float(mean.mean[row] + mean.spread[row])) for row in rows]
    band += [point(row, float(mean.mean[row] - mean.spread[row])) for row in reversed(rows)]
    pen.contours.append(
        Contour(points=tuple(band), thickness=0.05, colour=(178, 206, 236), fill=(205, 223, 243))
    )
    # Lines lie below filled shapes, so the mean is a thin shape of its own.
    line = [point(row, float(mean.mean[row])) for row in rows]
    thin = [*((x, y - 0.1) for x, y in line), *((x, y + 0.1) for x, y in reversed(line))]
    pen.contours.append(Contour(points=tuple(thin), thickness=0.1, colour=_BLUE, fill=_BLUE))
    return y + high + 2.0


def _draw_idiogram(
    pen: _Pen, mean: Consensus, place: _Column, top: float, height: float, level: Level
) -> None:
    name = mean.chromosome_class
    own, waist = centromere_fraction(name, level), mean.waist / mean.rows
    start, long = place.waist - mean.waist * place.scale, mean.rows * place.scale
    for band in bands_of(name, level):
        first, last = (start + stretched(end, own, waist) * long for end in (band.start, band.end))
        pen.box(first, top, last - first, height, STAIN_COLOURS[band.stain])
    corners = ((start, top), (start + long, top), (start + long, top + height), (start, top + height))
    pen.contours.append(Contour(points=corners, thickness=0.15, colour=EDGE_COLOUR))


def _draw_row(
    pen: _Pen, study: ClassStudy, one: Deviation, place: _Column, top: float, height: float, right: float
) -> None:
    step = ROW * one.strand.pixels
    lying = np.ascontiguousarray(np.rot90(one.strand.straight.image))
    wide, long = lying.shape[0] / step * place.scale, lying.shape[1] / step * place.scale
    middle = top + (height - 1.4) / 2
    pen.pictures.append(
        PlacedPicture(
            image=lying, alpha=None, x=place.waist - one.strand.waist / step * place.scale,
            y=middle - wide / 2, width=long, height=wide,
        )
    )  # fmt: skip
    colour = _DOUBT if one.outlying else _QUIET
    label = f"{one.strand.label} ▲" if one.outlying else one.strand.label
    pen.words.append(
        Words(text=label, x=place.left + _LABEL - 1.5, y=middle + 0.9, size=2.4, anchor="end",
              bold=one.outlying, colour=colour)
    )  # fmt: skip
    _draw_heat(pen, study.consensus, one, place, top + height - 1.5, 1.0)
    pen.words.append(
        Words(text=f"{one.score:.1f}", x=right, y=middle - 0.4, size=2.4, bold=one.outlying, colour=colour)
    )
    parts = said_of(one, study.consensus).split(", ") if one.outlying else []
    for number, part in enumerate(part for part in parts if part):
        pen.words.append(Words(text=part, x=right, y=middle + 2.0 + 2.3 * number, size=1.9, colour=_QUIET))


def _draw_heat(pen: _Pen, mean: Consensus, one: Deviation, place: _Column, top: float, height: float) -> None:
    start = place.waist - mean.waist * place.scale
    for row, excess in enumerate(one.excess):
        if not np.isfinite(excess) or abs(excess) < 1.6:
            continue
        share = min(1.0, 0.25 + 0.75 * (abs(float(excess)) - 1.6) / 3.4)
        pen.box(
            start + row * place.scale, top, place.scale, height, _faded(_MORE if excess > 0 else _LESS, share)
        )
    gone = ~np.isfinite(one.excess)
    for first, last in _runs(gone):
        pen.box(
            start + first * place.scale,
            top,
            (last - first + 1) * place.scale,
            height,
            _faded(_LESS, 0.3),
            _LESS,
        )
    p, q = (length / ROW * place.scale for length in one.beyond)
    if p > 2 * place.scale:
        pen.box(start - p, top, p, height, _faded(_MORE, 0.3), _MORE)
    if q > 2 * place.scale:
        pen.box(start + mean.rows * place.scale, top, q, height, _faded(_MORE, 0.3), _MORE)


def _draw_members(
    pen: _Pen, members: Sequence[CompositeMember], left: float, width: float, waist: float, scale: float
) -> None:
    sizes = [one.upright.image.shape[1] / (ROW * one.pixels) * scale for one in members]
    x = left + (width - sum(sizes)) / 2
    for one, wide in zip(members, sizes, strict=True):
        step = ROW * one.pixels
        above = one.upright.centromere / step * scale
        tall = one.upright.image.shape[0] / step * scale
        pen.pictures.append(
            PlacedPicture(
                image=one.upright.image,
                alpha=one.upright.alpha,
                x=x,
                y=waist - above,
                width=wide,
                height=tall,
            )
        )
        if one.outlying:
            y0, y1 = waist - above - 0.4, waist - above + tall + 0.4
            corners = ((x, y0), (x + wide, y0), (x + wide, y1), (x, y1))
            pen.contours.append(Contour(points=corners, thickness=0.25, colour=_DOUBT))
        x += wide


def _extent(row: CompositeRow) -> tuple[float, float]:
    """Rows of the common scale above and below the centromere."""
    members = [one for cell in row.members for one in cell]
    above = max((one.upright.centromere / (ROW * one.pixels) for one in members), default=1.0)
    below = max(
        ((one.upright.image.shape[0] - one.upright.centromere) / (ROW * one.pixels) for one in members),
        default=1.0,
    )
    return above, below


def _faded(colour: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    """Mix a colour with white."""
    red, green, blue = (round(255 + (part - 255) * share) for part in colour)
    return red, green, blue


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
