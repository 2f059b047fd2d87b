"""Damaged files of every format: a picture or a refusal, soon, and nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from core.readers.registry import pages
from tests.core.readers.picture_files import one_of_each

_SECONDS = 5.0


def _read_or_refuse(content: bytes) -> None:
    start = time.monotonic()
    try:
        for picture in pages((content, "damaged")):
            assert picture.pixels_rgb is None or picture.pixels_rgb.shape == (*picture.grey.shape, 3)
            assert picture.grey.ndim == 2
            assert picture.grey.dtype.itemsize in (1, 2)
    except Refusal:
        pass
    assert time.monotonic() - start < _SECONDS


@pytest.mark.parametrize("name", sorted(one_of_each()))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(chance=st.data())
def test_that_cut_and_flipped_files_are_read_or_refused(name: str, chance: st.DataObject) -> None:
    content = bytearray(one_of_each()[name])
    if chance.draw(st.booleans()):
        del content[chance.draw(st.integers(0, len(content) - 1)) :]
    places = st.integers(0, max(0, min(len(content), chance.draw(st.sampled_from([64, 600, 1 << 20]))) - 1))
    for place, value in chance.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        if content:
            content[place] = value
    _read_or_refuse(bytes(content))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    start=st.sampled_from(sorted({content[:16] for content in one_of_each().values()})),
    rest=st.binary(max_size=400),
)
def test_that_noise_behind_a_sound_beginning_is_read_or_refused(start: bytes, rest: bytes) -> None:
    _read_or_refuse(start + rest)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(content=st.binary(max_size=300))
def test_that_noise_is_refused(content: bytes) -> None:
    _read_or_refuse(content)
