"""Asks for the passphrase of a folder of backups: the one it has, a new one, or a change."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.dialogs.frame import Frame
from core.backup.passphrase import SHORTEST, check_strength
from core.errors import CentromereError

Kind = Literal["new", "known", "change"]

_WORDS = {
    "new": (
        "A passphrase for the backups",
        "Backups are encrypted with it. Without it nothing can be restored, by nobody: there is no other way "
        "in. Write it down and keep it where the laboratory keeps what it must not lose, away from this "
        "computer.",
        "Begin backups here",
    ),
    "known": (
        "Passphrase of these backups",
        "This folder holds backups already. Enter the passphrase that was chosen for it.",
        "Use this folder",
    ),
    "change": (
        "Change the passphrase",
        "Backups made before open with the new passphrase as well, and no more with the old one. Copies of "
        "this folder on other drives keep the old one. Without the passphrase nothing can be restored.",
        "Change it",
    ),
}


class PassphraseDialog(Frame):
    """Asks for a passphrase; what is typed is shown only when wanted, and kept nowhere."""

    def __init__(self, parent: QWidget | None, kind: Kind, folder: str) -> None:
        heading, explanation, accept = _WORDS[kind]
        super().__init__(parent, heading, explanation, accept=accept)
        self._kind = kind
        self._before = _field("The passphrase until now")
        self._first = _field("The passphrase" if kind == "known" else f"At least {SHORTEST} characters")
        self._second = _field("The same again")
        self._written = QCheckBox("It is written down and kept safe")
        self._shown = QCheckBox("Show what is typed")
        self._shown.toggled.connect(self._show_typed)
        place = QLabel(folder)
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setWordWrap(True)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.addRow("Folder", place)
        if kind == "change":
            form.addRow("Until now", self._before)
        form.addRow("Passphrase", self._first)
        if kind != "known":
            form.addRow("Again", self._second)
        form.addRow("", self._shown)
        if kind != "known":
            form.addRow("", self._written)
        self.body.addLayout(form)
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setProperty("role", "quiet")
        self._note.setWordWrap(True)
        self.body.addWidget(self._note)
        for field in self._fields:
            field.textChanged.connect(self._check)
        self._written.toggled.connect(self._check)
        self.setMinimumWidth(560)
        self._check()

    @property
    def passphrase(self) -> str:
        """What was entered, the new one of two."""
        return self._first.text()

    @property
    def before(self) -> str:
        """The passphrase until now, where it is to be changed."""
        return self._before.text()

    def complain(self, text: str) -> None:
        """Say why it was not taken."""
        self._note.setText(text)
        self._note.setProperty("role", "contradiction")
        self._note.style().polish(self._note)

    @property
    def _fields(self) -> tuple[QLineEdit, ...]:
        return (self._before, self._first, self._second)

    def _show_typed(self, shown: bool) -> None:
        for field in self._fields:
            field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _check(self) -> None:
        note = self._lacking()
        self.accept_button.setEnabled(note is None)
        self._note.setProperty("role", "quiet")
        self._note.style().polish(self._note)
        self._note.setText(note or "")

    def _lacking(self) -> str | None:
        if self._kind == "known":
            return None if self.passphrase else ""
        if self._kind == "change" and not self.before:
            return ""
        if not self.passphrase:
            return "Four or five words that do not belong together are easy to keep and hard to guess."
        try:
            check_strength(self.passphrase)
        except CentromereError as error:
            return f"{error.what[0].upper()}{error.what[1:]}: {error.do}."
        if self._second.text() != self.passphrase:
            return "The two differ." if self._second.text() else ""
        return None if self._written.isChecked() else ""


def _field(placeholder: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setPlaceholderText(placeholder)
    field.setAccessibleName(placeholder)
    return field
