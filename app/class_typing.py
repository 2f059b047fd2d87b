"""Typing a class: `2 1 Enter`, `X`, `Y`, `.` for a marker, `0` for unknown; and a digit after `R`.

The keys are those of the key map: on a keyboard of another country a person gives digits other keys.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QObject, Signal
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

from app.typed_keys import TypedKeys
from core.domain.bands import AUTOSOMES, UNKNOWN
from core.domain.chromosome import ObjectType

_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)


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
    captured_shown
        While its key is held: show the picture as captured instead of its view.
    drawing_hidden
        Whether Space is held.
    """

    named = Signal(str, object)
    confirmed = Signal()
    reason_chosen = Signal(int)
    typed_changed = Signal(str)
    drawing_hidden = Signal(bool)
    captured_shown = Signal(bool)
    left = Signal()
    """Esc with nothing typed: back to the plain tool and no selection."""

    def __init__(self, area: QWidget, keys: TypedKeys | None = None) -> None:
        super().__init__(area)
        self._areas = [area]
        self._keys = keys or TypedKeys()
        self._typed = ""
        self._waiting = Waiting.CLASS
        self._reasons = ""
        QApplication.instance().installEventFilter(self)

    @property
    def typed(self) -> str:
        """Digits typed so far."""
        return self._typed

    def listen_to(self, area: QWidget) -> None:
        """Take keys of one more widget, such as a pane in a window of its own."""
        self._areas.append(area)
        area.destroyed.connect(lambda: self._areas.remove(area))

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
        name = self._keys.name_of(event)
        if name in ("hide_drawing", "show_captured"):
            if kind is not QEvent.Type.ShortcutOverride and not event.isAutoRepeat():
                held = self.drawing_hidden if name == "hide_drawing" else self.captured_shown
                held.emit(kind == QEvent.Type.KeyPress)
            return kind is not QEvent.Type.ShortcutOverride
        if kind == QEvent.Type.KeyPress:
            return self.take(name)
        return False

    def _is_ours(self, focus: QWidget) -> bool:
        if isinstance(focus, _TEXT_FIELDS):
            return False
        return any(area.isVisible() and (focus is area or area.isAncestorOf(focus)) for area in self._areas)

    def take(self, name: str) -> bool:
        """Do what an action of the scope `TYPED` means now; false when it means nothing.

        Parameters
        ----------
        name
            Name of the action; another name ends the choice of a reason.
        """
        digit = name.removeprefix("digit_") if name.startswith("digit_") else ""
        if name == "leave":
            if self._typed or self._waiting is Waiting.REASON:
                self.clear()
            else:
                self.left.emit()
            return True
        if self._waiting is Waiting.REASON:
            self.clear()
            if digit:
                self.reason_chosen.emit(int(digit))
            return bool(digit)
        if name == "confirm":
            self._enter()
        elif name == "take_back_digit" and self._typed:
            self._type(self._typed[:-1])
        elif digit:
            self._digit(digit)
        elif name in ("class_x", "class_y"):
            self._name(name[-1].upper(), ObjectType.NORMAL)
        elif name == "marker":
            self._name(UNKNOWN, ObjectType.MARKER)
        else:
            return False
        return True

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
