"""The bubble of the tour: words, a pointer to a real control, and a frame round that control."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import theme

_POINTER = 12
_WIDTH = 340
_FRAME = 3
_AWAY = 6


class Side(Enum):
    """Edge of the bubble that carries the pointer."""

    NONE = "none"
    TOP = "top"
    BOTTOM = "bottom"
    LEFT = "left"
    RIGHT = "right"


class Ring(QWidget):
    """A frame round a control; it takes neither mouse nor keys."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def surround(self, area: QRect) -> None:
        """Lie round an area of the window."""
        self.setGeometry(area)
        whole = self.rect()
        inside = whole.adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
        self.setMask(QRegion(whole).subtracted(QRegion(inside)))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().doubt))
        painter.end()


class Bubble(QWidget):
    """Words with a pointer.

    Signals
    -------
    next_wanted, leave_wanted
        The buttons.
    """

    next_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._side = Side.NONE
        self._tip = QPoint()
        self.setObjectName("tourBubble")
        self._place = QLabel()
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setProperty("role", "quiet")
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "tourTitle")
        self._title.setWordWrap(True)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.next_button = QPushButton()
        self.next_button.clicked.connect(self.next_wanted)
        self.leave_button = QPushButton("Leave")
        self.leave_button.setToolTip("Leave the tour (Esc); Help brings it back")
        self.leave_button.clicked.connect(self.leave_wanted)
        for button in (self.next_button, self.leave_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoDefault(True)  # outside a dialog Enter would not press it
        buttons = QHBoxLayout()
        buttons.addWidget(self._place)
        buttons.addStretch(1)
        buttons.addWidget(self.leave_button)
        buttons.addWidget(self.next_button)
        rows = QVBoxLayout(self)
        margin = _POINTER + 14
        rows.setContentsMargins(margin, margin - 4, margin, margin - 4)
        rows.setSpacing(8)
        for part in (self._title, self._text):
            rows.addWidget(part)
        rows.addLayout(buttons)
        self.hide()

    @property
    def text(self) -> str:
        """Title and words."""
        return f"{self._title.text()}. {self._text.text()}"

    def say(self, title: str, text: str, *, place: str, button: str, tip: str, asks: bool) -> None:
        """Show words.

        Parameters
        ----------
        button, tip
            Word and tooltip of the button that goes on.
        asks
            Whether the buttons take the keys: only where nothing in the window has to be done.
        """
        self._title.setText(title)
        self._text.setText(text)
        self._place.setText(place)
        self.next_button.setText(button)
        self.next_button.setToolTip(tip)
        self.next_button.setProperty("primary", asks)
        self.next_button.style().polish(self.next_button)
        policy = Qt.FocusPolicy.StrongFocus if asks else Qt.FocusPolicy.NoFocus
        for one in (self.next_button, self.leave_button):
            one.setFocusPolicy(policy)
        self.setAccessibleName(self.text)
        self.setFixedWidth(theme.px(_WIDTH) + 2 * _POINTER)
        self.setFixedHeight(self.heightForWidth(self.width()))
        self.show()
        self.raise_()
        if asks:
            self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def point_to(self, area: QRect | None, room: QRect) -> None:
        """Lie beside an area (in the middle where there is none), inside the room of the window."""
        size = self.size()
        if area is None:
            self._side = Side.NONE
            corner = room.center() - QPoint(size.width() // 2, size.height() // 2)
        else:
            self._side = _side(area, room, size.width(), size.height())
            corner = _corner(self._side, area, size.width(), size.height())
        x = min(max(corner.x(), room.left()), room.right() - size.width())
        y = min(max(corner.y(), room.top()), room.bottom() - size.height())
        self.move(x, y)
        if area is not None:
            middle = area.intersected(room).center()
            self._tip = QPoint(
                min(max(middle.x() - x, 30), size.width() - 30),
                min(max(middle.y() - y, 30), size.height() - 30),
            )
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the pointer."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.doubt), 2))
        painter.setBrush(QColor(colours.raised))
        body = self.rect().adjusted(_POINTER, _POINTER, -_POINTER, -_POINTER)
        painter.drawRoundedRect(body, 7, 7)
        if self._side is not Side.NONE:
            painter.setBrush(QColor(colours.doubt))
            painter.drawPolygon(self._pointer(body))
        painter.end()

    def _pointer(self, body: QRect) -> QPolygonF:
        x, y, half = self._tip.x(), self._tip.y(), 9
        if self._side is Side.TOP:
            points = ((x - half, body.top()), (x + half, body.top()), (x, 1))
        elif self._side is Side.BOTTOM:
            points = ((x - half, body.bottom()), (x + half, body.bottom()), (x, self.height() - 1))
        elif self._side is Side.LEFT:
            points = ((body.left(), y - half), (body.left(), y + half), (1, y))
        else:
            points = ((body.right(), y - half), (body.right(), y + half), (self.width() - 1, y))
        return QPolygonF([QPointF(px, py) for px, py in points])


def _side(area: QRect, room: QRect, width: int, height: int) -> Side:
    free = {
        Side.TOP: room.bottom() - area.bottom() - height,
        Side.LEFT: room.right() - area.right() - width,
        Side.RIGHT: area.left() - room.left() - width,
        Side.BOTTOM: area.top() - room.top() - height,
    }
    fitting = [side for side, left in free.items() if left >= 0]
    # Where no side has room, the bubble lies over the lower part of what it points to.
    return fitting[0] if fitting else Side.TOP


def _corner(side: Side, area: QRect, width: int, height: int) -> QPoint:
    middle = area.center()
    if side is Side.TOP:
        return QPoint(middle.x() - width // 2, area.bottom() - _AWAY)
    if side is Side.BOTTOM:
        return QPoint(middle.x() - width // 2, area.top() - height + _AWAY)
    if side is Side.LEFT:
        return QPoint(area.right() - _AWAY, middle.y() - height // 2)
    return QPoint(area.left() - width + _AWAY, middle.y() - height // 2)
