"""Small pieces of the findings panel: headings, notes, cards that lead to a place."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app import theme


class Bar(QWidget):
    """A probability as a thin bar; the number stands beside it in words."""

    def __init__(self, value: float, *, role: str = "accent") -> None:
        super().__init__()
        self._value = value
        self._role = role
        self.setFixedHeight(4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """A short line."""
        return QSize(40, 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and filling."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        painter.setBrush(QColor(getattr(colours, self._role)))
        wide = max(4.0, self.width() * min(max(self._value, 0.0), 1.0))
        painter.drawRoundedRect(QRectF(0, 0, wide, self.height()), 2, 2)
        painter.end()


class Card(QFrame):
    """A statement with its evidence; a click or Enter leads to the place.

    Parameters
    ----------
    text
        The statement.
    side
        Short word at the right, such as a probability.
    role
        `doubt`, `contradiction`, `good` or `quiet`: colour of the stripe at the left.
    tip
        What a click does; empty for a card that only tells.
    mono
        Whether the statement is a karyotype.
    """

    clicked = Signal()

    def __init__(
        self, text: str, *, side: str = "", role: str = "quiet", tip: str = "", mono: bool = False
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self._leads = bool(tip)
        self.words = QLabel(text)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("mono", mono)
        colours = theme.current()
        stripe = {
            "doubt": colours.doubt, "contradiction": colours.contradiction, "good": colours.good,
        }.get(role, colours.line)  # fmt: skip
        hover = f"#card:hover, #card:focus {{ background: {colours.line}; }}" if self._leads else ""
        mono_rule = "#card QLabel[mono='true'] { font-family: monospace; font-weight: 600; }"
        self.setStyleSheet(
            f"#card {{ background: {colours.raised}; border: none; border-left: 3px solid {stripe};"
            f" border-radius: 3px; }} {hover} {mono_rule}"
        )
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.words, 1)
        if side:
            number = QLabel(side)
            number.setTextFormat(Qt.TextFormat.PlainText)
            number.setProperty("role", "quiet")
            number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            head.addWidget(number)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(9, 6, 9, 6)
        self.rows.setSpacing(5)
        self.rows.addLayout(head)
        self.setAccessibleName(f"{text} {side}".strip())
        if self._leads:
            self.setToolTip(tip)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lead to the place."""
        inside = self.rect().contains(event.position().toPoint())
        if self._leads and event.button() == Qt.MouseButton.LeftButton and inside:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead to the place on Enter or Space."""
        if self._leads and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class Section(QWidget):
    """A heading and what stands below it; filled anew as a whole."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = QLabel(heading)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setProperty("role", "heading")
        self._body = QVBoxLayout()
        self._body.setSpacing(5)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.heading)
        rows.addLayout(self._body)

    def clear(self) -> None:
        """Take everything below the heading away."""
        while self._body.count():
            widget = self._body.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()

    def add(self, widget: QWidget) -> None:
        """Put something below the rest."""
        self._body.addWidget(widget)

    def say(self, text: str, role: str = "") -> QLabel:
        """Put a sentence below the rest."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            label.setProperty("role", role)
        self._body.addWidget(label)
        return label

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is shown, for those who read the panel by program."""
        return tuple(label.text() for label in self.findChildren(QLabel) if label.text())
