"""A pointer that the arrow keys move: what the mouse can do on the picture, the keyboard can do too."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.canvas.overlay import Overlay
from app.canvas.tools.kinds import Tool
from app.session import CaseSession

_SIZE: Final = 31
_STEP: Final = 12.0
_SMALL: Final = 2.0
_LARGE: Final = 60.0
_SMOOTH: Final = 3.0
_NOTE: Final = "Pointer: arrows move it (Shift small, Ctrl large steps), Enter {press}, Esc ends"
#: Tools of which one press is a whole gesture or a part of one; the others are pressed, moved and let go.
_CLICKING: Final = (Tool.SELECT, Tool.COUNT, Tool.MAGIC, Tool.POLYGON, Tool.CORNERS)
_WAYS: Final = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_PLAIN: Final = Qt.KeyboardModifier.NoModifier


class KeyPointer(QWidget):
    """A cross over the picture that arrows move and Enter presses.

    The tools see the events of a mouse: whatever a tool can do, it can do so without one. Letters stay what
    they are, so a tool is taken by its key while the pointer is in sight.
    """

    changed = Signal(bool)
    """The pointer appeared or went."""
    told = Signal(str)
    """What the keys do now; empty when the pointer is gone."""

    def __init__(self, overlay: Overlay, session: CaseSession) -> None:
        super().__init__(overlay)
        self._overlay = overlay
        self._session = session
        self._at = QPointF()
        self._pressed = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(_SIZE, _SIZE)
        self.setAccessibleName("Pointer moved by keys")
        self.hide()
        session.cell_opened.connect(lambda *_: self.use(False))

    @property
    def at(self) -> QPointF:
        """Where the pointer is, on the overlay."""
        return self._at

    def use(self, wanted: bool) -> None:
        """Show the pointer (at the selection, else in the middle) or put it away."""
        if wanted == self.isVisible():
            return
        application = QApplication.instance()
        if not wanted:
            self._let_go()
            application.removeEventFilter(self)
            self.hide()
            self.told.emit("")
        else:
            self._move_to(self._start())
            self.show()
            self.raise_()
            application.installEventFilter(self)
            self._tell()
        self.changed.emit(wanted)

    def _start(self) -> QPointF:
        chosen = self._session.selected
        middle = QPointF(self._overlay.width() / 2, self._overlay.height() / 2)
        if len(chosen) != 1 or not chosen[0].axis:
            return middle
        axis = chosen[0].axis
        return self._overlay.screen_point(axis[len(axis) // 2])

    # -- keys ------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take arrows, Enter and Esc while the picture has the keys."""
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if not isinstance(event, QKeyEvent) or not self._has_keys(watched):
            return False
        key = Qt.Key(event.key())
        way = _WAYS.get(key)
        enter = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if way is None and not enter and key != Qt.Key.Key_Escape:
            return False
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if way is not None:
            self._go(way, event.modifiers())
        elif enter:
            self._enter(event.modifiers())
        elif self._pressed or self._overlay.give_up():
            self._let_go()
            self._overlay.give_up()
            self._tell()
        else:
            self.use(False)
        return True

    def _has_keys(self, watched: QObject) -> bool:
        focus = QApplication.focusWidget()
        if focus is None or watched is not focus or QApplication.activePopupWidget() is not None:
            return False
        return focus is self._overlay or focus.isAncestorOf(self._overlay)

    def _go(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        step = _STEP
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            step = _SMALL
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            step = _LARGE
        # A stroke is drawn from all its points, not from its ends.
        left = step
        while left > 0:
            part = min(left, _SMOOTH) if self._pressed else left
            self._move_to(self._at + QPointF(way[0] * part, way[1] * part))
            self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)
            left -= part

    def _enter(self, modifiers: Qt.KeyboardModifier) -> None:
        several = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if several and self._overlay.finish():
            return
        if self._pressed:
            self._let_go()
        else:
            self._pressed = True
            self._send(QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton, modifiers)
            if self._overlay.tool in _CLICKING:
                self._let_go(modifiers)
        self._tell()

    def _let_go(self, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
        if self._pressed:
            self._pressed = False
            self._send(QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton, modifiers)

    def _tell(self) -> None:
        if not self.isVisible():
            return
        press = "lets go" if self._pressed else "presses"
        if self._overlay.tool in _CLICKING:
            press = "clicks, Shift+Enter closes" if self._overlay.tool is Tool.POLYGON else "clicks"
        self.told.emit(_NOTE.format(press=press))

    # -- the mouse that is none ------------------------------------------------------------------------

    def _send(
        self, kind: QEvent.Type, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier = _PLAIN
    ) -> None:
        held = Qt.MouseButton.LeftButton if self._pressed else Qt.MouseButton.NoButton
        there = QPointF(self._overlay.mapToGlobal(self._at.toPoint()))
        event = QMouseEvent(kind, self._at, self._at, there, button, held, modifiers)
        QApplication.sendEvent(self._overlay, event)

    def _move_to(self, place: QPointF) -> None:
        self._at = QPointF(
            min(max(place.x(), 0.0), self._overlay.width() - 1.0),
            min(max(place.y(), 0.0), self._overlay.height() - 1.0),
        )
        self.move(round(self._at.x()) - _SIZE // 2, round(self._at.y()) - _SIZE // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a cross that is seen on white, on black and on a chromosome."""
        painter = QPainter(self)
        middle, gap = _SIZE // 2, 3
        for colour, width in ((QColor("#ffffff"), 4), (QColor("#b3001b" if self._pressed else "#0b57b5"), 2)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(1, middle, middle - gap, middle)
            painter.drawLine(middle + gap, middle, _SIZE - 2, middle)
            painter.drawLine(middle, 1, middle, middle - gap)
            painter.drawLine(middle, middle + gap, middle, _SIZE - 2)
        painter.end()
