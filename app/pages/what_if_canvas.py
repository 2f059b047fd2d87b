"""Idiograms to click breaks on, and what they make of the chromosomes of the cell."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.drawing_painter import paint_drawing
from core.domain.bands import Level
from core.report.what_if_figure import WhatIfFigure
from core.whatif.plan import Break, ChangeKind, clicked

KIND_KEYS: Final = {
    Qt.Key.Key_T: ChangeKind.TRANSLOCATION, Qt.Key.Key_V: ChangeKind.INVERSION,
    Qt.Key.Key_D: ChangeKind.DELETION, Qt.Key.Key_U: ChangeKind.DUPLICATION,
    Qt.Key.Key_S: ChangeKind.INSERTION, Qt.Key.Key_I: ChangeKind.ISOCHROMOSOME,
    Qt.Key.Key_R: ChangeKind.RING, Qt.Key.Key_A: ChangeKind.ADDITION,
    Qt.Key.Key_O: ChangeKind.ROBERTSONIAN,
}  # fmt: skip


class WhatIfCanvas(QWidget):
    """Shows a figure as wide as the room is.

    Signals
    -------
    break_clicked
        A `Break` that was clicked.
    hovered
        The `Break` under the mouse, None beside an idiogram.
    moved
        Bands by which the keys move the active break.
    turned
        The keys want the next break.
    added
        The keys want one more break.
    kind_chosen
        A letter chose a kind.
    taken, cleared, searched
        Enter, Delete and B were pressed.
    """

    break_clicked = Signal(object)
    hovered = Signal(object)
    moved = Signal(int)
    turned = Signal(int)
    added = Signal()
    kind_chosen = Signal(object)
    taken = Signal()
    cleared = Signal()
    searched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.level: Level = 550
        self._figure: WhatIfFigure | None = None
        self._kept: QPixmap | None = None
        self._over: Break | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Breaks on the idiogram")
        self.setAccessibleDescription(
            "Space sets a break, Up and Down move it, Left and Right choose another, Enter uses the change"
        )

    @property
    def figure(self) -> WhatIfFigure | None:
        """What is shown."""
        return self._figure

    def show_figure(self, figure: WhatIfFigure | None) -> None:
        """Show another figure; None for empty paper."""
        self._figure, self._kept = figure, None
        self._fit()
        self.update()

    @property
    def pixels(self) -> float:
        """Pixels a millimetre."""
        return self.width() / self._figure.drawing.width if self._figure else 1.0

    def place_of(self, wanted: Break) -> QPointF | None:
        """Middle of a band of an idiogram in the widget."""
        for target in self._figure.targets if self._figure else ():
            if target.chromosome == wanted.chromosome:
                place = target.place
                y = place.top + wanted.fraction * place.height
                return QPointF(place.left + place.width / 2, y) * self.pixels
        return None

    def sizeHint(self) -> QSize:
        """Narrow and tall."""
        return QSize(300, 500)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the shape of the figure."""
        if event.size().width() != event.oldSize().width():
            self._kept = None
            self._fit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, figure, and a frame while the keys work here."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white" if self._figure else theme.current().panel))
        if self._figure is not None:
            if self._kept is None:
                ratio = self.devicePixelRatioF()
                self._kept = QPixmap(self.size() * ratio)
                self._kept.setDevicePixelRatio(ratio)
                self._kept.fill(QColor("white"))
                inner = QPainter(self._kept)
                paint_drawing(inner, self._figure.drawing, self.pixels)
                inner.end()
            painter.drawPixmap(0, 0, self._kept)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the band under the mouse."""
        found = self._at(event.position())
        self.setCursor(Qt.CursorShape.CrossCursor if found else Qt.CursorShape.ArrowCursor)
        if found == self._over:
            return
        self._over = found
        if found is not None:
            QToolTip.showText(event.globalPosition().toPoint(), f"{found.chromosome}{found.band}", self)
        else:
            QToolTip.hideText()
        self.hovered.emit(found)

    def leaveEvent(self, event: object) -> None:
        """Forget the band under the mouse."""
        if self._over is not None:
            self._over = None
            self.hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set a break."""
        found = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.break_clicked.emit(found)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything that the mouse does."""
        key = event.key()
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.turned.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Space:
            self.added.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        elif key == Qt.Key.Key_B:
            self.searched.emit()
        elif key in KIND_KEYS:
            self.kind_chosen.emit(KIND_KEYS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show that the keys work here."""
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Show that they no longer do."""
        self.update()

    def _at(self, point: QPointF) -> Break | None:
        if self._figure is None:
            return None
        found = self._figure.target_at(point.x() / self.pixels, point.y() / self.pixels)
        return clicked(found[0].chromosome, found[1], self.level) if found else None

    def _fit(self) -> None:
        if self._figure is not None:
            drawing = self._figure.drawing
            self.setFixedHeight(max(1, round(drawing.height / drawing.width * self.width())))
