"""Words and colour of an annotation, beside it on the board."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from core.domain.annotation import COLOURS
from core.editing.operations.annotating import LONGEST_TEXT


class NoteEditor(QFrame):
    """Enter keeps, Esc leaves; a click elsewhere keeps.

    Signals
    -------
    kept
        Words and colour.
    erased
        The annotation is to go.
    left
        Nothing is to change.
    """

    kept = Signal(str, str)
    erased = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noteEditor")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._colour = next(iter(COLOURS.values()))
        self._open = False
        self.field = QLineEdit()
        self.field.setPlaceholderText("Words, Enter")
        self.field.setMaxLength(LONGEST_TEXT)
        self.field.setMinimumWidth(190)
        self.field.setAccessibleName("Words of the annotation")
        self.field.returnPressed.connect(self.keep)
        self.field.installEventFilter(self)
        colours = QHBoxLayout()
        colours.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for name, colour in COLOURS.items():
            button = QToolButton()
            button.setCheckable(True)
            button.setIcon(_swatch(colour))
            button.setIconSize(QSize(14, 14))
            button.setToolTip(name.capitalize())
            button.setAccessibleName(name)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda checked=False, colour=colour: self._choose(colour))
            colours.addWidget(button)
            self.buttons[colour] = button
        colours.addStretch(1)
        self.erase_button = QToolButton()
        self.erase_button.setText("Erase")
        self.erase_button.setToolTip("Erase the words")
        self.erase_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.erase_button.clicked.connect(self._erase)
        colours.addWidget(self.erase_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(7, 7, 7, 5)
        rows.setSpacing(4)
        rows.addWidget(self.field)
        rows.addLayout(colours)
        self.hide()

    def ask(self, at: QPoint, text: str, colour: str, *, erasable: bool) -> None:
        """Open beside a point of the parent."""
        self._open = True
        self.field.setText(text)
        self._choose(colour)
        self.erase_button.setVisible(erasable)
        self.adjustSize()
        parent = self.parentWidget()
        x = min(max(at.x() + 8, 4), max(parent.width() - self.width() - 4, 4))
        y = min(max(at.y() + 8, 4), max(parent.height() - self.height() - 4, 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def keep(self) -> None:
        """Take what stands in the field."""
        if self._close():
            self.kept.emit(" ".join(self.field.text().split()), self._colour)

    def leave(self) -> None:
        """Change nothing."""
        if self._close():
            self.left.emit()

    def _erase(self) -> None:
        if self._close():
            self.erased.emit()

    def _close(self) -> bool:
        was, self._open = self._open, False
        if was:
            self.hide()
        return was

    def _choose(self, colour: str) -> None:
        self._colour = colour
        for known, button in self.buttons.items():
            button.setChecked(known == colour)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Leave on Esc, keep when the focus goes elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
        elif event.type() == QEvent.Type.FocusOut:
            self.keep()
        return False


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
