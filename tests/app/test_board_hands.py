"""Carrying at the edges, menus, and hooks of the board."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.board.menus import chromosome_menu, fill_layout_menu
from app.board.slot_item import Offer
from core.domain.template import DENVER_ROWS
from tests.app.test_board import LEFT, NONE, bench

__all__ = ["bench"]


def test_that_a_magnified_board_scrolls_while_something_is_held_at_its_edge(bench):
    one = bench.of_class("1")[0]
    bench.view.scale(3.0, 3.0)
    bench.view._zoom = 3.0
    bench.view.horizontalScrollBar().setValue(0)
    bench.view.verticalScrollBar().setValue(0)
    start = bench.at(one)
    edge = QPoint(bench.view.viewport().width() - 5, bench.view.viewport().height() - 5)
    QTest.mousePress(bench.view.viewport(), LEFT, NONE, start)
    for step in range(1, 6):
        QTest.mouseMove(bench.view.viewport(), start + (edge - start) * step / 5)
    assert bench.view.carrying is not None
    bench.until(lambda: bench.view.verticalScrollBar().value() > 60)
    QTest.keyClick(bench.view, Qt.Key.Key_Escape)
    stopped = bench.view.verticalScrollBar().value()
    QTest.qWait(120)
    assert bench.view.verticalScrollBar().value() == stopped


def test_that_a_place_where_nothing_may_be_dropped_is_shown_and_told(bench):
    said = []
    bench.session.message.connect(said.append)
    (one, _) = bench.of_class("9")
    bench.session.select({one.id})
    bench.actions["kind_derivative"].trigger()
    bench.until(lambda: bench.now(one).object_type.value == "derivative")
    start, target = bench.at(one), bench.in_slot("9", 0.02)
    QTest.mousePress(bench.view.viewport(), LEFT, NONE, start)
    for step in range(1, 6):
        QTest.mouseMove(bench.view.viewport(), start + (target - start) * step / 5)
    assert bench.slot("9").offer is Offer.FORBIDDEN
    assert bench.view.viewport().cursor().shape() is Qt.CursorShape.ForbiddenCursor
    QTest.mouseRelease(bench.view.viewport(), LEFT, NONE, target)
    assert "right of its homolog" in said[-1]
    assert bench.view.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor


def test_that_menus_offer_kinds_templates_and_levels_and_choose_them(bench):
    choices = bench.board.choices
    words = [action.text() for action in chromosome_menu(bench.window, bench.actions).actions()]
    assert {"Kind", "Draw", "Mirror", "Loupe"} <= set(words)
    menu = QMenu()
    fill_layout_menu(menu, bench.actions, choices)
    by_words = {action.text(): action for action in menu.actions()}
    by_words["Denver groups"].trigger()
    assert choices.style.template == DENVER_ROWS
    for_case = {action.text(): action for action in by_words["For this case"].menu().actions()}
    for_case["Two rows"].trigger()
    bench.until(lambda: bench.session.case.template is not None)
    assert choices.style.template.name == "Two rows"
    fill_layout_menu(menu, bench.actions, choices)
    by_words = {action.text(): action for action in menu.actions()}
    assert not by_words["Denver groups"].isEnabled()
    level = {action.text(): action for action in by_words["Level"].menu().actions()}
    level["850 bands"].trigger()
    assert choices.style.level == 850


def test_that_the_board_takes_its_pixels_through_a_view_when_there_is_one(bench):
    one = bench.of_class("3")[0]
    pictures = bench.view.board.pictures
    before = pictures.get(one.id).pixmap.toImage()
    pictures.look_through(lambda printed, chromosome: np.full_like(printed, 7))
    bench.view.board.show_cell(bench.session.cell, bench.session.picture)
    middle = QPoint(before.width() // 2, before.height() // 2)
    assert pictures.get(one.id).pixmap.toImage().pixelColor(middle).red() == 7
    pictures.look_through(None)
    bench.view.board.show_cell(bench.session.cell, bench.session.picture)
    assert pictures.get(one.id).pixmap.toImage() == before


def test_that_bands_are_named_only_on_an_idiogram(bench):
    bench.board.choices.choose(idiograms=True, level="400")
    board = bench.view.board
    eight = next(item for item in board.idiograms if item.chromosome == "8")
    assert board.band_at(eight.middle_of("q22")) == "8q22"
    assert board.band_at(QPointF(-50.0, -50.0)) == ""
