"""Large thumbnails of cells, made behind everything else and held for a while."""

from __future__ import annotations

from collections import OrderedDict

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.pictures import Pictures
from app.tasks import Lane, Urgency
from core.domain.metaphase import Metaphase

WIDTH, HEIGHT = 336, 252
_HELD = 400


class LargeThumbnails(QObject):
    """Pictures of cells as large as a card of the gallery."""

    ready = Signal(str)
    """Name of the picture (`Pictures.key_of`) that has arrived."""

    def __init__(self, pictures: Pictures, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._lane = lane
        self._held: OrderedDict[str, QImage | None] = OrderedDict()

    def picture(self, cell: Metaphase) -> QImage | None:
        """Return the picture of a cell; None while it is being made."""
        key = self._pictures.key_of(cell)
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        self._held[key] = None
        while len(self._held) > _HELD:
            self._held.popitem(last=False)

        def arrived(small: NDArray[np.uint8]) -> None:
            height, width = small.shape
            self._held[key] = QImage(
                small.data, width, height, int(small.strides[0]), QImage.Format.Format_Grayscale8
            ).copy()
            self.ready.emit(key)

        self._lane.submit(
            "Make thumbnail",
            lambda progress: _small(self._pictures.read_now(cell), cell),
            done=arrived,
            failed=lambda error: None,
            urgency=Urgency.SOON,
        )
        return None


def _small(grey: NDArray[np.generic], cell: Metaphase) -> NDArray[np.uint8]:
    """Shrink the part of a picture that holds the spread, or all of it."""
    grey = _spread(grey, cell)
    height, width = grey.shape
    scale = min(WIDTH / width, HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(np.asarray(grey, dtype=np.float32), size, interpolation=how)
    low, high = (float(value) for value in np.percentile(small, [0.5, 99.5]))
    stretched = (small - low) / max(high - low, 1.0) * 255.0
    return np.ascontiguousarray(np.clip(stretched, 0, 255).astype(np.uint8))


def _spread(grey: NDArray[np.generic], cell: Metaphase) -> NDArray[np.generic]:
    if not cell.chromosomes:
        return grey
    boxes = np.array([c.outline.box for c in cell.chromosomes])
    room = 20
    left, top = (max(0, int(v) - room) for v in boxes[:, :2].min(axis=0))
    right, bottom = (int(v) + room for v in boxes[:, 2:].max(axis=0))
    part = grey[top:bottom, left:right]
    return part if part.size else grey
