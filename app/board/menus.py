"""Menus of the board: what is under the mouse, and how the karyogram is laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.karyogram_choices import KaryogramChoices
from core.domain.template import KaryogramTemplate

KINDS = (
    "kind_normal", "kind_derivative", "kind_ring", "kind_dicentric", "kind_fragment", "kind_marker",
    "kind_dmin",
)  # fmt: skip
PENS = ("draw_arrow", "draw_text", "draw_circle", "draw_box")
_LEVELS = {
    "cell": "Matched to the cell", "400": "400 bands", "550": "550 bands", "850": "850 bands",
}  # fmt: skip
_FIRST = ("confirm", "", "turn", "swap", "rotate_left", "rotate_right", "mirror", "straight",
          "stand_as_captured", "")  # fmt: skip
_LAST = ("loupe", "show_what_if", "", "join", "", "exclude", "restore", "", "copy_karyogram",
         "export_karyogram")  # fmt: skip


def chromosome_menu(parent: QWidget, actions: Actions) -> QMenu:
    """What can be done to the selection."""
    menu = QMenu(parent)
    _fill(menu, actions, _FIRST)
    _fill(menu, actions, ("state_change",))
    _fill(menu.addMenu("Kind"), actions, KINDS)
    _fill(menu.addMenu("Draw"), actions, PENS)
    _fill(menu, actions, _LAST)
    return menu


def draw_menu(parent: QWidget, actions: Actions) -> QMenu:
    """Tools that draw on chromosomes."""
    menu = QMenu(parent)
    _fill(menu, actions, PENS)
    return menu


def fill_layout_menu(menu: QMenu, actions: Actions, choices: KaryogramChoices) -> None:
    """Template, alignment and idiograms, as they stand when the menu opens."""
    menu.clear()
    menu.addSection("Template")
    of_case = choices.of_case
    _choose_one(
        menu,
        choices.templates,
        of_case.name if of_case else choices.personal.name,
        lambda one: one.name,
        lambda one: choices.choose(template=one.name),
        enabled=of_case is None,
    )
    case = menu.addMenu("For this case")
    everybody: list[KaryogramTemplate | None] = [None, *choices.templates]
    if of_case is not None and of_case not in everybody:
        everybody.append(of_case)
    _choose_one(
        case,
        everybody,
        of_case.name if of_case else "As each person likes",
        lambda one: one.name if one else "As each person likes",
        choices.choose_for_case,
    )
    menu.addAction(actions["edit_templates"])
    menu.addSection("Rows")
    menu.addAction(actions["align_centromeres"])
    menu.addAction(actions["align_baseline"])
    menu.addSection("Idiograms")
    menu.addAction(actions["idiograms"])
    menu.addAction(actions["print_idiograms"])
    level = menu.addMenu("Level")
    _choose_one(
        level, tuple(_LEVELS), _LEVELS[choices.kept.level], _LEVELS.__getitem__,
        lambda name: choices.choose(level=name),
    )  # fmt: skip


def _choose_one(
    menu: QMenu,
    choices: Iterable,
    current: str,
    words: Callable[..., str],
    choose: Callable[..., None],
    *,
    enabled: bool = True,
) -> None:
    group = QActionGroup(menu)
    for one in choices:
        action = QAction(words(one), menu)
        action.setCheckable(True)
        action.setChecked(words(one) == current)
        action.setEnabled(enabled or words(one) == current)
        action.triggered.connect(partial(_call, choose, one))
        group.addAction(action)
        menu.addAction(action)


def _call(choose: Callable[..., None], one: object, checked: bool = False) -> None:
    choose(one)


def _fill(menu: QMenu, actions: Actions, names: Iterable[str]) -> None:
    for name in names:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
