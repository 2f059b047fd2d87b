"""What points at a place of the metaphase: the preview of a repair, and a pair lit up among the others."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.canvas.contours import Contours
from app.canvas.picture_canvas import PictureCanvas
from core.domain.ids import ChromosomeId
from core.domain.outline import Box, Outline, Point

_AFTER = (QColor("#0a9d58"), QColor("#b3358f"), QColor("#d9771a"))
"""Outlines that would stand; each has its own dashes as well."""
_DASHES = ([4.0, 2.0], [1.5, 2.0], [7.0, 2.0, 1.5, 2.0])
_LINE = QColor("#c8102e")
_HALO = QColor(255, 255, 255, 230)
_VEIL = QColor(240, 241, 243, 205)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a repair would do, in picture coordinates.

    `outlines` would stand, `leaving` would go, `line` is a cut or points at a place, `box` frames one.
    """

    outlines: tuple[Outline, ...] = ()
    leaving: frozenset[ChromosomeId] = frozenset()
    line: tuple[Point, ...] = ()
    box: Box | None = None


class Guide(QWidget):
    """Lies over contours and gestures and takes no mouse."""

    def __init__(self, canvas: PictureCanvas, contours: Contours) -> None:
        super().__init__(canvas.surface)
        self._canvas = canvas
        self._contours = contours
        self._preview: Preview | None = None
        self._lit: frozenset[ChromosomeId] | None = None
        self._hidden = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.view_changed.connect(self._view_changed)
        canvas.surface.installEventFilter(self)
        self.resize(canvas.surface.size())
        self.hide()

    @property
    def preview(self) -> Preview | None:
        """Repair that is shown."""
        return self._preview

    @property
    def lit(self) -> frozenset[ChromosomeId] | None:
        """Chromosomes that stand out; None while all do."""
        return self._lit

    def show_preview(self, preview: Preview | None) -> None:
        """Show what a repair would do, or nothing."""
        self._preview = preview
        self._refresh()

    def light(self, ids: frozenset[ChromosomeId] | None) -> None:
        """Dim everything but some chromosomes; None takes the veil away."""
        self._lit = ids
        self._refresh()

    def hide_drawing(self, hidden: bool) -> None:
        """Show the bare picture, or everything again."""
        self._hidden = hidden
        self._refresh()

    def reveal(self, point: Point) -> None:
        """Bring a place into sight."""
        if self._canvas.shape is not None:
            self._canvas.reveal(QPointF(*point))

    def _refresh(self) -> None:
        wanted = not self._hidden and (self._preview is not None or self._lit is not None)
        self.setVisible(wanted)
        if wanted:
            self.raise_()
            self.update()

    def _view_changed(self) -> None:
        if self.isVisible():
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the canvas whatever its size."""
        if event.type() == QEvent.Type.Resize:
            self.resize(event.size())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw veil and preview."""
        painter = QPainter(self)
        if self._canvas.shape is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setTransform(self._canvas.to_screen())
            if self._lit is not None:
                self._draw_veil(painter)
            if self._preview is not None:
                self._draw_preview(painter, self._preview)
        painter.end()

    def _draw_veil(self, painter: QPainter) -> None:
        height, width = self._canvas.shape or (0, 0)
        veil = QPainterPath()
        veil.setFillRule(Qt.FillRule.OddEvenFill)
        veil.addRect(QRectF(0, 0, width, height))
        free = QPainterPath()
        for chromosome_id in self._lit or ():
            contour = self._contours.get(chromosome_id)
            if contour is not None:
                free = free.united(contour.around)
        painter.fillPath(veil.subtracted(free), _VEIL)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(QColor("#1677d2"), 2.2))
        painter.drawPath(free)

    def _draw_preview(self, painter: QPainter, preview: Preview) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for chromosome_id in preview.leaving:
            contour = self._contours.get(chromosome_id)
            if contour is not None:
                painter.setPen(_pen(_LINE, 1.6, [2.0, 3.0]))
                painter.drawPath(contour.around)
        for number, outline in enumerate(preview.outlines):
            shape = QPolygonF([QPointF(x, y) for x, y in outline.points])
            colour = _AFTER[number % len(_AFTER)]
            wash = QColor(colour)
            wash.setAlpha(45)
            painter.setPen(_pen(_HALO, 4.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(shape)
            painter.setPen(_pen(colour, 2.2, _DASHES[number % len(_DASHES)]))
            painter.setBrush(wash)
            painter.drawPolygon(shape)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if preview.box is not None:
            xmin, ymin, xmax, ymax = preview.box
            painter.setPen(_pen(_LINE, 1.6, [5.0, 3.0]))
            painter.drawRect(QRectF(xmin, ymin, xmax - xmin, ymax - ymin))
        line = QPolygonF([QPointF(x, y) for x, y in preview.line])
        if line.size() > 1:
            for colour, width in ((_HALO, 4.5), (_LINE, 2.2)):
                painter.setPen(_pen(colour, width))
                painter.drawPolyline(line)


def _pen(colour: QColor, width: float, dashes: list[float] | None = None) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashes else Qt.PenCapStyle.RoundCap)
    if dashes:
        pen.setDashPattern(dashes)
    return pen
