"""A field that takes the next keys pressed, whatever they mean elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

_ALONE = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
          Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown)  # fmt: skip
_PORTABLE = QKeySequence.SequenceFormat.PortableText


class KeyCatcher(QLabel):
    """Waits for keys while it has the focus; Esc ends the waiting.

    Signals
    -------
    caught
        The keys in portable words, such as `Ctrl+Z`.
    given_up
        Esc was pressed or the focus went elsewhere.
    """

    caught = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("role", "catcher")
        self.setAccessibleName("Press the new keys")
        self.setToolTip("The keys you press now are given to the action; Esc gives up")
        self.hide()

    def start(self) -> None:
        """Wait for keys."""
        self.setText("Press the new keys (Esc: give up)")
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Take every key, also Tab and those that are shortcuts elsewhere."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._press(event)
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give up when the focus goes elsewhere."""
        super().focusOutEvent(event)
        if self.isVisible():
            self.hide()
            self.given_up.emit()

    def _press(self, event: QKeyEvent) -> None:
        key = keys_of(event)
        if not key:
            self.setText(f"{_held(event)}…")
            return
        self.blockSignals(True)  # hiding takes the focus away, which is no giving up here
        self.hide()
        self.blockSignals(False)
        if key == "Esc":
            self.given_up.emit()
        else:
            self.caught.emit(key)


def keys_of(event: QKeyEvent) -> str:
    """Spell the keys of an event in portable words; empty while only Ctrl and its like are held."""
    key = Qt.Key(event.key())
    if key in _ALONE:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    shift = Qt.KeyboardModifier.ShiftModifier
    if key == Qt.Key.Key_Backtab:
        key, modifiers = Qt.Key.Key_Tab, modifiers | shift
    # A sign that needs Shift on this keyboard is that sign; a letter with Shift is another key.
    if modifiers & shift and 0x20 < key.value < 0x7F and not chr(key.value).isalnum():
        modifiers &= ~shift
    return QKeySequence(QKeyCombination(modifiers, key)).toString(_PORTABLE)


def _held(event: QKeyEvent) -> str:
    words = (
        (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Control, "Ctrl+"),
        (Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Alt, "Alt+"),
        (Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Shift, "Shift+"),
        (Qt.KeyboardModifier.MetaModifier, Qt.Key.Key_Meta, "Meta+"),
    )
    held = event.modifiers()
    return "".join(word for modifier, key, word in words if held & modifier or event.key() == key)
