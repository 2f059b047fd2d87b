from __future__ import annotations

import gc
import threading
import time

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from app.tasks import Lane, Urgency
from core.progress import Progress


@pytest.fixture
def lane(qapp):
    lane = Lane("test")
    yield lane
    lane.close()


def test_that_a_result_arrives_in_the_gui_thread(lane, until):
    seen = []
    lane.submit(
        "add",
        lambda progress: (40 + 2, threading.current_thread()),
        done=lambda result: seen.append((*result, threading.current_thread())),
    )
    until(lambda: seen)
    number, worker, receiver = seen[0]
    assert number == 42
    assert worker is not threading.main_thread()
    assert receiver is threading.main_thread()


def test_that_an_error_arrives_as_itself_and_the_lane_goes_on(lane, until):
    errors, results = [], []

    def fail(progress: Progress) -> None:
        raise ValueError("the slide is broken")

    lane.submit("fail", fail, failed=errors.append)
    lane.submit("next", lambda progress: "fine", done=results.append)
    until(lambda: results)
    assert [str(error) for error in errors] == ["the slide is broken"]


def test_that_urgent_work_overtakes_what_waits(lane, until):
    order: list[str] = []
    gate = threading.Event()
    lane.submit("gate", lambda progress: gate.wait(5))
    for name, urgency in (("batch", Urgency.BATCH), ("soon", Urgency.SOON), ("now", Urgency.NOW)):
        lane.submit(name, lambda progress, name=name: order.append(name), urgency=urgency)
    gate.set()
    until(lambda: len(order) == 3)
    assert order == ["now", "soon", "batch"]


def test_that_cancelled_work_ends_at_its_next_step_and_says_so(lane, until):
    started, gone, finished = threading.Event(), [], []

    def endless(progress: Progress) -> None:
        while True:
            started.set()
            progress.step(0, 0, "on and on")
            time.sleep(0.001)

    task = lane.submit("endless", endless, done=finished.append, gone=lambda: gone.append(True))
    assert started.wait(5)
    task.cancel()
    until(lambda: gone)
    assert not finished


def test_that_cancelled_work_that_waits_never_starts(lane, until):
    gate, ran, gone = threading.Event(), [], []
    lane.submit("gate", lambda progress: gate.wait(5))
    task = lane.submit("waits", lambda progress: ran.append(True), gone=lambda: gone.append(True))
    task.cancel()
    gate.set()
    until(lambda: gone)
    assert not ran


def test_that_a_closing_lane_of_writes_finishes_all_of_them(qapp):
    lane, written = Lane("writes", finishes_everything=True), []
    for number in range(50):
        lane.submit("write", lambda progress, number=number: written.append(number))
    assert lane.close()
    assert written == list(range(50))


def test_that_progress_is_told_while_work_runs(lane, until):
    gate, texts = threading.Event(), []
    lane.changed.connect(lambda: texts.append(lane.current.text if lane.current else ""))

    def work(progress: Progress) -> None:
        progress.step(3, 10, "outlining")
        gate.wait(5)

    lane.submit("work", work)
    until(lambda: "outlining" in texts)
    gate.set()
    until(lambda: not lane.busy)


def test_that_nothing_is_told_to_what_was_closed_meanwhile(lane, until):
    gate, heard, after = threading.Event(), [], []
    page = QObject()

    def done(result: int) -> None:
        page.setObjectName("told")
        heard.append(result)

    lane.submit("look", lambda progress: gate.wait(5), done=done)
    lane.submit("next", lambda progress: 1, done=after.append)
    delete(page)
    gate.set()
    until(lambda: after)
    assert not heard


def test_that_garbage_is_not_collected_in_a_worker_thread(lane, until):
    seen, gate = [], threading.Event()
    lane.submit("look", lambda progress: (gate.wait(5), gc.isenabled())[1], done=seen.append)
    gate.set()
    until(lambda: seen)
    assert seen == [False]
    until(gc.isenabled)
