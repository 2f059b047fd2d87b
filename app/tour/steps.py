"""What the tour shows, step by step: where it points, what it asks for, and how it knows that it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.main_window import MainWindow

NAME_OF_SAMPLE: Final = "simulated"
_NAMED: Final = "Name chromosome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    `text` may hold `{name}`: the keys of the action of that name as they stand. `done` is asked whenever
    something in the window changed; a step without it goes on by its button only.
    """

    name: str
    title: str
    text: str
    target: Callable[[MainWindow], QWidget | None]
    done: Callable[[MainWindow], bool] | None = None
    button: str = ""


def _pane(place: str) -> Callable[[MainWindow], QWidget | None]:
    return lambda window: window.case_page.pane(place)


def _sample_open(window: MainWindow) -> bool:
    case = window.session.case
    return case is not None and case.name.startswith(NAME_OF_SAMPLE) and window.session.cell is not None


def _analysed(window: MainWindow) -> bool:
    cell = window.session.cell
    return _sample_open(window) and cell is not None and bool(cell.chromosomes)


STEPS: Final = (
    Step(
        name="welcome",
        title="From images to a report in five minutes",
        text="The tour uses a sample case. Its five cells are simulated: drawn by the program, no patient."
        " You do each step yourself; Esc leaves the tour at any time, Help brings it back.",
        target=lambda window: None,
        button="Begin",
    ),
    Step(
        name="open",
        title="Open the sample case",
        text="Press {palette}, type “sample” and press Enter. All that the program can do is found this way."
        " It is also in the menu Help.",
        target=lambda window: window.context_line,
        done=_sample_open,
    ),
    Step(
        name="wait",
        title="The program outlines and names",
        text="The cells of this simulated case are analysed one after the other, a few seconds each. What you"
        " decide is never overwritten by it.",
        target=_pane("metaphase"),
        done=_analysed,
    ),
    Step(
        name="doubt",
        title="Go to the most doubtful chromosome",
        text="Press {next_doubtful}. The chromosome the program is least sure of lights up in the picture and"
        " in the karyogram. {previous_doubtful} goes back. (If nothing is doubtful, click one.)",
        target=_pane("metaphase"),
        done=lambda window: len(window.session.selection) == 1,
    ),
    Step(
        name="name",
        title="Give it another class",
        text="Type a number from 1 to 22 and press {confirm}, or X or Y. This is only practice: the next step"
        " takes it back.",
        target=_pane("board"),
        done=lambda window: (window.session.undo_label or "").startswith(_NAMED),
    ),
    Step(
        name="undo",
        title="Take it back",
        text="Press {undo}. Every step can be taken back, also tomorrow: each is saved as it is done.",
        target=lambda window: window.status_line,
        done=lambda window: (window.session.redo_label or "").startswith(_NAMED),
    ),
    Step(
        name="confirm",
        title="Confirm what is right",
        text="Look at the bands. If the class is right, press {confirm}: the ring of doubt goes. With nothing"
        " selected press {next_doubtful} first.",
        target=_pane("board"),
        done=lambda window: (window.session.undo_label or "").startswith("Confirm"),
    ),
    Step(
        name="report",
        title="Look at the report",
        text="Press {page_report}. The page is shown as it will print, and what is still open before anybody"
        " may sign.",
        target=lambda window: window.rail,
        done=lambda window: window.page == "report",
    ),
    Step(
        name="end",
        title="That was the whole way",
        text="{keys} shows all keys and lets you change them, {palette} finds everything else. Drop your own"
        " images anywhere in the window to begin.",
        target=lambda window: None,
        button="Close",
    ),
)


def words(step: Step, window: MainWindow) -> str:
    """Text of a step with the keys as they stand; an action without a key is called by its name."""
    actions = window.actions_
    keys = {
        action.objectName(): actions.key_words(action.objectName()) or f"“{action.text()}”"
        for action in actions
    }
    return step.text.format_map(keys)
