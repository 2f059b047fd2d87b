"""What lies over the picture: contours, gestures of the mouse, and nothing that napari has to know."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app import theme
from app.canvas.boxes import chip_at, draw_chips, words_of
from app.canvas.contours import Contours
from app.canvas.drawing import draw_band, draw_hint, draw_note, draw_plain, draw_special
from app.canvas.picture_canvas import PictureCanvas
from app.canvas.tools.base import CanvasTool, Pointer
from app.canvas.tools.chest import all_tools
from app.canvas.tools.kinds import Tool
from app.outlining import Outlining, boxed_at
from app.session import CaseSession
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.domain.outline import Point

_REACH = 5.0
_ZOOM_STEP = 1.0015

__all__ = ["Overlay", "Tool"]


class _Drag(Enum):
    NONE = 0
    BAND = 1
    TOOL = 2
    PAN = 3


class Overlay(QWidget):
    """Transparent widget over the canvas.

    Signals
    -------
    clicked_to_count
        A point of the picture.
    menu_wanted
        Global position of a right click; what is under it is selected by then.
    """

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
        self._tools: dict[Tool, CanvasTool] = {}
        self._outlining: Outlining | None = None
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
        session.selection_changed.connect(self._selection_changed)
        session.hover_changed.connect(self._redraw)
        theme.news.changed.connect(self._draw_anew)

    # -- state -----------------------------------------------------------------------------------------

    @property
    def contours(self) -> Contours:
        """Contours of the open cell."""
        return self._contours

    @property
    def tool(self) -> Tool:
        """What a drag with the left button does."""
        return self._tool

    def take_tools(self, outlining: Outlining) -> None:
        """Let gestures be carried out."""
        self._outlining = outlining
        self._tools = all_tools(outlining, self._session, self.update)
        outlining.settled.connect(self._settled)

    def use(self, tool: Tool) -> None:
        """Take a tool."""
        self.give_up()
        self._tool = tool
        self._stop_drag()
        shapes = {Tool.SELECT: Qt.CursorShape.ArrowCursor}
        self.setCursor(shapes.get(tool, Qt.CursorShape.CrossCursor))
        if self._in_hand is not None:
            self._in_hand.refresh()
        self._draw_anew()

    def give_up(self) -> bool:
        """Forget the gesture in hand; tell whether there was one."""
        had = self._in_hand is not None and self._in_hand.give_up()
        self._stop_drag()
        return had

    def finish(self) -> bool:
        """End a gesture of several clicks; tell whether there was one."""
        return self._in_hand is not None and self._in_hand.finish()

    def take_back(self) -> bool:
        """Forget the last click of a gesture; tell whether there was one."""
        had = self._in_hand is not None and self._in_hand.take_back()
        self.update()
        return had

    def resize_brush(self, steps: int) -> None:
        """Make brush and eraser larger or smaller."""
        for kind in (Tool.BRUSH, Tool.ERASE):
            if kind in self._tools and (self._tool is kind or kind is Tool.BRUSH):
                self._tools[kind].wheel(steps)
                break

    @property
    def _in_hand(self) -> CanvasTool | None:
        return self._tools.get(self._tool)

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
        self.give_up()
        self._contours.show(self._session.cell)
        self._refresh_tool()
        self._draw_anew()

    def _cell_changed(self, cell_id: str, change: object) -> None:
        self._contours.show(self._session.cell)
        self._refresh_tool()
        self._draw_anew()

    def _selection_changed(self, *_: object) -> None:
        self._refresh_tool()
        self.update()

    def _refresh_tool(self) -> None:
        if self._in_hand is not None:
            self._in_hand.refresh()

    def _settled(self) -> None:
        for tool in self._tools.values():
            tool.settled()
        self.update()

    def _redraw(self, *_: object) -> None:
        self.update()

    def eventFilter(self, watched, event) -> bool:
        """Cover the canvas whatever its size."""
        if event.type() == event.Type.Resize:
            self.resize(event.size())
            self._canvas.refit()
        return False

    def event(self, event: QEvent) -> bool:
        """Say what boxed stain is and what can be done with it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._words_at(QPointF(event.pos()))
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _words_at(self, place: QPointF) -> str:
        cell = self._session.cell
        if cell is None or self._canvas.shape is None or self._tool is not Tool.SELECT:
            return ""
        point = self._canvas.to_picture(place)
        box = chip_at(cell, place, self._canvas.to_screen()) or boxed_at(cell, (point.x(), point.y()))
        return "" if box is None else words_of(cell, box)

    # -- drawing ---------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw contours, gesture and note."""
        painter = QPainter(self)
        cell = self._session.cell
        if cell is not None and self._canvas.shape is not None and not self._hidden:
            painter.drawPixmap(0, 0, self._plain_layer(cell))
            session = self._session
            draw_special(painter, self._contours, self._canvas.to_screen(), session.selection, session.hover)
            if self._tool is Tool.SELECT:
                draw_chips(painter, cell, self._canvas.to_screen())
            if self._in_hand is not None:
                self._in_hand.draw(painter, self._canvas.to_screen())
                draw_hint(painter, self._in_hand.hint, QRectF(self.rect()))
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
            elif self._in_hand is not None:
                if self._canvas.shape is not None:
                    self._drag = _Drag.TOOL
                    self._in_hand.press(self._pointer(event))
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
        elif self._drag is _Drag.TOOL and self._in_hand is not None:
            self._in_hand.drag(self._pointer(event))
        elif self._drag is _Drag.BAND:
            self.update()
        else:
            self._session.hover_over(self._under(position))
            if self._in_hand is not None and self._canvas.shape is not None:
                self._in_hand.hover(self._pointer(event))
        self._last = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        drag, moved = self._drag, self._has_moved(event.position())
        band = QRectF(self._pressed, event.position()).normalized()
        self._stop_drag()
        if drag is _Drag.TOOL and self._in_hand is not None:
            self._in_hand.release(self._pointer(event))
        elif drag is _Drag.BAND:
            self._finish_band(band, moved, event.modifiers())
        elif drag is _Drag.PAN and not moved and event.button() == Qt.MouseButton.RightButton:
            under = self._under(event.position())
            if under is None and self._ask_about_box(event):
                return
            if under is not None and under not in self._session.selection:
                self._session.select({under})
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def leaveEvent(self, event) -> None:
        """Nothing is under the mouse any more."""
        self._session.hover_over(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """End a gesture of several clicks; with other tools it is a second click."""
        if self._in_hand is None or event.button() != Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
            return
        self._in_hand.double(self._pointer(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; with Ctrl change what the tool in hand can change."""
        steps = event.angleDelta().y() / 120.0
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if ctrl and steps and self._in_hand is not None and self._in_hand.wheel(steps):
            event.accept()
            return
        self._canvas.zoom_at(event.position(), _ZOOM_STEP ** event.angleDelta().y())
        event.accept()

    def _press_to_select(self, event: QMouseEvent) -> None:
        under = self._under(event.position())
        several = bool(
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        )
        box = chip_at(self._session.cell, event.position(), self._canvas.to_screen())
        if box is not None and self._outlining is not None:
            self._outlining.outline_box(box)
        elif under is None:
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
        self.update()

    def _ask_about_box(self, event: QMouseEvent) -> bool:
        """Open the menu of boxed stain; tell whether there is any under the mouse."""
        if self._outlining is None or self._canvas.shape is None:
            return False
        point = self._canvas.to_picture(event.position())
        box = boxed_at(self._session.cell, (point.x(), point.y()))
        if box is not None:
            self._outlining.ask_about_box(box, event.globalPosition().toPoint())
        return box is not None

    def _pointer(self, event: QMouseEvent) -> Pointer:
        point = self._canvas.to_picture(event.position())
        return Pointer(
            at=(point.x(), point.y()),
            screen=event.position(),
            place=event.globalPosition().toPoint(),
            zoom=self._canvas.zoom,
            modifiers=event.modifiers(),
        )

    def _has_moved(self, position: QPointF) -> bool:
        return (position - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2

    def _under(self, position: QPointF) -> ChromosomeId | None:
        if self._canvas.shape is None:
            return None
        return self._contours.at(self._canvas.to_picture(position), _REACH / self._canvas.zoom)
