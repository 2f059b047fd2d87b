"""An idiogram beside its pair, and the label of a group of slots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.domain.bands import Level
from core.report.arrangement import GroupMark, IdiogramPlace
from core.report.idiogram_shapes import EDGE_COLOUR, BandShape, band_shapes

_QUIET = QColor("#5d6877")


class IdiogramItem(QGraphicsItem):
    """Bands at one level, as long as the homologs beside them. It never takes the mouse."""

    def __init__(self, idiogram: IdiogramPlace, level: Level) -> None:
        super().__init__()
        self._idiogram, self._level = idiogram, level
        self._bands: tuple[BandShape, ...] = ()
        self._polygons: list[tuple[QColor, QPolygonF]] = []
        self._outline = QPolygonF()
        self.setZValue(-0.5)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._measure()

    @property
    def chromosome(self) -> str:
        """Class that it shows."""
        return self._idiogram.chromosome

    @property
    def level(self) -> Level:
        """Bands per haploid set."""
        return self._level

    def show_idiogram(self, idiogram: IdiogramPlace, level: Level) -> None:
        """Take another place, class or level."""
        if (idiogram, level) != (self._idiogram, self._level):
            self.prepareGeometryChange()
            self._idiogram, self._level = idiogram, level
            self._measure()
            self.update()

    def band_at(self, point: QPointF) -> str:
        """Band at a point of the scene, such as "9q34.1"; empty beside the idiogram."""
        if not self.boundingRect().adjusted(-2, 0, 2, 0).contains(point):
            return ""
        found = [band for band in self._bands if band.top <= point.y() <= band.bottom]
        return f"{self._idiogram.chromosome}{found[0].name}" if found else ""

    def middle_of(self, band: str) -> QPointF:
        """Middle of a band of this idiogram, such as "q34.1", in the scene; KeyError without one."""
        for shape in self._bands:
            if shape.name == band:
                place = self._idiogram.place
                return QPointF(place.left + place.width / 2, (shape.top + shape.bottom) / 2)
        raise KeyError(band)

    def _measure(self) -> None:
        place = self._idiogram.place
        self._bands, outline = band_shapes(
            place, self._idiogram.chromosome, self._level, self._idiogram.centromere
        )
        self._polygons = [(QColor(*band.colour), _polygon(band.points)) for band in self._bands]
        self._outline = _polygon(outline)

    # -- QGraphicsItem ---------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Room of the idiogram."""
        place = self._idiogram.place
        return QRectF(place.left - 1, place.top - 1, place.width + 2, place.height + 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint bands and outline."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, polygon in self._polygons:
            painter.setPen(QPen(colour, 0.4))
            painter.setBrush(colour)
            painter.drawPolygon(polygon)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(*EDGE_COLOUR), 0.9))
        painter.drawPolygon(self._outline)


class GroupItem(QGraphicsItem):
    """Line and letter below a group of slots."""

    def __init__(self, mark: GroupMark, tall: float) -> None:
        super().__init__()
        self._mark, self._tall = mark, tall
        self.setZValue(-1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        """Room of line and letter."""
        mark = self._mark
        return QRectF(mark.left, mark.y, mark.right - mark.left, self._tall)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint line and letter."""
        mark = self._mark
        painter.setPen(QPen(_QUIET, 1))
        painter.drawLine(QPointF(mark.left, mark.y + 1.5), QPointF(mark.right, mark.y + 1.5))
        font = QFont(painter.font())
        font.setPixelSize(13)
        font.setBold(True)
        painter.setFont(font)
        room = self.boundingRect().adjusted(-30, 2, 30, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, mark.label)


def _polygon(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
