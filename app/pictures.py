"""Grey values and thumbnails of originals, read off the GUI thread and held for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.tasks import Lane, Urgency
from core.domain.metaphase import Metaphase

Grey = NDArray[np.generic]
_HELD_PICTURES = 6
_HELD_THUMBNAILS = 2000
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 144, 108


class Pictures(QObject):
    """Pictures of cells.

    Parameters
    ----------
    lane
        Where files are read and decoded.
    read
        Decodes the original with a SHA-256 and a page into grey values, shape (H, W), uint8 or uint16.
    """

    thumbnail_ready = Signal(str)
    """SHA-256 and page of a thumbnail that has arrived, see `key_of`."""

    def __init__(self, lane: Lane, read: Callable[[str, int], Grey], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._read = read
        self._held: OrderedDict[str, Grey] = OrderedDict()
        self._thumbnails: OrderedDict[str, Grey | None] = OrderedDict()

    @staticmethod
    def key_of(cell: Metaphase) -> str:
        """Name of the picture of a cell."""
        return f"{cell.image}:{cell.page}"

    def held(self, cell: Metaphase) -> Grey | None:
        """Grey values where they are at hand, without waiting."""
        key = self.key_of(cell)
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def fetch(
        self, cell: Metaphase, done: Callable[[Grey], None], failed: Callable[[Exception], None]
    ) -> None:
        """Read the grey values; `done` or `failed` is called in the GUI thread."""
        held = self.held(cell)
        if held is not None:
            done(held)
            return
        key = self.key_of(cell)

        def arrived(grey: Grey) -> None:
            self._hold(key, grey)
            done(grey)

        self._lane.submit(
            "Read picture",
            lambda progress: self._read(cell.image, cell.page),
            done=arrived,
            failed=failed,
            urgency=Urgency.NOW,
        )

    def read_now(self, cell: Metaphase) -> Grey:
        """Read the grey values in the calling thread, which is not that of the window."""
        held = self._held.get(self.key_of(cell))
        return self._read(cell.image, cell.page) if held is None else held

    def thumbnail(self, cell: Metaphase) -> Grey | None:
        """Small picture, uint8; None while it is being made (`thumbnail_ready` tells) or cannot be."""
        key = self.key_of(cell)
        if key in self._thumbnails:
            return self._thumbnails[key]
        self._thumbnails[key] = None
        while len(self._thumbnails) > _HELD_THUMBNAILS:
            self._thumbnails.popitem(last=False)

        def work(progress: object) -> Grey:
            return shrunk(self._read(cell.image, cell.page))

        def arrived(small: Grey) -> None:
            self._thumbnails[key] = small
            self.thumbnail_ready.emit(key)

        self._lane.submit(
            "Make thumbnail", work, done=arrived, failed=lambda error: None, urgency=Urgency.BATCH
        )
        return None

    def _hold(self, key: str, grey: Grey) -> None:
        self._held[key] = grey
        self._held.move_to_end(key)
        while len(self._held) > _HELD_PICTURES:
            self._held.popitem(last=False)


def shrunk(grey: Grey) -> NDArray[np.uint8]:
    """Fit a picture into a thumbnail, shape at most (108, 144), stretched to the full range of grey."""
    height, width = grey.shape
    scale = min(THUMBNAIL_WIDTH / width, THUMBNAIL_HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(np.asarray(grey, dtype=np.float32), size, interpolation=cv2.INTER_AREA)
    low, high = (float(value) for value in np.percentile(small, [0.5, 99.5]))
    if high - low < 1.0:
        return np.full(small.shape, 128, dtype=np.uint8)
    stretched = (small - low) / (high - low) * 255.0
    return np.asarray(np.clip(stretched, 0, 255), dtype=np.uint8)
