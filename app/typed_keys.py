"""Which key means which digit or class while a class is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.actions import WORDINGS, Actions, Scope

_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class TypedKeys:
    """Finds the action of the scope `TYPED` that a key press means.

    Parameters
    ----------
    actions
        Whose keys count, also after they were changed; those of a fresh installation when None.
    """

    def __init__(self, actions: Actions | None = None) -> None:
        self._keys_of: Callable[[str], tuple[str, ...]] = (
            actions.keys_of if actions is not None else lambda name: _STANDARD[name]
        )
        self._names: dict[str, str] = {}
        self._read()
        if actions is not None:
            actions.keys_changed.connect(self._read)

    def name_of(self, event: QKeyEvent) -> str:
        """Name of the action; empty when the key is not one of these."""
        modifiers = event.modifiers() & ~_KEYPAD
        spelled = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key()))).toString(_PORTABLE)
        found = self._names.get(spelled, "")
        if not found and modifiers in (_SHIFT, Qt.KeyboardModifier.NoModifier):
            # Digits that need Shift on this keyboard, and letters with the caps lock.
            found = self._names.get(event.text().upper(), "")
        return found

    def _read(self) -> None:
        self._names = {
            QKeySequence(key).toString(_PORTABLE): wording.name
            for wording in WORDINGS
            if wording.scope is Scope.TYPED
            for key in self._keys_of(wording.name)
        }


_PORTABLE = QKeySequence.SequenceFormat.PortableText
_STANDARD = {wording.name: wording.keys for wording in WORDINGS}
