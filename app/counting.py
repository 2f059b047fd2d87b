"""Puts the Count tab, its preview on the metaphase and its keys into the Case page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.analysing import PairByPair
from app.canvas.guide import Guide, Preview
from app.canvas.pane import MetaphasePane
from app.dialogs.similar_places import SimilarPlacesDialog
from app.gallery.gallery import Gallery
from app.pages.count_panel import CountPanel
from app.pages.side_pane import SidePane
from app.pages.similar_bar import SimilarBar
from app.spreading import Offer, Spreading
from app.suggesting import Suggesting
from core.analysis.suggestion import Repair, Suggestion
from core.domain.ids import CellId

if TYPE_CHECKING:
    from app.main_window import MainWindow


def add_count(window: MainWindow, side: SidePane, metaphase: MetaphasePane) -> None:
    """Make the tab and connect it."""
    guide = window.guide = Guide(metaphase.canvas, metaphase.overlay.contours)
    suggesting = Suggesting(window.session, window.workplace.analyses, window)
    panel = CountPanel(window.session, suggesting)
    side.add("count", "Count", panel, "What may be wrong with the count, with repairs by one key")

    def show(one: Suggestion | None) -> None:
        guide.show_preview(preview_of(one) if one is not None else None)
        if one is not None and (place := _place_of(one)) is not None:
            guide.reveal(place)

    panel.preview_wanted.connect(show)

    def step() -> None:
        if not panel.isVisible():
            side.show_tab("count", focus=False)
        if suggesting.expectation is None:
            # The first look takes a moment; the row is chosen when it is there.
            suggesting.changed.connect(_Once(lambda: panel.step(1), suggesting))
            return
        panel.step(1)

    window.actions_["next_suggestion"].triggered.connect(lambda: step())

    def repair() -> None:
        rows = [row.suggestion for row in panel.rows]
        if panel.chosen in rows:
            panel.repair(rows.index(panel.chosen))
        else:
            window.session.message.emit("No suggestion is chosen, J goes to the first one.")

    window.actions_["repair"].triggered.connect(lambda: repair())
    window.pair_by_pair = PairByPair(window, metaphase)
    _add_spreading(window, metaphase)


def _add_spreading(window: MainWindow, metaphase: MetaphasePane) -> None:
    spreading = window.spreading = Spreading(window.session, window.workplace.analyses, window)
    action = window.actions_["similar_places"]
    metaphase.layout().addWidget(SimilarBar(spreading, window.actions_))
    spreading.changed.connect(lambda: action.setEnabled(bool(spreading.places)))
    action.setEnabled(False)

    def look() -> None:
        def arrived(offers: list[Offer]) -> None:
            window.similar_places = SimilarPlacesDialog(window, spreading, offers)
            window.similar_places.open()

        spreading.pictures(arrived)

    action.triggered.connect(lambda: look())


class _Once:
    """Calls back when the suggestions have arrived, once."""

    def __init__(self, call, suggesting: Suggesting) -> None:
        self._call, self._suggesting = call, suggesting

    def __call__(self) -> None:
        if self._suggesting.expectation is not None:
            self._suggesting.changed.disconnect(self)
            self._call()


def add_gallery(window: MainWindow) -> None:
    """Put the gallery into the Case page."""
    page = window.case_page
    gallery = Gallery(window.session, window.actions_)
    page.set_pane("gallery", gallery)

    def shown() -> None:
        if page.layout_name == "cells":
            gallery.setFocus()

    def open_cell(cell_id: str) -> None:
        window.session.open_cell(CellId(cell_id))
        page.use_layout("analyse")
        metaphase = page.pane("metaphase")
        if metaphase is not None:
            metaphase.setFocus()

    window.actions_["layout_cells"].triggered.connect(lambda: shown())
    gallery.cell_wanted.connect(open_cell)


def preview_of(one: Suggestion) -> Preview:
    """What a suggestion would do, as the metaphase shows it."""
    leaving = one.repair in (Repair.REMOVE, Repair.EXCLUDE)
    return Preview(
        outlines=one.outlines,
        leaving=frozenset(one.ids) if leaving else frozenset(),
        line=one.line if one.repair is Repair.CUT else (),
        box=one.box if not one.outlines else None,
    )


def _place_of(one: Suggestion) -> tuple[float, float] | None:
    if one.outlines:
        return one.outlines[0].centre
    return one.line[0] if one.line else None
