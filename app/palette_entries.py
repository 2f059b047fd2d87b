"""What the palette finds: actions, classes, pages, cells of the open case, and cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.actions import WORDINGS, Scope
from app.finding import best
from app.menus import groups
from app.reasons import why_not
from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import ObjectType
from core.store.records import CaseRow

if TYPE_CHECKING:
    from app.main_window import MainWindow

#: The palette itself, and keys that mean something only while a class is typed or while they are held.
_LEFT_OUT: Final = ("palette", "take_back_digit", "hide_drawing", "leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the palette.

    `key` names it among the recent ones; `reason` says why it cannot run now, empty when it can.
    """

    key: str
    text: str
    kind: str
    run: Callable[[], object]
    tip: str = ""
    keys: str = ""
    reason: str = ""

    def fits(self, wanted: str) -> float:
        """How well letters fit; 0 for not."""
        return best(wanted, (self.text, f"{self.kind} {self.text}", self.tip, self.keys))


def entries(window: MainWindow) -> list[Entry]:
    """Everything that can be found without asking the store."""
    return [*_actions(window), *_classes(window), *_cells(window)]


def case_entry(window: MainWindow, row: CaseRow) -> Entry:
    """Row for a case of the worklist."""
    karyotype = row.karyotype or (row.proposed_karyotype and f"{row.proposed_karyotype} (proposed)") or ""
    return Entry(
        key=f"case:{row.id}", text=row.name, kind="Case", tip=f"{row.status.value} {karyotype}".strip(),
        run=lambda: window.open_case(row.id),
    )  # fmt: skip


def _actions(window: MainWindow) -> Iterator[Entry]:
    actions, session = window.actions_, window.session
    menu_of = {name: title for title, names in groups().items() for name in names}
    for wording in WORDINGS:
        name = wording.name
        if name in _LEFT_OUT or (wording.scope is Scope.TYPED and name != "confirm"):
            continue
        action = actions[name]
        if not action.isVisible():
            continue

        def run(name: str = name, scope: Scope = wording.scope) -> None:
            if scope is not Scope.WINDOW and window.page != "case":
                window.show_page("case")
            window.actions_[name].trigger()

        yield Entry(
            key=name, text=action.text().replace("&", "").rstrip("…"),
            kind="Page" if name.startswith("page_") else menu_of.get(name, "Action"), tip=wording.tip,
            keys=actions.key_words(name), reason=why_not(name, actions, session), run=run,
        )  # fmt: skip


def _classes(window: MainWindow) -> Iterator[Entry]:
    session = window.session
    reason = "" if session.selection else "select a chromosome first"
    for name in (*CLASSES, UNKNOWN, "marker"):
        kind = ObjectType.MARKER if name == "marker" else ObjectType.NORMAL
        chromosome_class = UNKNOWN if name == "marker" else name
        yield Entry(
            key=f"class:{name}", text=f"Name it {name}", kind="Class",
            tip=f"Give the selection the class {name}", reason=reason, keys=_typed_keys(window, name),
            run=lambda c=chromosome_class, kind=kind: window.commands.name(c, kind),
        )  # fmt: skip


def _typed_keys(window: MainWindow, name: str) -> str:
    special = {"X": "class_x", "Y": "class_y", "marker": "marker", UNKNOWN: "digit_0"}
    if name in special:
        return window.actions_.key_words(special[name])
    enter = window.actions_.keys_of("confirm")
    return " ".join([*name, *enter[:1]])


def _cells(window: MainWindow) -> Iterator[Entry]:
    session = window.session

    def opened(cell: str) -> None:
        window.show_page("case")
        session.open_cell(cell)

    for cell in session.cells:
        found = f"{cell.count} chromosomes" if cell.chromosomes else "not analysed"
        yield Entry(
            key=f"cell:{cell.id}", text=f"Cell {cell.label}", kind="Cell",
            tip=f"{found}, {cell.verdict.value}", run=lambda cell=cell.id: opened(cell),
        )  # fmt: skip
