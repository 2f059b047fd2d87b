"""The pages as they will print, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

_GAP = 14
_LEAST, _MOST = 0.4, 4.0
_PATIENCE_MS = 150
_POINTS_PER_PIXEL = 72 / 96


class _Page(QWidget):
    """One page: its picture, stretched while a sharper one is being made."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, then the picture."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        if self.image is None:
            painter.setPen(QColor("#7a8592"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Drawing the page…")
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self.image)


class Preview(QScrollArea):
    """Pages that fit the width, or are zoomed with Ctrl and the wheel.

    `pictures_wanted` asks for pages at a number of pixels across; `pages_seen` tells the page in sight.
    """

    pictures_wanted = Signal(int)
    page_seen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Pages of the report")
        self._sizes: tuple[tuple[float, float], ...] = ()
        self._pages: list[_Page] = []
        self._zoom: float | None = None
        self._fit_page = False
        self._inside = QWidget()
        self._inside.setObjectName("desk")
        self._rows = QVBoxLayout(self._inside)
        self._rows.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self._rows.setSpacing(_GAP)
        self._rows.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._notice = QLabel()
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._notice.setWordWrap(True)
        self._notice.setMinimumSize(440, 220)
        self._notice.setProperty("role", "quiet")
        self._rows.addWidget(self._notice)
        self.setWidget(self._inside)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PATIENCE_MS)
        self._later.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._tell_page())

    # -- content ---------------------------------------------------------------------------------------

    def show_notice(self, text: str) -> None:
        """Say something instead of pages."""
        self._sizes = ()
        self._match(0)
        self._notice.setText(text)
        self._notice.show()
        self.page_seen.emit(0, 0)

    def show_pages(self, sizes: Sequence[tuple[float, float]]) -> None:
        """Make room for pages of these sizes in points; pictures of old ones stay until new ones come."""
        self._notice.hide()
        self._sizes = tuple(sizes)
        self._match(len(self._sizes))
        self._resize_pages()
        self._ask()

    def show_picture(self, place: int, image: QImage) -> None:
        """Show the picture of a page."""
        if place < len(self._pages):
            self._pages[place].image = image
            self._pages[place].update()

    @property
    def notice(self) -> str:
        """What is said instead of pages; empty while there are pages."""
        return self._notice.text() if self._notice.isVisibleTo(self) else ""

    @property
    def complete(self) -> bool:
        """Whether every page shows its picture."""
        return bool(self._pages) and all(page.image is not None for page in self._pages)

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self._pages)

    def _match(self, number: int) -> None:
        while len(self._pages) > number:
            page = self._pages.pop()
            self._rows.removeWidget(page)
            page.deleteLater()
        while len(self._pages) < number:
            page = _Page()
            self._pages.append(page)
            self._rows.addWidget(page, 0, Qt.AlignmentFlag.AlignHCenter)

    # -- zoom ------------------------------------------------------------------------------------------

    def fit_width(self) -> None:
        """Let the pages fill the width."""
        self._zoom, self._fit_page = None, False
        self._resize_pages()
        self._later.start()

    def fit_page(self) -> None:
        """Show one whole page."""
        self._zoom, self._fit_page = None, True
        self._resize_pages()
        self._later.start()

    def zoom_by(self, factor: float) -> None:
        """Enlarge or reduce."""
        self._zoom = min(max(self._scale() * factor, _LEAST), _MOST)
        self._resize_pages()
        self._later.start()

    def _scale(self) -> float:
        """Pixels of the screen for each 1/96 inch of the page."""
        if self._zoom is not None:
            return self._zoom
        if not self._sizes:
            return 1.0
        width, height = (side / _POINTS_PER_PIXEL for side in self._sizes[0])
        bar = self.verticalScrollBar().sizeHint().width()
        scale = (self.width() - 2 * _GAP - bar) / width
        if self._fit_page:
            scale = min(scale, (self.height() - 2 * _GAP) / height)
        return min(max(scale, _LEAST), _MOST)

    def _resize_pages(self) -> None:
        scale = self._scale()
        for page, (width, height) in zip(self._pages, self._sizes, strict=True):
            page.setFixedSize(
                QSize(round(width / _POINTS_PER_PIXEL * scale), round(height / _POINTS_PER_PIXEL * scale))
            )
        self._tell_page()

    def _ask(self) -> None:
        if self._pages:
            self.pictures_wanted.emit(round(self._pages[0].width() * self.devicePixelRatioF()))

    def _tell_page(self) -> None:
        if not self._pages:
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        seen = next(
            (n for n, page in enumerate(self._pages) if page.geometry().bottom() >= middle),
            len(self._pages) - 1,
        )
        self.page_seen.emit(seen + 1, len(self._pages))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages again and ask for sharp ones when the size rests."""
        super().resizeEvent(event)
        if self._zoom is None:
            self._resize_pages()
            self._later.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.15 if event.angleDelta().y() > 0 else 1 / 1.15)
            event.accept()
        else:
            super().wheelEvent(event)
