"""The loupe: a chromosome with its homologs and the idiogram, as large as the board."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.board.upright import UprightPicture, UprightPictures
from app.board.words import name_of
from core.domain.annotation import Annotation
from core.domain.bands import CLASSES, Level
from core.domain.chromosome import Chromosome
from core.domain.karyogram import annotations_of, designation_of, marks_of, place_in_slot
from core.domain.metaphase import Metaphase
from core.report.annotation_shapes import shape_of
from core.report.arrangement import Place
from core.report.idiogram_shapes import EDGE_COLOUR, band_shapes
from core.report.karyogram_style import KaryogramStyle

Found = list[tuple[Chromosome, UprightPicture]]

_TITLE, _FOOT, _SIDE, _GAP = 40.0, 40.0, 26.0, 26.0
_IDIOGRAM = 34.0
_NAMES = 74.0
_MOST = 8.0
_LEAST_BAND = 9.0
_INK, _QUIET, _DOUBT = QColor("#1c2127"), QColor("#5d6877"), QColor("#9a6a00")


class Loupe(QWidget):
    """Lies over the board; a click or Esc closes it, the arrows and the keys for classes lead on.

    Signals
    -------
    closed
        It was clicked away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, pictures: UprightPictures) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._cell: Metaphase | None = None
        self._shown: tuple[Chromosome, ...] = ()
        self._level: Level = 550
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Loupe")
        self.hide()

    @property
    def shown(self) -> tuple[Chromosome, ...]:
        """Chromosomes in the loupe, left to right."""
        return self._shown

    def show_selection(
        self, cell: Metaphase | None, selected: tuple[Chromosome, ...], style: KaryogramStyle
    ) -> None:
        """Show the slot of the first selected chromosome; several of several slots as they are."""
        self._cell = cell
        self._shown = _with_homologs(cell, selected) if cell else ()
        self._level = style.level_for(cell) if cell else 550
        self.update()

    def open(self) -> None:
        """Cover the board."""
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close it."""
        self.closed.emit()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint everything."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#ffffff"))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_title(painter)
        found = [(c, p) for c in self._shown if (p := self._pictures.get(c.id)) is not None]
        if found:
            self._paint_chromosomes(painter, found)
        painter.end()

    def _paint_title(self, painter: QPainter) -> None:
        _use_font(painter, 17, bold=True)
        painter.setPen(_INK)
        area = QRectF(_SIDE, 6, self.width() - 2 * _SIDE, _TITLE - 6)
        if not self._shown:
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, "Select a chromosome to see it large.")
            return
        one = self._shown[0]
        same = {c.chromosome_class for c in self._shown} == {one.chromosome_class}
        title = name_of(one) if len(self._shown) == 1 else f"Chromosome {one.chromosome_class}"
        if not same or (len(self._shown) > 1 and one.chromosome_class not in CLASSES):
            title = f"{len(self._shown)} chromosomes"
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        _use_font(painter, 12)
        painter.setPen(_QUIET)
        level = f"idiogram {self._level} bands   ·   " if same and one.chromosome_class in CLASSES else ""
        painter.drawText(
            area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{level}Esc closes"
        )

    def _paint_chromosomes(self, painter: QPainter, found: Found) -> None:
        name = found[0][0].chromosome_class
        same = name in CLASSES and all(c.chromosome_class == name for c, _ in found)
        beside = _NAMES + _IDIOGRAM + _GAP if same else 0.0
        above = max(p.body.centromere for _, p in found)
        below = max(p.body.height - p.body.centromere for _, p in found)
        wide = sum(p.body.width for _, p in found)
        room_wide = self.width() - 2 * _SIDE - beside - _GAP * (len(found) - 1)
        room_high = self.height() - _TITLE - _FOOT
        scale = max(min(room_high / (above + below), room_wide / wide, _MOST), 0.1)
        x = (self.width() - beside - wide * scale - _GAP * (len(found) - 1)) / 2
        line = _TITLE + (room_high - (above + below) * scale) / 2 + above * scale
        if same:
            self._paint_idiogram(painter, found, name, x, line, scale)
            x += beside
        painter.setPen(QPen(QColor(120, 128, 138, 110), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x - _GAP / 2, line), QPointF(self.width() - _SIDE, line))
        notes = annotations_of(self._cell) if self._cell else {}
        for chromosome, picture in found:
            body = picture.body
            top = line - body.centromere * scale
            target = QRectF(x, top, body.width * scale, body.height * scale)
            painter.drawPixmap(target, picture.pixmap, QRectF(picture.pixmap.rect()))
            for note in notes.get(chromosome.id, ()):
                points = [
                    (x + float(px) * scale, top + float(py) * scale)
                    for px, py in picture.placement.shown(note.points)
                ]
                _paint_note(painter, note, points)
            self._paint_foot(painter, chromosome, QRectF(x - _GAP, 0, target.width() + 2 * _GAP, 0))
            x += target.width() + _GAP

    def _paint_idiogram(
        self, painter: QPainter, found: Found, name: str, x: float, line: float, scale: float
    ) -> None:
        long = sum(p.body.height for _, p in found) / len(found) * scale
        waist = sum(p.body.centromere / p.body.height for _, p in found) / len(found)
        place = Place(left=x + _NAMES, top=line - waist * long, width=_IDIOGRAM, height=long)
        bands, outline = band_shapes(place, name, self._level, waist)
        _use_font(painter, 10)
        last = -_LEAST_BAND
        for band in bands:
            colour = QColor(*band.colour)
            painter.setPen(QPen(colour, 0.4))
            painter.setBrush(colour)
            painter.drawPolygon(_polygon(band.points))
            middle = (band.top + band.bottom) / 2
            if middle - last >= _LEAST_BAND:
                painter.setPen(_QUIET)
                room = QRectF(place.left - _NAMES, middle - 7, _NAMES - 8, 14)
                flag = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(room, flag, band.name)
                last = middle
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(*EDGE_COLOUR), 1))
        painter.drawPolygon(_polygon(outline))

    def _paint_foot(self, painter: QPainter, chromosome: Chromosome, across: QRectF) -> None:
        words = [designation_of(chromosome) or (chromosome.chromosome_class if len(self._shown) > 1 else "")]
        y = self.height() - _FOOT + 2
        for word, colour in (*((w, _INK) for w in words), *((w, _DOUBT) for w in marks_of(chromosome))):
            if word:
                _use_font(painter, 12)
                painter.setPen(colour)
                room = QRectF(across.left(), y, across.width(), 14)
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, word)
                y += 13


def _with_homologs(cell: Metaphase, selected: tuple[Chromosome, ...]) -> tuple[Chromosome, ...]:
    if not selected:
        return ()
    classes = {c.chromosome_class for c in selected}
    (one, *_) = selected
    if len(classes) == 1 and one.chromosome_class in CLASSES and one.excluded is None:
        chosen = [
            c for c in cell.chromosomes if c.chromosome_class == one.chromosome_class and c.excluded is None
        ]
        return tuple(sorted(chosen, key=place_in_slot))
    return tuple(sorted(selected, key=lambda c: (_rank(c.chromosome_class), place_in_slot(c))))[:12]


def _rank(name: str) -> int:
    return CLASSES.index(name) if name in CLASSES else len(CLASSES)


def _paint_note(painter: QPainter, note: Annotation, points: list[tuple[float, float]]) -> None:
    shape = shape_of(note, points, head=16.0, letters=15.0)
    colour = QColor(note.colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2.4))
    if shape.line is not None:
        painter.drawLine(QPointF(*shape.line[0]), QPointF(*shape.line[1]))
    if shape.rim:
        painter.drawPolygon(_polygon(shape.rim))
    if shape.head:
        painter.setBrush(colour)
        painter.drawPolygon(_polygon(shape.head))
    if note.text:
        _use_font(painter, 15, bold=True)
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance(note.text)
        x, y = shape.words_at
        x -= {"start": 0.0, "middle": wide / 2, "end": float(wide)}[shape.anchor]
        painter.fillRect(QRectF(x - 2, y - 13, wide + 4, 17), QColor(255, 255, 255, 200))
        painter.setPen(colour)
        painter.drawText(QPointF(x, y), note.text)


def _use_font(painter: QPainter, pixels: int, *, bold: bool = False) -> None:
    font = QFont(painter.font())
    font.setPixelSize(pixels)
    font.setBold(bold)
    painter.setFont(font)


def _polygon(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
