"""Dialogs: where they begin, and what Enter does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.dialogs.person import PersonDialog


def test_that_the_dialog_of_names_begins_in_its_field_and_enter_takes_the_name(qtbot):
    dialog = PersonDialog(None)
    qtbot.addWidget(dialog)
    dialog.open()
    field = dialog.findChild(QLineEdit)
    assert dialog.focusWidget() is field
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible(), "without a name Enter does nothing"
    QTest.keyClicks(field, "A. Nyberg")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert dialog.result() == PersonDialog.DialogCode.Accepted
    assert dialog.name == "A. Nyberg"
