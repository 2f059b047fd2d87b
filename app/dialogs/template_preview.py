"""A template at a glance: idiograms in the place of chromosomes."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from core.domain.bands import CLASSES, centromere_fraction, relative_length
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.karyogram import Slot
from core.domain.outline import Outline
from core.domain.template import ISCN_ROWS, KaryogramTemplate
from core.report.arrangement import Body, Measures, Place, arrange
from core.report.idiogram_shapes import EDGE_COLOUR, band_shapes
from core.report.karyogram_figure import plans_of
from core.report.karyogram_style import KaryogramStyle

_MEASURES = Measures(
    margin=6.0, pair=3.0, slot=(7.0, 30.0), group=(14.0, 120.0), row=(1.0, 10.0), least_slot=14.0,
    least_row=10.0, label=16.0, caption=10.0, letter=5.0, group_label=13.0, idiogram=6.0,
)  # fmt: skip
_LONGEST = 90.0
_WIDTH = 9.0
_LEVEL = 400


class TemplatePreview(QWidget):
    """46,XY as idiograms, laid out by a template."""

    def __init__(self) -> None:
        super().__init__()
        self._template = ISCN_ROWS
        self.setMinimumHeight(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview of the template")

    def sizeHint(self) -> QSize:
        """Room for four rows."""
        return QSize(640, 280)

    def show_template(self, template: KaryogramTemplate) -> None:
        """Take another template."""
        self._template = template
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        chromosomes, bodies = _complement()
        template = self._template
        rows = tuple(
            tuple(
                tuple(
                    Slot(name=name, chromosomes=tuple(c for c in chromosomes if c.chromosome_class == name))
                    for name in group
                )
                for group in row
            )
            for row in template.rows
        )
        placed = arrange(
            plans_of(rows, KaryogramStyle(template=template)),
            bodies,
            _MEASURES.spaced(template.spacing),
            width=float(self.width()),
            height=float(self.height()),
            largest=1.4,
        )
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for slot in placed.slots:
            for one in slot.plan.members:
                stand, body = placed.bodies[one.id], bodies[one.id]
                _paint(
                    painter,
                    Place(
                        left=stand.x, top=stand.y, width=body.width * stand.scale,
                        height=body.height * stand.scale,
                    ),
                    one.chromosome_class,
                )  # fmt: skip
            line = slot.line
            painter.setPen(QPen(theme.group_colour(slot.plan.name), 1.6))
            painter.drawLine(QPointF(line.left, line.top + 2), QPointF(line.right, line.top + 2))
            _write(painter, slot.plan.label, QRectF(line.left - 20, line.top + 2, line.width + 40, 14), 10)
        for mark in placed.groups:
            painter.setPen(QPen(QColor("#8d98a7"), 1))
            painter.drawLine(QPointF(mark.left, mark.y + 1), QPointF(mark.right, mark.y + 1))
            _write(
                painter, mark.label, QRectF(mark.left - 20, mark.y + 1, mark.right - mark.left + 40, 13), 10
            )
        painter.end()


@lru_cache(maxsize=1)
def _complement() -> tuple[tuple[Chromosome, ...], dict[ChromosomeId, Body]]:
    longest = max(relative_length(name) for name in CLASSES)
    chromosomes, bodies = [], {}
    for name in CLASSES:
        for number in range(1 if name in ("X", "Y") else 2):
            chromosome_id = ChromosomeId(f"{name}-{number}")
            outline = Outline(points=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
            chromosomes.append(Chromosome(id=chromosome_id, outline=outline, chromosome_class=name))
            tall = _LONGEST * relative_length(name) / longest
            bodies[chromosome_id] = Body(
                width=_WIDTH, height=tall, centromere=tall * centromere_fraction(name, _LEVEL)
            )
    return tuple(chromosomes), bodies


def _paint(painter: QPainter, place: Place, name: str) -> None:
    bands, outline = band_shapes(place, name, _LEVEL, centromere_fraction(name, _LEVEL))
    painter.setPen(Qt.PenStyle.NoPen)
    for band in bands:
        painter.setBrush(QColor(*band.colour))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in band.points]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(*EDGE_COLOUR), 0.6))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in outline]))


def _write(painter: QPainter, text: str, room: QRectF, pixels: int) -> None:
    font = QFont(painter.font())
    font.setPixelSize(pixels)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor("#1c2127"))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
