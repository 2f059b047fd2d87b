"""The board in the window: mouse, wheel and arrow keys."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsView, QWidget

from app.board.carrying import Carrying
from app.board.layout import OUT_SLOT
from app.board.scene import BoardScene
from app.board.walking import Step, neighbour
from app.session import CaseSession
from core.domain.ids import ChromosomeId
from core.editing.operations import Turn

_ZOOM_STEP = 1.0015
_LARGEST = 12.0
_FLAG_AWAY = 16.0
_SELECTED = QColor("#1677d2")
_STEPS = {
    Qt.Key.Key_Left: Step.LEFT, Qt.Key.Key_Right: Step.RIGHT, Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
}  # fmt: skip
_SEVERAL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class _Gesture(Enum):
    NONE = 0
    PRESSED = 1
    CARRY = 2
    BAND = 3
    PAN = 4


class BoardView(QGraphicsView):
    """Shows the scene and turns mouse and keys into selection and operations.

    Signals
    -------
    reason_wanted
        Selected chromosomes were dropped where nothing counts; somebody has to ask why.
    menu_wanted
        Global position of a right click; what is under it is selected by then.
    """

    reason_wanted = Signal()
    menu_wanted = Signal(object)

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        self.board = BoardScene()
        super().__init__(self.board, parent)
        self._session = session
        self._gesture = _Gesture.NONE
        self._pressed = QPointF()
        self._last = QPointF()
        self._under_press: ChromosomeId | None = None
        self._carrying: Carrying | None = None
        self._band: QRectF | None = None
        self._zoom = 1.0
        self._walker: ChromosomeId | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 200)
        self.setAcceptDrops(False)
        self.setAccessibleName("Karyogram")
        session.cell_opened.connect(self._show)
        session.picture_changed.connect(self._show)
        session.cell_changed.connect(self._show)
        session.selection_changed.connect(self._light)
        session.hover_changed.connect(self._light)
        self._show()

    # -- showing ---------------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Magnification; 1 shows the whole board."""
        return self._zoom

    @property
    def carrying(self) -> Carrying | None:
        """Chromosomes in the hand; None for none."""
        return self._carrying

    def fit(self) -> None:
        """Show the whole board."""
        self._zoom = 1.0
        self.resetTransform()
        self._fit_scene()

    def screen_point(self, chromosome_id: ChromosomeId) -> QPoint:
        """Where the middle of a chromosome lies on the viewport."""
        return self.mapFromScene(self.board.middles[chromosome_id])

    def _show(self, *_: object) -> None:
        self._let_go()
        self.board.show_cell(self._session.cell, self._session.picture)
        self._light()

    def _light(self, *_: object) -> None:
        self.board.light(self._session.selection, self._session.hover)
        if self._zoom > 1.0 and len(self._session.selection) == 1 and not self._gesture.value:
            (chosen,) = self._session.selection
            item = self.board.item_of(chosen)
            if item is not None:
                self.ensureVisible(item.body_area, 30, 30)

    def _fit_scene(self) -> None:
        size = self.viewport().size()
        self.board.fit_into(float(size.width()), float(size.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the board for the new size; a magnified one keeps its arrangement."""
        super().resizeEvent(event)
        if self._zoom == 1.0:
            self._fit_scene()

    # -- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._pressed = self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._gesture = _Gesture.PAN
        elif event.button() == Qt.MouseButton.LeftButton:
            under = self._under(event.position())
            self._under_press = under
            self._gesture = _Gesture.BAND if under is None else _Gesture.PRESSED
            if (
                under is not None
                and not event.modifiers() & _SEVERAL
                and under not in self._session.selection
            ):
                self._session.select({under})
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or light up what is under the mouse."""
        position = event.position()
        far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2
        if self._gesture is _Gesture.PRESSED and far:
            self._lift()
        if self._gesture is _Gesture.CARRY and self._carrying is not None:
            away = _FLAG_AWAY / self._zoom
            self._carrying.move(self.mapToScene(position.toPoint()), away)
        elif self._gesture is _Gesture.BAND and far:
            self._draw_band(QRectF(self._pressed, position).normalized())
        elif self._gesture is _Gesture.PAN:
            moved = position - self._last
            for bar, by in ((self.horizontalScrollBar(), moved.x()), (self.verticalScrollBar(), moved.y())):
                bar.setValue(bar.value() - round(by))
        elif self._gesture is _Gesture.NONE:
            self._session.hover_over(self._under(position))
        self._last = position

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        gesture, carrying, band = self._gesture, self._carrying, self._band
        several = bool(event.modifiers() & _SEVERAL)
        self._let_go()
        if event.button() == Qt.MouseButton.LeftButton:
            if gesture is _Gesture.CARRY and carrying is not None:
                self._drop(carrying)
            elif gesture is _Gesture.PRESSED and self._under_press is not None:
                if several:
                    self._session.select(self._session.selection ^ {self._under_press})
                else:
                    self._session.select({self._under_press})
            elif gesture is _Gesture.BAND:
                before = self._session.selection if several else frozenset()
                area = self.mapToScene(band.toRect()).boundingRect() if band else QRectF()
                self._session.select(before | (self.board.chromosomes_in(area) if band else frozenset()))
        elif event.button() == Qt.MouseButton.RightButton:
            under = self._under(event.position())
            if under is not None and under not in self._session.selection:
                self._session.select({under})
            self.menu_wanted.emit(event.globalPosition().toPoint())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Turn the chromosome under the mouse; on empty ground show the whole board."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        under = self._under(event.position())
        if under is not None:
            self._session.select({under})
            self._session.do(Turn(ids=(under,)))
        else:
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._session.hover_over(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Magnify at the mouse, never below the whole board."""
        wanted = min(max(self._zoom * _ZOOM_STEP ** event.angleDelta().y(), 1.0), _LARGEST)
        if wanted == 1.0:
            self.fit()
        else:
            place = event.position().toPoint()
            held = self.mapToScene(place)
            self.scale(wanted / self._zoom, wanted / self._zoom)
            self._zoom = wanted
            slipped = self.mapFromScene(held) - place
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + slipped.x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + slipped.y())
        event.accept()

    # -- carrying --------------------------------------------------------------------------------------

    def _lift(self) -> None:
        cell, under, layout = self._session.cell, self._under_press, self.board.layout
        if cell is None or under is None or layout is None:
            return
        if under not in self._session.selection:
            self._session.select(self._session.selection | {under})
        others = [i for i in layout.order if i in self._session.selection and i != under]
        self._session.hover_over(None)
        start = self.mapToScene(self._pressed.toPoint())
        self._carrying = Carrying(self.board, cell, (under, *others), start)
        self._gesture = _Gesture.CARRY
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        # Esc belongs to the gesture while something is in the hand, whoever else listens to it.
        QApplication.instance().installEventFilter(self)

    def _let_go(self) -> None:
        if self._carrying is not None:
            self._carrying.end()
            self._carrying = None
            self.unsetCursor()
            QApplication.instance().removeEventFilter(self)
        self._draw_band(None)
        self._gesture = _Gesture.NONE

    def _drop(self, carrying: Carrying) -> None:
        if carrying.target is not None and carrying.target.slot == OUT_SLOT:
            cell = self._session.cell
            if cell is not None and any(cell.chromosome(i).excluded is None for i in carrying.carried):
                self.reason_wanted.emit()
        elif carrying.operation is not None:
            self._session.do(carrying.operation)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put everything back on Esc."""
        pressed = event.type() == QEvent.Type.KeyPress
        if (
            (pressed or event.type() == QEvent.Type.ShortcutOverride)
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self._carrying is not None
        ):
            if pressed:
                self._let_go()
                self._session.message.emit("Put back; nothing was changed.")
            event.accept()
            return True
        return super().eventFilter(watched, event)

    # -- keys ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows; every other key belongs to the page."""
        step = _STEPS.get(Qt.Key(event.key()))
        layout = self.board.layout
        if step is None or layout is None:
            event.ignore()
            return
        chosen = [i for i in layout.order if i in self._session.selection]
        start = self._walker if self._walker in chosen else (chosen[-1] if chosen else None)
        found = neighbour(layout, self.board.middles, start, step)
        if found is not None:
            several = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._walker = found
            self._session.select(self._session.selection | {found} if several else {found})
        event.accept()

    # -- drawing ---------------------------------------------------------------------------------------

    def _draw_band(self, band: QRectF | None) -> None:
        if band is None and self._band is None:
            return
        old, self._band = self._band, band
        for area in (old, band):
            if area is not None:
                self.viewport().update(area.toAlignedRect().adjusted(-2, -2, 2, 2))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the rectangle that selects."""
        if self._band is None:
            return
        painter.save()
        painter.resetTransform()
        fill = QColor(_SELECTED)
        fill.setAlpha(28)
        painter.setPen(QPen(_SELECTED, 1, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        painter.drawRect(self._band)
        painter.restore()

    def _under(self, position: QPointF) -> ChromosomeId | None:
        return self.board.chromosome_at(self.mapToScene(position.toPoint()))
