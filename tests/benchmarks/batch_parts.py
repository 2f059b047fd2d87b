"""Tools while a batch of images is being analysed, and the worklist of a large laboratory."""

from __future__ import annotations

import sys
from collections.abc import Callable

import cv2
from PySide6.QtCore import Qt

from app.tasks import Urgency
from core.domain.case import Case, Context
from core.domain.ids import CaseId, new_id
from core.domain.metaphase import Metaphase
from tests.app.simulated import TECHNICIAN, cell_of, png_of
from tests.benchmarks.bench_window import Bench, drawn, fill_case
from tests.benchmarks.cell_parts import one_row
from tests.benchmarks.stopwatch import Row, Times, median_ms
from tests.core.store.speed import fill_worklist
from tests.journeys.test_separation_tools import across, middle

_OTSU = cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU


def gestures(bench: Bench, *, images: int, rounds: int) -> list[Row]:
    """Cut, brush and take a crossing apart, from the end of the gesture to the redrawn window."""
    bench.open(fill_case(bench.workplace, "gestures", cells=1))
    hands = bench.hands
    bench.until(lambda: bench.workplace.analyses.ready or not bench.workplace.lanes.gestures.busy)
    quiet: dict[str, Times] = {}
    for place in range(rounds):
        _round(bench, place, quiet)
    cells = _batch(bench, images)
    bench.workplace.analyses.analyse(cells, Urgency.BATCH)
    bench.until(lambda: bench.workplace.lanes.compute.current is not None)
    busy: dict[str, Times] = {}
    for place in range(rounds):
        _round(bench, place, busy)
    running = len(bench.workplace.analyses.working)
    sys.stderr.write(f"{running} of {images} images still waited when the gestures were over\n")
    bench.workplace.analyses.cancel()
    picture = drawn("46,XX", 2).picture
    otsu = median_ms(lambda: cv2.connectedComponents(cv2.threshold(picture, 0, 1, _OTSU)[1]))
    hands.press(Qt.Key.Key_V)
    return [
        Row(
            what=f"{name}, from the end of the gesture to redraw, {when}", times=times, target=300.0,
            plain="Otsu and components", plain_ms=otsu,
        )
        for when, found in (("idle", quiet), (f"batch of {images} images", busy))
        for name, times in found.items()
    ]  # fmt: skip


def _batch(bench: Bench, images: int) -> list[Metaphase]:
    """Write a case of many cells of one picture that nobody has read."""
    store, truth = bench.workplace.store, drawn("46,XX", 2)
    case = Case(id=CaseId(new_id()), name="batch", context=Context.CONSTITUTIONAL)
    store.create_case(case, TECHNICIAN)
    kept = bench.workplace.originals.keep(png_of(truth.picture))
    cells = [cell_of(truth, label=f"{number:03d}", image=kept) for number in range(images)]
    store.add_cells(case.id, cells, TECHNICIAN)
    return cells


def _round(bench: Bench, place: int, found: dict[str, Times]) -> None:
    """Cut, brush and cross once, each taken back or joined again."""
    hands, session = bench.hands, bench.session
    _gesture(bench, found.setdefault("cut", Times()), Qt.Key.Key_C, lambda: _cut(bench, place))
    hands.press(Qt.Key.Key_G)
    hands.done("Join 2 pieces")
    bench.settle()
    (whole,) = session.selected
    _gesture(
        bench, found.setdefault("brush", Times()), Qt.Key.Key_B,
        lambda: hands.stroke([middle(whole), across(whole, 9.0)[1]]),
    )  # fmt: skip
    one, other = hands.crossing()
    session.select({one.id, other.id})
    hands.press(Qt.Key.Key_G)
    hands.done("Join 2 pieces")
    bench.settle()
    hands.press(Qt.Key.Key_W)
    hands.stroke(one.axis)
    _gesture(bench, found.setdefault("two strokes", Times()), None, lambda: hands.stroke(other.axis))
    hands.press(Qt.Key.Key_V)


def _cut(bench: Bench, place: int) -> None:
    bench.hands.draw(*across(bench.hands.alone()[place % 6]))


def _gesture(bench: Bench, times: Times, key: Qt.Key | None, draw: Callable[[], None]) -> None:
    """Draw, and time from the release of the button until the cell has changed and is drawn."""
    if key is not None:
        bench.hands.press(key)
    bench.settle()
    before = bench.session.cell
    draw()
    with times.one():
        bench.until(lambda: bench.session.cell is not before and bench.shown)
    bench.settle()


def worklist(bench: Bench, *, cases: int, cells_each: int) -> list[Row]:
    """Show and search the list of a large laboratory."""
    fill_worklist(bench.workplace.database, cases, cells_each=cells_each)
    page, model = bench.window.worklist_page, bench.window.worklist_page._model
    opened, whole, found = Times(), Times(), Times()
    row = one_row(bench)
    for _ in range(3):
        bench.window.show_page("settings")
        bench.drawn()
        model.search("no such case anywhere")
        bench.until(lambda: model.total == 0)
        with opened.one():
            bench.window.show_page("worklist")
            bench.until(lambda: model.total > 0)
        with whole.one():
            bench.until(lambda: model.total >= cases)
    for text in ("k24-0077", "+21", "K24-00", "XX,+21"):
        page._search.clear()
        bench.until(lambda: model.total >= cases)
        bench.settle()
        heard: list[int] = []
        connection = model.changed.connect(lambda heard=heard: heard.append(1))
        with found.one():
            page._search.setText(text)
            bench.until(lambda heard=heard: heard)
        model.changed.disconnect(connection)
        bench.settle()
    page._search.clear()
    bench.settle()
    plain = "reading a row of SQLite"
    return [
        Row(
            what=f"worklist of {cases} cases on screen", times=opened, target=1000.0,
            plain=plain, plain_ms=row,
        ),
        Row(
            what="its last row, after the first were shown", times=whole, target=None,
            plain=plain, plain_ms=row,
        ),
        Row(
            what=f"search in {cases} cases, from the last key", times=found, target=300.0,
            plain=plain, plain_ms=row,
        ),
    ]  # fmt: skip
