"""An arrow, words, a circle or a box on a chromosome of the board."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.board.chromosome_item import SELECTED, ChromosomeItem
from core.domain.annotation import Annotation, AnnotationId, AnnotationKind
from core.report.annotation_shapes import AnnotationShape, shape_of

HEAD, LETTERS = 11.0, 12.0
_LINE = 2.0
_REACH = 5.0
_HANDLE = 3.2


class AnnotationItem(QGraphicsItem):
    """Lies in the pixels of its chromosome's picture and follows wherever that goes."""

    def __init__(self, annotation: Annotation, owner: ChromosomeItem) -> None:
        super().__init__()
        self._annotation, self._owner = annotation, owner
        self._selected = False
        self._shift = QPointF()
        self._points: list[QPointF] = []
        self._shape = AnnotationShape()
        self._font = QFont()
        self._font.setPixelSize(100)
        self._font.setBold(True)
        self.setZValue(5)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.follow()

    @property
    def id(self) -> AnnotationId:
        """Identity of the annotation."""
        return self._annotation.id

    @property
    def annotation(self) -> Annotation:
        """What is shown."""
        return self._annotation

    @property
    def owner(self) -> ChromosomeItem:
        """Chromosome on which it lies."""
        return self._owner

    @property
    def points(self) -> tuple[QPointF, ...]:
        """Its points in the scene."""
        return tuple(self.mapToScene(point) for point in self._points)

    def show_annotation(self, annotation: Annotation, owner: ChromosomeItem) -> None:
        """Take another state."""
        self._annotation, self._owner = annotation, owner
        self._shift = QPointF()
        self.follow()

    def follow(self) -> None:
        """Come to lie where the chromosome lies now."""
        owner = self._owner
        self.prepareGeometryChange()
        self.setTransformOriginPoint(owner.transformOriginPoint())
        self.setPos(owner.pos())
        self.setScale(owner.scale())
        self.setRotation(owner.rotation())
        self.setOpacity(owner.opacity())
        shown = owner.picture.placement.shown(self._annotation.points)
        self._points = [QPointF(float(x), float(y)) + self._shift for x, y in shown]
        self._measure()
        self.update()

    def select(self, selected: bool) -> None:
        """Show whether it is selected."""
        if selected != self._selected:
            self._selected = selected
            self.prepareGeometryChange()
            self.update()

    # -- moving it -------------------------------------------------------------------------------------

    def point_at(self, point: QPointF, reach: float) -> int | None:
        """Number of the corner within `reach` of a point of the scene; None for none."""
        if self._annotation.kind is AnnotationKind.TEXT:
            return None
        away = [math.hypot(one.x() - point.x(), one.y() - point.y()) for one in self.points]
        nearest = min(range(len(away)), key=lambda number: away[number])
        return nearest if away[nearest] <= reach else None

    def is_at(self, point: QPointF, reach: float) -> bool:
        """Whether a point of the scene lies on it."""
        here = self.mapFromScene(point)
        wide = reach / self.scale()
        area = QRectF(here.x() - wide, here.y() - wide, 2 * wide, 2 * wide)
        if self._annotation.text and self._words_area().intersects(area):
            return True
        if self._shape.rim:
            outline = QPainterPath()
            outline.addPolygon(_polygon((*self._shape.rim, self._shape.rim[0])))
            return outline.intersects(area) and not outline.contains(area)
        if self._shape.line is not None:
            return (
                _distance(here, *(QPointF(*end) for end in (self._shape.line[0], self._shape.head[0])))
                <= wide
            )
        return False

    def drag(self, by: QPointF, corner: int | None) -> None:
        """Show it moved by some way of the scene, as a whole or one corner of it."""
        shown = self._owner.picture.placement.shown(self._annotation.points)
        here = self.mapFromScene(by) - self.mapFromScene(QPointF())
        points = [QPointF(float(x), float(y)) for x, y in shown]
        self.prepareGeometryChange()
        self._points = moved(points, here, corner, self._annotation.kind)
        self._measure()
        self.update()

    def as_it_lies(self) -> tuple[tuple[float, float], ...]:
        """Return its points in the picture, as it is shown now."""
        captured = self._owner.picture.placement.captured([(p.x(), p.y()) for p in self._points])
        return tuple((round(float(x), 3), round(float(y), 3)) for x, y in captured)

    # -- QGraphicsItem ---------------------------------------------------------------------------------

    def _measure(self) -> None:
        scale = self.scale() or 1.0
        points = [(point.x(), point.y()) for point in self._points]
        self._shape = shape_of(self._annotation, points, head=HEAD / scale, letters=LETTERS / scale)

    def _words_area(self) -> QRectF:
        size = LETTERS / (self.scale() or 1.0)
        wide = QFontMetricsF(self._font).horizontalAdvance(self._annotation.text) * size / 100
        x, y = self._shape.words_at
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[self._shape.anchor]
        return QRectF(left, y - 0.95 * size, wide, 1.25 * size)

    def boundingRect(self) -> QRectF:
        """Everything that is painted."""
        points = [*self._points, *(QPointF(x, y) for x, y in (*self._shape.rim, *self._shape.head))]
        area = _polygon(tuple((p.x(), p.y()) for p in points)).boundingRect()
        if self._annotation.text:
            area = area.united(self._words_area())
        reach = (_REACH + HEAD / 2) / (self.scale() or 1.0)
        return area.adjusted(-reach, -reach, reach, reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint lines, words and, when selected, corners."""
        scale = self.scale() or 1.0
        colour = QColor(self._annotation.colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._selected:
            halo = QColor(SELECTED)
            halo.setAlpha(80)
            self._draw_lines(painter, halo, (_LINE + 4) / scale)
        self._draw_lines(painter, colour, _LINE / scale)
        if self._shape.head:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(_polygon(self._shape.head))
        if self._annotation.text:
            self._draw_words(painter, colour, scale)
        if self._selected and self._annotation.kind is not AnnotationKind.TEXT:
            painter.setPen(QPen(SELECTED, 1.2 / scale))
            painter.setBrush(QColor("#ffffff"))
            for point in self._points:
                painter.drawEllipse(point, _HANDLE / scale, _HANDLE / scale)

    def _draw_lines(self, painter: QPainter, colour: QColor, width: float) -> None:
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._shape.line is not None:
            painter.drawLine(QPointF(*self._shape.line[0]), QPointF(*self._shape.line[1]))
        if self._shape.rim:
            painter.drawPolygon(_polygon(self._shape.rim))

    def _draw_words(self, painter: QPainter, colour: QColor, scale: float) -> None:
        area = self._words_area()
        size = LETTERS / scale
        words = QPainterPath()
        words.addText(QPointF(0, 0), self._font, self._annotation.text)
        painter.save()
        # Words stay upright while their chromosome is turned.
        painter.translate(area.left(), self._shape.words_at[1])
        painter.scale(size / 100, size / 100)
        if self._selected:
            painter.fillRect(words.boundingRect().adjusted(-20, -20, 20, 20), QColor(22, 119, 210, 50))
        painter.strokePath(words, QPen(QColor(255, 255, 255, 235), 26))
        painter.fillPath(words, colour)
        painter.restore()


def moved(points: list[QPointF], by: QPointF, corner: int | None, kind: AnnotationKind) -> list[QPointF]:
    """Move all points, or one corner; the opposite corner of a box stays, its sides stay square."""
    if corner is None or (kind is AnnotationKind.CIRCLE and corner == 0):
        return [point + by for point in points]
    after = list(points)
    after[corner] = points[corner] + by
    if kind is AnnotationKind.BOX:
        fixed = points[(corner + 2) % 4]
        before, behind = (corner - 1) % 4, (corner + 1) % 4
        edge = points[behind] - fixed
        long = math.hypot(edge.x(), edge.y()) or 1.0
        along = QPointF(edge.x() / long, edge.y() / long)
        way = after[corner] - fixed
        share = way.x() * along.x() + way.y() * along.y()
        after[behind] = fixed + along * share
        after[before] = after[corner] - along * share
    return after


def _polygon(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _distance(point: QPointF, first: QPointF, second: QPointF) -> float:
    way = second - first
    length = way.x() ** 2 + way.y() ** 2
    share = 0.0 if length == 0 else QPointF.dotProduct(point - first, way) / length
    nearest = first + way * min(max(share, 0.0), 1.0)
    return math.hypot(point.x() - nearest.x(), point.y() - nearest.y())
