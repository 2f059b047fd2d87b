"""Everything that can be asked of the window: words, keys and icons in one place.

Pages take an action by its name, connect it and put it into menus and tool bars. The scope says where its
key works: in the whole window, or only while the panes of the Case page have the focus, so that letters
typed into a text field stay letters. The keys given here are those a fresh installation has; `app.keymap`
holds what a person made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.icons import icon


class Scope(Enum):
    """Where the key of an action works."""

    WINDOW = "window"
    CASE = "case"
    TYPED = "typed"
    """On the Case page like `CASE`, but the typing of classes takes the key: it means another thing after a
    digit than before it."""


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


def _typed(name: str, text: str, tip: str, *keys: str, icon: str = "") -> Wording:
    return Wording(name=name, text=text, tip=tip, keys=keys, icon=icon, scope=Scope.TYPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What the mouse and the arrow keys do; it stands in the key map and cannot be changed.

    `taken` are the keys that no action of the Case page can have for that reason.
    """

    keys: str
    text: str
    taken: tuple[str, ...] = ()


FIXED: Final = (
    Fixed(keys="Arrows", text="Walk through the karyogram or the cells",
          taken=("Left", "Right", "Up", "Down")),
    Fixed(keys="Shift+Arrows", text="Walk and select one more",
          taken=("Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down")),
    Fixed(keys="Alt+Arrows", text="Carry the selection to the next place, slot or row of the karyogram",
          taken=("Alt+Left", "Alt+Right", "Alt+Up", "Alt+Down", "Alt+Shift+Left", "Alt+Shift+Right",
                 "Alt+Shift+Up", "Alt+Shift+Down")),
    Fixed(keys="Ctrl+Arrows", text="Nudge the selection within its slot",
          taken=("Ctrl+Left", "Ctrl+Right", "Ctrl+Up", "Ctrl+Down", "Ctrl+Shift+Left", "Ctrl+Shift+Right",
                 "Ctrl+Shift+Up", "Ctrl+Shift+Down")),
    Fixed(keys="Shift+Wheel", text="Rotate the selection on the karyogram"),
    Fixed(keys="Alt+Drag", text="Nudge the chromosome within its slot"),
    Fixed(keys="Del", text="Erase the selected arrow, words, circle or box", taken=("Del",)),
    Fixed(keys="Click, Ctrl+Click", text="Select one; one more or one less"),
    Fixed(keys="Drag on empty ground", text="Select several"),
    Fixed(keys="Double click", text="Turn by 180° in the karyogram"),
    Fixed(keys="Right click", text="Menu of what is under the mouse"),
    Fixed(keys="Wheel", text="Zoom at the mouse"),
    Fixed(keys="Right or middle drag", text="Move the picture"),
    Fixed(keys="E, C, M, B", text="Compare page: evidence strip, composite, mean chromosomes, side by side"),
    Fixed(keys="2 1, X, Y, 0", text="Compare page: class, all classes"),
    Fixed(keys="S, P, +, -", text="Compare page: straightened or metaphases, export, larger, smaller"),
)  # fmt: skip


WORDINGS: Final = (
    _window("new_case", "New case…", "Make an empty case", "Ctrl+N", icon="new"),
    _window("import", "Import…", "Import images, folders or a ZIP (or drop them anywhere)", "Ctrl+O",
            icon="import"),
    _window("edit_case", "Case details…", "Name, specimen, context and protocol of the case", "Ctrl+E"),
    _window("clone_rules", "Clone rules…",
            "What counts in one or two cells of this case, and how its clones are written"),
    _window("close_case", "Close case", "Put the case away; everything is saved", "Ctrl+W"),
    _window("quit", "Quit", "Close the window; everything is saved", "Ctrl+Q"),
    _window("undo", "Undo", "Take the last step in this cell back", "Ctrl+Z", icon="undo"),
    _window("redo", "Redo", "Do the step taken back again", "Ctrl+Shift+Z", "Ctrl+Y", icon="redo"),
    _window("search", "Search", "Search the worklist", "Ctrl+F"),
    _window("cancel_work", "Stop work", "Stop the analysis that runs and those that wait", "Ctrl+.",
            icon="cancel"),
    _window("theme", "Light theme", "Change between dark and light", "Ctrl+T", checkable=True),
    _window("palette", "Find and run…", "Find an action, class, cell, case or page by a few letters",
            "Ctrl+K", "Ctrl+Shift+P"),
    _window("page_worklist", "Worklist", "All cases", "Alt+1"),
    _window("page_case", "Case", "Cells, metaphase and karyogram of the open case", "Alt+2"),
    _window("page_compare", "Compare", "Cells and cases side by side", "Alt+3"),
    _window("page_report", "Report", "The page as it will print, and what is still open", "Alt+4"),
    _window("page_studies", "Studies", "Series of images", "Alt+5"),
    _window("page_models", "Models", "Versions, cards, corrections", "Alt+6"),
    _window("page_settings", "Settings", "Your name, the database, how it looks", "Alt+7"),
    _window("text_larger", "Larger text", "Everything written becomes larger", "Ctrl++", "Ctrl+="),
    _window("text_smaller", "Smaller text", "Everything written becomes smaller", "Ctrl+-"),
    _window("text_normal", "Normal text", "Everything written has its first size again", "Ctrl+0"),
    _window("tear_off", "Pane into a window", "Move the pane with the focus into its own window, or back",
            "Shift+F6"),
    _window("reset_layout", "Reset layout", "Panes, columns and windows as they were at first"),
    _window("full_screen", "Full screen", "Fill the screen, or not", "F11", checkable=True),
    _window("open_sample", "Open the sample case", "Five simulated cells, 47,XY,+21, to try everything on"),
    _window("tour", "Tour…", "The way from images to a report in a few minutes, on the sample case"),
    _window("tour_skip", "Skip step of the tour", "Go on with the tour without doing this step",
            "Ctrl+F1"),
    _window("keys", "Keyboard…", "All keys on one page; change, print, exchange them", "F1"),
    _window("print_keys", "Print the key map…", "All keys as a PDF of one or two pages"),
    _window("verify", "Verify this installation…",
            "Check files, weights, database and reference cells, and sign the record"),
    _window("about", "About Centromere…", "Versions, licences and what this program is for"),
    _window("layout_count", "Layout: Count", "Cells and a large metaphase", "F2", checkable=True),
    _window("layout_analyse", "Layout: Analyse", "Cells, metaphase, karyogram and inspector", "F3",
            checkable=True),
    _window("layout_karyotype", "Layout: Karyotype", "A large karyogram with findings", "F4",
            checkable=True),
    _window("layout_cells", "Layout: Cells", "All cells large, ranked by quality; accept and reject by key",
            "F5", checkable=True),
    _window("next_pane", "Next pane", "Move the focus to the next pane", "F6"),
    _window("side_pane", "Side pane", "Show or hide the tabs at the right edge", "F9", checkable=True),
    _window("side_next", "Next tab at the side", "Turn to the next tab at the right edge", "F7"),
    _window("side_previous", "Tab before at the side", "Turn to the tab before at the right edge",
            "Shift+F7"),
    _window("show_findings", "Findings", "What the cells say, and the karyotype", "Ctrl+Shift+F"),
    _window("show_change", "Change", "Put a change together and state it for cells", "Ctrl+J"),
    _window("show_history", "History", "Every step of the cell and of the case; go to any moment", "Ctrl+H"),
    _window("show_view", "View of the picture", "Even light, contrast, sharpness; the file never changes",
            "Ctrl+Shift+V", icon="view"),
    _window("remove_cell", "Take the cell out of the case",
            "Leave it out with all its steps; undo takes it back"),
    _window("show_count", "Count", "Expected 46, found 49: what may be wrong, with repairs by one key",
            "Ctrl+Shift+K"),
    _window("show_reasoning", "Why", "What was seen in bands, chromosome, cell and case, and what it changed",
            "Ctrl+Shift+W"),
    _window("karyotype_picture", "Picture of the karyotype",
            "All chromosomes of the written karyotype as idiograms, derivatives with their pieces",
            "Ctrl+Shift+I"),
    _window("show_what_if", "What would it look like?",
            "Click breaks on the idiogram; the change is built from the patient's own chromosomes", "Ctrl+L"),
    _case("select", "Select", "Click selects; drag on empty ground selects several", "V", icon="select",
          checkable=True),
    _case("cut", "Cut", "Drag a straight line right across chromosomes to cut them", "C", icon="cut",
          checkable=True),
    _case("cut_free", "Cut along a curve", "Draw a free curve right across chromosomes to cut them",
          "Shift+C", icon="cut_free", checkable=True),
    _case("overlap", "Separate a crossing", "Draw a stroke along each of two crossing chromosomes; the "
          "crossing belongs to both", "W", icon="overlap", checkable=True),
    _case("overlap_corners", "Separate by four corners", "Click the four corners of a crossing", "Shift+W",
          icon="corners", checkable=True),
    _case("brush", "Brush", "Paint at the selected chromosome; with Shift over others too", "B",
          icon="brush", checkable=True),
    _case("erase", "Eraser", "Erase from the selected chromosome", "E", icon="eraser", checkable=True),
    _case("brush_larger", "Larger brush", "A larger brush and eraser (Ctrl and wheel)", "Shift+B"),
    _case("brush_smaller", "Smaller brush", "A smaller brush and eraser (Ctrl and wheel)", "Shift+E"),
    _case("grow", "Grow outline", "Move the outline of the selection one pixel outwards", "+", "=",
          icon="grow"),
    _case("shrink", "Shrink outline", "Move the outline of the selection one pixel inwards", "-",
          icon="shrink"),
    _case("lasso", "Lasso", "Draw around stain to make it a chromosome; with Ctrl say what else it is", "L",
          icon="lasso", checkable=True),
    _case("polygon", "Polygon", "Click corners around stain, double click closes; with Ctrl say what else "
          "it is", "Shift+L", icon="polygon", checkable=True),
    _case("contour", "Contour points", "Drag the points of the selected outline", "P", icon="contour",
          checkable=True),
    _case("magic", "Outline by click", "Click stain without an outline to make it a chromosome", "M",
          icon="magic", checkable=True),
    _case("outline_box", "Outline what is not explained", "Make a chromosome of the stain in the amber box",
          "Shift+M", icon="outline_box"),
    _case("axis", "Axis and centromere", "Drag the handles of the axis and of the centromere", "Q",
          icon="axis", checkable=True),
    _case("delete_outline", "Delete outline", "Take the selected outlines away", "Ctrl+Del"),
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
    _typed("confirm", "Confirm", "Agree with what stands for the selection; after digits: name it",
           "Return", "Enter", icon="confirm"),
    *(
        _typed(f"digit_{digit}", f"Digit {digit}",
               "Unknown; after 1 or 2 the second digit of 10 or 20" if digit == 0 else
               f"Begin to name the selection: {digit} then Confirm", str(digit))
        for digit in range(10)
    ),
    _typed("class_x", "Class X", "Name the selection X", "X"),
    _typed("class_y", "Class Y", "Name the selection Y", "Y"),
    _typed("marker", "Marker", "Name the selection a marker", "."),
    _typed("take_back_digit", "Take back a digit", "Forget the last digit typed", "Backspace"),
    _typed("hide_drawing", "Bare picture", "Held: hides everything that is drawn on the picture", "Space"),
    _typed("show_captured", "As captured", "Held: shows the captured picture without its view", ","),
    _typed("leave", "Leave", "Forget what was typed; else back to the arrow, nothing selected", "Esc"),
    _case("key_pointer", "Pointer by keys", "Arrows move a pointer over the picture and Enter presses it: "
          "every tool without the mouse", "F8", checkable=True),
    _case("confirm_cell", "Confirm all", "Agree with every chromosome of this cell", "Ctrl+Return"),
    _case("select_all", "Select all", "Select every chromosome of this cell", "Ctrl+A"),
    _case("previous_cell", "Previous cell", "Open the cell above", "PgUp"),
    _case("next_cell", "Next cell", "Open the cell below", "PgDown"),
    _case("previous_pair", "Previous class", "Select the pair before", "["),
    _case("next_pair", "Next class", "Select the pair after", "]"),
    _case("next_suggestion", "Next suggestion", "What may be wrong with the count, one after the other", "J"),
    _case("repair", "Repair", "Do what the chosen suggestion says", "Shift+J"),
    _case("analysis_mode", "Pair by pair", "Compare pair after pair on the intact metaphase and tick each",
          "Shift+A", checkable=True),
    _case("similar_places", "Similar places…", "The same error in the other cells of the case",
          "Ctrl+Shift+J"),
    _case("analysis_sheet", "Analysis sheet…", "One printed page: metaphase, ticks, counts, notes, initials",
          "Ctrl+Shift+A"),
    _case("banding_g", "Banding: G", "Say that this cell is G-banded, and read it again", checkable=True),
    _case("banding_q", "Banding: Q", "Say that this cell is Q-banded, and read it again", checkable=True),
    _case("banding_r", "Banding: R", "Say that this cell is R-banded, and read it again", checkable=True),
    _case("banding_dapi", "Banding: DAPI", "Say that this cell is stained with DAPI, and read it again",
          checkable=True),
    _case("banding_c", "Banding: C", "Say that this cell is C-banded; no model names its chromosomes",
          checkable=True),
    _case("analyse", "Analyse again", "Let the models look at this cell; what people decided stays",
          "Ctrl+R", icon="analyse"),
    _case("fit", "Whole picture", "Show the whole picture", "Home", icon="fit"),
    _case("export_karyogram", "Export karyogram…", "Write it as PNG, TIFF or SVG at 300 to 600 dpi",
          "Ctrl+Shift+E", icon="export"),
    _case("copy_karyogram", "Copy karyogram", "Put the karyogram on the clipboard as a picture",
          "Ctrl+Shift+C", icon="copy"),
    _case("rotate_left", "Rotate left", "Turn the selection a little on the karyogram (Shift and wheel)",
          "<"),
    _case("rotate_right", "Rotate right", "Turn the selection a little on the karyogram (Shift and wheel)",
          ">"),
    _case("mirror", "Mirror", "Show the mirror image, marked as such; again shows the captured one",
          "Shift+F", icon="mirror"),
    _case("straight", "Straight or captured", "Show the selection straightened and marked, or as captured",
          "S"),
    _case("straight_all", "All straight or captured",
          "Show every chromosome straightened and marked, or as captured", "Shift+S", icon="straight"),
    _case("stand_as_captured", "Back as captured",
          "Take rotation, nudge, mirror and straightening of the selection back"),
    _case("loupe", "Loupe", "Show the selected chromosome and its homologs large; Esc closes", "Z",
          icon="loupe"),
    _case("idiograms", "Idiograms", "An idiogram beside each pair", "I", icon="idiogram", checkable=True),
    _case("print_idiograms", "Idiograms in print", "Idiograms also in print and export", checkable=True),
    _case("align_centromeres", "Aligned on centromeres", "Centromeres of a row lie on one line",
          checkable=True),
    _case("align_baseline", "Standing on a line", "Chromosomes of a row stand on one line", checkable=True),
    _case("edit_templates", "Templates…", "Rows, labels, spacing and order of the karyogram"),
    _case("state_change", "State a change…",
          "Put a change of the selected chromosomes together, such as t(9;22)", "Shift+I"),
    _case("kind_normal", "Normal", "The selection is a normal chromosome"),
    _case("kind_derivative", "Derivative, der( )", "It stands to the right of its normal homolog"),
    _case("kind_ring", "Ring, r( )", "The selection is a ring chromosome"),
    _case("kind_dicentric", "Dicentric, dic( )", "The selection has two centromeres"),
    _case("kind_fragment", "Fragment, ace", "An acentric fragment: it does not count"),
    _case("kind_marker", "Marker, mar", "The selection is a marker and stands last"),
    _case("kind_dmin", "Double minute, dmin", "Double minutes do not count and stand last"),
    _case("draw_arrow", "Arrow", "Drag from the tail to the tip; it belongs to the chromosome at the tip",
          "U", icon="arrow", checkable=True),
    _case("draw_text", "Words", "Click where they are to stand", "T", icon="text", checkable=True),
    _case("draw_circle", "Circle", "Drag from the middle outwards", "O", icon="circle", checkable=True),
    _case("draw_box", "Box", "Drag from corner to corner", "Shift+O", icon="box", checkable=True),
    _case("mark_counted", "Counted", "State that you counted this cell", "Ctrl+1", checkable=True),
    _case("mark_analysed", "Analysed", "State that you analysed this cell", "Ctrl+2", checkable=True),
    _case("mark_karyotyped", "Karyotyped", "State that you karyotyped this cell", "Ctrl+3", checkable=True),
    _case("mark_checked", "Checked", "State that you checked this cell", "Ctrl+4", checkable=True),
    _case("accept", "Accept cell", "Keep this cell for the case", "A"),
    _case("reject", "Reject cell…", "Leave this cell out: a digit gives the reason", "R"),
    _case("count_only", "Count only", "Use this cell for counting only", "N"),
)  # fmt: skip


WORDING_OF: Final = {wording.name: wording for wording in WORDINGS}


class Actions(QObject):
    """The actions of one window, by name.

    Parameters
    ----------
    window
        Owner; keys of `Scope.WINDOW` work everywhere in it.
    """

    keys_changed = Signal()
    """Other keys are in use: tooltips and texts that name keys are out of date."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        for wording in WORDINGS:
            action = QAction(wording.text, window)
            action.setObjectName(wording.name)
            action.setCheckable(wording.checkable)
            if wording.icon:
                action.setIcon(icon(wording.icon))
            action.setStatusTip(wording.tip)
            if wording.scope is Scope.WINDOW:
                window.addAction(action)
            elif wording.scope is Scope.CASE:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            else:
                # Menus show the key; only the typing of classes listens to it.
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._actions[wording.name] = action
        self.use_keys({})

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def use_keys(self, changed: Mapping[str, tuple[str, ...]]) -> None:
        """Give every action its keys: those of `changed` by name, those of a fresh installation else."""
        for wording in WORDINGS:
            keys = changed.get(wording.name, wording.keys)
            self._keys[wording.name] = keys
            action = self._actions[wording.name]
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setToolTip(_tip_of(wording, keys))
        self.keys_changed.emit()

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Keys of an action as they stand, in portable words such as `Ctrl+Z`."""
        return self._keys[name]

    def key_words(self, name: str) -> str:
        """Keys of an action as the keyboard here spells them, `Ctrl+Y or F5`; empty for none."""
        return spelled(self._keys[name])

    def give_case_keys(self, widget: QWidget) -> None:
        """Let the keys of the Case page work while `widget` or something in it has the focus."""
        for wording in WORDINGS:
            if wording.scope is Scope.CASE:
                widget.addAction(self._actions[wording.name])

    def give_window_keys(self, window: QWidget) -> None:
        """Let the keys of the window work in a second window too."""
        for wording in WORDINGS:
            if wording.scope is Scope.WINDOW:
                window.addAction(self._actions[wording.name])

    def redraw_icons(self) -> None:
        """Take the colours of another theme."""
        for wording in WORDINGS:
            if wording.icon:
                self._actions[wording.name].setIcon(icon(wording.icon))


def spelled(keys: tuple[str, ...]) -> str:
    """Spell keys as the keyboard here does, joined by "or"."""
    return " or ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _tip_of(wording: Wording, keys: tuple[str, ...]) -> str:
    title = wording.text.rstrip("…")
    return f"<b>{title}</b>{f' ({escape(spelled(keys))})' if keys else ''}<br>{wording.tip}"
