"""Puts the panes into the Case page; imported on the first Case, because it brings napari."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.board.board import KaryogramBoard
from app.canvas.key_pointer import KeyPointer
from app.canvas.overlay import Tool
from app.canvas.pane import MetaphasePane
from app.class_typing import ClassTyping
from app.commands import REJECTIONS
from app.counting import add_count, add_gallery
from app.karyotype_window import add_karyotype_window
from app.outlining import Outlining
from app.pages.change_builder import add_builder
from app.pages.compare import STRIP
from app.pages.findings import FindingsPanel
from app.pages.inspector import Inspector
from app.pages.reasoning import add_reasoning
from app.pages.side_pane import SidePane
from app.pages.what_if import add_what_if
from app.time_and_view import add_history, add_view
from app.typed_keys import TypedKeys

if TYPE_CHECKING:
    from app.main_window import MainWindow


def fill_case_page(window: MainWindow) -> None:
    """Make the panes and connect keys, typing and gestures to the commands."""
    page, commands, actions = window.case_page, window.commands, window.actions_
    metaphase = MetaphasePane(window.session, actions, window.workplace.analyses.reason_of)
    window.workplace.analyses.failed.connect(metaphase.refresh)
    page.set_pane("metaphase", metaphase)
    board = KaryogramBoard(window.session, actions, choices=window.workplace.karyogram)
    page.set_pane("board", board)
    page.set_pane("inspector", Inspector(window.session))
    side = SidePane(actions)
    findings = FindingsPanel(window.session)
    side.add("findings", "Findings", findings, "What the cells say, and the karyotype")

    def show_evidence(name: str) -> None:
        window.show_page("compare")
        window.compare_page.use_view(STRIP)
        window.compare_page.use_class(name)

    def show_field(name: str, words: str) -> None:
        window.show_page("report")
        window.report_page.show_field(name, words)

    findings.evidence_wanted.connect(show_evidence)
    findings.field_wanted.connect(show_field)
    # Queued: the panel is filled anew while the dialog is open, and with it the button that was clicked.
    findings.rules_wanted.connect(window.actions_["clone_rules"].trigger, Qt.ConnectionType.QueuedConnection)
    add_builder(window, side, findings)
    add_count(window, side, metaphase)
    views = add_view(window, side, metaphase, board)
    add_history(window, side)
    add_reasoning(window, side)
    add_karyotype_window(window, findings.line)
    add_what_if(window, side)
    page.set_side(side)
    add_gallery(window)
    side.wanted.connect(lambda: window.page == "case" or window.show_page("case"))
    overlay = metaphase.overlay
    overlay.take_tools(Outlining(window.session, window.workplace.analyses, actions, window))
    overlay.clicked_to_count.connect(commands.count_click)

    typing = ClassTyping(page.workspace, TypedKeys(actions))
    page.typing = typing
    typing.named.connect(commands.name)
    typing.confirmed.connect(lambda: overlay.finish() or window.session.confirm_selection())
    typing.reason_chosen.connect(commands.reject)
    typing.typed_changed.connect(overlay.note)
    typing.drawing_hidden.connect(overlay.hide_drawing)
    typing.captured_shown.connect(views.show_captured)
    typing.typed_changed.connect(board.note)
    typing.drawing_hidden.connect(board.hide_drawing)
    typing.drawing_hidden.connect(window.guide.hide_drawing)
    reasons = "\n".join(f"{number}  {reason}" for number, reason in enumerate(REJECTIONS, start=1))
    actions["reject"].triggered.connect(
        lambda: typing.ask_reason(f"Reject because (Esc: keep it)\n{reasons}")
    )

    def leave() -> None:
        if overlay.give_up():
            return
        if overlay.tool is Tool.SELECT:
            window.session.select(())
        metaphase.use(Tool.SELECT)

    typing.left.connect(leave)

    pointer = KeyPointer(overlay, window.session)
    pointer.told.connect(overlay.note)
    pointer.changed.connect(actions["key_pointer"].setChecked)

    def point(wanted: bool) -> None:
        if wanted:
            metaphase.setFocus()
        pointer.use(wanted)

    actions["key_pointer"].triggered.connect(point)
    for number in range(10):
        actions[f"digit_{number}"].triggered.connect(
            lambda checked=False, number=number: typing.take(f"digit_{number}")
        )
