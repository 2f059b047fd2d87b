"""The karyogram as a drawing: captured pixels, only rotated, unless marked otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.annotation import Annotation
from core.domain.bands import Level
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.karyogram import MARKER_SLOT, Slot, annotations_of, karyogram_of
from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.report.annotation_shapes import shape_of
from core.report.arrangement import (
    Arrangement,
    Body,
    GroupMark,
    IdiogramPlace,
    Measures,
    PlacedBody,
    PlacedSlot,
    RowPlan,
    SlotPlan,
    arrange,
)
from core.report.chromosome_picture import UprightChromosome, upright_chromosome
from core.report.drawing import Contour, Drawing, Line, PlacedPicture, Words
from core.report.idiogram_shapes import EDGE_COLOUR, band_shapes
from core.report.karyogram_style import KaryogramStyle

__all__ = ["WIDTH", "GreyOf", "UprightChromosome", "draw_karyogram", "truth_of_pixels", "upright_chromosome"]

WIDTH: Final = 180.0
_MARGIN: Final = 4.0
_LONGEST: Final = 34.0
_ABOVE_LINE: Final = 1.6
_TITLE: Final = 7.0
_UNKNOWN_LABEL: Final = "?"
_SMALL: Final = 2.2
_QUIET: Final = (90, 98, 108)
_DOUBT: Final = (154, 106, 0)
_ARROW_HEAD: Final = 2.6
_LETTERS: Final = 2.8

MEASURES: Final = Measures(
    margin=_MARGIN, pair=1.6, slot=(5.5, 8.0), group=(11.0, 34.0), row=(3.5, 3.5), least_slot=10.0,
    least_row=8.0, label=8.1, caption=2.9, letter=1.3, group_label=6.0, idiogram=2.2,
)  # fmt: skip
"""Millimetres."""

GreyOf = Callable[[Chromosome], NDArray[np.generic]]
"""Gives the whole picture, dark on light, out of which a chromosome is cut."""


@dataclass(slots=True)
class _Pen:
    """Collects what is put down."""

    pictures: list[PlacedPicture] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    contours: list[Contour] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def write(self, text: str, x: float, y: float, size: float, **style: object) -> None:
        self.words.append(Words(text=text, x=x, y=y, size=size, **style))  # type: ignore[arg-type]


def draw_karyogram(
    cell: Metaphase,
    grey: NDArray[np.generic],
    *,
    title: str | None = None,
    caption: str | None = None,
    style: KaryogramStyle | None = None,
    grey_of: GreyOf | None = None,
) -> Drawing:
    """Draw the karyogram of one cell, 180 mm wide.

    Parameters
    ----------
    cell
        State to draw.
    grey
        Its picture, shape (H, W); a light-on-dark one is inverted for printing.
    title, caption
        Lines above and below; None for none.
    style
        Template, alignment, idiograms and annotations; the usual ones when None.
    grey_of
        Another picture for each chromosome, such as one with more contrast, of the same shape; the
        captured one when None.

    Returns
    -------
    Drawing
    """
    style = style or KaryogramStyle()
    printed = dark_on_light_of(grey, dark_on_light=cell.dark_on_light)
    shown = {
        c.id: upright_chromosome(printed if grey_of is None else grey_of(c), c)
        for c in cell.chromosomes
        if c.excluded is None
    }
    bodies = {
        chromosome_id: Body(
            width=float(one.image.shape[1]), height=float(one.image.shape[0]), centromere=one.centromere
        )
        for chromosome_id, one in shown.items()
    }
    tallest = max((body.height for body in bodies.values()), default=100.0)
    placed = arrange(
        _plans(cell, style),
        bodies,
        MEASURES.spaced(style.template.spacing),
        width=WIDTH,
        top=_MARGIN + (_TITLE if title else 0.0),
        largest=_LONGEST / tallest,
        alignment=style.alignment,
    )
    pen = _Pen()
    if title:
        pen.write(title, _MARGIN, _MARGIN + 3.4, 3.6, bold=True)
    _draw_chromosomes(pen, shown, placed)
    level = style.level_for(cell)
    for slot in placed.slots:
        _draw_slot(pen, slot, level, placed.letters)
    for mark in placed.groups:
        _draw_group(pen, mark)
    if style.annotations:
        for owner, those in annotations_of(cell).items():
            if owner in shown:
                _draw_annotations(pen, those, shown[owner], placed.bodies[owner])
    y = placed.bottom + MEASURES.row[0]
    notes = [f"Idiograms: {level} bands (ISCN)."] if style.idiograms else []
    if caption:
        notes.insert(0, caption)
    for note in notes:
        pen.write(note, _MARGIN, y + 3.4, 3.0)
        y += 5.0
    return Drawing(
        width=WIDTH,
        height=y + _MARGIN,
        pictures=tuple(pen.pictures),
        lines=tuple(pen.lines),
        contours=tuple(pen.contours),
        words=tuple(pen.words),
    )


def truth_of_pixels(cell: Metaphase) -> str:
    """Say what the karyogram shows: captured pixels only, or others too, which are marked."""
    shown = [c for c in cell.chromosomes if c.excluded is None]
    words = [
        word
        for word, applies in (
            ("straightened", any(c.straightened for c in shown)),
            ("mirrored", any(c.mirrored for c in shown)),
        )
        if applies
    ]
    if not words:
        return "Captured pixels, only rotated."
    return f"Captured pixels, only rotated, except where marked {' or '.join(words)}."


def plans_of(rows: tuple[tuple[tuple[Slot, ...], ...], ...], style: KaryogramStyle) -> tuple[RowPlan, ...]:
    """Turn the rows of a karyogram into plans, with the labels of the template."""
    template = style.template
    return tuple(
        RowPlan(
            groups=tuple(
                tuple(
                    SlotPlan(
                        name=slot.name,
                        label=template.label_of(slot.name),
                        members=slot.chromosomes,
                        idiogram=slot.name if style.idiograms else None,
                    )
                    for slot in group
                )
                for group in row
            ),
            labels=tuple(template.group_label(number, at) for at in range(len(row)))
            if any(template.group_labels[number : number + 1])
            else (),
        )
        for number, row in enumerate(rows)
    )


def _plans(cell: Metaphase, style: KaryogramStyle) -> tuple[RowPlan, ...]:
    karyogram = karyogram_of(cell, style.template)
    tray = tuple(
        (SlotPlan(name=name, label=name, members=members),)
        for name, members in ((MARKER_SLOT, karyogram.markers), (_UNKNOWN_LABEL, karyogram.unknown))
        if members
    )
    plans = plans_of(karyogram.rows, style)
    return (*plans, RowPlan(groups=tray)) if tray else plans


def _draw_chromosomes(pen: _Pen, shown: dict[ChromosomeId, UprightChromosome], placed: Arrangement) -> None:
    for slot in placed.slots:
        for chromosome in slot.plan.members:
            one, stand = shown[chromosome.id], placed.bodies[chromosome.id]
            height, width = one.image.shape
            pen.pictures.append(
                PlacedPicture(
                    image=one.image,
                    alpha=one.alpha,
                    x=stand.x,
                    y=stand.y,
                    width=width * stand.scale,
                    height=height * stand.scale,
                )
            )


def _draw_slot(pen: _Pen, slot: PlacedSlot, level: Level, letters: float) -> None:
    line = slot.line
    y = line.top + _ABOVE_LINE
    small = _SMALL * letters
    pen.lines.append(Line(x1=line.left, y1=y, x2=line.right, y2=y))
    size = 3.6 * (letters if len(slot.plan.label) > 2 else 1.0)
    pen.write(slot.plan.label, line.left + line.width / 2, y + 4.2, size, anchor="middle")
    for caption in slot.captions:
        marked = caption.text in ("straightened", "mirrored")
        pen.write(
            caption.text, caption.x, caption.y + _SMALL + 0.5, small, anchor="middle",
            colour=_DOUBT if marked else (0, 0, 0),
        )  # fmt: skip
    if slot.idiogram is not None:
        _draw_idiogram(pen, slot.idiogram, level)


def _draw_idiogram(pen: _Pen, idiogram: IdiogramPlace, level: Level) -> None:
    bands, outline = band_shapes(idiogram.place, idiogram.chromosome, level, idiogram.centromere)
    pen.contours += [Contour(points=band.points, thickness=0.0, fill=band.colour) for band in bands]
    pen.contours.append(Contour(points=outline, thickness=0.12, colour=EDGE_COLOUR))


def _draw_group(pen: _Pen, mark: GroupMark) -> None:
    y = mark.y + 0.8
    pen.lines.append(Line(x1=mark.left, y1=y, x2=mark.right, y2=y, thickness=0.15, colour=_QUIET))
    pen.write(
        mark.label, (mark.left + mark.right) / 2, y + 3.8, 3.4, anchor="middle", bold=True, colour=_QUIET
    )


def _draw_annotations(
    pen: _Pen, annotations: tuple[Annotation, ...], one: UprightChromosome, stand: PlacedBody
) -> None:
    for annotation in annotations:
        points = [
            (stand.x + float(x) * stand.scale, stand.y + float(y) * stand.scale)
            for x, y in one.placement.shown(annotation.points)
        ]
        shape = shape_of(annotation, points, head=_ARROW_HEAD, letters=_LETTERS)
        colour = _rgb(annotation.colour)
        if shape.line is not None:
            (x1, y1), (x2, y2) = shape.line
            pen.lines.append(Line(x1=x1, y1=y1, x2=x2, y2=y2, thickness=0.5, colour=colour))
        if shape.head:
            pen.contours.append(Contour(points=shape.head, thickness=0.0, fill=colour))
        if shape.rim:
            pen.contours.append(Contour(points=shape.rim, thickness=0.45, colour=colour))
        if annotation.text:
            x, y = shape.words_at
            pen.write(
                annotation.text, x, y, _LETTERS, anchor=shape.anchor, bold=True, colour=colour, halo=0.35
            )


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
