"""Switching among cells, undo, and our own time in a drag event with a hundred chromosomes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from app.canvas.overlay import Tool
from core.editing.operations import Turn
from tests.benchmarks.bench_window import CROWD, Bench, fill_case, send_mouse, way_across
from tests.benchmarks.stopwatch import Row, Times, median_ms

_CONTROL = Qt.KeyboardModifier.ControlModifier


def switching(bench: Bench, *, cells: int) -> list[Row]:
    """Open one cell after the other; the files are read, because only the last pictures are held."""
    bench.open(fill_case(bench.workplace, "switching", cells=cells))
    session, picture, whole = bench.session, Times(), Times()
    order = list(session.case.cells)
    for cell_id in [*order[1:], *order]:
        arrived: list[tuple[float, float]] = []
        connection = session.picture_changed.connect(
            lambda arrived=arrived: arrived.append((time.perf_counter(), time.thread_time()))
        )
        start = time.perf_counter(), time.thread_time()
        with whole.one():
            session.open_cell(cell_id)
            bench.until(lambda wanted=cell_id: session.cell.id == wanted and bench.shown)
        session.picture_changed.disconnect(connection)
        picture.add((arrived[-1][0] - start[0]) * 1e3, (arrived[-1][1] - start[1]) * 1e3)
    original = np.frombuffer(bench.workplace.originals.read(session.cell.image), dtype=np.uint8)
    decode = median_ms(lambda: cv2.imdecode(original, cv2.IMREAD_UNCHANGED))
    plain = "decoding the image with OpenCV"
    return [
        Row(
            what="image open: picture in the window", times=picture, target=500.0,
            plain=plain, plain_ms=decode,
        ),
        Row(
            what=f"switch among {cells} cells: metaphase and karyogram drawn", times=whole, target=500.0,
            plain=plain, plain_ms=decode,
        ),
    ]  # fmt: skip


def undo(bench: Bench, *, steps: int) -> list[Row]:
    """Take steps back, from the key to the redrawn window."""
    bench.open(fill_case(bench.workplace, "undo", cells=1))
    session, times = bench.session, Times()
    ids = [chromosome.id for chromosome in session.cell.chromosomes]
    for step in range(steps):
        before = session.cell
        session.do(Turn(ids=(ids[step % len(ids)],)))
        bench.until(lambda before=before: session.cell is not before)
    bench.settle()
    for _ in range(steps):
        bench.until_redrawn(times, lambda: bench.hands.press(Qt.Key.Key_Z, _CONTROL))
    return [
        Row(
            what="undo, from the key to the redrawn window", times=times, target=50.0,
            plain="reading a row of SQLite", plain_ms=one_row(bench),
        )
    ]  # fmt: skip


def one_row(bench: Bench) -> float:
    """Milliseconds to read one row of the database."""
    database = bench.workplace.database

    def read() -> None:
        with database.read() as connection:
            connection.exec_driver_sql("SELECT id FROM cases LIMIT 1").all()

    return median_ms(read, times=30)


def drags(bench: Bench, *, moves: int, karyotype: str = CROWD) -> list[Row]:
    """Drag on the board and on the canvas with a crowded cell."""
    plain = bare_scene(bench, moves)
    bench.open(fill_case(bench.workplace, "crowd", cells=1, karyotype=karyotype))
    count = bench.session.cell.count
    board, overlay = bench.board, bench.overlay
    over_board = way_across(board.viewport().width(), board.viewport().height(), moves)
    over_canvas = way_across(overlay.width(), overlay.height(), moves)
    found = {
        "board: carry one": _board_drag(bench, moves, everything=False),
        "board: carry all": _board_drag(bench, moves, everything=True),
        "board: point": _moved(bench, board.viewport(), over_board, held=False),
        "canvas: point": _moved(bench, overlay, over_canvas, held=False),
        "canvas: rectangle": _canvas_drag(bench, Tool.SELECT, moves),
        "canvas: brush": _canvas_drag(bench, Tool.BRUSH, moves),
        "canvas: two strokes": _canvas_drag(bench, Tool.OVERLAP, moves),
        "canvas: lasso": _canvas_drag(bench, Tool.LASSO, moves),
    }
    return [
        Row(
            what=f"drag event, {count} chromosomes, {name}", times=times, target=8.0, by="own",
            plain="bare Qt scene of 100 pixmaps, painted whole", plain_ms=plain,
        )
        for name, times in found.items()
    ]  # fmt: skip


def bare_scene(bench: Bench, moves: int, objects: int = 100) -> float:
    """Milliseconds of processor to move one of many pixmaps of a plain Qt scene and draw it."""
    scene = QGraphicsScene(0, 0, 800, 600)
    pixmap = QPixmap(24, 60)
    pixmap.fill(Qt.GlobalColor.darkGray)
    things = []
    for at in range(objects):
        things.append(QGraphicsPixmapItem(pixmap))
        things[-1].setPos(30.0 * (at % 25), 90.0 * (at // 25))
        scene.addItem(things[-1])
    view = QGraphicsView(scene)
    view.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    view.resize(820, 620)
    view.show()
    bench.until(lambda: view.windowHandle() is not None and view.windowHandle().isExposed())
    times = Times()

    def move(point: QPointF) -> None:
        # Painted at once and whole: otherwise Qt gathers several moves into one painting.
        things[0].setPos(point)
        view.viewport().repaint()

    for point in way_across(800, 600, moves):
        start = time.thread_time()
        move(point)
        times.add(0.0, (time.thread_time() - start) * 1e3)
    view.close()
    return median(times.own)


class Painting(QObject):
    """Processor time of a widget's own painting, without the way of the pixels to the screen."""

    def __init__(self, widget: QWidget, paint: Callable[[QEvent], object]) -> None:
        super().__init__(widget)
        self.taken = 0.0
        self._widget, self._paint = widget, paint
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paint and take the time."""
        if event.type() != QEvent.Type.Paint:
            return False
        start = time.thread_time()
        self._paint(event)
        self.taken += time.thread_time() - start
        return True

    def end(self) -> None:
        """Let the widget paint as before."""
        self._widget.removeEventFilter(self)


def _one_event(times: Times, paintings: Sequence[Painting], act: Callable[[], object]) -> None:
    """Time an event: our handlers and our painting by processor, all of it to the screen by the clock."""
    for painting in paintings:
        painting.taken = 0.0
    wall, own = time.perf_counter(), time.thread_time()
    act()
    handled = time.thread_time() - own
    QApplication.processEvents()
    painted = sum(painting.taken for painting in paintings)
    times.add((time.perf_counter() - wall) * 1e3, (handled + painted) * 1e3)


def _moved(bench: Bench, widget: QWidget, points: Sequence[QPointF], *, held: bool) -> Times:
    """Time every move of the mouse over a widget."""
    board, overlay, times = bench.board, bench.overlay, Times()
    paintings = [Painting(board.viewport(), board.viewportEvent), Painting(overlay, overlay.paintEvent)]
    for point in points:
        _one_event(
            times, paintings, lambda point=point: send_mouse(widget, QEvent.Type.MouseMove, point, held=held)
        )
    for painting in paintings:
        painting.end()
    return times


def _board_drag(bench: Bench, moves: int, *, everything: bool) -> Times:
    board, session = bench.board, bench.session
    viewport = board.viewport()
    ids = [chromosome.id for chromosome in session.cell.chromosomes]
    session.select(ids if everything else ())
    bench.drawn()
    start = QPointF(board.screen_point(ids[0]))
    send_mouse(viewport, QEvent.Type.MouseButtonPress, start)
    way = way_across(viewport.width(), viewport.height(), moves)
    times = _moved(bench, viewport, [start + QPointF(20, 0), *way], held=True)
    board.hand.give_up()
    send_mouse(viewport, QEvent.Type.MouseButtonRelease, start)
    session.select(())
    bench.drawn()
    return times


def _canvas_drag(bench: Bench, tool: Tool, moves: int) -> Times:
    overlay = bench.overlay
    bench.window.case_page.pane("metaphase").use(tool)
    bench.drawn()
    way = way_across(overlay.width(), overlay.height(), moves)
    send_mouse(overlay, QEvent.Type.MouseButtonPress, way[0])
    times = _moved(bench, overlay, way[1:], held=True)
    overlay.give_up()
    bench.window.case_page.pane("metaphase").use(Tool.SELECT)
    bench.drawn()
    return times
