"""Asks once for the name that goes into marks and the log."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.dialogs.frame import Frame


class PersonDialog(Frame):
    """Asks for a name."""

    def __init__(self, parent: QWidget | None, name: str = "") -> None:
        super().__init__(
            parent,
            "Who is working here?",
            "A mark states that a person counted, analysed, karyotyped or checked a cell. Your name is kept "
            "with it, with the time, and in the log of edits. You can change it in the settings.",
            accept="Use this name",
        )
        self._name = QLineEdit(name)
        self._name.setPlaceholderText("First and last name, or your laboratory signature")
        self._name.setAccessibleName("Name")
        self._name.textChanged.connect(self._check)
        self.body.addWidget(self._name)
        self._check()

    @property
    def name(self) -> str:
        """The name, without spaces around it."""
        return " ".join(self._name.text().split())

    def _check(self) -> None:
        self.accept_button.setEnabled(bool(self.name))
