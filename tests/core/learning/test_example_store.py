from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from core.domain.metaphase import Banding
from core.errors import StorageError
from core.learning.example_store import ExampleStore
from core.learning.examples import NOBODY_SAID, Answers, CutChromosome, Example


def example(seed: int = 0, count: int = 4) -> Example:
    rng = np.random.default_rng(seed)
    chromosomes = []
    for _ in range(count):
        height, width = rng.integers(10, 30, 2)
        chromosomes.append(
            CutChromosome(
                stain=rng.random((height, width), dtype=np.float32),
                mask=rng.random((height, width)) > 0.4,
                axis=rng.random((12, 2)) * 10,
            )
        )
    classes = np.arange(count, dtype=np.int64)
    return Example(
        case="case",
        cell="cell",
        source="archive",
        by="first",
        checked_by="",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        release="shipped",
        banding=Banding.G,
        chromosomes=tuple(chromosomes),
        truth=Answers(classes=classes, first=np.full(count, NOBODY_SAID)),
        proposed=Answers(classes=np.zeros(count, np.int64), first=np.ones(count, np.int64)),
        class_sure=np.linspace(0.5, 1.0, count, dtype=np.float32),
        end_sure=np.ones(count, np.float32),
    )


def test_that_an_example_is_read_as_it_was_kept(tmp_path: Path) -> None:
    store, one = ExampleStore(tmp_path), example()
    assert store.add(one)
    back = store.read(one.identity)
    assert back.identity == one.identity
    for was, now in zip(one.chromosomes, back.chromosomes, strict=True):
        assert np.allclose(was.stain, now.stain, atol=1e-5)
        assert np.array_equal(was.mask, now.mask)
        assert np.array_equal(was.axis, now.axis)
    assert np.array_equal(one.truth.classes, back.truth.classes)
    assert store.all()[0].changed == 3


def test_that_the_same_lesson_twice_is_one_and_a_second_person_is_noted(tmp_path: Path) -> None:
    store, one = ExampleStore(tmp_path), example()
    order = [2, 0, 3, 1]
    shuffled = replace(
        one,
        chromosomes=tuple(one.chromosomes[i] for i in order),
        truth=Answers(classes=one.truth.classes[order], first=one.truth.first[order]),
        checked_by="second",
    )
    assert store.add(one)
    assert not store.add(shuffled)
    assert [facts.checked_by for facts in store.all()] == ["second"]


def test_that_another_answer_to_the_same_picture_is_another_lesson() -> None:
    one = example()
    other = replace(one, truth=Answers(classes=one.truth.classes[::-1].copy(), first=one.truth.first))
    assert other.picture == one.picture
    assert other.identity != one.identity


def test_that_answers_against_what_was_sure_are_doubted(tmp_path: Path) -> None:
    store, one = ExampleStore(tmp_path), example()
    # One of four was proposed with a sureness of 1 and is another class.
    assert one.contradicted == 0.25
    store.add(one)
    assert store.all()[0].doubted


def test_that_a_damaged_example_says_so(tmp_path: Path) -> None:
    store, one = ExampleStore(tmp_path), example()
    store.add(one)
    (tmp_path / f"{one.identity}.npz").write_bytes(b"nothing")
    with pytest.raises(StorageError, match="damaged"):
        store.read(one.identity)
    (tmp_path / f"{one.identity}.npz").unlink()
    assert store.all() == ()


def test_that_examples_are_read_by_their_owner_only(tmp_path: Path) -> None:
    store, one = ExampleStore(tmp_path / "examples"), example()
    store.add(one)
    for path in tmp_path.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
