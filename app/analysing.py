"""Pair by pair: the homologs of a class lit up on the intact metaphase, ticked by a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QFileDialog, QLineEdit, QTextEdit

from app.canvas.pane import MetaphasePane
from app.errors import sentence_of
from app.pages.tick_strip import TickStrip, missing_ticks
from app.tasks import Urgency
from core.domain.bands import CLASSES
from core.domain.metaphase import Metaphase, PairTick
from core.editing.operations import ClearTick, TickPair, WriteNotes
from core.progress import Progress
from core.report.analysis_sheet import AnalysisSheet, write_analysis_sheets

if TYPE_CHECKING:
    from app.main_window import MainWindow

_HELD_MS = 230
"""Space held longer shows the bare picture, as everywhere; a short press ticks."""
_TEXT_FIELDS = (QLineEdit, QTextEdit, QAbstractSpinBox, QComboBox)


class PairByPair(QObject):
    """The analysis mode of one window."""

    def __init__(self, window: MainWindow, metaphase: MetaphasePane) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._metaphase = metaphase
        self._current = ""
        self._hidden = False
        self.strip = TickStrip()
        self.strip.hide()
        metaphase.layout().insertWidget(1, self.strip)
        actions = window.actions_
        self._action = actions["analysis_mode"]
        self._action.toggled.connect(self._turn)
        actions["analysis_sheet"].triggered.connect(lambda: self._print())
        self.strip.analysed.setDefaultAction(actions["mark_analysed"])
        self.strip.sheet.setDefaultAction(actions["analysis_sheet"])
        self.strip.boxes.chosen.connect(self.go)
        self.strip.notes_written.connect(self._write_notes)
        self._held = QTimer(self)
        self._held.setSingleShot(True)
        self._held.setInterval(_HELD_MS)
        self._held.timeout.connect(lambda: self._hide(True))
        session = self._session
        session.selection_changed.connect(self._follow)
        session.cell_opened.connect(self._cell_opened)
        session.cell_changed.connect(lambda *_: self._show())

    @property
    def on(self) -> bool:
        """Whether pairs are compared now."""
        return self._action.isChecked()

    @property
    def current(self) -> str:
        """Class that is compared now."""
        return self._current

    def go(self, name: str) -> None:
        """Compare the chromosomes of a class."""
        self._current = name
        cell = self._session.cell
        if cell is not None:
            self._session.select(c.id for c in cell.counting if c.chromosome_class == name)
        self._show()

    def tick(self) -> None:
        """Tick the pair and go on to the next one that is not; a ticked pair loses its tick."""
        cell, name = self._session.cell, self._current
        if cell is None or not name:
            return
        tick = cell.tick(name)
        if tick is not None and not cell.is_stale(tick):
            self._session.do(ClearTick(chromosome_class=name))
            return
        if not self._window.needs_name():
            return
        compared = tuple(c.id for c in cell.counting if c.chromosome_class == name)
        made = PairTick(
            chromosome_class=name, person=self._session.person, time=datetime.now(UTC), chromosomes=compared
        )
        self._session.do(TickPair(tick=made))
        left = [one for one in missing_ticks(cell) if one != name]
        if left:
            behind = [one for one in left if CLASSES.index(one) > CLASSES.index(name)]
            self.go((behind or left)[0])
        else:
            key = self._window.actions_.key_words("mark_analysed")
            self._session.message.emit(f"All pairs are ticked; {key} states that you analysed this cell.")

    # -- what is shown ---------------------------------------------------------------------------------

    def _turn(self, on: bool) -> None:
        self.strip.setVisible(on)
        application = QApplication.instance()
        if on:
            application.installEventFilter(self)
            if not self._metaphase.isVisible():
                self._window.case_page.use_layout("count")
            self._start()
            self._metaphase.setFocus()
        else:
            application.removeEventFilter(self)
            self._hide(False)
            self._window.guide.light(None)

    def _start(self) -> None:
        cell = self._session.cell
        if cell is None:
            self._show()
            return
        left = missing_ticks(cell)
        self.go(left[0] if left else CLASSES[0])

    def _cell_opened(self, cell_id: str) -> None:
        if self.on:
            self._start()

    def _follow(self, selection: frozenset[str]) -> None:
        """The pair keys and clicks choose what is compared."""
        if not self.on:
            return
        names = {c.chromosome_class for c in self._session.selected}
        if len(names) == 1 and (name := next(iter(names))) in CLASSES:
            self._current = name
        self._show()

    def _show(self) -> None:
        if not self.on:
            return
        cell = self._session.cell
        self.strip.show_cell(cell, self._current)
        self._window.guide.light(_of_class(cell, self._current))

    def _hide(self, hidden: bool) -> None:
        if hidden != self._hidden:
            self._hidden = hidden
            self._metaphase.overlay.hide_drawing(hidden)
            self._window.guide.hide_drawing(hidden)

    def _write_notes(self, notes: str) -> None:
        cell = self._session.cell
        if cell is not None and notes.strip() != cell.notes:
            self._session.do(WriteNotes(notes=notes))

    # -- keys ------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the space bar: short ticks, held shows the bare picture."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Space or event.modifiers():
            return False
        focus = QApplication.focusWidget()
        area = self._window.case_page.workspace
        if watched is not focus or focus is None or isinstance(focus, _TEXT_FIELDS):
            return False
        if not (focus is area or area.isAncestorOf(focus)):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.isAutoRepeat():
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._held.start()
        elif event.type() == QEvent.Type.KeyRelease:
            if self._hidden:
                self._hide(False)
            elif self._held.isActive():
                self._held.stop()
                self.tick()
        return True

    # -- the sheet -------------------------------------------------------------------------------------

    def _print(self) -> None:
        case, cell = self._session.case, self._session.cell
        if case is None or cell is None:
            self._session.message.emit("No cell is open, open one first.")
            return
        gallery = self._window.case_page.pane("gallery")
        several = gallery is not None and gallery.isVisible() and len(gallery.selected) > 0
        cells = gallery.selected if several else (cell,)
        which = cells[0].label if len(cells) == 1 else f"{len(cells)} cells"
        name = f"{case.name} {which} analysis sheet.pdf".replace("/", "-")
        folder = self._window.workplace.settings.current.last_folder
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Analysis sheet", str(Path(folder) / name), "PDF (*.pdf)"
        )
        if path:
            self.write_sheet(Path(path), cells)

    def write_sheet(self, path: Path, cells: tuple[Metaphase, ...]) -> None:
        """Write the sheets of cells; the status line tells when they are there."""
        session, case = self._session, self._session.case
        if case is None:
            return

        def work(progress: Progress) -> None:
            sheets = [AnalysisSheet(cell=cell, grey=session.pictures.read_now(cell)) for cell in cells]
            write_analysis_sheets(path, case, sheets, created=datetime.now(UTC))

        session.lanes.compute.submit(
            "Analysis sheet",
            work,
            done=lambda nothing: session.message.emit(f"The analysis sheet is in {path}."),
            failed=lambda error: session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )


def _of_class(cell: Metaphase | None, name: str) -> frozenset[str]:
    if cell is None:
        return frozenset()
    return frozenset(c.id for c in cell.counting if c.chromosome_class == name)
