"""The judge sees all candidates of a picture together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.inference.choice import Candidate
from models.inference.judge import chosen, passed_over_of
from models.inference.scene import BETWEEN, OWN, compared, scene_of, without_copies
from models.inference.session import open_session
from models.registry import newest


def _bar(x: int, y: int, width: int, height: int, found: float = 2.0) -> Candidate:
    mask = np.ones((height, width), dtype=np.bool_)
    return Candidate(
        origin=(x, y), mask=mask, crossing=np.zeros_like(mask), found=found, valid=1.0, reach=0.9
    )


def _readings(count: int) -> tuple[np.ndarray, np.ndarray]:
    alone = np.full((count, 24), 1e-3, dtype=np.float32)
    alone[np.arange(count), np.arange(count) % 24] = 1.0
    return alone / alone.sum(axis=1, keepdims=True), np.zeros((count, 6), dtype=np.float32)


def test_that_a_scene_tells_how_much_of_a_candidate_another_one_covers() -> None:
    whole, half = _bar(0, 0, 10, 40), _bar(0, 0, 10, 20)

    scene = scene_of([whole, half], *_readings(2))

    assert scene.own.shape == (2, OWN)
    assert scene.between.shape == (2, 2, BETWEEN)
    assert scene.between[0, 1, 0] == pytest.approx(0.5)
    assert scene.between[1, 0, 0] == pytest.approx(1.0)
    assert scene.between[0, 1, 2] == scene.between[1, 0, 2] == pytest.approx(0.5)


def test_that_a_scene_without_candidates_is_empty() -> None:
    scene = scene_of([], *_readings(0))

    assert scene.own.shape == (0, OWN)
    assert scene.between.shape == (0, 0, BETWEEN)


def test_that_of_two_nearly_equal_masks_the_surer_one_stays() -> None:
    sure, copy, other = _bar(0, 0, 10, 40, 3.0), _bar(0, 1, 10, 39, 1.0), _bar(60, 0, 10, 40, 0.0)

    assert without_copies([copy, other, sure]) == (sure, other)


def test_that_comparing_knows_size_reading_and_peak() -> None:
    scene = scene_of([_bar(0, 0, 10, 40, 4.0), _bar(60, 0, 10, 40, 0.0)], *_readings(2))

    between = compared(scene.own[:1], scene.own[1:])

    assert between.shape == (1, 1, 3)
    assert between[0, 0, 1] == pytest.approx(0.0, abs=0.01)
    assert between[0, 0, 2] > 0.5


def test_that_no_chromosome_is_taken_twice_whatever_the_judge_says() -> None:
    first, twin, other = _bar(0, 0, 10, 40), _bar(0, 0, 10, 36), _bar(60, 0, 10, 40)

    taken = chosen([first, twin, other], np.array([0.9, 0.8, 0.7]), 0.5)

    assert taken == (0, 2)


def test_that_what_was_drawn_and_not_taken_is_told_with_what_it_would_be() -> None:
    taken, beside, twin, unlikely = (
        _bar(0, 0, 10, 40),
        _bar(5, 0, 10, 40),
        _bar(0, 0, 10, 36),
        _bar(60, 0, 10, 40),
    )
    readings = np.eye(24, dtype=np.float32)[[0, 6, 0, 3]]

    (one,) = passed_over_of(
        [taken, beside, twin, unlikely], np.array([0.9, 0.4, 0.3, 0.001]), readings, (0,), (80, 80)
    )

    assert one.box == (5.0, 0.0, 15.0, 40.0)
    assert one.uncovered == pytest.approx(0.5)
    assert one.alternatives[0].chromosome_class == "7"


def test_that_what_the_judge_doubts_is_left_out() -> None:
    assert chosen([_bar(0, 0, 10, 40)], np.array([0.3]), 0.5) == ()


def test_that_the_shipped_judge_does_not_depend_on_the_order_of_candidates() -> None:
    session = open_session(newest("judge"))
    candidates = [_bar(30 * k, 0, 10, 30 + k, 3.0 - k) for k in range(6)]
    scene = scene_of(candidates, *_readings(6))
    order = np.array([3, 1, 5, 0, 4, 2])

    straight = session.run({"own": scene.own[None], "between": scene.between[None]})["probability"][0]
    mixed = session.run({"own": scene.own[order][None], "between": scene.between[order][:, order][None]})[
        "probability"
    ][0]

    assert mixed == pytest.approx(straight[order], abs=1e-4)


def test_that_taking_out_and_bringing_in_keeps_a_scene_whole() -> None:
    train = pytest.importorskip("models.training.train_judge")
    samples = pytest.importorskip("models.training.judge_samples")
    candidates = [_bar(30 * k, 0, 10, 40) for k in range(8)]
    judged = samples.JudgedScene(
        scene=scene_of(candidates, *_readings(8)),
        bounds=np.array([[30 * k, 0, 30 * k + 10, 40] for k in range(8)], dtype=np.float64),
        owner=np.arange(8),
        near=np.arange(8),
        boxes=np.array([[30 * k, 0, 30 * k + 10, 40] for k in range(8)], dtype=np.float32),
    )
    rng = np.random.default_rng(0)
    numbers = set()
    for _ in range(40):
        own, between, owner, near = train.edited(judged, [judged], rng)
        assert between.shape == (len(own), len(own), BETWEEN)
        assert len(own) == len(owner) == len(near)
        numbers.add(len(own))
    assert min(numbers) < 8 < max(numbers)


def test_that_scenes_come_back_as_they_were_written(tmp_path: Path) -> None:
    samples = pytest.importorskip("models.training.judge_samples")
    judged = samples.JudgedScene(
        scene=scene_of([_bar(0, 0, 10, 40)], *_readings(1)),
        bounds=np.array([[0.0, 0.0, 10.0, 40.0]]),
        owner=np.array([0]),
        near=np.array([0]),
        boxes=np.array([[0.0, 0.0, 10.0, 40.0]], dtype=np.float32),
    )
    samples.write_scene(tmp_path / "cell_0.npz", judged, "case")

    (back,) = samples.read_scenes(tmp_path)

    assert back.scene.own == pytest.approx(judged.scene.own)
    assert back.owner.tolist() == [0]
