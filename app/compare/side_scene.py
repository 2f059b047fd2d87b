"""What one side of a comparison shows: a karyogram in places that both sides share, or the metaphase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QGraphicsScene

from app import theme
from app.compare.painting import WHITE, image_of
from core.analysis.strands import scale_of
from core.domain.chromosome import Chromosome
from core.domain.ids import CaseId, ChromosomeId
from core.domain.karyogram import ISCN_ROWS, karyogram_of
from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.report.karyogram_figure import UprightChromosome, upright_chromosome

_GAP: Final = 6.0
_SLOT_GAP: Final = 30.0
_LEAST_SLOT: Final = 54.0
_LABEL: Final = 34.0
_ROW_GAP: Final = 30.0
_MARGIN: Final = 24.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One cell with its picture and the chromosomes cut out of it."""

    case: CaseId
    case_name: str
    cell: Metaphase
    printed: NDArray[np.uint8]
    upright: dict[ChromosomeId, UprightChromosome]
    pixels: float | None

    @property
    def title(self) -> str:
        """Case and cell."""
        return f"{self.case_name}, cell {self.cell.label}"


def read_side(case: CaseId, case_name: str, cell: Metaphase, grey: NDArray[np.generic]) -> Side:
    """Cut the chromosomes of a cell out; takes some hundred milliseconds."""
    printed = dark_on_light_of(grey, dark_on_light=cell.dark_on_light)
    return Side(
        case=case,
        case_name=case_name,
        cell=cell,
        printed=printed,
        upright={c.id: upright_chromosome(printed, c) for c in cell.chromosomes if c.excluded is None},
        pixels=scale_of(cell),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """Place of a class that both sides share; `x` and `width` of the slot, `waist` of its row."""

    name: str
    x: float
    width: float
    waist: float
    line: float
    top: float


def shared_slots(sides: Sequence[Side | None]) -> tuple[tuple[_Slot, ...], QRectF]:
    """Lay the classes out so that each lies in the same place on both sides, and tell the whole area."""
    known = [side for side in sides if side is not None]
    scales = dict(zip((id(side) for side in known), scales_of(known), strict=True))
    rows = [[name for group in row for name in group] for row in ISCN_ROWS.rows]
    if any(_members(side, "tray") for side in known):
        rows.append(["tray"])
    slots, y, right = [], _MARGIN, 0.0
    for row in rows:
        above = below = 30.0
        for name in row:
            for side in known:
                for one in _members(side, name):
                    upright, scale = side.upright[one.id], scales[id(side)]
                    above = max(above, upright.centromere * scale)
                    below = max(below, (upright.image.shape[0] - upright.centromere) * scale)
        x = _MARGIN
        for name in row:
            width = max([_LEAST_SLOT, *(_width(side, name, scales[id(side)]) for side in known)])
            slots.append(
                _Slot(name=name, x=x, width=width, waist=y + above, line=y + above + below + 6, top=y)
            )
            x += width + _SLOT_GAP
        right = max(right, x)
        y += above + below + 6 + _LABEL + _ROW_GAP
    return tuple(slots), QRectF(0, 0, right + _MARGIN, y)


def scales_of(sides: Sequence[Side]) -> list[float]:
    """Scale of each side so that the haploid sets of all have one length: that of the first."""
    first = sides[0].pixels if sides else None
    return [first / side.pixels if first and side.pixels else 1.0 for side in sides]


class KaryogramScene(QGraphicsScene):
    """Karyogram of one side; the chosen class carries a frame."""

    def __init__(self, side: Side, slots: Sequence[_Slot], area: QRectF, scale: float, chosen: str) -> None:
        super().__init__()
        self.setSceneRect(area)
        self.setBackgroundBrush(QBrush(WHITE))
        self._slots = tuple(slots)
        font = QFont()
        font.setPixelSize(22)
        for slot in slots:
            members = _members(side, slot.name)
            if slot.name == chosen:
                frame = QRectF(slot.x - 8, slot.top - 8, slot.width + 16, slot.line - slot.top + _LABEL + 12)
                accent = QColor(theme.LIGHT.accent)
                self.addRect(
                    frame, QPen(accent, 3), QBrush(QColor(accent.red(), accent.green(), accent.blue(), 26))
                )
            x = slot.x + (slot.width - _width(side, slot.name, scale)) / 2
            for one in members:
                upright = side.upright[one.id]
                item = self.addPixmap(_pixmap(upright))
                item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
                item.setScale(scale)
                item.setPos(x, slot.waist - upright.centromere * scale)
                x += upright.image.shape[1] * scale + _GAP
            self.addLine(slot.x, slot.line, slot.x + slot.width, slot.line, QPen(QColor("#1c2127"), 1.5))
            words = {"tray": "markers, unknown"}.get(slot.name, slot.name)
            unusual = slot.name != "tray" and len(members) not in (_usual(side, slot.name),)
            text = self.addText(f"{words} ×{len(members)}" if unusual else words, font)
            text.setDefaultTextColor(QColor(theme.LIGHT.doubt if unusual else "#1c2127"))
            text.setPos(slot.x + (slot.width - text.boundingRect().width()) / 2, slot.line)

    def class_at(self, place: QPointF) -> str:
        """Class whose slot lies there; empty for none."""
        for slot in self._slots:
            box = QRectF(slot.x - 8, slot.top - 8, slot.width + 16, slot.line - slot.top + _LABEL + 16)
            if box.contains(place):
                return slot.name if slot.name != "tray" else ""
        return ""


class MetaphaseScene(QGraphicsScene):
    """Metaphase of one side; the chosen class is outlined and named."""

    def __init__(self, side: Side, chosen: str) -> None:
        super().__init__()
        height, width = side.printed.shape
        self.setSceneRect(0, 0, width, height)
        self.setBackgroundBrush(QBrush(WHITE))
        self.addPixmap(QPixmap.fromImage(image_of(side.printed)))
        self._side = side
        font = QFont()
        font.setPixelSize(max(13, round(width / 55)))
        font.setBold(True)
        for one in side.cell.counting:
            if one.chromosome_class != chosen:
                continue
            polygon = QPolygonF([QPointF(x, y) for x, y in one.outline.points])
            pen = QPen(theme.group_colour(chosen), 2.5)
            pen.setCosmetic(True)
            self.addPolygon(polygon, pen)
            text = self.addText(chosen, font)
            text.setDefaultTextColor(theme.group_colour(chosen))
            xmin, ymin, _, _ = one.outline.box
            text.setPos(xmin - text.boundingRect().width(), ymin - text.boundingRect().height() / 2)

    def class_at(self, place: QPointF) -> str:
        """Class of the chromosome that lies there; empty for none."""
        for one in self._side.cell.counting:
            polygon = QPolygonF([QPointF(x, y) for x, y in one.outline.points])
            if polygon.containsPoint(place, Qt.FillRule.OddEvenFill):
                return one.chromosome_class
        return ""


def _members(side: Side, name: str) -> tuple[Chromosome, ...]:
    karyogram = karyogram_of(side.cell)
    if name == "tray":
        return (*karyogram.markers, *karyogram.unknown)
    return next(
        slot.chromosomes for row in karyogram.rows for group in row for slot in group if slot.name == name
    )


def _usual(side: Side, name: str) -> int:
    counts = side.cell.class_counts
    if name == "Y":
        return min(counts.get("Y", 0), 1)
    return (1 if counts.get("Y", 0) else 2) if name == "X" else 2


def _width(side: Side, name: str, scale: float) -> float:
    members = _members(side, name)
    pixels = sum(side.upright[one.id].image.shape[1] for one in members)
    return pixels * scale + _GAP * max(len(members) - 1, 0)


def _pixmap(upright: UprightChromosome) -> QPixmap:
    grey = upright.image
    pixels = np.ascontiguousarray(np.dstack([grey, grey, grey, upright.alpha]))
    height, width = grey.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(image.copy())
