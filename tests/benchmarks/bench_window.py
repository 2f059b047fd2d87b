"""A window with cases to measure, and hands that wait until what they did is on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap import load_analyst, make_application
from app.main_window import MainWindow
from app.settings import SettingsFile
from app.theme import apply_theme
from app.workplace import Workplace
from core.domain.case import Case, Context
from core.domain.ids import CaseId, PersonName, new_id
from core.paths import Folders
from core.simulation.metaphase import simulate_metaphase
from core.simulation.truth import SimulatedMetaphase
from tests.app.simulated import TECHNICIAN, cell_of, png_of, truth_as_proposal
from tests.benchmarks.stopwatch import Times
from tests.journeys.test_separation_tools import Drawing

_PATIENCE_S = 180.0
_WAITING = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
_LOOK_AGAIN_MS = 10
_DRAWN = 3
CROWD = "100<4n>,XXXX,+1,+2,+3,+7,+8,+9,+20,+21"
"""A cell of a hundred chromosomes."""


@lru_cache(maxsize=8)
def drawn(karyotype: str, seed: int) -> SimulatedMetaphase:
    """Draw a cell once."""
    return simulate_metaphase(karyotype, seed=seed)


def fill_case(
    workplace: Workplace, name: str, *, cells: int, karyotype: str = "46,XX", seed: int = 2, read: bool = True
) -> CaseId:
    """Write a case into the store; a few drawings serve for many cells, each with bytes of its own.

    Parameters
    ----------
    read
        Whether the cells are analysed, with the truth as the answer of the models.
    """
    store = workplace.store
    case = Case(id=CaseId(new_id()), name=name, context=Context.CONSTITUTIONAL)
    store.create_case(case, TECHNICIAN)
    truths = [drawn(karyotype, seed + place % _DRAWN) for place in range(cells)]
    metaphases = []
    for place, truth in enumerate(truths):
        picture = truth.picture.copy()
        picture[0, : min(place, picture.shape[1])] = 0
        kept = workplace.originals.keep(png_of(picture))
        metaphases.append(cell_of(truth, label=f"{place + 1:03d}", image=kept))
    store.add_cells(case.id, metaphases, TECHNICIAN)
    for truth, cell in zip(truths, metaphases, strict=True) if read else ():
        revision = store.load_cell(cell.id).revision
        store.place(truth_as_proposal(truth, cell.id, seed=1), PersonName("program"), revision)
    return case.id


def open_workplace(home: Path) -> Workplace:
    """Open the workplace of a home folder; nothing is analysed unless somebody asks."""
    folders = Folders(home=home).made()
    settings = SettingsFile(folders.settings)
    settings.change(person=TECHNICIAN, analyse_on_import=False, tour="declined", ask_before_closing=False)
    return Workplace(folders, settings, load_analyst)


class Bench:
    """The window to measure."""

    def __init__(self, home: Path, size: tuple[int, int] = (1280, 800)) -> None:
        self.application = make_application()
        apply_theme(self.application, "dark")
        self.workplace = open_workplace(home)
        self.window = MainWindow(self.workplace)
        self.window.resize(*size)
        self._look_again = QTimer()
        self._look_again.start(_LOOK_AGAIN_MS)
        self.window.show()
        self.window.activateWindow()
        self.session = self.window.session
        self.hands = Drawing(self.window, self.until)
        self.until(lambda: self.window.windowHandle().isExposed())

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window work until something is true, then until it is drawn."""
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("waited in vain")
            # Waits for events instead of asking all the time, which would count as work of the window.
            self.application.processEvents(_WAITING)
        self.drawn()

    def drawn(self) -> None:
        """Let everything that was asked to draw itself do so."""
        for _ in range(2):
            QCoreApplication.sendPostedEvents()
            self.application.processEvents()

    def open(self, case: CaseId, layout: str = "analyse") -> None:
        """Put a case on the desk and wait until its first cell is drawn and all others are read."""
        self.window.show_page("case")
        self.window.case_page.use_layout(layout)
        self.window.open_case(case)
        self.until(lambda: self.session.case is not None and self.session.case.id == case)
        self.until(lambda: self.session.picture is not None and self.shown)
        self.until(lambda: len(self.session.cells) == len(self.session.case.cells))
        self.settle()

    @property
    def shown(self) -> bool:
        """Whether the open cell is on the canvas, and on the board where that is in sight."""
        cell, board = self.session.cell, self.board
        if cell is None or self.session.picture is None or self.overlay.width() < 100:
            return False
        return not board.isVisible() or not cell.chromosomes or len(board.board.middles) >= cell.count

    @property
    def board(self):
        """View of the karyogram."""
        return self.window.case_page.pane("board").view

    @property
    def overlay(self):
        """What takes the mouse on the metaphase."""
        return self.hands.overlay

    def settle(self) -> None:
        """Wait until no lane but that of the batch has anything to do."""
        lanes = self.workplace.lanes
        self.until(lambda: not any(lane.busy for lane in lanes.all if lane is not lanes.compute))

    def until_redrawn(self, times: Times, act: Callable[[], object]) -> None:
        """Time an act until the open cell has changed and is drawn."""
        before = self.session.cell
        with times.one():
            act()
            self.until(lambda: self.session.cell is not before and self.shown)

    def close(self) -> None:
        """Close the window and the workplace."""
        self.workplace.analyses.cancel()
        self.window.close()
        self.workplace.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.drawn()


def send_mouse(widget: QWidget, kind: QEvent.Type, at: QPointF, *, held: bool = True) -> None:
    """Hand a widget an event of the mouse, without the way through the window system."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    down = left if held and kind != QEvent.Type.MouseButtonRelease else none
    place = QPointF(widget.mapToGlobal(at.toPoint()))
    event = QMouseEvent(kind, at, place, button, down, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def way_across(width: float, height: float, steps: int) -> list[QPointF]:
    """Points of a drag that goes over most of a widget and back."""
    at = np.linspace(0.0, 1.0, steps)
    x = width * (0.12 + 0.76 * at)
    y = height * (0.5 + 0.36 * np.sin(at * 9.0))
    return [QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)]
