"""The menus, made of the actions."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QMenu, QMenuBar

from app.actions import WORDINGS, Actions, Scope

_MENUS: Final[dict[str, tuple[str, ...]]] = {
    "&Case": ("new_case", "import", "edit_case", "clone_rules", "close_case", "", "cancel_work", "", "quit"),
    "&Edit": ("undo", "redo", "", "select_all", "search", "palette"),
    "Ce&ll": (
        "previous_cell", "next_cell", "", "accept", "reject", "count_only", "",
        "mark_counted", "mark_analysed", "mark_karyotyped", "mark_checked", "",
        "count_clicks", "clear_count", "next_suggestion", "repair", "",
        "similar_places", "analysis_mode", "analysis_sheet", "", "analyse", "confirm_cell", "remove_cell", "",
        "banding_g", "banding_q", "banding_r", "banding_dapi", "banding_c", "",
        "export_karyogram", "copy_karyogram",
    ),
    "C&hromosome": (
        "next_doubtful", "previous_doubtful", "confirm", "", "select", "turn", "swap", "",
        "exclude", "restore", "", "previous_pair", "next_pair", "", "key_pointer",
    ),
    "&Outline": (
        "cut", "cut_free", "overlap", "overlap_corners", "join", "", "brush", "erase", "brush_larger",
        "brush_smaller", "grow", "shrink", "", "lasso", "polygon", "contour", "", "magic", "outline_box", "",
        "axis", "", "delete_outline",
    ),
    "&Karyogram": (
        "straight", "straight_all", "mirror", "rotate_left", "rotate_right", "stand_as_captured", "",
        "kind_normal", "kind_derivative", "kind_ring", "kind_dicentric", "kind_fragment", "kind_marker",
        "kind_dmin", "", "draw_arrow", "draw_text", "draw_circle", "draw_box", "", "loupe", "idiograms",
        "print_idiograms", "align_centromeres", "align_baseline", "edit_templates",
    ),
    "&View": (
        "layout_count", "layout_analyse", "layout_karyotype", "layout_cells", "", "fit", "next_pane",
        "tear_off", "side_pane", "show_findings", "show_history", "show_view", "show_count", "show_reasoning",
        "show_what_if", "karyotype_picture", "reset_layout", "", "text_larger", "text_smaller", "text_normal",
        "full_screen", "theme",
    ),
    "&Go": ("page_worklist", "page_case", "page_compare", "page_report", "page_studies", "page_models",
            "page_settings"),
    "&Help": ("tour", "tour_skip", "open_sample", "", "keys", "print_keys", "", "verify", "about"),
}  # fmt: skip


def fill_menus(bar: QMenuBar, actions: Actions) -> dict[str, QMenu]:
    """Fill a menu bar; an empty name is a separator. Returns the menus by their title without `&`."""
    menus = {}
    for title, names in _MENUS.items():
        menu = bar.addMenu(title)
        menu.setToolTipsVisible(True)
        for name in names:
            if name:
                menu.addAction(actions[name])
            else:
                menu.addSeparator()
        menus[title.replace("&", "")] = menu
    return menus


def groups() -> dict[str, tuple[str, ...]]:
    """Names of all actions by the title of their menu; what stands in no menu comes at the end."""
    found = {title.replace("&", ""): tuple(n for n in names if n) for title, names in _MENUS.items()}
    listed = {name for names in found.values() for name in names}
    left = [wording for wording in WORDINGS if wording.name not in listed]
    typed = tuple(w.name for w in left if w.scope is Scope.TYPED)
    case = tuple(w.name for w in left if w.scope is Scope.CASE)
    rest = tuple(w.name for w in left if w.scope is Scope.WINDOW)
    more = {"Typing a class": typed, "On the Case page": case, "Everywhere": rest}
    return {title: names for title, names in (found | more).items() if names}
