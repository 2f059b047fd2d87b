"""The frame of every dialog: a heading, a body, buttons with words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)


class Frame(QDialog):
    """A dialog with a heading, an explanation and a row of buttons.

    Parameters
    ----------
    heading, explanation
        What is asked, and why.
    accept
        Word on the button that goes on.
    reject
        Word on the button that does not; empty for a dialog that only tells.
    """

    def __init__(
        self, parent: QWidget | None, heading: str, explanation: str, *, accept: str, reject: str = "Cancel"
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(heading)
        self.setModal(True)
        title = QLabel(heading)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("role", "title")
        text = QLabel(explanation)
        text.setWordWrap(True)
        text.setProperty("role", "quiet")
        text.setTextFormat(Qt.TextFormat.PlainText)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        buttons = QDialogButtonBox()
        self.accept_button = QPushButton(accept)
        self.accept_button.setProperty("primary", True)
        self.accept_button.setDefault(True)
        self.accept_button.setToolTip(f"{accept.rstrip('…')} ({'Enter' if reject else 'Enter or Esc'})")
        buttons.addButton(self.accept_button, QDialogButtonBox.ButtonRole.AcceptRole)
        if reject:
            stay = buttons.addButton(reject, QDialogButtonBox.ButtonRole.RejectRole)
            stay.setToolTip("Close without doing it (Esc)")
            stay.setAutoDefault(False)  # else Enter in a field of a dialog that cannot go on yet closes it
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(22, 18, 22, 16)
        rows.setSpacing(10)
        rows.addWidget(title)
        if explanation:
            rows.addWidget(text)
        rows.addLayout(self.body, 1)
        rows.addSpacing(6)
        rows.addWidget(buttons)
        self.setMinimumWidth(460)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin in the first field where the dialog cannot go on without it."""
        super().showEvent(event)
        if not self.accept_button.isEnabled():
            fields = [
                box
                for kind in (QLineEdit, QPlainTextEdit)
                for box in self.findChildren(kind)
                if box.isVisibleTo(self) and box.isEnabled()
            ]
            if fields:
                fields[0].setFocus(Qt.FocusReason.PopupFocusReason)
