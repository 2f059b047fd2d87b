"""What makes the window pleasant to work with: keys, palette, looks, windows of panes, tour."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.dialogs.keys import KeysDialog
from app.dialogs.palette import PaletteDialog
from app.errors import sentence_of
from app.key_sheet import write_key_sheet
from app.keymap import KeyMap, from_lists
from app.palette_entries import Entry, case_entry, entries
from app.remembered import restore, state_of
from app.settings import Settings
from app.tasks import Urgency
from app.theme import LARGEST, SMALLEST, apply_theme
from app.torn_panes import TornPanes
from app.tour.tour import Tour
from core.errors import CentromereError

if TYPE_CHECKING:
    from app.main_window import MainWindow

SAMPLE: Final = Path(__file__).resolve().parents[1] / "resources" / "samples" / "simulated_case"
_STEP: Final = 10
_REMEMBERED: Final = 30
_CASES: Final = 20


def dress(application: QApplication, settings: Settings) -> None:
    """Give the application the looks of a person."""
    apply_theme(
        application, settings.theme, percent=settings.text_percent, colours=settings.colours,
        calm=settings.calm,
    )  # fmt: skip


class Comfort(QObject):
    """Connects the actions that concern the window itself."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._settings = window.workplace.settings
        self.torn = TornPanes(window)
        self.tour: Tour | None = None
        self._first_layout: dict[str, str] = {}
        self.keymap = KeyMap()
        self.keys_dialog: KeysDialog | None = None
        self.palette_dialog: PaletteDialog | None = None
        actions = window.actions_
        for name, call in (
            ("keys", self.show_keys), ("print_keys", self.print_keys), ("palette", self.show_palette),
            ("text_larger", lambda: self.use_text(self._settings.current.text_percent + _STEP)),
            ("text_smaller", lambda: self.use_text(self._settings.current.text_percent - _STEP)),
            ("text_normal", lambda: self.use_text(100)), ("tear_off", self.torn.toggle),
            ("reset_layout", self.reset_layout), ("tour", self.start_tour),
            ("open_sample", self.open_sample),
        ):  # fmt: skip
            actions[name].triggered.connect(lambda checked=False, call=call: call())
        actions["full_screen"].triggered.connect(self._fill_screen)
        self._read_keys()

    # -- keys ------------------------------------------------------------------------------------------

    def show_keys(self) -> None:
        """Show the key map, to read and to change."""
        self.keys_dialog = KeysDialog(self._window, self.keymap, self.use_keys)
        self.keys_dialog.open()

    def use_keys(self, keymap: KeyMap) -> None:
        """Take a key map into use and keep it."""
        self.keymap = keymap
        self._window.actions_.use_keys(keymap.changed)
        self._keep(keys={name: list(keys) for name, keys in keymap.changed.items()})

    def print_keys(self) -> None:
        """Ask for a file, then write the key map as a PDF."""
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Print the key map", "keys.pdf", "PDF (*.pdf)")
        if not chosen:
            return
        try:
            pages = write_key_sheet(self.keymap, Path(chosen))
        except OSError as error:
            self._say(sentence_of(error))
        else:
            self._say(f"Key map written to {chosen}, {pages} page{'' if pages == 1 else 's'}.")

    def _read_keys(self) -> None:
        self.keymap, notes = from_lists(dict(self._settings.current.keys))
        self._window.actions_.use_keys(self.keymap.changed)
        if notes:
            self._say(f"Some keys could not be used: {'; '.join(notes)}.")

    # -- palette ---------------------------------------------------------------------------------------

    def show_palette(self) -> None:
        """Show the palette."""
        window = self._window
        self.palette_dialog = PaletteDialog(
            window, entries(window), self._settings.current.recent, self._look_for_cases, self._ran
        )
        self.palette_dialog.open()
        self.palette_dialog.field.setFocus()

    def _look_for_cases(self, text: str, found: Callable[[list[Entry]], None]) -> None:
        window = self._window
        window.workplace.lanes.database.submit(
            "Search",
            lambda progress: window.workplace.store.list_cases(search=text, limit=_CASES),
            done=lambda rows: found([case_entry(window, row) for row in rows]),
            failed=lambda error: self._say(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def _ran(self, key: str) -> None:
        # Cells and cases of yesterday are no commands of today.
        if not key.startswith(("cell:", "case:")):
            recent = [key, *(one for one in self._settings.current.recent if one != key)]
            self._keep(recent=recent[:_REMEMBERED])

    # -- looks -----------------------------------------------------------------------------------------

    def use_text(self, percent: int) -> None:
        """Write everything larger or smaller, 80 to 200 per cent."""
        wanted = min(max(percent, SMALLEST), LARGEST)
        if wanted != self._settings.current.text_percent:
            self.use_looks(text_percent=wanted)
        self._say(f"Text {wanted} %.")

    def use_looks(self, **values: object) -> None:
        """Change theme, size of text, colours or calm; everything is drawn anew."""
        self._keep(**values)
        self.dress()

    def dress(self) -> None:
        """Give the window the looks that the settings say."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        dress(application, self._settings.current)
        window = self._window
        window.actions_["theme"].setChecked(self._settings.current.theme == "light")
        window.actions_.redraw_icons()
        window.rail.redraw_icons()
        metaphase = window.case_page.pane("metaphase")
        if metaphase is not None:
            metaphase.use_theme()
        window.settings_page.refresh()

    def _fill_screen(self, wanted: bool) -> None:
        if wanted:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    # -- layout ----------------------------------------------------------------------------------------

    def layout(self) -> dict[str, str]:
        """How columns, splitters, tabs and windows of panes stand, for the settings."""
        return {**state_of(self._pages()), **self.torn.state()}

    def restore_layout(self) -> None:
        """Let columns, splitters and tabs stand as this person left them."""
        pages = self._pages()
        if not self._first_layout:
            self._first_layout = state_of(pages)
        restore(pages, self._settings.current.layout)

    def restore_panes(self) -> None:
        """Tear panes off that were torn off, once the Case page has them."""
        self.torn.restore(self._settings.current.layout)

    def reset_layout(self) -> None:
        """Let everything stand as at the first start."""
        self.torn.forget()
        restore(self._pages(), self._first_layout)
        self._window.case_page.reset()
        self._keep(layout={}, case_layout="analyse")
        if not self._window.isMaximized() and not self._window.isFullScreen():
            self._window.resize_at_first()
        self._say("Panes, columns and windows are as they were at first.")

    def _pages(self) -> dict[str, QWidget]:
        # The Case page keeps its own, one for each layout.
        return {name: page for name, page in self._window.pages_by_name.items() if name != "case"}

    # -- tour ------------------------------------------------------------------------------------------

    def offer_tour(self) -> None:
        """Offer the tour at the first start; whoever declines it is not asked again."""
        if self._settings.current.tour == "new":
            self.start_tour()

    def start_tour(self) -> None:
        """Begin the tour, or begin it anew."""
        if self.tour is None:
            self.tour = Tour(self._window)
            self.tour.ended.connect(lambda whole: self._keep(tour="done" if whole else "declined"))
        self.tour.leave()
        self._window.show_page("worklist")
        self.tour.start()

    def open_sample(self) -> None:
        """Import the simulated sample case, or open it where it is known."""
        window = self._window
        window.session.close_case()
        window.show_page("worklist")
        if not self._settings.current.analyse_on_import:
            window.importing.finished.connect(
                lambda report: window.workplace.analyses.analyse(report.cells, Urgency.BATCH),
                Qt.ConnectionType.SingleShotConnection,
            )
        window.take([SAMPLE])

    # -- the person ------------------------------------------------------------------------------------

    def work_as(self, person: str) -> None:
        """Let another person work here, with keys, looks and layout of their own."""
        self._window.keep_layout()
        try:
            taken = self._settings.work_as(person)
        except CentromereError as error:
            self._say(sentence_of(error))
            return
        if taken:
            self._read_keys()
            self.dress()
            self.restore_layout()
            self._say(f"Keys, looks and layout of {person}.")

    def _keep(self, **values: object) -> None:
        try:
            self._settings.change(**values)
        except CentromereError as error:
            self._say(sentence_of(error))

    def _say(self, text: str) -> None:
        self._window.session.message.emit(text)
