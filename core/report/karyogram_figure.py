"""The karyogram as a drawing: captured pixels, only rotated, pairs aligned on their centromeres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.karyogram import ISCN_ROWS, KaryogramTemplate, Slot, karyogram_of
from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.imaging.outline import mask_of
from core.imaging.rotate import upright_with_map
from core.report.drawing import Drawing, Line, PlacedPicture, Words

WIDTH: Final = 180.0
_MARGIN: Final = 4.0
_LONGEST: Final = 34.0
_GAP: Final = 1.6
_SLOT_GAP: Final = 5.5
_GROUP_GAP: Final = 16.0
_LABEL: Final = 6.5
_ROW_GAP: Final = 3.5
_LEAST_SLOT: Final = 10.0

Rows = tuple[tuple[tuple[Slot, ...], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UprightChromosome:
    """Captured pixels of one chromosome with the p arm up.

    `image` and `alpha` have shape (h, w), uint8; `centromere` is its row in pixels from the top.
    """

    image: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    centromere: float


def upright_chromosome(grey: NDArray[np.generic], chromosome: Chromosome) -> UprightChromosome:
    """Cut one chromosome out of its picture and turn it upright.

    Parameters
    ----------
    grey
        Picture, shape (H, W), dark on light.
    chromosome
        With outline; without a p arm it is turned along its bounds' longer side.
    """
    mask, origin = mask_of(chromosome.outline.points, chromosome.outline.holes)
    direction = chromosome.p_arm or (0.0, -1.0)
    if chromosome.turned:
        angle = np.deg2rad(-chromosome.turned)
        x, y = direction
        direction = (
            float(x * np.cos(angle) - y * np.sin(angle)),
            float(x * np.sin(angle) + y * np.cos(angle)),
        )
    image, alpha, transform = upright_with_map(grey, mask, origin, direction)
    row = image.shape[0] / 2
    if chromosome.centromere is not None:
        x, y = chromosome.centromere
        row = float(np.clip((transform @ np.array([x, y, 1.0]))[1], 0, image.shape[0]))
    return UprightChromosome(image=image, alpha=alpha, centromere=row)


Shown = dict[ChromosomeId, UprightChromosome]


@dataclass(slots=True)
class _Pen:
    """Collects what the rows put down."""

    pictures: list[PlacedPicture]
    lines: list[Line]
    words: list[Words]


def draw_karyogram(
    cell: Metaphase,
    grey: NDArray[np.generic],
    *,
    title: str | None = None,
    caption: str | None = None,
    template: KaryogramTemplate = ISCN_ROWS,
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

    Returns
    -------
    Drawing
    """
    printed = dark_on_light_of(grey, dark_on_light=cell.dark_on_light)
    karyogram = karyogram_of(cell, template)
    shown = {c.id: upright_chromosome(printed, c) for c in cell.chromosomes if c.excluded is None}
    scale = _scale(karyogram.rows, shown)
    pen = _Pen([], [], [])
    y = _MARGIN
    if title:
        pen.words.append(Words(text=title, x=_MARGIN, y=y + 3.4, size=3.6, bold=True))
        y += 7.0
    for row in karyogram.rows:
        y = _draw_row(pen, row, shown, scale, y)
    tray = [
        Slot(name=name, chromosomes=members)
        for name, members in (("mar", karyogram.markers), ("?", karyogram.unknown))
        if members
    ]
    if tray:
        y = _draw_row(pen, (tuple(tray),), shown, scale, y)
    if caption:
        pen.words.append(Words(text=caption, x=_MARGIN, y=y + 3.4, size=3.0))
        y += 6.0
    return Drawing(
        width=WIDTH,
        height=y + _MARGIN,
        pictures=tuple(pen.pictures),
        lines=tuple(pen.lines),
        words=tuple(pen.words),
    )


def _scale(rows: Rows, shown: Shown) -> float:
    """Millimetres per pixel: the longest chromosome gets its height, and the widest row fits the page."""
    tallest = max((u.image.shape[0] for u in shown.values()), default=100)
    scale = _LONGEST / tallest
    for row in rows:
        slots = [slot for group in row for slot in group]
        wide = sum(sum(shown[c.id].image.shape[1] for c in slot.chromosomes) for slot in slots)
        fixed = (
            2 * _MARGIN
            + _SLOT_GAP * len(slots)
            + _GROUP_GAP * (len(row) - 1)
            + sum(_GAP * max(len(slot.chromosomes) - 1, 0) for slot in slots)
        )
        if wide and wide * scale > WIDTH - fixed:
            scale = max(WIDTH - fixed, 40.0) / wide
    return scale


def _draw_row(
    pen: _Pen,
    row: tuple[tuple[Slot, ...], ...],
    shown: Shown,
    scale: float,
    top: float,
) -> float:
    """Put one row down; return the y below it."""
    slots = [slot for group in row for slot in group]
    widths = {slot.name: max(_LEAST_SLOT, _slot_width(slot, shown, scale)) for slot in slots}
    above = max((shown[c.id].centromere * scale for slot in slots for c in slot.chromosomes), default=4.0)
    below = max(
        (
            (shown[c.id].image.shape[0] - shown[c.id].centromere) * scale
            for slot in slots
            for c in slot.chromosomes
        ),
        default=4.0,
    )
    groups = len(row)
    used = sum(widths.values()) + _SLOT_GAP * (len(slots) - groups)
    between = (WIDTH - 2 * _MARGIN - used) / (groups - 1) if groups > 1 else 0.0
    between = min(max(between, _SLOT_GAP), 34.0)
    spread = 0.0 if groups > 1 else min((WIDTH - 2 * _MARGIN - used) / max(len(slots) - 1, 1), 8.0)
    x = _MARGIN
    line = top + above + below + 1.6
    for group in row:
        for slot in group:
            _draw_slot(pen, slot, shown, scale, x, widths[slot.name], top + above, line)
            x += widths[slot.name] + _SLOT_GAP + max(spread, 0.0)
        x += between - _SLOT_GAP
    return line + _LABEL + _ROW_GAP


def _slot_width(slot: Slot, shown: Shown, scale: float) -> float:
    pixels = sum(int(shown[c.id].image.shape[1]) for c in slot.chromosomes)
    return pixels * scale + _GAP * max(len(slot.chromosomes) - 1, 0)


def _draw_slot(
    pen: _Pen,
    slot: Slot,
    shown: Shown,
    scale: float,
    left: float,
    width: float,
    centromere: float,
    line: float,
) -> None:
    x = left + (width - _slot_width(slot, shown, scale)) / 2
    for chromosome in slot.chromosomes:
        upright = shown[chromosome.id]
        height_px, width_px = upright.image.shape
        pen.pictures.append(
            PlacedPicture(
                image=upright.image,
                alpha=upright.alpha,
                x=x,
                y=centromere - upright.centromere * scale,
                width=width_px * scale,
                height=height_px * scale,
            )
        )
        x += width_px * scale + _GAP
    pen.lines.append(Line(x1=left, y1=line, x2=left + width, y2=line))
    pen.words.append(Words(text=slot.name, x=left + width / 2, y=line + 4.2, size=3.6, anchor="middle"))
