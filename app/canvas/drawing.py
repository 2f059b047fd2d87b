"""How contours, labels and numbered clicks look."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QTransform

from app import theme
from app.canvas.boxes import draw_boxes
from app.canvas.contours import Contour, Contours
from core.domain.bands import UNKNOWN
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase

DOUBTFUL = 0.25
"""From this doubt on the label carries a question mark as well."""
_THINNEST, _THICKER = 1.3, 2.6
_SELECTED = QColor("#1677d2")
_EXCLUDED = QColor(110, 116, 124, 150)
_HALO = QColor(255, 255, 255, 225)
_HATCH = QColor(176, 24, 120, 225)
_HATCH_STEP = 7.0
"""Pixels of the screen between the stripes of a crossing."""


def draw_plain(
    painter: QPainter, cell: Metaphase, contours: Contours, to_screen: QTransform, *, counting: bool
) -> None:
    """Draw everything that is known about a cell, as it looks when nothing is selected.

    Parameters
    ----------
    counting
        Contours step back and labels go, so that one counts what one sees.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_boxes(painter, cell, to_screen)
    if not counting:
        _draw_crossings(painter, contours, to_screen)
    for contour in contours:
        _draw_contour(painter, contour, to_screen, faint=counting)
    if not counting:
        for contour in contours:
            _draw_label(painter, contour, to_screen, strong=False)
    _draw_counted(painter, cell, to_screen)


def draw_special(
    painter: QPainter,
    contours: Contours,
    to_screen: QTransform,
    selection: frozenset[ChromosomeId],
    hover: ChromosomeId | None,
) -> None:
    """Draw what is selected, and what is under the mouse, over the rest."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    special = [contour for contour in contours if contour.chromosome.id in selection]
    hovered = contours.get(hover)
    for contour in special:
        _draw_special(painter, contour, to_screen, selected=True)
    if hovered is not None and hovered not in special:
        _draw_special(painter, hovered, to_screen, selected=False)
        special.append(hovered)
    for contour in special:
        _draw_label(painter, contour, to_screen, strong=True)


def name_of(chromosome: Chromosome) -> str:
    """Short name on the picture: the class, `mar` or `?`."""
    if chromosome.object_type is ObjectType.MARKER:
        return "mar"
    if chromosome.chromosome_class == UNKNOWN:
        return "?"
    derived = "der" if chromosome.object_type is ObjectType.DERIVATIVE else ""
    return derived + chromosome.chromosome_class


def draw_band(painter: QPainter, area: QRectF) -> None:
    """Draw the rectangle that selects, in screen coordinates."""
    fill = QColor(_SELECTED)
    fill.setAlpha(28)
    painter.setPen(QPen(_SELECTED, 1, Qt.PenStyle.DashLine))
    painter.setBrush(fill)
    painter.drawRect(area)


def draw_note(painter: QPainter, text: str, area: QRectF) -> None:
    """Draw a word of what goes on (typed class, tool) in the upper left corner."""
    font = QFont(painter.font())
    font.setPointSizeF(11)
    font.setBold(True)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    lines = text.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines) + 22
    box = QRectF(area.left() + 10, area.top() + 10, width, 10 + metrics.height() * len(lines))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 24, 30, 225))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(QColor("#ffffff"))
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box.adjusted(11, 0, 0, 0), left, text)


def draw_hint(painter: QPainter, text: str, area: QRectF) -> None:
    """Draw in the lower left corner what the tool in hand waits for."""
    if not text:
        return
    font = QFont(painter.font())
    font.setPointSizeF(8.5)
    font.setBold(False)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) - 36)
    box = QRectF(
        area.left() + 8,
        area.bottom() - metrics.height() - 16,
        metrics.horizontalAdvance(shown) + 18,
        metrics.height() + 8,
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 24, 30, 205))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _draw_crossings(painter: QPainter, contours: Contours, to_screen: QTransform) -> None:
    """Hatch what two chromosomes share: captured once, counted for both."""
    for crossing in contours.crossings:
        shape = to_screen.map(crossing)
        area = shape.boundingRect()
        painter.save()
        painter.setClipPath(shape)
        slope = area.height()
        stripes = [
            QLineF(x, area.bottom(), x + slope, area.top())
            for x in np.arange(area.left() - slope, area.right(), _HATCH_STEP)
        ]
        for ink, width in ((_HALO, 2.0), (_HATCH, 1.1)):
            painter.setPen(QPen(ink, width))
            painter.drawLines(stripes)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_HATCH, 1.2))
        painter.drawPath(shape)


def _draw_contour(painter: QPainter, contour: Contour, to_screen: QTransform, *, faint: bool) -> None:
    chromosome = contour.chromosome
    painter.setTransform(to_screen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if chromosome.excluded is not None:
        pen = QPen(_EXCLUDED, 1.2, Qt.PenStyle.DashLine)
    else:
        colour = theme.group_colour(chromosome.chromosome_class)
        colour.setAlpha(70 if faint else 235)
        width = _THINNEST + _THICKER * min(1.0, chromosome.doubt)
        pen = QPen(colour, width * min(1.0, max(0.55, to_screen.m11() * 1.3)))
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.drawPath(contour.around)
    painter.resetTransform()


def _draw_special(painter: QPainter, contour: Contour, to_screen: QTransform, *, selected: bool) -> None:
    painter.setTransform(to_screen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    own = theme.group_colour(contour.chromosome.chromosome_class)
    strokes = ((_HALO, 7.0), (_SELECTED, 4.0), (own, 1.4)) if selected else ((_HALO, 5.0), (own, 3.0))
    for colour, width in strokes:
        pen = QPen(colour, width)
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(contour.around)
    painter.resetTransform()


def _draw_label(painter: QPainter, contour: Contour, to_screen: QTransform, *, strong: bool) -> None:
    chromosome = contour.chromosome
    if chromosome.excluded is not None:
        if not strong:
            return
        text, colour = f"not counted: {chromosome.excluded.value.replace('_', ' ')}", QColor("#4d545c")
    else:
        text = name_of(chromosome)
        if chromosome.doubt >= DOUBTFUL and text != "?":
            text += "?"
        colour = theme.group_colour(chromosome.chromosome_class).darker(112)
    place = to_screen.map(contour.label_at) + contour.label_towards * _label_distance(to_screen.m11())
    size = _letter_size(to_screen.m11())
    shape = _letters(text, size + 1.5 if strong else size).translated(place)
    painter.setPen(
        QPen(_HALO, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.setBrush(_HALO)
    painter.drawPath(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPath(shape)


def _letter_size(zoom: float) -> float:
    """Points of a label: smaller where the whole picture is small, so that neighbours stay apart."""
    return min(9.0, max(6.5, 5.0 + 5.0 * zoom))


def _label_distance(zoom: float) -> float:
    return min(11.0, max(6.0, 3.0 + 10.0 * zoom))


@lru_cache(maxsize=256)
def _letters(text: str, points: float) -> QPainterPath:
    """Outlines of a word with its middle at the origin."""
    font = QFont()
    font.setPointSizeF(points)
    font.setBold(True)
    path = QPainterPath()
    path.addText(0, 0, font, text)
    return path.translated(-path.boundingRect().center())


def _draw_counted(painter: QPainter, cell: Metaphase, to_screen: QTransform) -> None:
    for number, (x, y) in enumerate(cell.counted_points, start=1):
        place = to_screen.map(QPointF(x, y))
        painter.setPen(QPen(_HALO, 1.5))
        painter.setBrush(QColor("#1b6e3c"))
        painter.drawEllipse(place, 9.5, 9.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        painter.drawPath(_letters(str(number), 7.5).translated(place))
