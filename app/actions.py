"""Everything that can be asked of the window: words, keys and icons in one place.

Pages take an action by its name, connect it and put it into menus and tool bars. The scope says where its
key works: in the whole window, or only while the panes of the Case page have the focus, so that letters
typed into a text field stay letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.icons import icon


class Scope(Enum):
    """Where the key of an action works."""

    WINDOW = "window"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an action is called, how it is reached and what it does."""

    name: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    scope: Scope = Scope.WINDOW
    checkable: bool = False


def _window(name: str, text: str, tip: str, *keys: str, icon: str = "", checkable: bool = False) -> Wording:
    return Wording(name=name, text=text, tip=tip, keys=keys, icon=icon, checkable=checkable)


def _case(name: str, text: str, tip: str, *keys: str, icon: str = "", checkable: bool = False) -> Wording:
    return Wording(name=name, text=text, tip=tip, keys=keys, icon=icon, scope=Scope.CASE, checkable=checkable)


WORDINGS: Final = (
    _window("new_case", "New case…", "Make an empty case", "Ctrl+N", icon="new"),
    _window("import", "Import…", "Import images, folders or a ZIP (or drop them anywhere)", "Ctrl+O",
            icon="import"),
    _window("edit_case", "Case details…", "Name, specimen, context and protocol of the case", "Ctrl+E"),
    _window("close_case", "Close case", "Put the case away; everything is saved", "Ctrl+W"),
    _window("quit", "Quit", "Close the window; everything is saved", "Ctrl+Q"),
    _window("undo", "Undo", "Take the last step in this cell back", "Ctrl+Z", icon="undo"),
    _window("redo", "Redo", "Do the step taken back again", "Ctrl+Shift+Z", "Ctrl+Y", icon="redo"),
    _window("search", "Search", "Search the worklist", "Ctrl+F"),
    _window("cancel_work", "Stop work", "Stop the analysis that runs and those that wait", "Ctrl+.",
            icon="cancel"),
    _window("theme", "Light theme", "Change between dark and light", "Ctrl+T", checkable=True),
    _window("keys", "Keyboard…", "All keys on one page", "F1"),
    _window("about", "About Centromere…", "Versions, licences and what this program is for"),
    _window("layout_count", "Layout: Count", "Cells and a large metaphase", "F2", checkable=True),
    _window("layout_analyse", "Layout: Analyse", "Cells, metaphase, karyogram and inspector", "F3",
            checkable=True),
    _window("layout_karyotype", "Layout: Karyotype", "A large karyogram with findings", "F4",
            checkable=True),
    _window("next_pane", "Next pane", "Move the focus to the next pane", "F6"),
    _case("select", "Select", "Click selects; drag on empty ground selects several", "V", icon="select",
          checkable=True),
    _case("cut", "Cut", "Draw a line right across a chromosome to cut it", "C", icon="cut", checkable=True),
    _case("join", "Join", "Join the selected pieces into one chromosome", "G", icon="join"),
    _case("exclude", "Not a chromosome…", "Leave the selection out of the count, with a reason", "D",
          icon="exclude"),
    _case("restore", "Restore", "Take the selection back into the count", "Shift+D", icon="restore"),
    _case("turn", "Turn by 180°", "The p arm is at the other end (never mirrors)", "F", icon="turn"),
    _case("swap", "Swap homologs", "Exchange the places of two homologs", "H"),
    _case("count_clicks", "Count by click", "Each click numbers one chromosome", "K", icon="count",
          checkable=True),
    _case("clear_count", "Clear the clicks", "Start counting anew", "Shift+K"),
    _case("next_doubtful", "Most doubtful", "Go to the most doubtful chromosome, then on", "Tab"),
    _case("previous_doubtful", "Doubtful before", "Go back in the order of doubt", "Shift+Tab"),
    _case("confirm", "Confirm", "Agree with what stands for the selection", icon="confirm"),
    _case("confirm_cell", "Confirm all", "Agree with every chromosome of this cell", "Ctrl+Return"),
    _case("select_all", "Select all", "Select every chromosome of this cell", "Ctrl+A"),
    _case("previous_cell", "Previous cell", "Open the cell above", "PgUp"),
    _case("next_cell", "Next cell", "Open the cell below", "PgDown"),
    _case("previous_pair", "Previous class", "Select the pair before", "["),
    _case("next_pair", "Next class", "Select the pair after", "]"),
    _case("analyse", "Analyse again", "Let the models look at this cell; what people decided stays",
          "Ctrl+R", icon="analyse"),
    _case("fit", "Whole picture", "Show the whole picture", "Home", icon="fit"),
    _case("export_karyogram", "Export karyogram…", "Write it as PNG, TIFF or SVG at 300 to 600 dpi",
          "Ctrl+Shift+E", icon="export"),
    _case("copy_karyogram", "Copy karyogram", "Put the karyogram on the clipboard as a picture",
          "Ctrl+Shift+C", icon="copy"),
    _case("mark_counted", "Counted", "State that you counted this cell", "Ctrl+1", checkable=True),
    _case("mark_analysed", "Analysed", "State that you analysed this cell", "Ctrl+2", checkable=True),
    _case("mark_karyotyped", "Karyotyped", "State that you karyotyped this cell", "Ctrl+3", checkable=True),
    _case("mark_checked", "Checked", "State that you checked this cell", "Ctrl+4", checkable=True),
    _case("accept", "Accept cell", "Keep this cell for the case", "A"),
    _case("reject", "Reject cell…", "Leave this cell out: a digit gives the reason", "R"),
    _case("count_only", "Count only", "Use this cell for counting only", "N"),
)  # fmt: skip


class Actions(QObject):
    """The actions of one window, by name.

    Parameters
    ----------
    window
        Owner; keys of `Scope.WINDOW` work everywhere in it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for wording in WORDINGS:
            action = QAction(wording.text, window)
            action.setObjectName(wording.name)
            action.setCheckable(wording.checkable)
            if wording.keys:
                action.setShortcuts([QKeySequence(key) for key in wording.keys])
            if wording.icon:
                action.setIcon(icon(wording.icon))
            action.setToolTip(_tip_of(wording))
            action.setStatusTip(wording.tip)
            if wording.scope is Scope.WINDOW:
                window.addAction(action)
            else:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._actions[wording.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def give_case_keys(self, widget: QWidget) -> None:
        """Let the keys of the Case page work while `widget` or something in it has the focus."""
        for wording in WORDINGS:
            if wording.scope is Scope.CASE:
                widget.addAction(self._actions[wording.name])

    def redraw_icons(self) -> None:
        """Take the colours of another theme."""
        for wording in WORDINGS:
            if wording.icon:
                self._actions[wording.name].setIcon(icon(wording.icon))


def _tip_of(wording: Wording) -> str:
    keys = " or ".join(
        QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in wording.keys
    )
    title = wording.text.rstrip("…")
    return f"<b>{title}</b>{f' ({keys})' if keys else ''}<br>{wording.tip}"
