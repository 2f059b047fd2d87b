"""The line above the page: which models answer, in few words."""

from __future__ import annotations

from PySide6.QtWidgets import QMenuBar

from app.context_line import ContextLine


def test_that_the_models_take_little_room_and_the_tooltip_names_each(qtbot, workplace):
    line = ContextLine(workplace.session, QMenuBar())
    qtbot.addWidget(line)
    line.show_models(
        {"finder": "finder@0.4.0", "outliner": "outliner@0.4.0+judge@0.10.0", "namer": "namer@0.4.0"}
    )
    assert line.text.endswith("models 0.4.0 to 0.10.0")
    line.show_models({"finder": "finder@0.4.0", "namer": "namer@0.4.0"})
    assert line.text.endswith("models 0.4.0")
