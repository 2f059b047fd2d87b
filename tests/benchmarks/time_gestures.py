"""Time of separation tools in a real window: gesture to redrawn window, and each drag event.

Not a test: machines differ, and this one may be busy. Run it on a screen (Xvfb with a window manager will do)
as ``python tests/benchmarks/time_gestures.py [--rounds 5]``. Processor time is printed beside wall time: on a
busy machine only the former says something about the program.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("NAPARI_CONFIG", "")
os.environ.setdefault("QT_API", "pyside6")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bootstrap import make_application
from app.canvas.overlay import Tool
from app.main_window import MainWindow
from app.settings import SettingsFile
from app.theme import apply_theme
from app.workplace import Workplace
from core.paths import Folders
from models.inference.analyst import load_analyst
from tests.app.simulated import TECHNICIAN, fill_case
from tests.journeys.test_separation_tools import Drawing, across, middle

_PATIENCE_S = 120


class Watch:
    """Collects wall and processor milliseconds by the name of what was done."""

    def __init__(self, hands: Drawing) -> None:
        self._hands = hands
        self.gestures: dict[str, list[tuple[float, float, float]]] = {}
        self.events: dict[str, list[float]] = {}

    def gesture(self, name: str, draw: Callable[[], None]) -> None:
        """Time one gesture until its result is on the screen."""
        session = self._hands.session
        before, drawn = session.cell, []
        connection = session.cell_changed.connect(lambda *_: drawn.append(time.perf_counter()))
        all_threads, window = time.process_time(), time.thread_time()
        draw()
        end = time.perf_counter()
        self._hands.until(lambda: session.cell is not before)
        session.cell_changed.disconnect(connection)
        self.gestures.setdefault(name, []).append(
            (
                (drawn[-1] - end) * 1e3,
                (time.process_time() - all_threads) * 1e3,
                (time.thread_time() - window) * 1e3,
            )
        )

    def drag(self, name: str, tool: Tool, points: list[tuple[float, float]], *, held: bool = True) -> None:
        """Time every move of the mouse, redrawing included; the gesture is given up."""
        hands = self._hands
        hands.window.case_page.pane("metaphase").use(tool)
        places = [hands.point(point) for point in points]
        if held:
            QTest.mousePress(
                hands.overlay, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0]
            )
        for place in places[1:]:
            start = time.thread_time()
            QTest.mouseMove(hands.overlay, place)
            hands.overlay.repaint()
            self.events.setdefault(name, []).append((time.thread_time() - start) * 1e3)
        hands.press(Qt.Key.Key_Escape)
        if held:
            QTest.mouseRelease(
                hands.overlay, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[-1]
            )


def main() -> None:
    """Print one line for each tool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    os.environ["CENTROMERE_HOME"] = tempfile.mkdtemp()
    application = make_application()
    apply_theme(application, "dark")
    folders = Folders(home=Path(os.environ["CENTROMERE_HOME"])).made()
    settings = SettingsFile(folders.settings)
    settings.current.person, settings.current.analyse_on_import = TECHNICIAN, False
    workplace = Workplace(folders, settings, load_analyst)
    window = MainWindow(workplace)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()

    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("waited in vain")
            application.processEvents()
            time.sleep(0.001)

    hands = Drawing(window, until)
    window.show_page("case")
    window.case_page.use_layout("analyse")
    hands.open(fill_case(workplace, karyotype="46,XX", cells=1, seed=2))
    until(lambda: not workplace.lanes.gestures.busy)
    watch = Watch(hands)
    for round_ in range(rounds):
        one_round(watch, hands, window, round_)
    spread = hands.session.cell
    sweep = [
        (spread.width * (0.2 + 0.6 * k / 80), spread.height * (0.3 + 0.3 * (k % 9) / 9)) for k in range(81)
    ]
    for name, tool in (("brush", Tool.BRUSH), ("lasso", Tool.LASSO), ("crossing", Tool.OVERLAP)):
        watch.drag(name, tool, sweep)
    watch.drag("pointing", Tool.MAGIC, sweep, held=False)
    print(f"load {os.getloadavg()[0]:.1f}, {hands.session.cell.count} chromosomes")
    print("gesture: ms from its end to the redrawn window | processor ms of all threads | of the window's")
    for name, values in watch.gestures.items():
        wall, every, own = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"  {name:<10} {wall:7.0f} | {every:5.0f} | {own:5.0f}")
    print("drag event: processor ms of the window, median and 99th percentile")
    for name, values in watch.events.items():
        ordered = sorted(values)
        print(
            f"  {name:<10} {statistics.median(values):6.1f} | {ordered[int(0.99 * (len(ordered) - 1))]:6.1f}"
        )
    window.close()


def one_round(watch: Watch, hands: Drawing, window: MainWindow, number: int) -> None:
    """Cut, join, brush, bend an axis, take a crossing apart."""
    session = hands.session
    chosen = hands.alone()[number % 6]
    hands.press(Qt.Key.Key_C)
    watch.gesture("cut", lambda: hands.draw(*across(chosen)))
    watch.gesture("join", lambda: hands.press(Qt.Key.Key_G))
    (whole,) = session.selected
    hands.press(Qt.Key.Key_B)
    watch.gesture("brush", lambda: hands.stroke([middle(whole), across(whole, 9.0)[1]]))
    hands.press(Qt.Key.Key_Q)
    x, y = window.case_page.pane("metaphase").overlay._tools[Tool.AXIS]._nodes[3]
    watch.gesture("axis", lambda: hands.draw((x, y), (x + 2, y + 2)))
    one, other = hands.crossing()
    session.select({one.id, other.id})
    hands.press(Qt.Key.Key_G)
    hands.done("Join 2 pieces")
    hands.press(Qt.Key.Key_W)
    hands.stroke(one.axis)
    watch.gesture("crossing", lambda: hands.stroke(other.axis))
    hands.press(Qt.Key.Key_V)


if __name__ == "__main__":
    main()
