"""The editor of templates: made, renamed, exchanged and refused in words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.dialogs.template_rows import label
from app.dialogs.templates import TemplatesDialog
from core.domain.template import DENVER_ROWS, ISCN_ROWS
from core.domain.template_json import template_from_json, template_to_json


@pytest.fixture
def dialog(workplace):
    made = TemplatesDialog(None, workplace.karyogram)
    yield made
    made.close()
    made.deleteLater()


def names(dialog) -> list[str]:
    return [one.name for one in dialog._choices.templates]


def test_that_a_template_is_made_of_another_renamed_used_and_deleted(dialog):
    assert dialog.template == ISCN_ROWS
    assert not dialog.save_button.isEnabled()
    dialog.name.setText("Slides")
    dialog.rows.lines[0].take_all(dialog.rows.lines[1])
    dialog.rows.lines[1].removed.emit()
    label(dialog.rows.lines[-1].list.item(dialog.rows.lines[-1].list.count() - 1), "Y!")
    dialog.spacing["slot"].setValue(1.5)
    assert dialog.template.problems == ()
    dialog.save_as_new()
    (made,) = dialog._choices.own
    assert len(made.rows) == 3
    assert made.labels == (("Y", "Y!"),)
    assert made.spacing.slot == 1.5

    dialog.use()
    assert dialog._choices.style.template == made
    dialog.name.setText("Slides, wide")
    dialog._edited()
    assert dialog.save_button.isEnabled()
    dialog.save()
    assert names(dialog)[3:] == ["Slides, wide"]
    assert dialog._choices.style.template.name == "Slides, wide"
    dialog.delete()
    assert dialog._choices.own == ()
    assert dialog._choices.style.template == ISCN_ROWS


def test_that_what_cannot_be_used_is_told_and_not_kept(dialog):
    line = dialog.rows.lines[1].list
    gone = line.takeItem(2)
    assert gone.text() in dialog.problem.text()
    assert not dialog.save_as_button.isEnabled()
    line.insertItem(0, gone)
    assert dialog.problem.text() == "Not saved yet."
    assert not dialog.save_as_button.isEnabled()  # The name is that of the program's own.


def test_that_templates_are_exchanged_as_files(dialog, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(template_to_json(replace(DENVER_ROWS, name="Mine")), encoding="utf-8")
    dialog.take_file(path)
    dialog.take_file(path)
    assert names(dialog)[3:] == ["Mine", "Mine 2"]
    out = tmp_path / "out.json"
    dialog.write_file(out)
    assert template_from_json(out.read_text(encoding="utf-8")).name == "Mine 2"


@pytest.mark.parametrize("text", ["", "{}", json.dumps([1]), "\0"])
def test_that_a_file_that_is_no_template_changes_nothing(dialog, tmp_path, text):
    path = tmp_path / "strange.json"
    path.write_text(text, encoding="utf-8")
    dialog.take_file(path)
    assert names(dialog) == ["ISCN rows", "Denver groups", "Two rows"]
    assert "xpected" in dialog.problem.text()
    dialog.take_file(tmp_path / "nowhere.json")
    assert "cannot be read" in dialog.problem.text()


def test_that_the_choice_survives_a_restart_and_a_damaged_own_template_is_passed_over(
    workplace, new_workplace
):
    workplace.karyogram.save(replace(DENVER_ROWS, name="Mine"))
    workplace.karyogram.choose(template="Mine", alignment="baseline", level="850")
    kept = workplace.settings.current.karyogram.templates
    workplace.karyogram.choose(templates=[{"format": "?"}, *kept])
    again = new_workplace()
    assert again.karyogram.style.template.name == "Mine"
    assert again.karyogram.style.level == 850
    assert len(again.karyogram.own) == 1
