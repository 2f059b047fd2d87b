"""What lies over the picture: contours, gestures of the mouse, and nothing that napari has to know."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.contours import Contours
from app.canvas.drawing import draw_band, draw_line, draw_note, draw_plain, draw_special
from app.canvas.picture_canvas import PictureCanvas
from app.session import CaseSession
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Point

_REACH = 5.0
_LINE_STEP = 2.5
_ZOOM_STEP = 1.0015


class Tool(Enum):
    """What a drag with the left button does."""

    SELECT = "select"
    CUT = "cut"
    COUNT = "count"


class _Drag(Enum):
    NONE = 0
    BAND = 1
    LINE = 2
    PAN = 3


class Overlay(QWidget):
    """Transparent widget over the canvas.

    Signals
    -------
    line_drawn
        Points of a finished line, picture coordinates.
    clicked_to_count
        A point of the picture.
    menu_wanted
        Global position of a right click; what is under it is selected by then.
    """

    line_drawn = Signal(object)
    clicked_to_count = Signal(object)
    menu_wanted = Signal(object)

    def __init__(self, canvas: PictureCanvas, session: CaseSession) -> None:
        super().__init__(canvas.surface)
        self._canvas = canvas
        self._session = session
        self._contours = Contours()
        self._tool = Tool.SELECT
        self._drag = _Drag.NONE
        self._pressed = QPointF()
        self._last = QPointF()
        self._line: list[QPointF] = []
        self._hidden = False
        self._note = ""
        self._plain: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Metaphase")
        canvas.view_changed.connect(self._draw_anew)
        canvas.surface.installEventFilter(self)
        session.cell_opened.connect(self._cell_opened)
        session.cell_changed.connect(self._cell_changed)
        session.selection_changed.connect(self._redraw)
        session.hover_changed.connect(self._redraw)

    # -- state -----------------------------------------------------------------------------------------

    @property
    def contours(self) -> Contours:
        """Contours of the open cell."""
        return self._contours

    @property
    def tool(self) -> Tool:
        """What a drag with the left button does."""
        return self._tool

    def use(self, tool: Tool) -> None:
        """Take a tool."""
        self._tool = tool
        self._stop_drag()
        shapes = {Tool.SELECT: Qt.CursorShape.ArrowCursor}
        self.setCursor(shapes.get(tool, Qt.CursorShape.CrossCursor))
        self._draw_anew()

    def hide_drawing(self, hidden: bool) -> None:
        """Show the bare picture, or everything again."""
        if hidden != self._hidden:
            self._hidden = hidden
            self.update()

    def note(self, text: str) -> None:
        """Show a word in the corner, such as the class being typed; empty removes it."""
        self._note = text
        self.update()

    def screen_point(self, point: Point) -> QPointF:
        """Where a point of the picture lies on this widget."""
        return self._canvas.to_screen().map(QPointF(*point))

    def _cell_opened(self, cell_id: str) -> None:
        self._stop_drag()
        self._contours.show(self._session.cell)
        self._draw_anew()

    def _cell_changed(self, cell_id: str, change: object) -> None:
        self._contours.show(self._session.cell)
        self._draw_anew()

    def _redraw(self, *_: object) -> None:
        self.update()

    def eventFilter(self, watched, event) -> bool:
        """Cover the canvas whatever its size."""
        if event.type() == event.Type.Resize:
            self.resize(event.size())
            self._canvas.refit()
        return False

    # -- drawing ---------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw contours, gesture and note."""
        painter = QPainter(self)
        cell = self._session.cell
        if cell is not None and self._canvas.shape is not None and not self._hidden:
            painter.drawPixmap(0, 0, self._plain_layer(cell))
            session = self._session
            draw_special(painter, self._contours, self._canvas.to_screen(), session.selection, session.hover)
        if self._drag is _Drag.LINE and len(self._line) > 1:
            draw_line(painter, self._line)
        if self._drag is _Drag.BAND:
            draw_band(painter, QRectF(self._pressed, self._last).normalized())
        if self._note:
            draw_note(painter, self._note, QRectF(self.rect()))
        painter.end()

    def _plain_layer(self, cell: Metaphase) -> QPixmap:
        """What does not depend on the mouse, drawn once: hovering repaints one contour, not all."""
        if self._plain is None or self._plain.deviceIndependentSize() != QSizeF(self.size()):
            ratio = self.devicePixelRatioF()
            self._plain = QPixmap(self.size() * ratio)
            self._plain.setDevicePixelRatio(ratio)
            self._plain.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._plain)
            counting = self._tool is Tool.COUNT
            draw_plain(painter, cell, self._contours, self._canvas.to_screen(), counting=counting)
            painter.end()
        return self._plain

    def _draw_anew(self) -> None:
        self._plain = None
        self.update()

    # -- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._pressed = self._last = event.position()
        if event.button() == Qt.MouseButton.LeftButton:
            if self._tool is Tool.SELECT:
                self._press_to_select(event)
            elif self._tool is Tool.CUT:
                self._drag, self._line = _Drag.LINE, [event.position()]
            elif self._canvas.shape is not None:
                point = self._canvas.to_picture(event.position())
                self.clicked_to_count.emit((point.x(), point.y()))
        elif event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._drag = _Drag.PAN
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or light up what is under the mouse."""
        position = event.position()
        if self._drag is _Drag.PAN:
            self._canvas.pan(position - self._last)
        elif self._drag is _Drag.LINE:
            if (position - self._line[-1]).manhattanLength() >= _LINE_STEP:
                self._line.append(position)
                self.update()
        elif self._drag is _Drag.BAND:
            self.update()
        else:
            self._session.hover_over(self._under(position))
        self._last = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        drag, moved = self._drag, self._has_moved(event.position())
        line = [*self._line, event.position()]
        band = QRectF(self._pressed, event.position()).normalized()
        self._stop_drag()
        if drag is _Drag.LINE and moved:
            points = [self._canvas.to_picture(point) for point in line]
            self.line_drawn.emit(tuple((point.x(), point.y()) for point in points))
        elif drag is _Drag.BAND:
            self._finish_band(band, moved, event.modifiers())
        elif drag is _Drag.PAN and not moved and event.button() == Qt.MouseButton.RightButton:
            under = self._under(event.position())
            if under is not None and under not in self._session.selection:
                self._session.select({under})
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def leaveEvent(self, event) -> None:
        """Nothing is under the mouse any more."""
        self._session.hover_over(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse."""
        self._canvas.zoom_at(event.position(), _ZOOM_STEP ** event.angleDelta().y())
        event.accept()

    def _press_to_select(self, event: QMouseEvent) -> None:
        under = self._under(event.position())
        several = bool(
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        )
        if under is None:
            self._drag = _Drag.BAND
        elif several:
            self._session.select(self._session.selection ^ {under})
        else:
            self._session.select({under})

    def _finish_band(self, band: QRectF, moved: bool, modifiers: Qt.KeyboardModifier) -> None:
        add = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        before = self._session.selection if add else frozenset()
        if not moved:
            self._session.select(before)
            return
        corners = [self._canvas.to_picture(p) for p in (band.topLeft(), band.bottomRight())]
        self._session.select(before | self._contours.within(QRectF(corners[0], corners[1])))

    def _stop_drag(self) -> None:
        self._drag = _Drag.NONE
        self._line = []
        self.update()

    def _has_moved(self, position: QPointF) -> bool:
        return (position - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2

    def _under(self, position: QPointF) -> ChromosomeId | None:
        if self._canvas.shape is None:
            return None
        return self._contours.at(self._canvas.to_picture(position), _REACH / self._canvas.zoom)
