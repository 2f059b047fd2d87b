"""Clone rules in the window: from the findings into the dialog, one step of the case, and back by undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from app.dialogs.clone_rules import CloneRulesDialog
from app.main_window import MainWindow
from core.domain.clone_rules import CloneRules
from tests.app.conftest import Until
from tests.app.simulated import fill_case


def test_that_a_known_clone_is_typed_from_the_findings_and_taken_back_by_undo(
    new_window: Callable[[], MainWindow], until: Until
) -> None:
    window = new_window()
    session = window.session
    assert not window.actions_["clone_rules"].isEnabled()
    window.open_case(fill_case(window.workplace, cells=1))
    until(lambda: session.picture is not None)
    window.case_page.use_layout("karyotype")
    seen: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, CloneRulesDialog):
            QTimer.singleShot(20, answer)
            return
        field = dialog.findChildren(QLineEdit)[0]
        seen.append(field.accessibleName())
        field.setFocus()
        QTest.keyClicks(field, "+21")
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)

    def button() -> QToolButton | None:
        return next((b for b in window.findChildren(QToolButton) if b.text() == "Clone rules…"), None)

    until(lambda: button() is not None)
    found = button()
    assert found is not None
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    until(lambda: session.case is not None and session.case.clone_rules == CloneRules(known=("+21",)))
    assert seen == ["Known from an earlier examination"]
    window.actions_["undo"].trigger()
    until(lambda: session.case is not None and session.case.clone_rules == CloneRules())
