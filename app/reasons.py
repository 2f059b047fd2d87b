"""Why something cannot be done now, in words."""

from __future__ import annotations

from typing import Final

from app.actions import WORDING_OF, Actions, Scope
from app.session import CaseSession

_CASE: Final = ("edit_case", "close_case")
_SELECTION: Final = (
    "turn", "exclude", "confirm", "swap", "mirror", "straight", "rotate_left", "rotate_right", "kind_normal",
    "kind_derivative", "kind_ring", "kind_dicentric", "kind_fragment", "kind_marker", "kind_dmin",
    "stand_as_captured",
)  # fmt: skip
_SPECIAL: Final = {
    "undo": "there is nothing to take back",
    "redo": "nothing was taken back",
    "join": "select two pieces first",
    "restore": "nothing in the selection is left out",
    "clear_count": "nothing was counted by click",
    "export_karyogram": "there is no karyogram yet",
    "copy_karyogram": "there is no karyogram yet",
    "cancel_work": "nothing runs",
    "stand_as_captured": "the selection stands as captured",
}


def why_not(name: str, actions: Actions, session: CaseSession) -> str:
    """Tell why an action cannot run now; empty when it can."""
    scope = WORDING_OF[name].scope
    if name in _CASE and session.case is None:
        return "open a case first"
    if scope is not Scope.WINDOW:
        if session.case is None:
            return "open a case first"
        if session.cell is None:
            return "open a cell first"
        if name in _SELECTION and not session.selection:
            return "select a chromosome first"
    if name in ("undo", "redo"):
        label = session.undo_label if name == "undo" else session.redo_label
        return "" if label else _SPECIAL[name]
    if actions[name].isEnabled():
        return ""
    if scope is not Scope.WINDOW and not session.selection and name not in _SPECIAL:
        return "select a chromosome first"
    return _SPECIAL.get(name, "not possible now")
