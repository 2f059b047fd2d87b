"""Typing a class: `2 1 Enter`, `X`, `Y`, `.` for a marker, `0` for unknown; and a digit after `R`."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from core.domain.bands import AUTOSOMES, UNKNOWN
from core.domain.chromosome import ObjectType

_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)
_PLAIN = Qt.KeyboardModifier.NoModifier | Qt.KeyboardModifier.KeypadModifier


class Waiting(Enum):
    """What the next digit means."""

    CLASS = "class"
    REASON = "reason"


class ClassTyping(QObject):
    """Listens to the keys of a widget and everything in it, except in text fields.

    Signals
    -------
    named
        Class and object type that were typed.
    confirmed
        Enter without a class before it.
    reason_chosen
        Digit typed after a rejection was begun.
    typed_changed
        What has been typed so far, as a note for the canvas; empty for nothing.
    drawing_hidden
        Whether Space is held.
    """

    named = Signal(str, object)
    confirmed = Signal()
    reason_chosen = Signal(int)
    typed_changed = Signal(str)
    drawing_hidden = Signal(bool)
    left = Signal()
    """Esc with nothing typed: back to the plain tool and no selection."""

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._area = area
        self._typed = ""
        self._waiting = Waiting.CLASS
        self._reasons = ""
        QApplication.instance().installEventFilter(self)

    @property
    def typed(self) -> str:
        """Digits typed so far."""
        return self._typed

    def ask_reason(self, note: str) -> None:
        """Take the next digit as a reason; `note` lists them."""
        self._waiting, self._typed, self._reasons = Waiting.REASON, "", note
        self.typed_changed.emit(note)

    def clear(self) -> None:
        """Forget what was typed."""
        self._waiting, self._typed = Waiting.CLASS, ""
        self.typed_changed.emit("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take keys that belong here."""
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride):
            return False
        focus = QApplication.focusWidget()
        if focus is None or watched is not focus or not self._is_ours(focus):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if kind is not QEvent.Type.ShortcutOverride and not event.isAutoRepeat():
                self.drawing_hidden.emit(kind == QEvent.Type.KeyPress)
            return kind is not QEvent.Type.ShortcutOverride
        if kind == QEvent.Type.KeyPress and not event.modifiers() & ~_PLAIN:
            return self._press(event)
        return False

    def _is_ours(self, focus: QWidget) -> bool:
        if isinstance(focus, _TEXT_FIELDS) or not self._area.isVisible():
            return False
        return focus is self._area or self._area.isAncestorOf(focus)

    def _press(self, event: QKeyEvent) -> bool:
        key, text = event.key(), event.text().upper()
        if key == Qt.Key.Key_Escape:
            if self._typed or self._waiting is Waiting.REASON:
                self.clear()
            else:
                self.left.emit()
            return True
        if self._waiting is Waiting.REASON:
            if text.isdigit():
                self.clear()
                self.reason_chosen.emit(int(text))
                return True
            self.clear()
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
            return True
        if key == Qt.Key.Key_Backspace and self._typed:
            self._type(self._typed[:-1])
            return True
        if text.isdigit() and len(text) == 1:
            self._digit(text)
            return True
        if text in ("X", "Y"):
            self._name(text, ObjectType.NORMAL)
            return True
        if text == ".":
            self._name(UNKNOWN, ObjectType.MARKER)
            return True
        return False

    def _digit(self, digit: str) -> None:
        if digit == "0" and not self._typed:
            self._name(UNKNOWN, ObjectType.NORMAL)
            return
        wanted = self._typed + digit
        self._type(wanted if wanted in AUTOSOMES else digit if digit in AUTOSOMES else "")

    def _enter(self) -> None:
        if self._typed:
            self._name(self._typed, ObjectType.NORMAL)
        else:
            self.confirmed.emit()

    def _name(self, chromosome_class: str, object_type: ObjectType) -> None:
        self.clear()
        self.named.emit(chromosome_class, object_type)

    def _type(self, typed: str) -> None:
        self._typed = typed
        self.typed_changed.emit(f"Name: {typed}  (Enter)" if typed else "")
