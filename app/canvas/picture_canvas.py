"""The napari canvas that shows the picture of the open cell; the only place that knows napari.

One canvas lives as long as the window; only its picture is swapped. What is drawn on top and what the mouse
does belongs to the overlay, so that napari's own tools, drops and history never meet ours.
"""

from __future__ import annotations

import numpy as np
from napari.components import ViewerModel
from napari.qt import QtViewer
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import theme

_MARGIN = 1.02
_LARGEST_ZOOM = 24.0


class PictureCanvas(QWidget):
    """A picture with pan and zoom.

    Coordinates of pictures are continuous, with the corner of the upper left pixel at (0, 0); napari puts
    the centre of that pixel there, hence the half pixel.
    """

    view_changed = Signal()
    """Pan, zoom or size changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = ViewerModel()
        self._qt_viewer = QtViewer(self._viewer)
        self._qt_viewer.setAcceptDrops(False)
        self._qt_viewer.canvas.native.setAcceptDrops(False)
        self._qt_viewer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._qt_viewer.canvas.native.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.use_ground()
        self._image = self._viewer.add_image(np.zeros((2, 2), np.uint8), visible=False)
        self._shape: tuple[int, int] | None = None
        self._fitted: QRectF | None = None
        self._camera = self._viewer.scene.camera
        self._camera.events.center.connect(self._tell)
        self._camera.events.zoom.connect(self._tell)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._qt_viewer)

    def use_ground(self) -> None:
        """Take the ground colour of the theme; the picture itself keeps its white."""
        self._viewer.canvas.background_color_override = theme.current().ground

    @property
    def surface(self) -> QWidget:
        """Widget of the canvas itself: what is drawn on top is a child of it."""
        return self._qt_viewer.canvas.native

    @property
    def shape(self) -> tuple[int, int] | None:
        """(H, W) of the picture; None when nothing is shown."""
        return self._shape

    def show_picture(self, grey: NDArray[np.generic] | None) -> None:
        """Show a picture as a whole; None shows nothing.

        Parameters
        ----------
        grey
            Shape (H, W), uint8 or uint16. It is shown from its darkest to its brightest value.
        """
        if grey is None:
            self._image.visible = False
            self._shape = None
            self.view_changed.emit()
            return
        self.show_captured(grey)
        self._image.visible = True
        self._shape = (int(grey.shape[0]), int(grey.shape[1]))
        self.fit()

    def show_pixels(self, seen: NDArray[np.uint8]) -> None:
        """Show the same picture through a view, from black to white as it is; nothing moves."""
        self._image.data = seen
        self._image.contrast_limits_range = (0.0, 255.0)
        self._image.contrast_limits = (0.0, 255.0)

    def show_captured(self, grey: NDArray[np.generic]) -> None:
        """Show the picture as captured again, from its darkest to its brightest value; nothing moves."""
        low, high = float(grey.min()), float(grey.max())
        self._image.data = grey
        self._image.contrast_limits_range = (low, max(high, low + 1))
        self._image.contrast_limits = (low, max(high, low + 1))

    def fit(self, area: QRectF | None = None) -> None:
        """Show the whole picture, or a part of it; it stays so until somebody moves or zooms.

        Parameters
        ----------
        area
            In picture coordinates; the whole picture when None.
        """
        if self._shape is None:
            return
        height, width = self._shape
        self._fitted = QRectF(0, 0, width, height) if area is None else area
        size = self._size()
        self._look_at(
            self._fitted.center(),
            min(
                size.width() / (self._fitted.width() * _MARGIN),
                size.height() / (self._fitted.height() * _MARGIN),
            ),
        )

    @property
    def is_fitted(self) -> bool:
        """Whether nobody moved or zoomed since the last `fit`."""
        return self._fitted is not None

    def refit(self) -> None:
        """Fill another size of the pane with what was fitted before."""
        if self._fitted is not None:
            self.fit(self._fitted)

    @property
    def zoom(self) -> float:
        """Screen pixels per pixel of the picture."""
        return float(self._camera.zoom)

    def to_screen(self) -> QTransform:
        """Map picture coordinates to pixels of `surface`."""
        size, zoom = self._size(), self.zoom
        _, centre_y, centre_x = self._camera.center
        return QTransform(
            zoom, 0, 0, zoom,
            size.width() / 2 - (centre_x + 0.5) * zoom,
            size.height() / 2 - (centre_y + 0.5) * zoom,
        )  # fmt: skip

    def to_picture(self, position: QPointF) -> QPointF:
        """Map a pixel of `surface` to picture coordinates."""
        inverse, _ = self.to_screen().inverted()
        return inverse.map(position)

    def zoom_at(self, position: QPointF, factor: float) -> None:
        """Zoom by a factor; what is under the mouse stays under the mouse."""
        if self._shape is None:
            return
        height, width = self._shape
        size = self._size()
        whole = min(size.width() / width, size.height() / height)
        zoom = min(max(self.zoom * factor, 0.5 * whole), _LARGEST_ZOOM)
        self._fitted = None
        before = self.to_picture(position)
        middle = QPointF(size.width() / 2, size.height() / 2)
        self._look_at(before - (position - middle) / zoom, zoom)

    def pan(self, by: QPointF) -> None:
        """Move the picture by screen pixels."""
        self._fitted = None
        self._look_at(self.centre - by / self.zoom, self.zoom)

    @property
    def centre(self) -> QPointF:
        """Point of the picture in the middle of the screen."""
        _, centre_y, centre_x = self._camera.center
        return QPointF(centre_x + 0.5, centre_y + 0.5)

    def reveal(self, point: QPointF) -> None:
        """Bring a point of the picture into sight, moving only as far as is needed."""
        place, size = self.to_screen().map(point), self._size()
        margin = 30.0
        dx = min(0.0, size.width() - margin - place.x()) + max(0.0, margin - place.x())
        dy = min(0.0, size.height() - margin - place.y()) + max(0.0, margin - place.y())
        if dx or dy:
            self.pan(QPointF(dx, dy))

    def _look_at(self, centre: QPointF, zoom: float) -> None:
        with self._camera.events.blocker_all():
            self._camera.center = (0.0, centre.y() - 0.5, centre.x() - 0.5)
            self._camera.zoom = zoom
        # One event for both: the scene is drawn once.
        self._camera.events.zoom(value=zoom)
        self._camera.events.center(value=self._camera.center)

    def _size(self) -> QSize:
        size = self.surface.size()
        return QSize(max(1, size.width()), max(1, size.height()))

    def _tell(self, event: object) -> None:
        self.view_changed.emit()
