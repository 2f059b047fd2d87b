"""Puts the view and the history into the side pane, and joins them to what they act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.board.board import KaryogramBoard
from app.canvas.pane import MetaphasePane
from app.pages.history import HistoryPanel
from app.pages.side_pane import SidePane
from app.pages.view_panel import ViewPanel
from app.views import Views
from core.editing.case_operations import RemoveCells

if TYPE_CHECKING:
    from app.main_window import MainWindow


def add_view(window: MainWindow, side: SidePane, metaphase: MetaphasePane, board: KaryogramBoard) -> Views:
    """Add the tab View; canvas and board show the same view."""
    session = window.session
    views = Views(session, window)

    def show() -> None:
        cell, picture, seen = session.cell, session.picture, views.seen
        if cell is None or picture is None:
            return
        if seen is None:
            metaphase.canvas.show_captured(picture)
        else:
            metaphase.canvas.show_pixels(seen)
        scene = board.view.board
        scene.pictures.look_through(None if seen is None else views.look)
        scene.show_cell(cell, picture)

    views.changed.connect(show)
    panel = ViewPanel(session, views, window.actions_)
    side.add("view", "View", panel, "How the picture is looked at; the file never changes")
    return views


def add_history(window: MainWindow, side: SidePane) -> None:
    """Add the tab History, and the action that takes a cell out of the case."""
    session = window.session
    panel = HistoryPanel(session)
    side.add("history", "History", panel, "Every step; go to any moment")

    def remove() -> None:
        cell = session.cell
        if cell is None:
            session.message.emit("No cell is open, open one first.")
        else:
            session.do(RemoveCells(cells=(cell.id,), words=cell.label))

    window.actions_["remove_cell"].triggered.connect(remove)
    # Somebody comes back to the window: another seat may have worked on the case meanwhile.
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.applicationStateChanged.connect(
        lambda state: session.look_for_news() if state is Qt.ApplicationState.ApplicationActive else None
    )
