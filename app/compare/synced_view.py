"""Two pictures that are zoomed and moved as one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

_STEP = 1.2
_MOST = 24.0


class SyncedView(QGraphicsView):
    """A view that tells its zoom and centre as shares of its own scene, and takes those of another.

    Signals
    -------
    moved
        Zoom (1 shows everything) and centre (x, y as shares of the scene).
    clicked
        Place in the scene that was clicked without dragging.
    """

    moved = Signal(float, QPointF)
    clicked = Signal(QPointF)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)
        self._pressed: QPointF | None = None
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._scrolled)
        self._placing = False

    @property
    def zoomed(self) -> tuple[float, QPointF]:
        """Zoom and centre as `moved` tells them."""
        return self._zoom, self._centre

    def show_scene(self, scene: QGraphicsScene | None) -> None:
        """Show another scene at the same zoom and centre."""
        self._placing = True
        self.setScene(scene)
        self._placing = False
        self._place()

    def follow(self, zoom: float, centre: QPointF) -> None:
        """Take zoom and centre of the other view."""
        self._zoom, self._centre = zoom, centre
        self._place()

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        """Zoom, keeping a place of the viewport where it is."""
        if self.scene() is None:
            return
        anchor = anchor or QPointF(self.viewport().rect().center())
        before = self.mapToScene(anchor.toPoint())
        self._zoom = min(max(self._zoom * factor, 1.0), _MOST)
        self._place()
        after = self.mapToScene(anchor.toPoint())
        whole = self.sceneRect()
        self._centre += QPointF(
            (before.x() - after.x()) / whole.width(), (before.y() - after.y()) / whole.height()
        )
        self._place()
        self.moved.emit(self._zoom, self._centre)

    def _place(self) -> None:
        if self.scene() is None:
            return
        self._placing = True
        whole, room = self.sceneRect(), self.viewport().rect()
        fit = min(room.width() / max(whole.width(), 1), room.height() / max(whole.height(), 1)) * 0.98
        self.resetTransform()
        self.scale(fit * self._zoom, fit * self._zoom)
        self.centerOn(
            whole.left() + self._centre.x() * whole.width(), whole.top() + self._centre.y() * whole.height()
        )
        self._placing = False

    def _scrolled(self) -> None:
        if self._placing or self.scene() is None:
            return
        whole = self.sceneRect()
        middle = self.mapToScene(self.viewport().rect().center())
        self._centre = QPointF(
            (middle.x() - whole.left()) / whole.width(), (middle.y() - whole.top()) / whole.height()
        )
        self.moved.emit(self._zoom, self._centre)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is shown in the middle."""
        super().resizeEvent(event)
        self._place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse."""
        self.zoom_by(_STEP if event.angleDelta().y() > 0 else 1 / _STEP, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag begins."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell a click from a drag."""
        super().mouseReleaseEvent(event)
        if self._pressed is not None and (event.position() - self._pressed).manhattanLength() < 4:
            self.clicked.emit(self.mapToScene(event.position().toPoint()))
        self._pressed = None
