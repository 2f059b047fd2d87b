"""The dialog of the clone rules: what is typed, what is refused, the preview, and one step in the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QGroupBox, QLineEdit, QToolButton

from app.dialogs.clone_rules import CloneRulesDialog, changes_in
from app.pages.findings import FindingsPanel
from core.domain.case import Case, Context
from core.domain.clone_rules import CloneRules
from core.domain.ids import CaseId, PersonName
from core.domain.metaphase import StatedChange
from core.editing.case_operations import SetCloneRules
from tests.app.simulated import fill_case
from tests.core.analysis.cells import cell_of

_T = "t(9;22)(q34;q11.2)"


def _cells():
    """One cell with the translocation, two without 7 that also have +8, two normal ones."""
    when = datetime(2026, 1, 5, tzinfo=UTC)
    said = (StatedChange(text=_T, person=PersonName("MK"), time=when),)
    return [
        replace(cell_of("a", sexes="XY"), changes=said),
        *(cell_of(f"b{i}", sexes="XY", extra=("8",), missing=("7",)) for i in range(2)),
        *(cell_of(f"n{i}", sexes="XY") for i in range(2)),
    ]


def _dialog(qtbot, *, context=Context.NEOPLASTIC, **rules):
    case = Case(id=CaseId("c"), name="K", context=context, clone_rules=CloneRules(**rules))
    dialog = CloneRulesDialog(None, case, _cells())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def _field(dialog, name):
    return next(field for field in dialog.findChildren(QLineEdit) if field.accessibleName() == name)


def _box(dialog, words):
    return next(box for box in dialog.findChildren(QCheckBox) if words in box.text())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ()),
        ("+8", ("+8",)),
        (" +8 , −7; +8", ("+8", "-7")),
        ("t(9;22)(q34;q11.2) +8", (_T, "+8")),
        ("t(9; 22) (q34;q11.2), +8", (_T, "+8")),
    ],
)
def test_that_changes_are_read_one_by_one_as_people_type_them(typed, read):
    assert changes_in(typed) == read


def test_that_the_preview_says_what_the_karyotype_becomes_with_each_switch(qtbot, until):
    dialog = _dialog(qtbot)
    assert dialog.preview.text() == "47,XY,+8[2]/46,XY[3]"
    assert f"{_T} in 1 cell" in dialog.remarks.text()
    _field(dialog, "Known from an earlier examination").setText(_T)
    until(lambda: _T in dialog.preview.text())
    assert "now: 47,XY,+8[2]/46,XY[3]" in dialog.remarks.text()
    _box(dialog, "loss counts in two").setChecked(True)
    until(lambda: "-7" in dialog.preview.text())
    _box(dialog, "[cp]").setChecked(True)
    until(lambda: "[cp3]" in dialog.preview.text())
    assert dialog.rules == CloneRules(known=(_T,), shared_losses=True, composite=True)


def test_that_what_is_no_change_is_named_and_cannot_be_used(qtbot):
    dialog = _dialog(qtbot)
    field = _field(dialog, "Confirmed by another method")
    field.setText("+8, t(9;22")
    assert "t(9;22" in dialog.fault.text()
    assert not dialog.accept_button.isEnabled()
    field.setText("+8")
    assert dialog.fault.text() == ""
    assert dialog.accept_button.isEnabled()


def test_that_rules_of_tumours_rest_in_a_constitutional_case_and_what_was_set_stays(qtbot):
    dialog = _dialog(qtbot, context=Context.CONSTITUTIONAL, known=("+8",), in_situ=True, stemlines="sl")
    assert not dialog.findChild(QGroupBox).isEnabled()
    assert dialog.rules == CloneRules(known=("+8",), in_situ=True, stemlines="sl")
    assert dialog.findChild(QDialogButtonBox) is not None


def test_that_rules_stand_in_the_panel_and_are_taken_back_by_undo(workplace, until):
    session = workplace.session
    panel = FindingsPanel(session)
    panel.show()
    wanted = []
    panel.rules_wanted.connect(lambda: wanted.append(True))
    session.open_case(fill_case(workplace, karyotype="47,XY,+21", cells=2))
    until(lambda: len(session.cells) == 2 and panel.situation_section.texts)
    button = next(b for b in panel.findChildren(QToolButton) if b.text() == "Clone rules…")
    button.click()
    assert wanted == [True]
    session.do(SetCloneRules(rules=CloneRules(known=("+21",), in_situ=True)))
    words = "Clone rules of this case: known +21; colonies counted"
    until(lambda: words in panel.situation_section.texts)
    assert session.undo_label == "Set clone rules"
    session.undo()
    until(lambda: words not in panel.situation_section.texts)
    assert session.case is not None
    assert session.case.clone_rules == CloneRules()
    panel.close()
    panel.deleteLater()
